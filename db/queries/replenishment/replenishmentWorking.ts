/** How did this line come to be? From the same edition as the list, so that the numbers are those of the row. */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import type { MatrixCell } from '#domain/planning/classMatrix.ts';
import type { ReplenishmentWorking } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { companyClasses } from '../classes/classing.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { stockQuestion } from '../stock/stockAhead.ts';
import { weeksOf } from '../stock/stockRuns.ts';
import { type Line, proposer } from './engine.ts';
import { measuredReceipts } from './leadTimes.ts';
import { keyOfLine, lineRow } from './lineRow.ts';
import { termsOfPositions } from './positionTerms.ts';
import { isWaiting } from './replenishment.ts';
import { type KeptProposals, REPLENISHMENT_TABLES, replenishmentEdition } from './replenishmentEdition.ts';
import { demandTold, orderingDays, shownWarnings } from './shownProposal.ts';
import { transferQuestion, whyNoTransfer } from './transferPlan.ts';

const RECEIPTS_SHOWN = 12;

export const replenishmentWorking: QueryHandler<'replenishmentWorking'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { edition } = await replenishmentEdition(context, stockQuestion(context, company), args.edition);
  const kept = edition.value;
  const { cost_visible } = kept.question;
  const replica = edition.standing;
  const line = isWaiting({ ...context, replica })
    ? undefined
    : kept.proposals.lines.find((each) => keyOfLine(kept.question.stock, each) === args.key);
  const { as_of_on, stock } = kept.question;
  const classes = await companyClasses(context, { company_id: company.id, as_of_on }, stock.ground);
  return {
    ...(line === undefined ? NOTHING : workingOf(context, kept, line, classes)),
    cost_visible,
    currency: company.currency,
    provenance: provenance({ ...context, replica }, REPLENISHMENT_TABLES),
  };
};

type Checks = NonNullable<ReplenishmentWorking['checks']>;
type Working = Omit<ReplenishmentWorking, 'cost_visible' | 'currency' | 'provenance'>;

const NOTHING: Working = {
  line: null,
  steps: [],
  warnings: [],
  made_of: null,
  policy: null,
  cell: null,
  checks: null,
  weeks_qty_milli: [],
  receipts: [],
};

function workingOf(
  context: QueryContext,
  kept: KeptProposals,
  line: Line,
  classes: ReadonlyMap<number, MatrixCell> | null,
): Working {
  const { stock, buying, demand, as_of_on, currency, cost_visible } = kept.question;
  const { items, sites } = stock.ground;
  const { place } = line;
  const item = stock.item[place] as number;
  const site = stock.site[place] as number;
  const terms = termsOfPositions(stock, buying, demand, as_of_on)(place);
  // of what is bought, with what other sites give
  const answer = proposer(kept.question, line.kind === 'buy' ? kept.proposals.transfers : [])(place);
  const proposal = 'proposal' in answer ? answer.proposal : null;
  const weeks = weeksOf(stock, Int32Array.of(place));
  const slot = buying.measured.get(item * sites.length + site);
  const measured_days = slot < 0 ? Number.NaN : (buying.measured_days[slot] as number);
  const cost = items.unit_cost_micro[item] as number;
  const { draft } = line;
  return {
    line: lineRow(kept, line),
    steps: proposal?.steps ?? [],
    warnings: proposal === null ? [] : shownWarnings(proposal.warnings),
    made_of: {
      ...demandTold(kept.question.forecasts, items.ids[item] as number, sites[site]?.id ?? 0),
      daily_demand_qty_milli: terms.daily_demand_qty_milli,
      daily_deviation_qty_milli: terms.daily_deviation_qty_milli,
      lead_time_days: terms.lead_time_days,
      lead_time_deviation_days: terms.lead_time_deviation_days,
      lead_time_measured: Number.isNaN(measured_days)
        ? null
        : {
            days: measured_days,
            deviation_days: buying.measured_deviation[slot] as number,
            lines: buying.measured_lines[slot] as number,
          },
      calendar: proposal === null ? null : orderingDays(terms),
    },
    policy:
      terms.policy === null
        ? null
        : terms.policy.kind === 'service'
          ? {
              kind: 'service',
              measure: terms.policy.measure,
              target_bp: terms.policy.target_bp,
              review_days: terms.policy.review_days,
              order_qty_milli: terms.policy.order_qty_milli,
            }
          : { kind: terms.policy.kind, measure: null, target_bp: null, review_days: null, order_qty_milli: null },
    cell: classes?.get(items.ids[item] as number) ?? null,
    checks: {
      lasts_days: line.lasts_days,
      most_days: terms.most_days,
      shelf_life_days: terms.shelf_life_days,
      order:
        draft === null
          ? null
          : {
              supplier: stock.ground.supplierNames.get(draft.supplier_id) ?? `Supplier ${draft.supplier_id}`,
              site: sites[draft.site]?.name ?? '',
              lines: draft.lines,
              value_minor: cost_visible ? draft.value_minor : null,
              minimum_minor: draft.terms?.minimum_minor ?? null,
              below_minimum_minor: draft.terms === null ? null : draft.below_minimum_minor,
              freight_minor: draft.terms === null ? null : draft.freight_minor,
              free_freight_from_minor: draft.terms?.free_freight_from_minor ?? null,
              container: draft.container,
            },
      transfer: transferOf(kept, place),
      runs_out_on: line.runs_out_on === null ? null : isoDate(line.runs_out_on),
      short_qty_milli: line.short_qty_milli,
      short_value_minor: lineAmountOrNull(Math.round(line.short_qty_milli), cost, currency),
    },
    weeks_qty_milli: weeks,
    receipts: measuredReceipts(context, {
      item_id: items.ids[item] as number,
      site_id: sites[site]?.id ?? 0,
      supplier_id: buying.supplier[item] as number,
      as_of_on,
    })
      .slice(0, RECEIPTS_SHOWN)
      .map((each) => ({ ...each, received_on: isoDate(each.received_on) })),
  };
}

/** What comes from other sites to this one, or why nothing does. */
function transferOf({ question, proposals }: KeptProposals, place: number): Checks['transfer'] {
  const { stock } = question;
  const { sites } = stock.ground;
  const from = proposals.transfers
    .filter((each) => each.to === place)
    .map((each) => ({
      site: sites[stock.site[each.from] as number]?.name ?? '',
      qty_milli: each.qty_milli,
      arrive_on: isoDate(each.arrive_on),
    }));
  if (from.length > 0) return { from, none_because: null };
  let [first, end] = [place, place + 1];
  while (first > 0 && stock.item[first - 1] === stock.item[place]) first -= 1;
  while (end < stock.count && stock.item[end] === stock.item[place]) end += 1;
  const asked = transferQuestion(
    question,
    proposals.figures,
    { from: first, to: end },
    (each) => proposals.refusals.has(each),
    () => null,
  );
  return { from, none_because: whyNoTransfer(question, asked, place) };
}
