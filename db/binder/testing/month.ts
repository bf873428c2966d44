/** A month with a close: one reconciled account, signed by two, with items enough for several pages. */
import { createHash } from 'node:crypto';
import { LOCK_AREAS } from '#domain/close/locking.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { COMPANY, day, GOLDEN_LINES, insertGolden } from '#db/queries/testing/golden.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { insertSealed, sha256, type Told } from './sealedMonth.ts';

const LINE = { account: '1300', booked_on: day('2026-10-30'), currency: 'EUR', explanation: null };
const LINES = [
  { ...LINE, id: 1, side: 'ledger', ref: 'INV/1', amount_minor: 50_000 },
  { ...LINE, id: 2, side: 'subledger', ref: 'INV/1', amount_minor: 49_000 },
  { ...LINE, id: 3, side: 'item', ref: 'INV/1', amount_minor: 1_000, explanation: 'Žluťoučký Łódź: paid twice' },
];
const LANDED_LINE = { ...LINE, id: 200, side: 'item', ref: 'PO-1 freight', account: '2170', amount_minor: 0 };
const LANDED_HASH = createHash('sha256')
  .update(signoffContent({ id: 2, code: 'landed_cost' }, [{ ...LANDED_LINE, booked_on: '2026-10-30' }], []))
  .digest('hex');
const HASH = createHash('sha256')
  .update(
    signoffContent(
      { id: 1, code: 'ar_gl' },
      LINES.map((line) => ({ ...line, booked_on: '2026-10-30' })),
      [],
    ),
  )
  .digest('hex');

const STATEMENT = Buffer.from('%PDF-1.4 what the bank says');
const SLIP = Buffer.from('%PDF-1.4 a slip');
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const HELD = new Map([STATEMENT, SLIP].map((bytes) => [hashOf(bytes), bytes]));

/** The files of the month as they would lie on a machine that has them. */
export function readEvidence(sha256: string): Buffer | null {
  return HELD.get(sha256) ?? null;
}

const by = (author: string, nth: number) => {
  const at = 1_793_100_000_000 + nth;
  return { author, written_at: at, accepted_at: at };
};
const attached = (id: string, name: string, bytes: Buffer, nth: number, item_ref: string | null = null) => ({
  id,
  step: 'attached',
  item_ref,
  sha256: hashOf(bytes),
  name,
  size_bytes: bytes.length,
  removes_id: null as string | null,
  reason: null as string | null,
  ...by('finance', nth),
});

/** Of an order of the month: what was credited of it, and what it cost beside that. */
function insertClaim(into: TestReplica): void {
  const line = GOLDEN_LINES.find(({ month }) => month === 202610);
  if (!line) throw new Error('nothing was ordered in the month');
  const of = { company_id: COMPANY, channel_id: line.channel_id, order_line_id: line.id };
  into.insert('claim', [
    {
      ...of,
      id: 9,
      number: 'RC-9',
      kind: 'damaged',
      state: 'resolved',
      claimed_minor: 900,
      opened_on: day('2026-10-12'),
    },
  ]);
  const made = { ...of, id: 900, claim_id: 9, month: 202610 };
  into.insert('claim_cost', [{ ...made, booked_on: day('2026-10-19'), amount_minor: 250 }]);
  into.insert('credit_note', [
    { ...made, number: 'CN-900', issued_on: day('2026-10-20'), reason: 'damaged', amount_minor: 527 },
  ]);
}

