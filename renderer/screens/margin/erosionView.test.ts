import { expect, test } from 'vitest';
import type { ErosionRow } from '#contract/queries.ts';
import { formatView, parseView } from '#renderer/screens/figures/address.ts';
import { askedFalls, EROSION_FIGURE, erosionKey, erosionSteps, shownParts } from './erosionView.ts';
import { MARGIN_WORDS } from './marginView.ts';

test.each([
  ['channel', 'channel:3', 'E-commerce'],
  ['channel', 'channel:', 'Unmapped'],
  ['salesperson', 'salesperson:Els Claes', 'Els Claes'],
  ['category', 'category:Cable, electrical | other', 'Cable, electrical | other'],
  ['customer_category', 'customer_category:77|Hand tools, saws | files', 'Rijn, Maas & Co, Hand tools, saws | files'],
] as const)('the lines of a fall of a %s have an address: %s', (level, key, name) => {
  const rows = erosionSteps({ level, key, name });
  expect(erosionKey(rows)).toBe(key);
  expect(rows.map(({ label }) => label).join(', ')).toBe(name);
  const lines = { figure: EROSION_FIGURE, from: 202610, to: 202610, days: null, rows };
  const view = { ...parseView('/margin', MARGIN_WORDS), lines };
  const back = parseView(formatView(view, MARGIN_WORDS), MARGIN_WORDS).lines;
  expect(back?.figure).toBe(EROSION_FIGURE);
  expect(erosionKey(back?.rows ?? [])).toBe(key);
});

test('steps of no level are of no fall', () => {
  expect(erosionKey([])).toBeNull();
  expect(erosionKey([{ dimension: 'site', key: '1', label: 'Rotterdam' }])).toBeNull();
});

test('parts: what cost most first, what helped last, nothing that did nothing', () => {
  const parts: ErosionRow['parts'] = [
    { part: 'price', fall_minor: -300 },
    { part: 'discount', fall_minor: 900 },
    { part: 'cost', fall_minor: 0 },
    { part: 'fees', fall_minor: 400 },
  ];
  expect(shownParts({ parts }).map(({ part }) => part)).toEqual(['discount', 'fees', 'price']);
});

test('an address asks for the falls of a month, of the one in view, or for none', () => {
  expect(askedFalls('/margin/panel=unusual-202610')).toBe(202610);
  expect(askedFalls('/margin/range=6&panel=unusual')).toBeNull();
  for (const other of ['/margin', '/margin/panel=leakage', '/margin/panel=unusual-2026', '/margin/nopanel=unusual'])
    expect(askedFalls(other)).toBeUndefined();
});
