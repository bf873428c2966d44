/** The lines themselves; the arrow keys or the pointer read out one position of all of them. */
import { useId } from 'react';
import { Area, ComposedChart, Line, ReferenceArea, Tooltip } from 'recharts';
import type { LineSeries, NamedLevel } from '../LineChart.tsx';
import { LINE_FOOT_PX, LINE_GUTTER_PX, LINE_HEAD_PX, LINE_PADDING_PX, type LineLayout } from '../lineLayout.ts';
import {
  type At,
  BelowZero,
  type Box,
  heightAxis,
  intervalBand,
  levelLine,
  positionAxis,
  Readout,
  tickLines,
} from './parts.tsx';

export interface LineDrawing {
  readonly series: readonly LineSeries[];
  readonly positions: readonly string[];
  readonly layout: LineLayout;
  readonly width_px: number;
  readonly height_px: number;
  readonly words: (value: number | null | undefined) => string;
  readonly label: string;
  readonly current: number | undefined;
  readonly target: NamedLevel | undefined;
}

export function LinePlot(drawing: LineDrawing) {
  const { series, positions, layout, width_px, height_px, words, current, target } = drawing;
  const below = useId();
  const emphasised = series.find((each) => each.emphasised);
  const half_px = Math.max(10, layout.step_px / 2);
  return (
    <ComposedChart
      data={positions.map((_, at): At => ({ at }))}
      width={width_px}
      height={height_px}
      margin={{ left: 0, right: width_px - layout.right_px, top: LINE_HEAD_PX, bottom: 0 }}
      aria-label={`${drawing.label} Left and right arrow keys read each position.`}
    >
      {current === undefined || current < 0 || current >= positions.length ? null : (
        <ReferenceArea
          x1={current}
          x2={current}
          fill="var(--range)"
          fillOpacity={1}
          zIndex={-200}
          shape={bandShape(half_px, layout.right_px)}
        />
      )}
      {tickLines(layout.ticks)}
      {positionAxis(positions, {
        height_px,
        foot_px: LINE_FOOT_PX,
        everyNth: layout.everyNth,
        padding_px: LINE_PADDING_PX,
      })}
      {heightAxis(layout.ticks, layout.domain, LINE_GUTTER_PX, (tick) => words(tick))}
      {series.map(({ id, interval }) =>
        interval
          ? intervalBand(
              `${id} interval`,
              (at) => interval.low[at] ?? null,
              (at) => interval.high[at] ?? null,
            )
          : null,
      )}
      {emphasised && layout.domain[0] < 0 ? (
        <BelowZero id={below} domain={layout.domain} top_px={LINE_HEAD_PX} bottom_px={height_px - LINE_FOOT_PX}>
          <Area
            dataKey={({ at }: At) => emphasised.values[at] ?? null}
            type="linear"
            baseValue={0}
            stroke="none"
            fill={`url(#${below}-hatch)`}
            fillOpacity={1}
            activeDot={false}
            isAnimationActive={false}
            zIndex={0}
          />
        </BelowZero>
      ) : null}
      {target ? levelLine(target) : null}
      {series.map((each) => (
        <Line
          key={each.id}
          dataKey={({ at }: At) => each.values[at] ?? null}
          type="linear"
          stroke={each.colour}
          strokeWidth={each.emphasised ? 2.25 : 1.25}
          strokeOpacity={each.emphasised ? 1 : 0.85}
          strokeLinejoin="round"
          dot={{ r: each.emphasised ? 2.4 : 1.7, fill: each.colour, strokeWidth: 0 }}
          activeDot={{ r: 3.5, fill: each.colour, stroke: 'var(--bg)', strokeWidth: 1 }}
          connectNulls={false}
          isAnimationActive={false}
        />
      ))}
      {layout.ends.map((end, index) =>
        end.value === null ? null : (
          <line
            key={series[index]?.id}
            x1={end.x_px + 4}
            x2={layout.right_px + 6}
            y1={end.y_px}
            y2={end.label_px}
            stroke="var(--line2)"
          />
        ),
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--ctl)' }}
        content={<Readout positions={positions} series={series} words={words} />}
      />
    </ComposedChart>
  );
}

/** The band of the current position, inside the plot. */
function bandShape(half_px: number, right_px: number) {
  return ({ x, y, width, height }: Box) => {
    const left = Math.max(LINE_GUTTER_PX, x + width / 2 - half_px);
    const right = Math.min(right_px, x + width / 2 + half_px);
    return <rect x={left} width={right - left} y={y - 8} height={height + 8} fill="var(--range)" />;
  };
}
