/** One purchase order over any screen: what was ordered, what the supplier said, what came. */
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { PurchaseLineView, PurchaseOrderView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { dateAndTime, localDate, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA } from '#renderer/format/numbers.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { DrillLink } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { AssumptionDialog } from '#renderer/screens/scenarios/AssumptionDialog.tsx';
import styles from '../document/document.module.css';
import { purchaseLineColumns } from './purchaseLineColumns.tsx';

/** Lines beyond these are said, not shown; the value is over all. */
const LINES_SHOWN = 500;

export function PurchaseDialog({
  purchase_order_id,
  onClose,
}: {
  readonly purchase_order_id: number;
  readonly onClose: () => void;
}) {
  const order = useAsk('purchaseOrder', { purchase_order_id, limit: LINES_SHOWN }, { keepPrevious: false });
  const as_of_ms = useAsOf(order.data?.provenance);
  return (
    <Dialog
      wide
      open
      onClose={onClose}
      title={order.data ? `Purchase order ${order.data.number}` : 'Purchase order'}
      aside={order.data ? `as of ${dateAndTime(as_of_ms)}` : undefined}
    >
      {order.data ? (
        <PurchaseBody order={order.data} as_of_ms={as_of_ms} onClose={onClose} />
      ) : order.error ? (
        <ErrorState
          title="This purchase order could not be read"
          text={errorMessage(order.error)}
          onRetry={() => void order.refetch()}
        />
      ) : (
        <LoadingRows />
      )}
    </Dialog>
  );
}

function PurchaseBody({
  order,
  as_of_ms,
  onClose,
}: {
  readonly order: PurchaseOrderView;
  readonly as_of_ms: number | null;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const [, navigate] = useLocation();
  const [assuming, setAssuming] = useState(false);
  const now_ms = useNow();
  const year = new Date(now_ms).getFullYear();
  const { currency, cost_visible } = order;
  const awaited_on = order.state === 'open' ? localDate(as_of_ms ?? now_ms) : null;
  const columns = useMemo(
    () => purchaseLineColumns({ currency, cost_visible, awaited_on }),
    [currency, cost_visible, awaited_on],
  );
  const go = (path: string): void => {
    navigate(path);
    onClose();
  };
  // the stock screen speaks of the chosen company
  const inStock = order.company_id === company.id;
  const hidden = order.total_lines - order.lines.length;
  const told = order.lines.flatMap((line) => line.promises.map((promise) => ({ ...promise, line })));
  return (
    <div className={styles['document']}>
      <dl className={styles['facts']}>
        <Fact name="Supplier">
          {inStock ? (
            <DrillLink onClick={() => go(`/stock/supplier/${order.supplier_id}`)}>{order.supplier}</DrillLink>
          ) : (
            order.supplier
          )}
        </Fact>
        <Fact name="Site">{order.site}</Fact>
        <Fact name="Ordered">{weekdayDate(order.ordered_on, year)}</Fact>
        <Fact name="Approved">{order.approved_on === null ? 'not yet' : weekdayDate(order.approved_on, year)}</Fact>
        <Fact name="Buyer">{order.buyer ?? 'not stated'}</Fact>
        <Fact name="State">{order.state}</Fact>
        <Fact name="Value">{money(order, order.value_minor, 'a price is unknown')}</Fact>
        <Fact name="Landed costs">{money(order, order.landed_minor, 'unknown')}</Fact>
      </dl>
      <div className={styles['lines']}>
        <MemoryGrid<PurchaseLineView>
          grows
          label={`Lines of purchase order ${order.number}`}
          viewId="purchase-lines"
          columns={columns}
          rows={order.lines}
          rowKey={(line) => String(line.po_line_id)}
          {...(inStock ? { onDrill: (line: PurchaseLineView) => go(`/stock/${line.item_id}`) } : {})}
        />
      </div>
      {inStock && order.state === 'open' ? (
        <p className={styles['count']}>
          <DrillLink onClick={() => setAssuming(true)}>What if a line of it came otherwise?</DrillLink>
        </p>
      ) : null}
      {assuming ? (
        <AssumptionDialog
          scenario={null}
          first={{ kind: 'receipt', purchase_order_id: order.purchase_order_id, purchase: order.number }}
          onKept={(id) => go(`/scenarios/${id}`)}
          onClose={() => setAssuming(false)}
        />
      ) : null}
      <p className={styles['count']}>
        {counted(order.total_lines, 'line')}
        {hidden > 0 ? `, the first ${integer(order.lines.length)} shown; the value is over all` : ''}
      </p>
      {order.landed.length > 0 ? (
        <section className={`${styles['notes']} ${styles['told']}`}>
          <h3>Landed costs, split over the lines</h3>
          <ol>
            {order.landed.map(({ kind, booked_on, amount_minor, split_by, posted_minor, problem }) => (
              <li key={`${kind}-${booked_on}-${amount_minor}`}>
                <time dateTime={booked_on}>{shortDate(booked_on)}</time>
                <span>
                  {kind} {ledgerMoney(amount_minor, currency)} by {split_by}
                  {problem !== null
                    ? `: not split. ${problem}`
                    : posted_minor === 0
                      ? ': not split yet; ≈ is what each line would bear of what was ordered'
                      : posted_minor === amount_minor
                        ? ''
                        : `: ${ledgerMoney(amount_minor - posted_minor, currency)} of it is on no line`}
                </span>
              </li>
            ))}
          </ol>
        </section>
      ) : null}
      {told.length > 0 ? (
        <section className={`${styles['notes']} ${styles['told']}`}>
          <h3>What the supplier said</h3>
          <ol>
            {told
              .toSorted((a, b) => (a.told_on < b.told_on ? 1 : a.told_on > b.told_on ? -1 : 0))
              .map(({ told_on, promised_on, line }) => (
                <li key={`${line.po_line_id}-${told_on}-${promised_on}`}>
                  <time dateTime={told_on}>{shortDate(told_on)}</time>
                  <span>
                    {line.code} comes on {shortDate(promised_on)}
                  </span>
                </li>
              ))}
          </ol>
        </section>
      ) : null}
    </div>
  );
}

function money(order: PurchaseOrderView, amount_minor: number | null, unknown: string): string {
  if (!order.cost_visible) return `${NO_DATA} cost is for planning and finance`;
  return amount_minor === null ? `${NO_DATA} ${unknown}` : ledgerMoney(amount_minor, order.currency);
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
