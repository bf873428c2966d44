import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS } from '#contract/actions.ts';
import { COMMANDS } from '#contract/commands.ts';
import { QUERIES } from '#contract/queries.ts';
import { MAX_CALLS_IN_FLIGHT, MAX_REQUEST_BYTES, MAX_RESULT_BYTES } from '#contract/transport.ts';
import { createDispatch } from '#db/dispatch.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { servePort } from '#db/transports/serve.ts';
import { type TestClient, testClient } from './testClient.ts';
import { MARGIN_CHANGES, NO_VIEW, OF_RULE_FILES, OF_SCENARIOS, OVERRIDE, WITHDRAWAL } from './arguments.ts';
import { TRANSPORTS, type Transport } from './transports.ts';
import { VALID_CLOSE } from './validClose.ts';
import { VALID_OPERATIONS } from './validOperations.ts';

/** A row that is not there. */
const ROW = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
/** A valid argument for every operation of the contract; the compiler names the ones missing. */
const VALID: Readonly<Record<keyof typeof QUERIES | keyof typeof COMMANDS | keyof typeof ACTIONS, object>> = {
  session: {},
  companies: {},
  stockPositions: { company_id: 1 },
  stockByCompany: { company_ids: [1] },
  itemClasses: { company_id: 1 },
  forecasts: { company_id: 1 },
  forecastOverrides: { company_id: 1 },
  itemForecast: { item_id: 1, site_id: 1 },
  demandLedger: { item_id: 1, site_id: 1 },
  demandLines: { item_id: 1, site_id: 1, from_on: '2026-10-01', to_on: '2026-10-31' },
  itemDetail: { item_id: 840 },
  itemMovements: { item_id: 840 },
  promiseDate: { item_id: 840, site_id: 3, qty_milli: 1000 },
  orderProposal: { item_id: 840 },
  orderApprovals: { company_id: 1 },
  orderApproval: { company_id: 1, order_id: 7, kind: 'discount' },
  fulfilment: { company_id: 1 },
  fulfilmentLine: { company_id: 1, order_line_id: 9 },
  replenishment: { company_id: 1 },
  replenishmentRefusals: { company_id: 1 },
  replenishmentWorking: { company_id: 1, key: 'buy:840:3' },
  replenishmentDesk: { company_id: 1 },
  purchaseOrder: { purchase_order_id: 9 },
  delayRisk: { company_id: 1 },
  delayRiskWorking: { company_id: 1, order_line_id: 7 },
  delayRiskModel: { company_id: 1 },
  orderDetail: { order_id: 7 },
  marginByChannel: { company_id: 1, from_month: 202609, to_month: 202611 },
  marginLines: { company_id: 1, from_month: 202609, to_month: 202611 },
  marginLeakage: { company_ids: [1], from_month: 202609, to_month: 202611 },
  marginLeakageLines: { company_id: 1, from_month: 202609, to_month: 202611, cause: 'below_floor' },
  fillRate: { company_id: 1, from_month: 202609, to_month: 202611 },
  fillRateLines: { company_id: 1, from_month: 202609, to_month: 202611 },
  marginPivot: { company_ids: [1], from_month: 202609, to_month: 202611, rows: ['channel'], measures: ['net_sales'] },
  ...MARGIN_CHANGES,
  fillPivot: { company_ids: [1], from_month: 202609, to_month: 202611, rows: ['channel'], measures: ['unit_fill'] },
  closePeriods: { company_id: 1 },
  closeBoard: { company_id: 1, period: 202610 },
  today: { company_ids: [1] },
  exceptionDetail: { company_id: 1, key: 'runs_out:840:3' },
  exceptions: { company_ids: [1] },
  suppliers: { company_id: 1 },
  supplierDetail: { company_id: 1, supplier_id: 4 },
  find: { text: 'x' },
  named: { rows: [] },
  syncStatus: {},
  outbox: {},
  savedViews: { screen: 'stock' },
  kpiDefinitions: {},
  kpiValues: { company_ids: [1], from_month: 202610, to_month: 202611 },
  kpiRows: { company_id: 1, kpi: 'fill_rate_line', from_month: 202610, to_month: 202610 },
  rulesInForce: { company_id: 1, subject: 'policy' },
  ruleChanges: { company_id: 1 },
  ruleChange: { company_id: 1, change_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  ruleHistory: { company_id: 1, subject: 'policy', site_id: 3, channel_id: null, item_id: 840, kpi: null },
  ruleAbout: { company_id: 1, subject: 'policy', effective_on: '2026-12-01', site_id: 3, item_id: 840 },
  ...OF_RULE_FILES,
  ...OF_SCENARIOS,
  addItemNote: { item_id: 840, body: 'x' },
  addOrderNote: { order_id: 7, body: 'x' },
  overrideForecast: { ...OVERRIDE, qty_milli: 5000, factor_bp: null, replaces: null },
  withdrawOverride: WITHDRAWAL,
  ...VALID_OPERATIONS,
  ...VALID_CLOSE,
  draftRuleChange: {
    company_id: 9,
    subject: 'policy',
    title: 'More in spring',
    reason: 'It sells more.',
    effective_on: '2026-12-01',
    lines: [{ site_id: 3, channel_id: null, item_id: 840, kpi: null, before: null, after: { min_qty_milli: 1000 } }],
  },
  decideRuleChange: {
    change_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    verdict: 'approved',
    content_hash: '0'.repeat(64),
    reason: '',
  },
  withdrawRuleChange: { change_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', reason: '' },
  markException: {
    company_id: 1,
    site_id: null,
    channel_id: null,
    key: 'runs_out:840:3',
    kind: 'reopened',
    until_on: null,
    assigned_to: null,
  },
  overrideFulfilment: { order_id: 7, order_line_id: null, kind: 'held', until_on: '2026-12-01', reason: 'x' },
  approveOrder: { order_id: 7, kind: 'discount', decision: 'approved', reason: 'x', content_hash: 'a'.repeat(64) },
  decideReplenishment: {
    company_id: 1,
    decisions: [
      {
        site_id: 3,
        item_id: 840,
        kind: 'buy',
        supplier_id: 9,
        from_site_id: null,
        verdict: 'accepted',
        proposed_qty_milli: 60_000,
        qty_milli: 60_000,
        receive_on: '2026-11-19',
        reason: null,
        inputs: {
          as_of_on: '2026-11-05',
          because: 'needed',
          position_qty_milli: 40_000,
          week_qty_milli: 7_000,
          reorder_qty_milli: 50_000,
          up_to_qty_milli: 100_000,
          need_qty_milli: 60_000,
          accepted_before_qty_milli: 0,
          order_by_on: '2026-11-05',
          runs_out_on: null,
          short_qty_milli: 0,
        },
        rule_version: 1,
        follows: null,
      },
    ],
  },
  approveReplenishment: { company_id: 1, decision_ids: [`${ROW}/0`], verdict: 'approved', reason: null },
  makeDraftOrder: { company_id: 1, site_id: 3, supplier_id: 9, decision_ids: [`${ROW}/0`], minimum_reason: null },
  approveDraftOrders: { company_id: 1, draft_order_ids: [ROW], verdict: 'approved', reason: null },
  sendDraftOrder: { company_id: 1, draft_order_id: ROW },
  cancelDraftOrder: { company_id: 1, draft_order_id: ROW, reason: 'x' },
  signIn: { user_name: 'planner', password: 'right' },
  signOut: {},
  signInState: {},
  syncNow: {},
  verifyNow: {},
  verifyRest: { paused: true },
  reloadData: {},
  retryMutation: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  discardMutation: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  editMutation: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', args: {} },
  exportRows: { query: 'outbox', args: {} },
  exportPart: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', offset: 0 },
  saveDraft: { user_name: 'planner', about: 'note-item-840', text: 'x' },
  readDraft: { about: 'note-item-840' },
  saveView: { screen: 'stock', name: 'Mine', view: NO_VIEW },
  renameView: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', name: 'Other' },
  deleteView: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  setDefaultView: { screen: 'stock', id: null },
  adminUsers: {},
  adminCare: {},
  adminAddUser: { name: 'someone', display_name: 'S', password: 'longenough', role: 'sales', company_code: null },
  adminGrant: { name: 'someone', role: 'sales', company_code: null },
  adminRevoke: { name: 'someone', grant_id: 1 },
  adminResetPassword: { name: 'someone', password: 'longenough' },
  adminSetActive: { name: 'someone', active: false },
  importOpen: {
    kind: 'items',
    company_code: 'HAL',
    new_company: null,
    source: 'files',
    file_name: 'items.csv',
    header: ['code', 'name'],
    map: { columns: { code: 'code', name: 'name' }, date_order: 'ymd', decimal_mark: '.' },
    mode: 'file',
    complete: false,
    make_missing: false,
  },
  importLines: { import_id: 1, block: 1, lines: [{ line_number: 2, fields: ['A', 'B'] }] },
  importPreview: { import_id: 1 },
  importApply: { import_id: 1, fingerprint: 'f' },
  importEarlier: {},
  importRefused: { kind: 'items', company_code: 'HAL' },
  importHeld: { kind: 'tasks', company_code: 'HAL' },
  importDismiss: { kind: 'items', company_code: 'HAL', ids: [1], reason: 'A test' },
  orderImportOpen: {
    source: 'orders',
    company_code: 'HAL',
    currency: null,
    time_zone: null,
    assumed: { currency: 'EUR', time_zone: 'UTC' },
    file_name: 'orders.csv',
    header: ['Order No'],
    map: null,
    mode: 'retry',
  },
  orderImportLines: {
    import_id: 1,
    block: 1,
    lines: [{ line_number: 2, invoice: 'SO-1', ordinal: 1, fields: ['SO-1'] }],
  },
  orderImportFinish: { import_id: 1 },
  orderRefused: { source: 'orders', company_code: 'HAL' },
};
const NAMES = Object.keys({ ...QUERIES, ...COMMANDS, ...ACTIONS }) as (keyof typeof VALID)[];

describe.each(TRANSPORTS)('over %s', (_name, make) => {
  let transport: Transport;
  let server: ScriptedServer;
  let service: ReplicaService;
  let client: TestClient;

  beforeAll(async () => {
    transport = await make();
    server = scriptedServer();
    smallDistributor(server);
    service = testService({
      dataDir: freshFolder(),
      serverUrl: server.url,
      fetch: (input, init) => server.fetch(input, init),
    });
    client = testClient(await transport.connect((port) => service.attach(port)));
  });
  afterAll(async () => {
    await service.close();
    await transport.close();
  });

  const code = async (name: string, args: unknown) => {
    const answer = await client.call(name, args);
    return 'error' in answer ? answer.error.code : 'ok';
  };

  test('nothing but the sign-in answers before a sign-in', async () => {
    const open = new Set<string>(['signIn', 'signInState', 'signOut']);
    for (const name of NAMES.filter((each) => !open.has(each)))
      expect(await code(name, VALID[name]), name).toBe('not_signed_in');
    expect(await client.call('signInState', {})).toMatchObject({ value: { signed_in: false, server_reachable: true } });
    expect(await code('signIn', { user_name: 'planner', password: 'wrong' })).toBe('wrong_password');
  });

  test('signing in tells every screen', async () => {
    const other = testClient(await transport.connect((port) => service.attach(port)));
    expect(await code('signIn', VALID.signIn)).toBe('ok');
    for (const screen of [client, other]) {
      await expect
        .poll(() => screen.events)
        .toContainEqual({ kind: 'event', event: 'session', data: { signed_in: true } });
    }
    other.close();
    await other.closed;
  });

  test('queries, commands and actions answer; events follow', async () => {
    expect(await client.call('syncNow', {})).toEqual({ value: { checkpoint: server.head().number, rows: 18 } });
    await expect.poll(() => client.events.some((event) => event.event === 'changed')).toBe(true);
    expect(await client.call('companies', {})).toMatchObject({
      value: [{ code: 'HAL', months: [202609, 202610, 202611] }],
    });
    const queued = await client.call('addItemNote', { item_id: 840, body: 'ünïcode \u0001 😀' });
    expect(queued).toMatchObject({ value: { state: 'pending' } });
    await expect.poll(() => client.events.some((event) => event.event === 'outbox')).toBe(true);
    expect(await client.call('itemDetail', { item_id: 840 })).toMatchObject({
      value: { notes: [{ body: 'ünïcode \u0001 😀', state: 'pending' }] },
    });
    const made = await client.call('exportRows', { query: 'outbox', args: {} });
    expect(made).toMatchObject({ value: { rows: 1, file_name: expect.stringMatching(/^changes-.*[.]csv$/) } });
    const id = 'value' in made ? (made.value as { id: string }).id : '';
    const part = await client.call('exportPart', { id, offset: 0 });
    expect(part).toMatchObject({ value: { next_offset: null } });
    expect(await code('exportPart', { id, offset: 0 })).toBe('not_found');
    expect(await client.call('verifyNow', {})).toMatchObject({ value: { equal: true } });
  });

  test('a call sent again after its answer was lost changes nothing twice', async () => {
    const mutation_id = '7c9e6679-7425-40de-944b-e07fc1f90ae9';
    const note = { item_id: 840, body: 'typed once' };
    const first = await client.call('addItemNote', note, { mutation_id });
    expect(first).toMatchObject({ value: { id: mutation_id } });
    expect(await client.call('addItemNote', note, { mutation_id, again: true })).toEqual(first);
    const detail = (await client.call('itemDetail', { item_id: 840 }, { again: true })) as {
      value: { notes: { body: string }[] };
    };
    expect(detail.value.notes.filter((each) => each.body === note.body)).toHaveLength(1);
    expect(await client.call('signOut', {}, { again: true })).toMatchObject({ error: { code: 'offline' } });
    expect(await client.call('adminAddUser', VALID.adminAddUser, { again: true })).toMatchObject({
      error: { code: 'offline', retryable: true },
    });
    expect(await client.call('saveDraft', VALID.saveDraft, { again: true })).toEqual({ value: { kept: true } });
    expect(await client.call('addItemNote', note, { mutation_id: '../../etc' })).toMatchObject({
      error: { code: 'bad_arguments' },
    });
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'nope', 'x'.repeat(5000)])(
    'the unknown name %j is refused like any other',
    async (name) => {
      expect(await code(name, {})).toBe('unknown_operation');
    },
  );

  test.each([
    ['a missing argument', 'itemDetail', {}],
    ['a wrong type', 'itemDetail', { item_id: '840' }],
    ['an argument too many', 'companies', { drop: true }],
    ['a fraction', 'itemDetail', { item_id: 1.5 }],
    ['an unsafe integer', 'itemDetail', { item_id: 2 ** 60 }],
    ['a list', 'companies', []],
    ['a text', 'companies', 'all'],
    ['a month that is none', 'marginByChannel', { company_id: 1, from_month: 202613, to_month: 202614 }],
    ['a limit beyond the block', 'marginLines', { company_id: 1, from_month: 202609, to_month: 202611, limit: 501 }],
    [
      'SQL where a column belongs',
      'marginLines',
      { company_id: 1, from_month: 202609, to_month: 202611, sort: { column: 'id; DROP TABLE item' } },
    ],
    ['a draft about a path', 'readDraft', { about: '../../work.db' }],
    ['an own __proto__', 'companies', JSON.parse('{"__proto__":{"a":1}}')],
  ])('%s is bad arguments', async (_what, name, args) => {
    expect(await code(name, args)).toBe('bad_arguments');
  });

  test('SQL in a filter is text', async () => {
    const text = "%' OR 1=1; DROP TABLE item; --";
    expect(await client.call('stockPositions', { company_id: 1, group_by: 'none', text })).toMatchObject({
      value: { rows: [], total_rows: 0 },
    });
    expect(await code('itemDetail', { item_id: 840 })).toBe('ok');
  });

  test('arguments beyond the limit are refused as a value', async () => {
    expect(await code('stockPositions', { company_id: 1, text: 'x'.repeat(MAX_REQUEST_BYTES) })).toBe('too_large');
    expect(await code('session', {})).toBe('ok');
  });

  test('errors cross as values: code, a sentence, whether to try again', async () => {
    expect(await client.call('itemDetail', { item_id: 77 })).toEqual({
      error: { code: 'not_found', message: expect.stringMatching(/\.$/), retryable: false },
    });
  });

  test('messages of no known form are ignored and the port goes on', async () => {
    const port = await transport.connect((each) => service.attach(each));
    const raw = port as unknown as { send(message: unknown): void };
    for (const message of [
      null,
      7,
      'x',
      [],
      {},
      { kind: 'call' },
      { kind: 'call', id: 'a', name: 'session' },
      { kind: 'call', id: 1.5 },
    ]) {
      raw.send(message);
    }
    const careful = testClient(port);
    expect(await careful.call('session', {})).toMatchObject({ value: { user_name: 'planner' } });
    careful.close();
  });

  test('every operation of the contract answers with a result or a value of an error', async () => {
    for (const name of NAMES.filter((each) => each !== 'signOut')) {
      const answer = await client.call(name, VALID[name]);
      if ('error' in answer)
        expect(['not_found', 'server_error', 'offline', 'not_permitted', 'conflict'], name).toContain(
          answer.error.code,
        );
    }
    expect(await client.call('signOut', {})).toEqual({ value: { signed_in: false } });
    expect(await code('companies', {})).toBe('not_signed_in');
  });
});

describe.each(TRANSPORTS)('limits and cancelling over %s', (_name, make) => {
  let transport: Transport;
  let client: TestClient;
  let gone: number;
  const running = new Set<AbortSignal>();

  beforeAll(async () => {
    transport = await make();
    gone = 0;
    const dispatch = createDispatch(
      async ({ name }, { signal }) => {
        if (name === 'companies') return 'x'.repeat(MAX_RESULT_BYTES + 1);
        if (name === 'kpiDefinitions') throw new Error('secret inside');
        if (name !== 'syncStatus' || !signal) return 'done';
        running.add(signal);
        return await new Promise<never>(() => undefined);
      },
      () => undefined,
    );
    client = testClient(await transport.connect((port) => servePort(port, dispatch, () => void gone++)));
  });
  afterAll(() => transport.close());

  test('a result beyond the limit is refused as a value', async () => {
    expect(await client.call('companies', {})).toMatchObject({ error: { code: 'too_large' } });
  });

  test('an unexpected error says nothing of its inside', async () => {
    const answer = await client.call('kpiDefinitions', {});
    expect(answer).toMatchObject({ error: { code: 'internal', retryable: true } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('a cancelled call is answered at once and what it asked for is told', async () => {
    const { id, answer } = client.begin('syncStatus', {});
    await expect.poll(() => running.size).toBe(1);
    client.cancel(id);
    expect(await answer).toMatchObject({ error: { code: 'cancelled' } });
    expect([...running].every((signal) => signal.aborted)).toBe(true);
    client.cancel(9999);
    expect(await client.call('session', {})).toEqual({ value: 'done' });
  });

  test('more calls at once than allowed are refused, the others go on', async () => {
    running.clear();
    const calls = Array.from({ length: MAX_CALLS_IN_FLIGHT }, () => client.begin('syncStatus', {}));
    await expect.poll(() => running.size).toBe(MAX_CALLS_IN_FLIGHT);
    expect(await client.call('session', {})).toMatchObject({ error: { code: 'too_large', retryable: true } });
    for (const { id } of calls) client.cancel(id);
    await Promise.all(calls.map((call) => call.answer));
    expect(await client.call('session', {})).toEqual({ value: 'done' });
  });

  test('a closed port gives up what it asked for', async () => {
    running.clear();
    const { answer } = client.begin('syncStatus', {});
    await expect.poll(() => running.size).toBe(1);
    client.close();
    await expect.poll(() => [...running].every((signal) => signal.aborted)).toBe(true);
    await expect.poll(() => gone).toBe(1);
    void answer;
  });
});
