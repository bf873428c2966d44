/** From files to the margin of their lines: what they cost, what is owed for them, and what moves it later. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { dayNumber, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { UNSET_METHODS } from '#domain/close/reconcile/methods.ts';
import { claimClock, milliDays } from '#domain/kpi/claimTime.ts';
import { ladderFigures } from '#domain/kpi/marginLadder.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { databaseSource } from '#server/close/facts/databaseSource.ts';
import { ladderSums } from '#server/kpi/ladder.ts';
import { reckonDueCosts } from '#server/costs/dueCosts.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

interface CostRow {
  readonly line: string;
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

describe.each(ENGINES)('costs of imported lines on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with a preview', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    test('what imported lines cost and owe comes with them, follows what changes later, and stands in a locked month', async () => {
      const { db } = running.server.database;
      const costs = async () => {
        const { rows } = await sql<CostRow>`
          select o.number || '/' || l.ordinal as line, c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor
          from sales_order o join order_line l on l.order_id = o.id left join order_line_cost c on c.id = l.id
          where o.source = 'shop' order by 1`.execute(db);
        const figures = ({ cost_minor, freight_minor, rebate_minor, fee_minor }: CostRow) => [
          cost_minor,
          freight_minor,
          rebate_minor,
          fee_minor,
        ];
        return Object.fromEntries(rows.map((row): [string, (number | null)[]] => [row.line, figures(row)]));
      };
      await admin.import('items', 'code,name,uom,cost\nLC-1,One,pcs,1.80\nLC-2,Two,pcs,\nLC-3,Three,pcs,\n');
      const purchase =
        'number,supplier,site,item,ordered_on,expected_on,ordered_qty,unit_price,received_qty,received_on';
      await admin.import(
        'purchases',
        `${purchase}\nPO-LC,S7,AMS,LC-1,2026-10-20,2026-11-03,100,2.00,100,2026-11-03\nPO-LC,S7,AMS,LC-2,2026-10-20,2026-11-03,50,4.00,50,2026-11-03\n`,
        { make_missing: true },
      );
      const orders = (quantity: number): string =>
        'Order No,Order Date,Customer ID,Customer Name,Channel,Site,Item Code,Quantity,Unit Price\n' +
        'SO-LC-9,2026-11-10,K-1,Keen,IN,AMS,LC-1,10,5.00\n' +
        `SO-LC-9,2026-11-10,K-1,Keen,IN,AMS,LC-2,${quantity},9.99\n` +
        'SO-LC-9,2026-11-10,K-1,Keen,IN,AMS,LC-3,1,0.07\n' +
        'SO-LC-9,2026-11-10,K-1,Keen,IN,AMS,FREIGHT,1,9.50\n' +
        'SO-LC-8,2026-10-20,K-1,Keen,IN,AMS,LC-1,10,5.00\n' +
        'SO-LC-7,2026-11-11,K-1,Keen,CO,AMS,LC-1,1,5.00\n' +
        'SO-LC-6,2026-11-12,K-1,Keen,IN,AMS,LC-3,100,3.00\n';
      expect(await admin.importOrders(orders(7))).toMatchObject({ created: 7, changed: 0 });
      // what it cost until then stays
      await db.updateTable('close_period').set({ locked: '{"sales": null}' }).where('period', '=', 202610).execute();
      const none = [null, null, null, null];
      expect(await costs()).toEqual({
        // nothing says what these cost: what is owed for the sale is owed all the same
        'SO-LC-6/1': [null, null, 0, 0],
        'SO-LC-7/1': [200, 0, 0, 0],
        // no receipt by then: the cost kept of the item
        'SO-LC-8/1': [1_800, null, 0, 0],
        'SO-LC-9/1': [2_000, null, 0, 0],
        'SO-LC-9/2': [2_800, null, 0, 0],
        'SO-LC-9/3': [null, null, 0, 0],
        // carriage is no goods
        'SO-LC-9/4': none,
      });

      // 30.00 over 200.00 and 200.00: 0.15 on each of 100, 0.30 on each of 50
      const charged = await admin.import('charges', 'order,kind,booked_on,amount\nPO-LC,freight,2026-11-04,30.00\n');
      expect(charged.counts).toMatchObject({ created: 1, quarantined: 0 });
      // two equal ones in one file are two; by its reference each is found again, and the file twice changes nothing
      const twice = 'order,kind,booked_on,amount,reference\nPO-LC,duty,2026-11-04,4.00,\nPO-LC,duty,2026-11-04,4.00,\n';
      expect((await admin.import('charges', twice)).counts).toMatchObject({ created: 2, quarantined: 0 });
      expect((await admin.import('charges', twice)).counts).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
      const named = (amount: string): string =>
        `order,kind,booked_on,amount,invoice no\nPO-LC,handling,2026-11-04,${amount},F-1\nPO-LC,handling,2026-11-04,2.00,F-2\n`;
      expect((await admin.import('charges', named('2.00'))).counts).toMatchObject({ created: 2, quarantined: 0 });
      expect((await admin.import('charges', named('6.00'))).counts).toMatchObject({
        created: 0,
        changed: 1,
        unchanged: 1,
      });
      const bore = await sql<{ kind: string; amount_minor: number; parts: number }>`
        select c.kind, c.amount_minor, (select sum(l.amount_minor)::bigint from landed_cost_line l where l.landed_cost_id = c.id) as parts
        from landed_cost c join purchase_order o on o.id = c.purchase_order_id where o.number = 'PO-LC' order by c.id`.execute(
        db,
      );
      expect(bore.rows.map(({ kind, amount_minor, parts }) => [kind, amount_minor, parts])).toEqual([
        ['freight', 3_000, 3_000],
        ['duty', 400, 400],
        ['duty', 400, 400],
        ['handling', 600, 600],
        ['handling', 200, 200],
      ]);
      // a line that waited may be one that stands already: it is not taken for it, nor for another
      const usd = 'order,kind,booked_on,amount,currency\nPO-LC,duty,2026-11-04,5.00,USD\n';
      const [refused] = (await admin.import('charges', usd)).quarantined;
      expect(refused?.reason).toBe(
        'The line is in USD, and the company keeps its books in EUR. Give its amounts in EUR.',
      );
      const [waiting] = (await admin.refused('charges')).lines;
      const base = { company_code: 'HAL', new_company: null, source: 'files', complete: false, make_missing: false };
      const retry = { ...base, kind: 'charges', file_name: 'quarantine', header: ['x'], map: null, mode: 'retry' };
      const { body } = await admin.post<{ import_id: number }>('/imports/files', retry);
      const corrected = {
        line_number: 1,
        refused_id: waiting?.id,
        fields: ['PO-LC', 'duty', '2026-11-04', '4.00', 'EUR'],
      };
      await admin.post(`/imports/files/${body.import_id}/lines`, { block: 1, lines: [corrected] });
      expect((await admin.preview(body.import_id)).quarantined.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^There is duty of 2026-11-04 for PO-LC already/),
      ]);

      // as if they had never been charged
      await admin.import('charges', named('0').replaceAll('2.00', '0'));
      await admin.import('charges', twice.replaceAll('4.00', '0'));

      const fee = 'channel,fee,fee_percent,valid_from,owner';
      await admin.import('fees', `${fee}\nIN,Portal,1.5,2026-01-01,admin\nIN,Payment,1.25,2026-11-01,admin\n`);
      const rebate = 'customer,channel,agreement,rebate_percent,threshold,valid_from,owner';
      await admin.import('rebates', `${rebate}\nK-1,IN,Bonus,2,1000,2026-01-01,admin\n`);
      const freight = 'number,order,charged_on,amount';
      const sent = await admin.import(
        'freight',
        `${freight}\nCR-1,SO-LC-9,2026-11-12,10.01\nCR-4,SO-LC-6,2026-11-12,12.00\nCR-2,SO-LC-8,2026-11-12,8.00\nCR-3,SO-NONE,2026-11-12,8.00\n`,
      );
      expect([sent.counts.created, sent.quarantined.map(({ reason }) => reason)]).toEqual([
        2,
        [
          expect.stringMatching(/^The order SO-LC-8 has a closed month\. Sales of October 2026 is locked/),
          'There is no order "SO-NONE" in this company.',
        ],
      ]);
      expect(await reckonDueCosts(db, () => running.time.now_ms)).toBe(5);
      // net 50.00 + 69.93 + 0.07 = 120.00: rebate 2 % = 2.40, fees 2.75 % = 3.30, freight 10.01, each by net
      const due = {
        // 300.00: rebate 6.00, fees 8.25, whatever the goods cost
        'SO-LC-6/1': [null, 1_200, 600, 825],
        'SO-LC-7/1': [215, 0, 0, 0],
        'SO-LC-8/1': [1_800, null, 0, 0],
        'SO-LC-9/1': [2_150, 417, 100, 138],
        'SO-LC-9/2': [3_010, 583, 140, 192],
        'SO-LC-9/3': [null, 1, 0, 0],
        'SO-LC-9/4': none,
      };
      expect(await costs()).toEqual(due);
      expect(await reckonDueCosts(db, () => running.time.now_ms)).toBe(0);

      // the same file again changes nothing; a correction moves its order, and each line keeps one row
      expect(await admin.importOrders(orders(7))).toMatchObject({ created: 0, changed: 0 });
      expect(await costs()).toEqual(due);
      expect(await admin.importOrders(orders(3))).toMatchObject({ created: 0, changed: 1 });
      // net 50.00 + 29.97 + 0.07 = 80.04: rebate 1.60, fees 2.20, freight 10.01
      expect(await costs()).toEqual({
        ...due,
        'SO-LC-9/1': [2_150, 625, 100, 138],
        'SO-LC-9/2': [1_290, 375, 60, 82],
      });

      // the margin of that channel and month, before and after the last cost is known
      const { company_id, channels } = running.data;
      const margin = async () => {
        const sums = await ladderSums(db, {
          company_id,
          currency: 'EUR',
          time_zone: 'Europe/Amsterdam',
          month: 202611,
          as_of_on: dayNumber('2026-11-30') ?? 0,
          as_of_ms: running.time.now_ms,
          slice: { channel_id: channels[0] },
        });
        const figures = ladderFigures(sums, true);
        const kpis = ['net_sales', 'landed_cost', 'gm1', 'gm2', 'gm3', 'outbound_freight', 'rebates', 'channel_fees'];
        return {
          values: kpis.map((kpi) => figures.get(kpi)?.value),
          known_bp: ['gm1', 'gm2', 'gm3', 'rebates'].map((kpi) => figures.get(kpi)?.coverage_bp),
        };
      };
      // freight 10.01 + 12.00, rebates 1.60 + 6.00, fees 2.20 + 8.25; of 380.04 the cost of 50.00 + 29.97 is known: 21.04 %
      expect(await margin()).toEqual({
        values: [38_004, 3_440, null, null, null, 2_201, 760, 1_045],
        known_bp: [2_104, 2_104, 2_104, 10_000],
      });
      await admin.import('items', 'code,name,uom,cost\nLC-3,Three,pcs,0.02\n');
      expect(await reckonDueCosts(db, () => running.time.now_ms)).toBe(2);
      expect((await costs())['SO-LC-9/3']).toEqual([2, 1, 0, 0]);
      // 380.04 − 36.42, − 22.01, − 7.60 − 10.45
      expect(await margin()).toEqual({
        values: [38_004, 3_642, 34_362, 32_161, 30_356, 2_201, 760, 1_045],
        known_bp: [10_000, 10_000, 10_000, 10_000],
      });
    });

    test('what is given back and what claims cost comes off the margin once, and ties to the ledger and to what customers owe', async () => {
      const { db } = running.server.database;
      const { company_id, channels } = running.data;
      const reasons = ({ quarantined }: FileImportOutcome) => quarantined.map(({ reason }) => reason);
      const rows = async (text: string): Promise<unknown> => (await sql.raw(text).execute(db)).rows;
      const sold = 'Order No,Order Date,Customer ID,Customer Name,Channel,Site,Item Code,Quantity,Unit Price\n';
      expect(await admin.importOrders(`${sold}SO-CR-1,2026-12-02,K-1,Keen,IN,AMS,LC-1,10,5.00\n`)).toMatchObject({
        created: 1,
      });
      await admin.importOrders(`${sold}SO-CR-2,2026-12-04,K-1,Keen,IN,AMS,LC-1,-1,5.00\n`);

      const claims = (text: string): string =>
        `number,opened_on,customer,order,item,reason,claimed,waiting_since,resumed_on,resolved_on\n${text}`;
      const told =
        'CL-1,2026-12-05,,SO-CR-1,LC-1,damaged,30.00,2026-12-06,2026-12-09,2026-12-11\nCL-2,2026-12-12,K-1,,,late,5.00,,,\n';
      const opened = await admin.import('claims', claims(`${told}CL-3,2026-12-12,K-1,SO-NONE,,late,5.00,,,\n`));
      expect([opened.counts.created, reasons(opened)]).toEqual([2, ['There is no order "SO-NONE" in this company.']]);
      expect((await admin.import('claims', claims(told))).counts).toMatchObject({ unchanged: 2, changed: 0 });
      // three days of the six it took: the others it waited
      const clock = async () => {
        const events = await db.selectFrom('claim_event').selectAll().orderBy('id').execute();
        const facts = events.map(({ id, kind, happened_at }) => ({ id, kind, happened_at_ms: happened_at.getTime() }));
        return Map.groupBy(facts, ({ id }) => events.find((event) => event.id === id)?.claim_id);
      };
      const [first, second] = [...(await clock()).values()].map((events) =>
        claimClock(events, Date.parse('2027-01-01T00:00:00Z')),
      );
      expect([first?.state, milliDays(first?.running_ms ?? 0), second?.state]).toEqual(['resolved', 3_000, 'running']);
      // it waits for the customer again, and was never resolved
      const anew = told.replace('2026-12-06,2026-12-09,2026-12-11', '2026-12-10,,');
      expect((await admin.import('claims', claims(anew))).counts).toMatchObject({ unchanged: 1, changed: 1 });
      expect([...(await clock()).values()][0]?.map(({ kind }) => kind)).toEqual(['opened', 'waiting']);
      expect((await admin.import('claims', claims(told))).counts).toMatchObject({ unchanged: 1, changed: 1 });

      const costs =
        'claim,booked_on,amount,reference\nCL-1,2026-12-11,18.00,COUR-1\nCL-1,2026-12-11,6.50,\nCL-1,2026-12-11,6.50,\n';
      const cost = await admin.import('claimcosts', `${costs}CL-9,2026-12-11,1.00,\nCL-1,2026-10-20,1.00,\n`);
      expect([cost.counts.created, reasons(cost)]).toEqual([
        3,
        [
          'There is no claim "CL-9" in this company. Import it first: Claims.',
          expect.stringMatching(/^Sales of October 2026 is locked\. /),
        ],
      ]);
      expect((await admin.import('claimcosts', costs)).counts).toMatchObject({ created: 0, changed: 0, unchanged: 3 });

      const head = 'number,issued_on,customer,channel,order,item,amount,given for,claim,reason\n';
      const given =
        'CN-1,2026-12-07,,,SO-CR-1,LC-1,2.50,price,,\n' +
        'CN-1,2026-12-07,,,SO-CR-1,,1.00,other,,Kept waiting\n' +
        'CN-2,2026-12-11,,,,,20.00,claim,CL-1,\n' +
        'CN-3,2026-12-14,K-1,CO,,,3.00,other,,\n';
      const credits = await admin.import(
        'credits',
        `${head}${given}CN-4,2026-12-14,K-1,,,,4.00,rebate,,\nCN-5,2026-12-15,K-1,,,LC-1,5.00,return,,\n` +
          'CN-6,2026-10-15,K-1,,,,1.00,other,,\nCN-7,2026-12-15,,,SO-CR-1,LC-2,1.00,price,,\nCN-8,2026-12-15,,,,,1.00,claim,CL-9,\n',
      );
      expect([credits.counts.created, reasons(credits)]).toEqual([
        4,
        [
          expect.stringMatching(/^The rebate "Bonus" is owed with each sale of this customer, .*Leave this line out/),
          expect.stringMatching(/^The order SO-CR-2 has the goods that came back on 2026-12-04, .*Leave this line out/),
          expect.stringMatching(/^Sales of October 2026 is locked\. /),
          'The order "SO-CR-1" has no goods of the item "LC-2".',
          'There is no claim "CL-9" in this company. Import it first: Claims.',
        ],
      ]);
      expect(credits.tie).toMatchObject([{ label: 'Amount', source: '38.5', imported: '26.5' }]);
      expect((await admin.import('credits', head + given)).counts).toMatchObject({
        created: 0,
        changed: 0,
        unchanged: 4,
      });

      await reckonDueCosts(db, () => running.time.now_ms);
      const margin = async (channel_id: number | undefined) => {
        const sums = await ladderSums(db, {
          company_id,
          currency: 'EUR',
          time_zone: 'Europe/Amsterdam',
          month: 202612,
          as_of_on: dayNumber('2026-12-31') ?? 0,
          as_of_ms: running.time.now_ms,
          slice: { channel_id },
        });
        const figures = ladderFigures(sums, true);
        return ['returns', 'net_sales', 'claims', 'gm1'].map((kpi) => figures.get(kpi)?.value);
      };
      // sold 50.00, back 5.00 at the cost of one of ten: 50.00 − 5.00 − 3.50 = 41.50, cost 21.50 − 2.15; claims 31.00 + 20.00
      expect(await margin(channels[0])).toEqual([-850, 4_150, 5_100, 4_150 - 1_935]);
      // of no sale: to the channel the file says
      expect(await margin(channels[1])).toEqual([-300, -300, 0, -300]);

      // the ledger has the same, and customers owe so much less
      const accounts =
        'code,name,kind,role\n1200,Customers,asset,ar\n2000,Suppliers,liability,ap\n8400,Returns,income,returns\n8900,Claims,expense,claims\n1000,Bank,asset,bank\n';
      await admin.import('accounts', accounts);
      const entry = (number: string, on: string, [debit, credit]: readonly [string, string], amount: string) => [
        `CRN,${number},${on},${debit},IN,${amount}`,
        `CRN,${number},${on},${credit},,-${amount}`,
      ];
      const booked = [
        ...entry('CN-1', '2026-12-07', ['8400', '1200'], '3.50'),
        ...entry('CN-2', '2026-12-11', ['8900', '1200'], '20.00'),
        ...entry('CN-3', '2026-12-14', ['8400', '1200'], '3.00').map((line) => line.replace(',IN,', ',CO,')),
        ...entry('CL-1', '2026-12-11', ['8900', '2000'], '31.00'),
      ];
      const gl = await admin.import('gl', `journal,number,booked_on,account,channel,amount\n${booked.join('\n')}\n`);
      expect(gl.counts).toMatchObject({ created: 8, quarantined: 0 });
      const invoices =
        'kind,number,party,issued_on,due_on,amount\ncustomer,CN-1,K-1,2026-12-07,2026-12-07,-3.50\ncustomer,CN-2,K-1,2026-12-11,2026-12-11,-20.00\n' +
        'customer,CN-3,K-1,2026-12-14,2026-12-14,-3.00\nsupplier,COUR-1,S7,2026-12-11,2026-12-31,31.00\n';
      expect((await admin.import('invoices', invoices)).counts).toMatchObject({ created: 4, quarantined: 0 });
      const documents = `select 'returns' as role, issued_on::text as day, channel_id, sum(amount_minor)::int as minor
          from credit_note where claim_id is null group by 1, 2, 3
        union all select 'claims', day::text, channel_id, sum(amount_minor)::int from (
          select issued_on as day, channel_id, amount_minor from credit_note where claim_id is not null
          union all select booked_on, channel_id, amount_minor from claim_cost) c group by 1, 2, 3`;
      const ledger = `select a.role, e.booked_on::text as day, g.channel_id, sum(g.amount_minor)::int as minor
        from gl_line g join gl_entry e on e.id = g.entry_id join gl_account a on a.id = g.account_id
        where a.role in ('returns', 'claims') group by 1, 2, 3`;
      const tied = await rows(`${documents} order by 1, 2, 3`);
      expect(tied).toEqual([
        { role: 'claims', day: '2026-12-11', channel_id: channels[0], minor: 5_100 },
        { role: 'returns', day: '2026-12-07', channel_id: channels[0], minor: 350 },
        { role: 'returns', day: '2026-12-14', channel_id: channels[1], minor: 300 },
      ]);
      expect(await rows(`${ledger} order by 1, 2, 3`)).toEqual(tied);
      const reconciled = await db.transaction().execute(
        async (tx) =>
          await computeReconciliations(
            databaseSource(tx, {
              id: company_id,
              currency: 'EUR',
              fiscal_year_start_month: 1,
              methods: () => UNSET_METHODS,
            }),
            {
              cut_off: lastDayOfMonth(202612),
              from: firstDayOfMonth(202611),
              first_look: true,
              today: lastDayOfMonth(202612) + 10,
              carried: [],
            },
          ),
      );
      const of = (code: string) => {
        const found = reconciled.find((each) => each.code === code);
        return [found?.ledger_minor, found?.subledger_minor, found?.items.map(({ ref }) => ref)];
      };
      expect(of('ar_gl')).toEqual([-2_650, -2_650, []]);
      expect(of('ap_gl')).toEqual([3_100, 3_100, []]);
      // paid by the supplier's bill, not from the bank as they were booked
      expect(of('bank')).toEqual([0, 0, ['Missing: bank statement']]);

      // orders of nobody in particular are not one customer's: what came back of one says nothing of another
      await admin.importOrders(
        `${sold}SO-CR-3,2026-12-20,,,IN,AMS,LC-1,2,5.00\nSO-CR-4,2026-12-20,,,IN,AMS,LC-1,2,5.00\nSO-CR-4,2026-12-21,,,IN,AMS,LC-1,-1,5.00\n`,
      );
      const back = 'CN-9,2026-12-22,,,SO-CR-3,LC-1,1.00,return,,\nCN-10,2026-12-22,,,SO-CR-4,LC-1,1.00,return,,\n';
      const nobody = await admin.import('credits', head + back);
      expect([nobody.counts.created, reasons(nobody)]).toEqual([
        1,
        [expect.stringMatching(/^The order SO-CR-4 has the goods that came back on 2026-12-20, /)],
      ]);
    });
  });
});
