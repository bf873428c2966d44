/** What was asked for and what is expected: history solid, censored months hatched, forecast dashed within its interval. */
import { Suspense } from 'react';
import { ChartFrame } from './ChartFrame.tsx';
import styles from './charts.module.css';
import { ForecastPlot } from './lazyPlots.ts';
import { axisWords, niceTicks } from './ticks.ts';

/** One value a position; null = none there. Thousandths. */
type Values = readonly (number | null)[];

export interface ForecastDrawingData {
  /** 'Jan 25', oldest first. */
  readonly positions: readonly string[];
  readonly demand: Values;
  /** The running position, of which only part has come. */
  readonly running: number;
  /** What stands in for censored demand. */
  readonly fed: Values;
  /** The forecast itself, before anybody overrode it. */
  readonly expected: Values;
  readonly low: Values;
  readonly high: Values;
  readonly naive: Values;
  readonly planned: Values;
  readonly overridden: Values;
  readonly censored: readonly boolean[];
  /** Position a break began at, and what it is. */
  readonly break: { readonly at: number; readonly label: string } | null;
  /** What happened at each position: a sign, what such signs are called, and the words. */
  readonly events: readonly (readonly ChartEvent[])[];
  /** '90 %' */
  readonly interval: string;
}

export interface ChartEvent {
  readonly sign: string;
  readonly label: string;
  readonly words: string;
}

const NAMES = {
  demand: 'Ordered',
  fed: 'Taken as',
  expected: 'Forecast',
  naive: 'Last year again',
  planned: 'Planner’s file',
  overridden: 'Override',
} as const;
export type ForecastLine = keyof typeof NAMES;
export const FORECAST_LINES: readonly ForecastLine[] = ['demand', 'fed', 'expected', 'overridden', 'naive', 'planned'];

export function ForecastChart({
  data,
  height_px,
  format,
  label,
}: {
  readonly data: ForecastDrawingData;
  readonly height_px: number;
  readonly format: (value: number) => string;
  /** Names the chart for everyone who does not see it; its figures are in the table. */
  readonly label: string;
}) {
  const shown = FORECAST_LINES.filter((name) => data[name].some((value) => value !== null));
  const values = [...shown.map((name) => data[name]), data.low, data.high].flat();
  const known = values.filter((value) => value !== null).map((value) => value / 1000);
  const ticks = niceTicks(Math.min(0, ...known), Math.max(1, ...known), 4);
  const words = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : format(value);
  const signs = new Map(data.events.flat().map(({ sign, label: named }) => [sign, named]));
  const band = `Within ${data.interval}`;
  return (
    <ChartFrame
      height_px={height_px}
      table={{
        caption: label,
        columns: ['Month', ...shown.map((name) => NAMES[name]), `${band}, from`, 'to', 'Out of stock', 'What happened'],
        rows: data.positions.map((name, at) => ({
          name,
          cells: [
            ...shown.map((line) => words(data[line][at])),
            words(data.low[at]),
            words(data.high[at]),
            data.censored[at] ? 'yes' : '',
            (data.events[at] ?? []).map((event) => event.words).join('; '),
          ],
        })),
      }}
    >
      {(width_px) => (
        <>
          <ul className={styles['key']} aria-hidden="true">
            {shown.map((name) => (
              <li key={name} data-line={name}>
                {NAMES[name]}
              </li>
            ))}
            <li data-line="band">{band}</li>
            {[...signs].map(([sign, named]) => (
              <li key={sign} data-line="sign">
                <span>{sign}</span> {named}
              </li>
            ))}
            {data.censored.some(Boolean) ? <li data-line="censored">Out of stock: at least so much</li> : null}
          </ul>
          <Suspense fallback={null}>
            <ForecastPlot
              data={data}
              lines={shown.map((name) => ({ name, label: NAMES[name] }))}
              width_px={width_px}
              height_px={height_px - KEY_PX}
              ticks={ticks}
              tickWords={axisWords}
              words={words}
              label={label}
            />
          </Suspense>
        </>
      )}
    </ChartFrame>
  );
}

const KEY_PX = 22;
