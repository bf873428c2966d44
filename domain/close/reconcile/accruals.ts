/** Accruals the ledger has too little of: a customer's bonus of a month, a portal's fee at the commission before its rise. */
import { firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { divideRounded, safeNumber } from '../../money.ts';
import type { DocumentRef, Evidence, FeeLevel, Found, Posting } from './facts.ts';
import type { Cell } from './cells.ts';
import type { CellsLeft } from './cellsLeft.ts';
import type { ReconciledRole } from './plan.ts';

/** A day's documents of one party are few; beyond this their parts are not tried. */
const MOST_PARTS = 16;
/** An item names so many of the documents behind it. */
const MOST_DOCUMENTS = 40;

/** Days of a month on which an accrual differs. */
function monthsOf(left: CellsLeft, role: ReconciledRole, cut_off: number) {
  const cells = left.all().filter((cell) => cell.role === role && cell.day <= cut_off);
  return [...Map.groupBy(cells, (cell) => monthOfDay(cell.day))].toSorted((a, b) => a[0] - b[0]);
}

/** Party by party: whose documents of the differing days, or some of them, come to exactly what those days lack. */
export function missingRebates(left: CellsLeft, evidence: Evidence, cut_off: number): readonly Found[] {
  const found: Found[] = [];
  for (const [month] of monthsOf(left, 'rebate_accrual', cut_off)) {
    const postings = evidence.postings.filter(
      (each) => each.role === 'rebate_accrual' && monthOfDay(each.day) === month && each.party_id !== null,
    );
    const parties = Map.groupBy(postings, (posting) => posting.party_id ?? 0);
    const days = left.all().filter((cell) => cell.role === 'rebate_accrual' && monthOfDay(cell.day) === month);
    const explained = [...parties]
      .toSorted((a, b) => a[0] - b[0])
      .map(([party_id, own]) => ({ party_id, days: partsOfDays(days, own) }))
      .filter((party) => party.days.size > 0);
    for (;;) {
      let best: (typeof explained)[number] | null = null;
      for (const party of explained) if (party.days.size > (best?.days.size ?? 0)) best = party;
      if (!best) break;
      let amount_minor = 0;
      const documents: DocumentRef[] = [];
      for (const [day, part] of best.days) {
        const lacking = left.at('rebate_accrual', day);
        amount_minor += lacking;
        left.take('rebate_accrual', day, lacking);
        documents.push(...part.map((posting) => posting.document));
      }
      // a day is taken whole: nobody else's documents tell it any more
      const taken = [...best.days.keys()];
      for (const { days: others } of explained) for (const day of taken) others.delete(day);
      const party = evidence.parties.get(best.party_id);
      found.push({
        role: 'rebate_accrual',
        cause: 'accrual_missing',
        amount_minor,
        ref: `${party?.code ?? best.party_id} ${month}`,
        arose_on: lastDayOfMonth(month),
        documents: once(documents),
        settles_on: null,
      });
    }
  }
  return found;
}

/** By differing day, which of these postings come to exactly what it lacks. */
function partsOfDays(days: readonly Cell[], postings: readonly Posting[]): Map<number, readonly Posting[]> {
  const byDay = Map.groupBy(postings, ({ day }) => day);
  const parts = new Map<number, readonly Posting[]>();
  for (const { day, amount_minor } of days) {
    const part = partWorth(byDay.get(day) ?? [], -amount_minor);
    if (part) parts.set(day, part);
  }
  return parts;
}

/** Postings that come to exactly the amount: all of them, else those of the first sum that does. */
export function partWorth(postings: readonly Posting[], amount: number): readonly Posting[] | null {
  if (postings.length === 0) return null;
  if (postings.reduce((sum, each) => sum + each.amount_minor, 0) === amount) return postings;
  if (postings.length > MOST_PARTS || amount === 0) return null;
  // what is still to come can take a sum so far up and down
  let up = postings.reduce((sum, { amount_minor }) => sum + Math.max(0, amount_minor), 0);
  let down = postings.reduce((sum, { amount_minor }) => sum + Math.min(0, amount_minor), 0);
  /** By sum, its postings as bits. */
  let sums = new Map<number, number>([[0, 0]]);
  for (const [nth, { amount_minor }] of postings.entries()) {
    up -= Math.max(0, amount_minor);
    down -= Math.min(0, amount_minor);
    const next = new Map<number, number>();
    const keep = (sum: number, bits: number): void => {
      if (sum + up >= amount && sum + down <= amount && !next.has(sum)) next.set(sum, bits);
    };
    for (const [sum, bits] of sums) keep(sum, bits);
    for (const [sum, bits] of sums) keep(sum + amount_minor, bits | (1 << nth));
    sums = next;
  }
  const bits = sums.get(amount);
  return bits === undefined ? null : postings.filter((_, nth) => (bits & (1 << nth)) !== 0);
}

/**
 * A month's fee that is lower by what the last rise added: on most of the differing days exactly what all documents of
 * the day lack then, on no day more (documents posted before the mistake began are right).
 */
export function feesAtOldRate(left: CellsLeft, evidence: Evidence, cut_off: number): readonly Found[] {
  const found: Found[] = [];
  const postings = Map.groupBy(
    evidence.postings.filter(({ role }) => role === 'fee_accrual'),
    ({ day }) => day,
  );
  const rates = new Map<string, FeeRates>();
  for (const [month, days] of monthsOf(left, 'fee_accrual', cut_off)) {
    let exact = 0;
    let within = true;
    const documents: DocumentRef[] = [];
    for (const { day, amount_minor } of days) {
      const own = postings.get(day) ?? [];
      const lacking = own.map((posting) => ({
        posting,
        amount: atOldRate(posting, ratesOf(posting, evidence.fees, rates)),
      }));
      const all = lacking.reduce((sum, each) => sum + each.amount, 0);
      const most = lacking.reduce((sum, each) => sum + Math.max(0, each.amount), 0);
      if (amount_minor === all) exact += 1;
      const least = lacking.reduce((sum, each) => sum + Math.min(0, each.amount), 0);
      if (amount_minor > most || amount_minor < least) within = false;
      documents.push(...lacking.filter(({ amount }) => amount !== 0).map(({ posting }) => posting.document));
    }
    if (!within || exact * 2 < days.length) continue;
    let amount_minor = 0;
    for (const cell of days) {
      amount_minor += cell.amount_minor;
      left.take(cell.role, cell.day, cell.amount_minor);
    }
    const end = lastDayOfMonth(month);
    const ref = `${risenFee(evidence.fees, end)?.name ?? 'Fee'} ${month}`;
    const cause = 'accrued_at_old_rate' as const;
    found.push({
      role: 'fee_accrual',
      cause,
      amount_minor,
      ref,
      arose_on: end,
      documents: once(documents),
      settles_on: null,
    });
  }
  return found;
}

interface FeeRates {
  readonly now_bp: number;
  readonly old_bp: number;
}

/** The same for all documents of a channel and of these days. */
function ratesOf(
  { channel_id, ordered_on, day }: Posting,
  fees: readonly FeeLevel[],
  known: Map<string, FeeRates>,
): FeeRates {
  const key = `${channel_id}/${ordered_on}/${day}`;
  const found = known.get(key);
  if (found) return found;
  const own = fees.filter((fee) => fee.channel_id === channel_id);
  const rates = { now_bp: rateOn(own, ordered_on ?? day), old_bp: oldRate(own, day) };
  known.set(key, rates);
  return rates;
}

/** What a document's fee lacks at the rates before the newest rise: its fee × (rate − old rate) / rate, debit positive. */
function atOldRate(posting: Posting, { now_bp, old_bp }: FeeRates): number {
  if (now_bp <= old_bp || now_bp === 0) return 0;
  const lacking = divideRounded(BigInt(-posting.amount_minor) * BigInt(now_bp - old_bp), BigInt(now_bp));
  return safeNumber(lacking);
}

function rateOn(fees: readonly FeeLevel[], day: number): number {
  return fees
    .filter((fee) => fee.valid_from <= day && (fee.valid_to === null || fee.valid_to >= day))
    .reduce((sum, fee) => sum + fee.rate_bp, 0);
}

/** Every fee of the channel as it was before its newest level of that day's month. */
function oldRate(fees: readonly FeeLevel[], day: number): number {
  const first = firstDayOfMonth(monthOfDay(day));
  let sum = 0;
  for (const levels of Map.groupBy(fees, (fee) => fee.name).values()) {
    const known = levels.filter((fee) => fee.valid_from <= first).toSorted((a, b) => a.valid_from - b.valid_from);
    sum += (known.at(-2) ?? known.at(-1))?.rate_bp ?? 0;
  }
  return sum;
}

/** The fee that rose last by a day. */
function risenFee(fees: readonly FeeLevel[], day: number): FeeLevel | undefined {
  return fees
    .filter((fee) => fee.valid_from <= day)
    .toSorted((a, b) => a.valid_from - b.valid_from)
    .findLast((fee) => fees.some((other) => other.name === fee.name && other.valid_from < fee.valid_from));
}

/** A delivery note of several lines is one document. */
export function once(documents: readonly DocumentRef[]): readonly DocumentRef[] {
  return [...new Map(documents.map((each) => [`${each.kind} ${each.ref}`, each])).values()].slice(0, MOST_DOCUMENTS);
}
