/**
 * Stock and purchases of a company. What lies at a position today is drawn first; then its months are walked back: what
 * left is put back, and whenever more lies there than was needed a receipt of that month brought it. So the stock ledger
 * balances: what was there at first, what came, what left and what moved make what is there today, to the unit.
 */
import { addWorkdays, firstDayOfMonth, isWorkday, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { addAt, USAGE_DAYS } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import { type DemoCompany, type DemoSite, homeWarehouse } from '../companies.ts';
import { dayText } from '../ledger/journals.ts';
import { amountOf } from '../orders/pricing.ts';
import type { DemoSupplier } from '../parties.ts';
import { refilledIn, runsEmptyIn } from '../demand/plants.ts';
import { PurchaseWriter, type Wanted, workdaysBefore } from '../purchases/purchaseWriter.ts';
import type { Random } from '../random.ts';
import type { DemoBatch } from '../rows.ts';
import { STORIES } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';
import { onHandToday, policyFor, UNIT_MILLI, wholePacks, wholeUnits } from './policies.ts';
import { StockRows } from './stockRows.ts';
import { Valuation } from './valuation.ts';

const FLUSH_ROWS = 4_000;
/** The short item has had no receipt lately, so many months. */
const STORY_PAUSE_MONTHS = 2;
/** A dying item is not bought in its last months. */
const DYING_DAYS = 150;

export function* supplyBatches(world: CompanyWorld): Generator<DemoBatch> {
  yield* new Supply(world).batches();
}

/** The position of the short item's story: the first site of the first company. */
export function isShortStory(company: DemoCompany, item: DemoItem, site: DemoSite): boolean {
  return company.code === 'HAL' && site.index === 0 && item.code === STORIES.short_item_code;
}

interface Awaited {
  readonly item: DemoItem;
  readonly site: DemoSite;
  readonly reserved_qty_milli: number;
}

/**
 * The position of a warehouse of the first company that most is promised of: customers wait for a receipt that should have
 * come, and more is promised than it brings. So there is a late receipt and a short line on any day, whatever chance has drawn.
 */
function awaitedPosition({ company, items, books, faults }: CompanyWorld): Awaited | null {
  if (company.code !== 'HAL') return null;
  let most: Awaited | null = null;
  for (const site of company.sites) {
    if (site.kind !== 'dc') continue;
    for (const item of items) {
      const usual = item.plant === null && item.pattern !== 'dying' && !faults.has(item.id);
      if (!usual || isShortStory(company, item, site)) continue;
      const reserved_qty_milli = books.reserved_qty_milli[books.position(item, site)] ?? 0;
      if (reserved_qty_milli < 2 * UNIT_MILLI || reserved_qty_milli <= (most?.reserved_qty_milli ?? 0)) continue;
      most = { item, site, reserved_qty_milli };
    }
  }
  return most;
}

/** Its receipt is overdue by so many working days, and nobody says when it comes. */
const AWAITED_LATE_DAYS = 4;

class Supply {
  private readonly world: CompanyWorld;
  private readonly awaited: Awaited | null;
  private readonly random: Random;
  private readonly purchases: PurchaseWriter;
  private readonly stock: StockRows;
  private readonly valuation: Valuation;
  private contested = 0;
  private unit_error = false;

  constructor(world: CompanyWorld) {
    this.world = world;
    this.awaited = awaitedPosition(world);
    this.random = world.stream('positions');
    this.purchases = new PurchaseWriter(world);
    this.stock = new StockRows(world);
    this.valuation = new Valuation(world);
  }

  *batches(): Generator<DemoBatch> {
    const { company, suppliers } = this.world;
    yield* this.stock.countHeads();
    const bySupplier = Map.groupBy(this.world.items, (item) => item.supplier.id);
    // counters first: what they were sent has left a warehouse
    const sites = company.sites.toSorted((a, b) =>
      a.kind === b.kind ? a.index - b.index : a.kind === 'counter' ? -1 : 1,
    );
    for (const site of sites) {
      for (const supplier of suppliers) {
        const items = bySupplier.get(supplier.id) ?? [];
        if (site.kind === 'counter') for (const item of items) this.position(item, site, false);
        else this.warehouse(site, supplier, items);
        if (this.stock.count() >= FLUSH_ROWS) yield* this.stock.flush();
        if (this.purchases.count() >= FLUSH_ROWS) yield* this.purchases.flush();
      }
    }
    this.awaitedReceipt();
    yield* this.stock.flush();
    yield* this.purchases.flush();
    yield* this.valuation.batches();
  }

  private isAwaited(item: DemoItem, site: DemoSite): boolean {
    return item === this.awaited?.item && site === this.awaited.site;
  }

  private awaitedReceipt(): void {
    if (this.awaited === null) return;
    const { item, site, reserved_qty_milli } = this.awaited;
    const half = reserved_qty_milli / 2;
    const packs = Math.floor(half / item.pack_qty_milli) * item.pack_qty_milli;
    const qty_milli = packs > 0 ? packs : wholeUnits(half);
    const promised_on = workdaysBefore(this.world.horizon.today, AWAITED_LATE_DAYS);
    this.purchases.underWay(site, item.supplier, [{ item, qty_milli }], promised_on, true, promised_on);
  }

  /** All items of one supplier at a warehouse: what is on order, where they stand, what came. */
  private warehouse(site: DemoSite, supplier: DemoSupplier, items: readonly DemoItem[]): void {
    const { books, horizon, company } = this.world;
    const { random } = this;
    const on_order = new Set<DemoItem>();
    for (const item of items) {
      const usage = books.usage_qty_milli[books.position(item, site)] ?? 0;
      if (usage === 0 || item.pattern === 'dying') continue;
      if (isShortStory(company, item, site) || this.isContested(item, site) || random.chance(0.32)) on_order.add(item);
    }
    const received: Wanted[][] = horizon.months.map(() => []);
    for (const item of items) this.position(item, site, on_order.has(item), received);
    for (const [nth, month] of horizon.months.entries()) {
      const wanted = received[nth] ?? [];
      if (wanted.length > 0) this.purchases.received(site, supplier, month, wanted);
    }
    const usual = [...on_order]
      .filter((item) => !isShortStory(company, item, site) && !this.isAwaited(item, site))
      .map((item) => this.lot(item, site));
    const half = Math.ceil(usual.length / 2);
    for (const wanted of [usual.slice(0, half), usual.slice(half)]) {
      if (wanted.length === 0) continue;
      const trouble = supplier.slipping || random.float() > supplier.reliability;
      const ahead = random.whole(trouble ? -8 : 1, supplier.lead_time_days);
      this.purchases.underWay(site, supplier, wanted, addWorkdays(horizon.today + ahead - 1, 1), trouble);
    }
    if (usual.length > 0 && random.chance(0.05)) {
      this.purchases.cancelled(site, supplier, usual, addWorkdays(horizon.today - random.whole(10, 120), 1));
    }
    const hero = [...on_order].find((item) => isShortStory(company, item, site));
    if (!hero) return;
    // ordered in time, promised for last week, now expected some days from today
    const { item, qty_milli } = this.lot(hero, site);
    const enough = Math.max(qty_milli, wholePacks(item, item.pack_qty_milli * 20));
    this.purchases.underWay(
      site,
      supplier,
      [{ item, qty_milli: enough }],
      addWorkdays(horizon.today - 8, 1),
      true,
      addWorkdays(horizon.today, 6),
    );
  }

  private lot(item: DemoItem, site: DemoSite): Wanted {
    const usage = this.world.books.usage_qty_milli[this.world.books.position(item, site)] ?? 0;
    return { item, qty_milli: wholePacks(item, (usage / USAGE_DAYS) * 35) };
  }

  /** Two channels wait for what one receipt will bring. */
  private isContested(item: DemoItem, site: DemoSite): boolean {
    const { books } = this.world;
    if (site.index !== 0 || this.contested >= STORIES.contested_receipts) return false;
    const position = books.position(item, site);
    const channels = books.open_channels[position] ?? 0;
    const two = (channels & (channels - 1)) !== 0;
    return two && (books.reserved_qty_milli[position] ?? 0) >= 4 * UNIT_MILLI;
  }

  private position(item: DemoItem, site: DemoSite, on_order: boolean, received?: Wanted[][]): void {
    const { books, company, horizon } = this.world;
    const { random } = this;
    const position = books.position(item, site);
    const usage = books.usage_qty_milli[position] ?? 0;
    const reserved = books.reserved_qty_milli[position] ?? 0;
    const months = horizon.months.length;
    const out = books.out_qty_milli.subarray(position * months, (position + 1) * months);
    if (site.kind === 'counter' && !item.at_counters && reserved === 0 && out.every((qty) => qty === 0)) return;
    const policy = policyFor(item, site, usage, random);
    if (policy) {
      const owner = random.chance(0.1) ? null : site.kind === 'dc' ? 'planner' : 'buyer';
      this.stock.policy(item, site, policy, owner);
    }
    let on_hand = onHandToday(item, site, policy, reserved, on_order, random);
    if (isShortStory(company, item, site)) {
      // less than what is promised for the week until the late receipt comes
      on_hand = wholeUnits(Math.min((usage / USAGE_DAYS) * 4, reserved * 0.25));
    } else if (this.isAwaited(item, site)) {
      on_hand = wholeUnits(reserved * 0.25);
    } else if (on_order && this.isContested(item, site)) {
      this.contested += 1;
      on_hand = wholeUnits(reserved * 0.4);
    }
    const counted_on = this.walkBack(item, site, on_hand, out, received);
    this.stock.balance(item, site, on_hand, reserved, counted_on);
    if (usage === 0) {
      const value = amountOf(on_hand, item.unit_cost_micro, company.currency);
      addAt(books.idle_value, books.siteCategory(site, item), value);
    }
  }

  /** From today's stock back to the first day. Answers when the position was last counted. */
  private walkBack(
    item: DemoItem,
    site: DemoSite,
    on_hand: number,
    out: Float64Array,
    received?: Wanted[][],
  ): number | null {
    const { horizon } = this.world;
    const { random } = this;
    const active = out.reduce((count, qty) => count + (qty > 0 ? 1 : 0), 0);
    const mean = active > 0 ? out.reduce((sum, qty) => sum + Math.max(0, qty), 0) / horizon.months.length : 0;
    const packs = mean / item.pack_qty_milli;
    const cover = packs > 60 ? 1 : packs > 12 ? 1.6 : packs > 3 ? 3 : 5;
    const lot = wholePacks(item, mean * cover);
    const introduced =
      item.pattern === 'new' ? Math.max(0, this.monthOf(item.sold_from - (site.kind === 'dc' ? 45 : 14))) : -1;
    const last_buy = item.pattern === 'dying' ? this.monthOf(item.sold_until - DYING_DAYS) : horizon.months.length;
    const paused = isShortStory(this.world.company, item, site)
      ? horizon.months.length - STORY_PAUSE_MONTHS
      : horizon.months.length;
    let stock = on_hand;
    let counted_on: number | null = null;
    for (let nth = horizon.months.length - 1; nth >= 0; nth--) {
      const month = horizon.months[nth] ?? 0;
      this.valuation.closing(item, site, nth, stock);
      if (nth < horizon.months.length - 1) {
        const before = this.count(item, site, month, stock);
        if (before !== null) {
          if (!this.stock.isOpenCount(site, month)) stock = before;
          counted_on ??= lastDayOfMonth(month);
        }
      }
      stock += out[nth] ?? 0;
      if (site.kind === 'dc' && item.plant === null && stock > 4 * item.pack_qty_milli && random.chance(0.0025)) {
        const scrap = random.whole(1, 3) * UNIT_MILLI;
        const day = this.dayIn(month, 8, 20);
        if (day !== null) {
          this.stock.scrapped(item, site, day, month, scrap);
          stock += scrap;
        }
      }
      const planted = site.index === 0 ? item : null;
      if (nth === introduced || (planted && refilledIn(planted, month, horizon))) {
        if (stock > 0) stock -= this.receive(item, site, nth, stock, received);
      } else if (planted && runsEmptyIn(planted, month, horizon)) {
        // what left had lain there since the month before
      } else if (nth <= last_buy && nth < paused && nth > introduced) {
        const floor = wholePacks(item, Math.max(0, out[nth] ?? 0) * (item.plant === null ? 0.6 : 1.3));
        const lots = Math.min(2, Math.floor((stock - floor) / lot));
        if (lots > 0) stock -= this.receive(item, site, nth, lots * lot, received);
      }
      this.valuation.opening(item, site, nth, stock);
    }
    if (stock !== 0) {
      this.stock.move(item, site, 'adjustment', horizon.first_day, horizon.first_month, stock, 'Opening stock');
    }
    return counted_on;
  }

  /** What a receipt brought: bought at a warehouse, sent to a counter. Answers how much came. */
  private receive(item: DemoItem, site: DemoSite, nth: number, qty_milli: number, received?: Wanted[][]): number {
    const { horizon, books, company } = this.world;
    if (received) {
      received[nth]?.push({ item, qty_milli });
      return qty_milli;
    }
    const month = horizon.months[nth] ?? 0;
    const day = this.dayIn(month, 0, 11);
    if (day === null) return 0;
    const from = homeWarehouse(company, site.country, 0);
    const ref = `TR ${dayText(day)}-${from.code}-${site.code}`;
    this.stock.move(item, from, 'transfer_out', day, month, -qty_milli, ref);
    this.stock.move(item, site, 'transfer_in', day, month, qty_milli, ref);
    addAt(books.out_qty_milli, books.position(item, from) * horizon.months.length + nth, qty_milli);
    return qty_milli;
  }

  /** Counts a position now and then. Answers the stock before the count's difference; null = not counted. */
  private count(item: DemoItem, site: DemoSite, month: number, stock: number): number | null {
    const { random } = this;
    const often = this.world.books.forecast_slot.has(item.index) ? 0.14 : 0.045;
    const wrong_unit = this.isUnitError(item, site, month, stock);
    if (!wrong_unit && !random.chance(often)) return null;
    if (wrong_unit) {
      this.unit_error = true;
      const counted_qty_milli = Math.round(stock / STORIES.unit_error_factor / UNIT_MILLI) * UNIT_MILLI;
      this.stock.counted({ site, item, month, book_qty_milli: stock, counted_qty_milli });
      return stock;
    }
    const units = Math.max(1, Math.round((Math.max(0, stock) / UNIT_MILLI) * 0.03 * random.float()));
    const difference = stock > 0 && random.chance(0.055) ? (random.chance(0.65) ? -units : units) * UNIT_MILLI : 0;
    if (this.stock.isOpenCount(site, month)) {
      const counted_qty_milli = Math.max(0, stock + difference);
      this.stock.counted({ site, item, month, book_qty_milli: stock, counted_qty_milli });
      return stock;
    }
    const book_qty_milli = stock - difference;
    this.stock.counted({ site, item, month, book_qty_milli, counted_qty_milli: stock });
    return book_qty_milli;
  }

  /** One item kept in packs of hundred, counted in packs where pieces were asked for. */
  private isUnitError(item: DemoItem, site: DemoSite, month: number, stock: number): boolean {
    if (this.unit_error || !this.stock.isOpenCount(site, month) || this.world.company.code !== 'HAL') return false;
    return (
      item.pack_qty_milli >= 50 * UNIT_MILLI &&
      stock >= 2_000 * UNIT_MILLI &&
      !isShortStory(this.world.company, item, site)
    );
  }

  private monthOf(day: number): number {
    return this.world.books.monthIndex(monthOfDay(day));
  }

  /** A working day of the month between two of its days, not after today; null = there is none yet. */
  private dayIn(month: number, from: number, to: number): number | null {
    const limit = Math.min(lastDayOfMonth(month), this.world.horizon.today);
    const wanted = firstDayOfMonth(month) + this.random.whole(from, to);
    const day = isWorkday(wanted) ? wanted : addWorkdays(wanted, 1);
    if (day <= limit) return day;
    const earlier = isWorkday(limit) ? limit : workdaysBefore(limit, 1);
    return earlier >= firstDayOfMonth(month) ? earlier : null;
  }
}
