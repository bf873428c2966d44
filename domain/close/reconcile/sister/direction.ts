/**
 * What one of two companies delivered and the other owes, compared: what each lacks of the other's books, what it booked with another
 * amount, and what stands at another value than it should. Both read the same, each in its own currency.
 */
import { addMonths, lastDayOfMonth, monthOfDay } from '../../../calendar.ts';
import type { Cause } from '../causes.ts';
import { type Account, carry, type Carrying, type Payment, type ValuedDocument } from './carrying.ts';
import { type Dealing, otherSide, type Placed, type Pool, type Side } from './dealings.ts';
import type { Valuer } from './rates.ts';

/** A difference between the two, as it adds to either's ledger less what the other confirms. */
export interface Difference {
  readonly what: 'document' | 'payment' | 'amount';
  /** Under which both know it. */
  readonly ref: string;
  /** Who booked it; of another amount or value: who owes. */
  readonly by: Side;
  /** Of who delivered, and of who owes, each in its own currency; null = it does not differ there. */
  readonly issuer_minor: number | null;
  readonly debtor_minor: number | null;
  readonly arose_on: number;
  /** What is booked of it at the cut-off, on either side. */
  readonly booked: readonly Placed[];
  /** The day the other booked it after all. */
  readonly later_on: number | null;
  /** Of what who owes never booked: what it would have booked, and the month by whose closing rate it is worth what differs. */
  readonly revalued?: { readonly booked_minor: number; readonly month: number };
}

export interface Direction {
  readonly issuer: Side;
  readonly differences: readonly Difference[];
  readonly carrying: Carrying;
  readonly pools: readonly Pool[];
  readonly valuer: Valuer;
  /** What who owes carries beside its value, where no document's difference says so. */
  readonly rests: ReadonlyMap<Account, number>;
  /** Months of deliveries that no rate values. */
  readonly unrated: ReadonlySet<number>;
}

export function compareDirection(
  issuer: Side,
  { dealings, pools }: { readonly dealings: readonly Dealing[]; readonly pools: readonly Pool[] },
  valuer: Valuer,
  cut_off: number,
): Direction {
  const differences: Difference[] = [];
  const accounts: Account[] = [];
  const payments: Payment[] = [];
  const lacking: { readonly payment: Placed; readonly dealing: Dealing | null; readonly later_on: number | null }[] =
    [];
  const read = (group: Dealing | Pool, dealing: Dealing | null, pool: Pool | null): void => {
    for (const [given, own] of pairedPayments(group.payments, issuer, valuer)) {
      const inTime = (each: Placed | null): boolean => each !== null && each.booked_on <= cut_off;
      if (own && inTime(own)) {
        payments.push({ own, given_minor: given && -given.amount_minor, dealing, pool });
        if (!inTime(given)) differences.push(onlyPaid(group.ref, own, given));
      } else if (given && inTime(given)) lacking.push({ payment: given, dealing, later_on: own?.booked_on ?? null });
    }
  };
  for (const dealing of dealings) {
    const compared = compareDocuments(dealing, valuer, cut_off);
    differences.push(...compared.differences);
    accounts.push({
      dealing,
      documents: compared.documents,
      open_minor: 0,
      value_minor: 0,
      pooled_given_minor: 0,
      pooled_minor: 0,
      revaluations: [],
    });
    read(dealing, dealing, null);
  }
  for (const pool of pools) read(pool, null, pool);
  const carrying = carry(accounts, payments, valuer, cut_off);
  valueUnbooked(accounts, differences, valuer, cut_off);
  const byDealing = new Map(accounts.map((each) => [each.dealing, each]));
  // what came of it at the other is not known yet: as much as it took off
  const impliedBy = new Map(
    carrying.cleared
      .filter(({ payment }) => payment.given_minor === null)
      .map(({ payment, given_minor }) => [payment.own, given_minor]),
  );
  for (const [nth, each] of differences.entries()) {
    const [own] = each.booked;
    const issuer_minor = each.what === 'payment' && own ? impliedBy.get(own) : undefined;
    if (issuer_minor !== undefined) differences[nth] = { ...each, issuer_minor };
  }
  for (const { payment, dealing, later_on } of lacking) {
    const account = dealing ? byDealing.get(dealing) : undefined;
    const given = -payment.amount_minor;
    const value =
      account && account.open_minor === given
        ? account.value_minor
        : (valuer.value(given, monthOfDay(payment.booked_on), 'average') ?? 0);
    differences.push({
      what: 'payment',
      ref: payment.named,
      by: issuer,
      issuer_minor: payment.amount_minor,
      debtor_minor: -value,
      arose_on: payment.booked_on,
      booked: [payment],
      later_on,
    });
  }
  const rests = new Map<Account, number>();
  const dropped = new Set<Difference>();
  const byRef = Map.groupBy(
    differences.filter((each) => each.what === 'amount' || (each.what === 'document' && each.by === issuer)),
    ({ ref }) => ref,
  );
  for (const account of accounts) {
    const { documents, payments: direct, valued, ref } = account.dealing;
    const booked = [...documents, ...direct, ...valued]
      .filter((each) => each.side !== issuer && each.booked_on <= cut_off)
      .reduce((sum, each) => sum + each.amount_minor, 0);
    const off = booked + account.value_minor + account.pooled_minor;
    const own = byRef.get(ref) ?? [];
    // what was put right by a valuation since is no difference any more
    if (off === 0) for (const each of own.filter(({ debtor_minor }) => debtor_minor !== null)) dropped.add(each);
    else rests.set(account, off - own.reduce((sum, each) => sum + (each.debtor_minor ?? 0), 0));
  }
  const unrated = new Set(
    accounts.flatMap(({ dealing }) =>
      dealing.documents
        .filter((each) => each.side === issuer && each.booked_on <= cut_off)
        .map((each) => monthOfDay(each.booked_on))
        .filter((month) => valuer.value(0, month, 'average') === null),
    ),
  );
  const told = differences.filter((each) => !dropped.has(each)).map((each) => whole(each, byDealing, issuer));
  return { issuer, differences: told, carrying, pools, valuer, rests, unrated };
}

