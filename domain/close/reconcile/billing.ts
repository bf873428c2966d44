/**
 * Which goods a bill bills: receipts and suppliers' bills, deliveries and invoices to customers (decision 0058). What it names first; else what of
 * its order is not billed yet, oldest first, by value. Documents count in the order of their days, so that what comes later changes nothing before it.
 */
export interface Goods {
  /** Of one party, or of the orders that belong together: one number of one order. */
  readonly key: string;
  readonly order: number;
  readonly number: string;
  /** Day number. */
  readonly day: number;
  /** Minor units. */
  readonly amount_minor: number;
}

export interface GoodsBill {
  readonly id: number;
  readonly number: string;
  /** Null: only what it names. */
  readonly order: number | null;
  /** Numbers of receipts or deliveries, several parted by , ; + | or &; null = none. */
  readonly names: string | null;
  /** Day number. */
  readonly day: number;
  /** Minor units; a credit is negative. */
  readonly amount_minor: number;
}

/** What of some goods a bill billed, at their value; below zero what a credit took back. */
export interface BilledPart<B extends GoodsBill> {
  readonly bill: B;
  readonly amount_minor: number;
  /** The bill named these goods. */
  readonly named: boolean;
}

/** What of a bill no goods have come for yet; `until`: the day a credit took it back. */
export interface AheadPart<B extends GoodsBill> {
  readonly bill: B;
  readonly amount_minor: number;
  readonly until: number | null;
}

/** `on`: the day it is known, the bill's or the goods'; `early`: they came after it. */
export interface PriceVariance<B extends GoodsBill> {
  readonly bill: B;
  readonly amount_minor: number;
  readonly early: boolean;
  readonly on: number;
}

export interface MatchedBills<B extends GoodsBill> {
  /** By the goods' key, in the order of their days. */
  readonly parts: ReadonlyMap<string, readonly BilledPart<B>[]>;
  readonly ahead: readonly AheadPart<B>[];
  /** What a bill comes to beyond the goods it bills. */
  readonly variances: readonly PriceVariance<B>[];
  /** Bills for what another that names the same has billed already. */
  readonly repeats: readonly { readonly bill: B; readonly first: B }[];
}

export interface BillingTerms {
  /** A bill that names goods bills them whatever it comes to: our own invoices have freight and discounts on them. */
  readonly named_whole: boolean;
}

export const OF_SUPPLIERS: BillingTerms = { named_whole: false };
export const TO_CUSTOMERS: BillingTerms = { named_whole: true };

/** A bill this near to its goods bills them whole, in parts of a hundred; the rest is its price. */
export const PRICE_TOLERANCE_PERCENT = 5;

const within = (difference: number, of: number): boolean =>
  BigInt(Math.abs(difference)) * 100n <= BigInt(Math.abs(of)) * BigInt(PRICE_TOLERANCE_PERCENT);

/** The numbers a reference may name, itself among them. */
export function namesIn(ref: string): readonly string[] {
  const several = ref
    .split(/[,;+|&\n]/u)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return several.length > 1 ? [ref, ...several] : [ref];
}

interface Piece<B extends GoodsBill> {
  readonly goods: Goods;
  open_minor: number;
  /** Goods of no value, or taken back, are billed or not. */
  billed: boolean;
  readonly parts: BilledPart<B>[];
}

interface Standing<B extends GoodsBill> {
  readonly bill: B;
  readonly names: ReadonlySet<string>;
  /** What goods may still come for. */
  left_minor: number;
  until: number | null;
  taken_back: boolean;
  readonly took: Piece<B>[];
}

/** Of the documents of one supplier, or of orders that no other shares. Their order in the lists does not matter. */
export function matchBills<B extends GoodsBill>(
  goods: readonly Goods[],
  bills: readonly B[],
  terms: BillingTerms,
): MatchedBills<B> {
  return new Matching<B>(goods, terms).run(bills);
}

class Matching<B extends GoodsBill> {
  private readonly terms: BillingTerms;
  private readonly goods: readonly Goods[];
  private readonly arrived = new Map<string, Piece<B>[]>();
  private readonly ofOrder = new Map<number, Piece<B>[]>();
  private readonly standing: Standing<B>[] = [];
  private readonly byOrder = new Map<number | null, Standing<B>[]>();
  /** Bills that wait for goods, by the number or the order they wait for. */
  private readonly waiting = new Map<string | number, Standing<B>[]>();
  /** What bills of an order fell short of their goods. */
  private readonly short = new Map<number, number>();
  private readonly variances: PriceVariance<B>[] = [];
  private readonly repeats: { bill: B; first: B }[] = [];
  private readonly pieces = new Map<string, Piece<B>>();
  /** How many goods of a number are still to come. */
  private readonly coming = new Map<string, number>();

