/**
 * What a decision on proposals waits for at the server: its own facts of the positions, of a company with 400 suppliers. Beside
 * them the waits of overdue receipts learned afresh, which the copies do and a decision must not wait for.
 */
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { learnWaits, WAITS_LEARNED_DAYS } from '#domain/planning/overdueWaits.ts';
import { openDatabase } from '#server/database.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { positionsOf } from '#server/planning/positions.ts';
import { type Report, sideBySide } from './harness.ts';

const ROUNDS = 3;
const SUPPLIERS = 400;
const ITEMS = 20_000;
const LINES_OF_ORDER = 5;
/** Thursday 26 November 2026. */
const TODAY = '2026-11-26';
const ONE = 'decisions: facts of one position';
const MANY = 'decisions: facts of 200 positions';
const WAITS = 'decisions: waits of overdue receipts, learned afresh';

export async function benchDecisions(report: Report, purchase_lines: number): Promise<void> {
  const { db, close } = await openDatabase({});
  try {
    await migrate(db);
    const fill = async (statement: string): Promise<void> => void (await sql.raw(statement).execute(db));
    await fill('set session_replication_role = replica');
    await fill(
      `insert into company (id, code, name, currency, time_zone, bucket) values (1, 'A', 'A', 'EUR', 'UTC', 1)`,
    );
    const orders = Math.ceil(purchase_lines / LINES_OF_ORDER);
    // three years of orders, two in a hundred open; half of the lines came late, by up to six days, and one in five was promised anew
    await fill(`insert into purchase_order (id, company_id, site_id, number, supplier_id, ordered_on, approved_on, state, bucket)
      select n, 1, 1, 'P' || n, 100 + n % ${SUPPLIERS}, d, d, case when n < ${orders / 50} then 'open' else 'received' end, 1
      from (select n, date '${TODAY}' - (n * 1095 / ${orders})::int - 20 as d from generate_series(0, ${orders - 1}) n) o`);
    await fill(`insert into po_line (id, company_id, site_id, purchase_order_id, item_id, ordered_qty_milli,
        received_qty_milli, promised_on, expected_on, received_on, bucket)
      select n, 1, 1, o.id, 1 + n % ${ITEMS}, 1000, case when o.state = 'open' then 0 else 1000 end, o.ordered_on + 14,
        o.ordered_on + 14, case when o.state = 'open' then null else o.ordered_on + 8 + n % 13 end, 1
      from generate_series(0, ${purchase_lines - 1}) n join purchase_order o on o.id = n / ${LINES_OF_ORDER}`);
    await fill(`insert into promise_event (company_id, site_id, po_line_id, told_on, promised_on, bucket)
      select 1, 1, id, promised_on - 2, promised_on + 5, 1 from po_line where id % 5 = 0`);
    await fill('analyze');
    const today_on = dayNumber(TODAY) ?? 0;
    const facts = (items: number) => ({
      run: () =>
        spent(() =>
          db.transaction().execute((tx) =>
            positionsOf(
              tx,
              { id: 1, today_on, currency: 'EUR', time_zone: 'UTC' },
              Array.from({ length: items }, (_, nth) => 1 + nth * 97),
            ),
          ),
        ),
    });
    const learn = async (): Promise<void> => {
      const { rows } = await sql<{ supplier_id: number; ordered: string; promised: string; received: string | null }>`
        select p.supplier_id, p.ordered_on::text as ordered, l.promised_on::text as promised, l.received_on::text as received
        from purchase_order p join po_line l on l.purchase_order_id = p.id
        where p.company_id = 1 and coalesce(l.received_on, ${TODAY}::date) > l.promised_on
          and (l.received_on is null or l.received_on >= ${TODAY}::date - ${WAITS_LEARNED_DAYS}::int)`.execute(db);
      const day = (text: string): number => dayNumber(text) ?? Number.NaN;
      const waits = learnWaits(
        rows.map(({ supplier_id, ordered, promised, received }) => ({
          supplier_id,
          ordered_on: day(ordered),
          promised_on: day(promised),
          told: [],
          received_on: received === null ? null : day(received),
        })),
        today_on,
      );
      waits.waitOf(100, 3);
    };
    const spent_ms = await sideBySide(ROUNDS, [
      { name: ONE, ...facts(1) },
      { name: MANY, ...facts(200) },
      { name: WAITS, run: () => spent(learn) },
    ]);
    report.value('decisions: purchase lines', purchase_lines, 'rows');
    for (const [name, ms] of spent_ms) report.value(name, ms, 'ms');
    report.ratio(WAITS, ONE);
    report.ratio(WAITS, MANY);
  } finally {
    await close();
  }
}

/** Processor time, ms: on a shared machine the clock tells of others. */
async function spent(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
