/** Proposed entries reach Today of whoever may approve them, and of nobody else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { proposedEntry } from '#domain/close/journal/books.ts';
import { copiedBooks } from '#db/close/journal.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';

const AS_OF_MS = Date.parse('2026-11-05T10:00:00Z');
const AT = AS_OF_MS - 5 * 3_600_000;
const ids = (nth: number): string => `5ca1ab1e-0000-4000-8000-00000000000${nth}`;
let replica: TestReplica;

beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  const of = { company_id: COMPANY };
  replica.insert('close_period', [{ ...of, id: 1, period: 202610, state: 'open', cut_off_on: day('2026-10-31') }]);
  replica.insert('gl_account', [
    { ...of, id: 901, code: '2150', name: 'GRNI', kind: 'liability', role: 'grni' },
    { ...of, id: 902, code: '2000', name: 'Payables', kind: 'liability', role: 'ap' },
    { ...of, id: 903, code: '1400', name: 'Stock', kind: 'asset', role: 'inventory' },
  ]);
  const words = { title: 'GRNI', depends_on: '[]', owner: 'finance', reviewer: 'controller' };
  replica.insert('close_task', [
    { ...of, ...words, id: 2, period_id: 1, code: 'grni', due_on: day('2026-11-20'), state: 'open' },
  ]);
  for (const id of [11, 12]) {
    const booked = { ref: `RCV ${id}`, booked_on: day('2026-10-20'), amount_minor: 5_000 };
    replica.insert('close_task_line', [
      { ...of, ...booked, id, task_id: 2, side: 'item', account: '2150', currency: 'EUR' },
    ]);
    const found = { role: 'grni', cause: 'document_not_posted', origin_period: 202610, age_days: 11 };
    replica.insert('rec_item', [
      {
        ...of,
        ...found,
        id,
        task_id: 2,
        arose_on: day('2026-10-20'),
        documents: '[{"kind":"receipt","id":1,"ref":"R"}]',
      },
    ]);
  }
});
afterEach(() => replica.close());

const context = (user_name: string, role: string) => replica.context({ user_name, role, as_of_ms: AS_OF_MS });

function proposed(nth: number, line_id: number, author: string): void {
  const books = copiedBooks(context(author, 'finance').scan, 1, AS_OF_MS);
  if (!books) throw new Error('the month is not here');
  const items = [{ line_id, amount_minor: 5_000 }];
  const made = proposedEntry(books, { may_prepare: true, items, reverses: true, renews_id: null });
  if (!made.ok) throw new Error(made.message);
  replica.insert('journal_proposal', [
    {
      id: ids(nth),
      company_id: COMPANY,
      period_id: 1,
      reference: `JP-202610-${nth}`,
      words: `Receipt ${nth}`,
      booked_on: day('2026-10-31'),
      reverses_on: day('2026-11-01'),
      amount_minor: 5_000,
      inputs: JSON.stringify(made.inputs),
      lines: JSON.stringify(made.entry.lines),
      posted_otherwise: 0,
      author,
      written_at: AT + nth,
      accepted_at: AT + nth,
    },
  ]);
}
const asked = async (user_name: string, role = 'controller') => {
  const { exceptions } = await exceptionsOf(await findingOf(context(user_name, role), COMPANY));
  return exceptions.find(({ key }) => key === 'journal_asked:1');
};

test('who may approve is told of each month that waits, with the newest of it; who proposed or may not is not', async () => {
  expect(await asked('controller')).toBeUndefined();
  proposed(1, 11, 'finance');
  proposed(2, 12, 'controller');
  expect(await asked('controller')).toMatchObject({
    owner: 'controller',
    severity: 'warn',
    facts: { period: 202610, entries: 1, amount_minor: 5_000, proposed_by: 'finance', says: 'Receipt 1' },
  });
  expect((await asked('controller2'))?.facts).toMatchObject({
    entries: 2,
    proposed_by: 'controller',
    says: 'Receipt 2',
  });
  expect(await asked('finance', 'finance')).toBeUndefined();
  const detail = { company_id: COMPANY, key: 'journal_asked:1', limit: 10 };
  expect((await exceptionDetail(context('controller', 'controller'), detail)).row?.key).toBe('journal_asked:1');
  // what has changed since cannot be approved, and what was decided does not wait
  replica.writer.exec('UPDATE close_task_line SET amount_minor = 4999 WHERE id = 12');
  replica.insert('journal_step', [
    {
      id: ids(9),
      company_id: COMPANY,
      period_id: 1,
      proposal_id: ids(1),
      step: 'approved',
      author: 'controller',
      written_at: AT + 9,
      accepted_at: AT + 9,
    },
  ]);
  expect(await asked('controller2')).toBeUndefined();
});