  constructor(goods: readonly Goods[], terms: BillingTerms) {
    this.terms = terms;
    this.goods = goods.toSorted((a, b) => a.day - b.day || compare(a.number, b.number) || a.order - b.order);
    for (const { number } of goods) this.coming.set(number, (this.coming.get(number) ?? 0) + 1);
  }

  run(bills: readonly B[]): MatchedBills<B> {
    const sorted = bills
      .map((bill) => ({ bill, names: this.namedBy(bill) }))
      .toSorted(
        (a, b) =>
          a.bill.day - b.bill.day ||
          Number(a.bill.amount_minor < 0) - Number(b.bill.amount_minor < 0) ||
          Number(a.names.size === 0) - Number(b.names.size === 0) ||
          compare(a.bill.number, b.bill.number) ||
          a.bill.id - b.bill.id,
      );
    let at = 0;
    for (const { bill, names } of sorted) {
      // goods of a day come before its bills
      for (let next = this.goods[at]; next && next.day <= bill.day; next = this.goods[at]) {
        this.arrive(next);
        at += 1;
      }
      this.take(bill, names);
    }
    for (const rest of this.goods.slice(at)) this.arrive(rest);
    return {
      parts: new Map([...this.pieces].map(([key, { parts }]) => [key, parts])),
      ahead: this.standing.flatMap(({ bill, left_minor, until }) =>
        left_minor === 0 ? [] : [{ bill, amount_minor: left_minor, until }],
      ),
      variances: this.variances,
      repeats: this.repeats,
    };
  }

  /** A number nobody has goods of names nothing: suppliers write their own. */
  private namedBy({ names }: B): ReadonlySet<string> {
    return new Set(names === null ? [] : namesIn(names).filter((name) => this.coming.has(name)));
  }

  private arrive(goods: Goods): void {
    const piece: Piece<B> = { goods, open_minor: Math.max(0, goods.amount_minor), billed: false, parts: [] };
    this.pieces.set(goods.key, piece);
    this.coming.set(goods.number, (this.coming.get(goods.number) ?? 0) - 1);
    addTo(this.arrived, goods.number, piece);
    addTo(this.ofOrder, goods.order, piece);
    for (const standing of [...(this.waiting.get(goods.number) ?? []), ...(this.waiting.get(goods.order) ?? [])]) {
      if (standing.left_minor === 0 || !isOpen(piece)) continue;
      const named = standing.names.has(goods.number);
      const left = standing.left_minor;
      if (named && this.terms.named_whole) {
        this.bill(standing, piece, piece.goods.amount_minor, named);
        continue;
      }
      // goods that went back, or cost nothing, are billed by what names them
      if (goods.amount_minor <= 0 && !named) continue;
      const open = piece.open_minor;
      const is_last = !named || [...standing.names].every((name) => this.coming.get(name) === 0);
      const whole = left >= open || (is_last && within(left - open, open));
      const amount = goods.amount_minor <= 0 ? goods.amount_minor : whole ? open : left;
      this.bill(standing, piece, amount, named);
      standing.left_minor = left - amount;
      const rest = standing.left_minor;
      if (rest !== 0 && is_last && (rest < 0 || named || within(rest, left))) {
        standing.left_minor = 0;
        this.vary(standing.bill, goods.order, rest, goods.day);
      }
    }
  }

  private take(bill: B, names: ReadonlySet<string>): void {
    if (bill.order === null && names.size === 0) return;
    const standing: Standing<B> = { bill, names, left_minor: 0, until: null, taken_back: false, took: [] };
    if (bill.amount_minor < 0 && this.takeBack(bill)) return;
    const named = [...names].flatMap((name) => this.arrived.get(name) ?? []).toSorted(oldestFirst);
    const absent = [...names].filter((name) => !this.arrived.has(name));
    const open = named.filter(isOpen);
    // an invoice of ours may come to less than nothing: a discount of the order stands on its first delivery's
    const bills_whole = this.terms.named_whole && open.length + absent.length > 0;
    if ((bill.amount_minor < 0 && !bills_whole) || (bill.amount_minor === 0 && !this.terms.named_whole)) {
      // goods that went back, or cost nothing, are billed by what names them; any other credit is one of the price
      const back = named.filter((piece) => isOpen(piece) && piece.goods.amount_minor <= 0);
      for (const piece of back) this.bill(standing, piece, piece.goods.amount_minor, true);
      const rest = bill.amount_minor - back.reduce((sum, { goods }) => sum + goods.amount_minor, 0);
      if (rest !== 0) this.variances.push({ bill, amount_minor: rest, early: false, on: bill.day });
      this.keep(standing);
      return;
    }
    if (open.length === 0 && absent.length === 0 && named.length > 0) {
      const first = named.flatMap(({ parts }) => parts).find((part) => part.named);
      if (first && named.every(({ parts }) => parts.some((part) => part.named))) {
        if (!this.makesUp(bill)) this.repeats.push({ bill, first: first.bill });
        this.keep(standing);
        return;
      }
    }
    standing.left_minor = bill.amount_minor;
    if (open.length > 0) this.allot(standing, open, true, absent.length === 0);
    if (absent.length > 0) {
      for (const name of absent) addTo(this.waiting, name, standing);
      if (this.terms.named_whole) standing.left_minor = bill.amount_minor;
    } else if (open.length === 0) this.fillOrder(standing, bill.order ?? named[0]?.goods.order ?? 0);
    this.keep(standing);
  }

