/** The parts of a line's working: where the unit cost comes from, the carriers' charges, and what is owed by a rate. */
import type { ReactNode } from 'react';
import { RETURN_KIND } from '#domain/kpi/margin.ts';
import type { RateOfOrder } from '#domain/pricing/lineWorking.ts';
import type { LineMadeOf, LineWorking, ReceiptOfUnit, TermWorking } from '#contract/queries.ts';
import type { CarrierCharges } from '#contract/wire/carrierCharges.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount, ledgerMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, NO_DATA, quantityWithUnit, scaled } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { DrillLink, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

export type AskedCharges =
  | { readonly state: 'offline' }
  | { readonly state: 'reading' }
  | { readonly state: 'failed'; readonly text: string }
  | { readonly state: 'here'; readonly charges: CarrierCharges };

interface Part {
  readonly working: LineWorking;
  readonly made: LineMadeOf;
  /** Why what stands is otherwise; null where it is not. */
  readonly changed: string | null;
}

/** '1.25 %' */
const rateWords = (rate_bp: number): string => `${scaled(rate_bp, 2, 2).replace(/\.?0+$/, '')} %`;

function Changed({ children }: { readonly children: string | null }) {
  return children === null ? null : <InlineMessage tone="warn">{children}</InlineMessage>;
}

export function CostSection({ working, made, changed }: Part) {
  const { currency, uom } = working;
  const { unit } = made;
  const day = shortDate(working.ordered_on);
  return (
    <>
      <PanelSection title="Landed cost" aside={`${currency}, on ${day}`}>
        <Changed>{changed}</Changed>
        {unit === null ? (
          <InlineMessage tone="warn">
            Not known: no receipt with a price by {day}, and no cost kept of the item. Bring in the purchase with its
            price and receipt, or the item with its unit cost (Imports); the line has a cost within minutes.
          </InlineMessage>
        ) : (
          <>
            <PanelRow label="Quantity" value={quantityWithUnit(working.sold_qty_milli, uom)} />
            <PanelRow
              label="× unit cost"
              note={
                unit.receipts.length === 0
                  ? 'kept of the item'
                  : unit.receipts.length === 1
                    ? 'last receipt'
                    : 'last receipts, by quantity'
              }
              value={unitPrice(unit.unit_cost_micro)}
            />
            <PanelRow total label="Landed cost" value={ledgerAmount(made.cost_minor, currency)} />
            {unit.receipts.length === 0 ? (
              <InlineMessage tone="quiet">
                Nothing with a price came in by {day}: it is the cost kept of the item (Imports, Items).
              </InlineMessage>
            ) : null}
          </>
        )}
      </PanelSection>
      {(unit?.receipts ?? []).map((receipt) => (
        <Receipt
          key={`${receipt.purchase_order_id} ${receipt.receipt} ${receipt.unit_price_micro} ${receipt.qty_milli}`}
          receipt={receipt}
          uom={uom}
          currency={currency}
        />
      ))}
    </>
  );
}

function Receipt({
  receipt,
  uom,
  currency,
}: {
  readonly receipt: ReceiptOfUnit;
  readonly uom: string | null;
  readonly currency: string;
}) {
  const { openPurchase } = useWorkplace();
  const landed_micro = receipt.landed_price_micro - receipt.unit_price_micro;
  return (
    <PanelSection
      title={<DrillLink onClick={() => openPurchase(receipt.purchase_order_id)}>{receiptWords(receipt)}</DrillLink>}
      aside={`${shortDate(receipt.received_on)}, ${quantityWithUnit(receipt.qty_milli, uom)} received`}
    >
      <PanelRow label="Price" note="of the purchase order" value={unitPrice(receipt.unit_price_micro)} />
      {receipt.landed.map((part, at) => (
        <PanelRow
          key={at}
          label={capital(part.kind)}
          note={
            part.part_minor === null
              ? `${ledgerMoney(part.charge_minor, currency)} cannot be split by ${part.split_by}`
              : `of ${ledgerMoney(part.charge_minor, currency)}, by ${part.split_by}`
          }
          value={part.part_minor === null ? NO_DATA : ledgerAmount(part.part_minor, currency)}
        />
      ))}
      {receipt.landed.length === 0 ? null : (
        <PanelRow
          label="Charges a unit"
          note={`over ${quantityWithUnit(receipt.line_received_qty_milli, uom)}`}
          value={unitPrice(landed_micro)}
        />
      )}
      <PanelRow total label="Unit cost" value={unitPrice(receipt.landed_price_micro)} />
    </PanelSection>
  );
}

