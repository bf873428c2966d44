/** Drafted changes of rules reach Today of whoever may decide them, and of nobody else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';

const AS_OF_MS = Date.parse('2026-11-05T10:00:00Z');
const AT = AS_OF_MS - 5 * 3_600_000;
const ids = (nth: number): string => `5ca1ab1e-0000-4000-8000-00000000000${nth}`;
const LINE = { site_id: null, channel_id: null, item_id: null, kpi: null, party_id: null, category: null, name: null };
let replica: TestReplica;

beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
});
afterEach(() => replica.close());

function drafted(
  nth: number,
  table: 'rule_change_cost' | 'rule_change_finance',
  effective: string,
  author = 'finance',
) {
  const of_cost = table === 'rule_change_cost';
  const asks = of_cost ? { floor_price_micro: 9_000_000 } : { amount_minor: 400_000, rate_bp: 1_000 };
  replica.insert(table, [
    {
      id: ids(nth),
      company_id: COMPANY,
      subject: of_cost ? 'price_floor' : 'flux_threshold',
      title: `Change ${nth}`,
      reason: 'Costs rose.',
      effective_on: day(effective),
      author,
      lines: JSON.stringify([{ ...LINE, before: null, after: { ...asks, owner: 'controller' } }]),
      written_at: AT + nth,
      accepted_at: AT + nth,
    },
  ]);
}
async function asked(user_name: string, role: string) {
  const context = replica.context({ user_name, role, as_of_ms: AS_OF_MS });
  const { exceptions } = await exceptionsOf(await findingOf(context, COMPANY));
  return exceptions.filter(({ facts }) => facts.kind === 'rules_asked');
}
const titles = (found: Awaited<ReturnType<typeof asked>>) =>
  found.map(({ facts }) => (facts.kind === 'rules_asked' ? facts.title : '')).toSorted();

test('each waiting change is one, soon or not, for whoever may decide it', async () => {
  drafted(1, 'rule_change_cost', '2026-11-20');
  drafted(2, 'rule_change_finance', '2026-12-01');
  const found = await asked('ingrid', 'controller');
  expect(found).toMatchObject([
    {
      key: `rules_asked:${ids(1)}`,
      severity: 'warn',
      stake_minor: 0,
      due_on: day('2026-11-20'),
      owner: 'ingrid',
      facts: { subject: 'price_floor', rules: 1, drafted_by: 'finance', says: 'Costs rose.', too_late: false },
    },
    { key: `rules_asked:${ids(2)}`, facts: { subject: 'flux_threshold' } },
  ]);
  // who approves rules of prices does not approve those of the close
  expect(titles(await asked('max', 'executive'))).toEqual(['Change 1']);
  for (const role of ['planner', 'finance', 'sales', 'auditor']) expect(await asked('ingrid', role)).toEqual([]);
  const detail = { company_id: COMPANY, key: `rules_asked:${ids(2)}`, limit: 10 };
  const context = replica.context({ user_name: 'ingrid', role: 'controller', as_of_ms: AS_OF_MS });
  expect((await exceptionDetail(context, detail)).row?.key).toBe(detail.key);
});

test('one’s own is for somebody else; a decided one is gone; one whose day has come says so', async () => {
  drafted(1, 'rule_change_cost', '2026-11-20', 'ingrid');
  drafted(2, 'rule_change_cost', '2026-11-21');
  drafted(3, 'rule_change_cost', '2026-11-04');
  const found = await asked('ingrid', 'controller');
  expect(titles(found)).toEqual(['Change 2', 'Change 3']);
  expect(found.find(({ key }) => key === `rules_asked:${ids(3)}`)).toMatchObject({
    severity: 'bad',
    facts: { too_late: true },
  });
  const said = {
    company_id: COMPANY,
    verdict: 'refused',
    reason: 'No.',
    content_hash: 'a'.repeat(64),
    author: 'ingrid',
  };
  replica.insert('rule_verdict_cost', [
    { ...said, id: ids(8), change_id: ids(2), written_at: AT + 9, accepted_at: AT + 9 },
  ]);
  expect(titles(await asked('ingrid', 'controller'))).toEqual(['Change 3']);
});
