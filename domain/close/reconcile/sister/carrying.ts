/**
 * What who owes should carry: each delivery at its month's average rate, at each month's end what is open of it at the closing rate, and
 * a payment takes off the part of that value it pays. The last payment takes what is left, so no cent stays behind.
 */
import { addMonths, lastDayOfMonth, monthOfDay } from '../../../calendar.ts';
import { mentions } from '../mentions.ts';
import type { Dealing, Placed, Pool } from './dealings.ts';
import { shareOf, type Valuer } from './rates.ts';

/** A delivery as it is valued; `given_minor` in the currency of who delivered. */
export interface ValuedDocument {
  readonly day: number;
  readonly given_minor: number;
  readonly value_minor: number;
}

export interface Account {
  readonly dealing: Dealing;
  readonly documents: readonly ValuedDocument[];
  /** At the cut-off: open in the currency of who delivered, and what it is carried at. */
  open_minor: number;
  value_minor: number;
  /** What payments under another reference took off, in both currencies. */
  pooled_given_minor: number;
  pooled_minor: number;
  readonly revaluations: Revalued[];
}

export interface Revalued {
  readonly month: number;
  readonly day: number;
  readonly open_minor: number;
  /** What it is worth now, and what it was carried at. */
  readonly value_minor: number;
  readonly before_minor: number;
}

/** A payment as who owes booked it, with what came in at the other; null = that is not there yet. */
export interface Payment {
  readonly own: Placed;
  readonly given_minor: number | null;
  /** Of one delivery, or of several. */
  readonly dealing: Dealing | null;
  readonly pool: Pool | null;
}

/** What a payment took off what was carried. */
export interface Cleared {
  readonly payment: Payment;
  readonly given_minor: number;
  readonly cleared_minor: number;
  /** What of both went to deliveries of other references. */
  readonly pooled_given_minor: number;
  readonly pooled_minor: number;
}

export interface Carrying {
  readonly accounts: readonly Account[];
  readonly cleared: readonly Cleared[];
  /** Months at whose end something was open and no rate says what it is worth. */
  readonly unvalued: ReadonlySet<number>;
}

/** A month's end that falls on a weekend is valued some days beside it. */
const DAYS_AROUND = 4;

export function carry(
  accounts: readonly Account[],
  payments: readonly Payment[],
  valuer: Valuer,
  cut_off: number,
): Carrying {
  const cleared: Cleared[] = [];
  const unvalued = new Set<number>();
  const documents = accounts
    .flatMap((account) => account.documents.map((document) => ({ account, document })))
    .toSorted((a, b) => a.document.day - b.document.day);
  const paying = payments.toSorted((a, b) => a.own.booked_on - b.own.booked_on || a.own.entry_id - b.own.entry_id);
  const first = Math.min(...documents.map(({ document }) => document.day), ...paying.map(({ own }) => own.booked_on));
  if (!Number.isFinite(first)) return { accounts, cleared, unvalued };
  const byDealing = new Map(accounts.map((each) => [each.dealing, each]));
  let [delivered, paid] = [0, 0];
  const upTo = (day: number): void => {
    for (;;) {
      const document = documents[delivered];
      const payment = paying[paid];
      if (document && document.document.day <= day && (!payment || document.document.day <= payment.own.booked_on)) {
        document.account.open_minor += document.document.given_minor;
        document.account.value_minor += document.document.value_minor;
        delivered += 1;
      } else if (payment && payment.own.booked_on <= day) {
        cleared.push(pay(payment, accounts, byDealing, valuer));
        paid += 1;
      } else return;
    }
  };
  for (let month = monthOfDay(first); ; month = addMonths(month, 1)) {
    const end = lastDayOfMonth(month);
    // what is paid on a month's last day is not valued any more
    upTo(Math.min(end, cut_off));
    if (end > cut_off) break;
    if (!valuer.same && !revalueAll(accounts, valuer, month)) unvalued.add(month);
  }
  return { accounts, cleared, unvalued };
}

/** False: something is open, and there is no rate. */
function revalueAll(accounts: readonly Account[], valuer: Valuer, month: number): boolean {
  const day = lastDayOfMonth(month);
  let known = true;
  for (const account of accounts) {
    if (account.open_minor === 0 || !isValuedBy(account.dealing, day)) continue;
    const value_minor = valuer.value(account.open_minor, month, 'closing');
    if (value_minor === null) {
      known = false;
      continue;
    }
    const { open_minor, value_minor: before_minor } = account;
    account.revaluations.push({ month, day, open_minor, value_minor, before_minor });
    account.value_minor = value_minor;
  }
  return known;
}