/** What who owes never booked, and so never valued, is worth what it would be valued at: the closing rate of the last month's end. */
function valueUnbooked(accounts: readonly Account[], differences: Difference[], valuer: Valuer, cut_off: number): void {
  const month = addMonths(monthOfDay(cut_off + 1), -1);
  const end = lastDayOfMonth(month);
  for (const account of accounts) {
    const { dealing, revaluations, documents, open_minor } = account;
    const ownSide = [...dealing.documents, ...dealing.valued].some(
      ({ side, booked_on }) => side !== dealing.issuer && booked_on <= cut_off,
    );
    if (valuer.same || ownSide || revaluations.length > 0 || documents.some(({ day }) => day > end)) continue;
    const worth = open_minor === 0 ? null : valuer.value(open_minor, month, 'closing');
    if (worth === null) continue;
    let grown = worth - account.value_minor;
    account.value_minor = worth;
    const own = [...differences.entries()].filter(
      ([, { what, by, ref }]) => what === 'document' && by === dealing.issuer && ref === dealing.ref,
    );
    for (const [nth, [at, difference]] of own.entries()) {
      const { issuer_minor, debtor_minor } = difference;
      if (issuer_minor === null || debtor_minor === null) continue;
      // the last takes what rounding leaves, and what a payment took off
      const closing = valuer.value(issuer_minor, month, 'closing') ?? debtor_minor;
      const part = nth === own.length - 1 ? grown : closing - debtor_minor;
      grown -= part;
      const revalued = { booked_minor: debtor_minor, month };
      differences[at] = { ...difference, debtor_minor: debtor_minor + part, revalued };
    }
  }
}

function onlyPaid(ref: string, own: Placed, given: Placed | null): Difference {
  return {
    what: 'payment',
    ref,
    by: own.side,
    issuer_minor: given && -given.amount_minor,
    debtor_minor: own.amount_minor,
    arose_on: own.booked_on,
    booked: [own],
    later_on: given?.booked_on ?? null,
  };
}

/** What only who owes booked was valued anew since: the difference is what it is worth now. */
function whole(difference: Difference, byDealing: ReadonlyMap<Dealing, Account>, issuer: Side): Difference {
  if (difference.what !== 'document' || difference.by === issuer) return difference;
  for (const [dealing, { revaluations }] of byDealing) {
    if (dealing.ref !== difference.ref) continue;
    const grown = revaluations.reduce((sum, each) => sum + each.value_minor - each.before_minor, 0);
    return { ...difference, debtor_minor: (difference.debtor_minor ?? 0) - grown };
  }
  return difference;
}

/** Payments of one reference on both sides, those nearest each other together; [came in, left]. */
function pairedPayments(
  payments: readonly Placed[],
  issuer: Side,
  valuer: Valuer,
): readonly (readonly [Placed | null, Placed | null])[] {
  const byDay = (a: Placed, b: Placed): number => a.booked_on - b.booked_on || a.entry_id - b.entry_id;
  const given = payments.filter(({ side }) => side === issuer).toSorted(byDay);
  const own = payments.filter(({ side }) => side !== issuer).toSorted(byDay);
  const [few, many] = given.length <= own.length ? [given, own] : [own, given];
  const left = [...many];
  const pairs = few.map((each, nth): readonly [Placed, Placed | undefined] => {
    if (few.length === many.length) return [each, left[nth]];
    const off = (other: Placed): number => {
      const [came, went] = few === given ? [each, other] : [other, each];
      const value = valuer.value(-came.amount_minor, monthOfDay(came.booked_on), 'average');
      return Math.abs((value ?? -came.amount_minor) - went.amount_minor);
    };
    const nearest = left.reduce((best, other) => (off(other) < off(best) ? other : best));
    left.splice(left.indexOf(nearest), 1);
    return [each, nearest];
  });
  const alone = few.length === many.length ? [] : left;
  return [
    ...pairs.map(([one, other = null]) => (few === given ? ([one, other] as const) : ([other, one] as const))),
    ...alone.map((each) => (few === given ? ([null, each] as const) : ([each, null] as const))),
  ];
}

