/** What needs a decision today, ranked by money at stake? */
import { isoDate } from '#domain/calendar.ts';
import {
  areaOfKind,
  EXCEPTION_GROUPS,
  EXCEPTION_KINDS,
  type ExceptionGroup,
  groupOfKind,
} from '#domain/exceptions/exception.ts';
import type { TodayRow } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import type { Finding, FoundException } from './found.ts';
import { type Marked, markedAs, marksOf } from './marks.ts';

export const today: QueryHandler<'today'> = async (context, args) => {
  const finding = await findingOf(context, args.company_id);
  const all = await exceptionsOf(finding);
  const marks = await marksOf(finding);
  const marked = all.map((exception) => ({
    exception,
    marks: markedAs(marks.get(exception.key), finding.as_of_on),
  }));
  const counts = Object.fromEntries(EXCEPTION_GROUPS.map((group) => [group, 0])) as Record<ExceptionGroup, number>;
  let awake = 0;
  for (const { exception, marks: state } of marked) {
    if (state.snoozed_until_on !== null) continue;
    awake += 1;
    counts[groupOfKind(exception.facts.kind)] += 1;
  }
  const wanted = marked.filter(
    ({ exception, marks: state }) =>
      (state.snoozed_until_on !== null) === args.snoozed &&
      (args.group === undefined || groupOfKind(exception.facts.kind) === args.group) &&
      (args.whose === 'all' || isMine(exception, state, context.user)),
  );
  const { company, as_of_on } = finding;
  return {
    rows: wanted.slice(0, args.limit).map(({ exception, marks: state }) => todayRow(exception, state)),
    total_rows: wanted.length,
    total_stake_minor: wanted.reduce((sum, { exception }) => sum + exception.stake_minor, 0),
    counts,
    awake,
    snoozed: marked.length - awake,
    not_for_you: EXCEPTION_GROUPS.filter((group) =>
      EXCEPTION_KINDS.filter((kind) => groupOfKind(kind) === group).every(
        (kind) => !seesArea(context.user, company.id, areaOfKind(kind)),
      ),
    ),
    people: await peopleOf(finding),
    currency: company.currency,
    as_of_date: isoDate(as_of_on),
    provenance: provenance(context, [
      'stock_balance',
      'policy',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      'claim',
    ]),
  };
};

/** By user name or, where the source knows people by their names, by that. */
function isMine(
  exception: FoundException,
  marks: Marked,
  user: { readonly name: string; readonly display_name: string },
): boolean {
  if (marks.assigned_to !== null) return marks.assigned_to === user.name;
  return exception.owner === user.name || exception.owner === user.display_name;
}

export function todayRow(exception: FoundException, marks: Marked): TodayRow {
  return {
    key: exception.key,
    group: groupOfKind(exception.facts.kind),
    severity: exception.severity,
    facts: exception.facts,
    company_id: exception.company_id,
    site_id: exception.site_id,
    channel_id: exception.channel_id,
    stake_minor: exception.stake_minor,
    parts: exception.parts,
    due_on: isoDateOrNull(exception.due_on),
    since_on: isoDateOrNull(exception.since_on),
    owner: exception.owner,
    assigned_to: marks.assigned_to,
    snoozed_until_on: isoDateOrNull(marks.snoozed_until_on),
    mark_state: marks.waiting,
  };
}

/** User names this copy has met: those who sign, and those who mark. */
async function peopleOf({ context, company }: Finding): Promise<string[]> {
  const signers = await context.db
    .selectFrom('close_task')
    .select(['owner', 'reviewer'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const markers = await context.db
    .selectFrom('v_exception_mark')
    .select(['author', 'assigned_to'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const noters = await context.db
    .selectFrom('item_note')
    .select('author')
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const names = [
    context.user.name,
    ...signers.flatMap((row) => [row.owner, row.reviewer]),
    ...markers.flatMap((row) => [row.author, row.assigned_to]),
    ...noters.map((row) => row.author),
  ];
  return [...new Set(names.filter((name): name is string => name !== null && USER_NAME.test(name)))]
    .toSorted()
    .slice(0, 100);
}
const USER_NAME = /^[a-z][a-z0-9._-]{1,39}$/;
