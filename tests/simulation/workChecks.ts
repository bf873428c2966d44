/**
 * What has to hold of everything people decide: written as it was foretold, once, and never against the rules between two
 * people. Judged on the true rows alone, by rules written here by hand.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CommandName } from '#contract/commands.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { PredictedRow } from '#db/commands/predict.ts';
import type { Truth, TrueRow } from './truth.ts';
import { TRUTH } from './truthTables.ts';
import { wrongSendings } from './orderChecks.ts';
import { wrongTrail } from './trailChecks.ts';
import { wrongTransfers } from './transferChecks.ts';

/** What a machine showed its person when it took the work. */
export interface Foretold {
  readonly command: CommandName;
  readonly effects: readonly PredictedRow[];
  /** Something was still being loaded: what a copy knows of prices then, it knows of part of them. */
  readonly while_loading: boolean;
}

/** Tables that commands write to, and where their own words stand: the same words are written once. */
const WORDS: Readonly<Record<string, string | null>> = {
  item_note: 'body',
  order_note: 'body',
  signoff: null,
  item_explanation: 'explanation',
  exception_mark: null,
  exception_mark_cost: null,
  exception_mark_finance: null,
  forecast_override: 'reason',
  fulfilment_override: 'reason',
  order_approval: 'reason',
  order_approval_cost: 'reason',
  order_approval_finance: 'reason',
  rule_change: 'title',
  rule_change_cost: 'title',
  rule_verdict: 'reason',
  rule_verdict_cost: 'reason',
  rule_change_finance: 'title',
  rule_verdict_finance: 'reason',
  replenishment_decision: 'reason',
  replenishment_approval: 'reason',
  draft_order: 'minimum_reason',
  draft_order_line: null,
  draft_order_event: 'reason',
  draft_order_approval: 'reason',
  lock_event: 'reason',
  credit_follow_up: 'said',
  close_note: 'body',
  // a file is attached once under its name, and taking it off says its name again
  close_evidence: null,
  // made again, it is recorded again
  binder: null,
  journal_proposal: 'words',
  journal_step: 'words',
  // said at either site; transferChecks.ts looks for what was asked twice
  transfer_event: null,
};
export const WORK_TABLES: readonly string[] = Object.keys(WORDS);

/** The server's to say: it gives numbers, and looks where an order lies and which rules it breaks when it decides. */
const PLACE = ['site_id', 'channel_id'];
const SERVER_SAYS: Readonly<Record<string, readonly string[]>> = {
  order_note: PLACE,
  fulfilment_override: PLACE,
  order_approval: [...PLACE, 'rules'],
  order_approval_cost: [...PLACE, 'rules'],
  order_approval_finance: [...PLACE, 'rules'],
  draft_order: ['number'],
  // only a month's first final one is kept
  binder: ['archive_sha256', 'archive_bytes'],
  transfer_event: ['number', 'due_on'],
  draft_order_event: ['purchase_order_id'],
  // what it was decided over may have been refused on its way
  replenishment_decision: ['follows'],
};

/** The server's own figure stands beside those that were sent. */
const SERVER_ADDS: Readonly<Record<string, string>> = { 'replenishment_decision.inputs': 'own_qty_milli' };

/** By its own figure more may need somebody else's word, never less. */
const SERVER_ASKS_MORE: ReadonlySet<string> = new Set(['replenishment_decision.approval']);

/** What hangs on prices, which a copy that is loading may not have yet. */
const BY_PRICES: Readonly<Record<string, readonly string[]>> = {
  replenishment_decision: ['unit_price_micro', 'value_minor', 'approval'],
};

function asksAtLeast(found: unknown, foretold: unknown): boolean {
  const reasons = (text: unknown): readonly string[] => (typeof text === 'string' ? text.split(' ') : []);
  return reasons(foretold).every((reason) => reasons(found).includes(reason));
}

