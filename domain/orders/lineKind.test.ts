import { describe, expect, it } from 'vitest';
import { DEFAULT_LINE_KIND_RULES, type LineToClassify, lineClassifier } from './lineKind.ts';

const kindOf = lineClassifier(DEFAULT_LINE_KIND_RULES);
const line = (part: Partial<LineToClassify>): LineToClassify => ({
  invoice: '536365',
  code: '85123A',
  description: 'WHITE HANGING HEART',
  qty_milli: 6000n,
  unit_price_micro: 2_550_000n,
  ...part,
});

describe('lineClassifier', () => {
  it.each([
    ['goods', {}],
    ['goods', { unit_price_micro: 0n }],
    ['goods', { code: 'PADS', unit_price_micro: 1000n }],
    ['goods', { code: 'gift_0001_40' }],
    ['goods', { code: 'DCGS0076' }],
    ['return', { invoice: 'C536383', qty_milli: -1000n }],
    ['return', { invoice: 'c536383', qty_milli: -1000n, unit_price_micro: 0n }],
    ['return', { qty_milli: -1000n }],
    ['adjustment', { qty_milli: -10_000n, unit_price_micro: 0n }],
    ['adjustment', { unit_price_micro: -5_000_000n }],
    ['discount', { invoice: 'C536379', code: 'D', qty_milli: -1000n }],
    ['freight', { code: 'POST' }],
    ['freight', { code: 'dot' }],
    ['freight', { invoice: 'C5', code: 'C2', qty_milli: -1000n }],
    ['adjustment', { code: 'M' }],
    ['adjustment', { code: 'm' }],
    ['adjustment', { code: 'S', invoice: 'C537581', qty_milli: -1000n }],
    ['adjustment', { code: 'B', invoice: 'A563186', unit_price_micro: -11_062_060_000n }],
    ['fee', { code: 'BANK CHARGES' }],
    ['fee', { code: 'AMAZONFEE', invoice: 'C537600', qty_milli: -1000n }],
    ['fee', { code: 'CRUK', invoice: 'C564763', qty_milli: -1000n }],
  ] as const)('%s: %o', (kind, part) => {
    expect(kindOf(line(part))).toBe(kind);
  });

  it('reads the description only when there is no code', () => {
    expect(kindOf(line({ code: null, description: ' Postage ' }))).toBe('freight');
    expect(kindOf(line({ code: '22077', description: 'POSTAGE' }))).toBe('goods');
  });

  it('takes a prefix only before a digit', () => {
    expect(kindOf(line({ invoice: 'CASH-1', qty_milli: -1000n, unit_price_micro: 0n }))).toBe('adjustment');
  });

  it('obeys other lists', () => {
    const own = lineClassifier({
      ...DEFAULT_LINE_KIND_RULES,
      freight_codes: ['85123A'],
      cancellation_prefixes: ['RINV'],
    });
    expect(own(line({}))).toBe('freight');
    expect(own(line({ code: 'POST' }))).toBe('goods');
    expect(own(line({ code: '1', invoice: 'RINV7', qty_milli: -1n, unit_price_micro: 0n }))).toBe('return');
  });
});
