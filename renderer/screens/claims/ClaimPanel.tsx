/** One claim: what it is about, its money, its line and shipments, its clock, the customer's other claims, notes. */
import { useLocation } from 'wouter';
import { claimReason } from '#domain/claims/claim.ts';
import type { ClaimDetail, ClaimRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { dateAndTime, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerMoney, overviewMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantityWithUnit } from '#renderer/format/numbers.ts';
import { Notes } from '#renderer/notes/Notes.tsx';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import {
  claimEventWords,
  clockWords,
  DECIDED_ELSEWHERE,
  doneWords,
  ownerWords,
  STATE_WORDS,
  standingWords,
  stateShape,
} from './claimWords.ts';
import styles from './claims.module.css';

export interface ClaimPanelProps {
  readonly claim_id: number;
  /** Whether this person asks others to see to a claim. */
  readonly may: boolean;
  readonly onAssign: (row: ClaimRow) => void;
  readonly onSnooze: (row: ClaimRow) => void;
  readonly onWake: (row: ClaimRow) => void;
  readonly onClaim: (claim_id: number) => void;
  readonly onClose: () => void;
}

export function ClaimPanel({ claim_id, may, onClose, onClaim, ...act }: ClaimPanelProps) {
  const { company, openOrder } = useWorkplace();
  const asked = useAsk('claimDetail', { company_id: company.id, claim_id }, { keepPrevious: false });
  const row = asked.data?.row ?? null;
  const order_id = row?.order_id ?? null;
  const is_open = row !== null && row.state !== 'resolved';
  return (
    <Panel
      title={row === null ? 'Claim' : `Claim ${row.label}`}
      aside={row?.party}
      onClose={onClose}
      actions={
        row === null ? null : (
          <>
            {order_id === null ? null : (
              <Button kind="solid" keyCap="O" onClick={() => openOrder(order_id)}>
                Open the order
              </Button>
            )}
            {may && is_open ? (
              <>
                <Button keyCap="A" onClick={() => act.onAssign(row)}>
                  Assign
                </Button>
                {row.snoozed_until_on === null ? (
                  <Button keyCap="S" onClick={() => act.onSnooze(row)}>
                    Snooze
                  </Button>
                ) : (
                  <Button keyCap="S" onClick={() => act.onWake(row)}>
                    Wake
                  </Button>
                )}
              </>
            ) : null}
          </>
        )
      }
    >
      {asked.data ? (
        row === null ? (
          <PanelSection>
            <InlineMessage tone="quiet">
              This claim is not among yours: it was withdrawn in the system it comes from, or lies where you do not see
              it.
            </InlineMessage>
          </PanelSection>
        ) : (
          <Working detail={asked.data} row={row} onClaim={onClaim} />
        )
      ) : asked.error ? (
        <ErrorState
          title="The claim could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={12} />
      )}
    </Panel>
  );
}

function Working({
  detail,
  row,
  onClaim,
}: {
  readonly detail: ClaimDetail;
  readonly row: ClaimRow;
  readonly onClaim: (claim_id: number) => void;
}) {
  const [, navigate] = useLocation();
  const { item_id, site_id, order_id } = row;
  const done = doneWords(row);
  return (
    <>
      <PanelSection>
        <p className={styles['subject']}>
          <span>{claimReason(row.reason ?? '')}</span>
          {item_id === null ? null : (
            <DrillLink onClick={() => navigate(`/stock/${item_id}${site_id === null ? '' : `/${site_id}`}`)}>
              {row.item_code} {row.item}
            </DrillLink>
          )}
        </p>
        <p className={styles['facts']}>{standingWords(row)}</p>
        <p className={styles['facts']}>
          {ownerWords(row)}
          {done === '' ? '' : ` · ${done}`}
          {row.site === null ? '' : ` · ${row.site}`}
        </p>
        <p className={styles['elsewhere']}>{DECIDED_ELSEWHERE}</p>
      </PanelSection>
      <Money detail={detail} row={row} />
      <Line detail={detail} row={row} />
      <PanelSection title="Clock" aside={`our time ${clockWords(row.clock_milli_days)}`}>
        {detail.events.length === 0 ? (
          <p className={styles['reader']}>No event came with it: claim resolution time leaves it out.</p>
        ) : (
          <PanelList ordered>
            {detail.events.map((event) => (
              <li key={`${event.kind} ${event.happened_at_ms}`}>
                <span className={styles['when']}>{dateAndTime(event.happened_at_ms)}</span>
                <span className={styles['grow']}>{claimEventWords(event.kind)}</span>
              </li>
            ))}
          </PanelList>
        )}
      </PanelSection>
      <Others detail={detail} onClaim={onClaim} />
      {order_id === null ? null : (
        <PanelSection title="Notes" aside={`on order ${row.order_number ?? ''}: seen there too`}>
          <Notes subject={{ kind: 'order', order_id }} notes={detail.notes} />
        </PanelSection>
      )}
      <ProvenanceSection
        provenance={detail.provenance}
        formula="GM3 takes a claim’s credit notes and costs once each, in their months, as the margin’s step Claims."
      />
    </>
  );
}

/** What was asked for, what was given, and what it leaves of the line. */
function Money({ detail, row }: { readonly detail: ClaimDetail; readonly row: ClaimRow }) {
  const { currency, credits, costs, line } = detail;
  const money = (amount_minor: number | null) => ledgerMoney(amount_minor, currency);
  const gm1_minor = line === null || line.cost_minor === null ? null : line.net_minor - line.cost_minor;
  return (
    <PanelSection title="Money" aside={currency}>
      <PanelRow label="Claimed" value={money(row.claimed_minor)} />
      {credits.map((credit) => (
        <PanelRow
          key={credit.number}
          label={`Credit note ${credit.number}`}
          note={shortDate(credit.issued_on)}
          value={money(credit.amount_minor)}
        />
      ))}
      <PanelRow
        label="Allowed"
        note={credits.length === 0 ? 'no credit note names it' : counted(credits.length, 'credit note')}
        value={money(row.allowed_minor)}
      />
      {costs === null ? (
        <p className={styles['reader']}>
          What it cost beside that, and what it did to the margin, is for those who see cost.
        </p>
      ) : (
        <>
          {costs.map((cost, index) => (
            <PanelRow
              key={`${cost.booked_on} ${index}`}
              label="Cost of handling it"
              note={shortDate(cost.booked_on)}
              value={money(cost.amount_minor)}
            />
          ))}
          <PanelRow total label="Effect on GM3" note="allowed and cost" value={money(row.margin_minor)} />
          {gm1_minor === null || row.margin_minor === null ? null : (
            <PanelRow
              label="Left of the line’s GM1"
              note={`of ${money(gm1_minor)}`}
              value={money(gm1_minor + row.margin_minor)}
            />
          )}
        </>
      )}
    </PanelSection>
  );
}

function Line({ detail, row }: { readonly detail: ClaimDetail; readonly row: ClaimRow }) {
  const { openOrder } = useWorkplace();
  const { line, shipments, currency } = detail;
  if (line === null) {
    return (
      <PanelSection title="Order line">
        <p className={styles['reader']}>
          {row.order_line_id === null ? 'The claim names no order line.' : 'Its order line is not on this machine.'}
        </p>
      </PanelSection>
    );
  }
  return (
    <>
      <PanelSection title="Order line" aside={`ordered ${shortDate(line.ordered_on)}`}>
        <PanelRow
          label={<DrillLink onClick={() => openOrder(line.order_id)}>{line.order_number}</DrillLink>}
          note={`line ${line.ordinal}, ${line.channel ?? 'Unmapped'}`}
          value={quantityWithUnit(line.ordered_qty_milli, line.uom)}
        />
        <PanelRow label="Price" note={`${currencySymbol(currency)} each`} value={unitPrice(line.unit_price_micro)} />
        {line.discount_minor === 0 ? null : (
          <PanelRow label="Discount" value={ledgerMoney(0 - Math.abs(line.discount_minor), currency)} />
        )}
        <PanelRow total label="Net" value={ledgerMoney(line.net_minor, currency)} />
      </PanelSection>
      <PanelSection title="Shipments" aside={counted(shipments.length, 'shipment')}>
        {shipments.length === 0 ? <p className={styles['reader']}>None is on record for this line.</p> : null}
        {shipments.map((shipment) => (
          <PanelRow
            key={`${shipment.number} ${shipment.shipped_on}`}
            label={shipment.number}
            note={`shipped ${shortDate(shipment.shipped_on)}${shipment.delivered_on === null ? '' : `, there ${shortDate(shipment.delivered_on)}`}`}
            value={quantityWithUnit(shipment.qty_milli, line.uom)}
          />
        ))}
      </PanelSection>
    </>
  );
}

function Others({ detail, onClaim }: { readonly detail: ClaimDetail; readonly onClaim: (claim_id: number) => void }) {
  const { others, of_customer, currency } = detail;
  const hidden = of_customer.claims - 1 - others.length;
  return (
    <PanelSection
      title="Their other claims"
      aside={`${integer(of_customer.claims)} with this one, ${integer(of_customer.open)} open`}
    >
      {others.length === 0 ? (
        <p className={styles['reader']}>This customer has no other claim here.</p>
      ) : (
        <>
          <PanelList>
            {others.map((other) => (
              <li key={other.key}>
                <DrillLink onClick={() => other.claim_id !== null && onClaim(other.claim_id)}>{other.label}</DrillLink>
                <span className={styles['grow']} title={other.item ?? undefined}>
                  {claimReason(other.reason ?? '')}, {other.item ?? NO_DATA}
                </span>
                {other.state === null ? null : (
                  <Status shape={stateShape(other)} calm>
                    {other.state === 'resolved' ? shortDate(other.opened_on) : STATE_WORDS[other.state].word}
                  </Status>
                )}
                <span className={styles['amount']}>{overviewMoney(other.claimed_minor, currency)}</span>
              </li>
            ))}
          </PanelList>
          {hidden > 0 ? (
            <p className={styles['reader']}>
              The {integer(others.length)} newest; {integer(hidden)} more.
            </p>
          ) : null}
          <PanelRow
            total
            label="All of theirs"
            note={`${overviewMoney(of_customer.allowed_minor, currency)} allowed`}
            value={overviewMoney(of_customer.claimed_minor, currency)}
          />
        </>
      )}
    </PanelSection>
  );
}
