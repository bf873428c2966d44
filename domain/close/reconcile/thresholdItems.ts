/**
 * Agreements that ended below their threshold: what was accrued for them is to be given back. An entry that does so already is
 * found whatever its journal is, before the end, on it or later; what none gives back is an item, and stays one until an entry does.
 */
import { firstDayOfMonth, monthOfDay } from '../../calendar.ts';
import type { Movements } from './byDay.ts';
import type { CellsLeft } from './cellsLeft.ts';
import type { CompanyFacts, Found } from './facts.ts';
import { JOURNALS } from './plan.ts';

const ROLE = 'rebate_accrual';
/** One entry may give back what was accrued for several; more than this are not tried together: chance would find some. */
const TOGETHER = 8;

export interface ThresholdItems {
  /** What was carried, less what an entry gave back meanwhile. */
  readonly carried: readonly Found[];
  /** What this look found and no entry gives back. */
  readonly fresh: readonly Found[];
}

/** Takes the days of what it finds, and of the entries that give it back, out of `left`. */
export function thresholdItems(
  left: CellsLeft,
  carried: readonly Found[],
  { give_backs, cut_off, from }: Pick<CompanyFacts, 'give_backs' | 'cut_off' | 'from'>,
  movements: Movements,
): ThresholdItems {
  const fresh = give_backs
    .filter(({ day }) => day >= from && day <= cut_off)
    .map(
      ({ day, amount_minor, ref, documents }): Found => ({
        role: ROLE,
        cause: amount_minor > 0 ? 'threshold_not_reached' : 'rebate_owed_after_all',
        amount_minor: -amount_minor,
        ref,
        arose_on: day,
        documents,
        settles_on: null,
      }),
    );
  for (const { arose_on, amount_minor } of fresh) left.take(ROLE, arose_on, amount_minor);
  const isThreshold = ({ cause }: Found): boolean =>
    cause === 'threshold_not_reached' || cause === 'rebate_owed_after_all';
  let open: readonly Found[] = withoutTakenBack([...carried.filter(isThreshold), ...fresh]);
  // what an earlier month took for an entry by hand gave it back before its time
  const early = new Set<Found>();
  for (const item of carried) {
    if (item.role !== ROLE || item.cause !== 'entry_by_hand') continue;
    const given = givenBackBy(open, item.amount_minor);
    if (given.length === 0) continue;
    early.add(item);
    open = open.filter((each) => !given.includes(each));
  }
  const { usual, own } = JOURNALS[ROLE];
  for (const { journal_kind, booked_on, amount_minor } of movements.of(ROLE)) {
    if (booked_on > cut_off || usual.has(journal_kind) || own.has(journal_kind)) continue;
    const given = givenBackBy(open, amount_minor);
    if (given.length === 0) continue;
    left.take(ROLE, booked_on, amount_minor);
    open = open.filter((each) => !given.includes(each));
  }
  // among what documents posted on a day: all it has too much
  for (const cell of left.all().filter(({ role, day }) => role === ROLE && day <= cut_off)) {
    const given = givenBackBy(
      open.filter(({ arose_on }) => cell.day >= firstDayOfMonth(monthOfDay(arose_on))),
      cell.amount_minor,
    );
    if (given.length === 0) continue;
    left.take(ROLE, cell.day, cell.amount_minor);
    open = open.filter((each) => !given.includes(each));
  }
  return {
    carried: carried.filter((item) => !early.has(item) && (!isThreshold(item) || open.includes(item))),
    fresh: fresh.filter((item) => open.includes(item)),
  };
}

/** What is owed after all, of what nobody gave back yet, is no difference. */
function withoutTakenBack(items: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const item of items) {
    const other = kept.findIndex(
      (each) => each.amount_minor === -item.amount_minor && agreementOf(each) === agreementOf(item),
    );
    if (other >= 0) kept.splice(other, 1);
    else kept.push(item);
  }
  return kept;
}

function agreementOf({ ref }: Found): string {
  return ref.replace(/ \d{6}$/, '');
}

/** Which items an amount gives back to the cent: one, else some together, the fewest; empty = none. */
function givenBackBy(open: readonly Found[], amount_minor: number): readonly Found[] {
  const one = open.find((item) => item.amount_minor === -amount_minor);
  if (one) return [one];
  if (open.length < 2 || open.length > TOGETHER || amount_minor === 0) return [];
  let fewest: readonly Found[] = [];
  for (let chosen = 1; chosen < 2 ** open.length; chosen += 1) {
    const parts = open.filter((_, nth) => (chosen & (1 << nth)) !== 0);
    if (parts.reduce((sum, each) => sum + each.amount_minor, 0) !== -amount_minor) continue;
    if (fewest.length === 0 || parts.length < fewest.length) fewest = parts;
  }
  return fewest;
}
