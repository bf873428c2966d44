/**
 * How much longer purchase lines took whose promised day had passed without them, learned from a company's own receipts: the
 * median wait of those that were late by as many days, of the same supplier where enough were, else of all. Days as day numbers.
 */

/** A line of the past or of now; promises in force are the latest told before a day. */
export interface PromisedLine {
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly promised_on: number;
  readonly told: readonly { readonly told_on: number; readonly promised_on: number }[];
  /** The day all of it was there; null = not yet. */
  readonly received_on: number | null;
}

/** Received longer ago than this says little of suppliers of today; nor does what is overdue for longer and never came. */
export const WAITS_LEARNED_DAYS = 365;
/** So many lines must have come before a median says anything. */
export const LEAST_WAITS = 8;
/** Later than this, as late as this. */
export const MOST_DAYS_LATE = 60;
/** Taken where nothing was ever late often enough to learn from. */
export const WAIT_DAYS_UNLEARNED = 7;

export interface OverdueWait {
  /** From today on; at least 1: in the morning it has not come. */
  readonly days: number;
  readonly by: 'supplier' | 'company' | 'nothing';
  /** Lines it was learned from. */
  readonly lines: number;
}

export interface OverdueWaits {
  /** `days_late`: by its latest promised day, at least 1. Throws a RangeError below. */
  waitOf(supplier_id: number | null, days_late: number): OverdueWait;
}

/** While a promise stood, a line was late by `from` to `to` days of it and came when it was late by `came`; null = it has not. */
interface Spell {
  readonly supplier_id: number;
  readonly from: number;
  readonly to: number;
  readonly came: number | null;
}

export const NOTHING_LEARNED: OverdueWaits = {
  waitOf: (_, days_late) => {
    assertLate(days_late);
    return { days: WAIT_DAYS_UNLEARNED, by: 'nothing', lines: 0 };
  },
};

function assertLate(days_late: number): void {
  if (!(days_late >= 1)) throw new RangeError('a receipt that is not late is not waited for');
}

/** As the morning of `as_of_on` knows it: what was told or came later is not looked at. */
export function learnWaits(lines: Iterable<PromisedLine>, as_of_on: number): OverdueWaits {
  const of_all: Spell[] = [];
  const by_supplier = new Map<number, Spell[]>();
  for (const line of lines) {
    for (const spell of spellsOf(line, as_of_on)) {
      of_all.push(spell);
      const own = by_supplier.get(line.supplier_id);
      if (own) own.push(spell);
      else by_supplier.set(line.supplier_id, [spell]);
    }
  }
  if (of_all.length === 0) return NOTHING_LEARNED;
  const known = new Map<string, OverdueWait>();
  const company = (late: number): OverdueWait => {
    // of the latest that anything is known of, where fewer were as late as this
    for (let at = late; at >= 1; at--) {
      const median = medianWait(of_all, at);
      if (median !== null) return { ...median, by: 'company' };
    }
    return NOTHING_LEARNED.waitOf(null, late);
  };
  return {
    waitOf(supplier_id, days_late) {
      assertLate(days_late);
      const late = Math.min(MOST_DAYS_LATE, Math.floor(days_late));
      const own = supplier_id === null ? undefined : by_supplier.get(supplier_id);
      const key = `${own === undefined ? '' : supplier_id}:${late}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const median = own === undefined ? null : medianWait(own, late);
      const wait: OverdueWait = median === null ? company(late) : { ...median, by: 'supplier' };
      known.set(key, wait);
      return wait;
    },
  };
}

function spellsOf(line: PromisedLine, as_of_on: number): Spell[] {
  const { supplier_id, ordered_on } = line;
  const came_on = line.received_on === null || line.received_on >= as_of_on ? null : line.received_on;
  if (ordered_on >= as_of_on || (came_on ?? as_of_on) < as_of_on - WAITS_LEARNED_DAYS) return [];
  const told = line.told.filter((each) => each.told_on < as_of_on).toSorted((a, b) => a.told_on - b.told_on);
  const promises = [{ told_on: ordered_on, promised_on: line.promised_on }, ...told];
  const spells: Spell[] = [];
  for (const [at, { told_on, promised_on }] of promises.entries()) {
    const next_on = promises[at + 1]?.told_on ?? Number.POSITIVE_INFINITY;
    const first = Math.max(told_on, promised_on) + 1;
    const last = Math.min(next_on, came_on ?? as_of_on);
    if (last < first || (came_on === null && as_of_on - promised_on > WAITS_LEARNED_DAYS)) continue;
    const came = came_on === null ? null : came_on - promised_on;
    spells.push({ supplier_id, from: first - promised_on, to: last - promised_on, came });
  }
  return spells;
}

/**
 * The wait that half of those late by so many days did not exceed, counting lines that have not come as waiting longer than
 * they are seen to (product limit, Kaplan & Meier 1958); null = too few came, or half are waited for still.
 */
function medianWait(spells: readonly Spell[], late: number): Pick<OverdueWait, 'days' | 'lines'> | null {
  const alike = spells.filter(({ from, to }) => from <= late && late <= to);
  const lines = alike.reduce((sum, { came }) => sum + (came === null ? 0 : 1), 0);
  if (lines < LEAST_WAITS) return null;
  // those that come on a day are there before those last seen waiting on it
  const waits = alike
    .map(({ to, came }) => ({ days: (came ?? to) - late, ends: came !== null }))
    .toSorted((a, b) => a.days - b.days || Number(b.ends) - Number(a.ends));
  let waiting = 1;
  for (const [at, { days, ends }] of waits.entries()) {
    if (!ends) continue;
    waiting *= 1 - 1 / (waits.length - at);
    if (waiting <= 0.5 + 1e-9) return { days: Math.max(1, days), lines };
  }
  return null;
}
