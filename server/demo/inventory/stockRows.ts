/** Rows of stock waiting to be handed on: policies, balances, moves, counts; and what moves do to the books. */
import { lastDayOfMonth } from '#domain/calendar.ts';
import { addAt, addTo } from '../books.ts';
import { costIn, type DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { dayText } from '../ledger/journals.ts';
import { amountOf } from '../orders/pricing.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import { policyKind } from './buying.ts';
import { type Policy, UNIT_MILLI } from './policies.ts';

export type MoveKind = 'transfer_in' | 'transfer_out' | 'count' | 'scrap' | 'adjustment';

export interface Counted {
  readonly site: DemoSite;
  readonly item: DemoItem;
  readonly month: number;
  readonly book_qty_milli: number;
  readonly counted_qty_milli: number;
}

export class StockRows {
  private readonly world: CompanyWorld;
  private policies: DemoRow<'policy'>[] = [];
  private balances: DemoRow<'stock_balance'>[] = [];
  private moves: DemoRow<'stock_move'>[] = [];
  private counts: DemoRow<'stock_count_line'>[] = [];
  private count_costs: DemoRow<'stock_count_line_cost'>[] = [];
  /** Ids of the counts by `site_id/month`. */
  private readonly count_ids = new Map<string, number>();

  constructor(world: CompanyWorld) {
    this.world = world;
  }

  count(): number {
    return this.moves.length + this.balances.length;
  }

  *flush(): Generator<DemoBatch> {
    const own: DemoBatch[] = [
      { table: 'policy', rows: this.policies },
      { table: 'stock_balance', rows: this.balances },
      { table: 'stock_move', rows: this.moves },
      { table: 'stock_count_line', rows: this.counts },
      { table: 'stock_count_line_cost', rows: this.count_costs },
    ];
    this.policies = [];
    this.balances = [];
    this.moves = [];
    this.counts = [];
    this.count_costs = [];
    for (const batch of own) if (batch.rows.length > 0) yield batch;
  }

  /** One count a site at the end of each month; the last one at the main site is not posted yet. */
  *countHeads(): Generator<DemoBatch> {
    const { company, horizon, ids } = this.world;
    const rows: DemoRow<'stock_count'>[] = [];
    for (const site of company.sites) {
      for (const month of horizon.months.slice(0, -1)) {
        const id = ids.next();
        this.count_ids.set(`${site.id}/${month}`, id);
        rows.push({
          id,
          company_id: company.id,
          site_id: site.id,
          number: countNumber(site, month),
          counted_on: lastDayOfMonth(month),
          state: this.isOpenCount(site, month) ? 'open' : 'posted',
        });
      }
    }
    yield { table: 'stock_count', rows };
  }

  isOpenCount(site: DemoSite, month: number): boolean {
    return site.index === 0 && month === this.world.horizon.open_period;
  }

  policy(item: DemoItem, site: DemoSite, policy: Policy, owner: string | null): void {
    this.policies.push({
      id: this.world.ids.next(),
      ...this.place(item, site),
      ...this.bent(item, site, policy),
      multiple_qty_milli: item.pack_qty_milli,
      lead_time_days: site.kind === 'dc' ? item.supplier.lead_time_days : 5,
      owner,
      ...policyKind(item, site, policy, this.world.items.length, this.world.faults.get(item.id)),
    });
  }

  /** The policy, or what somebody made of it who took the one number for the other. */
  private bent(item: DemoItem, site: DemoSite, policy: Policy): Policy {
    const { min_qty_milli, max_qty_milli } = policy;
    return site.index === 0 && this.world.faults.get(item.id) === 'maximum_below_minimum'
      ? { min_qty_milli: max_qty_milli, max_qty_milli: min_qty_milli }
      : policy;
  }

  balance(item: DemoItem, site: DemoSite, on_hand: number, reserved: number, counted_on: number | null): void {
    this.balances.push({
      id: this.world.ids.next(),
      ...this.place(item, site),
      on_hand_qty_milli: on_hand,
      reserved_qty_milli: reserved,
      counted_on,
    });
  }

  /** A move that is neither a shipment nor a receipt, with its value. Answers that value. */
  move(
    item: DemoItem,
    site: DemoSite,
    kind: MoveKind,
    moved_on: number,
    month: number,
    qty_milli: number,
    ref: string,
  ): number {
    if (qty_milli === 0) return 0;
    const { books, horizon, company } = this.world;
    this.moves.push({
      id: this.world.ids.next(),
      ...this.place(item, site),
      kind,
      moved_on,
      qty_milli,
      ref,
    });
    const value = amountOf(qty_milli, costIn(item, month), company.currency);
    const nth = (moved_on - horizon.first_day) * books.site_categories + books.siteCategory(site, item);
    addAt(books.value_flow, nth, value);
    return value;
  }

  /** A counted position; a posted difference moves the stock, and the ledger unless somebody forgot it. */
  counted({ site, item, month, book_qty_milli, counted_qty_milli }: Counted): void {
    const { ids, books, differences } = this.world;
    const id = ids.next();
    const aisle = 1 + (item.index % 24);
    this.counts.push({
      id,
      company_id: this.world.company.id,
      site_id: site.id,
      stock_count_id: this.count_ids.get(`${site.id}/${month}`) ?? 0,
      item_id: item.id,
      location: `${String(aisle).padStart(2, '0')}-${String(1 + (item.index % 37)).padStart(2, '0')}-${1 + (item.index % 5)}`,
      book_qty_milli,
      counted_qty_milli,
      tolerance_qty_milli: Math.floor(Math.max(0, book_qty_milli) / 100_000) * 1_000,
    });
    const unit_cost_micro = costIn(item, month);
    this.count_costs.push({ id, company_id: this.world.company.id, site_id: site.id, unit_cost_micro });
    addTo(books.counted, `${site.id}/${month}`, 1);
    const difference = counted_qty_milli - book_qty_milli;
    if (difference === 0 || this.isOpenCount(site, month)) return;
    const day = lastDayOfMonth(month);
    const ref = countNumber(site, month);
    const value = this.move(item, site, 'count', day, month, difference, ref);
    // a single unit may be missing at two sites on one day: nobody could say which of the two was forgotten
    const telling = Math.abs(value) > 400 && Math.abs(difference) > UNIT_MILLI;
    if (telling && differences.strikes('count_not_posted', day)) {
      const found = { from_on: day, ref: `${ref} ${item.code}`, role: 'inventory' as const, amount_minor: -value };
      differences.plant({ kind: 'count_not_posted', ...found });
      return;
    }
    books.journals.pair('STK', day, 'inventory', 'inventory_adjustment', null, value);
    books.journals.paper('STK', day, ref);
  }

  scrapped(item: DemoItem, site: DemoSite, day: number, month: number, qty_milli: number): void {
    const { books } = this.world;
    const ref = `SCR ${dayText(day)}`;
    const value = this.move(item, site, 'scrap', day, month, -qty_milli, ref);
    books.journals.pair('STK', day, 'inventory', 'inventory_adjustment', null, value);
    books.journals.paper('STK', day, ref);
  }

  private place(item: DemoItem, site: DemoSite) {
    return { company_id: this.world.company.id, site_id: site.id, item_id: item.id };
  }
}

function countNumber(site: DemoSite, month: number): string {
  return `CNT ${site.code} ${month}`;
}
