/** Purchase orders of the last months: received on time or late, in part, open, overdue, cancelled. */
import { addWorkdays, isWorkday, monthOfDay } from '#domain/calendar.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { addAt, type Books, USAGE_DAYS } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoCompany, DemoSite } from '../companies.ts';
import type { DemoSupplier } from '../parties.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import { type Horizon, type Ids, monthsBetween } from '../size.ts';
import { SLIPPING_MONTHS, STORIES } from '../stories.ts';

/** How far back purchase orders go. */
const HISTORY_DAYS = 150;
/** A supplier is ordered from every so many days at each site. */
const REVIEW_DAYS = 14;
/** The short item has no other order under way than the late one. */
const STORY_PAUSE_DAYS = 60;
/** No purchase order is longer. */
const ORDER_LINES = 30;
const FLUSH_ROWS = 4_000;
/** Inbound freight and duty on top of the supplier's price: what turns price into landed cost. */
const INBOUND = 1.045;

export interface PurchaseWorld {
  readonly company: DemoCompany;
  readonly items: readonly DemoItem[];
  readonly suppliers: readonly DemoSupplier[];
  readonly horizon: Horizon;
  readonly books: Books;
  readonly ids: Ids;
  readonly random: Random;
}

interface Candidate {
  readonly item: DemoItem;
  readonly qty_milli: number;
  /** Ordered at every nth review. */
  readonly every: number;
  readonly phase: number;
}

export function* purchaseBatches(world: PurchaseWorld): Generator<DemoBatch> {
  const { company, suppliers, horizon, random } = world;
  const writer = new PurchaseWriter(world);
  const bySupplier = new Map<number, DemoItem[]>();
  for (const item of world.items) {
    const own = bySupplier.get(item.supplier.id);
    if (own) own.push(item);
    else bySupplier.set(item.supplier.id, [item]);
  }
  for (const site of company.sites) {
    for (const supplier of suppliers) {
      const candidates = candidatesAt(world, site, bySupplier.get(supplier.id) ?? []);
      if (candidates.length === 0) continue;
      let review = 0;
      const start = horizon.today - HISTORY_DAYS + random.whole(0, REVIEW_DAYS - 1);
      for (let day = start; day <= horizon.today; day += REVIEW_DAYS) {
        const ordered_on = isWorkday(day) ? day : addWorkdays(day, 1);
        const due = candidates.filter(
          ({ item, every, phase }) =>
            (review + phase) % every === 0 &&
            !(isShortStory(company, item, site) && horizon.today - ordered_on < STORY_PAUSE_DAYS),
        );
        review += 1;
        if (due.length === 0 || ordered_on > horizon.today) continue;
        for (let from = 0; from < due.length; from += ORDER_LINES) {
          writer.purchase(site, supplier, ordered_on, due.slice(from, from + ORDER_LINES));
        }
        if (writer.rows() >= FLUSH_ROWS) yield* writer.flush();
      }
    }
  }
  const hero = world.items.find((item) => item.code === STORIES.short_item_code);
  const site = company.sites[0];
  if (company.code === 'HAL' && hero && site) writer.lateStory(site, hero);
  yield* writer.flush();
}

/** The position of the short item's story: the first site of the first company. */
export function isShortStory(company: DemoCompany, item: DemoItem, site: DemoSite): boolean {
  return company.code === 'HAL' && site.index === 0 && item.code === STORIES.short_item_code;
}

function candidatesAt(world: PurchaseWorld, site: DemoSite, items: readonly DemoItem[]): readonly Candidate[] {
  const { books, random } = world;
  const candidates: Candidate[] = [];
  for (const item of items) {
    const daily = (books.usage_qty_milli[books.position(item, site)] ?? 0) / USAGE_DAYS;
    if (daily === 0 || item.pattern === 'dying') continue;
    const reviews = item.pack_qty_milli / (daily * REVIEW_DAYS);
    const every = Math.min(8, Math.max(random.whole(1, 3), Math.ceil(reviews)));
    candidates.push({
      item,
      every,
      phase: random.whole(0, every - 1),
      qty_milli: wholePacks(item, daily * REVIEW_DAYS * every),
    });
  }
  return candidates;
}

