import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_KEY, RULE_SUBJECTS, type RuleSubject } from '#domain/governance/subjects.ts';
import { splitLine } from '#domain/imports/text/records.ts';
import { QUERIES, type RuleDiff } from '#contract/queries.ts';
import { readSealed } from '#db/exports/sealedFile.ts';
import { writeExport } from '#db/exports/writeExport.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { ruleAbout } from './ruleAbout.ts';
import { ruleChange, ruleChanges, ruleHistory } from './ruleChanges.ts';
import { ruleAgain, ruleDiff } from './ruleDiff.ts';
import { rulesInForce } from './rulesInForce.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 9);
const TODAY = 20_783;
const TEXT_AT = '2026-12-01';
const FIRST = '11111111-1111-4111-8111-111111111111';
const SECOND = '22222222-2222-4222-8222-222222222222';
let copy: TestReplica;

beforeAll(() => {
  copy = createTestReplica();
  const { insert } = copy;
  insert('company', [{ id: 1, code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'Europe/Amsterdam' }]);
  insert(
    'site',
    ['AMS', 'RTM'].map((code, at) => ({ id: at + 3, company_id: 1, code, name: code, kind: 'dc' })),
  );
  insert(
    'channel',
    ['Inside sales', 'Web; “quoted”, "so"'].map((name, at) => ({
      id: at + 11,
      company_id: 1,
      code: `C${at}`,
      name,
      kind: 'ecommerce',
    })),
  );
  // codes and names a spreadsheet would run, cut in two or turn into something else
  const codes = ['=1+1', '-7', 'A,B', 'Q"x', '007'];
  insert(
    'item',
    codes.map((code, at) => ({
      id: at + 800,
      company_id: 1,
      code,
      name: `+${code}`,
      uom: at === 4 ? 'm' : 'pcs',
      active: 1,
    })),
  );
  insert(
    'item_cost',
    codes.map((_, at) => ({ id: at + 800, company_id: 1, unit_cost_micro: 1_000_000 })),
  );
  const policy = { company_id: 1, kind: 'min_max', multiple_qty_milli: 500, lead_time_days: 7, owner: 'planner' };
  insert(
    'policy',
    codes.flatMap((_, at) =>
      [3, 4].map((site_id) => ({
        ...policy,
        id: at * 10 + site_id,
        site_id,
        item_id: at + 800,
        min_qty_milli: 1_234_500,
        max_qty_milli: 2_000_001,
      })),
    ),
  );
  insert('channel_rule', [
    {
      id: 1,
      company_id: 1,
      channel_id: 11,
      priority: 2,
      protected_bp: 250,
      max_discount_bp: 300,
      valid_to: TODAY - 41,
      owner: null,
    },
    {
      id: 2,
      company_id: 1,
      channel_id: 11,
      priority: 1,
      protected_bp: 250,
      max_discount_bp: 300,
      valid_from: TODAY - 40,
      owner: 'planner',
    },
    {
      id: 3,
      company_id: 1,
      channel_id: 12,
      priority: 3,
      protected_bp: 0,
      free_freight_from_minor: 9_950,
      freight_charge_minor: 0,
      owner: 'planner',
    },
  ]);
  insert('party', [{ id: 40, company_id: 1, code: 'K-1', name: 'Kade & Zn.', kind: 'customer' }]);
  insert('price_rule', [
    { id: 1, company_id: 1, item_id: 800, list_price_micro: 9_000_000, valid_from: 20_000 },
    { id: 2, company_id: 1, party_id: 40, max_discount_bp: 1_250, valid_from: 20_000, owner: 'controller' },
    {
      id: 3,
      company_id: 1,
      item_id: 801,
      channel_id: 12,
      max_discount_bp: 500,
      valid_from: 20_000,
      owner: 'controller',
    },
  ]);
  insert('party', [{ id: 41, company_id: 1, code: 'S-1', name: 'Würth', kind: 'supplier' }]);
  const agreed = { company_id: 1, channel_id: 12, rate_bp: 250, valid_from: 20_000, owner: 'finance' };
  insert('rebate_agreement', [{ ...agreed, id: 1, party_id: 40, name: 'Bonus, K', threshold_minor: 100_000 }]);
  insert('channel_fee', [{ ...agreed, id: 1, name: 'Portal' }]);
  insert('buying_calendar', [
    { id: 1, company_id: 1, party_id: 41, orders_on: 'mon thu', owner: 'buyer' },
    {
      id: 2,
      company_id: 1,
      site_id: 3,
      receives_on: 'mon tue wed thu fri',
      closed_on: '2026-12-25 2026-12-26',
      owner: 'planner',
    },
  ]);
  insert('flux_threshold', [
    { id: 1, company_id: 1, amount_minor: 250_000, rate_bp: 1_000, valid_to: TODAY - 56, owner: 'controller' },
    { id: 2, company_id: 1, amount_minor: 250_050, rate_bp: 1_050, valid_from: TODAY - 55, owner: 'controller' },
  ]);
  insert('reconciliation_threshold', [
    { id: 1, company_id: 1, name: 'grni', threshold_minor: 2_500, owner: 'controller' },
    { id: 2, company_id: 1, name: 'inventory_valuation', threshold_minor: 0, valid_from: TODAY - 25, owner: 'finance' },
  ]);
  insert('supplier_container', [{ id: 1, company_id: 1, party_id: 41, weight_kg: 26_500, least_fill_bp: 8_550 }]);
  insert('price_floor', [
    { id: 1, company_id: 1, item_id: 800, floor_price_micro: 83_250, valid_from: 20_000, owner: 'controller' },
    {
      id: 2,
      company_id: 1,
      item_id: 801,
      channel_id: 12,
      floor_price_micro: 5_000_000,
      valid_from: 20_000,
      valid_to: TODAY - 1,
    },
  ]);
  insert('kpi_target', [
    { id: 1, company_id: 1, kpi: 'fill_rate_line', from_month: 202601, target: 9_600, owner: 'finance' },
    { id: 2, company_id: 1, kpi: 'fill_rate_line', from_month: 202607, target: 9_725, owner: 'finance' },
    { id: 3, company_id: 1, kpi: 'order_cycle_median', from_month: 202601, target: 4_500, owner: 'finance' },
    { id: 4, company_id: 1, kpi: 'inventory_turns', from_month: 202601, target: 45_000, owner: 'finance' },
  ]);
  const channel = { ...NO_KEY, channel_id: 11 };
  const figures = {
    protected_bp: 250,
    max_discount_bp: 300,
    free_freight_from_minor: null,
    freight_charge_minor: null,
  };
  const now = { ...figures, priority: 1, owner: 'planner' };
  const said = { company_id: 1, channel_id: 11, written_at: NOW_MS - 5_000, accepted_at: NOW_MS - 5_000 };
  insert('rule_change', [
    {
      ...said,
      id: FIRST,
      subject: 'channel_rule',
      title: 'Served first',
      reason: 'Contracts.',
      effective_on: TODAY - 40,
      author: 'planner',
      lines: JSON.stringify([{ ...channel, before: { ...figures, priority: 2, owner: null }, after: now }]),
    },
    {
      ...said,
      id: SECOND,
      subject: 'channel_rule',
      title: 'More discount',
      reason: 'Season.',
      effective_on: TODAY + 5,
      author: 'planner',
      written_at: NOW_MS,
      lines: JSON.stringify([{ ...channel, before: { ...now, priority: 9 }, after: { ...now, max_discount_bp: 500 } }]),
    },
  ]);
  insert(
    'rule_verdict',
    ['approved', 'effective'].map((verdict, at) => ({
      ...said,
      id: `33333333-3333-4333-8333-33333333333${at}`,
      change_id: FIRST,
      verdict,
      author: at === 0 ? 'controller' : null,
      accepted_at: NOW_MS + at,
    })),
  );
});
afterAll(() => copy.close());

