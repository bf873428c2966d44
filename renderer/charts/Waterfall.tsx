/** A waterfall: neutral steps in slate, results in the accent, what lies below zero hatched and marked ▲. */
import { Suspense } from 'react';
import { minorDigits } from '#domain/money.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { integer, MINUS, percent, scaled, signed } from '#renderer/format/numbers.ts';
import { ChartFrame } from './ChartFrame.tsx';
import styles from './charts.module.css';
import { WaterfallPlot } from './lazyPlots.ts';
import { niceTicks } from './ticks.ts';
import { type WaterfallBar, type WaterfallStep, waterfallBars } from './waterfallBars.ts';

const HEIGHT_PX = 212;
const GUTTER_PX = 48;
const HEAD_PX = 36;
/** The change below value and share, where something is compared. */
const CHANGE_PX = 14;
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
  baselineWords = 'net sales',
  against = null,
  onOpen,
}: {
  readonly steps: readonly WaterfallStep[];
  readonly unit: WaterfallUnit;
  readonly currency: string;
  /** Shares are of this amount; 0 shows none. */
  readonly baseline_minor: number;
  /** What the baseline is: 'net sales', 'GM3 before'. */
  readonly baselineWords?: string;
  /** What the steps are compared with: 'Sep 2026', 'plan'. */
  readonly against?: string | null;
  /** Opens the lines behind a step. */
  readonly onOpen: (id: string) => void;
}) {
  const bars = waterfallBars(steps);
  const divisor = 10 ** unit.places;
  const levels = bars.flatMap((bar) =>
    [bar.from_minor, bar.to_minor, levelBefore(bar) ?? bar.to_minor].map((value) => value / divisor),
  );
  const ticks = niceTicks(Math.min(...levels), Math.max(...levels), 4);
  const places = tickPlaces(ticks);
  const head_px = HEAD_PX + (against === null ? 0 : CHANGE_PX);
  const height_px = HEIGHT_PX + head_px - HEAD_PX;

  return (
    <ChartFrame
      height_px={height_px}
      maxWidth_px={GUTTER_PX + steps.length * SLOT_MAX_PX}
      table={{
        caption: `${bars[0]?.label ?? ''} to ${bars.at(-1)?.label ?? ''}`,
        columns: [
          'Step',
          `Amount, ${currency}`,
          `Share of ${baselineWords}`,
          ...(against === null ? [] : [`${against}, ${currency}`, `Change, ${currency}`]),
        ],
        rows: bars.map((bar) => ({
          name: bar.label,
          cells: [
            ledgerMoney(bar.value_minor, currency),
            shareText(bar, baseline_minor) || '–',
            ...(against === null
              ? []
              : [ledgerMoney(bar.before_minor ?? null, currency), ledgerMoney(changeOf(bar), currency)]),
          ],
        })),
      }}
    >
      {(width_px) => {
        const slot = Math.max(1, (width_px - GUTTER_PX) / bars.length);
        const barWidth = Math.min(72, slot * 0.58);
        const left = (index: number): number => GUTTER_PX + index * slot + (slot - barWidth) / 2;
        return (
          <>
            <div aria-hidden="true">
              <Suspense fallback={null}>
                <WaterfallPlot
                  width_px={width_px}
                  height_px={height_px}
                  gutter_px={GUTTER_PX}
                  head_px={head_px}
                  foot_px={FOOT_PX}
                  bar_px={barWidth}
                  ticks={ticks}
                  tickWords={(tick) => (places === 0 ? integer(tick) : tick.toFixed(places).replace('-', MINUS))}
                  bars={bars.map((bar) => {
                    const below = bar.kind !== 'change' && bar.to_minor < 0;
                    return {
                      id: bar.id,
                      label: bar.label,
                      kind: bar.kind,
                      from: bar.from_minor / divisor,
                      to: bar.to_minor / divisor,
                      value: `${below ? '▲ ' : ''}${scaled(bar.value_minor, unit.places, 0)}`,
                      share: shareText(bar, baseline_minor),
                      below,
                      change: changeText(bar, unit.places),
                      before: levelBefore(bar) === null ? null : (levelBefore(bar) ?? 0) / divisor,
                    };
                  })}
                />
              </Suspense>
            </div>
            <ol className={styles['steps']}>
              {bars.map((bar, index) => (
                <li key={bar.id}>
                  <button
                    type="button"
                    style={{ left: left(index) - 12, width: barWidth + 24, top: 0, height: height_px }}
                    title={`Open the lines of ${bar.label}`}
                    aria-label={`${bar.label} ${ledgerMoney(bar.value_minor, currency)}${shareWords(bar, baseline_minor, baselineWords)}${changeWords(bar, currency, against)}: open the lines`}
                    onClick={() => onOpen(bar.id)}
                  />
                </li>
              ))}
            </ol>
          </>
        );
      }}
    </ChartFrame>
  );
}

function changeOf({ value_minor, before_minor = null }: WaterfallBar): number | null {
  return before_minor === null ? null : value_minor - before_minor;
}

/** Of what stands on zero: where it stood before. A change hangs elsewhere, so its level says nothing. */
function levelBefore({ kind, before_minor = null }: WaterfallBar): number | null {
  return kind === 'change' ? null : before_minor;
}

function changeText(bar: WaterfallBar, places: number): string {
  const change = changeOf(bar);
  if (change === null) return '';
  const text = scaled(change, places, 0);
  return text === '0' ? '±0' : signed(text, change);
}

function changeWords(bar: WaterfallBar, currency: string, against: string | null): string {
  const change = changeOf(bar);
  return against === null || change === null
    ? ''
    : `, ${signed(ledgerMoney(change, currency), change)} against ${against}`;
}

function shareText(bar: WaterfallBar, baseline_minor: number): string {
  return baseline_minor === 0 ? '' : percent((bar.value_minor * 10_000) / baseline_minor);
}

function shareWords(bar: WaterfallBar, baseline_minor: number, words: string): string {
  return baseline_minor === 0 ? '' : `, ${shareText(bar, baseline_minor)} of ${words}`;
}

function tickPlaces(ticks: readonly number[]): number {
  return ticks.every((tick) => Number.isInteger(tick)) ? 0 : 1;
}
