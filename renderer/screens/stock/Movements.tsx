/** What came and went of an item, newest first; the balance runs back from today's on hand. */
import { useState } from 'react';
import type { ItemDetail, ItemMovements, MovementKind } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { counted, integer, quantity, signed } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DrillLink, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './stock.module.css';

const FIRST = 8;
const MORE = 40;
/** The most one answer holds. */
const MOST = 500;

export const MOVEMENT_WORDS: Readonly<Record<MovementKind, string>> = {
  receipt: 'Receipt',
  shipment: 'Shipment',
  return: 'Return',
  transfer_in: 'Transfer in',
  transfer_out: 'Transfer out',
  count: 'Count',
  scrap: 'Scrap',
  adjustment: 'Adjustment',
};

const GAP_WORDS: Readonly<Record<NonNullable<ItemMovements['balance_gap']>, string>> = {
  loading: 'No balance yet: older movements are still loading.',
  not_all_sites: 'No balance: not all sites are yours to see.',
  not_all_channels: 'No balance: shipments of other channels are not yours to see.',
};

export function Movements({ item, site_id }: { readonly item: ItemDetail; readonly site_id: number | null }) {
  const [shown, setShown] = useState(FIRST);
  const { item_id } = item;
  const asked = useAsk('itemMovements', { item_id, limit: shown, ...(site_id === null ? {} : { site_id }) });
  const answer = asked.data;
  return (
    <PanelSection
      title="Movements"
      aside={
        answer === undefined
          ? ''
          : answer.total_rows > answer.rows.length
            ? `latest ${integer(answer.rows.length)} of ${integer(answer.total_rows)}`
            : counted(answer.total_rows, 'movement')
      }
    >
      {answer ? (
        <>
          <MovementTable answer={answer} uom={item.uom} allSites={site_id === null} />
          {answer.total_rows > answer.rows.length && shown < MOST ? (
            <Button
              kind="plain"
              disabled={asked.isPlaceholderData}
              onClick={() => setShown(Math.min(MOST, shown + MORE))}
            >
              Show {integer(Math.min(MORE, answer.total_rows - answer.rows.length))} more
            </Button>
          ) : null}
        </>
      ) : asked.error ? (
        <ErrorState
          title="The movements could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={4} />
      )}
    </PanelSection>
  );
}

function MovementTable({
  answer,
  uom,
  allSites,
}: {
  readonly answer: ItemMovements;
  readonly uom: string;
  readonly allSites: boolean;
}) {
  const { openOrder, openPurchase } = useWorkplace();
  if (answer.rows.length === 0) return <p className={styles['none']}>Nothing came or went yet.</p>;
  const ended = answer.rows.length === answer.total_rows;
  return (
    <>
      <table className={`${styles['weeks']} ${styles['moves']}`} aria-label={`Movements in ${uom}, newest first`}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" className={styles['left']}>
              Movement
            </th>
            <th scope="col">Quantity</th>
            <th scope="col" title="On hand after the movement">
              Then on hand
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row) => {
            const { order_id, purchase_order_id } = row;
            const ref = row.ref ?? '';
            return (
              <tr key={row.key}>
                <th scope="row">{shortDate(row.on)}</th>
                <td className={styles['left']}>
                  {MOVEMENT_WORDS[row.kind]}
                  {allSites && row.site ? <span className={styles['quiet']}> {row.site}</span> : null}{' '}
                  {order_id !== null ? (
                    <DrillLink onClick={() => openOrder(order_id)}>{ref}</DrillLink>
                  ) : purchase_order_id !== null ? (
                    <DrillLink onClick={() => openPurchase(purchase_order_id)}>{ref}</DrillLink>
                  ) : (
                    <span className={styles['quiet']}>{ref}</span>
                  )}
                </td>
                <td>{signed(quantity(row.qty_milli), row.qty_milli)}</td>
                <td className={styles['quiet']}>{quantity(row.balance_qty_milli)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {ended && answer.opening_qty_milli !== null && answer.opening_qty_milli !== 0 ? (
        <p className={styles['facts']}>
          Before the first movement here {quantity(answer.opening_qty_milli)} {uom} were on hand.
        </p>
      ) : null}
      {answer.balance_gap === null ? null : <p className={styles['facts']}>{GAP_WORDS[answer.balance_gap]}</p>}
    </>
  );
}
