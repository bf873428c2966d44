/** The same facts from the database as from rows in memory, written as lines and items, and only when they change. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { trialBalanceLines } from '#domain/close/drawnUp.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { carriedFrom } from '#domain/close/reconcile/carry.ts';
import type { Found } from '#domain/close/reconcile/facts.ts';
import { FIRST_LOOK_MONTHS } from '#domain/close/reconcile/plan.ts';
import type { DeliveredLine } from '#domain/close/reconcile/documentRows.ts';
import type { Reconciliation } from '#domain/close/reconcile/reconcile.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { rowSource } from '#server/demo/close/rowSource.ts';
import { seedDemo } from '#server/demo/seed.ts';
import { horizonOf } from '#server/demo/size.ts';
import { collect, optionsFor, SMALL } from '#server/demo/testing.ts';
import { prepareDatabase } from '#server/server.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { computeReconciliations } from './compute.ts';
import { fluxAccounts } from './fluxAccounts.ts';
import { databaseSource } from './facts/databaseSource.ts';
import { deliveriesOn } from './facts/deliveries.ts';
import { reconcilePeriod } from './reconcilePeriod.ts';
import type { CloseSource } from './source.ts';

const clock = (): number => 1_795_000_000_000;

/** Order of lines is the reader's; what they say is not. */
const comparable = (results: readonly Reconciliation[]) =>
  results.map(({ lines, ...result }) => ({
    ...result,
    lines: lines.map((line) => JSON.stringify(line)).toSorted(),
  }));

async function bothMonths(source: CloseSource, today: number): Promise<readonly (readonly Reconciliation[])[]> {
  const { closed_period, open_period } = horizonOf(today);
  let carried: readonly Found[] = [];
  const found: (readonly Reconciliation[])[] = [];
  for (const period of [closed_period, open_period]) {
    const from = firstDayOfMonth(period === closed_period ? addMonths(period, -FIRST_LOOK_MONTHS) : period);
    const asked = { cut_off: lastDayOfMonth(period), from, first_look: period === closed_period, today, carried };
    const results = await computeReconciliations(source, asked);
    carried = carriedFrom(results);
    found.push(results);
  }
  return found;
}

