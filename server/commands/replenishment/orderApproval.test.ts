/** Draft orders of lines nobody else saw: what goes to a supplier in a week beyond the limit goes when a second person approved it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditKind } from '#contract/auditWords.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { BEARING_INPUTS, insertBearing } from './testing/bearing.ts';

const DAY_MS = 86_400_000;
let engine: TestEngine;
let running: TestServer;
/** Nobody ordered from it before the test. */
let supplier_id = 0;
let made = 0;

beforeAll(async () => {
  engine = await PGLITE.start();
  running = await startTestServer(engine, {});
});
afterAll(async () => {
  await running?.close();
  await engine?.stop();
});
beforeEach(async () => {
  const { company_id } = running.data;
  const code = `SUP-${(made += 1)}`;
  const party = { company_id, code, name: code, kind: 'supplier' };
  const { db } = running.server.database;
  supplier_id = (await db.insertInto('party').values(party).returning('id').executeTakeFirstOrThrow()).id;
});

const push: TestServer['push'] = (...said) => running.push(...said);
const site = (nth: 0 | 1): number => running.data.sites[nth];

/** 240 pieces of a new item each, at so many cents a piece: 42,000 at 175. The decisions' ids. */
async function decided(author: string, cents: readonly number[], site_id = site(0)): Promise<readonly string[]> {
  const { company_id } = running.data;
  const ids: string[] = [];
  for (const price of cents) {
    const place = { company_id, site_id, supplier_id, code: `BR-${(made += 1)}`, price_micro: price * 10_000 };
    const item_id = await insertBearing(running.server.database.db, place);
    const row = {
      site_id,
      item_id,
      kind: 'buy',
      supplier_id,
      from_site_id: null,
      verdict: 'accepted',
      proposed_qty_milli: 240_000,
      qty_milli: 240_000,
      receive_on: '2026-11-19',
      reason: null,
      inputs: BEARING_INPUTS,
      rule_version: 1,
      follows: null,
    };
    const sent = mutation('decideReplenishment', { company_id, decisions: [row] });
    expect(await push(author, sent)).toEqual(['accepted']);
    ids.push(`${sent.id}/0`);
  }
  return ids;
}
const draft = (decision_ids: readonly string[], site_id = site(0)) =>
  mutation('makeDraftOrder', {
    company_id: running.data.company_id,
    site_id,
    supplier_id,
    decision_ids,
    minimum_reason: null,
  });
const send = (draft_order_id: string) =>
  mutation('sendDraftOrder', { company_id: running.data.company_id, draft_order_id });
const cancel = (draft_order_id: string) =>
  mutation('cancelDraftOrder', { company_id: running.data.company_id, draft_order_id, reason: 'stocktaking' });
const answer = (
  draft_order_ids: readonly string[],
  verdict: 'approved' | 'refused' = 'approved',
  reason: string | null = null,
) => mutation('approveDraftOrders', { company_id: running.data.company_id, draft_order_ids, verdict, reason });

/** A draft of new lines at so many cents a piece: its id. */
async function drafted(cents: readonly number[], by = 'planner', site_id = site(0)): Promise<string> {
  const order = draft(await decided(by, cents, site_id), site_id);
  // drafts of one moment would stand in the order of their ids
  running.time.now_ms += 1000;
  expect(await push(by, order)).toEqual(['accepted']);
  return order.id;
}

interface Told {
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string; readonly detail?: object } | null;
}
async function told(user: string, sent: ReturnType<typeof mutation>): Promise<Told | undefined> {
  const { body } = await (await running.replica(user)).push(sent);
  return (body as { outcomes: readonly Told[] }).outcomes[0];
}
const audited = async (kind: AuditKind) =>
  await running.server.database.db
    .selectFrom('audit_event')
    .select(['user_name', 'about', 'detail'])
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .executeTakeFirst();

