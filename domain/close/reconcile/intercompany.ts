/**
 * What one company delivered and the other owes. Who delivers has the document; who owes books it at the month's average
 * rate, revalues what is open at each month's closing rate, and pays at the last of these.
 */
import { addMonths, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { convertMinor } from '../../currency/convert.ts';
import { rateDecimalText, type RateValue } from '../../currency/rateValue.ts';
import { safeNumber } from '../../money.ts';
import type { LedgerMovement } from './facts.ts';
import type { DocumentBooks } from './postings.ts';

export interface SisterDelivery {
  /** Its entry in the books of who delivered. */
  readonly entry_id: number;
  readonly ref: string;
  readonly delivered_on: number;
  readonly paid_on: number | null;
  /** In the currency of who delivered. */
  readonly amount_minor: number;
}

/** Of a month: its average, and that of its last day. */
export interface MonthRate {
  readonly average: RateValue;
  readonly closing: RateValue;
}

export interface SisterRates {
  /** Of the sister and of us. */
  readonly hers: string;
  readonly ours: string;
  /** Units of our currency for the sister's, by month. */
  readonly months: ReadonlyMap<number, MonthRate>;
}

/** Entries of the sister's account, of one reference a delivery and its payment. */
export function sisterDeliveries(movements: readonly LedgerMovement[]): readonly SisterDelivery[] {
  const byRef = Map.groupBy(
    movements.filter(({ ref }) => ref !== null),
    ({ ref }) => ref ?? '',
  );
  return [...byRef].flatMap(([ref, entries]) => {
    const delivered = entries.find((entry) => entry.amount_minor > 0);
    if (!delivered) return [];
    const paid = entries.find((entry) => entry.amount_minor === -delivered.amount_minor);
    const { entry_id, booked_on: delivered_on, amount_minor } = delivered;
    return [{ entry_id, ref, delivered_on, paid_on: paid?.booked_on ?? null, amount_minor }];
  });
}

/** Who delivered: its own entries are the documents, and what of them is open is the subledger. */
export function delivering(books: DocumentBooks, own: readonly LedgerMovement[], cut_off: number): void {
  for (const { ref, booked_on, amount_minor, entry_id: id, number } of own) {
    if (ref === null) continue;
    books.post('intercompany', booked_on, amount_minor, { document: { kind: 'entry', id, ref: number } });
  }
  for (const { ref, delivered_on, paid_on, amount_minor } of sisterDeliveries(own)) {
    if (delivered_on > cut_off || (paid_on !== null && paid_on <= cut_off)) continue;
    books.openAt('intercompany', `${ref} confirmed by the sister company`, cut_off, amount_minor);
  }
}

/** Who owes: what the sister's deliveries should have posted here, at our rates. */
export function owing(
  books: DocumentBooks,
  deliveries: readonly SisterDelivery[],
  rates: SisterRates,
  cut_off: number,
): void {
  for (const delivery of deliveries) {
    const { entry_id: id, ref, delivered_on, paid_on, amount_minor } = delivery;
    const month = monthOfDay(delivered_on);
    const rate = rates.months.get(month);
    if (!rate) continue;
    const document = { kind: 'entry', id, ref } as const;
    let owed = inOurs(amount_minor, rate.average, rates);
    books.post('intercompany', delivered_on, -owed, { document, missing: 'no_counterpart' });
    for (let at = month; paid_on === null || lastDayOfMonth(at) < paid_on; at = addMonths(at, 1)) {
      const end = lastDayOfMonth(at);
      const closing = rates.months.get(at);
      if (end > cut_off || !closing) break;
      const value = inOurs(amount_minor, closing.closing, rates);
      // a rate's, not the delivery's: what the ledger lacks of it is no purchase
      const revalued = { document: { kind: 'rate', id: 0, ref } } as const;
      books.post('intercompany', end, owed - value, revalued);
      books.post('fx_gain', end, value - owed, revalued);
      books.openAt('fx_gain', `IC ${at} at ${rateDecimalText(closing.closing)}`, end, value - owed);
      otherRates(books, rates, at, amount_minor, value, end);
      owed = value;
    }
    if (paid_on !== null) books.post('intercompany', paid_on, owed, { document });
    if (delivered_on <= cut_off && (paid_on === null || paid_on > cut_off)) {
      books.openAt('intercompany', `${ref} confirmed by the sister company`, cut_off, -owed);
    }
  }
}

/** What would stand there had another day's rate been taken: the two months' before, and the month's average. */
function otherRates(
  books: DocumentBooks,
  rates: SisterRates,
  month: number,
  amount_minor: number,
  value: number,
  day: number,
): void {
  const others = [
    rates.months.get(addMonths(month, -1))?.closing,
    rates.months.get(addMonths(month, -2))?.closing,
    rates.months.get(addMonths(month, 1))?.closing,
    rates.months.get(month)?.average,
  ];
  for (const other of others) {
    if (other === undefined) continue;
    const off = value - inOurs(amount_minor, other, rates);
    if (off === 0) continue;
    const ref = `FXR ${month}`;
    const wrong = { day, cause: 'revalued_at_another_rate', ref, documents: [{ kind: 'rate', id: 0, ref }] } as const;
    books.suspect({ ...wrong, role: 'intercompany', amount_minor: off });
    books.suspect({ ...wrong, role: 'fx_gain', amount_minor: -off });
  }
}

/** Minor units of the sister's currency → ours, rounded once. */
function inOurs(amount_minor: number, rate: RateValue, { hers, ours }: Pick<SisterRates, 'hers' | 'ours'>): number {
  return safeNumber(convertMinor(BigInt(amount_minor), { from: hers, to: ours, ...rate }));
}
