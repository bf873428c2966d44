/** A balance that stays until the next event: steps, what comes in as bars, a named minimum, and what lies below zero. */
import { Suspense } from 'react';
import { ChartFrame } from './ChartFrame.tsx';
import type { NamedLevel } from './LineChart.tsx';
import { StepPlot } from './lazyPlots.ts';
import { axisWords, niceTicks } from './ticks.ts';

export interface StepSeries {
  readonly id: string;
  readonly label: string;
  readonly values: readonly number[];
  /** A proposal: dashed. */
  readonly proposed?: boolean;
}

export interface ReceiptBars {
  readonly id: string;
  readonly label: string;
  readonly values: readonly number[];
  /** Not yet confirmed: hatched with a frame. */
  readonly planned?: boolean;
}

export function StepChart({
  series,
  receipts = [],
  positions,
  height_px,
  per = 1,
  format,
  label,
  minimum,
  current,
  shape = 'step',
  table = true,
}: {
  /** The first is what stands; proposals follow. */
  readonly series: readonly StepSeries[];
  readonly receipts?: readonly ReceiptBars[];
  /** '2 Nov', '9 Nov' … */
  readonly positions: readonly string[];
  readonly height_px: number;
  /** One of what the axis counts in the values' unit: 1,000,000 for thousands of a milli-quantity. */
  readonly per?: number;
  /** Words of a value in the readout and the table. */
  readonly format: (value: number) => string;
  readonly label: string;
  readonly minimum?: NamedLevel;
  /** Position marked as today. */
  readonly current?: number;
  /** 'line': the value moves evenly between positions, as a weekly projection does. */
  readonly shape?: 'step' | 'line';
  /** false: the figures stand as a table beside it. */
  readonly table?: boolean;
}) {
  const values = [...series, ...receipts].flatMap((each) => each.values);
  if (positions.length === 0 || values.length === 0) return null;
  const levels = [...values, ...(minimum ? [minimum.value] : [])].map((value) => value / per);
  const ticks = niceTicks(Math.min(...levels), Math.max(...levels));
  const words = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : format(value);
  return (
    <ChartFrame
      height_px={height_px}
      table={
        table
          ? {
              caption: label,
              columns: ['Position', ...[...series, ...receipts].map((each) => each.label)],
              rows: positions.map((name, at) => ({
                name,
                cells: [...series, ...receipts].map((each) => words(each.values[at])),
              })),
            }
          : null
      }
    >
      {(width_px) => (
        <Suspense fallback={null}>
          <StepPlot
            series={series}
            receipts={receipts}
            positions={positions}
            width_px={width_px}
            height_px={height_px}
            per={per}
            ticks={ticks}
            tickWords={axisWords}
            words={words}
            label={label}
            minimum={minimum}
            current={current}
            shape={shape}
          />
        </Suspense>
      )}
    </ChartFrame>
  );
}
