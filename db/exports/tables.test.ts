import path from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPORT_QUERIES, type ExportFormat, type ExportQueryName } from '#contract/actions.ts';
import { type ProposalDifference, QUERIES } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { marginByChannel } from '#db/queries/margin/marginByChannel.ts';
import { marginLines } from '#db/queries/margin/marginLines.ts';
import { marginPivot } from '#db/queries/margin/marginPivot.ts';
import { stockByCompany } from '#db/queries/stock/stockByCompany.ts';
import { ERODED_MONTH, insertErodedMargin } from '#db/queries/testing/erodedMargin.ts';
import { AS_OF_MS, COMPANY, day, INSIDE, insertGolden, insertYenInvoice } from '#db/queries/testing/golden.ts';
import { insertOverrides } from '#db/queries/testing/overrides.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { insertStock } from '#db/queries/testing/stock.ts';
import { insertChannelRules } from '#db/queries/testing/rules.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { scenarioColumns } from './scenarioColumns.ts';
import { readSealed } from './sealedFile.ts';
import { CLOSE_HASH as HASH, CLOSE_LINE } from '#db/queries/testing/closeLine.ts';
import { writeExport } from './writeExport.ts';

let orders: TestReplica;
let stock: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  orders = createTestReplica();
  insertGolden(orders);
  const credited = { company_id: COMPANY, month: 202610, issued_on: day('2026-10-09') };
  orders.insert('credit_note', [{ id: 1, ...credited, number: 'CN 1', order_line_id: 3, amount_minor: 4_711 }]);
  orders.insert('claim', [
    { id: 901, company_id: COMPANY, number: '=CL 1', order_line_id: 3, opened_on: day('2026-10-09'), state: 'open' },
  ]);
  orders.insert('gl_account', [
    { id: 1, company_id: COMPANY, code: '8000', name: 'Sales', kind: 'income', role: 'revenue' },
    { id: 2, company_id: COMPANY, code: '1000', name: '=Bank', kind: 'asset' },
  ]);
  orders.insert('party', [
    { id: 990, company_id: COMPANY, code: '=K', name: '=Debtor', kind: 'customer', credit_limit_minor: 100 },
  ]);
  const paid = { company_id: COMPANY, month: 202610 };
  insertYenInvoice(orders, 990);
  const entry = { journal: 'BNK', number: '=B1', booked_on: day('2026-10-05'), posted_at: AS_OF_MS, memo: 'Paid' };
  orders.insert('gl_entry', [{ id: 1, ...paid, ...entry }]);
  orders.insert('gl_line', [{ id: 1, ...paid, entry_id: 1, account_id: 2, amount_minor: 12_100 }]);
  // a tenth off a line of 100.00: nothing is allowed without approval
  orders.insert('channel_rule', [
    { id: 1, company_id: COMPANY, channel_id: INSIDE, priority: 1, max_discount_bp: 0, protected_bp: 0 },
  ]);
  orders.insert('close_period', [
    { id: 1, company_id: COMPANY, period: 202610, state: 'open', cut_off_on: day('2026-10-31') },
  ]);
  const close = { company_id: COMPANY, period_id: 1, depends_on: '[]', due_day: 3, due_on: day('2026-11-04') };
  const grni = { code: 'grni', title: 'GRNI', content_hash: HASH, amount_minor: -218_050 };
  orders.insert('close_task', [
    { id: 2, ver: 1, ...close, state: 'open', ...grni },
    { id: 3, ver: 1, ...close, state: 'open', code: 'flux', title: 'Flux' },
  ]);
  orders.insert('close_task_line', [
    { ...CLOSE_LINE, id: 31, company_id: COMPANY, task_id: 3, side: 'item', account: '1000', explanation: '=Why' },
  ]);
  orders.insert('close_task_line', [{ ...CLOSE_LINE, company_id: COMPANY, task_id: 2 }]);
  const proposed = { author: 'finance', written_at: AS_OF_MS, accepted_at: AS_OF_MS, posted_otherwise: 0 };
  const made = { inputs: '{"items":[],"accounts":{}}', lines: '[{"account":"2150","amount_minor":5000,"text":"R"}]' };
  const booked = { reference: 'JP-202610-1', words: '=A receipt', booked_on: day('2026-10-31'), amount_minor: 5_000 };
  orders.insert('journal_proposal', [
    { id: SCENARIO, company_id: COMPANY, period_id: 1, ...booked, ...made, ...proposed },
  ]);
  orders.insert(
    'transfer_event',
    ['t/0', 'u/0'].map((transfer_id, at) => ({
      id: `${transfer_id}/0`,
      company_id: COMPANY,
      site_id: 12,
      transfer_id,
      step: 'requested',
      number: `TR-0000${at + 1}`,
      item_id: 41,
      from_site_id: 12,
      to_site_id: 11,
      qty_milli: 2_500,
      due_on: day('2026-11-08'),
      reason: '=runs out',
      author: 'ingrid',
      written_at: AS_OF_MS,
      accepted_at: AS_OF_MS,
    })),
  );
  insertChannelRules(orders, COMPANY);
  orders.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES ('m1', 'addItemNote', '{"item_id":1}', ?, 'item:1', 'Note on FA-0840', 'pending', '[]', 86400000)`,
    )
    .run('0'.repeat(64));
  insertOverrides(orders);
  insertErodedMargin(orders);
  insertScenario(orders);
  columns = createTestColumns(orders);
  columns.settle();
  stock = createTestReplica();
  insertStock(stock);
  const key = { company_id: COMPANY, site_id: 21 };
  // below nothing, and somebody sells it: it is proposed
  stock.insert('policy', [
    { id: 9, ...key, item_id: 102, min_qty_milli: 5_000, max_qty_milli: 20_000, lead_time_days: 7 },
  ]);
  const written = { company_id: COMPANY, site_id: 11, author: 'planner', written_at: AS_OF_MS, accepted_at: AS_OF_MS };
  const priced = { unit_price_micro: 105_000, value_minor: 1_050 };
  stock.insert('draft_order', [
    { ...written, id: 'd1', number: 'DO-1', supplier_id: 32, value_minor: 1_050, freight_minor: 0 },
  ]);
  stock.insert('draft_order_line', [
    {
      company_id: COMPANY,
      site_id: 11,
      id: 'd1/1',
      draft_order_id: 'd1',
      decision_id: 'm/0',
      item_id: 41,
      qty_milli: 10_000,
      ...priced,
    },
  ]);
});
afterAll(async () => {
  await orders.close();
  await stock.close();
});

/** One more order is assumed. */
function insertScenario({ work, writer }: TestReplica): void {
  const [item_id, site_id] = writer
    .prepare<unknown[], [number, number]>('SELECT i.id, s.id FROM item i JOIN site s ON s.company_id = i.company_id')
    .raw()
    .get() ?? [0, 0];
  const place = { item_id, site_id, channel_id: null, on: '2026-11-20', qty_milli: 5_000, net_minor: 100 };
  const assumption = { id: '5ca1ab1e-0000-4000-8000-000000000002', kind: 'new_order_line', ...place };
  work
    .prepare('INSERT INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, 1)')
    .run(SCENARIO, COMPANY, 'One more', JSON.stringify({ assumptions: [assumption], sent: [] }));
}

interface Asked {
  readonly format?: ExportFormat;
  readonly role?: string;
  readonly columns?: readonly string[];
  readonly measure?: string;
  readonly totals_of?: string;
  readonly keys?: readonly string[];
}

async function exported(replica: TestReplica, query: ExportQueryName, args: object, asked: Asked = {}) {
  const file = path.join(freshFolder(), 'export');
  const key_hex = 'cd'.repeat(32);
  const context = replica.context({
    as_of_ms: AS_OF_MS,
    role: asked.role ?? 'finance',
    facts: () => columns.view(),
  });
  const done = await writeExport(context, replica.reader, {
    query,
    args,
    columns: asked.columns,
    measure: asked.measure,
    totals_of: asked.totals_of,
    keys: asked.keys,
    format: asked.format ?? 'csv',
    file,
    key_hex,
    made: { user_name: 'finance', made_at_ms: AS_OF_MS },
  });
  return { ...done, content: await readSealed(file, key_hex, 0, done.bytes) };
}
const lines = async (...asked: Parameters<typeof exported>) =>
  (await exported(...asked)).content.toString().split('\r\n').slice(0, -1);
const sheets = async (replica: TestReplica, query: ExportQueryName, args: object, asked: Asked = {}) =>
  (await readXlsx((await exported(replica, query, args, { ...asked, format: 'xlsx' })).content)).sheets;

const SCENARIO = '5ca1ab1e-0000-4000-8000-000000000001';
const months = { from_month: 202609, to_month: 202611 };
const range = { company_id: COMPANY, ...months };
const ARGS: Readonly<Record<ExportQueryName, object>> = {
  stockPositions: { company_id: COMPANY, group_by: 'none' },
  stockByCompany: { company_ids: [COMPANY] },
  fulfilment: { company_id: COMPANY, group_by: 'item' },
  claims: { company_id: COMPANY, view: 'all', group_by: 'reason' },
  forecasts: { company_id: COMPANY },
  forecastOverrides: { company_id: COMPANY },
  itemClasses: { company_id: COMPANY },
  marginByChannel: range,
  marginLines: range,
  marginErosion: { company_id: COMPANY, month: ERODED_MONTH },
  marginErosionLines: { company_id: COMPANY, month: ERODED_MONTH, key: 'item:41' },
  marginLeakage: { company_ids: [COMPANY], ...months },
  marginLeakageLines: range,
  fillRate: range,
  fillRateLines: { ...range, figure: 'due' },
  marginPivot: {
    ...months,
    company_ids: [COMPANY],
    rows: ['channel', 'category'],
    expanded: [String(INSIDE)],
    measures: ['net_sales', 'gm1', 'gm1_rate', 'lines'],
  },
  marginBridge: {
    from_month: 202610,
    to_month: 202610,
    company_ids: [COMPANY],
    rows: ['channel', 'item'],
    expanded: [String(INSIDE)],
    against: 'previous',
    step: 'gm1',
  },
  marginBridgeLines: { company_id: COMPANY, from_month: 202610, to_month: 202610, against: 'previous', effect: 'new' },
  marginTieLines: { company_id: COMPANY, month: 202610, component: 'gross' },
  creditList: { company_id: COMPANY },
  openInvoices: { company_id: COMPANY, kind: 'customer' },
  cashOutlook: { company_id: COMPANY },
  trialBalance: { company_id: COMPANY, as_of_on: '2026-10-31' },
  accountLines: { company_id: COMPANY, account_id: 2, from_on: '2026-10-01', to_on: '2026-10-31' },
  fillPivot: { ...months, company_ids: [COMPANY], rows: ['site'], measures: ['unit_fill', 'missing_value'] },
  delayRisk: { company_id: COMPANY },
  exceptions: { company_ids: [COMPANY], group_by: 'none' },
  replenishment: { company_id: COMPANY, group_by: 'site' },
  draftOrder: { company_id: COMPANY, draft_order_id: 'd1' },
  orderApprovals: { company_id: COMPANY },
  transfers: { company_id: COMPANY },
  suppliers: { company_id: COMPANY },
  closeTask: { task_id: 2 },
  fluxTask: { task_id: 3 },
  closeJournal: { period_id: 1 },
  rulesInForce: { company_id: COMPANY, subject: 'channel_rule' },
  scenarioCompare: { scenario_id: SCENARIO },
  outbox: {},
};

const OF_STOCK: ReadonlySet<ExportQueryName> = new Set([
  'stockPositions',
  'stockByCompany',
  'replenishment',
  'draftOrder',
]);

describe.each(EXPORT_QUERIES)('%s', (query) => {
  const replica = () => (OF_STOCK.has(query) ? stock : orders);

  test('both files hold the same rows under the same titles, and the workbook says what they are', async () => {
    const { rows } = await exported(replica(), query, ARGS[query]);
    const csv = await lines(replica(), query, ARGS[query]);
    const [sheet, about] = await sheets(replica(), query, ARGS[query]);
    expect(rows).toBeGreaterThan(0);
    expect(csv).toHaveLength(rows + 1);
    expect(sheet?.rows).toHaveLength(rows + 1);
    for (const title of sheet?.rows[0] ?? []) expect(csv[0]).toContain(String(title));
    const said = new Map(about?.rows.map(([name, value]) => [name, value]));
    expect(said.get('Made by')).toBe('finance');
    expect(said.get('As of')).toMatch(/^2026-11-05T12:00/);
    expect(said.get('Number of rows')).toBe(String(rows));
  });
});

test('a list that the screen narrowed leaves as it is shown there, in its order', async () => {
  const ids = orders.writer.prepare("SELECT id FROM party WHERE kind = 'supplier' ORDER BY id DESC").pluck().all();
  const shown = [...ids.map(String), 'gone'];
  const { rows } = await exported(orders, 'suppliers', ARGS.suppliers, { keys: shown });
  expect(ids.length).toBeGreaterThan(0);
  expect(rows).toBe(ids.length);
  expect((await exported(orders, 'suppliers', ARGS.suppliers, { keys: ['gone'] })).rows).toBe(0);
});

test('the lines of a margin file add up to the figure they were taken from', async () => {
  const context = orders.context({ as_of_ms: AS_OF_MS, role: 'finance' });
  const { total_minor } = await marginLines(context, QUERIES.marginLines.args.parse({ ...range, figure: 'net' }));
  const [sheet] = await sheets(orders, 'marginLines', { ...range, figure: 'net' });
  const at = sheet?.rows[0]?.indexOf('Net, EUR') ?? -1;
  const cents = sheet?.rows.slice(1).reduce((sum, cells) => sum + Math.round(Number(cells[at]) * 100), 0);
  expect(cents).toBe(total_minor);
  const credit = sheet?.rows.find(([document]) => document === 'CN 1');
  expect(credit?.[1] ?? null).toBeNull();
  expect(credit?.[at]).toBe(-47.11);
});

test('margin as shown: rows, total and the months of the measure', async () => {
  const context = orders.context({ as_of_ms: AS_OF_MS, role: 'finance' });
  const answer = await marginByChannel(context, QUERIES.marginByChannel.args.parse(range));
  const [sheet, about] = await sheets(orders, 'marginByChannel', range, { measure: 'gross' });
  expect(sheet?.rows.at(-1)?.[0]).toBe(answer.total.label);
  const month = answer.months.at(-1) ?? 0;
  const at = sheet?.rows[0]?.indexOf(`Gross, ${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`) ?? -1;
  expect(sheet?.rows.at(-1)?.[at]).toBe((answer.total.months.at(-1)?.gross_minor ?? 0) / 100);
  expect(new Map(about?.rows.map(([name, value]) => [name, value])).get('Formula')).toBe(answer.formula);
});

test('a tree as shown: what is open below its group, totals of one month, the total last', async () => {
  const context = orders.context({ as_of_ms: AS_OF_MS, role: 'finance', facts: () => columns.view() });
  const answer = await marginPivot(context, QUERIES.marginPivot.args.parse(ARGS.marginPivot));
  const month = answer.columns.findIndex(({ key }) => key === '202610');
  const [sheet] = await sheets(orders, 'marginPivot', ARGS.marginPivot, {
    measure: 'gm1_rate',
    totals_of: '202610',
    columns: ['label', 'net', 'm202610'],
  });
  expect(sheet?.rows[0]).toEqual(['Row', 'Within', 'Net sales, EUR', 'GM1 %, 2026-10']);
  expect(sheet?.rows).toHaveLength(answer.rows.length + 2);
  for (const [index, row] of answer.rows.entries()) {
    const [label, within, net] = sheet?.rows[index + 1] ?? [];
    expect(label).toBe(row.label);
    expect(within ?? null).toBe(row.level === 0 ? null : answer.rows.find((each) => each.expanded)?.label);
    expect(Math.round(Number(net ?? 0) * 100)).toBe(row.cells[month]?.[0] ?? 0);
  }
  expect(sheet?.rows.at(-1)?.slice(2, 3)).toEqual([(answer.column_totals[month]?.[0] ?? 0) / 100]);
  expect(answer.rows.some((row) => row.level === 1)).toBe(true);
});

test('a comparison leaves with the figures: what was, and the change in money and in points', async () => {
  const compare = { with: 'previous', from_month: 202610, to_month: 202610 };
  const args = { ...ARGS.marginPivot, compare };
  const context = orders.context({ as_of_ms: AS_OF_MS, role: 'finance', facts: () => columns.view() });
  const answer = await marginPivot(context, QUERIES.marginPivot.args.parse({ ...args, compare: { ...compare } }));
  const [sheet, about] = await sheets(orders, 'marginPivot', args, {
    measure: 'gm1_rate',
    columns: ['label', 'before', 'change', 'change_rate'],
  });
  expect(sheet?.rows[0]).toEqual(['Row', 'Within', 'GM1 before, EUR', 'GM1 change, EUR', 'GM1 % change, pp']);
  const { before, change } = answer.total_compared ?? { before: [], change: [] };
  const amount = (value: number | null | undefined) => (value === null || value === undefined ? null : value / 100);
  expect(
    sheet?.rows
      .at(-1)
      ?.slice(2)
      .map((cell) => cell ?? null),
  ).toEqual([before[1], change[1], change[2]].map(amount));
  expect(new Map(about?.rows.map(([name, value]) => [name, value])).get('Compared with')).toMatch(
    answer.comparison?.reason === null ? /^2026-09/ : /are here$/,
  );
  const net = await sheets(orders, 'marginPivot', args, {
    measure: 'net_sales',
    columns: ['label', 'change', 'change_rate'],
  });
  expect(net[0]?.rows[0]).toEqual(['Row', 'Within', 'Net sales change, EUR', 'Net sales change, %']);
});

test('lines of a leak leave with their cause, the list with whom it was given to', async () => {
  const [header, line] = await lines(orders, 'marginLeakageLines', range);
  expect(header).toBe(
    'Cause,Order or item,Date,Item,Customer,Supplier,Channel,Quantity,Unit,"Rule, %","Given or rise, %","Lost, EUR",Answers for it,Allowed by',
  );
  expect(line).toMatch(/^Discount not approved,.*,10,[^,]*,$/);
  const [list, row] = await lines(orders, 'marginLeakage', { ...ARGS.marginLeakage, channel_id: INSIDE });
  expect(list).toBe('Cause,Lines,"Lost, EUR",Most in channel,Most with,"Lost there, EUR",Answers for most,Given to');
  expect(row).toMatch(/^Discount not approved,1,10,/);
});

test('stock of all companies leaves with each category below its company, adding up to it, and the total last', async () => {
  const args = { company_ids: [COMPANY] };
  const answer = await stockByCompany(
    stock.context({ as_of_ms: AS_OF_MS, role: 'finance' }),
    QUERIES.stockByCompany.args.parse(args),
  );
  const [header, ...rows] = await lines(stock, 'stockByCompany', args);
  expect(header).toBe('Company,Category,Items,In trouble,Currency,"Value, own currency","Value, EUR"');
  const [company] = answer.companies;
  expect(rows).toHaveLength((company?.categories.length ?? 0) + 2);
  const worth = (row: string | undefined) => Math.round(Number(row?.split(',').at(-1)) * 100);
  expect(worth(rows[0])).toBe(company?.shown_minor);
  expect(worth(rows.at(-1))).toBe(answer.total_minor);
  expect(rows.slice(1, -1).reduce((sum, row) => sum + worth(row), 0)).toBe(answer.total_minor);
  expect(rows.at(-1)).toMatch(/^All companies,,/);
});

test('columns as the person shows them; filters said in words', async () => {
  const [header] = await lines(stock, 'stockPositions', ARGS.stockPositions, { columns: ['name', 'free', 'on_hand'] });
  expect(header).toBe('Code,Name,Level,Within,Rows below,Free,On hand');
  const [, about] = await sheets(stock, 'stockPositions', {
    ...ARGS.stockPositions,
    site_id: 21,
    status: ['short', 'in_policy'],
    filters: [{ column: 'on_hand', op: 'between', value: { from: 1000, to: null } }],
  });
  const said = new Map(about?.rows.map(([name, value]) => [name, value]));
  expect(said.get('Company')).toBe('Halvorsen (HAL)');
  expect(said.get('Site')).toBe('Rotterdam DC');
  expect(said.get('Status')).toBe('short; in_policy');
  expect(said.get('Filters')).toBe('on_hand between 1000 to …');
});

test('cost reaches no file of a role that may not see it', async () => {
  for (const query of ['stockPositions', 'stockByCompany', 'marginByChannel', 'marginLines', 'marginPivot'] as const) {
    const replica = query.startsWith('stock') ? stock : orders;
    const shown = await lines(replica, query, ARGS[query], { role: 'finance' });
    const hidden = await lines(replica, query, ARGS[query], { role: 'sales', measure: 'gm1' });
    expect(shown[0], query).toMatch(/Value, EUR|cost, EUR|GM1, EUR/);
    expect(hidden[0], query).not.toMatch(/Value, EUR|cost|GM1/i);
  }
});

test('a ledger reference that looks like a formula stays text, and its amount is exact', async () => {
  const [sheet] = await sheets(orders, 'closeTask', ARGS.closeTask);
  expect(sheet?.rows[1]?.slice(0, 5)).toEqual(['=BILL/1', 'ledger', '2150', new Date('2026-10-30T00:00:00Z'), -2180.5]);
  expect((await lines(orders, 'closeTask', ARGS.closeTask))[1]).toMatch(/^"'=BILL\/1",ledger,2150,2026-10-30,-2180.5,/);
});

test('arguments the query refuses are refused', async () => {
  await expect(exported(stock, 'stockPositions', { company_id: 'x' })).rejects.toThrow();
});

test('what a scenario proposes together with what is assumed is said so in its file', () => {
  const because = scenarioColumns(
    'EUR',
    new Map([
      ['a', 'PO-62'],
      ['b', 'Demand I-41'],
    ]),
  ).at(-1);
  const says = (reached: ProposalDifference['reached']) =>
    because?.value({ ...PROPOSAL, because: ['a', 'b'], reached });
  expect(says('place')).toBe('PO-62; Demand I-41');
  expect(says('together')).toBe('ordered with: PO-62; Demand I-41');
});
const PROPOSAL: ProposalDifference = {
  kind: 'proposal',
  key: 'buy:1:1',
  change: 'appears',
  buy: true,
  item_id: 1,
  item_code: 'I-1',
  item: 'Valve',
  uom: 'pcs',
  site_id: 1,
  site: 'Rotterdam',
  supplier: 'Festo',
  from_site: null,
  today_qty_milli: 0,
  scenario_qty_milli: 1_000,
  money_minor: 100,
  because: [],
  reached: 'place',
};

test('a file of transfers holds those shown in their order, with dates and the quantity as numbers', async () => {
  const shown = { keys: ['u/0', 't/0', 'gone'], columns: ['item', 'due', 'asked'] };
  const [title, ...rows] = await lines(orders, 'transfers', ARGS.transfers, shown);
  expect(title?.replace(/^\uFEFF/, '')).toBe('Item,Name,Due,Asked,Unit');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toBe('Item 41,,2026-11-08,2.5,');
  expect(
    (await lines(orders, 'transfers', ARGS.transfers, { ...shown, columns: ['number'], keys: ['u/0'] }))[1],
  ).toContain('TR-00002');
});
