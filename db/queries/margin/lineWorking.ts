/**
 * What does this line's cost come from, and what is owed for it? Reckoned by the server's own rule from what the copy holds, and
 * held against the amounts that stand. Carriers' charges are the server's: their sum comes with the question.
 */
import { isoDate } from '#domain/calendar.ts';
import { ladderSteps } from '#domain/kpi/marginLadder.ts';
import { type CostedLine, type FeeTerms, hasCosts, type RebateTerms } from '#domain/pricing/lineCosts.ts';
import { workedLine, type WorkedLine } from '#domain/pricing/lineWorking.ts';
import { BinnacleError } from '#contract/errors.ts';
import { OWN_SOURCES } from '#contract/wire/imports.ts';
import type { LineMadeOf, TermWorking } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { withLocks } from '../close/closeTasks.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea, seesWholeCompany } from '../rights.ts';
import { type UnitCostFound, unitCostFound } from './unitCostOfItem.ts';

export const lineWorking: QueryHandler<'lineWorking'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  if (!seesArea(context.user, company.id, 'cost')) {
    throw new BinnacleError('not_permitted', 'What a line costs is for who sees cost.');
  }
  const line = await lineOf(context, company.id, args.order_line_id);
  if (!line) throw new BinnacleError('not_found', `There is no order line ${args.order_line_id} among yours.`);
  const standing =
    line.cost_id === null
      ? null
      : {
          cost_minor: line.cost_minor,
          freight_minor: line.freight_minor,
          rebate_minor: line.rebate_minor,
          fee_minor: line.fee_minor,
        };
  const steps = ladderSteps(line);
  const came_with = OWN_SOURCES.includes(line.source ?? '') ? line.source : null;
  return {
    order_line_id: line.id,
    order_id: line.order_id,
    order_number: line.number ?? String(line.order_id),
    ordinal: line.ordinal,
    kind: line.kind,
    ordered_on: isoDate(line.ordered_on),
    item_code: line.code,
    item_name: line.name ?? line.description,
    uom: line.uom,
    sold_qty_milli: line.ordered_qty_milli - line.cancelled_qty_milli,
    net_minor: line.net_minor,
    standing,
    gm1_minor: steps.gm1,
    gm2_minor: steps.gm2,
    gm3_minor: steps.gm3,
    came_with,
    made_of:
      came_with !== null || !hasCosts(line) ? null : await madeOf(context, company, line, standing, args.charged_minor),
    locked: await isLockedForSales(context, company.id, line.month),
    whole: seesWholeCompany(context.user, company.id, 'cost'),
    currency: company.currency,
    provenance: provenance(context, TABLES),
  };
};

const TABLES = [
  ...(['order_line', 'order_line_cost', 'sales_order', 'channel', 'item', 'item_cost'] as const),
  ...(['rebate_agreement', 'channel_fee', 'purchase_order', 'po_line', 'po_line_price'] as const),
  ...(['receipt_line', 'landed_cost', 'landed_cost_line'] as const),
];

async function lineOf({ db }: QueryContext, company_id: number, id: number) {
  return await db
    .selectFrom('order_line as l')
    .leftJoin('order_line_cost as c', 'c.id', 'l.id')
    .leftJoin('sales_order as o', 'o.id', 'l.order_id')
    .leftJoin('item as i', 'i.id', 'l.item_id')
    .select(['l.id', 'l.order_id', 'l.ordinal', 'l.kind', 'l.ordered_on', 'l.month', 'l.description', 'l.item_id'])
    .select(['l.ordered_qty_milli', 'l.cancelled_qty_milli', 'l.net_minor', 'l.gross_minor', 'l.discount_minor'])
    .select(['c.id as cost_id', 'c.cost_minor', 'c.freight_minor', 'c.rebate_minor', 'c.fee_minor'])
    .select(['o.number', 'o.source', 'i.code', 'i.name', 'i.uom'])
    .where('l.id', '=', id)
    .where('l.company_id', '=', company_id)
    .executeTakeFirst();
}
type Line = NonNullable<Awaited<ReturnType<typeof lineOf>>>;