function wholePacks(item: DemoItem, qty_milli: number): number {
  return Math.max(1, Math.round(qty_milli / item.pack_qty_milli)) * item.pack_qty_milli;
}

class PurchaseWriter {
  private readonly world: PurchaseWorld;
  private orders: DemoRow<'purchase_order'>[] = [];
  private lines: DemoRow<'po_line'>[] = [];
  private prices: DemoRow<'po_line_price'>[] = [];
  private next_order = 40_001;
  private next_receipt = 70_001;

  constructor(world: PurchaseWorld) {
    this.world = world;
  }

  rows(): number {
    return this.lines.length;
  }

  *flush(): Generator<DemoBatch> {
    if (this.orders.length === 0) return;
    yield { table: 'purchase_order', rows: this.orders };
    yield { table: 'po_line', rows: this.lines };
    yield { table: 'po_line_price', rows: this.prices };
    this.orders = [];
    this.lines = [];
    this.prices = [];
  }

  purchase(site: DemoSite, supplier: DemoSupplier, ordered_on: number, due: readonly Candidate[]): void {
    const { horizon, ids, random } = this.world;
    const id = ids.next();
    const number = this.takeNumber();
    const cancelled = random.chance(0.01);
    const promised_on = addWorkdays(ordered_on + supplier.lead_time_days - 1, 1);
    const delay = delayDays(supplier, monthOfDay(ordered_on), horizon, random);
    let open = false;
    let amount_minor = 0;
    let received_minor = 0;
    let arrived_on: number | null = null;
    for (const { item, qty_milli } of due) {
      const extra = random.chance(0.1) ? random.whole(1, 6) : 0;
      const arrives_on =
        delay + extra > 0 ? addWorkdays(promised_on, delay + extra) : promised_on - (delay < 0 ? 1 : 0);
      const here = !cancelled && arrives_on <= horizon.today;
      const packs = qty_milli / item.pack_qty_milli;
      const short = here && horizon.today - arrives_on < 25 && packs > 1 && random.chance(0.06);
      const received = !here ? 0 : short ? Math.floor(packs * 0.6) * item.pack_qty_milli : qty_milli;
      const complete = received === qty_milli;
      const expected_on = expectedDay(promised_on, arrives_on, here && !complete, horizon, random);
      const price = this.pushLine(
        id,
        site,
        item,
        qty_milli,
        received,
        promised_on,
        expected_on,
        complete ? arrives_on : null,
      );
      const value = this.amount(received, price);
      amount_minor += this.amount(qty_milli, price);
      received_minor += value;
      if (received > 0) {
        arrived_on = arrives_on;
        this.bookReceived(site, item, received, arrives_on);
      }
      if (!complete && !cancelled) {
        open = true;
        this.bookIncoming(site, item, qty_milli - received, expected_on);
      }
    }
    this.pushOrder(id, site, number, supplier, ordered_on, cancelled ? 'cancelled' : open ? 'open' : 'received');
    if (cancelled) return;
    if (arrived_on !== null) this.bookReceipt(supplier, arrived_on, received_minor);
    if (id % 11 === 0) {
      this.world.books.early_bills.push({
        number,
        supplier_name: supplier.name,
        ordered_on,
        received_on: open ? null : arrived_on,
        amount_minor,
      });
    }
  }

  /** The story of the short item: ordered in time, promised for last week, now expected some days from today. */
  lateStory(site: DemoSite, item: DemoItem): void {
    const { horizon, ids, books } = this.world;
    const id = ids.next();
    const daily = (books.usage_qty_milli[books.position(item, site)] ?? 0) / USAGE_DAYS;
    const qty_milli = wholePacks(item, Math.max(daily * 30, item.pack_qty_milli * 20));
    const expected_on = addWorkdays(horizon.today, 5);
    this.pushLine(id, site, item, qty_milli, 0, addWorkdays(horizon.today - 8, 1), expected_on, null);
    this.bookIncoming(site, item, qty_milli, expected_on);
    this.pushOrder(id, site, this.takeNumber(), item.supplier, addWorkdays(horizon.today - 24, 1), 'open');
  }

