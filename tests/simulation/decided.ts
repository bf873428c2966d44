/**
 * What people plan and decide with, and what they had decided before the simulation begins: so that every command has
 * something to act on from the first step. Reasons carry the area they lie in, prices and limits are numbers of costs.
 */
import { journalEntry, type JournalInputs } from '#domain/close/journal/entry.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import {
  CHANNELS,
  CLOSED_PERIOD,
  COMPANY,
  costOf,
  ITEMS,
  LOCKED_PERIOD,
  MOVED_ITEMS,
  SITES,
  SUPPLIER,
  tag,
  TASKS,
} from './world.ts';

/**
 * Of the item: the first two are dear, so that a decision about them waits for somebody else; of the last no
 * more may go to the supplier in a week than one draft has here, and what more goes needs somebody else’s word.
 */
export function priceOf(item: number): number {
  if (item < ITEMS[2]) return costOf(0, item);
  return item === ITEMS[3] ? 800_000_000 : 1_000_000;
}

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** When the virtual clock begins: what is approved that day takes effect at once. */
const TODAY = '2026-11-25';
const SAID_AT = `'2026-11-01T08:00:00Z', '2026-11-01T08:00:01Z'`;

const ENTRY: JournalInputs = {
  currency: 'EUR',
  cut_off_on: '2026-10-31',
  reverses: false,
  items: [
    {
      line_id: TASKS[0] + 200,
      role: 'fx_gain',
      cause: 'revalued_at_another_rate',
      ref: 'GL-2',
      arose_on: '2026-10-30',
      // the task shows debts positive
      amount_minor: -900,
      document_kind: null,
      counter_role: 'intercompany',
    },
  ],
  accounts: { fx_gain: '8900', intercompany: '1800' },
};

export function whatIsDecided(): readonly string[] {
  return [
    ...ITEMS.flatMap((item, index) => [
      `insert into supplier_item (id, company_id, supplier_id, item_id, moq_qty_milli, multiple_qty_milli, lead_time_days,
        preferred) values (${131 + index}, ${COMPANY}, ${SUPPLIER}, ${item}, 0, 1000, 14, true)`,
      `insert into supplier_item_price (id, company_id, supplier_item_id, unit_price_micro, valid_from)
        values (${141 + index}, ${COMPANY}, ${131 + index}, ${priceOf(item)}, '2020-01-01')`,
    ]),
    // an entry for the item of the first task, so that somebody has one to decide on
    `insert into journal_proposal (id, company_id, period_id, reference, words, booked_on, reverses_on, amount_minor, inputs,
      lines, author, written_at, accepted_at) values ('${uuid(70)}', ${COMPANY}, ${CLOSED_PERIOD}, 'JP-202610-00000070',
      'rates ${tag('f')}', '2026-10-31', null, 900, '${JSON.stringify(ENTRY)}', '${JSON.stringify(journalEntry(ENTRY).lines)}',
      'finance2', ${SAID_AT})`,
    `insert into supplier_terms (id, company_id, supplier_id) values (95, ${COMPANY}, ${SUPPLIER})`,
    // no draft ever reaches it, so that each says why it is made all the same
    `insert into supplier_terms_cost (id, company_id, minimum_order_minor, freight_minor)
      values (95, ${COMPANY}, ${costOf(0, 950_000)}, 9500)`,
    ...CHANNELS.map(
      (
        channel,
        index,
      ) => `insert into channel_rule (id, company_id, channel_id, priority, protected_bp, max_discount_bp, owner)
        values (${101 + index}, ${COMPANY}, ${channel}, ${1 + index}, 0, 500, 'finance')`,
    ),
    ...ITEMS.map(
      (item, index) => `insert into price_floor (id, company_id, item_id, floor_price_micro, valid_from, owner)
        values (${111 + index}, ${COMPANY}, ${item}, ${costOf(0, 110_000 + index)}, '2020-01-01', 'finance')`,
    ),
    ...SITES.flatMap(decidedAt),
    ...transfersBefore(),
    lockEvent(uuid(80), 'soft_lock', 'sales purchasing', 'controller', 'null, null'),
    lockEvent(uuid(81), 'reopening_asked', 'sales', 'finance2', `4, 'had before ${uuid(81)} ${tag('f')}'`),
    ruleChange(uuid(31), 'rule_change', 'finance', CHANNELS[0], channelLine(CHANNELS[0])),
    ruleChange(uuid(32), 'rule_change_cost', 'controller', null, floorLine()),
    `insert into flux_threshold (id, company_id, amount_minor, rate_bp, owner) values (121, ${COMPANY}, 100000, 1000, 'finance')`,
    ruleChange(uuid(33), 'rule_change_finance', 'finance', null, thresholdLine()),
  ];
}