const as = (role = 'planner', user_name = 'tester') => ({
  ...copy.context({ role, user_name, as_of_ms: NOW_MS }),
  now_ms: NOW_MS,
});
const held = async (subject: RuleSubject, more: object = {}) =>
  await rulesInForce(as(), QUERIES.rulesInForce.args.parse({ company_id: 1, subject, ...more }));
const diff = async (subject: RuleSubject, text: string, effective_on = TEXT_AT): Promise<RuleDiff> =>
  await ruleDiff(as(), { company_id: 1, subject, effective_on, text });
async function exported(subject: RuleSubject): Promise<string> {
  const file = path.join(freshFolder(), 'export');
  const key_hex = 'cd'.repeat(32);
  const done = await writeExport(as(), copy.reader, {
    query: 'rulesInForce',
    args: { company_id: 1, subject },
    columns: undefined,
    measure: undefined,
    totals_of: undefined,
    format: 'csv',
    file,
    key_hex,
    made: { user_name: 'planner', made_at_ms: NOW_MS },
  });
  return (await readSealed(file, key_hex, 0, done.bytes)).toString();
}
/** As a spreadsheet with a decimal comma saves it. */
const withCommas = (text: string): string =>
  text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      (splitLine(line, ',') ?? [])
        .map((cell) => (/^-?\d+\.\d+$/.test(cell) ? cell.replace('.', ',') : cell))
        .map((cell) => (/[;"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(';'),
    )
    .join('\n');

test('a day has the version that held on it, with who brought it and what waits', async () => {
  const now = await held('channel_rule');
  expect(
    now.rows.map(({ channel, values, since, until, changed_by, approved_by, waits }) => [
      channel,
      values['priority'],
      since,
      until,
      changed_by,
      approved_by,
      waits?.state,
    ]),
  ).toEqual([
    ['Inside sales', 1, '2026-10-17', null, 'planner', 'controller', 'draft'],
    ['Web; “quoted”, "so"', 3, null, null, null, null, undefined],
  ]);
  const then = await held('channel_rule', { on: '2026-10-16' });
  expect(then.rows.map(({ values, until, changed_by }) => [values['priority'], until, changed_by])).toEqual([
    [2, '2026-10-16', null],
    [3, null, null],
  ]);
  expect(then.without_owner).toBe(1);
  expect((await held('price_floor')).rows.map((row) => row.item_code)).toEqual(['=1+1']);
  expect((await held('price_floor', { on: '2026-11-25' })).rows).toHaveLength(2);
  const targets = async (on: string) =>
    (await held('kpi_target', { on, text: 'fill' })).rows.map((row) => row.values['target']);
  expect(await targets('2026-06-30')).toEqual([9600]);
  expect(await targets('2026-07-01')).toEqual([9725]);
  expect((await held('policy', { text: '007', site_id: 4 })).rows.map((row) => [row.site, row.uom])).toEqual([
    ['RTM', 'm'],
  ]);
  expect((await held('policy', { text: '%' })).total_rows).toBe(0);
});

describe.each(RULE_SUBJECTS)('a file of %s', (subject) => {
  test('as it was exported changes nothing, whatever a spreadsheet made of its marks', async () => {
    const text = await exported(subject);
    const rows = (await held(subject)).total_rows;
    expect(text.split('\r\n').length).toBe(rows + 2);
    expect(text).not.toMatch(/(^|,|\n)[=+\-@]\D/);
    for (const form of [text, `\uFEFF${text}`, withCommas(text), text.replaceAll('\r\n', '\n')]) {
      const answer = await diff(subject, form);
      expect(answer.problem).toBeNull();
      expect(answer.refused).toEqual([]);
      expect(answer.not_read).toEqual([]);
      expect(answer.counts).toEqual({ lines: rows, added: 0, changed: 0, ended: 0, unchanged: rows, refused: 0 });
    }
  });
});

test('what differs is shown before and after; a column that is not there leaves what holds', async () => {
  const answer = await diff('policy', 'site;item;minimum;owner\nAMS;007;1.300,5;buyer\nRTM;-7;1234,5;planner\n');
  expect(answer.counts).toMatchObject({ changed: 1, unchanged: 1 });
  expect(answer.lines[0]).toMatchObject({
    line_number: 2,
    site: 'AMS',
    item_code: '007',
    differs: ['min_qty_milli', 'owner'],
    before: { min_qty_milli: 1_234_500, owner: 'planner', lead_time_days: 7 },
    after: { min_qty_milli: 1_300_500, owner: 'buyer', lead_time_days: 7 },
  });
  const targets = await diff(
    'kpi_target',
    'kpi,target\nfill_rate_line,98\norder_cycle_median,3.5\ninventory_turns,5.1\n',
  );
  expect(targets.lines.map(({ after }) => after?.['target'])).toEqual([9800, 3500, 51_000]);
  const floors = await diff(
    'price_floor',
    'item,channel,floor price,owner\n=1+1,,,controller\n007,C1,0.5,controller\n',
  );
  expect(floors.counts).toMatchObject({ ended: 1, added: 1 });
  expect(floors.lines[1]?.problems.map(({ level }) => level)).toEqual(['warning']);
});

test('days are brought as people write them; a calendar is of a supplier or of a site and says its own days', async () => {
  const answer = await diff(
    'buying_calendar',
    `supplier,site,orders on,receives on,closed on,owner
S-1,,"Thursday, Tue",,,buyer
,AMS,,mon wed,2026-12-26; 2026-12-25; 2027-01-01,planner
K-1,,mon,,,buyer
,RTM,mon,,,planner
S-1,RTM,mon,,,buyer
`,
  );
  expect(answer.lines.map(({ after }) => after)).toEqual([
    { orders_on: 'tue thu', receives_on: null, closed_on: null, owner: 'buyer' },
    { orders_on: null, receives_on: 'mon wed', closed_on: '2026-12-25 2026-12-26 2027-01-01', owner: 'planner' },
  ]);
  expect(answer.refused.map(({ line_number, reason }) => [line_number, reason])).toEqual([
    [4, 'There is no supplier K-1. Check the code, or bring it in first.'],
    [5, 'When orders are placed is said of a supplier. Leave it empty for a site.'],
    [6, 'A calendar is of a supplier, of a site or, without either, of the company. Name one of them at most.'],
  ]);
  expect((await held('buying_calendar')).rows.map((row) => [row.customer_name, row.site, row.values])).toEqual([
    [null, 'AMS', expect.objectContaining({ closed_on: '2026-12-25 2026-12-26' })],
    ['Würth', null, expect.objectContaining({ orders_on: 'mon thu' })],
  ]);
});

test('what cannot hold is refused line by line, with what to do', async () => {
  const head = 'site,item,unit,minimum,maximum,order multiple,"lead time, days",owner\n';
  const answer = await diff(
    'policy',
    `${head}${[
      'AMS,007,pcs,1,2,1,3,planner',
      'XXX,007,m,1,2,1,3,planner',
      'AMS,nope,m,1,2,1,3,planner',
      'AMS,-7,pcs,5,2,1,3,planner',
      'AMS,Q"x,pcs,1,2,0,3,planner',
      'RTM,Q"x,pcs,1,2,1,-3,planner',
      'RTM,007,m,1,2,1,3,',
      'RTM,-7,pcs,1,2,1,3,planner',
      'RTM,-7,pcs,1,2,1,4,planner',
      'AMS,=1+1,pcs,many,2,1,4,planner',
      'RTM,=1+1,pcs,0.0001,2,1,4,planner',
      'AMS,,pcs,1,2,1,4,planner',
      'AMS,007',
    ].join('\n')}`,
  );
  expect(answer.counts).toMatchObject({ changed: 1, refused: 12 });
  const reasons = answer.refused.map(({ reason }) => reason);
  for (const [at, words] of [
    'counts in pcs, the item 007 in m',
    'There is no site XXX',
    'There is no item nope',
    'maximum is below the minimum',
    'order multiple is 0',
    'lead time, days is negative',
    'no owner',
    'Line 9 is about the same',
    '“many” is no number',
    'more than 3 decimal places',
    'The item is empty',
    '2 columns, the header has 8',
  ].entries()) {
    expect(reasons[at]).toContain(words);
  }
  const discounts = await diff(
    'price_rule',
    'customer,item,category,channel,"discount allowed, %",owner\nK-9,,,,5,planner\n,,Nuts,,5,planner\n,,,,5,planner\n,-7,,C1,,\nK-1,,,,12.5,\nK-1,007,,,7,planner\n',
  );
  expect(discounts.refused.map(({ reason }) => reason)).toEqual([
    'There is no customer K-9. Check the code, or bring it in first.',
    'There is no category Nuts. Check the code, or bring it in first.',
    'The discount rule is for nobody and nothing. Name a customer, an item, a category or a channel.',
    'The rule has no owner. Name the user who answers for it.',
  ]);
  expect(discounts.counts).toMatchObject({ ended: 1, added: 1 });
  expect((await diff('policy', '')).problem).toContain('empty');
  expect((await diff('policy', 'a,b\n1,2')).problem).toContain('no column “site”');
  expect((await diff('policy', 'site,item,minimum,minimum\n')).problem).toContain('two columns');
  expect((await diff('kpi_target', 'kpi,target\n', '2026-12-02')).day_problem).toContain('first of a month');
});

test('a new rule is shown what holds of it, and what there is to choose from', async () => {
  const about = async (subject: RuleSubject, key: object, effective_on = TEXT_AT) =>
    await ruleAbout(as(), QUERIES.ruleAbout.args.parse({ company_id: 1, subject, effective_on, ...key }));
  expect(await about('price_rule', { party_id: 40 })).toMatchObject({
    held: { max_discount_bp: 1_250, owner: 'controller' },
    rule: { customer_code: 'K-1', customer_name: 'Kade & Zn.' },
    channels: [{ name: 'Inside sales' }, { id: 12 }],
    sites: [],
  });
  // the list price of an item is no rule of its discount
  expect((await about('price_rule', { item_id: 800 })).held).toBeNull();
  expect((await about('price_floor', { item_id: 801, channel_id: 12 })).held).toBeNull();
  expect((await about('price_floor', { item_id: 801, channel_id: 12 }, '2026-11-25')).held).not.toBeNull();
  expect((await about('channel_rule', { channel_id: 11 })).waits).toBe(true);
});

test('a change says line by line what it replaces, and what somebody may do with it', async () => {
  const list = await ruleChanges(as(), { company_id: 1 });
  expect(list.changes.map(({ id, state }) => [id, state])).toEqual([
    [SECOND, 'draft'],
    [FIRST, 'effective'],
  ]);
  const detail = async (role: string, user_name: string) =>
    (await ruleChange(as(role, user_name), { company_id: 1, change_id: SECOND })).change;
  expect(await detail('controller', 'controller')).toMatchObject({ may_approve: null, may_refuse: null });
  expect((await detail('controller', 'planner')).may_approve).toContain('You drafted this change');
  expect((await detail('planner', 'planner')).may_withdraw).toBeNull();
  expect((await detail('sales', 'sales')).may_approve).toContain('Your role');
  const { lines } = await ruleChange(as(), { company_id: 1, change_id: SECOND });
  expect(lines).toMatchObject([{ channel: 'Inside sales', differs: ['priority', 'max_discount_bp'], overtaken: true }]);
  const of = { ...NO_KEY, channel_id: 11 };
  const history = await ruleHistory(as(), { company_id: 1, subject: 'channel_rule', ...of });
  expect(history.versions.map(({ since, until, change }) => [since, until, change?.title])).toEqual([
    ['2026-10-17', null, 'Served first'],
    [null, '2026-10-16', undefined],
  ]);
  expect(history.other.map(({ title }) => title)).toEqual(['More discount']);
});

test('a change drafted again moves what it moved, from what holds on its new day', async () => {
  const again = await ruleAgain(as(), { company_id: 1, change_id: SECOND, effective_on: '2026-12-05' });
  // it was drafted from a priority that does not hold: what it made of it holds by now
  expect(again.lines).toMatchObject([
    { channel: 'Inside sales', differs: ['max_discount_bp'], after: { priority: 1, max_discount_bp: 500 } },
  ]);
  expect(again.day_problem).toBeNull();
  const gone = await ruleAgain(as(), { company_id: 1, change_id: FIRST, effective_on: '2026-11-01' });
  expect(gone).toMatchObject({ lines: [], counts: { lines: 1, unchanged: 1 } });
  expect(gone.day_problem).toContain('Days gone by keep their rules');
  await expect(
    ruleAgain(as(), { company_id: 1, change_id: '44444444-4444-4444-8444-444444444444', effective_on: TEXT_AT }),
  ).rejects.toThrow('not on this machine');
});
