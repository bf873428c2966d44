/**
 * What a line is worth, and what each of its deliveries posts: sales, discounts, cost, freight, rebate and fee, each the
 * part of the line's amount that the delivered quantity has. The parts add up to the line to the cent.
 */
import { firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { addAt } from '../books.ts';
import { costIn, type DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { oldFeeBp } from '../pricing/terms.ts';
import type { DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import type { PlannedShipment } from './fulfilment.ts';
import type { OrderHead } from './orderWriter.ts';
import { amountOf, shareOfAmount } from './pricing.ts';

export interface LineWorth {
  readonly gross_minor: number;
  readonly net_minor: number;
  readonly cost_minor: number;
  readonly freight_minor: number;
  readonly rebate_minor: number;
  readonly fee_minor: number;
}

export interface SoldLine {
  readonly row: DemoRow<'order_line'>;
  readonly item: DemoItem;
  readonly site: DemoSite;
  /** Ordered less cancelled: what the amounts are of. */
  readonly sold_qty_milli: number;
  readonly worth: LineWorth;
}

const PARTS = ['gross_minor', 'net_minor', 'cost_minor', 'freight_minor', 'rebate_minor', 'fee_minor'] as const;

export class Settlement {
  private readonly world: CompanyWorld;
  /** The customer and month whose rebate the ledger lacks; the month whose fee it has at the old rate. */
  private unaccrued: { readonly party_id: number; readonly month: number; amount_minor: number } | null = null;
  private old_rate: { readonly month: number; amount_minor: number } | null = null;

  constructor(world: CompanyWorld) {
    this.world = world;
  }

  /** Posts the deliveries of a line; answers what each is billed for. */
  deliver(head: OrderHead, line: SoldLine, shipments: readonly PlannedShipment[]): readonly number[] {
    const { books } = this.world;
    let shipped = 0;
    const before: Record<(typeof PARTS)[number], number> = {
      gross_minor: 0,
      net_minor: 0,
      cost_minor: 0,
      freight_minor: 0,
      rebate_minor: 0,
      fee_minor: 0,
    };
    return shipments.map(({ shipped_on, qty_milli }) => {
      shipped += qty_milli;
      const part = { ...before };
      for (const name of PARTS) {
        const due = shareOfAmount(line.worth[name], Math.min(shipped, line.sold_qty_milli), line.sold_qty_milli);
        part[name] = due - before[name];
        before[name] = due;
      }
      this.post(head, shipped_on, part);
      const month = books.monthIndex(monthOfDay(shipped_on));
      const position = books.position(line.item, line.site);
      addAt(books.out_qty_milli, position * this.world.horizon.months.length + month, qty_milli);
      this.flow(line.item, line.site, shipped_on, -part.cost_minor);
      return part.net_minor;
    });
  }

  /** Goods came back: the same accounts the other way round. Freight does not come back. */
  takeBack(head: OrderHead, line: SoldLine, restocked: boolean): void {
    const { books, horizon } = this.world;
    const { journals } = books;
    const day = head.ordered_on;
    const { gross_minor, net_minor, cost_minor, rebate_minor, fee_minor } = line.worth;
    journals.post('CRN', day, 'returns', head.channel_id, -gross_minor);
    journals.post('CRN', day, 'discounts', head.channel_id, gross_minor - net_minor);
    journals.post('CRN', day, 'cogs', head.channel_id, cost_minor);
    journals.post('CRN', day, 'inventory', null, -cost_minor);
    this.accrue('CRN', head, day, 0, rebate_minor, fee_minor);
    if (!restocked) return;
    const position = books.position(line.item, line.site) * horizon.months.length + books.monthIndex(head.month);
    addAt(books.out_qty_milli, position, line.row.ordered_qty_milli);
    this.flow(line.item, line.site, day, -cost_minor);
  }

  cost(item: DemoItem, sold_qty_milli: number, month: number): number {
    return amountOf(sold_qty_milli, costIn(item, month), this.world.company.currency);
  }

  /** What the ledger was made to lack, once all is delivered. */
  finish(): void {
    const { unaccrued, old_rate } = this;
    if (unaccrued && unaccrued.amount_minor !== 0) {
      const customer = this.world.customers.find((each) => each.id === unaccrued.party_id);
      this.plantAccrual('rebate_not_accrued', unaccrued.month, `${customer?.code} ${unaccrued.month}`, unaccrued);
    }
    if (old_rate && old_rate.amount_minor !== 0) {
      this.plantAccrual('fee_at_old_rate', old_rate.month, `Portal commission ${old_rate.month}`, old_rate);
    }
  }

  private plantAccrual(
    kind: 'rebate_not_accrued' | 'fee_at_old_rate',
    month: number,
    ref: string,
    { amount_minor }: { readonly amount_minor: number },
  ): void {
    const { differences, horizon, books } = this.world;
    const nth = books.monthIndex(month);
    const next = horizon.months[nth + 1];
    const from_on = next === undefined ? horizon.today : firstDayOfMonth(next) - 1;
    const role = kind === 'rebate_not_accrued' ? 'rebate_accrual' : 'fee_accrual';
    differences.plant({ kind, from_on, ref, role, amount_minor });
  }

  private flow(item: DemoItem, site: DemoSite, day: number, amount_minor: number): void {
    const { books, horizon } = this.world;
    const nth = (day - horizon.first_day) * books.site_categories + books.siteCategory(site, item);
    addAt(books.value_flow, nth, amount_minor);
  }

  private post(head: OrderHead, day: number, part: LineWorth): void {
    const { journals } = this.world.books;
    const channel = head.channel_id;
    journals.post('SHP', day, 'shipped_not_billed', null, part.net_minor);
    journals.post('SHP', day, 'revenue', channel, -part.gross_minor);
    journals.post('SHP', day, 'discounts', channel, part.gross_minor - part.net_minor);
    journals.post('SHP', day, 'cogs', channel, part.cost_minor);
    journals.post('SHP', day, 'inventory', null, -part.cost_minor);
    this.accrue('SHP', head, day, part.freight_minor, part.rebate_minor, part.fee_minor);
  }

  /** What is owed to carriers, customers and portals for it. */
  private accrue(
    journal: 'SHP' | 'CRN',
    head: OrderHead,
    day: number,
    freight: number,
    rebate: number,
    fee: number,
  ): void {
    const { books } = this.world;
    const { journals } = books;
    const month = books.monthIndex(monthOfDay(day));
    if (freight !== 0) {
      addAt(books.freight_due, month, freight);
      journals.post(journal, day, 'freight_out', head.channel_id, freight);
      journals.post(journal, day, 'freight_accrual', null, -freight);
    }
    if (rebate !== 0) {
      addAt(books.rebate_due, month, rebate);
      const booked = rebate - this.rebateMissed(head, day, rebate);
      journals.post(journal, day, 'rebates', head.channel_id, booked);
      journals.post(journal, day, 'rebate_accrual', null, -booked);
    }
    if (fee !== 0) {
      addAt(books.fee_due, month, fee);
      const booked = fee - this.feeMissed(head, day, fee);
      journals.post(journal, day, 'channel_fees', head.channel_id, booked);
      journals.post(journal, day, 'fee_accrual', null, -booked);
    }
  }

  private rebateMissed(head: OrderHead, day: number, rebate: number): number {
    const month = monthOfDay(day);
    if (!this.unaccrued && head.party_id !== null && this.world.differences.strikes('rebate_not_accrued', day)) {
      this.unaccrued = { party_id: head.party_id, month, amount_minor: 0 };
    }
    const missed = this.unaccrued;
    if (missed?.party_id !== head.party_id || missed?.month !== month) return 0;
    missed.amount_minor += rebate;
    return rebate;
  }

  private feeMissed(head: OrderHead, day: number, fee: number): number {
    const { differences, terms } = this.world;
    const month = monthOfDay(day);
    if (!this.old_rate && differences.strikes('fee_at_old_rate', day)) this.old_rate = { month, amount_minor: 0 };
    const missed = this.old_rate;
    if (missed?.month !== month) return 0;
    const now = head.fee_bp;
    const lacking = now === 0 ? 0 : shareOfAmount(fee, Math.max(0, now - oldFeeBp(terms, month)), now);
    missed.amount_minor += lacking;
    return lacking;
  }
}
