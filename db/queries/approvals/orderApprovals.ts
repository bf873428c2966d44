/** Which open orders does somebody have to allow? */
import { isoDate } from '#domain/calendar.ts';
import {
  APPROVAL_KINDS,
  type ApprovalKind,
  approvalState,
  areaOfApproval,
  beyondTogether,
  mayDecideOrder,
  requestersOf,
} from '#domain/orders/approval.ts';
import { beyondMinor } from '#domain/orders/brokenRules.ts';
import type { ApprovalRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { APPROVAL_TABLE } from '#contract/wire/approvalTables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { channelsOf, sitesOf } from '../reference/names.ts';
import { mayInCompany, seesArea } from '../rights.ts';
import { type Judged, type Judgement, judgement, MADE_OF } from './judge.ts';
import { type Said, saidOf } from './said.ts';

export const orderApprovals: QueryHandler<'orderApprovals'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { seen, kinds } = kindsHere(context, company.id);
  const { rows } = await approvalRows(context, company, kinds);
  const asked = rows.filter((row) => args.kind === undefined || row.kind === args.kind);
  const waiting = asked.filter((row) => row.state === 'waiting');
  const shown = args.show === 'waiting' ? waiting : asked.filter((row) => row.state !== 'waiting');
  return {
    rows: shown.slice(0, args.limit),
    total_rows: shown.length,
    waiting: waiting.length,
    decided: asked.length - waiting.length,
    beyond_minor: beyondTogether(shown),
    not_for_you: APPROVAL_KINDS.filter((kind) => !seen.includes(kind)),
    still_loading: seen.filter((kind) => !kinds.includes(kind)),
    currency: company.currency,
    provenance: provenance(context, [...new Set(seen.flatMap(tablesOf))]),
  };
};

/** The kinds this person sees, and of them those whose rows are here. */
export function kindsHere(
  context: QueryContext,
  company_id: number,
): { readonly seen: readonly ApprovalKind[]; readonly kinds: readonly ApprovalKind[] } {
  const seen = APPROVAL_KINDS.filter((kind) => seesArea(context.user, company_id, areaOfApproval(kind)));
  const { loading_tables } = context.replica;
  return { seen, kinds: seen.filter((kind) => !tablesOf(kind).some((table) => loading_tables.has(table))) };
}

export function tablesOf(kind: ApprovalKind): readonly WireTableName[] {
  return [...MADE_OF[kind], APPROVAL_TABLE[kind]];
}

/** The most money first. */
export async function approvalRows(
  context: QueryContext,
  company: TableRow<'company'>,
  kinds: readonly ApprovalKind[],
): Promise<{ readonly rows: readonly ApprovalRow[]; readonly found: Judgement; readonly said: Said[] }> {
  const as_of_on = asOfDay(context, company.time_zone);
  const found = await judgement(context, company, as_of_on, kinds);
  const said = new Map<ApprovalKind, ReadonlyMap<number, readonly Said[]>>();
  for (const kind of kinds) said.set(kind, await saidOf(context, company.id, kind));
  const channels = await channelsOf(context.db, company.id);
  const sites = await sitesOf(context.db, company.id);
  const parties = await partiesOf(context, found.judged);
  const may = mayInCompany(context.user, company.id, 'approve_orders');
  const rows = found.judged.flatMap((judged): ApprovalRow[] => {
    const { kind, order } = judged;
    const of_order = said.get(kind)?.get(order.id) ?? [];
    const decided_here = of_order.some((each) => each.decision !== 'asked');
    // a name on the lines that nobody here wrote counts as somebody's approval
    const broken = decided_here ? judged.broken_bare : judged.broken;
    if (broken.length === 0) return [];
    const party = order.party_id === null ? undefined : parties.get(order.party_id);
    const { state, by, changed } = approvalState(of_order, order.content_hash);
    const asked = of_order.findLast((each) => each.decision === 'asked');
    const own = !mayDecideOrder(context.user, requestersOf(of_order, party?.salesperson ?? null));
    const worst = broken.toSorted((a, b) => b.found - b.allowed - (a.found - a.allowed))[0];
    const channel = order.channel_id === null ? undefined : channels.get(order.channel_id);
    return [
      {
        key: `${kind}:${order.id}`,
        kind,
        order_id: order.id,
        number: order.number,
        party_id: order.party_id,
        party: party?.name ?? null,
        salesperson: party?.salesperson ?? null,
        channel: channel?.name ?? null,
        channel_kind: channel?.kind ?? 'unmapped',
        site: order.site_id === null ? null : (sites.get(order.site_id)?.name ?? null),
        ordered_on: isoDate(order.ordered_on),
        net_minor: order.lines.reduce((sum, line) => sum + line.net_minor, 0),
        beyond_minor: beyondMinor(broken),
        lines: broken.filter((each) => each.order_line_id !== null).length,
        given_bp: kind === 'discount' ? (worst?.found ?? null) : null,
        allowed_bp: kind === 'discount' ? (worst?.allowed ?? null) : null,
        state,
        changed,
        decided_by: by?.author ?? null,
        asked_by: asked?.author ?? null,
        reason: (state === 'waiting' && !changed ? asked : by)?.reason ?? asked?.reason ?? null,
        content_hash: order.content_hash,
        may_decide: may && !own,
        may_not: may ? (own ? 'own' : null) : 'role',
        decision_state: of_order.findLast((each) => !each.accepted)?.state ?? null,
      },
    ];
  });
  return {
    rows: rows.toSorted((a, b) => b.beyond_minor - a.beyond_minor || a.order_id - b.order_id),
    found,
    said: [...said.values()].flatMap((orders) => [...orders.values()].flat()),
  };
}

async function partiesOf(context: QueryContext, judged: readonly Judged[]) {
  const ids = [...new Set(judged.flatMap(({ order }) => order.party_id ?? []))];
  const rows = context.scan<readonly [id: number, name: string, salesperson: string | null]>(
    'SELECT p.id, p.name, p.salesperson FROM json_each(?) j JOIN main.party p ON p.id = j.value',
    [JSON.stringify(ids)],
  );
  return new Map(rows.map(([id, name, salesperson]) => [id, { name, salesperson }]));
}
