/**
 * Nothing a file of any kind says moves a figure of a locked month, nor of what stands in its balances: one scene with something of
 * every kind, locked; then a file of each kind that says otherwise. Opened again, the same files do move it.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { DRAWN_UP } from '#domain/close/drawnUp.ts';
import { methodsOf } from '#domain/close/reconcile/methods.ts';
import { FIRST_LOOK_MONTHS, RECONCILED_ROLES } from '#domain/close/reconcile/plan.ts';
import { importKind, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { databaseSource } from '#server/close/facts/databaseSource.ts';
import { fluxAccounts } from '#server/close/fluxAccounts.ts';
import { periodLockedMessage } from '#server/close/periodLocked.ts';
import { reckonDueCosts } from '#server/costs/dueCosts.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const PERIOD = 202610;
const TODAY = lastDayOfMonth(PERIOD) + 10;
const HEAD = {
  items: 'code,name,uom,cost',
  accounts: 'code,name,kind,role',
  gl: 'journal,number,booked_on,account,amount',
  purchases: 'number,supplier,site,item,ordered_on,expected_on,ordered_qty,unit_price,received_qty,received_on,receipt',
  shipments: 'shipment,order,item,shipped on,quantity',
  stock: 'site,item,on hand,as of',
  invoices: 'kind,number,party,issued_on,posted_on,due_on,amount,currency,foreign_amount,order,delivery',
  payments: 'kind,number,party,paid_on,amount,invoice',
  rates: 'month,currency,average rate,closing rate',
  plan: 'month,channel,net sales,gm3',
  charges: 'order,kind,booked_on,amount,split by',
  freight: 'number,order,charged_on,amount',
  claims: 'number,opened_on,customer,order',
  claimcosts: 'claim,booked_on,amount',
  credits: 'number,issued_on,customer,order,amount,given for,claim',
  counts: 'number,counted_on,site,item,booked,counted,unit cost',
  statements: 'account,booked_on,amount,balance_after',
  orders: 'Order No,Order Date,Customer ID,Customer Name,Channel,Site,Item Code,Quantity,Unit Price',
} as const;
const PRICED = 'S7,AMS,FA-1,2026-10-01,2026-10-12,100,2.00,100,2026-10-05,R-1';

/** What the month is made of, in this order. */
const SCENE: readonly (readonly [keyof typeof HEAD, readonly string[]])[] = [
  ['items', ['NW-1,New one,pcs,2.00']],
  [
    'accounts',
    [
      ...RECONCILED_ROLES.filter((role) => role !== 'intercompany').map(
        (role, at) => `${1000 + at},${role},${role === 'fx_gain' ? 'income' : 'asset'},${role}`,
      ),
      '8000,Sales,income,revenue',
      '9000,Capital,equity,',
    ],
  ],
  [
    'gl',
    [
      'OPN,O-1,2026-09-30,1000,1000.00',
      'OPN,O-1,2026-09-30,9000,-1000.00',
      'BNK,B-1,2026-10-10,1000,50.00',
      'BNK,B-1,2026-10-10,9000,-50.00',
      'DEP,D-1,2026-10-31,1011,-7.00',
      'DEP,D-1,2026-10-31,9000,7.00',
      'INV,I-1,2026-10-15,1001,300.00',
      'INV,I-1,2026-10-15,8000,-300.00',
    ],
  ],
  ['rates', ['2026-09,USD,1.10,1.12', '2026-10,USD,1.15,1.20']],
  [
    'purchases',
    [
      `PO-1,${PRICED}`,
      'PO-2,S7,AMS,FA-2,2026-10-01,2026-10-12,20,4.00,10,2026-10-06,R-2',
      'PO-9,S7,AMS,FA-3,2026-09-01,2026-09-12,10,1.00,10,2026-09-15,R-9',
    ],
  ],
  ['charges', ['PO-1,freight,2026-10-06,30.00,value']],
  [
    'orders',
    [
      'SO-S,2026-09-20,C-1,Keen,IN,AMS,FA-1,10,5.00',
      'SO-O,2026-10-10,C-1,Keen,IN,AMS,FA-2,4,5.00',
      'SO-U,2026-10-11,C-1,Keen,IN,AMS,FA-3,1,9.00',
      'SO-V,2026-10-11,C-1,Keen,IN,AMS,NW-1,1,9.00',
    ],
  ],
  ['shipments', ['DN-0,SO-S,FA-1,2026-09-25,2', 'DN-1,SO-S,FA-1,2026-10-03,4', 'DN-2,SO-O,FA-2,2026-10-12,4']],
  ['freight', ['CR-1,SO-O,2026-10-13,8.00']],
  ['claims', ['CL-1,2026-10-13,C-1,SO-O']],
  ['claimcosts', ['CL-1,2026-10-14,3.00']],
  ['credits', ['CN-1,2026-10-14,C-1,SO-O,2.00,price,', 'CN-2,2026-10-15,C-1,SO-O,1.00,claim,CL-1']],
  [
    'invoices',
    [
      'customer,A-1,C-1,2026-10-15,,2026-11-15,300.00,,,,',
      'customer,A-2,C-1,2026-09-10,,2026-10-10,100.00,USD,110.00,,',
      'supplier,B-2,S7,2026-10-20,,2026-11-20,40.00,,,PO-2,R-2',
      'supplier,B-3,S7,2026-10-21,,2026-11-20,35.00,,,PO-2,R-5',
    ],
  ],
  ['payments', ['customer,P-1,C-1,2026-10-20,100.00,A-1', 'customer,P-0,C-1,2026-09-12,5.00,']],
  ['statements', ['1000,2026-10-10,50.00,1050.00']],
  ['stock', ['AMS,FA-3,9,2026-10-20']],
  ['counts', ['ST-1,2026-10-25,AMS,FA-3,9,8,1.00', 'ST-0,2026-09-25,AMS,FA-1,6,5,2.00']],
  ['plan', ['2026-10,IN,1000.00,300.00']],
];

