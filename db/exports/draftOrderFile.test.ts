import { expect, test } from 'vitest';
import type { DraftApproval, DraftOrderView, ReplenishmentDesk } from '#contract/queries.ts';
import { draftOrderStatements } from './replenishmentColumns.ts';

test('the file of a draft that a second person has not seen says so, and who answered', () => {
  const desk = { currency: 'EUR', provenance: { coverage: 'complete' } } as ReplenishmentDesk;
  const said = (state: DraftApproval['state'], answered: Partial<DraftApproval['answered']> = null) => {
    const draft = {
      supplier: 'SKF',
      site: 'RTM',
      state: 'draft',
      value_minor: 840_000,
      freight_minor: 0,
      minimum_reason: null,
      by: 'planner',
      approval: { state, answered },
    } as DraftOrderView;
    return new Map(draftOrderStatements(draft, desk)).get('Approval');
  };
  expect(said('none')).toBeUndefined();
  expect(said('waits')).toBe('waits for a second person; not to be sent');
  expect(said('approved', { by: 'buyer' })).toBe('approved by buyer');
  expect(said('refused', { by: 'buyer' })).toBe('refused by buyer');
});
