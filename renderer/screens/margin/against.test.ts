import { describe, expect, test } from 'vitest';
import type { Comparison } from '#contract/queries.ts';
import type { FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import { againstWords, comparisonWords } from './against.ts';
import { changeColumns, changeOf } from './changeColumns.tsx';
import { ASKED } from './marginView.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u00A0', ' ');
const month = { from: 202610, to: 202610 };
const ten = { from: 202601, to: 202610 };

test('a comparison is named after its months, or the plan', () => {
  const words = (kind: Parameters<typeof againstWords>[0], months: typeof month) => {
    const { choice, months: of, short } = againstWords(kind, months);
    return [choice, of, short].map(plain);
  };
  expect(words('previous', month)).toEqual(['Previous month', 'Sep 2026', 'Sep 2026']);
  expect(words('previous', ten)).toEqual(['Months before', 'Mar–Dec 2025', 'before']);
  expect(words('last_year', month)).toEqual(['Same month last year', 'Oct 2025', 'Oct 2025']);
  expect(words('last_year', ten)).toEqual(['Same months last year', 'Jan–Oct 2025', 'last year']);
  expect(words('plan', ten)).toEqual(['Plan', 'Jan–Oct 2026', 'plan']);
});

test('what is not compared says why; the plan has no GM1 and no GM2', () => {
  const plan: Comparison = {
    with: 'plan',
    from_month: 202610,
    to_month: 202610,
    reason: null,
    without: [],
    note: null,
  };
  expect(comparisonWords({ ...plan, reason: 'No plan of Halvorsen for Oct 2026' }, 'gm3')).toBe(
    'Not compared. No plan of Halvorsen for Oct 2026.',
  );
  expect([comparisonWords(plan, 'gm3'), comparisonWords(plan, 'net')]).toEqual([null, null]);
  expect(comparisonWords({ ...plan, note: 'Oct 2026 is not over' }, 'gm1')).toBe(
    'The plan has net sales and GM3, no GM1. Oct 2026 is not over.',
  );
});

describe('columns of a change', () => {
  const values = (part: Partial<Record<(typeof ASKED)[number], number>>) =>
    ASKED.map((measure) => part[measure] ?? null);
  const row = (compared: FigureRow['compared']): FigureRow => ({
    key: 'a',
    kind: 'group',
    level: 0,
    label: 'E-commerce',
    channel_kind: null,
    expands: null,
    expanded: false,
    steps: [],
    total: [],
    cells: [],
    compared,
  });
  const fell = row({
    before: values({ net_sales: 80_000, gm3: 12_800, gm3_rate: 1600 }),
    change: values({ net_sales: -4_000, gm3: -4_592, gm3_rate: -520 }),
  });
  const texts = (level: 'net' | 'gm3', kind: 'plan' | 'previous', of: FigureRow) =>
    changeColumns({ level, against: againstWords(kind, month), currency: 'EUR', mixed: false, rows: [of] }).map(
      ({ header, text, tone }) => [plain(header), plain(text(of)), tone?.(of)].join(' | '),
    );

  test('worked out by hand: 16.0 % to 10.8 % is −5.2 pp and bad; 760 after 800 is −5.0 %', () => {
    expect(texts('gm3', 'plan', fell)).toEqual([
      'GM3 plan, € | 128 | quiet',
      'vs plan, € | −46 | ',
      'vs plan, pp | −5.2 | bad',
    ]);
    expect(texts('net', 'previous', fell)).toEqual([
      'Net sales Sep 2026, € | 800 | quiet',
      'vs Sep 2026, € | −40 | ',
      'vs Sep 2026, % | −5.0 | ',
    ]);
    expect(changeOf(fell, 'gm1')).toEqual({ before: null, change: null, rate: null });
  });

  test('what is not planned says so and is no 0; a change of nothing has no sign', () => {
    expect(texts('gm3', 'plan', row(null))).toEqual([
      'GM3 plan, € | no plan | quiet',
      'vs plan, € | no plan | quiet',
      'vs plan, pp | – | ',
    ]);
    const still = row({ before: values({ gm3: 100, gm3_rate: 1000 }), change: values({ gm3: 40, gm3_rate: 4 }) });
    expect(texts('gm3', 'previous', still).slice(1)).toEqual(['vs Sep 2026, € | 0 | ', 'vs Sep 2026, pp | 0.0 | ']);
  });
});
