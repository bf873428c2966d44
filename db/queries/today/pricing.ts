/** Margin that leaked in the last weeks: one exception a cause and channel, and one a supplier whose rise was not passed on. */
import { exceptionKey, type Exception, type StakePart } from '#domain/exceptions/exception.ts';
import { costRises } from '../leakage/costRise.ts';
import { leakingLines } from '../leakage/leakage.ts';
import type { LeakingLine } from '../leakage/rules.ts';
import { channelsOf } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';

/** Older leaks are history: the Margin screen shows them by month. */
export const LEAK_DAYS = 30;

const PARTS: Readonly<Record<LeakingLine['cause'], StakePart['part']>> = {
  below_floor: 'beyond_floor',
  discount_not_approved: 'beyond_rule',
  freight_not_charged: 'freight',
  rebate_not_accrued: 'rebate',
};

const NO_NAMES: ReadonlyMap<number, string> = new Map();

export async function leakExceptions(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const from_on = as_of_on - LEAK_DAYS + 1;
  const leaks = await leakingLines(context, {
    company_id: company.id,
    currency: company.currency,
    from_on,
    to_on: as_of_on,
    cost_visible,
  });
  const channels = await channelsOf(context.db, company.id);
  const uoms = leaks.length === 0 ? NO_NAMES : await uomsOf(finding);
  const parties = leaks.length === 0 ? NO_NAMES : await partiesOf(finding);
  const found: FoundException[] = [];
  for (const [key, rows] of Map.groupBy(leaks, (leak) => exceptionKey(leak.cause, leak.channel_id ?? 0))) {
    const [first] = rows;
    if (!first) continue;
    const lines = rows
      .toSorted((a, b) => b.leak_minor - a.leak_minor)
      .map(
        (leak): FoundLine => ({
          part: PARTS[leak.cause],
          order_id: leak.order_id,
          number: leak.number,
          party_id: leak.party_id,
          channel_id: leak.channel_id,
          on: leak.ordered_on,
          qty_milli: leak.order_line_id === null ? null : leak.qty_milli,
          uom: leak.item_id === null ? null : (uoms.get(leak.item_id) ?? null),
          amount_minor: leak.leak_minor,
        }),
      );
    const [worst] = [...Map.groupBy(rows, (leak) => leak.party_id)]
      .map(([party_id, own]) => ({ party_id, minor: own.reduce((sum, leak) => sum + leak.leak_minor, 0) }))
      .toSorted((a, b) => b.minor - a.minor);
    found.push({
      key,
      facts: {
        kind: first.cause,
        channel_id: first.channel_id ?? 0,
        channel: first.channel_id === null ? 'Unmapped' : (channels.get(first.channel_id)?.name ?? 'Unmapped'),
        lines: rows.length,
        party: worst && worst.party_id !== null ? (parties.get(worst.party_id) ?? null) : null,
        party_minor: worst?.minor ?? 0,
        item_code: await mostLeakingItem(finding, rows),
        from_on,
        to_on: as_of_on,
      },
      severity: first.cause === 'below_floor' ? 'bad' : 'warn',
      company_id: company.id,
      site_id: null,
      channel_id: first.channel_id,
      ...partsOf(lines),
      due_on: null,
      since_on: Math.min(...rows.map((leak) => leak.ordered_on)),
      owner: null,
      lines,
      po_line_ids: [],
    });
  }
  return found;
}

/** The code of the item with the largest part; null where the rows name none. */
async function mostLeakingItem({ context }: Finding, rows: readonly LeakingLine[]): Promise<string | null> {
  const [most] = [...Map.groupBy(rows, (leak) => leak.item_id)]
    .map(([item_id, own]) => ({ item_id, minor: own.reduce((sum, leak) => sum + leak.leak_minor, 0) }))
    .toSorted((a, b) => b.minor - a.minor || (a.item_id ?? 0) - (b.item_id ?? 0));
  if (most === undefined || most.item_id === null) return null;
  const item = await context.db.selectFrom('item').select('code').where('id', '=', most.item_id).executeTakeFirst();
  return item?.code ?? null;
}

export async function risesNotPassedOn(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const rises = await costRises(context, { company_id: company.id, currency: company.currency, as_of_on });
  if (rises.length === 0) return [];
  const suppliers = await partiesOf(finding);
  const items = new Map(
    (
      await context.db
        .selectFrom('item')
        .select(['id', 'code', 'name', 'uom'])
        .where('company_id', '=', company.id)
        .execute()
    ).map((row) => [row.id, row]),
  );
  return [...Map.groupBy(rises, (rise) => rise.supplier_id)].map(([supplier_id, rows]): FoundException => {
    const ranked = rows.toSorted((a, b) => b.leak_minor - a.leak_minor);
    const most = items.get(ranked[0]?.item_id ?? 0);
    const lines = ranked.map(
      (rise): FoundLine => ({
        part: 'cost_since',
        order_id: null,
        number: items.get(rise.item_id)?.code ?? String(rise.item_id),
        party_id: supplier_id,
        channel_id: null,
        on: rise.since_on,
        qty_milli: rise.sold_since_qty_milli,
        uom: items.get(rise.item_id)?.uom ?? null,
        amount_minor: rise.leak_minor,
      }),
    );
    const since_on = Math.min(...rows.map((rise) => rise.since_on));
    const facts: Exception['facts'] = {
      kind: 'cost_rise',
      supplier_id,
      supplier: suppliers.get(supplier_id) ?? `Supplier ${supplier_id}`,
      items: rows.length,
      item_code: most?.code ?? '',
      item_name: most?.name ?? '',
      // the middle of the items' rises: one odd price does not speak for a supplier
      rise_bp: rows.map((rise) => rise.rise_bp).toSorted((a, b) => a - b)[Math.floor(rows.length / 2)] ?? 0,
      since_on,
    };
    return {
      key: exceptionKey('cost_rise', supplier_id),
      facts,
      severity: 'warn',
      company_id: company.id,
      site_id: null,
      channel_id: null,
      ...partsOf(lines),
      due_on: null,
      since_on,
      owner: null,
      lines,
      po_line_ids: [],
    };
  });
}

async function uomsOf({ context, company }: Finding): Promise<Map<number, string>> {
  const rows = await context.db.selectFrom('item').select(['id', 'uom']).where('company_id', '=', company.id).execute();
  return new Map(rows.map((row) => [row.id, row.uom]));
}

async function partiesOf({ context, company }: Finding): Promise<Map<number, string>> {
  const rows = await context.db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('company_id', '=', company.id)
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
