/**
 * What each document should have posted, and what of it is open at the cut-off. Rows come one after the other, so that
 * nothing grows with the number of documents but what is asked for: sums by account and day, and documents of some days.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { amountsOfParts } from '../../money.ts';
import { ACCRUED, type Accrued, NOTHING_ACCRUED, type Settled, settlementsAsBooked } from './asBooked.ts';
import type { Cause } from './causes.ts';
import type { DocumentRef, Found, GiveBack, LedgerMovement, OpenDocument, Posting, Suspect } from './facts.ts';
import type {
  InvoiceRow,
  PaymentRow,
  InvoiceSum,
  PaymentSum,
  ReceiptRow,
  LooseBillRow,
  PriceVarianceRow,
  DeliveredLine,
  DeliveredWhole,
  ReturnedLine,
  LandedRow,
} from './documentRows.ts';
import type { Valued } from './impliedRate.ts';
import { ACCRUAL_ROLES, type AccrualRole, settledOn, type Settlement, UNSET_METHODS } from './methods.ts';
import { ACCRUAL_MONTHS, type ReconciledRole } from './plan.ts';

/** After a payment's number: what of it its rate won or lost. */
export const EXCHANGE_DIFFERENCE = ' exchange difference';

export interface BooksAsked {
  readonly from: number;
  readonly cut_off: number;
  readonly until: number;
  /** Of which accounts and days the documents themselves are kept. */
  readonly keeps: (role: ReconciledRole, day: number) => boolean;
  /** How accruals are settled; as booked where nobody says. */
  readonly settlementOf?: (role: AccrualRole) => Settlement;
}

/** What accruals that are settled as booked are read from: the days' movements, no proposed entries; what was found before. */
export interface Booked {
  readonly movements: readonly LedgerMovement[];
  readonly carried: readonly Found[];
}
const NOTHING_BOOKED: Booked = { movements: [], carried: [] };

/** What many documents in sum are, where no document is kept. */
const NONE_OF_THEM = { id: 0, number: '', party_id: 0 } as const;

interface Of {
  readonly document: DocumentRef;
  readonly party_id?: number | null;
  readonly channel_id?: number | null;
  readonly ordered_on?: number | null;
  readonly missing?: Cause;
  readonly takes_back?: string;
  readonly valued?: Valued;
}

/** A delivery note that is not billed at the cut-off; its order's number is asked for afterwards. */
export interface OpenNote {
  readonly order_id: number;
  readonly number: string;
  readonly shipped_on: number;
  amount_minor: number;
}

export class DocumentBooks {
  readonly expected = new Map<ReconciledRole, Map<number, number>>();
  readonly postings: Posting[] = [];
  readonly suspects: Suspect[] = [];
  readonly notes = new Map<string, OpenNote>();
  private readonly opened = new Map<string, { role: ReconciledRole; ref: string; booked_on: number; amount: number }>();
  /** What settled accruals, once every document is in. */
  settled: readonly Settled[] = [];
  private readonly accrued = new Map<AccrualRole, Accruing>();
  private readonly asked: BooksAsked;

  constructor(asked: BooksAsked) {
    this.asked = asked;
  }

  /** The first day whose deliveries are needed: accruals of earlier months are settled in those looked at. */
  static firstDelivery(from: number): number {
    return firstDayOfMonth(addMonths(monthOfDay(from), -ACCRUAL_MONTHS));
  }

  invoice(row: InvoiceRow): void {
    const customer = row.kind === 'customer';
    const document = { kind: 'invoice', id: row.id, ref: row.number } as const;
    this.post(customer ? 'ar' : 'ap', row.posted_on, customer ? row.amount_minor : -row.amount_minor, {
      document,
      party_id: row.party_id,
    });
  }

  invoicesInSum(sum: InvoiceSum): void {
    this.invoice({ ...sum, ...NONE_OF_THEM });
  }

  paymentsInSum(sum: PaymentSum): void {
    this.payment({ ...sum, ...NONE_OF_THEM });
  }

