/** Purchases that wait for a second person reach Today of whoever may answer them, and of nobody else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type RowValues, type TestReplica } from '../testing/replicaFixture.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';

const AS_OF_MS = Date.parse('2026-11-05T10:00:00Z');
const AT = AS_OF_MS - 5 * 3_600_000;
const DAY_MS = 86_400_000;
const SITE = 21;
const KEY = `purchases_asked:${SITE}`;
let replica: TestReplica;

beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
});
afterEach(() => replica.close());

const written = (author: string, at = AT): RowValues => ({
  company_id: COMPANY,
  site_id: SITE,
  author,
  written_at: at,
  accepted_at: at,
});

function decided(id: string, value_minor: number | null, more: RowValues = {}): void {
  replica.insert('replenishment_decision', [
    {
      id,
      ...written('planner'),
      item_id: Number(id.slice(1)),
      kind: 'buy',
      supplier_id: 41,
      verdict: 'accepted',
      proposed_qty_milli: 10_000,
      qty_milli: 10_000,
      receive_on: day('2026-11-20'),
      inputs: '{}',
      rule_version: 3,
      value_minor,
      ...more,
    },
  ]);
}
function drafted(id: string, decision_ids: readonly string[], value_minor: number, author = 'planner'): void {
  const more = { number: id, supplier_id: 41, value_minor, freight_minor: 0 };
  replica.insert('draft_order', [{ id, ...written(author, AT + 60_000), ...more }]);
  const each_minor = value_minor / decision_ids.length;
  for (const decision_id of decision_ids) {
    replica.insert('draft_order_line', [
      {
        id: `${id}/${decision_id}`,
        company_id: COMPANY,
        site_id: SITE,
        draft_order_id: id,
        decision_id,
        item_id: Number(decision_id.slice(1)),
        qty_milli: 10_000,
        value_minor: each_minor,
      },
    ]);
  }
}
const context = (user_name: string, role: string, days = 0) =>
  replica.context({ user_name, role, as_of_ms: AS_OF_MS + days * DAY_MS });
async function asked(user_name: string, role: string, days = 0) {
  const { exceptions } = await exceptionsOf(await findingOf(context(user_name, role, days), COMPANY));
  return exceptions.filter(({ facts }) => facts.kind === 'purchases_asked');
}

test('one a site, with what waits there, for whoever may approve purchases and asked for none of it', async () => {
  decided('d41', 600_000, { approval: 'value' });
  decided('d42', null, { approval: 'no_price' });
  decided('d43', 400_000);
  decided('d44', 300_000);
  drafted('o1', ['d43', 'd44'], 700_000);
  // within the limit, and sent by itself: nobody else has to see it
  decided('d45', 10_000);
  const found = await asked('ruth', 'buyer');
  expect(found).toMatchObject([
    {
      key: KEY,
      severity: 'warn',
      stake_minor: 0,
      site_id: SITE,
      facts: { decisions: 2, orders: 1, amount_minor: 1_300_000, asked_by: 'planner' },
    },
  ]);
  expect(await asked('ruth', 'buyer', 3)).toMatchObject([{ severity: 'bad' }]);
  for (const role of ['planner', 'finance', 'sales', 'auditor']) expect(await asked('ruth', role)).toEqual([]);
  expect(await asked('planner', 'buyer')).toEqual([]);
  const detail = { company_id: COMPANY, key: KEY, limit: 10 };
  expect((await exceptionDetail(context('ruth', 'buyer'), detail)).row?.key).toBe(KEY);
});

test('what was answered, sent or cancelled waits no more', async () => {
  decided('d41', 600_000, { approval: 'value' });
  decided('d43', 400_000);
  decided('d44', 300_000);
  drafted('o1', ['d43', 'd44'], 700_000);
  replica.insert('replenishment_approval', [
    { id: 'a1', ...written('max'), decision_id: 'd41', verdict: 'approved', reason: null },
  ]);
  expect(await asked('ruth', 'buyer')).toMatchObject([{ facts: { decisions: 0, orders: 1, amount_minor: 700_000 } }]);
  replica.insert('draft_order_approval', [
    { id: 'a2', ...written('max'), draft_order_id: 'o1', verdict: 'approved', reason: null },
  ]);
  expect(await asked('ruth', 'buyer')).toEqual([]);
});
