/**
 * What the companies of a group owe each other. Who delivers has the document; who owes books it at the month's average rate, values what
 * is open at each month's closing rate, and pays what it is carried at. Each of both is compared with the other's books, and both are told
 * the same of what differs (decision 0059).
 */
import { addMonths, isoDate, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { rateDecimalText } from '../../currency/rateValue.ts';
import { minorText } from '../../money.ts';
import type { DocumentRef, Found, OpenDocument } from './facts.ts';
import { unvaluedSisterRef } from './foreign.ts';
import { type DocumentBooks, EXCHANGE_DIFFERENCE } from './postings.ts';
import { causeFor, compareDirection, type Difference, type Direction } from './sister/direction.ts';
import { type Dealings, dealingsOf, notTakenBack, type Placed, type Side } from './sister/dealings.ts';
import type { SisterBooks, SisterEntry, SisterPair, UnpairedAccount } from './sister/facts.ts';
import type { Account } from './sister/carrying.ts';
import { type RateKind, Valuer } from './sister/rates.ts';

const ROLE = 'intercompany';

export interface IntercompanyAsked {
  readonly currency: string;
  readonly cut_off: number;
}

/** Why the account and the other companies' books differ, and what they confirm. The two come to the account's balance. */
export interface Intercompany {
  readonly items: readonly Found[];
  readonly open: readonly OpenDocument[];
}

/**
 * Answers what differs, and puts into the books what exchange differences this should have brought.
 * @param books entries without those that were proposed for items
 */
export function intercompany(books: DocumentBooks, sisters: SisterBooks, asked: IntercompanyAsked): Intercompany {
  const items: Found[] = [];
  const open: OpenDocument[] = [];
  for (const pair of sisters.pairs) {
    const whose = sisters.pairs.length === 1 ? 'the sister company' : pair.sister.name;
    const told = new Pair(pair, asked, whose, books);
    items.push(...told.items());
    open.push(...told.open());
  }
  items.push(...sisters.unpaired.flatMap((account) => unpairedItem(account, asked.cut_off)));
  return { items: withoutRepeated(items), open };
}

/** Never silent: an account that nobody can be asked about is an item with its balance. */
function unpairedItem({ code, balance_minor, sister }: UnpairedAccount, cut_off: number): readonly Found[] {
  if (balance_minor === 0) return [];
  const ref =
    sister === null
      ? `Account ${code} names no sister company: say under Imports, Ledger accounts, whose it is`
      : `Account ${code}: ${sister} keeps no account with us here`;
  return [
    {
      role: ROLE,
      cause: 'sister_unknown',
      amount_minor: balance_minor,
      ref,
      arose_on: cut_off,
      documents: [],
      settles_on: null,
    },
  ];
}

/** What was revalued at another rate is one entry for all that was open. */
function withoutRepeated(items: readonly Found[]): readonly Found[] {
  const known = new Map<string, Found>();
  const all: Found[] = [];
  for (const item of items) {
    if (item.cause !== 'revalued_at_another_rate') {
      all.push(item);
      continue;
    }
    const key = item.ref;
    const amount_minor = (known.get(key)?.amount_minor ?? 0) + item.amount_minor;
    known.set(key, { ...item, amount_minor });
  }
  return [...all, ...known.values()];
}

class Pair {
  private readonly dealings: Dealings;
  private readonly directions: readonly Direction[];
  private readonly asked: IntercompanyAsked;
  private readonly pair: SisterPair;
  private readonly whose: string;
  private readonly found: Found[] = [];
  /** By reference: what is open of it, less what differs. */
  private readonly confirmed = new Map<string, number>();

  constructor(pair: SisterPair, asked: IntercompanyAsked, whose: string, books: DocumentBooks) {
    this.pair = pair;
    this.asked = asked;
    this.whose = whose;
    this.dealings = dealingsOf(pair);
    const of = (issuer: Side): Direction =>
      compareDirection(
        issuer,
        {
          dealings: this.dealings.dealings.filter((each) => each.issuer === issuer),
          pools: this.dealings.pools.filter((each) => each.issuer === issuer),
        },
        this.valuerOf(issuer),
        asked.cut_off,
      );
    this.directions = [of('ours'), of('hers')];
    for (const direction of this.directions) this.read(direction, books);
    this.readLoose();
  }

  items(): readonly Found[] {
    return this.found;
  }

  open(): readonly OpenDocument[] {
    return [...this.confirmed].map(([ref, amount_minor]) => ({
      role: ROLE,
      ref: `${ref} confirmed by ${this.whose}`,
      booked_on: this.asked.cut_off,
      amount_minor,
    }));
  }

  private valuerOf(issuer: Side): Valuer {
    const { sister, our_rates, her_rates } = this.pair;
    return issuer === 'ours'
      ? new Valuer(this.asked.currency, sister.currency, our_rates, her_rates)
      : new Valuer(sister.currency, this.asked.currency, her_rates, our_rates);
  }

  private read(direction: Direction, books: DocumentBooks): void {
    const { issuer, carrying, pools, differences, rests } = direction;
    for (const each of this.dealings.dealings.filter((dealing) => dealing.issuer === issuer)) {
      this.book(books, each.ref, [...each.documents, ...each.payments, ...each.valued]);
    }
    for (const { ref, payments } of pools) this.book(books, ref, payments);
    // a payment under its own reference is shown with what it paid
    for (const { dealing, pooled_given_minor, pooled_minor } of carrying.accounts) {
      this.add(dealing.ref, issuer === 'ours' ? -pooled_given_minor : pooled_minor);
    }
    for (const { payment, pooled_given_minor, pooled_minor } of carrying.cleared) {
      if (payment.pool) this.add(payment.pool.ref, issuer === 'ours' ? pooled_given_minor : -pooled_minor);
    }
    for (const difference of differences) {
      const amount_minor = issuer === 'ours' ? difference.issuer_minor : difference.debtor_minor;
      if (amount_minor === null || amount_minor === 0) continue;
      const { ref, arose_on, later_on: settles_on } = difference;
      const documents = [...this.documentsOf(difference, issuer), ...this.valuedBy(difference, direction)];
      const cause = causeFor(difference, 'ours');
      this.push({ role: ROLE, cause, amount_minor, ref, arose_on, documents, settles_on }, ref);
    }
    if (issuer === 'ours') return;
    for (const account of carrying.accounts) {
      const rest = rests.get(account) ?? 0;
      if (rest !== 0)
        for (const item of valueItems(account, rest, direction.valuer)) this.push(item, account.dealing.ref);
    }
    for (const { payment, cleared_minor } of carrying.cleared) {
      const { own, pool } = payment;
      const off = own.amount_minor - cleared_minor;
      if (pool && off !== 0) this.push(notFoundItem(own.named, off, [own]), pool.ref);
    }
    expectGains(books, direction);
    this.found.push(...unvaluedItems(direction, this.asked.cut_off));
  }

  /** Entries that are told apart here: the account and the documents do not part over them. */
  private book(books: DocumentBooks, ref: string, entries: readonly Placed[]): void {
    for (const { side, booked_on, amount_minor, entry_id: id, number } of entries) {
      if (side !== 'ours') continue;
      books.post(ROLE, booked_on, amount_minor, { document: { kind: 'entry', id, ref: number } });
      if (booked_on <= this.asked.cut_off) this.add(ref, amount_minor);
    }
  }

  /** Of what stands without a reference, or for itself: nothing at the sister's can be found for it. */
  private readLoose(): void {
    const own = this.dealings.loose.filter((each) => each.side === 'ours' && each.booked_on <= this.asked.cut_off);
    for (const { number: ref, entry_id: id, amount_minor, booked_on: arose_on } of notTakenBack(own)) {
      const documents: readonly DocumentRef[] = [{ kind: 'entry', id, ref }];
      this.found.push({ role: ROLE, cause: 'entry_by_hand', amount_minor, ref, arose_on, documents, settles_on: null });
    }
  }

  private push(item: Found, ref: string): void {
    this.found.push(item);
    this.add(ref, -item.amount_minor);
  }

  private add(ref: string, amount_minor: number): void {
    this.confirmed.set(ref, (this.confirmed.get(ref) ?? 0) + amount_minor);
  }

  /** Our entries by their numbers; of hers what a statement of account would say: reference, day and amount. */
  private documentsOf({ what, booked, by, ref }: Difference, issuer: Side): readonly DocumentRef[] {
    const { name, currency } = this.pair.sister;
    const told = booked.map((each): DocumentRef => {
      if (each.side === 'ours') return { kind: 'entry', id: each.entry_id, ref: each.number };
      const { booked_on: on, amount_minor } = each;
      const kind = what === 'payment' ? 'sister_payment' : issuer === 'hers' ? 'sister_delivery' : 'sister_purchase';
      return { kind, id: 0, ref, told: { name, on, amount_minor, currency } };
    });
    const lacks = what !== 'amount' && by === 'ours';
    return lacks ? [...told, { kind: 'sister', id: 0, ref: name }] : told;
  }

  /** How what we never booked comes to what it is worth: booked at the one rate, valued at the other. */
  private valuedBy(difference: Difference, { issuer, valuer }: Direction): readonly DocumentRef[] {
    const { revalued, issuer_minor, debtor_minor, arose_on } = difference;
    if (issuer === 'ours' || !revalued || issuer_minor === null || debtor_minor === null) return [];
    const { booked_minor, month } = revalued;
    const text = (amount_minor: number): string => minorText(BigInt(amount_minor), valuer.to);
    const rate = (of: number, kind: RateKind): string => {
      const value = valuer.rateOf(of, kind);
      return `the ${kind} rate${value ? ` ${rateDecimalText(value)}` : ''}`;
    };
    const whole = valuer.value(issuer_minor, month, 'closing') === debtor_minor;
    const closing = `${text(debtor_minor)} ${whole ? '' : 'with what is open of it '}at ${rate(month, 'closing')}`;
    const on = isoDate(lastDayOfMonth(month)).slice(0, 'yyyy-mm'.length);
    const ref = `${text(booked_minor)} at ${rate(monthOfDay(arose_on), 'average')}, ${closing} of ${on}`;
    return [{ kind: 'rate', id: 0, ref }];
  }
}

/** What is carried at another value than its rates make of it. */
function valueItems(account: Account, rest: number, valuer: Valuer): readonly Found[] {
  const { ref } = account.dealing;
  const last = account.revaluations.at(-1);
  if (last) {
    for (const rate of otherRates(last.month)) {
      const other = valuer.value(last.open_minor, ...rate);
      if (other === null || last.value_minor - other !== rest) continue;
      return [{ ...ofRate(`FXR ${last.month}`, last.day, rest), cause: 'revalued_at_another_rate' }];
    }
  }
  const lacking: Found[] = [];
  let left = rest;
  for (const { day, value_minor, before_minor } of account.revaluations.toReversed()) {
    if (left === 0) break;
    left -= value_minor - before_minor;
    lacking.unshift({ ...ofRate(ref, day, value_minor - before_minor), cause: 'document_not_posted' });
  }
  if (left === 0) return lacking.filter(({ amount_minor }) => amount_minor !== 0);
  const { documents, payments, valued } = account.dealing;
  return [
    notFoundItem(
      ref,
      rest,
      [...documents, ...payments, ...valued].filter(({ side }) => side === 'ours'),
    ),
  ];
}

function ofRate(ref: string, arose_on: number, amount_minor: number): Omit<Found, 'cause'> {
  return { role: ROLE, amount_minor, ref, arose_on, documents: [{ kind: 'rate', id: 0, ref }], settles_on: null };
}

function notFoundItem(ref: string, amount_minor: number, entries: readonly SisterEntry[]): Found {
  const documents = entries.map(({ entry_id: id, number }) => ({ kind: 'entry' as const, id, ref: number }));
  const arose_on = Math.max(...entries.map((each) => each.booked_on));
  return { role: ROLE, cause: 'not_found', amount_minor, ref, arose_on, documents, settles_on: null };
}

/** Had another day's rate been taken: the two months' before, the next, and the month's average. */
function otherRates(month: number): readonly (readonly [number, 'average' | 'closing'])[] {
  return [
    [addMonths(month, -1), 'closing'],
    [addMonths(month, -2), 'closing'],
    [addMonths(month, 1), 'closing'],
    [month, 'average'],
  ];
}

/** What the account of exchange differences should have of what we owe: of each month's end, and of each payment. */
function expectGains(books: DocumentBooks, { carrying, valuer }: Direction): void {
  const off = new Map<number, { readonly day: number; readonly by_rate: number[] }>();
  for (const { dealing, revaluations } of carrying.accounts) {
    for (const { month, day, open_minor, value_minor, before_minor } of revaluations) {
      const gained = value_minor - before_minor;
      // a rate's, not the delivery's: what the ledger lacks of it is no purchase
      books.post('fx_gain', day, gained, { document: { kind: 'rate', id: 0, ref: dealing.ref } });
      const rate = valuer.rateOf(month, 'closing');
      books.openAt('fx_gain', `IC ${month} at ${rate ? rateDecimalText(rate) : ''}`, day, gained);
      const known = off.get(month) ?? { day, by_rate: [0, 0, 0, 0] };
      off.set(month, known);
      for (const [nth, at] of otherRates(month).entries()) {
        const other = valuer.value(open_minor, ...at);
        if (other !== null) known.by_rate[nth] = (known.by_rate[nth] ?? 0) + value_minor - other;
      }
    }
  }
  for (const [month, { day, by_rate }] of off) {
    const ref = `FXR ${month}`;
    const wrong = { day, cause: 'revalued_at_another_rate', ref, documents: [{ kind: 'rate', id: 0, ref }] } as const;
    for (const amount of by_rate) if (amount !== 0) books.suspect({ ...wrong, role: 'fx_gain', amount_minor: -amount });
  }
  for (const { payment, cleared_minor } of carrying.cleared) {
    const { booked_on, other_minor, number, entry_id: id } = payment.own;
    if (other_minor === null) continue;
    // what left the bank, less what of the debt it paid
    const realised = -other_minor - cleared_minor;
    if (realised === 0) continue;
    const document = { kind: 'entry', id, ref: `${number}${EXCHANGE_DIFFERENCE}` } as const;
    books.post('fx_gain', booked_on, realised, { document });
    books.openAt('fx_gain', `IC ${monthOfDay(booked_on)} paid`, booked_on, realised);
  }
}

/** Something is owed and no rate says what it is worth: its amount is not known, so it is said. */
function unvaluedItems({ carrying, valuer, unrated }: Direction, cut_off: number): readonly Found[] {
  const ends = [...carrying.unvalued].filter((month) => lastDayOfMonth(month) === cut_off);
  return [...new Set([...ends, ...unrated])].map((month) => ({
    role: ROLE,
    cause: 'not_revalued',
    amount_minor: 0,
    ref: unvaluedSisterRef(valuer.from, month),
    arose_on: Math.min(cut_off, lastDayOfMonth(month)),
    documents: [{ kind: 'rate', id: 0, ref: `${valuer.from} ${month}` }],
    settles_on: null,
  }));
}
