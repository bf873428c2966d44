/** Range bars of a waterfall with their values above, each joined to the next by the level it leaves. */
import { useId } from 'react';
import { Bar, BarChart, type BarShapeProps, XAxis, type XAxisTickContentProps } from 'recharts';
import styles from '../charts.module.css';
import type { WaterfallBar } from '../waterfallBars.ts';
import { Hatch, heightAxis, tickLines } from './parts.tsx';

export interface WaterfallDrawing {
  readonly width_px: number;
  readonly height_px: number;
  readonly gutter_px: number;
  readonly head_px: number;
  readonly foot_px: number;
  readonly bar_px: number;
  readonly ticks: readonly number[];
  readonly tickWords: (tick: number) => string;
  readonly bars: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: WaterfallBar['kind'];
    /** Levels in the axis's unit. */
    readonly from: number;
    readonly to: number;
    readonly value: string;
    readonly share: string;
    readonly below: boolean;
    /** '+12', '' where nothing is compared. */
    readonly change: string;
    /** The level it is compared with; null where none is. */
    readonly before: number | null;
  }[];
}

const COLOUR: Readonly<Record<WaterfallBar['kind'], string>> = {
  start: 'var(--step2)',
  sum: 'var(--step2)',
  change: 'var(--step)',
  result: 'var(--accent)',
};

type Step = WaterfallDrawing['bars'][number];

export function WaterfallPlot(drawing: WaterfallDrawing) {
  const { bars, width_px, height_px, gutter_px, head_px, foot_px, bar_px, ticks } = drawing;
  const hatch = useId();
  const slot_px = (width_px - gutter_px) / Math.max(1, bars.length);

  return (
    <BarChart
      data={bars}
      width={width_px}
      height={height_px}
      margin={{ left: 0, right: 0, top: head_px, bottom: 0 }}
      barCategoryGap={0}
      accessibilityLayer={false}
    >
      <defs>
        <Hatch id={hatch} tone="bad" />
      </defs>
      {tickLines(ticks)}
      <XAxis
        dataKey="id"
        height={foot_px}
        interval={0}
        axisLine={false}
        tickLine={false}
        tick={stepName(bars, height_px)}
      />
      {heightAxis(ticks, [ticks[0] ?? 0, ticks.at(-1) ?? 1], gutter_px, drawing.tickWords)}
      <Bar
        dataKey={(bar: Step): [number, number] => [Math.min(bar.from, bar.to), Math.max(bar.from, bar.to)]}
        barSize={bar_px}
        isAnimationActive={false}
        shape={stepShape(drawing, slot_px, hatch)}
      />
    </BarChart>
  );
}

function stepName(bars: readonly Step[], height_px: number) {
  return ({ x, payload }: XAxisTickContentProps) => (
    <text x={Number(x)} y={height_px - 7} textAnchor="middle" className={styles['name']}>
      {bars.find((bar) => bar.id === payload.value)?.label}
    </text>
  );
}

/** One step: its range, its value and share above, and the level it leaves the next one to start from. */
function stepShape({ bars, ticks, height_px, head_px, foot_px }: WaterfallDrawing, slot_px: number, hatch: string) {
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const yOf = (level: number): number => head_px + ((high - level) / (high - low)) * (height_px - head_px - foot_px);
  return ({ x, y, width, height, index }: BarShapeProps) => {
    const bar = bars[index];
    if (!bar) return <g />;
    const top = Math.min(y, y + height);
    const size = Math.abs(height);
    const middle = x + width / 2;
    const end = bar.to >= bar.from ? top : top + size;
    // words stand above the bar and above where it stood before
    const above = bar.before === null ? top : Math.min(top, yOf(bar.before));
    const lines = bar.change === '' ? [bar.share] : [bar.change, bar.share];
    return (
      <g>
        {index < bars.length - 1 ? (
          <line x1={x + width} x2={x + slot_px} y1={end} y2={end} stroke="var(--ctl)" strokeDasharray="2 2" />
        ) : null}
        <rect
          x={x}
          width={width}
          y={top}
          height={Math.max(1, size)}
          fill={bar.below ? `url(#${hatch})` : COLOUR[bar.kind]}
        />
        {bar.before === null ? null : (
          <line
            x1={x - 7}
            x2={x + width + 7}
            y1={yOf(bar.before)}
            y2={yOf(bar.before)}
            stroke="var(--ink)"
            strokeWidth="1.5"
            strokeDasharray="4 3"
          />
        )}
        <text x={middle} y={above - 6 - 13 * lines.length} textAnchor="middle" className={styles['value']}>
          {bar.value}
        </text>
        {lines.map((line, nth) => (
          <text
            key={nth === 0 ? 'lower' : 'upper'}
            x={middle}
            y={above - 6 - 13 * nth}
            textAnchor="middle"
            className={styles['share']}
          >
            {line}
          </text>
        ))}
      </g>
    );
  };
}
