/** Projected balance by week: the line, what comes in, the minimum, and where it falls below zero. */
import type { ItemDetail } from '#contract/queries.ts';
import { useLocation } from 'wouter';
import { StepChart } from '#renderer/charts/StepChart.tsx';
import { shortDate } from '#renderer/format/dates.ts';
import { quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { leftOutOrdersWords, overdueInBalance } from './overdueWords.ts';
import { leftOutPlace } from '#renderer/screens/fulfilment/arriving.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './stock.module.css';

const HEIGHT_PX = 140;

type Week = ItemDetail['projected'][number];

/** Its table is the one below it: what may be promised week by week. */
export function ProjectedBalance({ item, site_id }: { readonly item: ItemDetail; readonly site_id: number | null }) {
  const [, navigate] = useLocation();
  const left_out = leftOutOrdersWords(item);
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
          Short {roughQuantity(-shortage.lowest_qty_milli)} {item.uom}, first in the week of{' '}
          {shortDate(shortage.week_start)}
        </p>
      ) : null}
      {overdueInBalance(item).map((words) => (
        <p key={words} className={styles['facts']}>
          {words}
        </p>
      ))}
      {left_out === null ? null : (
        <p className={styles['facts']}>
          {left_out}{' '}
          <DrillLink onClick={() => navigate(leftOutPlace(site_id))}>
            {item.left_out_orders.lines === 1 ? 'See it in Fulfilment' : 'See them in Fulfilment'}
          </DrillLink>
        </p>
      )}
    </PanelSection>
  );
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
  const weeks = item.projected;
  const min = item.min_qty_milli;
  return (
    <>
      <StepChart
        table={false}
        shape="line"
        height_px={HEIGHT_PX}
        per={per}
        format={roughQuantity}
        label={`Projected balance over ${weeks.length} weeks.`}
        positions={weeks.map((week) => shortDate(week.week_start))}
        series={[{ id: 'balance', label: 'Balance', values: weeks.map((week) => week.balance_qty_milli) }]}
        receipts={[{ id: 'in', label: 'Receipt', values: weeks.map((week) => week.receipts_qty_milli) }]}
        {...(min === null ? {} : { minimum: { value: min, label: '' } })}
      />
      <p className={styles['legend']} aria-hidden="true">
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
