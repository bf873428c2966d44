/** What do we have, where, and where will it run out? */
import type { StockRow } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { questionKey } from '../editions.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { stockQuestion } from './stockAhead.ts';
import { stockEdition, viewOf } from './stockEditions.ts';
import { rowOfKey, rowsWithin } from './stockRuns.ts';
import { stockView } from './stockView.ts';

export const stockPositions: QueryHandler<'stockPositions'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, edition: wanted, locate, ...arrangement } = args;
  const { edition, newer } = await stockEdition(context, stockQuestion(context, company), wanted);
  context.checkCancelled();
  const { columns, question } = edition.value;
  const { cost_visible } = question;
  const view = viewOf(edition.value, questionKey(arrangement), () => stockView(columns, args, cost_visible));
  return {
    rows: await withOwnChanges(
      context,
      rowsWithin(columns, view.runs, { offset, limit }, new Set(args.expanded), cost_visible),
    ),
    total_rows: view.runs.rows,
    edition: edition.id,
    newer,
    located: locate.map((key) => rowOfKey(columns, view.runs, key)),
    totals: view.totals,
    items: view.items,
    sites: view.sites,
    cost_visible,
    currency: company.currency,
    provenance: provenance({ ...context, replica: edition.standing }, [
      'item',
      'site',
      'policy',
      'stock_balance',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      ...(cost_visible ? (['item_cost'] as const) : []),
    ]),
  };
};

/** What the person did themselves is told of every edition: it moves no row and changes no figure. */
async function withOwnChanges(context: QueryContext, rows: readonly StockRow[]): Promise<readonly StockRow[]> {
  const items = new Set(rows.flatMap((row) => (isOfItem(row) && row.item_id !== null ? [row.item_id] : [])));
  if (items.size === 0) return rows;
  const waiting = await context.db
    .selectFrom('v_item_note')
    .select((of) => ['item_id', of.fn.countAll<number>().as('notes')])
    .where('mutation_state', 'in', ['pending', 'sent'])
    .where('item_id', 'in', [...items])
    .groupBy('item_id')
    .execute();
  if (waiting.length === 0) return rows;
  const notes = new Map(waiting.map((row) => [row.item_id, row.notes]));
  return rows.map((row) => (isOfItem(row) ? { ...row, waiting: notes.get(row.item_id ?? 0) ?? 0 } : row));
}

/** Rows that name the item; a site below its item does not. */
function isOfItem({ kind, level }: StockRow): boolean {
  return kind === 'item' || (kind === 'position' && level < 2);
}
