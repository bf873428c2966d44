/** The rows of orders waiting to be handed on, and how they are filled. */
import type { DemoChannel, DemoSite } from '../companies.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import type { PlannedShipment } from './fulfilment.ts';
import type { OrderHead } from './orderWriter.ts';
import type { LineWorth } from './settlement.ts';

export const SOURCE = 'demo';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export type LineColumns = Pick<
  DemoRow<'order_line'>,
  | 'ordinal'
  | 'item_id'
  | 'description'
  | 'kind'
  | 'ordered_qty_milli'
  | 'unit_price_micro'
  | 'gross_minor'
  | 'discount_minor'
  | 'net_minor'
> &
  Partial<
    Pick<
      DemoRow<'order_line'>,
      'requested_on' | 'committed_on' | 'promised_on' | 'cancelled_qty_milli' | 'cancelled_by' | 'approved_by'
    >
  >;

export class OrderRows {
  private readonly world: CompanyWorld;
  private readonly random: Random;
  private orders: DemoRow<'sales_order'>[] = [];
  private lines: DemoRow<'order_line'>[] = [];
  private costs: DemoRow<'order_line_cost'>[] = [];
  private shipments: DemoRow<'shipment_line'>[] = [];
  private moves: DemoRow<'stock_move'>[] = [];
  private notes: DemoRow<'order_note'>[] = [];

  constructor(world: CompanyWorld) {
    this.world = world;
    this.random = world.stream('papers');
  }

  get count(): number {
    return this.lines.length;
  }

  /** Everything written since the last call, orders before their lines. */
  *flush(): Generator<DemoBatch> {
    yield { table: 'sales_order', rows: this.orders };
    yield { table: 'order_line', rows: this.lines };
    yield { table: 'order_line_cost', rows: this.costs };
    yield { table: 'shipment_line', rows: this.shipments };
    yield { table: 'stock_move', rows: this.moves };
    yield { table: 'order_note', rows: this.notes };
    this.orders = [];
    this.lines = [];
    this.costs = [];
    this.shipments = [];
    this.moves = [];
    this.notes = [];
  }

  order(head: OrderHead, state: string, channel: DemoChannel): void {
    const { horizon } = this.world;
    // the last day has only begun: its orders came early
    const minute =
      head.ordered_on === horizon.today
        ? this.random.whole(0, 90)
        : channel.kind === 'ecommerce'
          ? this.random.whole(300, 1_290)
          : this.random.whole(420, 960);
    this.orders.push({
      id: head.id,
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: head.month,
      source: SOURCE,
      number: head.number,
      party_id: head.party_id,
      ordered_on: head.ordered_on,
      ordered_at: head.ordered_on * DAY_MS + minute * MINUTE_MS,
      country: head.country,
      state,
    });
  }

  line(head: OrderHead, line: LineColumns): DemoRow<'order_line'> {
    const row: DemoRow<'order_line'> = {
      id: this.world.ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: head.month,
      order_id: head.id,
      ordinal: line.ordinal,
      item_id: line.item_id,
      party_id: head.party_id,
      description: line.description,
      kind: line.kind,
      ordered_on: head.ordered_on,
      requested_on: line.requested_on ?? null,
      committed_on: line.committed_on ?? null,
      ordered_qty_milli: line.ordered_qty_milli,
      cancelled_qty_milli: line.cancelled_qty_milli ?? 0,
      cancelled_by: line.cancelled_by ?? null,
      unit_price_micro: line.unit_price_micro,
      gross_minor: line.gross_minor,
      discount_minor: line.discount_minor,
      net_minor: line.net_minor,
      country: head.country,
      promised_on: line.promised_on ?? null,
      approved_by: line.approved_by ?? null,
    };
    this.lines.push(row);
    return row;
  }

  cost(head: OrderHead, id: number, worth: LineWorth): void {
    const { company_id, site_id, channel_id, month } = head;
    const { cost_minor, freight_minor, rebate_minor, fee_minor } = worth;
    this.costs.push({
      id,
      company_id,
      site_id,
      channel_id,
      month,
      cost_minor,
      freight_minor,
      rebate_minor,
      fee_minor,
    });
  }

  shipment(head: OrderHead, order_line_id: number, number: string, shipment: PlannedShipment): void {
    const { delivered_on } = shipment;
    this.shipments.push({
      id: this.world.ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      // the line's month, so that a line and its shipments lie in one bucket
      month: head.month,
      order_line_id,
      number,
      shipped_on: shipment.shipped_on,
      qty_milli: shipment.qty_milli,
      // of a few nobody heard whether they arrived
      delivered_on: delivered_on > this.world.horizon.today || this.random.chance(0.004) ? null : delivered_on,
    });
  }

  /** Goods that came back into stock. */
  returned(head: OrderHead, site: DemoSite, item_id: number, qty_milli: number): void {
    this.moves.push({
      id: this.world.ids.next(),
      company_id: head.company_id,
      site_id: site.id,
      item_id,
      kind: 'return',
      moved_on: head.ordered_on,
      qty_milli,
      ref: head.number,
    });
  }

  note(head: OrderHead, author: string, body: string): void {
    const written_at = (head.ordered_on + 1) * DAY_MS + 9 * 60 * MINUTE_MS;
    if (head.ordered_on + 1 > this.world.horizon.today) return;
    this.notes.push({
      id: this.random.uuid(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      order_id: head.id,
      body,
      author,
      written_at,
      accepted_at: written_at + 1_200,
    });
  }
}