interface Compared {
  readonly documents: readonly ValuedDocument[];
  readonly differences: readonly Difference[];
}

function compareDocuments({ issuer, ref, documents }: Dealing, valuer: Valuer, cut_off: number): Compared {
  const byDay = (a: Placed, b: Placed): number => a.booked_on - b.booked_on || a.entry_id - b.entry_id;
  const of = (side: Side, late: boolean): readonly Placed[] =>
    documents.filter((each) => each.side === side && each.booked_on > cut_off === late).toSorted(byDay);
  const [given, own] = [of(issuer, false), of(otherSide(issuer), false)];
  const later = (side: Side): number | null => of(side, true).at(-1)?.booked_on ?? null;
  const nothing = { ref, arose_on: 0, booked: [], later_on: null };
  const worth = (each: Placed): number | null => valuer.value(each.amount_minor, monthOfDay(each.booked_on), 'average');
  if (given.length === 0) {
    // only who owes has it
    const taken = own.map((each) => asBooked(each, valuer));
    const differences = own.map(
      (each, nth): Difference => ({
        ...nothing,
        what: 'document',
        by: each.side,
        issuer_minor: -(taken[nth]?.given_minor ?? 0),
        debtor_minor: each.amount_minor,
        arose_on: each.booked_on,
        booked: [each],
        later_on: later(issuer),
      }),
    );
    return { documents: taken, differences: sumOf(own) === 0 ? [] : differences };
  }
  const only = (each: Placed): Difference => ({
    ...nothing,
    what: 'document',
    by: issuer,
    issuer_minor: each.amount_minor,
    debtor_minor: worth(each),
    arose_on: each.booked_on,
    booked: [each],
    later_on: later(otherSide(issuer)),
  });
  if (given.length === own.length) {
    const pairs = given.map((each, nth) => [each, own[nth] ?? each] as const);
    const values = pairs.map(([each, other]) => acceptedValue(each, other, valuer));
    const taken = given.map((each, nth) => ({
      day: each.booked_on,
      given_minor: each.amount_minor,
      value_minor: values[nth] ?? 0,
    }));
    const differences = pairs.flatMap(([each, other], nth): readonly Difference[] => {
      const off = (values[nth] ?? 0) + other.amount_minor;
      return off === 0 ? [] : [amountDiffers(ref, off, [each, other], valuer)];
    });
    return { documents: taken, differences };
  }
  const taken = given.map((each) => ({
    day: each.booked_on,
    given_minor: each.amount_minor,
    // without a rate as it was booked, and that it could not be valued is said
    value_minor: worth(each) ?? 0,
  }));
  const off = taken.reduce((sum, each) => sum + each.value_minor, 0) + sumOf(own);
  if (own.length === 0) return { documents: taken, differences: sumOf(given) === 0 ? [] : given.map(only) };
  const lacks = given.find((each) => worth(each) === off);
  if (off === 0) return { documents: taken, differences: [] };
  if (lacks) return { documents: taken, differences: [only(lacks)] };
  return { documents: taken, differences: [amountDiffers(ref, off, [...given, ...own], valuer)] };
}

/** By the average rate of the month it was delivered in, or of that in which who owes booked it; without a rate as that did. */
function acceptedValue(given: Placed, own: Placed, valuer: Valuer): number {
  const [first, second] = [given, own].map((each) =>
    valuer.value(given.amount_minor, monthOfDay(each.booked_on), 'average'),
  );
  if (second === -own.amount_minor) return second;
  return first ?? -own.amount_minor;
}

function asBooked(own: Placed, valuer: Valuer): ValuedDocument {
  const value_minor = -own.amount_minor;
  const given_minor = valuer.back(value_minor, monthOfDay(own.booked_on), 'average') ?? value_minor;
  return { day: own.booked_on, given_minor, value_minor };
}

function amountDiffers(ref: string, off: number, booked: readonly Placed[], valuer: Valuer): Difference {
  const first = booked[0];
  const arose_on = Math.max(...booked.map((each) => each.booked_on));
  const month = monthOfDay(first?.booked_on ?? arose_on);
  return {
    what: 'amount',
    ref,
    by: booked.at(-1)?.side ?? 'ours',
    issuer_minor: valuer.back(off, month, 'average') ?? 0,
    debtor_minor: off,
    arose_on,
    booked,
    later_on: null,
  };
}

function sumOf(entries: readonly Placed[]): number {
  return entries.reduce((sum, each) => sum + each.amount_minor, 0);
}

/** Of a difference, as who looks at it reads it. */
export function causeFor({ what, by, later_on }: Difference, us: Side): Cause {
  if (what === 'amount') return 'amount_differs';
  if (by === us) return later_on === null ? 'not_at_sister' : 'later_at_sister';
  return later_on === null ? 'no_counterpart' : 'posted_in_another_month';
}