test('lines within the limit each are an order beyond it: it is sent when somebody else approved it, once', async () => {
  // 4,200.00 each
  const id = await drafted([1750, 1750]);
  expect(await told('planner', send(id))).toMatchObject({
    state: 'rejected',
    reason: {
      code: 'order_not_approved',
      message:
        'Nobody else saw lines worth 8400.00 EUR. The limit is 5000.00 EUR. A buyer, controller or executive who decided none of it approves it first.',
      detail: { unseen_minor: 840_000, limit_minor: 500_000 },
    },
  });
  expect(await push('planner', answer([id]))).toEqual(['rejected:not_permitted']);
  expect(await push('finance', answer([id]))).toEqual(['rejected:not_permitted']);
  expect(await push('sales', answer([id]))).toEqual(['rejected:not_found']);
  expect(await push('buyer', answer([id]))).toEqual(['accepted']);
  expect(await told('controller', answer([id], 'refused', 'too much'))).toMatchObject({
    state: 'conflict',
    reason: { code: 'already_answered', message: 'buyer approved it before you.', detail: { by: 'buyer' } },
  });
  expect(await audited('draft_order_approved')).toMatchObject({
    user_name: 'buyer',
    about: expect.stringMatching(/^DO-/),
    detail: expect.objectContaining({ made_by: 'planner', unseen_minor: 840_000, lines: 2 }),
  });
  expect(await push('planner', send(id), cancel(id))).toEqual(['accepted', 'conflict:draft_ended']);
  // what somebody saw whole counts no more
  const next = await drafted([2000]);
  expect(await push('planner', send(next))).toEqual(['accepted']);
  expect(await push('buyer', answer([next]))).toEqual(['conflict:draft_ended']);
});

test('split over drafts, sites and days it is the same; after a week it counts from nothing', async () => {
  const first = await drafted([1750]);
  const second = await drafted([1750], 'planner', site(1));
  // the second counts the first while that is open, and when it is sent
  expect(await push('planner', send(second), send(first), send(second))).toEqual([
    'rejected:order_not_approved',
    'accepted',
    'rejected:order_not_approved',
  ]);
  running.time.now_ms += 3 * DAY_MS;
  expect(await told('planner', send(await drafted([800])))).toMatchObject({
    reason: {
      code: 'order_not_approved',
      message: expect.stringMatching(/^Nobody else saw lines worth 10320\.00 EUR: 1920\.00 EUR here, 8400\.00 EUR in/),
    },
  });
  running.time.now_ms += 4 * DAY_MS;
  expect(await push('planner', send(second))).toEqual(['accepted']);
  expect(await push('planner', send(await drafted([800])))).toEqual(['rejected:order_not_approved']);
  running.time.now_ms += 7 * DAY_MS;
  expect(await push('planner', send(await drafted([800])))).toEqual(['accepted']);
});

test('whoever made the draft, or decided what nobody else saw of it, does not answer', async () => {
  const own = await drafted([1750, 1750], 'buyer');
  expect(await push('buyer', answer([own]), send(own))).toEqual(['rejected:own_order', 'rejected:order_not_approved']);
  expect(await push('controller', answer([own]))).toEqual(['accepted']);
  const lines = [...(await decided('planner', [1750])), ...(await decided('buyer', [1750]))];
  const mixed = draft(lines);
  expect(await push('planner', mixed)).toEqual(['accepted']);
  expect(await push('buyer', answer([mixed.id]))).toEqual(['rejected:own_decision']);
  expect(await push('controller', answer([mixed.id]))).toEqual(['accepted']);
});

