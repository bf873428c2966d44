/** The working behind a stock row: projection, free to promise, who waits, what comes, notes. */
import { useMemo } from 'react';
import type { ItemDetail } from '#contract/queries.ts';
import { USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock, shortDate } from '#renderer/format/dates.ts';
import { unitPrice, currencySymbol } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import { Notes } from '#renderer/notes/Notes.tsx';
import { ItemTransfers } from '#renderer/screens/transfers/ItemTransfers.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { Counts, Incoming, SupplierTerms } from './ItemSupply.tsx';
import { Movements } from './Movements.tsx';
import { OrderProposal } from './OrderProposal.tsx';
import { ProjectedBalance } from './ProjectedBalance.tsx';
import { leftOutReservedWords } from './overdueWords.ts';
import { PromiseDate } from './PromiseDate.tsx';
import { PromiseTable } from './PromiseTable.tsx';
import styles from './stock.module.css';

const SITES_SHOWN = 4;
const ROWS_SHOWN = 6;
/** Stands for all sites together in the switch. */
const ALL = 0;

export function ItemPanel({
  item_id,
  site_id,
  onSite,
  onClose,
}: {
  readonly item_id: number;
  readonly site_id: number | null;
  readonly onSite: (site_id: number | null) => void;
  readonly onClose: () => void;
}) {
  const detail = useAsk('itemDetail', site_id === null ? { item_id } : { item_id, site_id });
  const item = detail.data;
  return (
    <Panel title={item ? `${item.code} ${item.name}` : 'Item'} onClose={onClose}>
      {item ? (
        <ItemBody item={item} site_id={site_id} onSite={onSite} />
      ) : detail.error ? (
        <ErrorState
          title="This item could not be read"
          text={errorMessage(detail.error)}
          onRetry={() => void detail.refetch()}
        />
      ) : (
        <LoadingRows rows={10} />
      )}
    </Panel>
  );
}

function ItemBody({
  item,
  site_id,
  onSite,
}: {
  readonly item: ItemDetail;
  readonly site_id: number | null;
  readonly onSite: (site_id: number | null) => void;
}) {
  const { openOrder } = useWorkplace();
  const as_of_ms = useAsOf(item.provenance);
  const asOf = as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`;
  const { free_to_promise: free } = item;
  const heldByLeftOut = leftOutReservedWords(item);
  const orders = item.open_orders.slice(0, ROWS_SHOWN);
  return (
    <>
      <PanelSection>
        <SiteSwitch item={item} site_id={site_id} onSite={onSite} />
        <p className={styles['facts']}>
          {[
            item.category ?? 'no category',
            item.supplier ?? 'no supplier',
            `counted in ${item.uom}`,
            item.unit_cost_micro === null
              ? item.cost_visible
                ? 'cost unknown'
                : ''
              : `cost ${currencySymbol(item.currency)}${unitPrice(item.unit_cost_micro)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </PanelSection>
      <ProjectedBalance item={item} site_id={site_id} />
      <PromiseTable item={item} />
      <PromiseDate key={item.item_id} item={item} site_id={site_id} onSite={onSite} />
      <OrderProposal item={item} site_id={site_id} onSite={onSite} />
      <PanelSection title="Free to promise" aside={asOf}>
        <PanelRow
          label="On hand"
          note={free.counted_on ? `counted ${shortDate(free.counted_on)}` : 'not counted yet'}
          value={quantity(free.on_hand_qty_milli)}
        />
        <PanelRow
          label="Reserved"
          note={counted(item.open_orders_total, 'order')}
          value={quantity(-free.reserved_qty_milli)}
        />
        {heldByLeftOut === null ? null : <p className={styles['facts']}>{heldByLeftOut}</p>}
        <PanelRow total label="Free now" value={quantity(free.free_qty_milli)} />
        <PanelRow
          label="Days on hand, recent usage"
          note={`${quantity(item.usage_qty_milli)} ${item.uom} used in ${USAGE_DAYS} days`}
          value={item.days_on_hand === null ? NO_DATA : quantity(item.days_on_hand * 1000)}
        />
      </PanelSection>
      <PanelSection
        title="Open orders"
        aside={
          item.open_orders_total > orders.length
            ? `largest ${orders.length} of ${integer(item.open_orders_total)}`
            : counted(item.open_orders_total, 'order')
        }
      >
        {orders.length === 0 ? <p className={styles['none']}>No order waits for it.</p> : null}
        <PanelList>
          {orders.map((order) => (
            <li key={order.order_id}>
              <DrillLink onClick={() => openOrder(order.order_id)}>{order.number}</DrillLink>
              <span className={styles['party']}>{order.party ?? 'no customer'}</span>
              <span className={styles['channel']} title={order.channel}>
                <ChannelMark kind={order.channel_kind} size={9} />
                <span className={styles['heard']}>{order.channel}</span>
              </span>
              <span className={styles['when']} title={order.left_out ? `Left out: due ${STALE_WORDS}` : undefined}>
                {order.left_out ? '▲ ' : ''}
                {shortDate(order.committed_on, order.left_out ? 0 : undefined)}
              </span>
              <span className={styles['qty']}>{quantity(order.open_qty_milli)}</span>
            </li>
          ))}
        </PanelList>
      </PanelSection>
      <Incoming item={item} />
      <ItemTransfers item_id={item.item_id} site_id={site_id} />
      <Movements key={`${item.item_id}/${site_id ?? ''}`} item={item} site_id={site_id} />
      <SupplierTerms item={item} />
      <Counts item={item} />
      <PanelSection title="Notes" aside={item.notes.length === 0 ? '' : counted(item.notes.length, 'note')}>
        <Notes subject={{ kind: 'item', item_id: item.item_id }} notes={item.notes} />
      </PanelSection>
    </>
  );
}

/** The sites of the item: a few as segments, the others in a menu, all together last. */
function SiteSwitch({
  item,
  site_id,
  onSite,
}: {
  readonly item: ItemDetail;
  readonly site_id: number | null;
  readonly onSite: (site_id: number | null) => void;
}) {
  const sites = useMemo(
    () =>
      item.positions.flatMap((position) =>
        position.site_id === null
          ? []
          : [{ value: position.site_id, label: position.code ?? position.label, name: position.label }],
      ),
    [item.positions],
  );
  if (sites.length === 0) return null;
  const first = sites.slice(0, sites.length > SITES_SHOWN + 1 ? SITES_SHOWN : SITES_SHOWN + 1);
  const rest = sites.slice(first.length);
  const inRest = rest.find((site) => site.value === site_id);
  return (
    <div className={styles['sites']}>
      <SegmentedControl<number>
        label="Site"
        options={[...first, ...(inRest ? [inRest] : []), { value: ALL, label: 'All' }]}
        value={site_id ?? ALL}
        onChange={(value) => onSite(value === ALL ? null : value)}
      />
      {rest.length > 0 ? (
        <Menu
          label="Other sites"
          trigger={<Button kind="plain">{rest.length} more</Button>}
          entries={rest.map((site) => ({
            kind: 'choice' as const,
            label: site.name,
            hint: site.label,
            chosen: site.value === site_id,
            onPick: () => onSite(site.value),
          }))}
        />
      ) : null}
    </div>
  );
}
