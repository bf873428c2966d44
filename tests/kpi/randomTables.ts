/**
 * Random but repeatable rows of one company in wire form: late, early, over and short shipments, all kinds of lines,
 * cancellations, missing dates, costs and channels, claims of any history, counts, purchases, invoices, forecasts.
 */
import { addMonths, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { randomBelow } from '#db/queries/testing/randomOrders.ts';
import { HAL } from '#tests/fixtures/kpi/distributor.ts';
import { day, fixtureInWireForm, type WireFormRow, type WireFormTables } from './wireForm.ts';

const FIRST = day('2026-07-01');
const LAST = day('2026-11-05');
const KINDS = ['goods', 'goods', 'goods', 'goods', 'return', 'discount', 'freight'] as const;
const REFERENCE: readonly WireTableName[] = ['company', 'site', 'channel', 'party', 'item', 'item_cost'];

export function randomTables(seed: number): WireFormTables {
  const below = randomBelow(seed);
  const some = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  };
  const orNull = <T>(value: T, in_n: number): T | null => (below(in_n) === 0 ? null : value);
  const dayOf = (): number => FIRST + below(LAST - FIRST + 1);
  const tables = new Map<WireTableName, WireFormRow[]>();
  const put = (table: WireTableName, row: WireFormRow): WireFormRow => {
    const rows = tables.get(table) ?? [];
    tables.set(table, rows);
    rows.push(row);
    return row;
  };
  const next = (table: WireTableName): number => (tables.get(table)?.length ?? 0) + 1;
  for (const [table, rows] of fixtureInWireForm())
    if (REFERENCE.includes(table)) for (const row of rows) put(table, row);

  const leaky = 202609 + below(3);
  for (let order = 1; order <= 120; order += 1) {
    const ordered_on = dayOf();
    const month = monthOfDay(ordered_on);
    const keys = { company_id: HAL, site_id: orNull(some([21, 22]), 9), channel_id: orNull(some([11, 12]), 5), month };
    put('sales_order', {
      id: order,
      ...keys,
      source: 'random',
      number: `R${order}`,
      party_id: 31,
      ordered_on,
      ordered_at: ordered_on * 86_400_000,
      country: null,
      state: some(['open', 'done', 'done', 'cancelled']),
    });
    for (let ordinal = 1 + below(3); ordinal > 0; ordinal -= 1) {
      const id = next('order_line');
      const kind = some(KINDS);
      const ordered = (kind === 'return' ? -1 : 1) * (1 + below(30)) * 1000;
      const cancelled = kind === 'goods' && below(6) === 0 ? (1 + below(ordered / 1000)) * 1000 : 0;
      const gross = Math.trunc(((ordered - cancelled) / 1000) * (below(5000) + 1)) * (kind === 'discount' ? -1 : 1);
      const discount = below(3) === 0 ? below(200) : 0;
      put('order_line', {
        id,
        ...keys,
        order_id: order,
        ordinal,
        item_id: orNull(some([100, 101]), 8),
        party_id: 31,
        description: null,
        kind,
        ordered_on,
        requested_on: orNull(ordered_on + below(30), 5),
        committed_on: orNull(ordered_on + below(40), 5),
        ordered_qty_milli: ordered,
        cancelled_qty_milli: cancelled,
        cancelled_by: cancelled > 0 ? some(['customer', 'us']) : null,
        unit_price_micro: below(9_000_000),
        gross_minor: gross,
        discount_minor: discount,
        net_minor: gross - discount,
        country: null,
        promised_on: null,
        approved_by: null,
      });
      // costs are missing in one month only, so that the others have whole margins
      if (month !== leaky || below(12) > 0) {
        const part = (): number | null => orNull(below(300), month === leaky ? 25 : 1_000_000);
        put('order_line_cost', {
          id,
          ...keys,
          cost_minor: orNull(below(9000), month === leaky ? 25 : 1_000_000),
          freight_minor: part(),
          rebate_minor: part(),
          fee_minor: part(),
        });
      }
      for (let boxes = kind === 'goods' ? below(5) : 0; boxes > 0; boxes -= 1) {
        const shipped_on = ordered_on + below(30);
        put('shipment_line', {
          id: next('shipment_line'),
          ...keys,
          order_line_id: id,
          number: some(['a', 'B', 'C', 'É', 'z']) + String(order % 9),
          shipped_on,
          qty_milli: (below(20) - 2) * 1000,
          delivered_on: orNull(shipped_on + below(6), 3),
        });
      }
    }
  }
  claimsAndCredits();
  stock();
  purchases();
  books();
  return tables;

  function claimsAndCredits(): void {
    for (let claim = 1; claim <= 25; claim += 1) {
      const opened_on = dayOf();
      const keys = { company_id: HAL, site_id: 21, channel_id: orNull(11, 4), month: monthOfDay(opened_on) };
      let at_ms = opened_on * 86_400_000 + below(86_400) * 1000 + below(1000);
      const events = ['opened'];
      for (let more = below(6); more > 0; more -= 1) events.push(some(['waiting', 'resumed', 'resolved', 'reopened']));
      put('claim', {
        id: claim,
        ...keys,
        number: `K${claim}`,
        party_id: 31,
        order_line_id: null,
        item_id: null,
        kind: 'short',
        opened_on,
        resolved_on: null,
        state: 'open',
        claimed_minor: 0,
      });
      for (const kind of events) {
        put('claim_event', { id: next('claim_event'), ...keys, claim_id: claim, kind, happened_at: at_ms });
        // now and then two events of one moment
        at_ms += below(4) === 0 ? 0 : below(20 * 86_400_000);
      }
      const row = { ...keys, order_line_id: null, item_id: null, party_id: 31, amount_minor: below(500) };
      put('claim_cost', { id: claim, ...row, claim_id: claim, booked_on: opened_on });
      put('credit_note', {
        id: claim,
        ...row,
        number: `N${claim}`,
        issued_on: opened_on,
        claim_id: orNull(claim, 2),
        reason: 'x',
      });
    }
  }

  function stock(): void {
    for (let count = 1; count <= 8; count += 1) {
      put('stock_count', {
        id: count,
        company_id: HAL,
        site_id: 21,
        number: `T${count}`,
        counted_on: dayOf(),
        state: some(['posted', 'posted', 'open']),
      });
      for (const location of ['A', 'B', 'C']) {
        for (const item_id of [100, 101]) {
          const id = next('stock_count_line');
          put('stock_count_line', {
            id,
            company_id: HAL,
            site_id: 21,
            stock_count_id: count,
            item_id,
            location,
            book_qty_milli: below(9) * 500,
            counted_qty_milli: below(9) * 500,
            tolerance_qty_milli: below(4) * 500,
          });
          if (count > 2)
            put('stock_count_line_cost', { id, company_id: HAL, site_id: 21, unit_cost_micro: below(9_999_999) });
        }
      }
    }
    for (let back = 0; back < 5; back += 1) {
      for (const site_id of [21, 22]) {
        const month = addMonths(202611, -back);
        put('inventory_month', {
          id: next('inventory_month'),
          company_id: HAL,
          site_id,
          month,
          category: some([null, 'Fasteners', 'Bearings']),
          mean_value_minor: below(90_000),
          closing_value_minor: below(90_000),
        });
      }
    }
    for (const site_id of [21, 22]) {
      for (const item_id of [100, 101]) {
        const keys = { company_id: HAL, site_id, item_id };
        if (below(6) > 0)
          put('stock_balance', {
            id: next('stock_balance'),
            ...keys,
            on_hand_qty_milli: below(900) * 1000 - 60_000,
            reserved_qty_milli: 0,
            counted_on: null,
          });
        for (let moves = below(12); moves > 0; moves -= 1)
          put('stock_move', {
            id: next('stock_move'),
            ...keys,
            kind: some(['count', 'scrap', 'adjustment']),
            moved_on: dayOf(),
            qty_milli: below(90_000) - 40_000,
            ref: null,
          });
      }
    }
    for (let back = -3; back < 4; back += 1) {
      const month = addMonths(202611, -back);
      for (const made of [-60, -20, 3]) {
        if (below(5) === 0) continue;
        put('forecast_line', {
          id: next('forecast_line'),
          company_id: HAL,
          site_id: some([21, 22]),
          item_id: some([100, 101]),
          month,
          made_on: firstDayOfMonth(month) + made,
          qty_milli: below(200) * 1000,
        });
      }
    }
  }

  function purchases(): void {
    for (let order = 1; order <= 20; order += 1) {
      const ordered_on = dayOf();
      put('purchase_order', {
        id: order,
        company_id: HAL,
        site_id: 21,
        number: `B${order}`,
        supplier_id: 41,
        ordered_on,
        state: some(['open', 'received', 'received', 'cancelled']),
        approved_on: orNull(ordered_on + below(4), 6),
        buyer: null,
      });
      for (let lines = 1 + below(3); lines > 0; lines -= 1) {
        const id = next('po_line');
        const promised_on = ordered_on + 5 + below(30);
        put('po_line', {
          id,
          company_id: HAL,
          site_id: 21,
          purchase_order_id: order,
          item_id: some([100, 101]),
          ordered_qty_milli: below(12) * 1000,
          received_qty_milli: 0,
          promised_on,
          expected_on: promised_on,
          received_on: null,
        });
        for (let receipts = below(4); receipts > 0; receipts -= 1) {
          put('receipt_line', {
            id: next('receipt_line'),
            company_id: HAL,
            site_id: 21,
            po_line_id: id,
            number: `Q${receipts}`,
            received_on: promised_on + below(20) - 10,
            qty_milli: (1 + below(8)) * 1000,
          });
        }
      }
    }
  }

  function books(): void {
    for (let number = 1; number <= 40; number += 1) {
      const posted_on = dayOf() - below(90);
      const kind = below(6) === 0 ? 'supplier' : 'customer';
      const party_id = kind === 'customer' ? 31 : 41;
      // one in three in another currency, the rate up or down until it is paid
      const abroad = below(3) === 0;
      const order_id = kind === 'customer' && below(2) === 0 ? 1 + below(120) : null;
      const name = (): string => some(['a', 'B', 'C', 'É', 'z']) + String(below(9));
      const ref = orNull(below(5) === 0 ? `${name()}, ${name()}` : name(), 3);
      const invoice = put('invoice', {
        id: next('invoice'),
        company_id: HAL,
        month: monthOfDay(posted_on),
        kind,
        number: `F${number}`,
        party_id,
        order_id,
        purchase_order_id: null,
        ref,
        issued_on: posted_on,
        posted_on,
        due_on: posted_on + below(60),
        amount_minor: below(9000) - 500,
        currency: abroad ? 'USD' : null,
        foreign_minor: abroad ? below(9000) - 500 : null,
      });
      if (kind === 'customer' && below(4) === 0) {
        const taken_back = {
          posted_on: posted_on + below(40),
          amount_minor: -Number(invoice['amount_minor']),
          due_on: posted_on,
        };
        put('invoice', {
          ...invoice,
          ...taken_back,
          id: next('invoice'),
          number: `T${number}`,
          currency: null,
          foreign_minor: null,
        });
      }
      for (let payments = below(3); payments > 0; payments -= 1) {
        // one in four is paid ahead, and some are matched after their month was locked
        const paid_on = posted_on + below(60) - (below(4) === 0 ? 50 : 0);
        const invoice_id = orNull(Number(invoice['id']), 4);
        const settled_on = Math.max(paid_on, posted_on) + (below(5) === 0 ? below(40) : 0);
        put('payment', {
          id: next('payment'),
          company_id: HAL,
          month: monthOfDay(paid_on),
          kind,
          number: `G${number}`,
          party_id,
          invoice_id,
          paid_on,
          amount_minor: below(5000),
          currency: abroad ? 'USD' : null,
          foreign_minor: abroad ? below(5000) : null,
          exchange_minor: abroad && invoice_id !== null ? below(600) - 300 : 0,
          settled_on: invoice_id === null ? null : settled_on,
        });
      }
    }
  }
}
