/** What planners do: decide on proposals, approve, make orders of it, override forecasts and who is served first. */
import { isoDate } from '#domain/calendar.ts';
import { standingOverrides } from '#domain/forecast/override.ts';
import { OVERRIDE_KINDS } from '#domain/allocation/servingOrder.ts';
import { decisionKey } from '#domain/planning/replenishment/decision.ts';
import type { Machine } from './machine.ts';
import type { Making } from './people.ts';
import { COMPANY, ITEMS, SITES, SUPPLIER, tag } from './world.ts';

const today = (machine: Machine): number => Math.floor(machine.clock() / 86_400_000);

const VERDICTS = ['accepted', 'accepted', 'changed', 'rejected', 'withdrawn'] as const;

/** The newest row of each position as this copy has it, waiting ones last. */
function standing(machine: Machine): ReadonlyMap<string, readonly [string, string]> {
  const rows = machine.look((all) =>
    all<[string, number, number, string, string]>(
      `SELECT id, site_id, item_id, verdict, author FROM v_replenishment_decision
       WHERE mutation_state IN ('accepted', 'pending', 'sent') ORDER BY mutation_state <> 'accepted', accepted_at, ver`,
    ),
  );
  return new Map(
    (rows ?? []).map(([id, site_id, item_id, verdict]) => [
      decisionKey({ site_id, item_id, kind: 'buy', from_site_id: null }),
      [id, verdict],
    ]),
  );
}

const decides: Making = (machine, random, words) => {
  const held = standing(machine);
  const item_id = random.pick(ITEMS);
  const site_id = random.pick(SITES);
  const before = held.get(decisionKey({ site_id, item_id, kind: 'buy', from_site_id: null }));
  const asked = random.pick(VERDICTS);
  const verdict = asked === 'withdrawn' && (!before || before[1] === 'withdrawn') ? 'accepted' : asked;
  const proposed_qty_milli = 1000 * (1 + random.below(5));
  const quantities = { accepted: proposed_qty_milli, changed: proposed_qty_milli + 1000, rejected: 0, withdrawn: 0 };
  return {
    command: 'decideReplenishment',
    args: {
      company_id: COMPANY,
      decisions: [
        {
          site_id,
          item_id,
          kind: 'buy',
          supplier_id: SUPPLIER,
          from_site_id: null,
          verdict,
          proposed_qty_milli,
          qty_milli: quantities[verdict],
          receive_on: '2026-12-01',
          reason: `${words} ${tag('c', site_id)}`,
          inputs: {
            as_of_on: '2026-11-24',
            because: 'needed',
            position_qty_milli: 0,
            week_qty_milli: 1000,
            reorder_qty_milli: 1000,
            up_to_qty_milli: proposed_qty_milli,
            need_qty_milli: proposed_qty_milli,
            accepted_before_qty_milli: 0,
            order_by_on: null,
            runs_out_on: null,
            short_qty_milli: 0,
          },
          rule_version: 1,
          // who does not look is told by the copy, or by the server
          follows: before && (verdict === 'withdrawn' || random.chance(0.8)) ? before[0] : null,
        },
      ],
    },
  };
};

const approves: Making = (machine, random, words) => {
  const waiting = machine.look((all) =>
    all<[string, number]>(
      `SELECT d.id, d.site_id FROM v_replenishment_decision d WHERE d.approval IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM v_replenishment_approval a WHERE a.decision_id = d.id) ORDER BY d.id`,
    ),
  );
  if (!waiting || waiting.length === 0) return undefined;
  const [id, site_id] = random.pick(waiting);
  return {
    command: 'approveReplenishment',
    args: {
      company_id: COMPANY,
      decision_ids: [id],
      verdict: random.chance(0.6) ? 'approved' : 'refused',
      reason: `${words} ${tag('c', site_id)}`,
    },
  };
};

const makesDraft: Making = (machine, random, words) => {
  // waiting ones too: a draft follows its decisions
  const ready = machine.look((all) =>
    all<[string, number]>(
      `SELECT d.id, d.site_id FROM v_replenishment_decision d WHERE d.verdict IN ('accepted', 'changed')
         AND (d.approval IS NULL OR EXISTS
           (SELECT 1 FROM v_replenishment_approval a WHERE a.decision_id = d.id AND a.verdict = 'approved'))
         AND NOT EXISTS (SELECT 1 FROM v_replenishment_decision f WHERE f.follows = d.id)
         AND NOT EXISTS (SELECT 1 FROM v_draft_order_line l WHERE l.decision_id = d.id) ORDER BY d.id`,
    ),
  );
  if (!ready || ready.length === 0) return undefined;
  const [id, site_id] = random.pick(ready);
  return {
    command: 'makeDraftOrder',
    args: {
      company_id: COMPANY,
      site_id,
      supplier_id: SUPPLIER,
      decision_ids: [id],
      minimum_reason: `${words} ${tag('c', site_id)}`,
    },
  };
};