/** A file of each kind that says otherwise of the month and of what came before it. `moves`: it does where nothing is locked; terms are taken in
 * beside the lock, and move what is reckoned by them later. */
const HOSTILE: Readonly<Record<KindName | 'orders', { readonly csv: string; readonly moves: boolean }>> = {
  items: {
    csv: 'code,name,uom,cost,category\nNW-1,Old one,pcs,99.00,Bolts\nFA-2,Bolt,pcs,99.00,Bolts\n',
    moves: false,
  },
  suppliers: { csv: 'code,name,payment terms days\nS7,Other name,90\n', moves: false },
  customers: { csv: 'code,name,payment terms days\nC-1,Other name,90\n', moves: false },
  prices: { csv: 'kind,item,price,valid_from,owner\nlist,FA-1,99.00,2026-01-01,admin\n', moves: false },
  valuation: { csv: 'month,site,item,value\n2026-10,AMS,FA-1,99.00\n2026-09,AMS,FA-1,99.00\n', moves: true },
  stock: { csv: `${HEAD.stock}\nAMS,FA-3,1,2026-10-20\nAMS,FA-2,7,2026-09-20\n`, moves: true },
  purchases: {
    csv: [
      HEAD.purchases,
      `PO-1,${PRICED.replace('2.00', '3.00')}`,
      'PO-2,S7,AMS,FA-2,2026-10-01,2026-10-12,20,5.00,10,2026-11-06,R-3',
      'PO-9,S7,AMS,FA-3,2026-09-01,2026-09-12,10,8.00,10,2026-09-15,R-9',
      // nothing hostile: goods that were billed ahead come at another worth, and as they come
      'PO-5,S7,AMS,FA-2,2026-11-01,2026-11-12,20,7.00,10,2026-11-06,R-5',
      'PO-3,S7,AMS,FA-2,2026-10-01,2026-10-12,20,4.00,10,2026-11-06,R-1',
      'PO-4,S7,AMS,FA-2,2026-08-01,2026-08-12,20,4.00,10,2026-08-06,R-4\n',
    ].join('\n'),
    moves: true,
  },
  orders: {
    csv: `${HEAD.orders}\nSO-S,2026-09-20,C-1,Keen,IN,AMS,FA-1,10,7.00\nSO-O,2026-10-10,C-1,Keen,IN,AMS,FA-2,9,5.00\nSO-N,2026-10-10,C-1,Keen,IN,AMS,FA-2,9,5.00\n`,
    moves: true,
  },
  shipments: {
    csv: `${HEAD.shipments}\nDN-1,SO-S,FA-1,2026-10-03,5\nDN-7,SO-U,FA-3,2026-10-20,1\nDN-8,SO-S,FA-1,2026-09-26,1\n`,
    moves: true,
  },
  gl: {
    csv: `${HEAD.gl}\nBNK,B-1,2026-10-10,1000,60.00\nBNK,B-1,2026-10-10,9000,-60.00\nBNK,B-2,2026-08-10,1000,5.00\nBNK,B-2,2026-08-10,9000,-5.00\n`,
    moves: true,
  },
  accounts: { csv: `${HEAD.accounts}\n1001,ar,asset,\n8000,Sales,expense,revenue\n`, moves: true },
  // accruals are settled as booked, whatever the journal counts as
  journals: { csv: 'code,name,kind\nDEP,Schedules,by_hand\nINV,Invoices,sales_invoices\n', moves: false },
  rates: { csv: `${HEAD.rates}\n2026-10,USD,1.5,1.5\n2026-09,USD,1.6,1.6\n2026-08,USD,1.7,1.7\n`, moves: true },
  plan: { csv: `${HEAD.plan}\n2026-10,IN,2.00,1.00\n2026-10,CO,2.00,1.00\n`, moves: true },
  rebates: {
    csv: 'customer,channel,agreement,rebate_percent,threshold,valid_from,owner\nC-1,IN,Bonus,20,1,2026-01-01,admin\n',
    moves: false,
  },
  fees: { csv: 'channel,fee,fee_percent,valid_from,owner\nIN,Portal,15,2026-01-01,admin\n', moves: false },
  charges: {
    csv: `${HEAD.charges}\nPO-1,freight,2026-10-06,60.00,value\nPO-2,duty,2026-08-06,60.00,value\nPO-1,duty,2026-11-06,60.00,value\n`,
    moves: true,
  },
  freight: { csv: `${HEAD.freight}\nCR-1,SO-O,2026-10-13,80.00\nCR-9,SO-S,2026-11-13,80.00\n`, moves: true },
  // whom it is of and when it was opened is in no figure: credits and costs keep the month and the sale they came with
  claims: { csv: `${HEAD.claims}\nCL-1,2026-09-13,C-1,SO-S\nCL-2,2026-10-13,C-1,SO-O\n`, moves: false },
  claimcosts: { csv: `${HEAD.claimcosts}\nCL-1,2026-10-14,30.00\nCL-1,2026-08-14,5.00\n`, moves: true },
  credits: {
    csv: [
      HEAD.credits,
      'CN-1,2026-10-14,C-1,SO-O,20.00,price,',
      'CN-1,2026-10-14,C-1,,4.00,other,',
      // out of the month, out of returns and into claims
      'CN-2,2026-11-15,C-1,SO-O,1.00,claim,CL-1',
      'CN-3,2026-08-14,C-1,SO-S,1.00,other,\n',
    ].join('\n'),
    moves: true,
  },
  counts: {
    csv: [
      HEAD.counts,
      'ST-1,2026-10-25,AMS,FA-3,9,2,5.00',
      'ST-0,2026-11-25,AMS,FA-1,6,5,2.00',
      'ST-2,2026-08-25,AMS,FA-1,9,2,5.00\n',
    ].join('\n'),
    moves: true,
  },
  statements: { csv: `${HEAD.statements}\n1000,2026-10-11,7.00,1057.00\n`, moves: true },
  invoices: {
    csv: [
      HEAD.invoices,
      'customer,A-1,C-1,2026-10-15,,2026-11-15,350.00,,,,',
      'customer,A-7,C-1,2026-10-16,,2026-11-15,30.00,,,,',
      'customer,A-8,C-1,2026-08-16,,2026-11-15,30.00,,,,',
      'supplier,B-8,S7,2026-09-20,,2026-11-20,10.00,,,PO-9,R-9\n',
    ].join('\n'),
    moves: true,
  },
  payments: {
    csv: `${HEAD.payments}\ncustomer,P-1,C-1,2026-10-20,100.00,\ncustomer,P-0,C-1,2026-09-12,6.00,\ncustomer,P-8,C-1,2026-08-12,5.00,\n`,
    moves: true,
  },
  tasks: { csv: tasksFile(), moves: false },
  methods: {
    csv: 'account,from,method,day,what,to,amount\ninventory,2026-10,periodic,,,,\nlanded_cost_clearing,2026-09,next_month,5,,,\ninventory_reserve,2026-10,stated,,Idle,2026-10,7.00\n',
    moves: true,
  },
};

