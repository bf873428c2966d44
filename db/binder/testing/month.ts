/** A month with a close: one reconciled account, signed by two, with items enough for several pages. */
import { createHash } from 'node:crypto';
import { LOCK_AREAS } from '#domain/close/locking.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { COMPANY, day, insertGolden } from '#db/queries/testing/golden.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';

const LINE = { account: '1300', booked_on: day('2026-10-30'), currency: 'EUR', explanation: null };
const LINES = [
  { ...LINE, id: 1, side: 'ledger', ref: 'INV/1', amount_minor: 50_000 },
  { ...LINE, id: 2, side: 'subledger', ref: 'INV/1', amount_minor: 49_000 },
  { ...LINE, id: 3, side: 'item', ref: 'INV/1', amount_minor: 1_000, explanation: 'Žluťoučký Łódź: paid twice' },
];
const HASH = createHash('sha256')
  .update(
    signoffContent(
      { id: 1, code: 'ar_gl' },
      LINES.map((line) => ({ ...line, booked_on: '2026-10-30' })),
      [],
    ),
  )
  .digest('hex');

/** `locked`: for good, by the controller. */
export function insertMonth(into: TestReplica, { locked = false }: { readonly locked?: boolean } = {}): void {
  insertGolden(into);
  const own = { company_id: COMPANY };
  into.insert('close_period', [{ id: 1, ...own, period: 202610, state: 'open', cut_off_on: day('2026-10-31') }]);
  const planned = { ...own, period_id: 1, due_on: day('2026-11-04'), due_day: 3, depends_on: '[]', state: 'open' };
  into.insert('close_task', [
    { id: 1, ...planned, code: 'ar_gl', title: 'AR vs GL', account: '1300', amount_minor: 50_000, content_hash: HASH },
  ]);
  const more = Array.from({ length: 120 }, (_, nth) => ({
    ...LINE,
    id: 10 + nth,
    side: 'item',
    ref: `MORE/${nth}`,
    amount_minor: 0,
  }));
  into.insert(
    'close_task_line',
    [...LINES, ...more].map((line) => ({ ...line, ...own, task_id: 1 })),
  );
  const sums = { ledger_minor: 50_000, subledger_minor: 49_000, difference_minor: 1_000, threshold_minor: 500 };
  into.insert('reconciliation', [{ id: 1, ...own, ...sums, computed_at: 1_793_000_000_000 }]);
  into.insert(
    'rec_item',
    [3, ...more.map(({ id }) => id)].map((id) => ({
      id,
      ...own,
      task_id: 1,
      role: 'receivables',
      cause: 'posted_twice',
      origin_period: 202609,
      arose_on: day('2026-09-20'),
      age_days: 41,
      documents: '[]',
    })),
  );
  const said = { device: 'ws-1', signed_at: 1_793_100_000_000, accepted_at: 1_793_100_000_000, amount_minor: 50_000 };
  into.insert('signoff', [
    { id: 's1', ...own, task_id: 1, role: 'preparer', user_name: 'finance', content_hash: HASH, ...said },
    { id: 's2', ...own, task_id: 1, role: 'reviewer', user_name: 'controller', content_hash: HASH, ...said },
  ]);
  if (locked) lockForGood(into);
  into.insert('gl_account', [
    { id: 1, ...own, code: '1300', name: 'Receivables', kind: 'asset', role: 'receivables' },
    { id: 2, ...own, code: '8000', name: 'Sales', kind: 'income', role: 'revenue' },
  ]);
  const entry = { journal: 'SAL', number: 'S1', booked_on: day('2026-10-05'), posted_at: 1_792_000_000_000 };
  into.insert('gl_entry', [{ id: 1, ...own, month: 202610, ...entry, memo: '=Sold' }]);
  into.insert('gl_line', [
    { id: 1, ...own, month: 202610, entry_id: 1, account_id: 1, amount_minor: 50_000 },
    { id: 2, ...own, month: 202610, entry_id: 1, account_id: 2, amount_minor: -50_000 },
  ]);
}

export const LOCKED_AT_MS = 1_793_200_000_000;

export function lockForGood(into: TestReplica): void {
  const own = { company_id: COMPANY, period_id: 1, author: 'controller' };
  const at = { written_at: LOCKED_AT_MS, accepted_at: LOCKED_AT_MS };
  into.insert('lock_event', [
    { id: 'l1', ...own, step: 'hard_lock', areas: LOCK_AREAS.join(' '), hours: null, answers_id: null, ...at },
  ]);
}
