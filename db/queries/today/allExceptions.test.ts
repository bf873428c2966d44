/** All exceptions in groups and blocks: what is asleep, risen or gone, and who sees what. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { type Exceptions, QUERIES, type QueryInput } from '#contract/queries.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptions } from './allExceptions.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
  replica.insert('item_cost', [{ id: 44, company_id: COMPANY, unit_cost_micro: 20_000_000 }]);
  replica.insert('stock_balance', [
    { id: 54, company_id: COMPANY, site_id: 11, item_id: 44, on_hand_qty_milli: 5_000 },
  ]);
});
afterEach(() => replica.close());

const DAY_MS = 86_400_000;
const ask = (args: Partial<QueryInput<'exceptions'>> = {}, role = 'planner'): Promise<Exceptions> =>
  exceptions(
    replica.context({ role, as_of_ms: AS_OF_MS, user_name: 'ingrid' }),
    QUERIES.exceptions.args.parse({ company_ids: [COMPANY], ...args }),
  );
const mark = (id: string, exception_key: string, day: number, more: object) =>
  replica.insert('exception_mark', [
    {
      id,
      company_id: COMPANY,
      site_id: 11,
      exception_key,
      author: 'carla',
      written_at: day * DAY_MS,
      accepted_at: day * DAY_MS,
      ...more,
    },
  ]);
const labels = ({ rows }: Exceptions) => rows.map(({ level, label, children }) => [level, label, children]);

test('groups by their money, unfolded where asked; blocks are parts of one list, of one name', async () => {
  const folded = await ask();
  expect(folded.rows.every((row) => row.exception === null && row.children > 0)).toBe(true);
  expect(folded.rows.reduce((sum, row) => sum + row.children, 0)).toBe(folded.total);
  expect(folded.rows.reduce((sum, row) => sum + (row.shown_minor ?? 0), 0)).toBe(folded.total_stake_minor);
  // what waits for a quiet hour is here
  expect(labels(folded)).toContainEqual([0, 'No policy', 1]);
  const open = await ask({ expanded: ['g:runs_out', 'g:no_policy'] });
  expect(open.total_rows).toBe(folded.total_rows + 2);
  const whole = open.rows;
  const blocks = [];
  for (let offset = 0; offset < open.total_rows; offset += 2) {
    const block = await ask({ expanded: ['g:runs_out', 'g:no_policy'], offset, limit: 2 });
    expect(block.edition).toBe(open.edition);
    blocks.push(...block.rows);
  }
  expect(blocks).toEqual(whole);
  const key = `${COMPANY}/runs_out:41:11`;
  expect((await ask({ expanded: ['g:runs_out'], locate: [key, 'gone'] })).located).toEqual([
    (await ask({ expanded: ['g:runs_out'] })).rows.findIndex((row) => row.key === key),
    null,
  ]);
});

test('filters: kind, site, words; the totals by kind are those before a kind was chosen', async () => {
  const all = await ask({ group_by: 'none' });
  const one = await ask({ group_by: 'none', kind: 'runs_out' });
  expect(one.rows.map(({ key }) => key)).toEqual([`${COMPANY}/runs_out:41:11`]);
  expect(one.kinds).toEqual(all.kinds);
  expect((await ask({ site_id: 11 })).total).toBeLessThan(all.total);
  expect((await ask({ site_id: 12 })).total).toBe(0);
  expect((await ask({ group_by: 'none', text: 'PO-62' })).rows.map(({ label }) => label)).toEqual(['PO-62, Festo']);
  const bySupplier = await ask({ group_by: 'supplier' });
  expect(labels(bySupplier)).toContainEqual([0, 'Festo', 1]);
  const oldest = await ask({ group_by: 'none', sort: [{ column: 'since', descending: false }] });
  const since = oldest.rows.flatMap(({ exception }) => (exception?.since_on ? [exception.since_on] : []));
  expect(since).toEqual(since.toSorted());
  expect(oldest.rows.at(-1)?.exception?.since_on).toBeNull();
});

test('filters of its columns: money, days, kinds and words, of what is in the list', async () => {
  const all = await ask({ group_by: 'none' });
  const left = async (...filters: NonNullable<QueryInput<'exceptions'>['filters']>) =>
    (await ask({ group_by: 'none', filters })).rows.map(({ key }) => key);
  const those = (of: (row: (typeof all.rows)[number]) => boolean) => all.rows.filter(of).map(({ key }) => key);
  const stake = all.rows[1]?.shown_minor ?? 0;
  expect(await left({ column: 'stake', op: 'between', value: { from: stake, to: null } })).toEqual(
    those(({ shown_minor }) => (shown_minor ?? 0) >= stake),
  );
  expect(await left({ column: 'kind', op: 'in', value: ['runs_out'] })).toEqual([`${COMPANY}/runs_out:41:11`]);
  expect(await left({ column: 'subject', op: 'contains', value: 'rotterdam runs' })).toEqual([
    `${COMPANY}/runs_out:41:11`,
  ]);
  expect(await left({ column: 'since', op: 'blank', value: true })).toEqual(
    those(({ exception }) => exception?.since_on === null),
  );
  expect(await left({ column: 'since', op: 'between', value: { from: 1, to: 1 } })).toEqual(
    those(({ exception }) => exception?.since_on === isoDate(TODAY_ON - 1)),
  );
  expect(await left({ column: 'site', op: 'contains', value: 'nowhere' })).toEqual([]);
  const grouped = await ask({ filters: [{ column: 'kind', op: 'in', value: ['runs_out'] }] });
  expect(labels(grouped)).toEqual([[0, 'Runs out', 1]]);
  expect(grouped.kinds).toEqual(all.kinds);
});

test('asleep, risen, gone: each in its own list, and the edition tells that a mark came', async () => {
  const before = await ask();
  mark('m1', 'runs_out:41:11', TODAY_ON - 1, { kind: 'snoozed', until_on: TODAY_ON + 3 });
  const asleep = await ask();
  expect(asleep.edition).not.toBe(before.edition);
  expect(asleep.counts).toEqual({ awake: before.total - 1, escalated: 0, snoozed: 1 });
  expect((await ask({ state: 'snoozed', group_by: 'none' })).rows.map(({ key }) => key)).toEqual([
    `${COMPANY}/runs_out:41:11`,
  ]);
  mark('m2', 'oversold:42:11', TODAY_ON - 9, { kind: 'assigned', assigned_to: 'bert' });
  const risen = await ask({ state: 'escalated', group_by: 'none' });
  expect(risen.rows.map(({ exception }) => exception?.escalated)).toEqual([
    { why: 'not_solved', since_on: '2026-11-01', to: 'carla' },
  ]);
  mark('m3', 'late_receipt:999', TODAY_ON - 2, { kind: 'assigned', assigned_to: 'bert' });
  mark('m4', 'runs_out:44:11', TODAY_ON - 40, { kind: 'assigned', assigned_to: 'bert' });
  mark('m5', 'runs_out:43:11', TODAY_ON - 4, { kind: 'snoozed', until_on: TODAY_ON });
  expect((await ask()).cleared.map(({ subject, what, who, on }) => [subject, what, who, on])).toEqual([
    ['late_receipt:999', 'assigned', 'carla', '2026-11-03'],
    ['I-43 Valve, Rotterdam', 'snoozed', 'carla', '2026-11-01'],
  ]);
});

test('while rows load nothing is called cleared, and the list says that it waits', async () => {
  mark('m3', 'late_receipt:999', TODAY_ON - 2, { kind: 'assigned', assigned_to: 'bert' });
  const context = replica.context({ role: 'planner', as_of_ms: AS_OF_MS, loading: ['po_line'] });
  const answer = await exceptions(context, QUERIES.exceptions.args.parse({ company_ids: [COMPANY] }));
  expect([answer.waiting, answer.cleared]).toEqual([true, []]);
});

test('without cost there are no exceptions made of it, whatever is asked', async () => {
  const sales = await ask({ group_by: 'none' }, 'sales');
  expect(sales.total).toBeGreaterThan(0);
  expect(sales.rows.filter(({ exception }) => exception?.facts.kind === 'no_policy')).toEqual([]);
  expect((await ask({ kind: 'no_policy' }, 'sales')).total).toBe(0);
  expect((await ask({ kind: 'over_credit_limit' }, 'planner')).total).toBe(0);
});