  private fillOrder(standing: Standing<B>, order: number): void {
    const { bill } = standing;
    const open = (this.ofOrder.get(order) ?? []).filter((piece) => piece.open_minor > 0);
    if (open.length === 0 && this.makesUp(bill)) {
      standing.left_minor = 0;
      return;
    }
    this.allot(standing, open.toSorted(oldestFirst), false, true);
    if (standing.left_minor > 0) addTo(this.waiting, order, standing);
  }

  /** As far as the amount goes. `last`: nothing else is named, so what is left over is its price. */
  private allot(standing: Standing<B>, open: readonly Piece<B>[], named: boolean, last: boolean): void {
    const { bill } = standing;
    const whole = named && this.terms.named_whole;
    const due = open.reduce((sum, piece) => sum + openOf(piece), 0);
    let left = standing.left_minor;
    const near = last && within(left - due, named ? due : left);
    for (const piece of open) {
      if (!whole && !near && left <= 0) break;
      const value = openOf(piece);
      const short = value - left;
      // of an order the goods the amount ends in
      const ends = last && !named && short > 0 && within(short, bill.amount_minor);
      const amount = whole || near || ends ? value : Math.min(value, left);
      this.bill(standing, piece, amount, named);
      left -= amount;
    }
    if (whole) {
      standing.left_minor = 0;
      return;
    }
    const price = left < 0 || (last && (named || (open.length > 0 && within(left, bill.amount_minor))));
    if (price && left !== 0) {
      this.vary(bill, bill.order ?? open[0]?.goods.order ?? 0, left);
      left = 0;
    }
    standing.left_minor = left;
  }

  private bill(standing: Standing<B>, piece: Piece<B>, amount_minor: number, named: boolean): void {
    piece.parts.push({ bill: standing.bill, amount_minor, named });
    if (piece.goods.amount_minor > 0) piece.open_minor -= amount_minor;
    piece.billed = piece.open_minor === 0;
    standing.took.push(piece);
  }

  private vary(bill: B, order: number, amount_minor: number, on = bill.day): void {
    this.variances.push({ bill, amount_minor, early: on > bill.day, on });
    this.short.set(order, (this.short.get(order) ?? 0) + amount_minor);
  }

  /** The rest of a price that bills before it fell short of. */
  private makesUp(bill: B): boolean {
    if (bill.order === null || (this.short.get(bill.order) ?? 0) > -bill.amount_minor) return false;
    this.vary(bill, bill.order, bill.amount_minor);
    return true;
  }

  /** A credit of the very amount that names the same takes the latest such bill back: what that billed is open again. */
  private takeBack(credit: B): boolean {
    const found = this.byOrder
      .get(credit.order)
      ?.findLast(
        ({ bill, taken_back }) =>
          !taken_back && bill.amount_minor === -credit.amount_minor && bill.names === credit.names,
      );
    if (!found) return false;
    found.taken_back = true;
    for (const piece of new Set(found.took)) {
      const taken = piece.parts.filter(({ bill }) => bill === found.bill);
      const amount = taken.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
      piece.parts.push({ bill: credit, amount_minor: -amount, named: false });
      piece.open_minor += Math.max(0, amount);
      piece.billed = false;
    }
    for (const { amount_minor } of this.variances.filter((each) => each.bill === found.bill)) {
      this.vary(credit, found.bill.order ?? 0, -amount_minor);
    }
    this.giveUp(found, credit.day);
    return true;
  }

  private giveUp(found: Standing<B>, day: number): void {
    if (found.left_minor === 0) return;
    // it waits for nothing any more, and stood until now
    const gone: Standing<B> = { ...found, until: day };
    found.left_minor = 0;
    this.standing.push(gone);
  }

  private keep(standing: Standing<B>): void {
    this.standing.push(standing);
    addTo(this.byOrder, standing.bill.order, standing);
  }
}

function isOpen<B extends GoodsBill>({ goods, open_minor, billed }: Piece<B>): boolean {
  return goods.amount_minor > 0 ? open_minor > 0 : !billed;
}

/** What is still to be billed of it. */
function openOf<B extends GoodsBill>({ goods, open_minor }: Piece<B>): number {
  return goods.amount_minor > 0 ? open_minor : goods.amount_minor;
}

function oldestFirst<B extends GoodsBill>({ goods: a }: Piece<B>, { goods: b }: Piece<B>): number {
  return a.day - b.day || compare(a.number, b.number) || a.order - b.order;
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