/** 300.00 of freight over two lines, of one of which half is gone, the newest receipt first; its entry is of September. */
function insertLandedCost(into: TestReplica): void {
  const own = { company_id: COMPANY };
  const task = { ...own, id: 2, period_id: 1, code: 'landed_cost', title: 'Landed costs', account: '2170' };
  const due = { due_on: day('2026-11-04'), due_day: 3, depends_on: '[]', state: 'open', amount_minor: 0 };
  const ref = 'PO-1 freight';
  const content_hash = LANDED_HASH;
  into.insert('close_task', [{ ...task, ...due, content_hash }]);
  into.insert('close_task_line', [{ ...LANDED_LINE, ...own, task_id: 2 }]);
  const said = { device: 'ws-1', signed_at: 1_793_100_000_000, accepted_at: 1_793_100_000_000, amount_minor: 0 };
  into.insert('signoff', [
    { id: 's3', ...own, task_id: 2, role: 'preparer', user_name: 'finance', content_hash, ...said },
    { id: 's4', ...own, task_id: 2, role: 'reviewer', user_name: 'controller', content_hash, ...said },
  ]);
  const sums = { ledger_minor: 0, subledger_minor: 0, difference_minor: 0, threshold_minor: 500 };
  into.insert('reconciliation', [{ id: 2, ...own, ...sums, computed_at: 1_793_000_000_000 }]);
  const layer = (nth: number, received_on: string, qty_milli: number, left_qty_milli: number) => ({
    ref: `R-${nth}`,
    received_on,
    qty_milli,
    left_qty_milli,
  });
  const allocation = {
    amount_minor: 30_000,
    split_by: 'value',
    valuation: 'perpetual',
    on_hand_minor: 22_500,
    gone_minor: 7_500,
    problem: null,
    lines: [
      {
        code: 'FA-1',
        uom: 'pcs',
        amount_minor: 15_000,
        on_hand_minor: 7_500,
        layers: [layer(2, '2026-09-20', 10_000, 10_000), layer(1, '2026-09-10', 10_000, 0)],
      },
      {
        code: 'FA-2',
        uom: 'm',
        amount_minor: 15_000,
        on_hand_minor: 15_000,
        layers: [layer(1, '2026-09-10', 5_500, 5_500)],
      },
    ],
  };
  const cost = { role: 'landed_cost_clearing', cause: 'cost_not_allocated' };
  const arose = { origin_period: 202609, age_days: 51, arose_on: day('2026-09-10') };
  into.insert('rec_item', [
    { id: 200, ...own, task_id: 2, ...cost, ...arose, documents: '[]', allocation: JSON.stringify(allocation) },
  ]);
  const item = { ...cost, line_id: 99, ref, arose_on: '2026-09-10', amount_minor: 0, allocation };
  into.insert('journal_proposal', [
    {
      id: 'p0',
      ...own,
      period_id: 9,
      reference: 'JP-202609-00000000',
      words: 'Freight onto its goods',
      booked_on: day('2026-09-30'),
      reverses_on: null,
      amount_minor: 30_000,
      inputs: JSON.stringify({
        currency: 'EUR',
        cut_off_on: '2026-09-30',
        reverses: false,
        accounts: {},
        items: [item],
      }),
      lines: '[]',
      posted_as: 'ADJ 17',
      posted_otherwise: 0,
      ...by('finance', 2),
    },
  ]);
  into.insert('journal_step', [
    { id: 'q0', ...own, period_id: 9, proposal_id: 'p0', step: 'approved', ...by('controller', 3) },
  ]);
}

interface MonthOptions {
  /** For good, by the controller. */
  readonly locked?: boolean;
  /** How large each file of evidence is said to be, by its row and its entry; else what it is. */
  readonly evidence_bytes?: number;
}

