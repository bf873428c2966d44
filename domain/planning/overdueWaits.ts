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
  const medianOfAll = mediansOf(of_all);
  const medians = new Map([...by_supplier].map(([supplier_id, own]) => [supplier_id, mediansOf(own)]));
  // of the latest that anything is known of, where fewer were as late as this
  const of_company: OverdueWait[] = [NOTHING_LEARNED.waitOf(null, 1)];
  for (let late = 1; late <= MOST_DAYS_LATE; late++) {
    const median = medianOfAll(late);
    const before = of_company[late - 1] as OverdueWait;
    of_company.push(median === null ? before : { ...median, by: 'company' });
  }
  return {
    waitOf(supplier_id, days_late) {
      assertLate(days_late);
      const late = Math.min(MOST_DAYS_LATE, Math.floor(days_late));
      const median = supplier_id === null ? null : (medians.get(supplier_id)?.(late) ?? null);
      return median === null ? (of_company[late] as OverdueWait) : { ...median, by: 'supplier' };
    },
  };
}

type Median = Pick<OverdueWait, 'days' | 'lines'>;

/** Each made once, when it is first asked for: thousands of lines ask about a few days. `late` is at most MOST_DAYS_LATE. */
function mediansOf(spells: readonly Spell[]): (late: number) => Median | null {
  const known: (Median | null)[] = [];
  return (late) => {
    let median = known[late];
    if (median === undefined) {
      median = medianWait(spells, late);
      known[late] = median;
    }
    return median;
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
function medianWait(spells: readonly Spell[], late: number): Median | null {
  // by days: how many came, and how many were last seen waiting
  const came: number[] = [];
  const waiting: number[] = [];
  let [lines, longest] = [0, 0];
  let alike = 0;
  for (const spell of spells) {
    if (spell.from > late || late > spell.to) continue;
    const days = (spell.came ?? spell.to) - late;
    const into = spell.came === null ? waiting : came;
    into[days] = (into[days] ?? 0) + 1;
    if (spell.came !== null) lines += 1;
    alike += 1;
    longest = Math.max(longest, days);
  }
  if (lines < LEAST_WAITS) return null;
  let still = 1;
  for (let days = 0; days <= longest; days++) {
    const ends = came[days] ?? 0;
    // those that come on a day are there before those last seen waiting on it
    if (ends > 0) still *= 1 - ends / alike;
    if (ends > 0 && still <= 0.5 + 1e-9) return { days: Math.max(1, days), lines };
    alike -= ends + (waiting[days] ?? 0);
  }
  return null;
}
