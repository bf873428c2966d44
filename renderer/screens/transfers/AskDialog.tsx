/** Asking another site for an item: which has how much to spare, how soon it could be here, and for how many. */
import { useId, useState } from 'react';
import type { TransferOffer } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { counted, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import styles from './transfers.module.css';
import { plainQty, typedQtyMilli } from './transferWords.ts';

export function AskDialog({
  item_id,
  to_site_id,
  qty_milli,
  from_site_id = null,
  wanted_on = null,
  decision_id = null,
  reason = '',
  onClose,
}: {
  readonly item_id: number;
  readonly to_site_id: number;
  /** As many are missing. */
  readonly qty_milli: number;
  readonly from_site_id?: number | null;
  readonly wanted_on?: string | null;
  readonly decision_id?: string | null;
  readonly reason?: string;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const asked = useAsk('transferOffers', { company_id: company.id, item_id, to_site_id });
  const ask = useRun('requestTransfers');
  const offers = asked.data;
  const sites = offers?.sites ?? [];
  const [picked, setPicked] = useState<number | null>(from_site_id);
  const [text, setText] = useState(plainQty(qty_milli));
  const chosen =
    sites.find((each) => each.site_id === picked) ??
    sites.find((each) => whyNot(each) === null && each.spare_qty_milli > 0);
  const typed = typedQtyMilli(text);
  const why = chosen ? whyNot(chosen) : null;
  const beyond = chosen !== undefined && typed !== null && typed > chosen.spare_qty_milli;
  return (
    <ReasonDialog
      title={`Ask another site for ${offers?.code ?? 'the item'}`}
      aside={offers ? `for ${offers.to_site}` : ''}
      middle
      button={
        chosen && typed !== null
          ? `Ask ${chosen.site} for ${quantityWithUnit(typed, offers?.uom ?? null)}`
          : 'Ask for it'
      }
      label="Reason"
      reason={reason}
      hint="The giving site reads it. Somebody else there answers."
      blocked={!chosen || typed === null || why !== null}
      busy={ask.isPending}
      problems={[asked.error ? errorMessage(asked.error) : null, ask.error ? errorMessage(ask.error) : null]}
      onDecide={(said) => {
        if (!chosen || typed === null) return;
        ask.mutate(
          {
            company_id: company.id,
            transfers: [
              {
                item_id,
                from_site_id: chosen.site_id,
                to_site_id,
                qty_milli: typed,
                wanted_on,
                reason: said,
                decision_id,
              },
            ],
          },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      {offers === undefined ? null : offers.waiting ? (
        <p className={styles['about']}>The stock of the sites is still loading.</p>
      ) : sites.length === 0 ? (
        <p className={styles['about']}>No other site has or keeps it.</p>
      ) : (
        <OfferTable offers={sites} uom={offers.uom} chosen={chosen?.site_id ?? null} onPick={setPicked} />
      )}
      <Field
        label={`How many, ${offers?.uom ?? ''}`}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        wrong={typed === null ? 'A number above 0.' : why}
        hint={
          beyond
            ? `${chosen.site} can spare ${quantity(chosen.spare_qty_milli)} now: it can give no more, unless that changes.`
            : 'Less can be given than is asked for.'
        }
        onChange={(event) => setText(event.target.value)}
      />
    </ReasonDialog>
  );
}

function whyNot(offer: TransferOffer): string | null {
  if (offer.open !== null) {
    return `${offer.open.by} asked ${offer.site} already${offer.open.number === null ? '' : `: ${offer.open.number}`}.`;
  }
  return offer.leads_back ? `Goods of it went to ${offer.site} lately: they would come back.` : null;
}

function OfferTable({
  offers,
  uom,
  chosen,
  onPick,
}: {
  readonly offers: readonly TransferOffer[];
  readonly uom: string;
  readonly chosen: number | null;
  readonly onPick: (site_id: number) => void;
}) {
  const group = useId();
  return (
    <div className={styles['offers']}>
      <table aria-label="What other sites could give">
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col">There, {uom}</th>
            <th scope="col">On order</th>
            <th scope="col">Asked for</th>
            <th scope="col">Orders again at</th>
            <th scope="col">Can spare</th>
            <th scope="col">Way</th>
            <th scope="col" title="Sent off today, on the next day the site takes goods in">
              Here on
            </th>
          </tr>
        </thead>
        <tbody>
          {offers.map((offer) => (
            <tr key={offer.site_id} data-chosen={offer.site_id === chosen ? '' : undefined}>
              <th scope="row">
                <label title={offer.name}>
                  <input
                    type="radio"
                    name={group}
                    checked={offer.site_id === chosen}
                    onChange={() => onPick(offer.site_id)}
                  />
                  {offer.site}
                </label>
              </th>
              <td>{quantity(offer.on_hand_qty_milli)}</td>
              <td>{quantity(offer.on_order_qty_milli)}</td>
              <td>{quantity(offer.asked_qty_milli)}</td>
              <td>{offer.reorder_qty_milli === null ? 'no policy' : quantity(offer.reorder_qty_milli)}</td>
              <td className={offer.spare_qty_milli > 0 ? styles['spare'] : styles['quiet']}>
                {quantity(offer.spare_qty_milli)}
              </td>
              <td className={styles['quiet']} title={offer.days_known ? undefined : 'no lane says it: assumed'}>
                {counted(offer.days, 'day')}
                {offer.days_known ? '' : '?'}
              </td>
              <td>{weekdayDate(offer.arrive_on)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
