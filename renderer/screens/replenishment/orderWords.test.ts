import { expect, test } from 'vitest';
import type { DraftApproval, DraftOrderView, WaitingApproval } from '#contract/queries.ts';
import { predicted } from '#renderer/format/numbers.ts';
import { answersOf, askedRows, isMine } from './approvalRows.ts';
import { draftState, notMineWords, shortUnseen, unseenWords } from './orderWords.ts';

const approval = (more: Partial<DraftApproval> = {}): DraftApproval => ({
  state: 'waits',
  unseen_minor: 840_000,
  others_minor: 0,
  others: [],
  unpriced: 0,
  limit_minor: 500_000,
  answered: null,
  not_mine: null,
  ...more,
});

test('it says what nobody else saw, where the rest of it is, and the limit', () => {
  const words = (more: Partial<DraftApproval> = {}) => unseenWords(approval(more), 'EUR');
  expect(words()).toBe('€8,400 of lines nobody else saw; limit €5,000');
  const elsewhere = { unseen_minor: 163_200, others_minor: 490_000 };
  expect(words({ ...elsewhere, others: ['DO-00001'] })).toBe(
    '€6,532 of lines nobody else saw, €4,900 of it in DO-00001; limit €5,000',
  );
  expect(words({ ...elsewhere, others: ['DO-00001', 'new'] })).toContain('in DO-00001 and another new one;');
  expect(words({ ...elsewhere, others: ['DO-00001', 'DO-00002', 'DO-00003'] })).toContain('in 3 other drafts;');
  expect(words({ unseen_minor: 0, unpriced: 1 })).toBe(
    '€0 of lines nobody else saw, 1 line without a price; limit €5,000',
  );
  expect(shortUnseen(approval(elsewhere), 'EUR')).toBe('€6,532 unseen, limit €5,000');
  expect(shortUnseen(approval({ unseen_minor: 0, unpriced: 1 }), 'EUR')).toBe('1 line without a price');
  expect(notMineWords({ not_mine: 'own_decision' })).toBe('You decided lines of it; somebody else answers.');
});

test('an open draft says that it waits, a sent one that it is sent, and ≈ what the server has not taken', () => {
  const state = (more: Partial<Pick<DraftOrderView, 'state' | 'waiting' | 'approval'>>) =>
    draftState({ state: 'draft', waiting: false, approval: approval(), ...more });
  expect(state({})).toEqual({ shape: 'warn', word: 'Waits for approval' });
  expect(state({ waiting: true })).toEqual({ shape: 'waiting', word: predicted('Waits for approval') });
  expect(state({ approval: approval({ state: 'none' }) }).word).toBe('Draft');
  const answered = { by: 'buyer', at_ms: 0, reason: 'too much', waiting: true };
  expect(state({ approval: approval({ state: 'refused', answered }) }).word).toBe(predicted('Refused'));
  expect(state({ state: 'sent', approval: approval({ state: 'approved' }) }).word).toBe('Sent');
});

test('draft orders and decisions are one list, each answered by its own command, and only what is this person’s', () => {
  const order = (id: string, value_minor: number, more: Partial<DraftApproval> = {}) =>
    ({ id, value_minor, approval: approval(more) }) as DraftOrderView;
  const decision = (decision_id: string, not_mine: WaitingApproval['not_mine']) =>
    ({ decision_id, not_mine }) as WaitingApproval;
  const rows = askedRows({
    drafts: [order('a', 1), order('b', 2), order('c', 9, { state: 'none' }), order('d', 3, { not_mine: 'own_order' })],
    approvals: [decision('e', null), decision('f', 'own')],
  });
  expect(rows.map(({ key }) => key)).toEqual(['d', 'b', 'a', 'e', 'f']);
  expect(rows.filter(isMine).map(({ key }) => key)).toEqual(['b', 'a', 'e']);
  expect(answersOf(rows)).toEqual({ draft_order_ids: ['b', 'a'], decision_ids: ['e'] });
});