export function insertMonth(into: TestReplica, { locked = false, evidence_bytes }: MonthOptions = {}): void {
  insertGolden(into);
  const own = { company_id: COMPANY };
  insertClaim(into);
  insertLandedCost(into);
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
  insertSealed(into, toldOfMonth(locked, evidence_bytes));
  into.insert('close_note', [
    {
      id: 'n1',
      ...own,
      task_id: 1,
      body: 'Ask the bank for the slip',
      assigned_to: 'finance',
      ...by('controller', 10),
    },
    { id: 'n2', ...own, task_id: 1, body: 'Slip is attached', answers_id: 'n1', ...by('finance', 20) },
  ]);
  const file = { ...own, task_id: 1, media_type: 'application/pdf' };
  into.insert(
    'close_evidence',
    [
      attached('e1', 'Kontoauszug Żółw.PDF', STATEMENT, 30),
      attached('e2', 'slip.pdf', SLIP, 40, 'INV/1'),
      attached('e3', 'slip again.pdf', SLIP, 50),
      attached('e4', 'wrong.pdf', Buffer.from('of another month'), 60),
      {
        ...attached('e4', 'wrong.pdf', Buffer.from('of another month'), 70),
        id: 'e5',
        step: 'removed',
        removes_id: 'e4',
        reason: 'Of September',
      },
    ].map((row) => ({ ...file, ...row, size_bytes: evidence_bytes ?? row.size_bytes })),
  );
  const entry_of = { ...own, period_id: 1 };
  into.insert('journal_proposal', [
    {
      id: 'p1',
      ...entry_of,
      reference: 'HAL-202610-1',
      words: 'Paid twice',
      booked_on: day('2026-10-31'),
      reverses_on: day('2026-11-01'),
      amount_minor: 1_000,
      inputs: JSON.stringify({
        currency: 'EUR',
        cut_off_on: '2026-10-31',
        reverses: true,
        accounts: { ar: '1300', bank: '1000' },
        items: [{ line_id: 3, role: 'ar', cause: 'posted_twice', ref: 'INV/1', amount_minor: 1_000 }],
      }),
      lines: JSON.stringify([
        { account: '1300', role: 'ar', amount_minor: -1_000, text: 'Paid twice' },
        { account: '1000', role: 'bank', amount_minor: 1_000, text: 'Paid twice' },
      ]),
      posted_otherwise: 0,
      ...by('finance', 80),
    },
  ]);
  into.insert('journal_step', [
    { id: 'q1', ...entry_of, proposal_id: 'p1', step: 'approved', ...by('controller', 90) },
    { id: 'q2', ...entry_of, proposal_id: 'p1', step: 'exported', ...by('finance', 100) },
  ]);
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

/** What the trail tells of the rows above, in the order the server took them. */
function toldOfMonth(locked: boolean, evidence_bytes?: number): readonly Told[] {
  const task = 'HAL 2026-10 ar_gl';
  const told = (nth: number, kind: string, who: string, detail: Told['detail'], about = task): Told => ({
    at_ms: 1_793_100_000_000 + nth,
    kind,
    who,
    about,
    detail,
  });
  const signed = (role: string, who: string, content: string, about?: string): Told =>
    told(0, 'close_signed', who, { role, content }, about);
  const noted = (note: string, body: string, to: string | null, answers: string | null): Told['detail'] => ({
    note,
    for: to,
    answers,
    words_sha256: sha256(body),
  });
  const file = (evidence: string, bytes: Buffer): Told['detail'] => ({
    evidence,
    sha256: hashOf(bytes),
    bytes: evidence_bytes ?? bytes.length,
  });
  const entry = 'HAL 2026-10 HAL-202610-1';
  const areas = LOCK_AREAS.join(', ');
  const lock: Told = {
    at_ms: LOCKED_AT_MS,
    kind: 'period_locked',
    who: 'controller',
    about: '202610',
    detail: { company: COMPANY, areas, step: 'hard_lock', asked_by: null, reason: null, hours: null },
  };
  return [
    signed('preparer', 'finance', HASH),
    signed('reviewer', 'controller', HASH),
    signed('preparer', 'finance', LANDED_HASH, 'HAL 2026-10 landed_cost'),
    signed('reviewer', 'controller', LANDED_HASH, 'HAL 2026-10 landed_cost'),
    told(10, 'close_noted', 'controller', noted('n1', 'Ask the bank for the slip', 'finance', null)),
    told(20, 'close_noted', 'finance', noted('n2', 'Slip is attached', null, 'n1')),
    told(30, 'evidence_attached', 'finance', file('e1', STATEMENT)),
    told(40, 'evidence_attached', 'finance', file('e2', SLIP)),
    told(50, 'evidence_attached', 'finance', file('e3', SLIP)),
    told(60, 'evidence_attached', 'finance', file('e4', Buffer.from('of another month'))),
    told(70, 'evidence_removed', 'finance', { evidence: 'e4', words_sha256: sha256('Of September') }),
    told(80, 'entry_proposed', 'finance', { items: 1, reverses: 'yes', words_sha256: sha256('Paid twice') }, entry),
    told(90, 'entry_approved', 'controller', { words_sha256: sha256('Paid twice'), reason_sha256: null }, entry),
    told(100, 'exported', 'finance', { company: COMPANY, period: 202610, entries: 1, again: null }, 'journal'),
    ...(locked ? [lock] : []),
  ];
}

export const LOCKED_AT_MS = 1_793_200_000_000;

export function lockForGood(into: TestReplica): void {
  const own = { company_id: COMPANY, period_id: 1, author: 'controller' };
  const at = { written_at: LOCKED_AT_MS, accepted_at: LOCKED_AT_MS };
  into.insert('lock_event', [
    { id: 'l1', ...own, step: 'hard_lock', areas: LOCK_AREAS.join(' '), hours: null, answers_id: null, ...at },
  ]);
}