  payment(row: PaymentRow): void {
    const amount = row.kind === 'customer' ? row.amount_minor : -row.amount_minor;
    const of = { document: { kind: 'payment', id: row.id, ref: row.number } as const, party_id: row.party_id };
    const role = row.kind === 'customer' ? 'ar' : 'ap';
    this.post(role, row.paid_on, -amount, of);
    this.post('bank', row.paid_on, amount, of);
    // its own document: the ledger may have the payment and lack this
    const gained = { ...of, document: { ...of.document, ref: `${row.number}${EXCHANGE_DIFFERENCE}` } };
    const exchange = row.kind === 'customer' ? row.exchange_minor : -row.exchange_minor;
    const settled_on = row.settled_on ?? row.paid_on;
    this.post(role, settled_on, exchange, gained);
    this.post('fx_gain', settled_on, -exchange, gained);
  }

  claimCost(row: {
    readonly id: number;
    readonly ref: string;
    readonly booked_on: number;
    readonly amount_minor: number;
  }) {
    this.post('bank', row.booked_on, -row.amount_minor, { document: { kind: 'claim_cost', id: row.id, ref: row.ref } });
  }

  /** Received and not billed, or billed and not received. */
  receipt(row: ReceiptRow): void {
    const { received_on, amount_minor } = row;
    const of = { document: { kind: 'receipt', id: row.id, ref: row.number } as const, party_id: row.supplier_id };
    let rest = amount_minor;
    for (const bill of row.bills.filter(({ posted_on }) => posted_on < received_on)) {
      this.post('billed_not_received', bill.posted_on, bill.amount_minor, of);
      this.post('billed_not_received', received_on, -bill.amount_minor, of);
      const ref = `${row.order_number} ${row.supplier_name}`;
      this.open('billed_not_received', ref, bill.posted_on, received_on, bill.amount_minor);
      rest -= bill.amount_minor;
    }
    this.post('grni', received_on, -rest, of);
    const ref = `${row.number} ${row.supplier_name}`;
    for (const bill of row.bills.filter(({ posted_on }) => posted_on >= received_on)) {
      const document = { kind: 'invoice', id: bill.id, ref: bill.ref } as const;
      this.post('grni', bill.posted_on, bill.amount_minor, { ...of, document });
      this.open('grni', ref, received_on, bill.posted_on, -bill.amount_minor);
      rest -= bill.amount_minor;
    }
    this.open('grni', ref, received_on, null, -rest);
  }

  priceVariance(row: PriceVarianceRow): void {
    const { goods_on, posted_on } = row;
    if (goods_on !== null) {
      // until they come the whole bill is on its way: what they turn out to be worth moves no month that has ended
      const of = { document: { kind: 'invoice', id: row.id, ref: row.number } as const, party_id: row.party_id };
      this.post('billed_not_received', posted_on, row.amount_minor, of);
      this.post('billed_not_received', goods_on, -row.amount_minor, of);
      const ref = `${row.order_number} ${row.supplier_name}`;
      this.open('billed_not_received', ref, posted_on, goods_on, row.amount_minor);
    }
    this.suspect({
      role: goods_on === null ? 'grni' : 'billed_not_received',
      day: goods_on ?? posted_on,
      amount_minor: row.amount_minor,
      cause: 'price_variance',
      ref: row.number,
      documents: [{ kind: 'invoice', id: row.id, ref: row.number }],
    });
  }

  looseBill(row: LooseBillRow): void {
    const document = { kind: 'invoice', id: row.id, ref: row.number } as const;
    if (row.repeats) {
      this.suspect({
        role: 'grni',
        day: row.posted_on,
        amount_minor: row.amount_minor,
        cause: 'posted_twice',
        ref: row.number,
        documents: [document, row.repeats],
      });
      return;
    }
    const of = { document, party_id: row.party_id };
    this.post('billed_not_received', row.posted_on, row.amount_minor, of);
    if (row.until !== null) this.post('billed_not_received', row.until, -row.amount_minor, of);
    const ref = `${row.order_number} ${row.supplier_name}`;
    this.open('billed_not_received', ref, row.posted_on, row.until, row.amount_minor);
  }

