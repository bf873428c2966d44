import { describe, expect, test } from 'vitest';
import { formatView, parseView, type FiguresView } from './address.ts';
import { freeRange, monthRangeOf, usualRange } from './monthRange.ts';
import { companyOfTrail, nextDimension, trailFilter } from './trail.ts';

const WORDS = {
  path: '/margin',
  groups: ['channel', 'country', 'item'],
  measures: ['net', 'gross'],
  figures: ['net', 'returns'],
} as const;

type View = FiguresView<'channel' | 'country' | 'item', 'net' | 'gross', 'net' | 'returns'>;

describe('address of a figure', () => {
  test('what is written is read back, odd names included', () => {
    const view: View = {
      by: 'item',
      below: 'none',
      measure: 'gross',
      each: 'week',
      span: 'all',
      against: 'plan',
      range: 'twelve',
      trail: [
        { dimension: 'channel', key: '', label: 'Unmapped' },
        { dimension: 'country', key: 'Côte ~50 % & | more?', label: 'Côte ~50 % & | more?' },
      ],
      lines: {
        figure: 'returns',
        from: 202601,
        to: 202610,
        days: { from_on: '2026-02-02', to_on: '2026-02-08' },
        rows: [
          { dimension: 'country', key: '', label: 'Other 2 countries', except: ['Belgium', ''] },
          { dimension: 'item', key: '840', label: 'FA-0840 Hex bolt' },
        ],
      },
    };
    const location = formatView(view, WORDS);
    expect(location).not.toMatch(/[%?#]/);
    expect(parseView(location, WORDS)).toEqual(view);
  });

  test('who looks after the customers is a name, not a number', () => {
    const words = { ...WORDS, groups: ['channel', 'salesperson'] } as const;
    const trail = [{ dimension: 'salesperson', key: 'Els Claes', label: 'Els Claes' }] as const;
    const view = { ...parseView('/margin', words), trail };
    expect(parseView(formatView(view, words), words).trail).toEqual(trail);
  });

  test('any months are written as they are; what are none, or too many, is the usual range', () => {
    const start = parseView('/margin', WORDS);
    const free = freeRange(202603, 202608);
    expect(parseView(formatView({ ...start, range: free }, WORDS), WORDS).range).toBe('202603-202608');
    expect([freeRange(202608, 202603), freeRange(202601, 203101), freeRange(202613, 202614)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(parseView('/margin/range=202613-202614', WORDS).range).toBeNull();
  });

  test('a company on the way is a step only where companies are told apart', () => {
    const way = '/margin/in=company|2|Pennine&in=country|BE|BE';
    expect(parseView(way, WORDS).trail.map((step) => step.dimension)).toEqual(['country']);
    const all = { ...WORDS, groups: ['company', ...WORDS.groups] } as const;
    const { trail } = parseView(way, all);
    expect([companyOfTrail(trail), trailFilter(trail)]).toEqual([2, { country: 'BE' }]);
  });

  test('the start needs no words, and nonsense leads to it', () => {
    const start = parseView('/margin', WORDS);
    expect(formatView(start, WORDS)).toBe('/margin');
    expect(parseView('/margin/by=__proto__&lines=net|1|2&in=item|x|y&in=weather|1|x', WORDS)).toEqual(start);
  });
});

describe('the way down', () => {
  test('steps become the filter; nothing and no id are told apart', () => {
    expect(
      trailFilter([
        { dimension: 'channel', key: '', label: 'Unmapped' },
        { dimension: 'customer', key: '12', label: 'A' },
        { dimension: 'category', key: '', label: 'No category' },
      ]),
    ).toEqual({ channel_id: 0, party_id: 12, category: '' });
    expect(
      trailFilter([
        { dimension: 'channel', key: '3', label: 'E-commerce' },
        { dimension: 'customer', key: '', label: 'Other 7 customers', except: ['12', ''] },
      ]),
    ).toEqual({ channel_id: 3, others: [{ dimension: 'customer', keys: ['12', ''] }] });
    expect(() => trailFilter([{ dimension: 'item', key: 'x', label: '' }])).toThrow('no id');
  });

  test('each grouping is used once, and below an item are lines', () => {
    const groups = ['channel', 'country', 'category', 'item', 'customer', 'site'] as const;
    expect(nextDimension(groups, [], 'channel')).toBe('country');
    expect(nextDimension(groups, [{ dimension: 'channel', key: '1', label: 'a' }], 'country')).toBe('site');
    expect(nextDimension(groups, [], 'item')).toBeNull();
  });

  test('ranges end at the chosen month', () => {
    expect(monthRangeOf('quarter', 202601, [], 1)).toEqual({ from: 202511, to: 202601 });
    expect(monthRangeOf('quarter_to_date', 202611, [], 1)).toEqual({ from: 202610, to: 202611 });
    expect(monthRangeOf('202512-202602', 202610, [], 1)).toEqual({ from: 202512, to: 202602 });
    expect(monthRangeOf('year', 202610, [], 1)).toEqual({ from: 202601, to: 202610 });
    // the year is the company's: April's first quarter ends with June
    expect(monthRangeOf('year', 202602, [], 4)).toEqual({ from: 202504, to: 202602 });
    expect(monthRangeOf('quarter_to_date', 202606, [], 4)).toEqual({ from: 202604, to: 202606 });
    expect(monthRangeOf('quarter_to_date', 202603, [], 2)).toEqual({ from: 202602, to: 202603 });
    expect(monthRangeOf('twelve', 202610, [], 1)).toEqual({ from: 202511, to: 202610 });
    expect(monthRangeOf('all', 202610, [201012, 201101], 1)).toEqual({ from: 201012, to: 201101 });
    expect(usualRange(Array.from({ length: 13 }, (_, index) => index))).toBe('all');
    expect(usualRange(Array.from({ length: 14 }, (_, index) => index))).toBe('twelve');
  });
});
