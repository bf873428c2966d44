import { afterEach, beforeEach, expect, test } from 'vitest';
import { weekday } from '#domain/calendar.ts';
import { WEEKDAY_WORDS } from '#domain/planning/buyingCalendar.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { CommandInput } from '#contract/commands.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { codeOf, loadedService } from '#db/testing/testService.ts';

type Decision = CommandInput<'decideReplenishment'>['decisions'][number];

const SUPPLIER = 12;
const SITE = 2;
let server: ScriptedServer;
let service: ReplicaService;

beforeEach(async () => {
  server = scriptedServer();
  smallDistributor(server);
  server.bucket(21, 'supplier_item', { company: 1 });
  server.bucket(22, 'supplier_item_price', { company: 1 });
  // 60 a carton, at least 120, 6.80 and 100.00 each
  for (const [at, price] of [6_800_000, 100_000_000].entries()) {
    server.put(21, 900 + at, [1, SUPPLIER, 840 + at, null, 120_000, 60_000, 14, 1]);
    server.put(22, 950 + at, [1, 900 + at, price, 0, null]);
  }
  server.checkpoint();
  service = await loadedService(server);
  server.down = true;
});
afterEach(() => service.close());

const row = (more: Partial<Decision> = {}): Decision => ({
  site_id: SITE,
  item_id: 840,
  kind: 'buy',
  supplier_id: SUPPLIER,
  from_site_id: null,
  verdict: 'accepted',
  proposed_qty_milli: 240_000,
  qty_milli: 240_000,
  receive_on: '2026-11-19',
  reason: null,
  inputs: {
    as_of_on: '2026-11-05',
    because: 'needed',
    position_qty_milli: 38_000,
    week_qty_milli: 59_000,
    reorder_qty_milli: 167_000,
    up_to_qty_milli: 226_000,
    need_qty_milli: 188_000,
    accepted_before_qty_milli: 0,
    order_by_on: null,
    runs_out_on: null,
    short_qty_milli: 0,
  },
  rule_version: 1,
  follows: null,
  ...more,
});
const decide = (...decisions: Decision[]) => service.call('decideReplenishment', { company_id: 1, decisions });
const desk = () => service.call('replenishmentDesk', { company_id: 1 });

test('decided, gathered, drafted and sent without a connection: all of it predicted, nothing on order', async () => {
  const { id } = await decide(row(), row({ item_id: 841 }));
  const decided = await desk();
  expect(decided.decisions.map(({ key, state, value_minor, waiting }) => [key, state, value_minor, waiting])).toEqual([
    ['buy:840:2', 'accepted', 163_200, true],
    ['buy:841:2', 'for_approval', 2_400_000, true],
  ]);
  expect(decided.approvals.map(({ why, not_mine }) => [why, not_mine])).toEqual([[['value'], 'role']]);
  expect(
    decided.ready.map(({ lines, value_minor, for_approval }) => [lines.length, value_minor, for_approval]),
  ).toEqual([[1, 163_200, 1]]);
  const draft = { company_id: 1, site_id: SITE, supplier_id: SUPPLIER, minimum_reason: null };
  expect(await codeOf(service.call('makeDraftOrder', { ...draft, decision_ids: [`${id}/1`] }))).toBe('not_permitted');
  const made = await service.call('makeDraftOrder', { ...draft, decision_ids: [`${id}/0`] });
  expect(await codeOf(service.call('makeDraftOrder', { ...draft, decision_ids: [`${id}/0`] }))).toBe('not_permitted');
  await service.call('sendDraftOrder', { company_id: 1, draft_order_id: made.id });
  expect(await codeOf(service.call('sendDraftOrder', { company_id: 1, draft_order_id: made.id }))).toBe('conflict');
  expect((await desk()).drafts).toMatchObject([
    { id: made.id, number: null, state: 'sent', waiting: true, purchase_order_id: null, value_minor: 163_200 },
  ]);
});

test('a draft is not sent on a day on which its supplier is not ordered from, and the day to wait for is said', async () => {
  const today = dayInZone(Date.now(), 'UTC');
  server.down = false;
  server.bucket(23, 'buying_calendar', { company: 1 });
  // any day but yesterday, today and tomorrow, wherever the company lies
  const others = WEEKDAY_WORDS.filter((_, day) => ![-1, 0, 1].some((away) => weekday(today + away) === day));
  server.put(23, 980, [1, SUPPLIER, null, others.join(' '), null, null, null, null, 'buyer']);
  server.checkpoint();
  await service.call('syncNow', {});
  server.down = true;
  const { id } = await decide(row());
  const draft = { company_id: 1, site_id: SITE, supplier_id: SUPPLIER, minimum_reason: null };
  const made = await service.call('makeDraftOrder', { ...draft, decision_ids: [`${id}/0`] });
  const sent = service.call('sendDraftOrder', { company_id: 1, draft_order_id: made.id });
  await expect(sent).rejects.toThrow(/not ordered from today. Send it on \w{3} \d/);
  expect(await codeOf(sent)).toBe('not_permitted');
  expect((await desk()).drafts).toMatchObject([{ id: made.id, state: 'draft' }]);
});