  /** Of every amount of a line its part of the quantity that left, reckoned from the whole, so that the parts add up to it. */
  delivered(line: DeliveredLine): void {
    const quantities = line.parts.map(({ qty_milli }) => qty_milli);
    const partsOf = (amount: number): readonly number[] => amountsOfParts(amount, quantities, line.sold_qty_milli);
    const [nets, freights] = [partsOf(line.net_minor), partsOf(line.freight_minor)];
    const [rebates, fees] = [partsOf(line.rebate_minor), partsOf(line.fee_minor)];
    for (const [nth, part] of line.parts.entries()) {
      const net = nets[nth] ?? 0;
      const of = this.ofLine(line, { kind: 'shipment', id: part.id, ref: part.number });
      this.post('shipped_not_billed', part.shipped_on, net, of);
      const whole = part.billed_on === null ? [] : [{ billed_on: part.billed_on, amount_minor: net }];
      const { cut_off } = this.asked;
      let open = net;
      for (const { billed_on, amount_minor } of part.in_parts ?? whole) {
        this.post('shipped_not_billed', billed_on, -amount_minor, of);
        if (billed_on <= cut_off) open -= amount_minor;
      }
      if (open !== 0 && part.shipped_on <= cut_off) {
        const key = `${line.order_id}/${part.number}`;
        const note = this.notes.get(key);
        if (note) note.amount_minor += open;
        else {
          const { number, shipped_on } = part;
          this.notes.set(key, { order_id: line.order_id, number, shipped_on, amount_minor: open });
        }
      }
      this.owed(part.shipped_on, freights[nth] ?? 0, rebates[nth] ?? 0, fees[nth] ?? 0, of);
    }
  }

  /** The same of lines in sum, where no document is kept; billed by the cut-off. */
  deliveredWhole({ shipped_on, billed_on, net_minor, freight_minor, rebate_minor, fee_minor }: DeliveredWhole): void {
    const of = { document: { kind: 'shipment', id: 0, ref: '' } as const };
    this.post('shipped_not_billed', shipped_on, net_minor, of);
    this.post('shipped_not_billed', billed_on, -net_minor, of);
    this.owed(shipped_on, freight_minor, rebate_minor, fee_minor, of);
  }

  returned(line: ReturnedLine): void {
    const of = this.ofLine(line, { kind: 'order_line', id: line.id, ref: line.number });
    this.owed(line.ordered_on, line.freight_minor, line.rebate_minor, line.fee_minor, of);
  }

  /** No document of the day: it is told apart by itself (thresholdItems.ts). What was settled already comes back with the next settlement. */
  givenBack({ day, amount_minor }: Pick<GiveBack, 'day' | 'amount_minor'>): void {
    this.expect('rebate_accrual', day, amount_minor);
    this.dueOf('rebate_accrual', day, -amount_minor);
    if (day >= this.asked.from) this.accrued.get('rebate_accrual')?.given_back.push({ day, amount: amount_minor });
  }

  landed(row: LandedRow): void {
    const of = { document: { kind: 'landed_cost', id: row.id, ref: row.ref } as const };
    this.accrue('landed_cost_clearing', row.booked_on, row.amount_minor, of);
    const settled = settledOn(this.settlementOf('landed_cost_clearing'), monthOfDay(row.booked_on));
    if (settled !== null) this.open('landed_cost_clearing', row.site, row.booked_on, settled, -row.amount_minor);
  }

  /** The order numbers of the delivery notes that are open. */
  nameNotes(numberOf: (order_id: number) => string): void {
    for (const note of this.notes.values()) {
      const ref = `${note.number} ${numberOf(note.order_id)}`;
      this.open('shipped_not_billed', ref, note.shipped_on, null, note.amount_minor);
    }
    this.notes.clear();
  }

  /**
   * When every document is in: what settles the accruals, and what of those settled on a day is still due.
   * @param known what settled them, of all documents, where only some days' were read
   */
  finish(booked: Booked = NOTHING_BOOKED, known: readonly Settled[] | null = null): void {
    this.settled = known ?? ACCRUAL_ROLES.flatMap((role) => this.settlementsOf(role, booked));
    for (const { role, day, amount_minor, document } of this.settled) this.post(role, day, amount_minor, { document });
  }

  /** Of the deliveries read: what accrued, month by month. */
  accruedOf(role: AccrualRole): Accrued {
    return this.accrued.get(role) ?? NOTHING_ACCRUED;
  }

  post(role: ReconciledRole, day: number, amount_minor: number, of: Of): void {
    if (!this.expect(role, day, amount_minor) || !this.asked.keeps(role, day)) return;
    const { document, party_id = null, channel_id = null, ordered_on = null, missing = 'document_not_posted' } = of;
    const { takes_back = null, valued = null } = of;
    const told = { document, party_id, channel_id, ordered_on, missing, takes_back, valued };
    this.postings.push({ role, day, amount_minor, ...told });
  }

