/** What the bench's positions are bought by, as SQL: suppliers, prices, what came in two years, policies of every kind, lanes. */
import { ITEMS, numbers, random, SITES, STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';

const company = `1, 1, ${STOCK_COMPANY}`;
/** Orders that came, six lines each. */
const RECEIVED = 25_000;
const FIRST_RECEIVED = 100_000;

export function buyingRows(): string[] {
  return [
    `UPDATE policy SET kind = 'service', measure = CASE id % 2 WHEN 0 THEN 'fill' ELSE 'cycle' END,
       target_bp = 9000 + id % 900, review_days = CASE id % 5 WHEN 0 THEN NULL ELSE 7 END WHERE id % 5 < 2`,
    `UPDATE policy SET kind = 'lots', lot_qty_milli = 50000 + ${random('id', 11)} % 90 * 1000 WHERE id % 11 = 0`,
    `INSERT INTO supplier_item (ver, bucket, company_id, id, supplier_id, item_id, moq_qty_milli, multiple_qty_milli,
       lead_time_days, preferred) ${numbers(ITEMS)}
     SELECT ${company}, i, 100 + i % 400, i, (i % 3) * 10000, 1000 * (1 + i % 12), 3 + i % 40, 1 FROM n WHERE i % 60 > 0`,
    `INSERT INTO supplier_item_price (ver, bucket, company_id, id, supplier_item_id, unit_price_micro, valid_from)
     SELECT 1, 1, company_id, id, id, 9000 + ${random('id', 12)}, ${STOCK_TODAY} - 400 FROM supplier_item`,
    `INSERT INTO supplier_terms (ver, bucket, company_id, id, supplier_id, review_days) ${numbers(400)}
     SELECT ${company}, i, 100 + i, CASE i % 3 WHEN 0 THEN NULL ELSE 7 * (i % 3) END FROM n`,
    `INSERT INTO supplier_terms_cost (ver, bucket, company_id, id, minimum_order_minor, freight_minor,
       free_freight_from_minor)
     SELECT 1, 1, company_id, id, (id % 4) * 250000, 4000, CASE id % 2 WHEN 0 THEN 1500000 END FROM supplier_terms`,
    `INSERT INTO item_keeping (ver, bucket, company_id, id, shelf_life_days, most_days) ${numbers(ITEMS)}
     SELECT ${company}, i, CASE i % 2 WHEN 0 THEN 365 END, CASE i % 3 WHEN 0 THEN 90 END FROM n WHERE i % 4 = 0`,
    `INSERT INTO transfer_lane (ver, bucket, company_id, id, from_site_id, to_site_id, days)
     SELECT 1, 1, a.company_id, a.id * 100 + b.id, a.id, b.id, 2 FROM site a JOIN site b ON b.id <> a.id
     WHERE abs(a.id - b.id) <= 3`,
    `INSERT INTO transfer_lane_cost (ver, bucket, company_id, id, fixed_minor, unit_cost_micro)
     SELECT 1, 1, company_id, id, 900, 3000 FROM transfer_lane`,
    `INSERT INTO purchase_order (ver, bucket, company_id, id, site_id, number, supplier_id, ordered_on, approved_on, state)
     ${numbers(RECEIVED)} SELECT ${company}, ${FIRST_RECEIVED} + i, 21 + i % ${SITES}, 'RO ' || i, 100 + i % 400,
       ${STOCK_TODAY} - 20 - i % 650, ${STOCK_TODAY} - 20 - i % 650, 'received' FROM n`,
    // each brings items of its supplier
    `INSERT INTO po_line (ver, bucket, company_id, id, site_id, purchase_order_id, item_id, ordered_qty_milli,
       received_qty_milli, promised_on, expected_on, received_on)
     SELECT 1, 1, p.company_id, p.id * 6 + k.value, p.site_id, p.id,
       p.supplier_id - 100 + 400 * (${random('(p.id * 6 + k.value)', 13)} % ${Math.floor(ITEMS / 400)}), 5000, 5000,
       p.ordered_on + 14, p.ordered_on + 14, p.ordered_on + 3 + ${random('(p.id * 6 + k.value)', 14)} % 17
     FROM purchase_order p, json_each('[0, 1, 2, 3, 4, 5]') k WHERE p.id > ${FIRST_RECEIVED}`,
    // what suppliers said of every third line: once in time, or when it was late already
    `INSERT INTO promise_event (ver, bucket, company_id, site_id, id, po_line_id, told_on, promised_on)
     SELECT 1, 1, company_id, site_id, id, id, promised_on - 3 + id % 8, promised_on + 2 + id % 6 FROM po_line WHERE id % 3 = 0`,
  ];
}
