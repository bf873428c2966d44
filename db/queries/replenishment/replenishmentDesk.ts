/** What was decided, what waits for whom, what can be ordered, and the drafts. */
import { grantsPermit } from '#domain/access/grants.ts';
import { isoDate } from '#domain/calendar.ts';
import { approvalReasonsOf } from '#domain/planning/replenishment/approval.ts';
import { containerLoad, type ContainerTerms, type Measured } from '#domain/planning/replenishment/containerLoad.ts';
import type { DecisionInputs } from '#domain/planning/replenishment/decision.ts';
import { freightOf } from '#domain/planning/replenishment/orderTerms.ts';
import type { OrderContainers, ReadyLine, ReadyOrder, ReplenishmentDesk, StandingDecision } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { containersBySupplier, itemSizes, NO_SIZE } from '#db/replenishment/containers.ts';
import { type Decision, lineKey, orderTermsBySupplier } from '#db/replenishment/standing.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { standingDecisions } from './decisions.ts';
import { draftsOf } from './deskDrafts.ts';
import { type Names, namesOf } from './deskNames.ts';

const TABLES: readonly WireTableName[] = [
  'replenishment_decision',
  'replenishment_approval',
  'draft_order',
  'draft_order_line',
  'draft_order_event',
  'draft_order_approval',
  'transfer_event',
  'supplier_container',
];
const MOST_DECISIONS = 5000;

export const replenishmentDesk: QueryHandler<'replenishmentDesk'> = async (context, { company_id }) => {
  const company = await companyById(context, company_id);
  const { currency } = company;
  const standing = standingDecisions(context, { company_id, currency }).slice(-MOST_DECISIONS);
  const said = saidOf(context, company_id, standing);
  context.checkCancelled();
  const names = namesOf(context, company_id);
  // what is not sent yet goes in what the supplier sends in today
  const containers = containersBySupplier(context.scan, company_id, asOfDay(context, company.time_zone));
  const loads: Loads = { containers, sizes: containers.size === 0 ? new Map() : itemSizes(context.scan, company_id) };
  const { drafts, drafts_total } = draftsOf(context, company, {
    names,
    load: (lines, supplier_id) => loadOf(lines, supplier_id, loads),
  });
  return {
    currency,
    decisions: standing.map(shown),
    approvals: waitingFor(context, company_id, standing, { names, said }),
    ready: readyOrders(context, company_id, standing, { names, said, loads }),
    transfers: readyTransfers(standing, names),
    drafts,
    drafts_total,
    provenance: provenance(context, TABLES),
  };
};

function shown(decision: Decision): StandingDecision {
  const { id, state, verdict, qty_milli, proposed_qty_milli, value_minor, reason, waiting, answer } = decision;
  return {
    id,
    key: lineKey(decision),
    state,
    verdict,
    qty_milli,
    proposed_qty_milli,
    value_minor,
    by: decision.author,
    at_ms: decision.accepted_at,
    reason,
    answered: answer === null ? null : { verdict: answer.verdict, by: answer.by, reason: answer.reason },
    waiting,
    draft_number: decision.draft?.number ?? decision.transfer?.number ?? null,
  };
}

/** Of the figures a decision was made of, those the desk shows. */
interface Said {
  readonly own_qty_milli: number | null;
  readonly because: DecisionInputs['because'];
  readonly order_by_on: string | null;
}
type SaidTuple = readonly [
  id: string,
  own_qty_milli: number | null,
  because: DecisionInputs['because'] | null,
  order_by_on: string | null,
];
type SaidOf = (decision_id: string) => Said;
const SAID_NOTHING: Said = { own_qty_milli: null, because: 'needed', order_by_on: null };

/** Of all that stand at once: asked one by one, a desk of 5,000 took as many statements. */
function saidOf({ scan }: QueryContext, company_id: number, standing: readonly Decision[]): SaidOf {
  const rows =
    standing.length === 0
      ? []
      : scan<SaidTuple>(
          `SELECT id, json_extract(inputs, '$.own_qty_milli'), json_extract(inputs, '$.because'),
             json_extract(inputs, '$.order_by_on')
           FROM v_replenishment_decision WHERE company_id = ? AND id IN (SELECT value FROM json_each(?))`,
          [company_id, JSON.stringify(standing.map(({ id }) => id))],
        );
  const said = new Map(
    rows.map(([id, own_qty_milli, because, order_by_on]): [string, Said] => [
      id,
      { own_qty_milli, because: because ?? 'needed', order_by_on },
    ]),
  );
  return (decision_id) => said.get(decision_id) ?? SAID_NOTHING;
}

interface Told {
  readonly names: Names;
  readonly said: SaidOf;
}

