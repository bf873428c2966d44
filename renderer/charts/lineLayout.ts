/** Where a line chart's ticks, points and end labels lie. Pure: values in the data's unit, positions in pixels. */
import { linearScale, spreadLabels, ticksAround } from './scale.ts';
import { namedEvery } from './ticks.ts';

export const LINE_GUTTER_PX = 48;
export const LINE_HEAD_PX = 14;
export const LINE_FOOT_PX = 22;
/** Between the plot's edges and its first and last point. */
export const LINE_PADDING_PX = 8;
/** Room for the end labels; in a panel there is only one line, and less room. */
const LABEL_PX = 190;
const NARROW_PX = 420;
const NARROW_LABEL_PX = 84;
const LABEL_GAP_PX = 16;
/** A position's name needs this much, or every nth is named. */
const NAME_PX = 34;

export interface LineLayout {
  readonly ticks: readonly number[];
  readonly domain: readonly [number, number];
  /** Right edge of the plot; the labels stand right of it. */
  readonly right_px: number;
  readonly step_px: number;
  readonly everyNth: number;
  /** By series: its last known point, and where its label stands. */
  readonly ends: readonly LineEnd[];
}

export interface LineEnd {
  /** null: nothing known, no label. */
  readonly value: number | null;
  /** The position it is of, where that is not the last: its label says so. null where it is. */
  readonly earlier: number | null;
  readonly x_px: number;
  readonly y_px: number;
  readonly label_px: number;
}

export function lineLayout(
  lines: readonly (readonly (number | null)[])[],
  levels: readonly number[],
  positions: number,
  width_px: number,
  height_px: number,
  top: number | undefined,
): LineLayout {
  const known = [...lines.flatMap((values) => values.filter((value) => value !== null)), ...levels];
  const low = Math.min(...known);
  const high = top === undefined ? Math.max(...known) : Math.min(top, Math.max(...known));
  const all = ticksAround(low, Math.max(high, low + 1), 4);
  const ticks = top === undefined ? all : all.filter((tick) => tick <= top);
  const domain = [ticks[0] ?? low, Math.max(high, ticks.at(-1) ?? high)] as const;
  const bottom_px = height_px - LINE_FOOT_PX;
  const y = linearScale(domain, [bottom_px, LINE_HEAD_PX]);
  const right_px = Math.max(LINE_GUTTER_PX + 40, width_px - (width_px < NARROW_PX ? NARROW_LABEL_PX : LABEL_PX));
  const inside_px = right_px - LINE_GUTTER_PX - 2 * LINE_PADDING_PX;
  const step_px = positions > 1 ? inside_px / (positions - 1) : 0;
  const last = lines.map((values) => {
    const index = values.findLastIndex((value) => value !== null);
    return { index, value: values[index] ?? null };
  });
  const heights = spreadLabels(
    last.map(({ value }) => (value === null ? height_px : y(value))),
    LABEL_GAP_PX,
    LINE_HEAD_PX,
    bottom_px,
  );
  return {
    ticks,
    domain,
    right_px,
    step_px,
    everyNth: namedEvery(step_px, NAME_PX),
    ends: last.map(({ index, value }, line) => ({
      value,
      earlier: value === null || index === positions - 1 ? null : index,
      x_px: LINE_GUTTER_PX + LINE_PADDING_PX + (positions > 1 ? Math.max(0, index) * step_px : inside_px / 2),
      y_px: value === null ? bottom_px : y(value),
      label_px: heights[line] ?? 0,
    })),
  };
}
