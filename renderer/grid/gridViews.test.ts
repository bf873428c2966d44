import { expect, test } from 'vitest';
import { NO_ARRANGEMENT } from './columns.ts';
import { askedFilters, askedSorts, currentView, sameView, settingOf, stateOf } from './gridViews.ts';

const STATE = {
  sort: [{ column: 'value', descending: true }],
  filters: [{ column: 'status', op: 'in', value: ['short'] } as const],
  settings: { view: 'balance', text: '' },
};

test('what is shown and what was saved are the same view, whatever the order of keys', () => {
  const saved = currentView(STATE, { ...NO_ARRANGEMENT, widths: { a: 1, b: 2 } }, 'dense');
  const again = currentView(
    { ...stateOf(saved), settings: { text: '', view: 'balance' } },
    { ...NO_ARRANGEMENT, widths: { b: 2, a: 1 } },
    'dense',
  );
  expect(sameView(saved, again)).toBe(true);
  expect(sameView(saved, { ...again, density: 'roomy' })).toBe(false);
  expect(sameView(saved, { ...again, columns: { ...again.columns, pinned: ['value'] } })).toBe(false);
});

test('a query is asked only for columns it knows', () => {
  const known = ['status', 'value'] as const;
  expect(askedSorts(known, [...STATE.sort, { column: 'gone', descending: false }])).toEqual(STATE.sort);
  expect(askedFilters(known, [...STATE.filters, { column: 'gone', op: 'blank', value: true }])).toEqual(STATE.filters);
  expect(settingOf({ by: 'site' }, 'by', ['channel', 'site'])).toBe('site');
  expect(settingOf({ by: 'planet' }, 'by', ['channel', 'site'])).toBeUndefined();
});
