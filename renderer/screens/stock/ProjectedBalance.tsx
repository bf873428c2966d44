/** Projected balance by week: the line, what comes in, the minimum, and where it falls below zero. */
import { useId } from 'react';
import type { ItemDetail } from '#contract/queries.ts';
import { niceTicks } from '#renderer/charts/ticks.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { integer, MINUS, quantity } from '#renderer/format/numbers.ts';
import { usePreference } from '#renderer/shell/preferences.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './stock.module.css';

const HEIGHT = 140;
const TOP = 6;
const BOTTOM = 20;

type Week = ItemDetail['projected'][number];

/** Its table is the one below it: what may be promised week by week. */
export function ProjectedBalance({ item }: { readonly item: ItemDetail }) {
  const weeks = item.projected;
  if (weeks.length === 0) return null;
  const largest = Math.max(...weeks.map((week) => Math.max(Math.abs(week.balance_qty_milli), week.receipts_qty_milli)));
  const thousands = largest >= 10_000_000;
  const shortage = firstShortage(weeks);
  return (
    <PanelSection title="Projected balance" aside={`${thousands ? 'thousand ' : ''}${item.uom}, by week`}>
      <Chart item={item} per={thousands ? 1_000_000 : 1000} />
      {shortage ? (
        <p className={styles['shortage']}>
          <Shape shape="bad" />
          Short {whole(-shortage.lowest_qty_milli)} {item.uom}, first in the week of {shortDate(shortage.week_start)}
        </p>
      ) : null}
    </PanelSection>
  );
}

/** A projection is not exact: decimals only where the quantities themselves are small. */
export function whole(qty_milli: number): string {
  return quantity(Math.abs(qty_milli) < 10_000 ? Math.round(qty_milli / 10) * 10 : Math.round(qty_milli / 1000) * 1000);
}

/** The first week below zero and the lowest balance from then on; null when none is. */
export function firstShortage(
  weeks: readonly Week[],
): { readonly week_start: string; readonly lowest_qty_milli: number } | null {
  const first = weeks.find((week) => week.balance_qty_milli < 0);
  if (!first) return null;
  return {
    week_start: first.week_start,
    lowest_qty_milli: Math.min(...weeks.map((week) => week.balance_qty_milli)),
  };
}

function Chart({ item, per }: { readonly item: ItemDetail; readonly per: number }) {
  const hatch = useId();
  const panel_px = usePreference((preferences) => preferences.panel_width_px);
  const width = Math.min(384, Math.max(332, panel_px)) - 30;
  const weeks = item.projected;
  const min = item.min_qty_milli;
  const values = [
    ...weeks.flatMap((week) => [week.balance_qty_milli / per, week.receipts_qty_milli / per]),
    (min ?? 0) / per,
  ];
  const ticks = niceTicks(Math.min(...values), Math.max(...values));
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  // Room for the longest axis label, so that no figure is cut.
  const left = 12 + Math.max(...ticks.map((tick) => tickLabel(tick).length)) * 6.4;
  const step = (width - left - 8) / Math.max(1, weeks.length - 1);
  const x = (index: number): number => left + 4 + index * step;
  const y = (value: number): number => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const line = weeks.map((week, index) => `${x(index)},${y(week.balance_qty_milli / per)}`).join(' ');
  const lowest = weeks.reduce(
    (at, week, index) => (week.balance_qty_milli < (weeks[at]?.balance_qty_milli ?? 0) ? index : at),
    0,
  );
  const lowestValue = (weeks[lowest]?.balance_qty_milli ?? 0) / per;
  const labelled = new Set([
    0,
    Math.round((weeks.length - 1) / 3),
    Math.round(((weeks.length - 1) * 2) / 3),
    weeks.length - 1,
  ]);
  return (
    <>
      <svg
        className={styles['chart']}
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Projected balance over ${weeks.length} weeks, lowest ${whole(weeks[lowest]?.balance_qty_milli ?? 0)} ${item.uom} in the week of ${shortDate(weeks[lowest]?.week_start ?? null)}`}
      >
        <defs>
          <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="5" stroke="var(--bad)" strokeWidth="1.4" strokeOpacity="0.5" />
          </pattern>
          <clipPath id={`${hatch}-below`}>
            <rect x={left} y={y(0)} width={width - left} height={Math.max(0, HEIGHT - BOTTOM - y(0))} />
          </clipPath>
        </defs>
        {ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={left}
              x2={width}
              y1={y(tick)}
              y2={y(tick)}
              stroke={tick === 0 ? 'var(--ink2)' : 'var(--line)'}
              shapeRendering="crispEdges"
            />
            <text x={left - 6} y={y(tick) + 3.5} textAnchor="end">
              {tickLabel(tick)}
            </text>
          </g>
        ))}
        {weeks.map((week, index) =>
          week.receipts_qty_milli > 0 ? (
            <rect
              key={week.week_start}
              x={x(index) - 3.5}
              width="7"
              y={y(week.receipts_qty_milli / per)}
              height={Math.max(1, y(0) - y(week.receipts_qty_milli / per))}
              fill="var(--step2)"
            />
          ) : null,
        )}
        {min === null ? null : (
          <line x1={left} x2={width} y1={y(min / per)} y2={y(min / per)} stroke="var(--ink3)" strokeDasharray="4 3" />
        )}
        {lowestValue < 0 ? (
          <polygon
            points={`${x(0)},${y(0)} ${line} ${x(weeks.length - 1)},${y(0)}`}
            fill={`url(#${hatch})`}
            clipPath={`url(#${hatch}-below)`}
          />
        ) : null}
        <polyline points={line} fill="none" stroke="var(--accent)" strokeWidth="1.8" strokeLinejoin="round" />
        {lowestValue < 0 ? (
          <path
            d={`M${x(lowest)} ${y(lowestValue) - 5}l5 9h-10z`}
            fill="var(--bad)"
            stroke="var(--bg)"
            strokeWidth="1"
          />
        ) : null}
        {weeks.map((week, index) =>
          labelled.has(index) ? (
            <text
              key={week.week_start}
              x={x(index)}
              y={HEIGHT - 5}
              textAnchor={index === 0 ? 'start' : index === weeks.length - 1 ? 'end' : 'middle'}
            >
              {shortDate(week.week_start)}
            </text>
          ) : null,
        )}
      </svg>
      <p className={styles['legend']}>
        <span>
          <i className={styles['legendLine']} /> balance
        </span>
        <span>
          <i className={styles['legendBar']} /> receipt
        </span>
        {min === null ? null : (
          <span>
            <i className={styles['legendDash']} /> min {quantity(min)}
          </span>
        )}
      </p>
    </>
  );
}

function tickLabel(tick: number): string {
  return Number.isInteger(tick) ? integer(tick) : String(tick).replace('-', MINUS);
}
