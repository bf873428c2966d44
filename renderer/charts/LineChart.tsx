/** Lines over months or weeks with their names at the right end; one is emphasised, the others stay thin. No legend, no animation. */
import { type ReactNode, Suspense } from 'react';
import { ChartFrame } from './ChartFrame.tsx';
import styles from './charts.module.css';
import { LinePlot } from './lazyPlots.ts';
import { lineLayout } from './lineLayout.ts';

export interface LineSeries {
  readonly id: string;
  readonly label: string;
  /** One value per position; null = no data, the line breaks there. */
  readonly values: readonly (number | null)[];
  readonly colour: string;
  /** A shape beside the label, so that colour is not alone. */
  readonly mark?: ReactNode;
  readonly emphasised?: boolean;
  /** Where the values may lie, as a band; the label states the level: '80 %'. */
  readonly interval?: {
    readonly label: string;
    readonly low: readonly (number | null)[];
    readonly high: readonly (number | null)[];
  };
}

export interface NamedLevel {
  readonly value: number;
  readonly label: string;
}

export function LineChart({
  series,
  positions,
  height_px,
  format,
  top,
  label,
  current,
  target,
}: {
  readonly series: readonly LineSeries[];
  /** 'Jan', 'Feb' … */
  readonly positions: readonly string[];
  readonly height_px: number;
  readonly format: (value: number) => string;
  /** The axis never goes above it: 10,000 for a rate in basis points. */
  readonly top?: number;
  /** Names the chart for everyone who does not see it; its figures are in the table. */
  readonly label: string;
  /** Position shown with a band: the chosen month. */
  readonly current?: number;
  /** A level the lines are measured by: dashed and named. */
  readonly target?: NamedLevel;
}) {
  const lines = series.map((each) => each.values);
  if (lines.every((values) => values.every((value) => value === null))) return null;
  const bounds = series.flatMap(({ interval }) => (interval ? [...interval.low, ...interval.high] : []));
  const levels = [...bounds.filter((value) => value !== null), ...(target ? [target.value] : [])];
  const words = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : format(value);
  const named = (each: LineSeries): string => (each.interval ? `${each.label}, ${each.interval.label}` : each.label);
  return (
    <ChartFrame
      height_px={height_px}
      toggleAt="right"
      table={{
        caption: label,
        columns: ['Series', ...positions],
        rows: [
          ...series.flatMap((each) => [
            { name: each.label, cells: positions.map((_, at) => words(each.values[at])) },
            ...(each.interval
              ? [
                  { name: `${named(each)}, low`, cells: positions.map((_, at) => words(each.interval?.low[at])) },
                  { name: `${named(each)}, high`, cells: positions.map((_, at) => words(each.interval?.high[at])) },
                ]
              : []),
          ]),
          ...(target ? [{ name: target.label, cells: positions.map(() => format(target.value)) }] : []),
        ],
      }}
    >
      {(width_px) => {
        const layout = lineLayout(lines, levels, positions.length, width_px, height_px, top);
        return (
          <>
            <Suspense fallback={null}>
              <LinePlot
                series={series}
                positions={positions}
                layout={layout}
                width_px={width_px}
                height_px={height_px}
                words={words}
                label={label}
                current={current}
                target={target}
              />
            </Suspense>
            <ul className={styles['ends']} aria-hidden="true">
              {series.map((each, index) => {
                const end = layout.ends[index];
                return end && end.value !== null ? (
                  <li
                    key={each.id}
                    style={{ left: layout.right_px + 10, top: end.label_px - 8 }}
                    data-emphasised={each.emphasised ? '' : undefined}
                  >
                    {each.mark}
                    <span>{named(each)}</span>
                    <b>{format(end.value)}</b>
                    {end.earlier === null ? null : <small>{positions[end.earlier]}</small>}
                  </li>
                ) : null;
              })}
            </ul>
          </>
        );
      }}
    </ChartFrame>
  );
}
