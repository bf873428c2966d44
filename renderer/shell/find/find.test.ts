import { describe, expect, test, vi } from 'vitest';
import type { FindHit, FindKind, Found } from '#contract/queries.ts';
import { parseView } from '#renderer/screens/figures/address.ts';
import { FILL_WORDS } from '#renderer/screens/fillrate/fillView.ts';
import { MARGIN_WORDS } from '#renderer/screens/margin/marginView.ts';
import { type FindCommand, matchCommands } from './commandMatch.ts';
import { findSections, nextScope } from './findRows.ts';
import { placesOf } from './places.ts';

const command = (label: string): FindCommand => ({ key: label, label, hint: '', run: vi.fn() });
const COMMANDS = ['Go to Stock', 'Go to Sync', 'Switch company to Østergård AS', 'Export your changes'].map(command);
const labels = (typed: string) => matchCommands(COMMANDS, typed).map(({ command: { label } }) => label);

function hit(kind: FindKind, id: number): FindHit {
  const opens = { kind, id, label: `${kind} | ${id} %` };
  const text = { code: `C${id}`, title: 'Name', about: null, code_parts: [], title_parts: [] };
  return { kind, id, company_id: 1, active: true, alike: false, opens, ...text };
}
const found = (kinds: readonly FindKind[], more = false): Found => ({
  groups: kinds.map((kind) => ({ kind, hits: [hit(kind, 1), hit(kind, 2)], found: 1200, more })),
  loading: [],
  provenance: { checkpoint: 1, as_of_ms: null, coverage: 'complete', elapsed_ms: 1 },
});

describe('commands', () => {
  test('by words in any order, without accents, a typing error forgiven', () => {
    expect(labels('')).toHaveLength(4);
    expect(labels('stock')).toEqual(['Go to Stock']);
    expect(labels('ostergard switch')).toEqual(['Switch company to Østergård AS']);
    expect(labels('exprot')).toEqual(['Export your changes']);
    expect(labels('zzz')).toEqual([]);
    expect(labels('(((')).toEqual([]);
  });

  test('say which letters were matched', () => {
    const [first] = matchCommands(COMMANDS, 'sto');
    expect(first?.parts.map(([from, to]) => first.command.label.slice(from, to))).toEqual(['Sto']);
  });
});

describe('sections', () => {
  const titles = (shown: Partial<Parameters<typeof findSections>[0]>) =>
    findSections({ typed: true, scope: 'all', found: undefined, commands: [], recent: [], ...shown }).map(
      ({ title, count, rows }) => `${title} ${count} (${rows.length})`,
    );

  test('rows by kind with their counts, then commands', () => {
    const commands = matchCommands(COMMANDS, 'changes');
    expect(titles({ found: found(['item', 'order']), commands })).toEqual([
      'Items 1,200 (2)',
      'Orders 1,200 (2)',
      'Commands  (1)',
    ]);
    expect(titles({ found: found(['item'], true), scope: 'item', commands })).toEqual(['Items 1,200+ (2)']);
    expect(titles({ found: found(['item']), scope: 'command', commands })).toEqual(['Commands  (1)']);
  });

  test('a command that begins as typed comes first', () => {
    const commands = matchCommands(COMMANDS, 'export');
    expect(titles({ found: found(['item']), commands })).toEqual(['Commands  (1)', 'Items 1,200 (2)']);
  });

  test('with nothing typed, what was opened last and everything one can do', () => {
    const commands = matchCommands(COMMANDS, '');
    const recent = [hit('item', 5), hit('order', 6)];
    expect(titles({ typed: false, found: found(['item']), commands, recent })).toEqual([
      'Opened last  (2)',
      'Commands  (4)',
    ]);
    expect(titles({ typed: false, scope: 'order', commands, recent })).toEqual(['Opened last  (1)']);
  });

  test('Tab passes every kind and comes back', () => {
    let scope = nextScope('all', 1);
    const passed = [scope];
    while (scope !== 'all') {
      scope = nextScope(scope, 1);
      passed.push(scope);
    }
    expect(passed).toHaveLength(10);
    expect(nextScope('all', -1)).toBe('command');
  });
});

describe('places', () => {
  const paths = (kind: FindKind, see_cost = true) => placesOf(hit(kind, 7), { see_cost }).map(({ opens }) => opens);

  test('an order opens itself, an item and a supplier the stock', () => {
    expect(paths('order')).toEqual([{ order_id: 7 }]);
    expect(paths('item')[0]).toEqual({ path: '/stock/7' });
    expect(paths('supplier')).toEqual([{ path: '/stock/supplier/7' }]);
    expect(paths('purchase_order')).toEqual([{ purchase_order_id: 7 }]);
  });

  test('a claim opens its screen on itself, for who sees no cost too', () => {
    expect(paths('claim')).toEqual([{ path: '/claims/7' }]);
    expect(paths('claim', false)).toEqual(paths('claim'));
  });

  test('who sees no cost is led to no margin', () => {
    expect(paths('item', false)).toEqual([{ path: '/stock/7' }]);
    for (const kind of ['customer', 'site', 'channel'] as const) {
      expect(paths(kind, false)).toEqual(paths(kind).slice(1));
    }
  });

  test.each(['customer', 'site', 'channel'] as const)('a %s opens margin and fill rate, filtered to it', (kind) => {
    const [margin, fill] = paths(kind);
    if (!margin || !fill || !('path' in margin) || !('path' in fill)) throw new Error('no addresses');
    const step = { dimension: kind, key: '7', label: `${kind} | 7 %` };
    expect(parseView(margin.path, MARGIN_WORDS)).toMatchObject({ trail: [step], lines: null });
    expect(parseView(fill.path, FILL_WORDS)).toMatchObject({ trail: [step], lines: null });
    // what is filtered by is not what the rows are grouped by
    expect(parseView(margin.path, MARGIN_WORDS).by).not.toBe(kind);
    expect(parseView(fill.path, FILL_WORDS).by).not.toBe(kind);
  });
});