function waitingFor(
  { user }: QueryContext,
  company_id: number,
  standing: readonly Decision[],
  { names, said }: Told,
): ReplenishmentDesk['approvals'] {
  const grants = domainGrants(user.grants);
  return standing
    .filter((each) => each.state === 'for_approval')
    .map((each) => {
      const { id: decision_id, item_id, site_id, qty_milli, proposed_qty_milli, unit_price_micro, value_minor } = each;
      const permitted = grantsPermit(grants, 'approve_purchases', { company_id, site_id });
      return {
        decision_id,
        item_id,
        ...names.item(item_id),
        site_id,
        site: names.site(site_id) ?? '',
        supplier: names.party(each.supplier_id),
        from_site: names.site(each.from_site_id),
        qty_milli,
        proposed_qty_milli,
        unit_price_micro,
        value_minor,
        by: each.author,
        at_ms: each.accepted_at,
        reason: each.reason,
        why: approvalReasonsOf(each.approval),
        own_qty_milli: said(decision_id).own_qty_milli,
        waiting: each.waiting,
        not_mine: !permitted ? ('role' as const) : each.author === user.name ? ('own' as const) : null,
      };
    })
    .toSorted((a, b) => (b.value_minor ?? 0) - (a.value_minor ?? 0));
}

function readyOrders(
  context: QueryContext,
  company_id: number,
  standing: readonly Decision[],
  { names, said, loads }: Told & { readonly loads: Loads },
): ReplenishmentDesk['ready'] {
  const termsOf = orderTermsBySupplier(context.scan, company_id);
  const keyOf = (each: Decision): string => `${each.supplier_id}:${each.site_id}`;
  const bought = standing.filter((each) => each.kind === 'buy' && each.supplier_id !== null);
  const asked = Map.groupBy(
    bought.filter((each) => each.state === 'for_approval'),
    keyOf,
  );
  const orders = Map.groupBy(
    bought.filter((each) => each.state === 'accepted'),
    keyOf,
  );
  return [...orders]
    .map(([key, decisions]): ReadyOrder => {
      const [first] = decisions;
      const value_minor = decisions.reduce((sum, each) => sum + (each.value_minor ?? 0), 0);
      const terms = termsOf(first?.supplier_id ?? 0);
      return {
        key,
        supplier_id: first?.supplier_id ?? 0,
        supplier: names.party(first?.supplier_id ?? null) ?? '',
        site_id: first?.site_id ?? 0,
        site: names.site(first?.site_id ?? null) ?? '',
        lines: decisions.map((each) => readyLine(each, names, said(each.id))),
        value_minor,
        without_price: decisions.filter((each) => each.value_minor === null).length,
        minimum_minor: terms.minimum_minor,
        freight_minor: freightOf(terms, value_minor),
        free_freight_from_minor: terms.free_freight_from_minor,
        container: loadOf(decisions, first?.supplier_id ?? 0, loads),
        for_approval: asked.get(key)?.length ?? 0,
      };
    })
    .toSorted((a, b) => (a.supplier < b.supplier ? -1 : a.supplier > b.supplier ? 1 : a.site_id - b.site_id));
}

interface Loads {
  readonly containers: ReadonlyMap<number, ContainerTerms>;
  readonly sizes: ReadonlyMap<number, Measured>;
}

/** As it is, of what was accepted or ordered: nothing is added on the desk. */
function loadOf(
  lines: readonly { readonly item_id: number; readonly qty_milli: number }[],
  supplier_id: number,
  { containers, sizes }: Loads,
): OrderContainers | null {
  const container = containers.get(supplier_id);
  if (container === undefined) return null;
  const load = containerLoad(
    lines.map(({ item_id, qty_milli }) => ({ item_id, qty_milli, ...(sizes.get(item_id) ?? NO_SIZE) })),
    container,
  );
  return load && { ...load, least_fill_bp: container.least_fill_bp, filling_lines: 0, below: null };
}

function readyTransfers(standing: readonly Decision[], names: Names): ReplenishmentDesk['transfers'] {
  return standing.flatMap((each) => {
    const { kind, state, item_id, from_site_id, site_id, qty_milli, receive_on, waiting } = each;
    if (kind !== 'transfer' || state !== 'accepted' || from_site_id === null) return [];
    return [
      {
        decision_id: each.id,
        item_id,
        ...names.item(item_id),
        from_site_id,
        from_site: names.site(from_site_id) ?? '',
        site_id,
        site: names.site(site_id) ?? '',
        qty_milli,
        receive_on: isoDate(receive_on),
        waiting,
      },
    ];
  });
}

function readyLine(each: Decision, names: Names, { because, order_by_on }: Said): ReadyLine {
  return {
    decision_id: each.id,
    item_id: each.item_id,
    ...names.item(each.item_id),
    qty_milli: each.qty_milli,
    unit_price_micro: each.unit_price_micro,
    value_minor: each.value_minor,
    because,
    order_by_on,
    receive_on: isoDate(each.receive_on),
    waiting: each.waiting,
  };
}
