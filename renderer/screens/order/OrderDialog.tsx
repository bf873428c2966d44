/** One order over any screen: its facts, its lines, its notes. */
import { type ReactNode, useMemo } from 'react';
import type { OrderDetail, OrderLineView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { dateAndTime, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted } from '#renderer/format/numbers.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { Notes } from '#renderer/notes/Notes.tsx';
import { useNow } from '#renderer/shell/workplace.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from '../document/document.module.css';
import { orderLineColumns } from './orderLineColumns.tsx';

/** Lines beyond these are said, not shown: the fill-rate and margin screens page through them. */
const LINES_SHOWN = 500;

export function OrderDialog({ order_id, onClose }: { readonly order_id: number; readonly onClose: () => void }) {
  const order = useAsk('orderDetail', { order_id, limit: LINES_SHOWN }, { keepPrevious: false });
  const as_of_ms = useAsOf(order.data?.provenance);
  return (
    <Dialog
      wide
      open
      onClose={onClose}
      title={order.data ? `Order ${order.data.number}` : 'Order'}
      aside={order.data ? `as of ${dateAndTime(as_of_ms)}` : undefined}
    >
      {order.data ? (
        <OrderBody order={order.data} />
      ) : order.error ? (
        <ErrorState
          title="This order could not be read"
          text={errorMessage(order.error)}
          onRetry={() => void order.refetch()}
        />
      ) : (
        <LoadingRows />
      )}
    </Dialog>
  );
}

function OrderBody({ order }: { readonly order: OrderDetail }) {
  const columns = useMemo(() => orderLineColumns(order.currency), [order.currency]);
  const now_ms = useNow();
  const hidden = order.total_lines - order.lines.length;
  return (
    <div className={styles['document']}>
      <dl className={styles['facts']}>
        <Fact name="Customer">{order.party ?? 'not stated'}</Fact>
        <Fact name="Country">{order.country ?? 'not stated'}</Fact>
        <Fact name="Channel">
          <ChannelMark kind={order.channel_kind} /> {order.channel ?? 'Unmapped'}
        </Fact>
        <Fact name="Site">{order.site ?? 'not stated'}</Fact>
        <Fact name="Ordered">{weekdayDate(order.ordered_on, new Date(now_ms).getFullYear())}</Fact>
        <Fact name="State">{order.state}</Fact>
        <Fact name="Source">{order.source}</Fact>
        <Fact name="Net">{ledgerMoney(order.net_minor, order.currency)}</Fact>
      </dl>
      <div className={styles['lines']}>
        <MemoryGrid<OrderLineView>
          grows
          label={`Lines of order ${order.number}`}
          viewId="order-lines"
          columns={columns}
          rows={order.lines}
          rowKey={(line) => String(line.order_line_id)}
        />
      </div>
      <p className={styles['count']}>
        {counted(order.total_lines, 'line')}
        {hidden > 0 ? `, the first ${order.lines.length} shown; the net amount is over all` : ''}
      </p>
      <section className={styles['notes']}>
        <h3>Notes</h3>
        <Notes subject={{ kind: 'order', order_id: order.order_id }} notes={order.notes} />
      </section>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