async function madeOf(
  context: QueryContext,
  company: { readonly id: number; readonly currency: string },
  line: Line,
  standing: Parameters<typeof workedLine>[3],
  charged_minor: number | null | undefined,
): Promise<LineMadeOf | null> {
  const { db } = context;
  const lines = (
    await db
      .selectFrom('order_line')
      .select(['id', 'kind', 'item_id', 'party_id', 'channel_id', 'ordered_on', 'net_minor'])
      .select(['ordered_qty_milli', 'cancelled_qty_milli'])
      .where('order_id', '=', line.order_id)
      .where('company_id', '=', company.id)
      .orderBy('ordinal')
      .execute()
  ).map(
    ({ ordered_qty_milli, cancelled_qty_milli, ...each }): CostedLine => ({
      ...each,
      sold_qty_milli: ordered_qty_milli - cancelled_qty_milli,
    }),
  );
  const parties = [...new Set(lines.flatMap(({ party_id }) => party_id ?? []))];
  const rebates =
    parties.length === 0
      ? []
      : await db
          .selectFrom('rebate_agreement')
          .select(['party_id', 'channel_id', 'name', 'rate_bp', 'valid_from', 'valid_to', 'owner'])
          .where('company_id', '=', company.id)
          .where('party_id', 'in', parties)
          .orderBy('id')
          .execute();
  const fees = await db
    .selectFrom('channel_fee')
    .select(['channel_id', 'name', 'rate_bp', 'valid_from', 'valid_to', 'owner'])
    .where('company_id', '=', company.id)
    .orderBy('id')
    .execute();
  const counters = await db
    .selectFrom('channel')
    .select('id')
    .where('company_id', '=', company.id)
    .where('kind', '=', 'counter')
    .execute();
  const found = line.item_id === null ? null : await unitCostFound(context, company, line.item_id, line.ordered_on);
  const worked = workedLine(
    line.id,
    lines,
    {
      rebates,
      fees,
      counters: new Set(counters.map(({ id }) => id)),
      currency: company.currency,
      freight_minor: charged_minor ?? null,
      unitCost: (item_id) => (item_id === line.item_id ? (found?.cost ?? null) : null),
    },
    standing,
    charged_minor !== undefined,
  );
  if (worked === null) return null;
  const owners = new Map<RebateTerms | FeeTerms, string | null>(
    [...rebates, ...fees].map((each) => [each, each.owner]),
  );
  return viewOf(worked, found, (terms) => termOf(terms, owners.get(terms) ?? null));
}

function viewOf(
  worked: WorkedLine,
  found: UnitCostFound | null,
  told: (terms: RebateTerms | FeeTerms) => TermWorking,
): LineMadeOf {
  const { unit, rebate, fees } = worked.working;
  return {
    unit: unit === null ? null : { unit_cost_micro: unit.unit_cost_micro, receipts: found?.receipts ?? [] },
    cost_minor: worked.cost_minor,
    rebate: rebate === null ? null : told(rebate),
    rebate_of_order: worked.rebate_of_order,
    rebate_minor: worked.rebate_minor,
    fees: fees.map(told),
    fee_of_order: worked.fee_of_order,
    fee_minor: worked.fee_minor,
    freight_minor: worked.freight_minor,
    over_counter: worked.over_counter,
    goods: worked.goods,
    differs: worked.differs,
  };
}

function termOf({ name, rate_bp, valid_from, valid_to }: RebateTerms | FeeTerms, owner: string | null): TermWorking {
  return { name, owner, rate_bp, valid_from: isoDateOrNull(valid_from), valid_to: isoDateOrNull(valid_to) };
}

/** False too where the locks are not this person's to see: then the amounts alone say whether something moved. */
async function isLockedForSales(context: QueryContext, company_id: number, month: number): Promise<boolean> {
  const period = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company_id)
    .where('period', '=', month)
    .executeTakeFirst();
  return period !== undefined && (await withLocks(context, period)).locks.areas.sales.state !== 'open';
}