  /** False: nothing, or on none of the days. */
  private expect(role: ReconciledRole, day: number, amount_minor: number): boolean {
    if (amount_minor === 0 || day < this.asked.from || day > this.asked.until) return false;
    const days = this.expected.get(role) ?? new Map<number, number>();
    this.expected.set(role, days);
    days.set(day, (days.get(day) ?? 0) + amount_minor);
    return true;
  }

  suspect(suspect: Suspect): void {
    if (suspect.day >= this.asked.from && suspect.day <= this.asked.until) this.suspects.push(suspect);
  }

  /** Open from a day until another, or still. */
  open(role: ReconciledRole, ref: string, from: number, until: number | null, amount_minor: number): void {
    const { cut_off } = this.asked;
    if (from <= cut_off && (until === null || until > cut_off)) this.openAt(role, ref, from, amount_minor);
  }

  openAt(role: ReconciledRole, ref: string, booked_on: number, amount: number): void {
    const key = `${role}/${ref}`;
    const known = this.opened.get(key);
    if (known) {
      known.amount += amount;
      known.booked_on = Math.max(known.booked_on, booked_on);
    } else this.opened.set(key, { role, ref, booked_on, amount });
  }

  openDocuments(): readonly OpenDocument[] {
    return [...this.opened.values()]
      .filter(({ amount }) => amount !== 0)
      .map(({ role, ref, booked_on, amount }) => ({ role, ref, booked_on, amount_minor: amount }));
  }

  settlementOf(role: AccrualRole): Settlement {
    return (this.asked.settlementOf ?? UNSET_METHODS.settlementOf)(role);
  }

  private settlementsOf(role: AccrualRole, { movements, carried }: Booked): readonly Settled[] {
    const settlement = this.settlementOf(role);
    if (settlement.kind === 'as_booked') return settlementsAsBooked(role, movements, this.accruedOf(role), carried);
    const { cut_off } = this.asked;
    return [...this.accruedOf(role).months]
      .toSorted((a, b) => a[0] - b[0])
      .map(([month, amount_minor]) => {
        const day = settledOn(settlement, month) ?? 0;
        if (role !== 'landed_cost_clearing' && lastDayOfMonth(month) <= cut_off && day > cut_off)
          this.openAt(role, `${ACCRUED[role]} of ${month}`, cut_off, -amount_minor);
        return { role, day, amount_minor, document: { kind: 'entry', id: 0, ref: `Settlement ${month}` } as const };
      });
  }

  private owed(day: number, freight: number, rebate: number, fee: number, of: Of): void {
    this.accrue('freight_accrual', day, freight, of);
    this.accrue('rebate_accrual', day, rebate, of);
    this.accrue('fee_accrual', day, fee, of);
  }

  private accrue(role: AccrualRole, day: number, amount: number, of: Of): void {
    if (amount === 0) return;
    this.post(role, day, -amount, of);
    this.dueOf(role, day, amount);
  }

  /** Settled with what else arose in the month. */
  private dueOf(role: AccrualRole, day: number, amount: number): void {
    const of_role = this.accrued.get(role) ?? {
      months: new Map(),
      grown: new Map(),
      taken_back: new Map(),
      given_back: [],
    };
    this.accrued.set(role, of_role);
    const month = monthOfDay(day);
    // a month that began before what was read is not whole, and was settled before it is looked at
    if (firstDayOfMonth(month) < DocumentBooks.firstDelivery(this.asked.from)) return;
    addTo(of_role.months, month, amount);
    if (amount > 0) addTo(of_role.grown, month, amount);
    else addTo(of_role.taken_back, day, -amount);
  }

  private ofLine(line: Pick<DeliveredLine, 'party_id' | 'channel_id' | 'ordered_on'>, document: DocumentRef): Of {
    const { party_id, channel_id, ordered_on } = line;
    return { document, party_id, channel_id, ordered_on };
  }
}

interface Accruing extends Accrued {
  readonly months: Map<number, number>;
  readonly grown: Map<number, number>;
  readonly taken_back: Map<number, number>;
  readonly given_back: { readonly day: number; readonly amount: number }[];
}

function addTo(sums: Map<number, number>, key: number, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