  private takeNumber(): string {
    const number = `PO ${this.next_order}`;
    this.next_order += 1;
    return number;
  }

  private pushOrder(
    id: number,
    site: DemoSite,
    number: string,
    supplier: DemoSupplier,
    ordered_on: number,
    state: string,
  ): void {
    const company_id = this.world.company.id;
    this.orders.push({
      id,
      company_id,
      site_id: site.id,
      number,
      supplier_id: supplier.id,
      ordered_on,
      state,
      approved_on: null,
      buyer: null,
    });
  }

  /** Returns the unit price, millionths of the company's currency. */
  private pushLine(
    purchase_order_id: number,
    site: DemoSite,
    item: DemoItem,
    ordered_qty_milli: number,
    received_qty_milli: number,
    promised_on: number,
    expected_on: number,
    received_on: number | null,
  ): number {
    const { company, ids, random } = this.world;
    const id = ids.next();
    const common = { id, company_id: company.id, site_id: site.id };
    const unit_price_micro = Math.max(
      100,
      Math.round((item.unit_cost_micro / INBOUND) * (0.97 + 0.05 * random.float())),
    );
    this.lines.push({
      ...common,
      purchase_order_id,
      item_id: item.id,
      ordered_qty_milli,
      received_qty_milli,
      promised_on,
      expected_on,
      received_on,
    });
    this.prices.push({ ...common, unit_price_micro });
    return unit_price_micro;
  }

  private amount(qty_milli: number, unit_price_micro: number): number {
    return safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(unit_price_micro), this.world.company.currency));
  }

  private bookReceived(site: DemoSite, item: DemoItem, qty_milli: number, received_on: number): void {
    const { books } = this.world;
    const month = books.month(monthOfDay(received_on));
    if (month) addAt(month.received_cost, books.siteCategory(site, item), this.amount(qty_milli, item.unit_cost_micro));
  }

  private bookIncoming(site: DemoSite, item: DemoItem, qty_milli: number, expected_on: number): void {
    const { books } = this.world;
    const position = books.position(item, site);
    addAt(books.incoming_qty_milli, position, qty_milli);
    const earliest = books.incoming_on[position] ?? 0;
    if (earliest === 0 || expected_on < earliest) books.incoming_on[position] = expected_on;
  }

  /** Bills of what arrives near the end of a month often come in the next. */
  private bookReceipt(supplier: DemoSupplier, received_on: number, amount_minor: number): void {
    const { books, random } = this.world;
    const number = `RCV ${this.next_receipt}`;
    this.next_receipt += 1;
    const near_end = monthOfDay(received_on + 12) !== monthOfDay(received_on);
    const billed = !random.chance(near_end ? 0.5 : 0.03);
    books.month(monthOfDay(received_on))?.receipts.push({
      number,
      supplier_code: supplier.code,
      supplier_name: supplier.name,
      received_on,
      amount_minor,
      billed,
    });
  }
}

/** Working days after the first promise; below zero = a day early. */
function delayDays(supplier: DemoSupplier, month: number, horizon: Horizon, random: Random): number {
  const age = monthsBetween(month, horizon.this_month);
  if (supplier.slipping && age < SLIPPING_MONTHS) {
    return random.chance(0.45 + 0.09 * (SLIPPING_MONTHS - age)) ? random.whole(1, 3) + 2 * (SLIPPING_MONTHS - age) : 0;
  }
  if (random.float() > supplier.reliability) return random.whole(1, supplier.lateness_days * 2);
  return random.chance(0.3) ? -1 : 0;
}

/** What the supplier says today: the promise, or a later date once it is known; some overdue lines have no new date. */
function expectedDay(
  promised_on: number,
  arrives_on: number,
  remainder: boolean,
  horizon: Horizon,
  random: Random,
): number {
  if (remainder) return addWorkdays(horizon.today, random.whole(2, 10));
  if (arrives_on <= horizon.today) return Math.max(promised_on, arrives_on);
  if (promised_on < horizon.today) return random.chance(0.08) ? promised_on : arrives_on;
  return arrives_on > promised_on && random.chance(0.6) ? arrives_on : promised_on;
}
