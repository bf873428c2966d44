/** The lines of a forecast; the arrow keys or the pointer read out one month of all of them. */
import { useId } from 'react';
import { ComposedChart, Line, ReferenceArea, ReferenceLine, Tooltip } from 'recharts';
import type { ForecastDrawingData, ForecastLine } from '../ForecastChart.tsx';
import {
  type At,
  type Box,
  gutterFor,
  Hatch,
  heightAxis,
  intervalBand,
  positionAxis,
  Readout,
  tickLines,
} from './parts.tsx';
import styles from '../charts.module.css';
import { namedEvery } from '../ticks.ts';

const HEAD_PX = 16;
/** A row of its own for the signs of what happened, above the words at a break. */
const SIGNS_PX = 14;
const FOOT_PX = 22;
const PADDING_PX = 10;
/** A month below the axis needs this much, or every nth is named. */
const NAME_PX = 48;

export interface ForecastDrawing {
  readonly data: ForecastDrawingData;
  readonly lines: readonly { readonly name: ForecastLine; readonly label: string }[];
  readonly width_px: number;
  readonly height_px: number;
  readonly ticks: readonly number[];
  readonly tickWords: (tick: number) => string;
  readonly words: (value: number | null | undefined) => string;
  readonly label: string;
}

interface Stroke {
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly strokeDasharray?: string;
  readonly dot:
    | false
    | { readonly r: number; readonly fill: string; readonly stroke?: string; readonly strokeWidth: number };
}

/** Solid is what happened, dashed what is expected; what stands in for a censored month is hollow. */
const STROKES: Readonly<Record<ForecastLine, Stroke>> = {
  demand: { stroke: 'var(--ink)', strokeWidth: 1.8, dot: { r: 2, fill: 'var(--ink)', strokeWidth: 0 } },
  fed: {
    stroke: 'none',
    strokeWidth: 0,
    dot: { r: 3.2, fill: 'var(--bg)', stroke: 'var(--accent)', strokeWidth: 1.4 },
  },
  expected: {
    stroke: 'var(--accent)',
    strokeWidth: 2,
    strokeDasharray: '5 4',
    dot: { r: 2.2, fill: 'var(--accent)', strokeWidth: 0 },
  },
  overridden: { stroke: 'var(--warn)', strokeWidth: 2.6, dot: { r: 3, fill: 'var(--warn)', strokeWidth: 0 } },
  naive: { stroke: 'var(--ink3)', strokeWidth: 1.2, strokeDasharray: '1 3', dot: false },
  planned: { stroke: 'var(--ink3)', strokeWidth: 1.2, strokeDasharray: '7 3', dot: false },
};

export function ForecastPlot(drawing: ForecastDrawing) {
  const { data, lines, width_px, height_px, ticks, words } = drawing;
  const id = useId();
  const { positions } = data;
  const gutter_px = gutterFor(ticks, drawing.tickWords);
  const domain = [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const;
  const step_px = (width_px - gutter_px - 2 * PADDING_PX) / Math.max(1, positions.length - 1);
  const half_px = step_px / 2;
  const happened = data.events.some((events) => events.length > 0);
  const unit = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : value / 1000;
  return (
    <ComposedChart
      data={positions.map((_, at): At => ({ at }))}
      width={width_px}
      height={height_px}
      margin={{ left: 0, right: 0, top: HEAD_PX + (happened ? SIGNS_PX : 0), bottom: 0 }}
      aria-label={`${drawing.label} Left and right arrow keys read each month.`}
    >
      <defs>
        <Hatch id={`${id}-out`} tone="neutral" />
      </defs>
      {data.censored.map((censored, at) =>
        censored ? (
          <ReferenceArea
            key={positions[at]}
            x1={at}
            x2={at}
            fill={`url(#${id}-out)`}
            fillOpacity={0.5}
            zIndex={-200}
            shape={columnShape(half_px, `url(#${id}-out)`)}
          />
        ) : null,
      )}
      {tickLines(ticks)}
      {positionAxis(positions, {
        height_px,
        foot_px: FOOT_PX,
        everyNth: namedEvery(step_px, NAME_PX),
        padding_px: PADDING_PX,
      })}
      {heightAxis(ticks, domain, gutter_px, drawing.tickWords)}
      {data.events.map((events, at) =>
        events.length === 0 ? null : (
          <ReferenceLine
            key={positions[at]}
            x={at}
            stroke="var(--line2)"
            strokeDasharray="1 3"
            label={{
              value: [...new Set(events.map(({ sign }) => sign))].join(''),
              position: 'top',
              offset: HEAD_PX,
              className: styles['sign'] ?? '',
            }}
          />
        ),
      )}
      <ReferenceLine x={data.running} stroke="var(--ctl)" strokeDasharray="1 2" />
      {intervalBand(
        'interval',
        (at) => unit(data.low[at]),
        (at) => unit(data.high[at]),
      )}
      {lines.toReversed().map(({ name }) => {
        const { dot, ...stroke } = STROKES[name];
        return (
          <Line
            key={name}
            dataKey={({ at }: At) =>
              // of the running month only part has come: a line to it would fall for no reason
              name === 'demand' && at === data.running ? null : unit(data[name][at])
            }
            type="linear"
            {...stroke}
            strokeLinejoin="round"
            dot={dot}
            activeDot={
              name === 'demand' || name === 'expected' ? { r: 3.5, fill: stroke.stroke, stroke: 'var(--bg)' } : false
            }
            connectNulls={false}
            isAnimationActive={false}
          />
        );
      })}
      <Line
        dataKey={({ at }: At) => (at === data.running ? unit(data.demand[at]) : null)}
        stroke="none"
        dot={{ r: 3.2, fill: 'var(--bg)', stroke: 'var(--ink)', strokeWidth: 1.4 }}
        activeDot={false}
        isAnimationActive={false}
      />
      {data.break === null ? null : (
        <ReferenceLine
          x={data.break.at}
          stroke="var(--bad)"
          strokeDasharray="3 3"
          label={{ value: `▲ ${data.break.label}`, position: 'top', fill: 'var(--bad)', fontSize: 11 }}
        />
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--ctl)' }}
        content={
          <Readout
            positions={positions}
            series={lines.map(({ name, label }) => ({
              id: name,
              label,
              values: data[name],
              emphasised: name === 'demand' || name === 'expected',
            }))}
            words={words}
            notes={data.events.map((events) => events.map(({ sign, words: said }) => `${sign} ${said}`))}
          />
        }
      />
    </ComposedChart>
  );
}

/** The column of one month. */
function columnShape(half_px: number, fill: string) {
  return ({ x, y, width, height }: Box) => (
    <rect x={x + width / 2 - half_px} width={2 * half_px} y={y} height={height} fill={fill} fillOpacity={0.45} />
  );
}
