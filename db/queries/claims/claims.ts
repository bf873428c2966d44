/** Which claims are open, for how long, and what do they take from the margin? */
import { isoDate } from '#domain/calendar.ts';
import { claimState, isOpenTooLong } from '#domain/claims/claim.ts';
import { entityOfKey } from '#domain/exceptions/entity.ts';
import type { Claims } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { questionKey } from '../editions.ts';
import { provenance } from '../provenance.ts';
import { keptOf, tableVersions } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { type Marked, markedAs, marksOf } from '../today/marks.ts';
import { peopleOf } from '../today/people.ts';
import { groupRow, ordersOf, rowsOf } from './claimRows.ts';
import {
  type Beside,
  type ClaimArgs,
  type ClaimView,
  claimView,
  keyOfClaim,
  speaksOfOrders,
  type ViewEntry,
} from './claimView.ts';
import { CLAIM_TABLES, claimEdition, type ClaimGround } from './ground.ts';

/** What an answer speaks of, with what is looked up for the rows shown. */
export const CLAIMS_MADE_OF = [...CLAIM_TABLES, 'order_line', 'sales_order', 'shipment_line'] as const;
const MOST_VIEWS = 4;

export const claims: QueryHandler<'claims'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { edition, newer } = await claimEdition(context, company, args.edition);
  const ground = edition.value;
  const marks = await marksOfClaims(context, company, ground);
  const { view, beside } = viewOf(context, ground, marks, args);
  const page = view.entries.slice(args.offset, args.offset + args.limit);
  return {
    rows: rowsOf(context, ground, beside, page),
    total_rows: view.entries.length,
    totals: groupRow(ground, { key: 'total', label: 'All claims', claims: view.claims }, false),
    counts: countsOf(ground),
    target_days: ground.target_days,
    cost_visible: seesArea(context.user, company.id, 'cost'),
    people: await peopleOf({ context, company, as_of_on: ground.as_of_on }),
    edition: edition.id,
    newer,
    located: args.locate.map((key) => placeOf(view.entries, key)),
    currency: company.currency,
    as_of_date: isoDate(ground.as_of_on),
    provenance: provenance({ ...context, replica: edition.standing }, CLAIMS_MADE_OF),
  };
};

/** What was done about each as an exception, by claim; what a resolved one was marked with is past. */
export async function marksOfClaims(
  context: QueryContext,
  company: TableRow<'company'>,
  { as_of_on, byId }: ClaimGround,
): Promise<ReadonlyMap<number, Marked>> {
  const marks = new Map<number, Marked>();
  for (const [key, own] of await marksOf({ context, company, as_of_on })) {
    const entity = entityOfKey(key);
    const claim = entity?.of === 'claim' ? byId.get(entity.id) : undefined;
    if (claim && claimState(claim) !== 'resolved') marks.set(claim.id, markedAs(own, as_of_on));
  }
  return marks;
}

function viewOf(
  context: QueryContext,
  ground: ClaimGround,
  marks: ReadonlyMap<number, Marked>,
  args: ClaimArgs,
): { readonly view: ClaimView; readonly beside: Beside } {
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, ...arrangement } = args;
  const of_orders = speaksOfOrders(args);
  const beside: Beside = { marks, orders: of_orders ? numbersOf(context, ground) : new Map() };
  const versions = of_orders ? tableVersions(context, ['order_line', 'sales_order']) : '';
  const key = `${questionKey(arrangement)} ${versions} ${JSON.stringify([...marks])}`;
  return { view: keptOf(ground.views, key, MOST_VIEWS, () => claimView(ground, args, beside)), beside };
}

function numbersOf(context: QueryContext, ground: ClaimGround): ReadonlyMap<number, string> {
  const orders = ordersOf(context, ground.claims);
  return new Map(
    ground.claims.flatMap(({ id, order_line_id }) => {
      const number = order_line_id === null ? null : (orders.get(order_line_id)?.number ?? null);
      return number === null ? [] : [[id, number] as const];
    }),
  );
}

function placeOf(entries: readonly ViewEntry[], key: string): number | null {
  const at = entries.findIndex((entry) =>
    entry.kind === 'group' ? entry.group.key === key : keyOfClaim(entry.claim.id) === key,
  );
  return at < 0 ? null : at;
}

function countsOf({ claims: all, as_of_on }: ClaimGround): Claims['counts'] {
  const counts = {
    open: 0,
    too_long: 0,
    customer: 0,
    resolved: 0,
    all: all.length,
    claimed_minor: 0,
    too_long_minor: 0,
  };
  for (const claim of all) {
    const state = claimState(claim);
    if (state === 'resolved') {
      counts.resolved += 1;
      continue;
    }
    counts.open += 1;
    counts.claimed_minor += claim.claimed_minor;
    if (state === 'customer') counts.customer += 1;
    if (!isOpenTooLong(claim, as_of_on)) continue;
    counts.too_long += 1;
    counts.too_long_minor += claim.claimed_minor;
  }
  return counts;
}