/** Draft orders of Anna that the server has, of one line of 4,900.00 each, and who decided on it; their ids. */
async function draftsOfAnna(...deciders: readonly string[]): Promise<readonly string[]> {
  server.down = false;
  const tables = ['draft_order', 'draft_order_line', 'replenishment_decision'] as const;
  for (const [at, name] of tables.entries()) server.bucket(30 + at, name, { company: 1, site: SITE });
  const made_ms = Date.now() - 60_000;
  const ids = deciders.map((decider, at) => {
    const id = `7c9e6679-7425-40de-944b-e07fc1f90a0${at}`;
    const said = [made_ms + at, made_ms + at];
    const [qty_milli, price_micro, value_minor] = [1000, 4_900_000_000, 490_000];
    server.put(30, id, [1, SITE, `DO-0000${at + 1}`, SUPPLIER, value_minor, 0, null, 'anna', ...said]);
    server.put(31, `${id}/0`, [1, SITE, id, `${id}/1`, 842, qty_milli, price_micro, value_minor]);
    const position = [1, SITE, 842, 'buy', SUPPLIER, null, 'accepted', qty_milli, qty_milli, 20_800, null, '{}', 1];
    server.put(32, `${id}/1`, [...position, price_micro, value_minor, null, null, decider, ...said]);
    return id;
  });
  server.checkpoint();
  await service.call('syncNow', {});
  server.down = true;
  return ids;
}
const approvals = async () =>
  (await desk()).drafts
    .map(({ number, approval }) => [number, approval.state, approval.not_mine] as const)
    .toSorted(([a], [b]) => String(a).localeCompare(String(b)));

test('a draft that is too much together with others is told at once, and is not sent before somebody else approved it', async () => {
  const [theirs = ''] = await draftsOfAnna('anna');
  const { id } = await decide(row());
  const draft = { company_id: 1, site_id: SITE, supplier_id: SUPPLIER, minimum_reason: null };
  const made = await service.call('makeDraftOrder', { ...draft, decision_ids: [`${id}/0`] });
  const { drafts } = await desk();
  expect(drafts.find((each) => each.id === made.id)?.approval).toEqual({
    state: 'waits',
    unseen_minor: 163_200,
    others_minor: 490_000,
    others: ['DO-00001'],
    unpriced: 0,
    limit_minor: 500_000,
    answered: null,
    not_mine: 'role',
  });
  expect(drafts.find((each) => each.id === theirs)).toMatchObject({
    approval: { state: 'none', others: [] },
    lines: [{ by: 'anna', seen: false }],
  });
  const sent = service.call('sendDraftOrder', { company_id: 1, draft_order_id: made.id });
  await expect(sent).rejects.toThrow(/^Nobody else saw lines worth 6532\.00 EUR: 1632\.00 EUR here/);
  expect(await codeOf(sent)).toBe('not_permitted');
  const approve = { company_id: 1, draft_order_ids: [theirs], verdict: 'approved' as const, reason: null };
  expect(await codeOf(service.call('approveDraftOrders', approve))).toBe('not_permitted');
});

test('who may approve answers without a connection, once, and none of what they decided themselves', async () => {
  await service.close();
  server.down = false;
  server.role = 'buyer';
  service = await loadedService(server);
  const [first = '', second = '', third = ''] = await draftsOfAnna('anna', 'planner', 'anna');
  expect(await approvals()).toEqual([
    ['DO-00001', 'none', null],
    ['DO-00002', 'waits', 'own_decision'],
    ['DO-00003', 'waits', null],
  ]);
  const answer = (draft_order_id: string, verdict: 'approved' | 'refused', reason: string | null = null) =>
    service.call('approveDraftOrders', { company_id: 1, draft_order_ids: [draft_order_id], verdict, reason });
  const send = (draft_order_id: string) => service.call('sendDraftOrder', { company_id: 1, draft_order_id });
  expect(await codeOf(answer(second, 'approved'))).toBe('not_permitted');
  expect(await codeOf(answer(third, 'refused'))).toBe('bad_arguments');
  await answer(third, 'refused', 'too much');
  await answer(first, 'approved');
  expect(await codeOf(answer(first, 'approved'))).toBe('conflict');
  // what is approved or refused makes the rest count from nothing
  expect(await approvals()).toEqual([
    ['DO-00001', 'approved', null],
    ['DO-00002', 'none', 'own_decision'],
    ['DO-00003', 'refused', null],
  ]);
  expect((await desk()).drafts.find((each) => each.id === third)?.approval.answered).toMatchObject({
    by: 'planner',
    reason: 'too much',
    waiting: true,
  });
  await expect(send(third)).rejects.toThrow('planner refused it: “too much”');
  expect([await codeOf(send(first)), await codeOf(send(second))]).toEqual(['ok', 'ok']);
  expect(await codeOf(service.call('cancelDraftOrder', { company_id: 1, draft_order_id: third, reason: 'so' }))).toBe(
    'ok',
  );
});

test('what the server would refuse is refused here: quantities, what was decided meanwhile, one’s own approval', async () => {
  const changed = (qty_milli: number) => decide(row({ verdict: 'changed', reason: 'more', qty_milli }));
  expect(await codeOf(changed(190_000))).toBe('bad_arguments');
  expect(await codeOf(changed(60_000))).toBe('bad_arguments');
  const { id } = await decide(row({ item_id: 841 }));
  expect(await codeOf(decide(row({ item_id: 841 })))).toBe('conflict');
  const approve = { company_id: 1, decision_ids: [`${id}/0`], verdict: 'approved' as const, reason: null };
  expect(await codeOf(service.call('approveReplenishment', approve))).toBe('not_permitted');
  await decide(row({ item_id: 841, verdict: 'withdrawn', qty_milli: 0, follows: `${id}/0` }));
  expect((await desk()).decisions).toEqual([]);
  expect(await codeOf(decide(row({ item_id: 841 })))).toBe('ok');
});

test('a role that does not plan decides nothing', async () => {
  await service.close();
  server.down = false;
  server.role = 'auditor';
  service = await loadedService(server);
  expect(await codeOf(decide(row()))).toBe('not_permitted');
});
