/** The steps of a balance, receipts as bars at their position, ▲ at the lowest point below zero. */
import { useId } from 'react';
import { Area, Bar, ComposedChart, Line, ReferenceDot, ReferenceLine, Tooltip } from 'recharts';
import type { NamedLevel } from '../LineChart.tsx';
import type { ReceiptBars, StepSeries } from '../StepChart.tsx';
import {
  type At,
  BelowZero,
  gutterFor,
  Hatch,
  heightAxis,
  levelLine,
  positionAxis,
  Readout,
  tickLines,
} from './parts.tsx';
import { namedEvery } from '../ticks.ts';

const HEAD_PX = 6;
const FOOT_PX = 24;
/** A date below the axis needs this much, or every nth is named. */
const NAME_PX = 56;

export interface StepDrawing {
  readonly series: readonly StepSeries[];
  readonly receipts: readonly ReceiptBars[];
  readonly positions: readonly string[];
  readonly width_px: number;
  readonly height_px: number;
  readonly per: number;
  readonly ticks: readonly number[];
  readonly tickWords: (tick: number) => string;
  readonly words: (value: number | null | undefined) => string;
  readonly label: string;
  readonly minimum: NamedLevel | undefined;
  readonly current: number | undefined;
  readonly shape: 'step' | 'line';
}

export function StepPlot(drawing: StepDrawing) {
  const { series, receipts, positions, width_px, height_px, per, ticks, words, minimum, current } = drawing;
  const id = useId();
  const gutter_px = gutterFor(ticks, drawing.tickWords);
  const domain = [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const;
  const curve = drawing.shape === 'step' ? 'stepAfter' : 'linear';
  const balance = series[0];
  const lowest = (balance?.values ?? []).reduce(
    (low, value, at) => (value < (balance?.values[low] ?? 0) ? at : low),
    0,
  );
  const lowestValue = balance?.values[lowest] ?? 0;
  // Beside a proposal, what stands and falls short takes the bad colour.
  const proposed = series.some((each) => each.proposed);
  const step_px = (width_px - gutter_px) / Math.max(1, positions.length);
  return (
    <ComposedChart
      data={positions.map((_, at): At => ({ at }))}
      width={width_px}
      height={height_px}
      margin={{ left: 0, right: 0, top: HEAD_PX, bottom: 0 }}
      barGap={-7}
      aria-label={`${drawing.label} Left and right arrow keys read each position.`}
    >
      <defs>
        <Hatch id={`${id}-planned`} tone="neutral" />
      </defs>
      {tickLines(ticks)}
      {positionAxis(positions, {
        height_px,
        foot_px: FOOT_PX,
        everyNth: namedEvery(step_px, NAME_PX),
        padding_px: 0,
        edgesInside: true,
      })}
      {heightAxis(ticks, domain, gutter_px, drawing.tickWords)}
      {receipts.map((bars) => (
        <Bar
          key={bars.id}
          dataKey={({ at }: At) => (bars.values[at] ?? 0) / per}
          barSize={7}
          fill={bars.planned ? `url(#${id}-planned)` : 'var(--step2)'}
          stroke={bars.planned ? 'var(--step)' : 'none'}
          isAnimationActive={false}
        />
      ))}
      {balance && domain[0] < 0 ? (
        <BelowZero id={id} domain={domain} top_px={HEAD_PX} bottom_px={height_px - FOOT_PX}>
          <Area
            dataKey={({ at }: At) => (balance.values[at] ?? 0) / per}
            type={curve}
            baseValue={0}
            stroke="none"
            fill={`url(#${id}-hatch)`}
            fillOpacity={1}
            activeDot={false}
            isAnimationActive={false}
            zIndex={0}
          />
        </BelowZero>
      ) : null}
      {minimum ? levelLine({ value: minimum.value / per, label: minimum.label }) : null}
      {current === undefined ? null : <ReferenceLine x={current} stroke="var(--ctl)" strokeDasharray="1 2" />}
      {series.map((each) => (
        <Line
          key={each.id}
          dataKey={({ at }: At) => {
            const value = each.values[at];
            return value === undefined ? null : value / per;
          }}
          type={curve}
          stroke={each === balance && proposed && lowestValue < 0 ? 'var(--bad)' : 'var(--accent)'}
          strokeWidth={1.8}
          strokeLinejoin="round"
          {...(each.proposed ? { strokeDasharray: '4 3' } : {})}
          dot={false}
          activeDot={{ r: 3.5, fill: 'var(--accent)', stroke: 'var(--bg)', strokeWidth: 1 }}
          isAnimationActive={false}
        />
      ))}
      {lowestValue < 0 ? <ReferenceDot x={lowest} y={lowestValue / per} shape={lowestShape} /> : null}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--ctl)' }}
        content={
          <Readout
            positions={positions}
            series={[...series, ...receipts].map((each) => ({ ...each, emphasised: each === balance }))}
            words={words}
          />
        }
      />
    </ComposedChart>
  );
}

function lowestShape({ cx = 0, cy = 0 }: { readonly cx?: number; readonly cy?: number }) {
  return <path d={`M${cx} ${cy - 5}l5 9h-10z`} fill="var(--bad)" stroke="var(--bg)" />;
}
