/** What did we order here, what did the supplier say, what came? */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { landedPriceMicro } from '#domain/pricing/landedUnitCost.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { LandedPartView, PurchaseLineView } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { type LandedOfOrder, landedCosts, NOTHING_LANDED } from './landedCosts.ts';
import { promisesOf } from './promises.ts';

export const purchaseOrder: QueryHandler<'purchaseOrder'> = async (context, args) => {
  const { db } = context;
  const order = await db
    .selectFrom('purchase_order as o')
    .leftJoin('party as p', 'p.id', 'o.supplier_id')
    .leftJoin('site as s', 's.id', 'o.site_id')
    .selectAll('o')
    .select(['p.name as supplier', 's.name as site'])
    .where('o.id', '=', args.purchase_order_id)
    .executeTakeFirst();
  if (!order) {
    throw new BinnacleError('not_found', `There is no purchase order ${args.purchase_order_id} among yours.`);
  }
  const company = await companyById(context, order.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const priced = await linesOf(context, order.id, cost_visible);
  const amounts = priced.map((line) => amountMinor(line, company.currency));
  const landed = cost_visible
    ? landedCosts(
        context,
        order.id,
        priced.map(({ id, code, item_id, uom, ordered_qty_milli, weight_g, volume_ml }, at) => ({
          id,
          code: code ?? String(item_id),
          uom: uom ?? '',
          qty_milli: ordered_qty_milli,
          amount_minor: amounts[at] ?? null,
          weight_g,
          volume_ml,
        })),
      )
    : NOTHING_LANDED;
  return {
    purchase_order_id: order.id,
    company_id: company.id,
    number: order.number,
    supplier_id: order.supplier_id,
    supplier: order.supplier ?? `Supplier ${order.supplier_id}`,
    site: order.site ?? `Site ${order.site_id}`,
    ordered_on: isoDate(order.ordered_on),
    approved_on: isoDateOrNull(order.approved_on),
    buyer: order.buyer,
    state: order.state,
    currency: company.currency,
    cost_visible,
    value_minor: amounts.reduce<number | null>(
      (sum, amount) => (sum === null || amount === null ? null : sum + amount),
      cost_visible ? 0 : null,
    ),
    landed_minor: cost_visible ? landed.costs.reduce((sum, cost) => sum + cost.amount_minor, 0) : null,
    landed: landed.costs,
    lines: await lineViews(context, priced.slice(args.offset, args.offset + args.limit), company.currency, landed),
    total_lines: priced.length,
    provenance: provenance(context, [
      'purchase_order',
      'po_line',
      'receipt_line',
      'promise_event',
      'item',
      ...(cost_visible ? (['po_line_price', 'landed_cost', 'landed_cost_line'] as const) : []),
    ]),
  };
};

type PricedLine = Awaited<ReturnType<typeof linesOf>>[number];

async function linesOf(context: QueryContext, purchase_order_id: number, cost_visible: boolean) {
  const rows = await context.db
    .selectFrom('po_line as l')
    .leftJoin('item as i', 'i.id', 'l.item_id')
    .leftJoin('po_line_price as c', 'c.id', 'l.id')
    .selectAll('l')
    .select(['i.code', 'i.name', 'i.uom', 'i.weight_g', 'i.volume_ml', 'c.unit_price_micro'])
    .where('l.purchase_order_id', '=', purchase_order_id)
    .orderBy('l.id')
    .execute();
  return cost_visible ? rows : rows.map((row) => ({ ...row, unit_price_micro: null }));
}

function amountMinor(
  { ordered_qty_milli, unit_price_micro }: Pick<PricedLine, 'ordered_qty_milli' | 'unit_price_micro'>,
  currency: string,
): number | null {
  if (unit_price_micro === null) return null;
  return safeNumber(lineAmountMinor(BigInt(ordered_qty_milli), BigInt(unit_price_micro), currency));
}

function landedOf(
  { unit_price_micro, received_qty_milli }: PricedLine,
  parts: readonly LandedPartView[],
  currency: string,
): Pick<PurchaseLineView, 'landed' | 'landed_minor' | 'landed_price_micro'> {
  const posted = parts.filter(({ proposed }) => !proposed);
  const landed_minor = posted.length === 0 ? null : posted.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
  const landed_price_micro =
    landed_minor === null || received_qty_milli <= 0
      ? null
      : landedPriceMicro({ unit_price_micro, received_qty_milli }, landed_minor, currency);
  return { landed: parts, landed_minor, landed_price_micro };
}

async function lineViews(
  context: QueryContext,
  lines: readonly PricedLine[],
  currency: string,
  landed: LandedOfOrder,
): Promise<PurchaseLineView[]> {
  const ids = lines.map((line) => line.id);
  const promises = await promisesOf(context, ids);
  const receipts =
    ids.length === 0
      ? []
      : await context.db
          .selectFrom('receipt_line')
          .select(['po_line_id', 'number', 'received_on', 'qty_milli'])
          .where('po_line_id', 'in', ids)
          .orderBy('received_on')
          .orderBy('id')
          .execute();
  return lines.map((line) => ({
    po_line_id: line.id,
    item_id: line.item_id,
    code: line.code ?? String(line.item_id),
    name: line.name ?? 'an item not among yours',
    uom: line.uom ?? '',
    ordered_qty_milli: line.ordered_qty_milli,
    received_qty_milli: line.received_qty_milli,
    promised_on: isoDate(line.promised_on),
    expected_on: isoDate(line.expected_on),
    received_on: isoDateOrNull(line.received_on),
    unit_price_micro: line.unit_price_micro,
    amount_minor: amountMinor(line, currency),
    ...landedOf(line, landed.parts.get(line.id) ?? [], currency),
    receipts: receipts
      .filter((receipt) => receipt.po_line_id === line.id)
      .map(({ number, received_on, qty_milli }) => ({ number, received_on: isoDate(received_on), qty_milli })),
    promises: promises.get(line.id) ?? [],
  }));
}
