/** What may be promised, week by week, beside what comes, what is committed and where the balance goes. */
import type { ItemDetail } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { NO_DATA, quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './stock.module.css';

export function PromiseTable({ item }: { readonly item: ItemDetail }) {
  if (item.projected.length === 0) return null;
  return (
    <PanelSection title="Available to promise" aside={`${item.uom}, ${item.projected.length} weeks`}>
      <table className={styles['weeks']} aria-label={`Available to promise of ${item.code}, by week`}>
        <thead>
          <tr>
            <th scope="col">Week of</th>
            <th scope="col">In</th>
            <th scope="col" title="Open orders committed in the week">
              Committed
            </th>
            <th scope="col" title="Still to promise for a delivery in that week">
              To promise
            </th>
            <th scope="col" title="Projected at the week’s end, with forecast usage">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {item.projected.map((week) => (
            <tr key={week.week_start}>
              <th scope="row">{shortDate(week.week_start)}</th>
              <td className={styles['quiet']}>{orNothing(week.receipts_qty_milli)}</td>
              <td className={styles['quiet']}>{orNothing(-week.committed_qty_milli)}</td>
              <td
                className={week.available_qty_milli > 0 ? styles['fresh'] : undefined}
                title={
                  week.available_qty_milli > 0 ? `${quantity(week.available_qty_milli)} of it new this week` : undefined
                }
              >
                {quantity(week.promise_qty_milli)}
              </td>
              <td className={week.balance_qty_milli < 0 ? styles['below'] : styles['quiet']}>
                {week.balance_qty_milli < 0 ? '▲ ' : ''}
                {roughQuantity(week.balance_qty_milli)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {item.uncovered_qty_milli > 0 ? (
        <p className={styles['shortage']}>
          <Shape shape="bad" />
          {quantity(item.uncovered_qty_milli)} {item.uom} are committed with nothing to cover them in time; the next
          receipts serve them first
        </p>
      ) : null}
    </PanelSection>
  );
}

function orNothing(qty_milli: number): string {
  return qty_milli === 0 ? NO_DATA : quantity(qty_milli);
}