function tasksFile(): string {
  const { fields, examples } = importKind('tasks');
  const quoted = (cells: readonly string[]) => cells.map((cell) => `"${cell}"`).join(',');
  return `${[fields.map(({ name }) => name), ...examples].map(quoted).join('\n')}\n`;
}

describe.each(ENGINES)('figures of a locked month on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with something of every kind', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
      await admin.import('customers', 'code,name\nC-1,Keen\n');
      for (const [kind, lines] of SCENE) {
        const csv = `${[HEAD[kind], ...lines].join('\n')}\n`;
        if (kind === 'orders') expect(await admin.importOrders(csv)).toMatchObject({ created: lines.length });
        else {
          const { quarantined } = await admin.import(kind, csv, { make_missing: kind === 'purchases' });
          expect([kind, quarantined.map(({ reason }) => reason)]).toEqual([kind, []]);
        }
      }
      await settle();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const settle = async () => await reckonDueCosts(running.server.database.db, () => running.time.now_ms);
    const lock = async (locked: string, state: string) =>
      await running.server.database.db
        .updateTable('close_period')
        .set({ locked, state })
        .where('period', '=', PERIOD)
        .execute();
    const AREAS = '{"sales": null, "purchasing": null, "stock": null, "ledger": null}';

    /** Every figure of the month: what is signed, and what it is explained with. */
    const figures = async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      return await db.transaction().execute(async (tx) => {
        const rows = async (text: string): Promise<unknown> => (await sql.raw(text).execute(tx)).rows;
        const company = { id: company_id, currency: 'EUR', fiscal_year_start_month: 1 };
        const settings = await tx.selectFrom('reconciliation_setting').selectAll().execute();
        const methods = (month: number) => methodsOf(settings, month);
        const found = await computeReconciliations(databaseSource(tx, { ...company, methods }), {
          cut_off: lastDayOfMonth(PERIOD),
          from: firstDayOfMonth(addMonths(PERIOD, -FIRST_LOOK_MONTHS)),
          first_look: true,
          today: TODAY,
          carried: [],
        });
        const accounts = await fluxAccounts(tx, company, PERIOD);
        return {
          reconciliations: found.map(({ code, ledger_minor, subledger_minor, lines }) => ({
            code,
            ledger_minor,
            subledger_minor,
            // what a party or an account is called is no figure
            lines: lines
              .map(({ side, amount_minor, booked_on }) => [side, amount_minor, booked_on].join(' '))
              .toSorted(),
          })),
          drawn_up: [...DRAWN_UP].map(([task, lines]) => [task, lines(accounts)]),
          margin:
            await rows(`select l.id, l.net_minor, l.ordered_qty_milli, c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor
            from order_line l left join order_line_cost c on c.id = l.id where l.month = ${PERIOD} order by l.id`),
          given_back: await rows(`select amount_minor, claim_id is null as of_sales, channel_id from credit_note
            where month <= ${PERIOD} union all select amount_minor, null, channel_id from claim_cost where month <= ${PERIOD} order by 1, 2, 3`),
          ageing:
            await rows(`select i.id, i.due_on, i.amount_minor - coalesce((select sum(p.amount_minor - p.exchange_minor) from payment p
            where p.invoice_id = i.id and p.settled_on <= '2026-10-31'), 0) as open_minor
            from invoice i where i.posted_on <= '2026-10-31' order by i.id`),
          on_hand: await rows(`select item_id, sum(qty)::bigint as qty from (
            select item_id, on_hand_qty_milli as qty from stock_balance where company_id = ${company_id}
            union all select item_id, -qty_milli from stock_move where company_id = ${company_id} and moved_on > '2026-10-31') s
            group by item_id order by item_id`),
          counted:
            await rows(`select n.counted_on, l.book_qty_milli, l.counted_qty_milli, c.unit_cost_micro from stock_count n
            join stock_count_line l on l.stock_count_id = n.id left join stock_count_line_cost c on c.id = l.id
            where n.counted_on <= '2026-10-31' order by l.id`),
          plan: await rows(
            `select channel_id, category, net_minor, gm3_minor from plan_line where month = ${PERIOD} order by id`,
          ),
        };
      });
    };
    const bring = async (kind: KindName | 'orders'): Promise<void> => {
      const { csv } = HOSTILE[kind];
      if (kind === 'orders') await admin.importOrders(csv);
      else await admin.import(kind, csv, { make_missing: true });
      await settle();
    };

    /** What the database itself says to a statement; what is not refused is rolled back. */
    const said = async (statement: string): Promise<string> => {
      try {
        await running.server.database.db.transaction().execute(async (tx) => {
          await sql.raw(statement).execute(tx);
          await sql.raw('set constraints all immediate').execute(tx);
          throw new Error('taken');
        });
        return '';
      } catch (error) {
        return periodLockedMessage(error) ?? String(error);
      }
    };

    test('no file of any kind moves one, nor does a statement; opened again, they do', {
      timeout: 240_000,
    }, async () => {
      await lock(AREAS, 'soft_locked');
      const before = await figures();
      for (const kind of [...KIND_NAMES, 'orders'] as const) {
        await bring(kind);
        expect([kind, await figures()]).toEqual([kind, before]);
      }

      // what waits says why, and what to do
      const { quarantined } = await admin.import('purchases', HOSTILE.purchases.csv, { make_missing: true });
      expect(quarantined.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(
          /^Goods of this line came in October 2026, which is locked: they stay valued at 2\b.*supplier’s bill/,
        ),
        expect.stringMatching(/^Goods of this line came in October 2026, which is locked: they stay valued at 4\b/),
        expect.stringMatching(/^Goods of this line came in September 2026, which is locked: they stay valued at 1\b/),
        expect.stringMatching(/^The receipt R-1 is of October 2026, which is locked: nothing is added to it/),
        'Purchasing of October 2026 is locked, and August 2026 stands in its balances. Book it in an open month, or have October 2026 opened again under Close.',
      ]);

      const { company_id, sites } = running.data;
      const of_r1 = `select po_line_id from receipt_line where number = 'R-1'`;
      const row = `company_id = ${company_id}`;
      const statements = [
        `update po_line_price set unit_price_micro = 9 where id in (${of_r1})`,
        `delete from po_line_price where id in (${of_r1})`,
        `update po_line set item_id = (select id from item where code = 'FA-3') where id in (${of_r1})`,
        `update purchase_order set supplier_id = (select id from party where code = 'C-1') where number = 'PO-1'`,
        `insert into receipt_line (company_id, site_id, po_line_id, number, received_on, qty_milli)
          select company_id, site_id, id, 'R-1', '2026-11-06', 1 from po_line where id not in (${of_r1}) and ${row} limit 1`,
        `update plan_line set gm3_minor = 1 where month = ${PERIOD}`,
        `update landed_cost set amount_minor = 1 where booked_on = '2026-10-06'`,
        `update landed_cost set booked_on = '2026-08-06'`,
        `update order_line_cost set cost_minor = 1 where month = ${PERIOD}`,
        `delete from order_line_cost where id in (select order_line_id from shipment_line where number = 'DN-1')`,
        `update order_line set net_minor = 1, gross_minor = 1, discount_minor = 0
          where id in (select order_line_id from shipment_line where number = 'DN-1')`,
        `insert into gl_journal (company_id, code, name, kind) values (${company_id}, 'BNK', 'Bank', 'by_hand')`,
        `insert into fx_rate (company_id, month, currency, average_rate_micro, closing_rate_micro, per_units)
          values (${company_id}, 202608, 'USD', 1700000, 1700000, 1)`,
        `update stock_count set counted_on = '2026-11-25' where number = 'ST-1'`,
        `update stock_count_line set counted_qty_milli = 1 where company_id = ${company_id}`,
        `update stock_count_line_cost set unit_cost_micro = 1 where company_id = ${company_id}`,
        `delete from stock_count_line_cost where company_id = ${company_id}`,
        `insert into stock_count (company_id, site_id, number, counted_on, state)
          values (${company_id}, ${sites[0]}, 'ST-9', '2026-08-25', 'posted')`,
        `update payment set amount_minor = 600 where number = 'P-0'`,
        `update payment set invoice_id = null, settled_on = null where number = 'P-1'`,
        `update gl_entry set booked_on = '2026-08-01', month = 202608 where number = 'O-1'`,
        `insert into inventory_month (company_id, site_id, month, mean_value_minor, closing_value_minor)
          values (${company_id}, ${sites[0]}, ${PERIOD}, 1, 1)`,
      ];
      for (const statement of statements)
        expect([statement, await said(statement)]).toEqual([
          statement,
          expect.stringMatching(/^The month 2026-10 is locked for /),
        ]);

      // the same files bite where nothing is locked
      await lock('{}', 'open');
      for (const statement of statements)
        expect([statement, await said(statement)]).toEqual([statement, 'Error: taken']);
      await sql`insert into cost_due (company_id) values (${company_id})`.execute(running.server.database.db);
      await settle();
      let last = await figures();
      expect(last).not.toEqual(before);
      for (const kind of ['orders', ...KIND_NAMES] as const) {
        await bring(kind);
        const now = await figures();
        const moved = JSON.stringify(now) !== JSON.stringify(last);
        expect([kind, moved]).toEqual([kind, HOSTILE[kind].moves]);
        last = now;
      }
    });
  });
});