export function FreightSection({ working, made, asked, changed }: Part & { readonly asked: AskedCharges }) {
  const { currency, kind, standing } = working;
  const body = (): ReactNode => {
    if (kind === RETURN_KIND) {
      return <InlineMessage tone="quiet">What comes back gives no freight back.</InlineMessage>;
    }
    if (made.over_counter && made.freight_minor === 0) {
      return <InlineMessage tone="quiet">Handed over a counter: nothing is sent, so no freight is owed.</InlineMessage>;
    }
    if (asked.state === 'reading') return <InlineMessage tone="quiet">Asking the server for the charges</InlineMessage>;
    if (asked.state === 'offline') {
      return (
        <InlineMessage tone="quiet">
          The carriers’ charges behind it are on the server; they show once it is connected.
          {standing?.freight_minor == null ? '' : ` ${ledgerMoney(standing.freight_minor, currency)} is what stands.`}
        </InlineMessage>
      );
    }
    if (asked.state === 'failed') {
      return <InlineMessage tone="warn">The carriers’ charges could not be read: {asked.text}</InlineMessage>;
    }
    const { charges, total, total_minor } = asked.charges;
    if (total_minor === null) {
      return (
        <InlineMessage tone="warn">
          Not known: no carrier charged anything for this order. Bring the charges in (Imports, Carriers’ charges);
          where nothing was charged, a line of 0 says so.
        </InlineMessage>
      );
    }
    return (
      <>
        {charges.map(({ number, charged_on, amount_minor }) => (
          <PanelRow
            key={number}
            label={number}
            note={shortDate(charged_on)}
            value={ledgerAmount(amount_minor, currency)}
          />
        ))}
        {total > charges.length ? (
          <PanelRow label={`${counted(total - charges.length, 'charge')} more`} value="" />
        ) : null}
        <PanelRow total label="Charged for the order" value={ledgerAmount(total_minor, currency)} />
        <PanelRow
          total
          label="This line’s part"
          note={made.goods.lines === 1 ? 'its only goods' : `by net, of ${counted(made.goods.lines, 'line')}`}
          value={ledgerAmount(made.freight_minor, currency)}
        />
      </>
    );
  };
  return (
    <PanelSection title="Freight out" aside={currency}>
      <Changed>{changed}</Changed>
      {body()}
    </PanelSection>
  );
}

export function TermsSection({
  title,
  terms,
  of_order,
  amount_minor,
  none,
  changed,
  currency,
}: {
  readonly title: string;
  readonly terms: readonly TermWorking[];
  readonly of_order: RateOfOrder;
  readonly amount_minor: number;
  readonly none: string;
  readonly changed: string | null;
  readonly currency: string;
}) {
  return (
    <PanelSection title={title} aside={currency}>
      <Changed>{changed}</Changed>
      {terms.length === 0 ? (
        <InlineMessage tone="quiet">{none}</InlineMessage>
      ) : (
        <>
          {terms.map(({ name, owner, rate_bp, valid_from }) => (
            <PanelRow
              key={name}
              label={name}
              note={[owner, valid_from === null ? null : `since ${shortDate(valid_from)}`]
                .filter((each) => each !== null)
                .join(', ')}
              value={rateWords(rate_bp)}
            />
          ))}
          <PanelRow
            label={terms.length === 1 ? 'Of the order' : `${rateWords(of_order.rate_bp)} of the order`}
            note={`of ${ledgerMoney(of_order.net_minor, currency)} net, ${counted(of_order.lines, 'line')}`}
            value={ledgerAmount(of_order.amount_minor, currency)}
          />
          <PanelRow
            total
            label="This line’s part"
            note={of_order.lines === 1 ? undefined : 'by net'}
            value={ledgerAmount(amount_minor, currency)}
          />
        </>
      )}
    </PanelSection>
  );
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** Receipts that came without a number are called after their purchase and day. */
function receiptWords({ purchase_order, receipt }: ReceiptOfUnit): string {
  return receipt.startsWith(`${purchase_order} `) ? receipt : `${purchase_order} · ${receipt}`;
}
