/** What the drawings share: horizontal lines on the ticks, tick words, the hatch, and the words at a point. */
import type { ReactElement } from 'react';
import { Area, type BaseTickContentProps, CartesianGrid, ReferenceLine, XAxis, YAxis } from 'recharts';
import styles from '../charts.module.css';
import { linearScale } from '../scale.ts';

/** A row of a drawing: which position it is. */
export interface At {
  readonly at: number;
}

/** As the library hands it to a shape. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Room for the longest word at the axis, so that no figure is cut; 34 for the button in the corner. */
export function gutterFor(ticks: readonly number[], words: (tick: number) => string): number {
  return Math.max(34, 12 + Math.max(...ticks.map((tick) => words(tick).length)) * 6.4);
}

/** What a value lies within, as a band of the accent. */
export function intervalBand(
  key: string,
  low: (at: number) => number | null,
  high: (at: number) => number | null,
): ReactElement {
  return (
    <Area
      key={key}
      dataKey={({ at }: At) => {
        const from = low(at);
        const to = high(at);
        return from === null || to === null ? null : [from, to];
      }}
      stroke="none"
      fill="var(--accent)"
      fillOpacity={0.14}
      activeDot={false}
      isAnimationActive={false}
    />
  );
}

/** Height axis without a line of its own; a function, because the library looks at the elements and not through components. */
export function heightAxis(
  ticks: readonly number[],
  domain: readonly [number, number],
  gutter_px: number,
  words: (tick: number) => string,
): ReactElement {
  const tick = ({ y, payload }: BaseTickContentProps) => (
    <text x={gutter_px - 8} y={Number(y) + 4} textAnchor="end" className={styles['tick']}>
      {words(Number(payload.value))}
    </text>
  );
  return (
    <YAxis
      type="number"
      width={gutter_px}
      domain={[domain[0], domain[1]]}
      ticks={[...ticks]}
      interval={0}
      axisLine={false}
      tickLine={false}
      tick={tick}
    />
  );
}

/** Names of the positions below; where they would touch, every nth from the last. */
export function positionAxis(
  positions: readonly string[],
  drawing: {
    readonly height_px: number;
    readonly foot_px: number;
    readonly everyNth: number;
    readonly padding_px: number;
    /** The first and last name start and end at their position: a narrow panel has no room beside them. */
    readonly edgesInside?: boolean;
  },
): ReactElement {
  // The axis keeps every tick, since the arrow keys move along them; the words are left out, not the ticks.
  const anchor = (at: number) =>
    drawing.edgesInside && at === 0 ? 'start' : drawing.edgesInside && at === positions.length - 1 ? 'end' : 'middle';
  const tick = ({ x, payload }: BaseTickContentProps) => {
    const at = Number(payload.value);
    return (positions.length - 1 - at) % drawing.everyNth === 0 ? (
      <text x={Number(x)} y={drawing.height_px - 6} textAnchor={anchor(at)} className={styles['name']}>
        {positions[at]}
      </text>
    ) : null;
  };
  return (
    <XAxis
      dataKey="at"
      height={drawing.foot_px}
      interval={0}
      axisLine={false}
      tickLine={false}
      padding={{ left: drawing.padding_px, right: drawing.padding_px }}
      tick={tick}
    />
  );
}

/** A named level, dashed: the target, the minimum. */
export function levelLine(level: { readonly value: number; readonly label: string }): ReactElement {
  return (
    <ReferenceLine
      y={level.value}
      stroke="var(--ink2)"
      strokeDasharray="5 4"
      label={{ value: level.label, position: 'insideBottomLeft', className: styles['target'] ?? '', offset: 5 }}
    />
  );
}

/** Lines on the ticks only, zero darker than the others; all of them below what is drawn and its words. */
export function tickLines(ticks: readonly number[]): ReactElement {
  return (
    <>
      <CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
      {ticks.includes(0) ? <ReferenceLine y={0} stroke="var(--ink2)" zIndex={-50} /> : null}
    </>
  );
}

/** Hatched, so that colour is not alone: 'bad' filled bars, 'thin' areas below zero, 'neutral' what is only planned. */
export function Hatch({ id, tone }: { readonly id: string; readonly tone: 'bad' | 'thin' | 'neutral' }) {
  return (
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
      {tone === 'bad' ? <rect width="6" height="6" fill="var(--bad-bg)" /> : null}
      <rect
        width={tone === 'bad' ? 2.4 : 1.2}
        height="6"
        fill={tone === 'neutral' ? 'var(--step)' : 'var(--bad)'}
        fillOpacity={tone === 'thin' ? 0.55 : 1}
      />
    </pattern>
  );
}

export interface ReadoutSeries {
  readonly id: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly emphasised?: boolean;
}

/** The words at the position the pointer or the arrow keys are on, read out as it moves. The library adds `active` and `label`. */
export function Readout({
  active = false,
  label,
  positions,
  series,
  words,
  notes,
}: {
  readonly active?: boolean;
  /** Index of the position. */
  readonly label?: string | number;
  readonly positions: readonly string[];
  readonly series: readonly ReadoutSeries[];
  readonly words: (value: number | null | undefined) => string;
  /** Sentences by position. */
  readonly notes?: readonly (readonly string[])[];
}) {
  if (!active || label === undefined) return null;
  const at = Number(label);
  const said = notes?.[at] ?? [];
  return (
    <div className={styles['readout']} role="status">
      <b>{positions[at]}</b>
      <dl>
        {series.map((each) => (
          <div key={each.id} data-emphasised={each.emphasised ? '' : undefined}>
            <dt>{each.label}</dt>
            <dd>{words(each.values[at])}</dd>
          </div>
        ))}
      </dl>
      {said.length > 0 ? (
        <ul>
          {said.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** Shows only what its child fills below the zero line. */
export function BelowZero({
  id,
  domain,
  top_px,
  bottom_px,
  children,
}: {
  readonly id: string;
  readonly domain: readonly [number, number];
  readonly top_px: number;
  readonly bottom_px: number;
  readonly children: ReactElement;
}) {
  const zero_px = Math.max(top_px, linearScale(domain, [bottom_px, top_px])(0));
  return (
    <>
      <defs>
        <Hatch id={`${id}-hatch`} tone="thin" />
        <clipPath id={`${id}-clip`}>
          <rect x={0} width="100%" y={zero_px} height={Math.max(0, bottom_px - zero_px)} />
        </clipPath>
      </defs>
      <g clipPath={`url(#${id}-clip)`}>{children}</g>
    </>
  );
}