test('refused with a reason it does not leave; cancelled, its lines are decided and drafted anew', async () => {
  const lines = await decided('planner', [1750, 1750]);
  const order = draft(lines);
  expect(await push('planner', order)).toEqual(['accepted']);
  expect(await push('buyer', answer([order.id], 'refused'))).toEqual(['rejected:bad_arguments']);
  expect(await push('buyer', answer([order.id], 'refused', 'too much'))).toEqual(['accepted']);
  expect(await told('planner', send(order.id))).toMatchObject({
    reason: { code: 'order_refused', message: expect.stringMatching(/^buyer refused it: “too much”/) },
  });
  expect(await push('controller', answer([order.id]))).toEqual(['conflict:already_answered']);
  expect(await audited('draft_order_refused')).toMatchObject({ user_name: 'buyer', detail: { reason: 'too much' } });
  const [one = ''] = lines;
  const again = draft([one]);
  expect(await push('planner', cancel(order.id), again, send(again.id))).toEqual(['accepted', 'accepted', 'accepted']);
});

test('several are answered together or not at all; what is not there or another company’s does not exist', async () => {
  const [first, second] = [await drafted([1750, 1750]), await drafted([1750])];
  const own = await drafted([1750], 'buyer');
  expect(await told('buyer', answer([first, own]))).toMatchObject({
    reason: { code: 'own_order', message: expect.stringMatching(/^DO-\d+: You made this draft yourself/) },
  });
  const { other_company_id } = running.data;
  const args = { draft_order_ids: [first], verdict: 'approved', reason: null };
  expect(
    await push(
      'buyer',
      answer([first, first]),
      answer([]),
      answer(Array.from({ length: 201 }, (_, nth) => `${first}/${nth}`)),
      answer([first, crypto.randomUUID()]),
      mutation('approveDraftOrders', { company_id: other_company_id, ...args }),
    ),
  ).toEqual([...Array.from({ length: 3 }, () => 'rejected:bad_arguments'), 'rejected:not_found', 'rejected:not_found']);
  expect(await push('buyer', answer([first, second]))).toEqual(['accepted']);
  expect(await push('planner', send(first), send(second))).toEqual(['accepted', 'accepted']);
});

test('at the same moment one answer counts, and no more leaves than may', async () => {
  const id = await drafted([1750, 1750]);
  const answers = await Promise.all([push('buyer', answer([id])), push('controller', answer([id], 'refused', 'no'))]);
  expect(answers.flat().toSorted()).toEqual(['accepted', 'conflict:already_answered']);
  const pair = [await drafted([1250]), await drafted([1250])] as const;
  const sent = await Promise.all([push('planner', send(pair[0])), push('buyer', send(pair[1]))]);
  expect(sent.flat().toSorted()).toEqual(['accepted', 'rejected:order_not_approved']);
});

test('lines approved by themselves are seen: nobody is asked twice', async () => {
  const dear = await decided('planner', [4000, 4000]);
  const approve = { company_id: running.data.company_id, decision_ids: dear, verdict: 'approved', reason: null };
  expect(await push('buyer', mutation('approveReplenishment', approve))).toEqual(['accepted']);
  const order = draft(dear);
  expect(await push('planner', order)).toEqual(['accepted']);
  expect(await push('controller', answer([order.id]))).toEqual(['rejected:no_approval_needed']);
  expect(await push('planner', send(order.id))).toEqual(['accepted']);
});

test('a purchase price of nothing is none: the decision needs somebody else’s approval', async () => {
  const [id = ''] = await decided('planner', [0]);
  const stored = await running.server.database.db
    .selectFrom('replenishment_decision')
    .select(['approval', 'unit_price_micro', 'value_minor'])
    .where('id', '=', id)
    .executeTakeFirst();
  expect(stored).toEqual({ approval: 'no_price', unit_price_micro: null, value_minor: null });
  expect(await push('planner', draft([id]))).toEqual(['rejected:not_approved']);
});

test('a role without cost receives no answer to a draft', async () => {
  const id = await drafted([1750, 1750]);
  expect(await push('buyer', answer([id]))).toEqual(['accepted']);
  const [sales, planner] = [await running.replica('sales'), await running.replica('planner')];
  await sales.sync();
  await planner.sync();
  expect(sales.rows('draft_order_approval')).toEqual([]);
  expect(planner.rows('draft_order_approval').length).toBeGreaterThan(0);
});