describe.each(ENGINES)('reconciliations on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of the demo', () => {
    let engine: TestEngine;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      await engine?.stop();
    });

    test.each([7, 4])('seed %i: the database says what the rows say', async (seed) => {
      const options = optionsFor(SMALL, seed);
      const rows = collect(options);
      const database: OpenDatabase = await openDatabase(await engine.prepared());
      try {
        await prepareDatabase(database, { clock });
        await seedDemo(database.db, { ...options, clock });
        for (const company of rows.company) {
          const expected = await bothMonths(rowSource(rows, company.id), options.today);
          const found = await database.db
            .transaction()
            .execute(
              async (tx) =>
                await bothMonths(
                  databaseSource(tx, { ...company, methods: rowSource(rows, company.id).methods }),
                  options.today,
                ),
            );
          expect(found.map(comparable)).toEqual(expected.map(comparable));
        }
        // the same ledger under codes of the company's own, its locked months too, in a year from April on
        await sql`update company set fiscal_year_start_month = 4`.execute(database.db);
        await sql`alter table gl_entry disable trigger user`.execute(database.db);
        await sql`alter table gl_journal disable trigger user`.execute(database.db);
        await sql`update gl_journal set code = 'X' || code, name = 'Own ' || name`.execute(database.db);
        await sql`update gl_entry set journal = 'X' || journal`.execute(database.db);
        const own = {
          ...rows,
          company: rows.company.map((row) => ({ ...row, fiscal_year_start_month: 4 })),
          gl_journal: rows.gl_journal.map((row) => ({ ...row, code: `X${row.code}`, name: `Own ${row.name}` })),
          gl_entry: rows.gl_entry.map((row) => ({ ...row, journal: `X${row.journal}` })),
        };
        const [company] = own.company;
        if (!company) throw new Error('no company');
        const found = await database.db
          .transaction()
          .execute(
            async (tx) =>
              await bothMonths(
                databaseSource(tx, { ...company, methods: rowSource(rows, company.id).methods }),
                options.today,
              ),
          );
        expect(found.map(comparable)).toEqual(
          (await bothMonths(rowSource(own, company.id), options.today)).map(comparable),
        );
        const { open_period: period } = horizonOf(options.today);
        for (const first of [1, 4, 7, 10]) {
          const start = fiscalYearStart(period, first);
          const accounts = await database.db
            .transaction()
            .execute(async (tx) => await fluxAccounts(tx, { id: company.id, fiscal_year_start_month: first }, period));
          const sums = new Map<number, number>();
          for (const { account_id, month, amount_minor } of rows.gl_line)
            if (month < start) sums.set(account_id, (sums.get(account_id) ?? 0) + amount_minor);
          const earlier = rows.gl_account
            .filter(({ company_id, code }) => company_id === company.id && accounts.some((each) => each.code === code))
            .map(({ id, code }) => [code, sums.get(id) ?? 0]);
          expect(accounts.map(({ code, earlier_minor }) => [code, earlier_minor])).toEqual(earlier.toSorted());
          expect(trialBalanceLines(accounts).reduce((sum, line) => sum + line.amount_minor, 0)).toBe(0);
        }
        const said = found.flat().flatMap(({ lines }) => lines.map(({ ref }) => ref));
        expect([said.includes('XSHP Own Deliveries'), said.includes('SHP Deliveries')]).toEqual([true, false]);
      } finally {
        await database.close();
      }
    });

    test('writes what changed and nothing else; a later posting reopens what was signed and says by what', async () => {
      const options = optionsFor(SMALL, 7);
      const database: OpenDatabase = await openDatabase(await engine.prepared());
      const { db } = database;
      try {
        await prepareDatabase(database, { clock });
        await seedDemo(db, { ...options, clock });
        const { open_period } = horizonOf(options.today);
        const period = await db
          .selectFrom('close_period as p')
          .innerJoin('company as c', 'c.id', 'p.company_id')
          .select(['p.id', 'p.company_id'])
          .where('p.period', '=', open_period)
          .where('c.code', '=', 'PEN')
          .executeTakeFirstOrThrow();
        const run = async () =>
          await db
            .transaction()
            .execute(async (tx) => await reconcilePeriod(tx, { period_id: period.id, now_ms: clock() }));
        // the demo compared the months by its own sums: the ledger says the same
        const first = await run();
        for (const code of ['trial_balance', 'flux', 'statements']) expect(first).not.toContain(code);
        const outbox = async () =>
          (await sql<{ rows: number }>`select count(*)::int as rows from sync_outbox`.execute(db)).rows[0]?.rows;
        const before = await outbox();
        expect(await run()).toEqual([]);
        expect(await outbox()).toBe(before);

        const task = await db
          .selectFrom('close_task')
          .selectAll()
          .where('period_id', '=', period.id)
          .where('code', '=', 'shipped_not_billed')
          .executeTakeFirstOrThrow();
        expect(task.state).toBe('signed');
        const account = await db
          .selectFrom('gl_account')
          .select('id')
          .where('company_id', '=', period.company_id)
          .where('role', '=', 'shipped_not_billed')
          .executeTakeFirstOrThrow();
        const other = await db
          .selectFrom('gl_account')
          .select('id')
          .where('company_id', '=', period.company_id)
          .where('role', '=', 'revenue')
          .executeTakeFirstOrThrow();
        const entry = await db
          .insertInto('gl_entry')
          .values({
            company_id: period.company_id,
            month: open_period,
            journal: 'GEN',
            number: 'GEN/LATE',
            booked_on: isoDate(lastDayOfMonth(open_period)),
            posted_at: new Date(clock()),
            ref: null,
            memo: 'Forgotten',
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await db
          .insertInto('gl_line')
          .values(
            [
              { account_id: account.id, amount_minor: 4_711 },
              { account_id: other.id, amount_minor: -4_711 },
            ].map((line) => ({
              ...line,
              company_id: period.company_id,
              channel_id: null,
              month: open_period,
              entry_id: entry.id,
              party_id: null,
              ref: null,
            })),
          )
          .execute();
        expect(await run()).toEqual([
          'shipped_not_billed',
          // drawn up from the whole ledger: what was signed of them would be of other figures
          'trial_balance',
          'flux',
          'statements',
        ]);
        const after = await db
          .selectFrom('close_task')
          .select(['state', 'content_hash', 'amount_minor'])
          .where('id', '=', task.id)
          .executeTakeFirstOrThrow();
        expect([after.state, after.amount_minor - task.amount_minor]).toEqual(['open', 4_711]);
        expect(after.content_hash).not.toBe(task.content_hash);
        const changes = await db
          .selectFrom('close_line_change')
          .select(['side', 'ref', 'change', 'after_minor', 'changed_by'])
          .where('task_id', '=', task.id)
          .orderBy('id')
          .execute();
        expect(changes).toEqual([
          {
            side: 'ledger',
            ref: 'GEN/LATE Forgotten',
            change: 'added',
            after_minor: 4_711,
            changed_by: 'posting GEN/LATE',
          },
          { side: 'item', ref: 'GEN/LATE', change: 'added', after_minor: 4_711, changed_by: 'posting GEN/LATE' },
        ]);
        const items = await db
          .selectFrom('rec_item')
          .select(['cause', 'origin_period', 'age_days', 'documents'])
          .where('task_id', '=', task.id)
          .execute();
        expect(items).toEqual([
          {
            cause: 'entry_by_hand',
            origin_period: open_period,
            age_days: 0,
            documents: [{ id: entry.id, ref: 'GEN/LATE', kind: 'entry' }],
          },
        ]);

        // a bill that names its order alone bills what came of it
        const { rows: alone } = await sql<{ id: number }>`
          select min(b.id) as id from invoice b join po_line l on l.purchase_order_id = b.purchase_order_id
            join receipt_line r on r.po_line_id = l.id
          where b.company_id = ${period.company_id} and b.posted_on >= ${isoDate(firstDayOfMonth(open_period))}::date
            and b.posted_on <= ${isoDate(lastDayOfMonth(open_period))}::date
          group by b.purchase_order_id
          having count(distinct b.id) = 1 and count(distinct r.number) = 1 and min(b.ref) = min(r.number)
            and min(r.received_on) < min(b.posted_on)
            and min(b.purchase_order_id) not in (
              select i.purchase_order_id from invoice i where i.purchase_order_id is not null
              group by 1 having count(*) > 1)
          order by 1`.execute(db);
        expect(alone.length).toBeGreaterThan(0);
        const unnamed = alone.map(({ id }) => id);
        await db.updateTable('invoice').set({ ref: null }).where('id', 'in', unnamed).execute();
        const moved = await run();
        for (const code of ['grni', 'billed_not_received']) expect(moved).not.toContain(code);

        // one delivery of several billed twice: it left once, so what the others are worth stays with them
        const [from, to] = [firstDayOfMonth(open_period), lastDayOfMonth(open_period)];
        const delivered = async () =>
          await db.transaction().execute(async (tx) => {
            const lines: DeliveredLine[] = [];
            for await (const page of deliveriesOn(tx, period.company_id, { from, to, only: null }, null))
              lines.push(...page);
            return lines;
          });
        const once = await delivered();
        const line = once.find(({ parts }) => parts.length > 1 && parts[0]?.billed_on !== null);
        if (!line) throw new Error('no line was delivered in parts and billed');
        const bill = await db
          .selectFrom('invoice')
          .select([
            'company_id',
            'month',
            'kind',
            'party_id',
            'order_id',
            'purchase_order_id',
            'ref',
            'issued_on',
            'due_on',
          ])
          .select('amount_minor')
          .where('order_id', '=', line.order_id)
          .where('ref', '=', line.parts[0]?.number ?? '')
          .executeTakeFirstOrThrow();
        const posted_on = isoDate(options.today);
        await db
          .insertInto('invoice')
          .values({ ...bill, number: 'INV/TWICE', posted_on })
          .execute();
        expect(await delivered()).toEqual(once);

        // an invoice that names its order alone bills what left of it
        const { rows: whole } = await sql<{ id: number }>`
          select min(i.id) as id from invoice i join order_line l on l.order_id = i.order_id and l.kind = 'goods'
            join shipment_line s on s.order_line_id = l.id
          where i.company_id = ${period.company_id} and i.kind = 'customer' and i.posted_on >= ${isoDate(from)}::date
            and i.posted_on <= ${isoDate(to)}::date and s.shipped_on <= i.posted_on and s.qty_milli > 0
          group by i.order_id
          having count(distinct i.id) = 1 and count(distinct s.number) = 1 and min(i.ref) = min(s.number)
            and count(distinct s.id) = count(distinct l.id) and min(i.amount_minor) = sum(l.net_minor)
            and min(l.cancelled_qty_milli) = 0 and max(l.cancelled_qty_milli) = 0
            and bool_and(s.qty_milli = l.ordered_qty_milli)
            and (select count(*) from invoice t where t.order_id = i.order_id) = 1
          order by 1 limit 20`.execute(db);
        expect(whole.length).toBeGreaterThan(0);
        await db
          .updateTable('invoice')
          .set({ ref: null })
          .where(
            'id',
            'in',
            whole.map(({ id }) => id),
          )
          .execute();
        expect(await run()).not.toContain('shipped_not_billed');

        // one that comes to less than nothing bills what it names all the same: the order's discount may be more than its first delivery
        const { rows: less } = await sql<{ id: number }>`
          select i.id from invoice i where i.company_id = ${period.company_id} and i.kind = 'customer'
            and i.posted_on >= ${isoDate(from)}::date and i.posted_on <= ${isoDate(to)}::date and exists (
              select from order_line l join shipment_line s on s.order_line_id = l.id
              where l.order_id = i.order_id and s.number = i.ref) order by i.id limit 1`.execute(db);
        await db
          .updateTable('invoice')
          .set({ amount_minor: -1 })
          .where('id', '=', less[0]?.id ?? 0)
          .executeTakeFirstOrThrow();
        expect(await run()).not.toContain('shipped_not_billed');
      } finally {
        await database.close();
      }
    });
  });
});
