/** A waterfall: neutral steps in slate, results in the accent, what lies below zero hatched and marked ▲. */
import { useId } from 'react';
import { minorDigits } from '#domain/money.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { integer, percent, scaled } from '#renderer/format/numbers.ts';
import styles from './charts.module.css';
import { linearScale } from './scale.ts';
import { niceTicks } from './ticks.ts';
import { useWidth } from './useWidth.ts';
import { type WaterfallBar, type WaterfallStep, waterfallBars } from './waterfallBars.ts';

const HEIGHT_PX = 212;
const GUTTER_PX = 48;
const HEAD_PX = 36;
const FOOT_PX = 24;
const SLOT_MAX_PX = 172;

export interface WaterfallUnit {
  /** 10^places minor units are one of what the axis counts. */
  readonly places: number;
  /** 'thousand EUR' */
  readonly words: string;
}

/** Thousands from a hundred thousand on, otherwise whole units of the currency. */
export function waterfallUnit(largest_minor: number, currency: string): WaterfallUnit {
  const places = minorDigits(currency);
  return Math.abs(largest_minor) >= 100_000 * 10 ** places
    ? { places: places + 3, words: `thousand ${currency}` }
    : { places, words: currency };
}

export function Waterfall({
  steps,
  unit,
  currency,
  baseline_minor,
  onOpen,
}: {
  readonly steps: readonly WaterfallStep[];
  readonly unit: WaterfallUnit;
  readonly currency: string;
  /** Shares are of this amount; 0 shows none. */
  readonly baseline_minor: number;
  /** Opens the lines behind a step. */
  readonly onOpen: (id: string) => void;
}) {
  const [box, measured_px] = useWidth<HTMLDivElement>();
  const hatch = useId();
  const width = measured_px;
  const bars = waterfallBars(steps);
  const divisor = 10 ** unit.places;
  const levels = bars.flatMap((bar) => [bar.from_minor, bar.to_minor].map((value) => value / divisor));
  const ticks = niceTicks(Math.min(...levels), Math.max(...levels), 4);
  const y = linearScale([ticks[0] ?? 0, ticks.at(-1) ?? 1], [HEIGHT_PX - FOOT_PX, HEAD_PX]);
  const slot = Math.max(1, (width - GUTTER_PX) / bars.length);
  const barWidth = Math.min(72, slot * 0.58);
  const left = (index: number): number => GUTTER_PX + index * slot + (slot - barWidth) / 2;
  const places = tickPlaces(ticks);

  return (
    <div
      ref={box}
      className={styles['waterfall']}
      style={{ height: HEIGHT_PX, maxWidth: GUTTER_PX + steps.length * SLOT_MAX_PX }}
    >
      {measured_px > 0 ? (
        <>
          <svg width={width} height={HEIGHT_PX} aria-hidden="true">
            <defs>
              <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
                <rect width="6" height="6" fill="var(--bad-bg)" />
                <rect width="2.4" height="6" fill="var(--bad)" />
              </pattern>
            </defs>
            {ticks.map((tick) => (
              <g key={tick}>
                <line
                  x1={GUTTER_PX}
                  x2={width}
                  y1={y(tick)}
                  y2={y(tick)}
                  stroke={tick === 0 ? 'var(--ink2)' : 'var(--line)'}
                />
                <text x={GUTTER_PX - 8} y={y(tick) + 4} textAnchor="end" className={styles['tick']}>
                  {places === 0 ? integer(tick) : tick.toFixed(places)}
                </text>
              </g>
            ))}
            {bars.map((bar, index) => {
              const top = y(Math.max(bar.from_minor, bar.to_minor) / divisor);
              const bottom = y(Math.min(bar.from_minor, bar.to_minor) / divisor);
              const below = bar.kind !== 'change' && bar.to_minor < 0;
              const end = y(bar.to_minor / divisor);
              const middle = left(index) + barWidth / 2;
              return (
                <g key={bar.id}>
                  {index < bars.length - 1 ? (
                    <line
                      x1={left(index) + barWidth}
                      x2={left(index + 1)}
                      y1={end}
                      y2={end}
                      stroke="var(--ctl)"
                      strokeDasharray="2 2"
                    />
                  ) : null}
                  <rect
                    x={left(index)}
                    width={barWidth}
                    y={top}
                    height={Math.max(1, bottom - top)}
                    fill={below ? `url(#${hatch})` : COLOUR[bar.kind]}
                  />
                  <text x={middle} y={top - 19} textAnchor="middle" className={styles['value']}>
                    {below ? '▲ ' : ''}
                    {scaled(bar.value_minor, unit.places, 0)}
                  </text>
                  <text x={middle} y={top - 6} textAnchor="middle" className={styles['share']}>
                    {shareText(bar, baseline_minor)}
                  </text>
                  <text x={middle} y={HEIGHT_PX - 7} textAnchor="middle" className={styles['name']}>
                    {bar.label}
                  </text>
                </g>
              );
            })}
          </svg>
          <ol className={styles['steps']}>
            {bars.map((bar, index) => (
              <li key={bar.id}>
                <button
                  type="button"
                  style={{ left: left(index) - 12, width: barWidth + 24, top: 0, height: HEIGHT_PX }}
                  title={`Open the lines of ${bar.label}`}
                  aria-label={`${bar.label} ${ledgerMoney(bar.value_minor, currency)}${shareWords(bar, baseline_minor)}: open the lines`}
                  onClick={() => onOpen(bar.id)}
                />
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </div>
  );
}

const COLOUR: Readonly<Record<WaterfallBar['kind'], string>> = {
  start: 'var(--step2)',
  sum: 'var(--step2)',
  change: 'var(--step)',
  result: 'var(--accent)',
};

function shareText(bar: WaterfallBar, baseline_minor: number): string {
  return baseline_minor === 0 ? '' : percent((bar.value_minor * 10_000) / baseline_minor);
}

function shareWords(bar: WaterfallBar, baseline_minor: number): string {
  return baseline_minor === 0 ? '' : `, ${shareText(bar, baseline_minor)} of net sales`;
}

function tickPlaces(ticks: readonly number[]): number {
  return ticks.every((tick) => Number.isInteger(tick)) ? 0 : 1;
}
