/** What comes of an item, what its suppliers ask for it, and what was counted. */
import type { ItemDetail } from '#contract/queries.ts';
import { daysBetween, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, unitPrice } from '#renderer/format/money.ts';
import { counted, integer, quantity, signed } from '#renderer/format/numbers.ts';
import { overdueWords } from '#renderer/format/waitWords.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, PanelList, PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './stock.module.css';

const ROWS_SHOWN = 6;

export function Incoming({ item }: { readonly item: ItemDetail }) {
  const { openPurchase } = useWorkplace();
  const lines = item.incoming.slice(0, ROWS_SHOWN);
  return (
    <PanelSection
      title="Incoming"
      aside={
        item.incoming_total === 0
          ? ''
          : item.incoming_total > lines.length
            ? `next ${lines.length} of ${counted(item.incoming_total, 'line')}`
            : counted(item.incoming_total, 'line')
      }
    >
      {lines.length === 0 ? <p className={styles['none']}>Nothing is on order.</p> : null}
      <PanelList>
        {lines.map((line) => {
          const late = daysBetween(line.promised_on, line.expected_on);
          return (
            <li key={line.po_line_id} title={promiseWords(line.promises)}>
              <DrillLink onClick={() => openPurchase(line.purchase_order_id)}>{line.number}</DrillLink>
              <span className={styles['party']} title={line.supplier}>
                {line.supplier}
              </span>
              {line.overdue !== null ? (
                <Status shape="bad">overdue</Status>
              ) : late > 0 ? (
                <Status shape="bad">{counted(late, 'day')} late</Status>
              ) : (
                <Status shape="good">on time</Status>
              )}
              <span className={styles['when']}>{movedDate(line.promised_on, line.expected_on)}</span>
              <span className={styles['qty']}>{quantity(line.open_qty_milli)}</span>
            </li>
          );
        })}
      </PanelList>
      {lines.map((line) =>
        line.overdue === null ? null : (
          <p key={`${line.po_line_id}-overdue`} className={styles['facts']}>
            {line.number}: {overdueWords(line.expected_on, line.overdue)}
          </p>
        ),
      )}
      {lines.map((line) =>
        line.promises.length > 1 ? (
          <p key={line.po_line_id} className={styles['facts']}>
            {line.number}: {promiseWords(line.promises)}
          </p>
        ) : null,
      )}
    </PanelSection>
  );
}

/** '2 Oct said 13 Nov, 3 Nov said 19 Nov' */
export function promiseWords(promises: ItemDetail['incoming'][number]['promises']): string {
  return promises.map(({ told_on, promised_on }) => `${shortDate(told_on)} said ${shortDate(promised_on)}`).join(', ');
}

/** '13 → 19 Nov' when a date moved, else the date. */
function movedDate(promised_on: string, expected_on: string): string {
  if (promised_on === expected_on) return shortDate(expected_on);
  const sameMonth = promised_on.slice(0, 7) === expected_on.slice(0, 7);
  return `${sameMonth ? Number(promised_on.slice(8)) : shortDate(promised_on)} → ${shortDate(expected_on)}`;
}

export function SupplierTerms({ item }: { readonly item: ItemDetail }) {
  if (item.suppliers.length === 0) return null;
  return (
    <PanelSection title="Suppliers" aside={counted(item.suppliers.length, 'supplier')}>
      <PanelList blocks>
        {item.suppliers.map((terms) => (
          <li key={`${terms.supplier_id}-${terms.supplier_code ?? ''}`}>
            <span>
              {terms.supplier}
              {terms.supplier_code === null ? '' : ` ${terms.supplier_code}`}
              {terms.preferred && item.suppliers.length > 1 ? ' · preferred' : ''}
            </span>
            <span className={styles['quiet']}>
              {[
                counted(terms.lead_time_days, 'day'),
                `from ${quantity(terms.moq_qty_milli)}`,
                `in steps of ${quantity(terms.multiple_qty_milli)} ${item.uom}`,
                terms.unit_price_micro === null
                  ? ''
                  : `${currencySymbol(item.currency)}${unitPrice(terms.unit_price_micro)}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </PanelList>
    </PanelSection>
  );
}

export function Counts({ item }: { readonly item: ItemDetail }) {
  if (item.counts.length === 0) return null;
  const outside = item.counts.filter((count) => !count.within_tolerance).length;
  return (
    <PanelSection
      title="Counts"
      aside={outside === 0 ? 'all within tolerance' : `${integer(outside)} outside tolerance`}
    >
      <PanelList>
        {item.counts.slice(0, ROWS_SHOWN).map((count) => {
          const off = count.counted_qty_milli - count.book_qty_milli;
          return (
            <li key={`${count.number}-${count.location}-${count.site}`}>
              <span className={styles['when']}>{shortDate(count.counted_on)}</span>
              <span className={styles['party']}>
                {count.number}, {count.site} {count.location}
              </span>
              <Status shape={count.within_tolerance ? 'good' : 'warn'}>
                {off === 0 ? 'as booked' : signed(quantity(off), off)}
              </Status>
              <span className={styles['qty']}>{quantity(count.counted_qty_milli)}</span>
            </li>
          );
        })}
      </PanelList>
    </PanelSection>
  );
}
