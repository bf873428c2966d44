/** What a row was and how it changed: in money, and in points of its rate or as a share of what was. */
import { growthBp } from '#domain/kpi/change.ts';
import { minorDigits } from '#domain/money.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { NO_DATA, percentBare, signed } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import type { FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import { type MarkShape, Shape } from '#renderer/ui/Mark.tsx';
import type { AgainstWords } from './against.ts';
import { ASKED, LEVEL_WORDS, type Level, placeOf } from './marginView.ts';

/** A rate that fell by more is bad, not only worth a look. */
export const BAD_FALL_BP = 100;

export interface ChangeOptions {
  readonly level: Level;
  readonly against: AgainstWords;
  readonly currency: string;
  /** Amounts of several companies in one currency: it is written out. */
  readonly mixed: boolean;
  readonly rows: readonly FigureRow[];
}

export function changeOf(row: FigureRow, level: Level) {
  const at = placeOf(level);
  const rate_at = level === 'net' ? -1 : ASKED.indexOf(`${level}_rate`);
  const before = row.compared?.before[at] ?? null;
  const change = row.compared?.change[at] ?? null;
  const rate = rate_at < 0 ? growthBp(change, before) : (row.compared?.change[rate_at] ?? null);
  return { before, change, rate };
}

export function signedAmount(value_minor: number | null, currency: string): string {
  const text = overviewAmount(value_minor, currency);
  return value_minor === null || text === '0' ? text : signed(text, value_minor);
}

export function changeColumns({
  level,
  against,
  currency,
  mixed,
  rows,
}: ChangeOptions): readonly GridColumn<FigureRow>[] {
  const symbol = mixed ? currency : currencySymbol(currency);
  const places = minorDigits(currency);
  const missing = against.kind === 'plan' ? 'no plan' : NO_DATA;
  const words = LEVEL_WORDS[level];
  const was = (row: FigureRow): string => {
    const { before } = changeOf(row, level);
    return before === null ? missing : overviewAmount(before, currency);
  };
  const change = (row: FigureRow): string => {
    const value = changeOf(row, level).change;
    return value === null ? missing : signedAmount(value, currency);
  };
  const rate = (row: FigureRow): string => {
    const value = changeOf(row, level).rate;
    return value === null ? NO_DATA : signedBare(value);
  };
  const money = (value_minor: number | null) =>
    value_minor === null ? null : { value: value_minor, places, unit: currency };
  const rateUnit = level === 'net' ? '%' : 'pp';
  return [
    {
      id: 'before',
      header: `${words} ${against.short}, ${symbol}`,
      help: `${words} of ${against.sentence}`,
      width: widthFor([`${words} ${against.short}, ${symbol}`, ...rows.map(was)]),
      align: 'right',
      sort: 'before',
      hidden: true,
      text: was,
      figure: (row) => money(changeOf(row, level).before),
      tone: () => 'quiet',
    },
    {
      id: 'change',
      header: `vs ${against.short}, ${symbol}`,
      help: `${words} less that of ${against.sentence}`,
      width: widthFor([`vs ${against.short}, ${symbol}`, ...rows.map(change)]),
      align: 'right',
      sort: 'change',
      text: change,
      figure: (row) => money(changeOf(row, level).change),
      tone: (row) => (changeOf(row, level).change === null ? 'quiet' : undefined),
    },
    {
      id: 'change_rate',
      header: `vs ${against.short}, ${rateUnit}`,
      help:
        level === 'net'
          ? `The change as a share of the net sales of ${against.sentence}`
          : `${words} % less that of ${against.sentence}; ▲ fell by more than ${BAD_FALL_BP / 100} pp`,
      width: widthFor([`vs ${against.short}, ${rateUnit}`, ...rows.map((row) => `▲ ${rate(row)}`)], 66),
      align: 'right',
      sort: 'change_rate',
      text: rate,
      cell: (row) => {
        const value = changeOf(row, level).rate;
        const shape = value === null || level === 'net' ? null : shapeOf(value);
        return (
          <>
            {shape === null ? null : <Shape shape={shape} size={9} />} {rate(row)}
          </>
        );
      },
      tone: (row) => {
        const value = changeOf(row, level).rate;
        return value !== null && level !== 'net' && shapeOf(value) === 'bad' ? 'bad' : undefined;
      },
    },
  ];
}

function signedBare(value_bp: number): string {
  const text = percentBare(value_bp);
  return /[1-9]/.test(text) ? signed(text, value_bp) : '0.0';
}

function shapeOf(change_bp: number): MarkShape | null {
  if (change_bp < -BAD_FALL_BP) return 'bad';
  return Math.round(change_bp / 10) === 0 ? null : change_bp < 0 ? 'warn' : 'good';
}
