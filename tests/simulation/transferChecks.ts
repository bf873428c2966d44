/**
 * What has to hold of every transfer and of the goods it moves: by the true rows alone and by rules written here by hand.
 * Goods that lie somewhere, and goods that are under way, are all the goods there ever were, but for what somebody said
 * did not arrive.
 */
import { MOVED_ITEMS, MOVED_QTY_MILLI, SITES } from './world.ts';

type Value = string | number | null;
export type TransferRow = Readonly<Record<string, Value>>;

/** The only words that may have been said when this one is. */
const FOLLOWS: Readonly<Record<string, string>> = {
  withdrawn: 'requested',
  approved: 'requested',
  refused: 'requested',
  cancelled: 'requested approved',
  dispatched: 'requested approved',
  received: 'requested approved dispatched',
};
const ORDER = ['requested', 'withdrawn', 'approved', 'refused', 'cancelled', 'dispatched', 'received'];
const DAY_MS = 86_400_000;
/** What is given is held back so long; a day less, because the days of two clocks are compared. */
const HELD_MS = 13 * DAY_MS;

const said = (row: TransferRow): string =>
  JSON.stringify(Object.entries(row).filter(([name]) => !['id', 'ver', 'site_id'].includes(name)));

function wrongSteps(id: Value, rows: readonly TransferRow[]): string | undefined {
  const steps = rows
    .filter((row) => row['site_id'] === row['from_site_id'])
    .toSorted((a, b) => ORDER.indexOf(String(a['step'])) - ORDER.indexOf(String(b['step'])));
  const there = rows.filter((row) => row['site_id'] === row['to_site_id']);
  const same = steps.map(said).toSorted().join() === there.map(said).toSorted().join();
  if (!same || steps.length + there.length !== rows.length)
    return `transfer ${String(id)} stands otherwise at its two sites`;
  for (const [at, row] of steps.entries()) {
    const before = steps.slice(0, at);
    const step = String(row['step']);
    const expected = step === 'requested' ? '' : (FOLLOWS[step] ?? 'nothing');
    if (before.map((each) => each['step']).join(' ') !== expected) {
      return `transfer ${String(id)} was ${step} after it was ${before.map((each) => each['step']).join(' ')}`;
    }
    const last = before.at(-1);
    if (last && Number(row['qty_milli']) > Number(last['qty_milli']))
      return `transfer ${String(id)} grew as it was ${step}`;
    if (step === 'received' && row['reason'] === null && row['qty_milli'] !== last?.['qty_milli']) {
      return `of transfer ${String(id)} less arrived and nobody said why`;
    }
    const answers = step === 'approved' || step === 'refused';
    if (answers && row['author'] === steps[0]?.['author'])
      return `${String(row['author'])} answered their own ${String(id)}`;
  }
  return undefined;
}

/** At each site lies what lay there first, and what came, without what went; and no more is promised than lies there. */
function wrongGoods(events: readonly TransferRow[], balances: readonly TransferRow[], moves: readonly TransferRow[]) {
  const now_ms = Math.max(0, ...events.map((row) => Number(row['accepted_at'])));
  const ended = new Set(
    events.flatMap(({ step, transfer_id }) => (step === 'dispatched' || step === 'cancelled' ? [transfer_id] : [])),
  );
  for (const item of MOVED_ITEMS) {
    for (const site of SITES) {
      const of = (rows: readonly TransferRow[]) =>
        rows.filter((row) => row['item_id'] === item && row['site_id'] === site);
      const sum = (rows: readonly TransferRow[], name = 'qty_milli') =>
        rows.reduce((total, row) => total + Number(row[name]), 0);
      const here = of(events);
      const went = sum(here.filter((row) => row['step'] === 'dispatched' && row['from_site_id'] === site));
      const came = sum(here.filter((row) => row['step'] === 'received' && row['to_site_id'] === site));
      const lies = sum(of(balances), 'on_hand_qty_milli');
      const name = `of item ${item} at site ${site}`;
      if (lies !== MOVED_QTY_MILLI + came - went) {
        return `goods were made or lost: ${name} lie ${lies}, ${MOVED_QTY_MILLI} + ${came} came - ${went} went`;
      }
      const moved = sum(of(moves));
      if (moved !== came - went) return `${name} the movements say ${moved}, the transfers ${came - went}`;
      const held = here.filter(
        (row) =>
          row['step'] === 'approved' &&
          row['from_site_id'] === site &&
          !ended.has(row['transfer_id'] ?? null) &&
          now_ms - Number(row['accepted_at']) < HELD_MS,
      );
      if (sum(held) > lies) return `more was given than can be spared: ${name} lie ${lies}, ${sum(held)} are promised`;
    }
  }
  return undefined;
}

/** The first thing that is wrong with what was said of transfers, or with the goods; rows oldest first. */
export function wrongTransfers(
  events: readonly TransferRow[],
  balances: readonly TransferRow[],
  moves: readonly TransferRow[],
): string | undefined {
  const words = new Set<Value | undefined>();
  for (const row of events) {
    if (row['step'] !== 'requested' || row['site_id'] !== row['from_site_id']) continue;
    if (words.has(row['reason']))
      return `an effect happened twice: "${String(row['reason'])}" is asked for by two transfers`;
    words.add(row['reason']);
  }
  for (const [id, rows] of Map.groupBy(events, (row) => row['transfer_id'] ?? null)) {
    const wrong = wrongSteps(id, rows);
    if (wrong !== undefined) return wrong;
  }
  return wrongGoods(events, balances, moves);
}

/** Sent off and not (all) taken in, as a copy has it: said once at each site. */
export const UNDER_WAY_SQL = `SELECT coalesce(sum(CASE step WHEN 'dispatched' THEN qty_milli WHEN 'received' THEN -qty_milli ELSE 0 END), 0)
  FROM main.transfer_event WHERE site_id = from_site_id`;
/** What a copy with both sites has at one of them alone. */
export const HALF_SAID_SQL = `SELECT transfer_id, step FROM main.transfer_event GROUP BY transfer_id, step HAVING count(*) <> 2`;