/** What who owes has not booked it does not value either, unless it did. */
function isValuedBy({ issuer, documents, valued }: Dealing, day: number): boolean {
  return (
    documents.some((each) => each.side !== issuer && each.booked_on <= day) ||
    valued.some((each) => Math.abs(each.booked_on - day) <= DAYS_AROUND)
  );
}

function pay(
  payment: Payment,
  accounts: readonly Account[],
  byDealing: ReadonlyMap<Dealing, Account>,
  valuer: Valuer,
): Cleared {
  const { own, dealing, pool } = payment;
  const direct = dealing ? byDealing.get(dealing) : undefined;
  const targets = direct ? [direct] : targetsOf(payment, accounts);
  const paid_minor = own.amount_minor;
  let left = payment.given_minor ?? impliedMinor(paid_minor, targets, valuer, monthOfDay(own.booked_on));
  const given_minor = left;
  let cleared_minor = 0;
  for (const account of targets) {
    const { open_minor, value_minor } = account;
    const setOff = account !== direct && isSetOff(open_minor, given_minor);
    if (open_minor === 0 || (!setOff && (left === 0 || Math.sign(left) !== Math.sign(open_minor)))) continue;
    const part = setOff || Math.abs(left) >= Math.abs(open_minor) ? open_minor : left;
    const value = part === open_minor ? value_minor : shareOf(value_minor, part, open_minor);
    account.open_minor -= part;
    account.value_minor -= value;
    if (pool) {
      account.pooled_given_minor += part;
      account.pooled_minor += value;
    }
    left -= part;
    cleared_minor += value;
  }
  const pooled = pool
    ? { pooled_given_minor: given_minor - left, pooled_minor: cleared_minor }
    : { pooled_given_minor: 0, pooled_minor: 0 };
  if (left === 0) return { payment, given_minor, cleared_minor, ...pooled };
  // more than is owed: at the month's average, as a delivery would be; all of it as it was booked
  const ahead_minor =
    left === given_minor
      ? paid_minor
      : (valuer.value(left, monthOfDay(own.booked_on), 'average') ?? paid_minor - cleared_minor);
  if (direct) {
    direct.open_minor -= left;
    direct.value_minor -= ahead_minor;
  }
  return { payment, given_minor, cleared_minor: cleared_minor + ahead_minor, ...pooled };
}

/** What came of it at the other is not known yet: as much of what is open as it takes off. */
function impliedMinor(paid_minor: number, targets: readonly Account[], valuer: Valuer, month: number): number {
  const open = targets.reduce((sum, each) => sum + each.open_minor, 0);
  const value = targets.reduce((sum, each) => sum + each.value_minor, 0);
  if (open === 0 || value === 0) return valuer.back(paid_minor, month, 'average') ?? paid_minor;
  return paid_minor === value ? open : shareOf(open, paid_minor, value);
}

/** A credit note is paid by what it takes off a payment. */
function isSetOff(open_minor: number, given_minor: number): boolean {
  return Math.sign(open_minor) === -Math.sign(given_minor);
}

/**
 * Deliveries a payment names, its credit notes first, then the oldest. Credit notes it does not name count where the payment is
 * exactly all that is open.
 */
function targetsOf({ own, given_minor }: Payment, accounts: readonly Account[]): readonly Account[] {
  const words = `${own.named} ${own.memo}`;
  const open = accounts
    .filter(({ open_minor }) => open_minor !== 0)
    .toSorted((a, b) => (a.documents[0]?.day ?? 0) - (b.documents[0]?.day ?? 0));
  const paid = given_minor ?? own.amount_minor;
  const creditsFirst = (all: readonly Account[]): readonly Account[] => [
    ...all.filter(({ open_minor }) => isSetOff(open_minor, paid)),
    ...all.filter(({ open_minor }) => !isSetOff(open_minor, paid)),
  ];
  const named = open.filter(({ dealing }) => mentions(words, dealing.ref));
  const others = open.filter((each) => !named.includes(each));
  const all = open.reduce((sum, each) => sum + each.open_minor, 0) === given_minor;
  return [
    ...creditsFirst(named),
    ...(all ? creditsFirst(others) : others.filter((each) => !isSetOff(each.open_minor, paid))),
  ];
}