const approvesDrafts: Making = (machine, random, words) => {
  // what needs nobody too, and now and then one's own: whoever does not look is told
  const open = machine.look((all) =>
    all<[string, number, string]>(
      `SELECT o.id, o.site_id, o.author FROM v_draft_order o
       WHERE NOT EXISTS (SELECT 1 FROM v_draft_order_event e WHERE e.draft_order_id = o.id)
         AND NOT EXISTS (SELECT 1 FROM v_draft_order_approval a WHERE a.draft_order_id = o.id) ORDER BY o.id`,
    ),
  );
  if (!open || open.length === 0) return undefined;
  const others = open.filter(([, , author]) => author !== machine.user_name);
  const [id, site_id] = random.pick(others.length > 0 && random.chance(0.9) ? others : open);
  return {
    command: 'approveDraftOrders',
    args: {
      company_id: COMPANY,
      draft_order_ids: [id],
      verdict: random.chance(0.7) ? 'approved' : 'refused',
      reason: `${words} ${tag('c', site_id)}`,
    },
  };
};

const endsDraft: Making = (machine, random, words) => {
  const open = machine.look((all) =>
    all<[string, number]>(
      `SELECT o.id, o.site_id FROM v_draft_order o
       WHERE NOT EXISTS (SELECT 1 FROM v_draft_order_event e WHERE e.draft_order_id = o.id) ORDER BY o.id`,
    ),
  );
  if (!open || open.length === 0) return undefined;
  const [draft_order_id, site_id] = random.pick(open);
  if (random.chance(0.5)) return { command: 'sendDraftOrder', args: { company_id: COMPANY, draft_order_id } };
  return {
    command: 'cancelDraftOrder',
    args: { company_id: COMPANY, draft_order_id, reason: `${words} ${tag('c', site_id)}` },
  };
};

function overrides(machine: Machine, site_id: number, item_id: number) {
  const rows = machine.look((all) =>
    all<[string, 'set' | 'withdrawn', string | null, number, number]>(
      `SELECT id, kind, replaces, from_month, to_month FROM v_forecast_override WHERE site_id = ? AND item_id = ?
         AND mutation_state IN ('accepted', 'pending', 'sent') ORDER BY id`,
      site_id,
      item_id,
    ),
  );
  return standingOverrides(
    (rows ?? []).map(([id, kind, replaces, from_month, to_month]) => ({
      id,
      kind,
      replaces,
      from_month,
      to_month,
      qty_milli: null,
      factor_bp: null,
      expires_on: 0,
      author: '',
      accepted_at_ms: 0,
    })),
  );
}

const overridesForecast: Making = (machine, random, words) => {
  const site_id = random.pick(SITES);
  const item_id = random.pick(ITEMS.slice(0, 2));
  const [held] = overrides(machine, site_id, item_id);
  const reason = `${words} ${tag('g', site_id)}`;
  if (held && random.chance(0.5)) {
    return { command: 'withdrawOverride', args: { item_id, site_id, override_id: held.id, reason } };
  }
  return {
    command: 'overrideForecast',
    args: {
      item_id,
      site_id,
      from_month: 202612,
      to_month: 202703,
      qty_milli: 1000 * (1 + random.below(90)),
      factor_bp: null,
      reason,
      expires_on: '2027-06-30',
      replaces: held && random.chance(0.8) ? held.id : null,
    },
  };
};

const servesFirst: Making = (machine, random, words) => {
  const lines = machine.look((all) =>
    all<[number, number, number, number]>(
      'SELECT order_id, id, site_id, channel_id FROM main.order_line ORDER BY order_id, id',
    ),
  );
  if (!lines || lines.length === 0) return undefined;
  const [order_id, line_id] = random.pick(lines);
  const kind = random.pick(OVERRIDE_KINDS);
  return {
    command: 'overrideFulfilment',
    args: {
      order_id,
      order_line_id: random.chance(0.5) ? line_id : null,
      kind,
      // on a machine with a wrong clock that may be a day the server refuses
      until_on: kind === 'released' ? null : isoDate(today(machine) + random.below(10)),
      // the order may have moved when this is decided: the words then stand where it is
      reason: `${words} ${tag('g')}`,
    },
  };
};

export const PLANNING: readonly Making[] = [
  decides,
  decides,
  approves,
  approves,
  makesDraft,
  approvesDrafts,
  approvesDrafts,
  endsDraft,
  endsDraft,
  overridesForecast,
  overridesForecast,
  servesFirst,
];
/** Favoured where a planted fault is about one of them. */
export const PURCHASING: readonly Making[] = [decides, approves];
export const SENDING: readonly Making[] = [endsDraft];
