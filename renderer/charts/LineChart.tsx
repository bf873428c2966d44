/** Lines over months with their names at the right end; one is emphasised, the others stay thin. No legend, no animation. */
import { type ReactNode, useId } from 'react';
import styles from './charts.module.css';
import { linearScale, spreadLabels, ticksAround } from './scale.ts';
import { useWidth } from './useWidth.ts';

export interface LineSeries {
  readonly id: string;
  readonly label: string;
  /** One value per position; null = no data, the line breaks there. */
  readonly values: readonly (number | null)[];
  readonly colour: string;
  /** A shape beside the label, so that colour is not alone. */
  readonly mark?: ReactNode;
  readonly emphasised?: boolean;
}

const GUTTER_PX = 48;
const HEAD_PX = 14;
const FOOT_PX = 22;
const LABEL_PX = 190;
const LABEL_GAP_PX = 16;

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
  /** Read out instead of the picture; the figures stand in the grid below. */
  readonly label: string;
  /** Position shown with a band: the chosen month. */
  readonly current?: number;
  /** A level the lines are measured by: dashed and named. */
  readonly target?: { readonly value: number; readonly label: string };
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const clip = useId();
  const known = series.flatMap((each) => each.values.filter((value) => value !== null));
  if (known.length === 0) return null;
  const levels = target === undefined ? known : [...known, target.value];
  const low = Math.min(...levels);
  const high = top === undefined ? Math.max(...levels) : Math.min(top, Math.max(...levels));
  const all = ticksAround(low, Math.max(high, low + 1), 4);
  const ticks = top === undefined ? all : all.filter((tick) => tick <= top);
  const bottomTick = ticks[0] ?? low;
  const topTick = Math.max(high, ticks.at(-1) ?? high);
  const y = linearScale([bottomTick, topTick], [height_px - FOOT_PX, HEAD_PX]);
  const right = Math.max(GUTTER_PX + 40, width - LABEL_PX);
  const step = positions.length > 1 ? (right - GUTTER_PX - 16) / (positions.length - 1) : 0;
  const x = (index: number): number => GUTTER_PX + 8 + index * step;
  const ends = series.map((each) => endOf(each.values));
  const heights = spreadLabels(
    [...ends.map((end) => (end === null ? height_px : y(end.value))), ...(target ? [y(target.value)] : [])],
    LABEL_GAP_PX,
    HEAD_PX,
    height_px - FOOT_PX,
  );
  const everyNth = step > 0 && step < 34 ? Math.ceil(34 / step) : 1;

  return (
    <div ref={box} className={styles['lines']} style={{ height: height_px }}>
      {width > 0 ? (
        <>
          <svg width={width} height={height_px} role="img" aria-label={label}>
            <clipPath id={clip}>
              <rect x={GUTTER_PX} y={0} width={right - GUTTER_PX} height={height_px} />
            </clipPath>
            {current === undefined || current < 0 ? null : (
              <rect
                x={x(current) - Math.max(10, step / 2)}
                width={Math.max(20, step)}
                y={HEAD_PX - 8}
                height={height_px - FOOT_PX - HEAD_PX + 8}
                fill="var(--range)"
                clipPath={`url(#${clip})`}
              />
            )}
            {ticks.map((tick) => (
              <g key={tick}>
                <line x1={GUTTER_PX} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
                <text x={GUTTER_PX - 8} y={y(tick) + 4} textAnchor="end" className={styles['tick']}>
                  {format(tick)}
                </text>
              </g>
            ))}
            {positions.map((position, index) =>
              (positions.length - 1 - index) % everyNth === 0 ? (
                <text key={position} x={x(index)} y={height_px - 6} textAnchor="middle" className={styles['name']}>
                  {position}
                </text>
              ) : null,
            )}
            {target === undefined ? null : (
              <g>
                <line
                  x1={GUTTER_PX}
                  x2={right}
                  y1={y(target.value)}
                  y2={y(target.value)}
                  stroke="var(--ink2)"
                  strokeDasharray="5 4"
                />
                <line
                  x1={right}
                  x2={right + 6}
                  y1={y(target.value)}
                  y2={heights[series.length]}
                  stroke="var(--line2)"
                />
              </g>
            )}
            {series.map((each, index) => {
              const end = ends[index];
              return (
                <g key={each.id} opacity={each.emphasised ? 1 : 0.85}>
                  {segmentsOf(each.values).map((segment) => (
                    <polyline
                      key={segment[0]?.index ?? 0}
                      points={segment.map((point) => `${x(point.index)},${y(point.value)}`).join(' ')}
                      fill="none"
                      stroke={each.colour}
                      strokeWidth={each.emphasised ? 2.25 : 1.25}
                      strokeLinejoin="round"
                    />
                  ))}
                  {each.values.map((value, at) =>
                    value === null ? null : (
                      <circle
                        key={positions[at]}
                        cx={x(at)}
                        cy={y(value)}
                        r={each.emphasised ? 2.4 : 1.7}
                        fill={each.colour}
                      />
                    ),
                  )}
                  {end ? (
                    <line
                      x1={x(end.index) + 4}
                      x2={right + 6}
                      y1={y(end.value)}
                      y2={heights[index]}
                      stroke="var(--line2)"
                    />
                  ) : null}
                </g>
              );
            })}
          </svg>
          <ul className={styles['ends']} aria-hidden="true">
            {target === undefined ? null : (
              <li style={{ left: right + 10, top: (heights[series.length] ?? 0) - 8 }}>
                <svg width="14" height="4">
                  <line x1="0" x2="14" y1="2" y2="2" stroke="var(--ink2)" strokeDasharray="4 3" />
                </svg>
                <span>{target.label}</span>
                <b>{format(target.value)}</b>
              </li>
            )}
            {series.map((each, index) => {
              const end = ends[index];
              return end ? (
                <li
                  key={each.id}
                  style={{ left: right + 10, top: (heights[index] ?? 0) - 8 }}
                  data-emphasised={each.emphasised ? '' : undefined}
                >
                  {each.mark}
                  <span>{each.label}</span>
                  <b>{format(end.value)}</b>
                </li>
              ) : null;
            })}
          </ul>
        </>
      ) : null}
    </div>
  );
}

interface Point {
  readonly index: number;
  readonly value: number;
}

function endOf(values: readonly (number | null)[]): Point | null {
  const index = values.findLastIndex((value) => value !== null);
  const value = values[index];
  return value === null || value === undefined ? null : { index, value };
}

/** Runs of neighbouring known values: a month without data is a gap, never a line through it. */
export function segmentsOf(values: readonly (number | null)[]): readonly (readonly Point[])[] {
  const segments: Point[][] = [];
  let run: Point[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      run = [];
      continue;
    }
    if (run.length === 0) segments.push(run);
    run.push({ index, value });
  }
  return segments;
}