/** One purchase that counts, one that waits for approval, a draft order (which may leave at one site), a planner's own forecast. */
function decidedAt(site: number, index: number): readonly string[] {
  const [counts, waits, drafted, draft, forecast] = [1, 2, 3, 4, 5].map((number) => uuid(10 * (index + 1) + number));
  const decision = (id: string | undefined, item: number, approval: string | null, qty_milli = 2000): string =>
    `insert into replenishment_decision (id, company_id, site_id, item_id, kind, supplier_id, verdict, proposed_qty_milli,
      qty_milli, receive_on, reason, inputs, rule_version, unit_price_micro, value_minor, approval, author, written_at,
      accepted_at) values ('${id}/0', ${COMPANY}, ${site}, ${item}, 'buy', ${SUPPLIER}, 'accepted', ${qty_milli}, ${qty_milli}, '2026-12-01',
      'had before ${id} ${tag('c', site)}', '{}', 1, ${priceOf(item)}, ${(priceOf(item) * qty_milli) / 10_000_000},
      ${approval === null ? 'null' : `'${approval}'`}, 'finance', ${SAID_AT})`;
  return [
    decision(counts, ITEMS[2], null),
    decision(waits, ITEMS[0], 'value'),
    decision(drafted, ITEMS[3], null, 6000),
    `insert into draft_order (id, company_id, site_id, number, supplier_id, value_minor, freight_minor, minimum_reason, author,
      written_at, accepted_at) values ('${draft}', ${COMPANY}, ${site}, 'DO-0000${index + 1}', ${SUPPLIER}, 480000, 9500,
      'had before ${draft} ${tag('c', site)}', 'finance', '2026-11-24T08:00:00Z', '2026-11-24T08:00:0${index}Z')`,
    `insert into draft_order_line (id, company_id, site_id, draft_order_id, decision_id, item_id, qty_milli, unit_price_micro,
      value_minor) values ('${draft}/0', ${COMPANY}, ${site}, '${draft}', '${drafted}/0', ${ITEMS[3]}, 6000, ${priceOf(ITEMS[3])}, 480000)`,
    `insert into forecast_override (id, company_id, site_id, item_id, kind, from_month, to_month, factor_bp, reason, expires_on,
      author, written_at, accepted_at) values ('${forecast}', ${COMPANY}, ${site}, ${ITEMS[0]}, 'set', 202612, 202703, 12000,
      'had before ${forecast} ${tag('g', site)}', '2027-06-30', 'controller', ${SAID_AT})`,
  ];
}

/** `more`: for how many hours, and why. */
function lockEvent(id: string, step: string, areas: string, author: string, more: string): string {
  return `insert into lock_event (id, company_id, period_id, step, areas, hours, reason, author, written_at, accepted_at)
    values ('${id}', ${COMPANY}, ${LOCKED_PERIOD}, '${step}', '${areas}', ${more}, '${author}', ${SAID_AT})`;
}

/** One that waits for an answer, one that was given, one under way. */
function transfersBefore(): readonly string[] {
  const [here, there] = SITES;
  const ways = [
    ['requested', [here, there]],
    ['requested approved', [there, here]],
    ['requested approved dispatched', [here, there]],
  ] as const;
  return ways.flatMap(([steps, [from, to]], index) => {
    // of the first more is asked for than lies there
    const qty_milli = index === 0 ? 7000 : 3000;
    const item = MOVED_ITEMS[index] ?? 0;
    const number = `TR-0000${index + 1}`;
    const said = steps.split(' ').flatMap((step, nth) =>
      [from, to].map(
        (site, side) =>
          `insert into transfer_event (id, company_id, site_id, transfer_id, step, number, item_id, from_site_id, to_site_id,
            qty_milli, due_on, reason, author, written_at, accepted_at) values ('${uuid(40 + 10 * index + nth)}/${side}',
            ${COMPANY}, ${site}, '${uuid(40 + 10 * index)}/0', '${step}', '${number}', ${item}, ${from}, ${to}, ${qty_milli},
            null, 'had before ${number} ${step} ${tag('g')}', '${step === 'requested' ? 'controller' : 'finance2'}',
            '${TODAY}T08:00:0${nth}Z', '${TODAY}T08:00:0${nth}Z')`,
      ),
    );
    if (!steps.endsWith('dispatched')) return said;
    return [
      ...said,
      `update stock_balance set on_hand_qty_milli = on_hand_qty_milli - ${qty_milli} where site_id = ${from} and item_id = ${item}`,
      `insert into stock_move (company_id, site_id, item_id, kind, moved_on, qty_milli, ref)
        values (${COMPANY}, ${from}, ${item}, 'transfer_out', '${TODAY}', ${-qty_milli}, '${number}')`,
    ];
  });
}

const channelLine = (channel_id: number): object => ({
  ...NO_KEY,
  channel_id,
  before: {
    priority: 1,
    protected_bp: 0,
    max_discount_bp: 500,
    owner: 'finance',
  },
  after: {
    priority: 1,
    protected_bp: 100,
    max_discount_bp: 500,
    owner: 'finance',
  },
});
const floorLine = (): object => ({
  ...NO_KEY,
  item_id: ITEMS[3],
  before: {
    floor_price_micro: costOf(0, 110003),
    owner: 'finance',
  },
  after: {
    floor_price_micro: costOf(0, 110900),
    owner: 'finance',
  },
});

const thresholdLine = (): object => ({
  ...NO_KEY,
  before: { amount_minor: 100_000, rate_bp: 1_000, owner: 'finance' },
  after: { amount_minor: 90_000, rate_bp: 1_000, owner: 'finance' },
});

const CHANGED = {
  rule_change: { subject: 'channel_rule', area: 'g', on: TODAY },
  rule_change_cost: { subject: 'price_floor', area: 'c', on: TODAY },
  // a month has one threshold from its first day on
  rule_change_finance: { subject: 'flux_threshold', area: 'f', on: '2026-12-01' },
} as const;

function ruleChange(
  id: string,
  table: keyof typeof CHANGED,
  author: string,
  channel: number | null,
  line: object,
): string {
  const { subject, area, on } = CHANGED[table];
  return `insert into ${table} (id, company_id, channel_id, subject, title, reason, effective_on, lines, author, written_at,
    accepted_at) values ('${id}', ${COMPANY}, ${channel ?? 'null'}, '${subject}',
    'had before ${id}', 'had before ${id} ${tag(area, 0, channel ?? 0)}', '${on}',
    '${JSON.stringify([line])}', '${author}', ${SAID_AT})`;
}