function without(key: string | undefined, value: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

function asRow(table: string, id: string, { text }: TrueRow): Row {
  const [ver, ...values] = JSON.parse(text) as readonly Value[];
  const row: Record<string, Value> = { id, ver: ver ?? null };
  for (const [at, name] of Object.keys(TRUTH[table]?.values ?? {}).entries()) row[name] = values[at] ?? null;
  return row;
}

const known = new WeakMap<object, readonly Row[]>();
/** Oldest first. */
function rowsOf(truth: Truth, table: string): readonly Row[] {
  const held = truth.get(table);
  if (!held) return [];
  const before = known.get(held);
  if (before) return before;
  const rows = [...held]
    .map(([id, row]) => asRow(table, id, row))
    .toSorted((a, b) => Number(a['accepted_at']) - Number(b['accepted_at']) || Number(a['ver']) - Number(b['ver']));
  known.set(held, rows);
  return rows;
}

/** What is wrong with what became of one piece of work; undefined = nothing. */
export function brokenPromise(truth: Truth, id: string, state: string, foretold: Foretold): string | undefined {
  const written = WORK_TABLES.flatMap((table) =>
    [...(truth.get(table)?.keys() ?? [])]
      .filter((key) => key === id || key.startsWith(`${id}/`))
      .map((key) => `${table} ${key}`),
  );
  if (state !== 'accepted') {
    return written.length === 0 ? undefined : `is ${state} and has an effect: ${written.join(', ')}`;
  }
  const expected = foretold.effects.map(({ tbl, pk }) => `${tbl} ${pk}`);
  const [missing] = expected.filter((each) => !written.includes(each));
  if (missing !== undefined) return `was accepted and its effect is missing: ${missing}`;
  const [more] = written.filter((each) => !expected.includes(each));
  if (more !== undefined) return `was accepted and did more than was foretold: ${more}`;
  for (const { tbl, pk, image } of foretold.effects) {
    const held = truth.get(tbl)?.get(pk);
    const row: Row = held ? asRow(tbl, pk, held) : {};
    for (const [at, { name, type }] of wireTable(tbl).columns.entries()) {
      if (name === 'accepted_at' || SERVER_SAYS[tbl]?.includes(name)) continue;
      const read = (value: Value): unknown => (type === 'json' && value !== null ? JSON.parse(String(value)) : value);
      const found = without(SERVER_ADDS[`${tbl}.${name}`], read(row[name] ?? null));
      if (isDeepStrictEqual(read(image[at] ?? null), found)) continue;
      if (foretold.while_loading && BY_PRICES[tbl]?.includes(name)) continue;
      if (SERVER_ASKS_MORE.has(`${tbl}.${name}`) && asksAtLeast(found, image[at])) continue;
      return `was foretold with ${name} ${JSON.stringify(image[at])} in ${tbl}, the server wrote ${JSON.stringify(row[name])}`;
    }
  }
  return undefined;
}

/** Words of two rows that are the same: one piece of work was done twice. */
export function saidTwice(truth: Truth): string | undefined {
  for (const [table, column] of Object.entries(WORDS)) {
    if (column === null) continue;
    const words = new Set<Value | undefined>();
    for (const row of rowsOf(truth, table)) {
      // the server's own verdicts may say the same, and what needs no reason has none
      if (row['author'] === null || row[column] === null) continue;
      if (words.has(row[column])) return `an effect happened twice: ${table} says "${String(row[column])}" in two rows`;
      words.add(row[column]);
    }
  }
  return undefined;
}

const DAY_MS = 86_400_000;

/** A decision nobody looked over may only stand where none stood, and nobody approves their own. */
function wrongPurchases(truth: Truth): string | undefined {
  const answers = new Map(rowsOf(truth, 'replenishment_approval').map((row) => [row['decision_id'], row]));
  const sent = new Set(
    rowsOf(truth, 'draft_order_event').flatMap((row) => (row['kind'] === 'sent' ? [row['draft_order_id']] : [])),
  );
  const ended = new Set(rowsOf(truth, 'draft_order_event').map((row) => row['draft_order_id']));
  const ordered = new Set<Value | undefined>();
  const drafted = new Set<Value | undefined>();
  for (const line of rowsOf(truth, 'draft_order_line')) {
    const [order, decision] = [line['draft_order_id'], line['decision_id']];
    if (sent.has(order)) ordered.add(decision);
    if (ended.has(order) && !sent.has(order)) continue;
    if (drafted.has(decision)) return `decision ${String(decision)} is on two draft orders`;
    drafted.add(decision);
  }
  const newest = new Map<string, Row>();
  for (const row of rowsOf(truth, 'replenishment_decision')) {
    const answer = answers.get(row['id']);
    if (answer && answer['author'] === row['author'])
      return `${String(row['author'])} approved their own ${String(row['id'])}`;
    const position = [row['site_id'], row['item_id'], row['kind'], row['from_site_id']].join(':');
    const before = newest.get(position);
    newest.set(position, row);
    if (!before || row['follows'] === before['id']) continue;
    const age_ms = Number(row['accepted_at']) - Number(before['accepted_at']);
    const refused = before['verdict'] === 'rejected' || answers.get(before['id'])?.['verdict'] === 'refused';
    const over = before['verdict'] === 'withdrawn' || ordered.has(before['id']) || (refused && age_ms > 6 * DAY_MS);
    if (!over) return `${String(row['id'])} was decided over ${String(before['id'])}, which stood, and nobody was told`;
  }
  const numbers = new Set<Value | undefined>();
  for (const row of rowsOf(truth, 'purchase_order')) {
    if (numbers.has(row['number'])) return `purchase order ${String(row['number'])} was made twice`;
    numbers.add(row['number']);
  }
  return numbers.size === sent.size ? undefined : `${sent.size} drafts are sent and there are ${numbers.size} orders`;
}

/** A change of rules has one answer of a person, and it is somebody else's. */
function wrongRules(truth: Truth): string | undefined {
  for (const [change, verdict] of [
    ['rule_change', 'rule_verdict'],
    ['rule_change_cost', 'rule_verdict_cost'],
    ['rule_change_finance', 'rule_verdict_finance'],
  ] as const) {
    const authors = new Map(rowsOf(truth, change).map((row) => [row['id'], row['author']]));
    const answered = new Set<Value | undefined>();
    for (const row of rowsOf(truth, verdict)) {
      const id = row['change_id'];
      if (row['verdict'] === 'effective' && !answered.has(id)) return `${change} ${String(id)} took effect unapproved`;
      if (row['verdict'] !== 'approved' && row['verdict'] !== 'refused') continue;
      if (row['author'] === authors.get(id))
        return `${String(row['author'])} decided about their own ${change} ${String(id)}`;
      if (answered.has(id)) return `${change} ${String(id)} was decided twice`;
      answered.add(id);
    }
  }
  return undefined;
}

/** Nobody allows what they asked for, and the same lines are allowed once. */
function wrongOrders(truth: Truth): string | undefined {
  for (const table of ['order_approval', 'order_approval_cost', 'order_approval_finance']) {
    for (const [order, said] of Map.groupBy(rowsOf(truth, table), (row) => row['order_id'])) {
      const allowed = new Set<Value | undefined>();
      let asking = new Set<Value | undefined>();
      for (const row of said) {
        if (row['decision'] === 'asked') {
          asking.add(row['author']);
          continue;
        }
        if (asking.has(row['author']))
          return `${String(row['author'])} decided about order ${String(order)} they asked for`;
        if (allowed.has(row['content_hash'])) return `${table} ${String(order)} was decided over an approval`;
        if (row['decision'] === 'approved') allowed.add(row['content_hash']);
        asking = new Set();
      }
    }
  }
  return undefined;
}

/** Whoever asks for a month to be opened may take that back, and does not open it; it is answered once. */
function wrongLocks(truth: Truth): string | undefined {
  const events = rowsOf(truth, 'lock_event');
  const authors = new Map(events.map((row) => [row['id'], row['author']]));
  const answered = new Set<Value | undefined>();
  for (const { answers_id, author, step } of events) {
    if (answers_id === null) continue;
    if (authors.get(answers_id) === author && step !== 'reopening_refused')
      return `${String(author)} opened the month they asked to open`;
    if (answered.has(answers_id)) return `opening the month, ${String(answers_id)}, was answered twice`;
    answered.add(answers_id);
  }
  return undefined;
}

const wrongDrafts = (truth: Truth): string | undefined =>
  wrongSendings({
    drafts: rowsOf(truth, 'draft_order'),
    lines: rowsOf(truth, 'draft_order_line'),
    events: rowsOf(truth, 'draft_order_event'),
    answers: rowsOf(truth, 'draft_order_approval'),
    decisions: rowsOf(truth, 'replenishment_decision'),
    seen: rowsOf(truth, 'replenishment_approval'),
  });

const wrongGoods = (truth: Truth): string | undefined =>
  wrongTransfers(rowsOf(truth, 'transfer_event'), rowsOf(truth, 'stock_balance'), rowsOf(truth, 'stock_move'));

/** Nobody approves what they proposed or worded; an item has one entry that stands; what was decided stays so. */
function wrongEntries(truth: Truth): string | undefined {
  const steps = Map.groupBy(rowsOf(truth, 'journal_step'), (row) => row['proposal_id']);
  const standing = new Set<unknown>();
  for (const proposal of rowsOf(truth, 'journal_proposal')) {
    const id = String(proposal['id']);
    const authors = new Set([proposal['author']]);
    let over = false;
    let decided = false;
    for (const { step, author } of steps.get(proposal['id']) ?? []) {
      if (over) return `entry ${id} was ${String(step)} after its end`;
      if (step === 'reworded') authors.add(author ?? null);
      if (step === 'approved' || step === 'refused') {
        if (decided) return `entry ${id} was decided twice`;
        if (authors.has(author ?? null)) return `${String(author)} decided about their own entry ${id}`;
        decided = true;
      }
      over = step === 'refused' || step === 'withdrawn' || step === 'renewed';
    }
    if (over) continue;
    const { items } = JSON.parse(String(proposal['inputs'])) as {
      readonly items: readonly { readonly line_id: number }[];
    };
    for (const { line_id } of items) {
      if (standing.has(line_id)) return `two entries stand for item ${line_id}`;
      standing.add(line_id);
    }
  }
  return undefined;
}

const RULES = [wrongPurchases, wrongDrafts, wrongRules, wrongOrders, wrongGoods, wrongLocks, wrongEntries] as const;
const LOOKED_AT = [...WORK_TABLES, 'purchase_order', 'stock_balance', 'stock_move', 'close_entry'];

/** The first thing that is wrong at this moment; looks only at what changed since. */
export function wrongWork(truth: Truth, before: Truth | undefined): string | undefined {
  if (before && LOOKED_AT.every((table) => truth.get(table) === before.get(table))) return undefined;
  return (
    saidTwice(truth) ??
    RULES.map((rule) => rule(truth)).find((said) => said !== undefined) ??
    // what was there at first was decided before the trail told of it
    (before &&
      wrongTrail(
        (table) => rowsOf(truth, table),
        (table, id) => before.get(table)?.has(id) !== true,
      ))
  );
}

export function ruleChangesInEffect(truth: Truth): number {
  return ['rule_verdict', 'rule_verdict_cost', 'rule_verdict_finance']
    .flatMap((table) => rowsOf(truth, table))
    .filter((row) => row['verdict'] === 'effective').length;
}
