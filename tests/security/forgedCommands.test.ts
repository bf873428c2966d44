/**
 * Every command there is, by a client that asks nobody: whoever only looks, another site's people, a role without the costs,
 * and the same with more said than there is room for. A new command does not compile here until it is tried.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandName } from '#contract/commands.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { mutation, outcomesOf } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

let running: TestServer;
beforeAll(async () => {
  running = await startTestServer(await PGLITE.start());
}, 240_000);
afterAll(async () => {
  await running?.close();
});

/** Everything a replica may hold but what became of changes. */
async function businessData(): Promise<string> {
  const { db } = running.server.database;
  const sums: string[] = [];
  for (const { name } of WIRE_TABLES.filter(({ name }) => name !== 'mutation_outcome')) {
    const { rows } = await sql<{ sum: string | null }>`
      select md5(string_agg(t::text, ' ' order by t.id)) as sum from ${sql.table(name)} t`.execute(db);
    sums.push(`${name} ${rows[0]?.sum}`);
  }
  return sums.join('\n');
}

test('does with every command what its person may not: look, decide, approve, or say more than there is room for', {
  timeout: 240_000,
}, async () => {
  const { company_id, items, orders, lines, sites } = running.data;
  const { db } = running.server.database;
  const party = { company_id, code: 'SKF', name: 'Bearings', kind: 'supplier' };
  const supplier = await db.insertInto('party').values(party).returning('id').executeTakeFirstOrThrow();
  const [item_id, site_id] = [items[0] ?? 0, sites[0]];
  const sold = items.map((id) => ({ company_id, supplier_id: supplier.id, item_id: id, moq_qty_milli: 0 }));
  await db
    .insertInto('supplier_item')
    .values(sold.map((each) => ({ ...each, multiple_qty_milli: 1000, lead_time_days: 14, preferred: true })))
    .execute();
  const decide = (more: object = {}) => ({
    company_id,
    decisions: [
      {
        site_id,
        item_id,
        kind: 'buy',
        supplier_id: supplier.id,
        from_site_id: null,
        verdict: 'accepted',
        proposed_qty_milli: 2e3,
        qty_milli: 2e3,
        receive_on: '2026-12-19',
        reason: null,
        rule_version: 1,
        inputs: {
          as_of_on: '2026-11-05',
          because: 'needed',
          position_qty_milli: 0,
          week_qty_milli: 1e3,
          reorder_qty_milli: 1e3,
          up_to_qty_milli: 2e3,
          need_qty_milli: 2e3,
          accepted_before_qty_milli: 0,
          order_by_on: null,
          runs_out_on: null,
          short_qty_milli: 0,
        },
        follows: null,
        ...more,
      },
    ],
  });
  const floor = {
    company_id,
    subject: 'price_floor',
    title: 'Floors',
    reason: 'costs rose',
    effective_on: '2099-01-01',
    lines: [
      {
        site_id: null,
        channel_id: null,
        item_id,
        kpi: null,
        before: null,
        after: {
          floor_price_micro: 5e6,
          owner: 'planner',
        },
      },
    ],
  };
  const month = Number(new Date().toISOString().slice(0, 7).replace('-', '')) + 100;
  const forecast = {
    item_id,
    site_id,
    from_month: month,
    to_month: month,
    qty_milli: 1e3,
    factor_bp: null,
    reason: 'a fair',
    expires_on: `${new Date().getFullYear() + 1}-06-01`,
    replaces: null,
  };
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  // somebody who may did all this before
  const planner = await running.replica('planner');
  const buyer = await running.replica('buyer');
  const honest = {
    decision: mutation('decideReplenishment', decide()),
    drafted: mutation('decideReplenishment', decide({ item_id: items[1] })),
    forecast: mutation('overrideForecast', forecast),
    rules: mutation('draftRuleChange', { ...floor, effective_on: day }),
  };
  expect(outcomesOf(await planner.push(honest.drafted, honest.forecast, honest.rules))).toEqual(
    Array(3).fill('accepted'),
  );
  expect(outcomesOf(await buyer.push(honest.decision))).toEqual(['accepted']);
  // no price is known of either, so that both wait for somebody else
  const [waiting, drafted] = [`${honest.decision.id}/0`, `${honest.drafted.id}/0`];
  const approve = (id: string) => ({ company_id, decision_ids: [id], verdict: 'approved', reason: null });
  expect(outcomesOf(await buyer.push(mutation('approveReplenishment', approve(drafted))))).toEqual(['accepted']);
  const draft = { company_id, site_id, supplier_id: supplier.id, decision_ids: [drafted], minimum_reason: null };
  const made = mutation('makeDraftOrder', draft);
  expect(outcomesOf(await planner.push(made))).toEqual(['accepted']);
  const moved = {
    company_id,
    transfers: [
      {
        item_id,
        from_site_id: sites[0],
        to_site_id: sites[1],
        qty_milli: 1000,
        wanted_on: null,
        reason: 'short there',
        decision_id: null,
      },
    ],
  };
  const wanted = mutation('requestTransfers', moved);
  expect(outcomesOf(await planner.push(wanted))).toEqual(['accepted']);
  const transfer_id = `${wanted.id}/0`;
  const debtor = { company_id, code: 'K-1', name: 'Debtor', kind: 'customer' };
  const customer = await db.insertInto('party').values(debtor).returning('id').executeTakeFirstOrThrow();
  const period = await db.selectFrom('close_period').select('id').executeTakeFirstOrThrow();
  const before = await businessData();

  const every: Readonly<Record<CommandName, Record<string, unknown>>> = {
    addItemNote: { item_id, body: 'x' },
    addOrderNote: { order_id: orders[0], body: 'x' },
    addFollowUp: { company_id, party_id: customer.id, said: 'x', promised_on: null, next_on: null },
    openClose: { company_id, period: 202611 },
    addCloseNote: { task_id: running.data.task.id, body: 'x', assigned_to: null, answers_id: null },
    attachEvidence: {
      task_id: running.data.task.id,
      item_ref: null,
      sha256: 'a'.repeat(64),
      name: 'x.pdf',
      media_type: 'application/pdf',
      size_bytes: 1,
    },
    recordBinder: {
      period_id: period.id,
      manifest_hash: 'a'.repeat(64),
      final: false,
      moment_ms: 1_793_000_000_000,
      checkpoint: 1,
      checkpoint_id: 'x',
    },
    removeEvidence: { task_id: running.data.task.id, evidence_id: made.id, reason: 'x' },
    withdrawSignoff: { task_id: running.data.task.id, signoff_id: made.id, reason: 'x' },
    planCloseTask: { task_id: running.data.task.id, task_ver: 1, owner: null, reviewer: null, due_day: 3 },
    lockPeriod: { period_id: period.id, step: 'soft_lock', areas: ['sales'] },
    askReopening: { period_id: period.id, areas: ['sales'], hours: 4, reason: 'x' },
    answerReopening: { period_id: period.id, asked_id: made.id, verdict: 'given', reason: null },
    signCloseTask: {
      task_id: running.data.task.id,
      role: 'preparer',
      task_ver: 1,
      content_hash: running.data.task.content_hash,
      amount_minor: 1,
    },
    reconcile: { period_id: running.data.task.period_id },
    explainItem: { task_id: running.data.task.id, line_id: 1, explanation: 'x', seen_explanation: null },
    proposeJournal: {
      period_id: period.id,
      items: [{ line_id: 1, amount_minor: 1 }],
      reverses: true,
      words: 'x',
      renews_id: null,
    },
    changeJournal: { period_id: period.id, proposal_id: made.id, step: 'withdrawn', words: null, seen_words: 'x' },
    decideJournal: { period_id: period.id, proposal_id: made.id, verdict: 'approved', reason: null, seen_words: 'x' },
    markException: {
      company_id,
      site_id,
      channel_id: null,
      key: `runs_out:${item_id}:${site_id}`,
      kind: 'reopened',
      until_on: null,
      assigned_to: null,
    },
    overrideFulfilment: {
      order_id: orders[0],
      order_line_id: lines[0],
      kind: 'raised',
      until_on: day,
      reason: 'mine',
    },
    approveOrder: {
      order_id: orders[0],
      kind: 'floor',
      decision: 'approved',
      reason: 'x',
      content_hash: 'f'.repeat(64),
    },
    draftRuleChange: { ...floor, effective_on: day },
    decideRuleChange: { change_id: honest.rules.id, verdict: 'approved', content_hash: 'f'.repeat(64), reason: '' },
    withdrawRuleChange: { change_id: honest.rules.id, reason: 'x' },
    decideReplenishment: decide({ verdict: 'withdrawn', qty_milli: 0, follows: waiting }),
    approveReplenishment: approve(waiting),
    makeDraftOrder: { ...draft, decision_ids: [waiting] },
    approveDraftOrders: { company_id, draft_order_ids: [made.id], verdict: 'approved', reason: null },
    sendDraftOrder: { company_id, draft_order_id: made.id },
    cancelDraftOrder: { company_id, draft_order_id: made.id, reason: 'x' },
    overrideForecast: { ...forecast, replaces: honest.forecast.id },
    requestTransfers: moved,
    answerTransfers: {
      company_id,
      verdict: 'approved',
      transfers: [{ transfer_id, qty_milli: 1000 }],
      reason: null,
    },
    moveTransfer: { company_id, transfer_id, step: 'dispatched', qty_milli: 1000, reason: null },
    endTransfer: { company_id, transfer_id, step: 'withdrawn', reason: 'x' },
    withdrawOverride: { item_id, site_id, override_id: honest.forecast.id, reason: 'not this' },
  };
  const auditor = await running.replica('auditor');
  const counter = await running.replica('counter');
  const sales = await running.replica('sales');
  for (const [name, args] of Object.entries(every)) {
    // sees all of it, may do nothing
    const looks = outcomesOf(await auditor.push(mutation(name, args)));
    expect([name, looks]).toEqual([name, ['rejected:not_permitted']]);
    for (const forged of [{ author: 'controller' }, { accepted_at: 0 }, { value_minor: 0 }, { mutation_id: made.id }]) {
      const more = outcomesOf(await buyer.push(mutation(name, { ...args, ...forged })));
      expect([name, more]).toEqual([name, ['rejected:bad_arguments']]);
    }
    if (name === 'addItemNote') continue;
    // another site's people find nothing there
    expect([name, outcomesOf(await counter.push(mutation(name, args)))]).toEqual([name, ['rejected:not_found']]);
  }
  const costs: readonly CommandName[] = [
    ...(['approveOrder', 'draftRuleChange', 'decideRuleChange', 'withdrawRuleChange'] as const),
    ...(['decideReplenishment', 'approveReplenishment', 'makeDraftOrder', 'sendDraftOrder'] as const),
    ...([
      'approveDraftOrders',
      'cancelDraftOrder',
      'signCloseTask',
      'withdrawSignoff',
      'lockPeriod',
      'askReopening',
      'answerReopening',
      'addFollowUp',
    ] as const),
    ...(['openClose', 'planCloseTask', 'addCloseNote', 'reconcile', 'explainItem'] as const),
    ...(['attachEvidence', 'removeEvidence', 'recordBinder'] as const),
    ...(['proposeJournal', 'changeJournal', 'decideJournal'] as const),
  ];
  for (const name of costs) {
    expect([name, outcomesOf(await sales.push(mutation(name, every[name])))]).toEqual([name, ['rejected:not_found']]);
  }
  expect(outcomesOf(await buyer.push(mutation('approveReplenishment', approve(waiting))))).toEqual([
    'rejected:own_decision',
  ]);
  expect(outcomesOf(await buyer.push(mutation('withdrawRuleChange', every.withdrawRuleChange)))).toEqual([
    'rejected:not_permitted',
  ]);
  expect(await businessData()).toBe(before);
});
