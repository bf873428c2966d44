/** What is in a draft order that waits for a second person: its lines, whose they are, and who saw them. */
import { UNSEEN_DAYS } from '#domain/planning/replenishment/orderApproval.ts';
import type { DraftOrderView } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { ledgerMoney, overviewMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, NO_DATA, quantityWithUnit } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { notMineWords, orderNumber, otherName } from './orderWords.ts';
import styles from './replenishment.module.css';

export function DraftPanel({
  order,
  currency,
  busy,
  onApprove,
  onRefuse,
  onClose,
}: {
  readonly order: DraftOrderView;
  readonly currency: string;
  readonly busy: boolean;
  readonly onApprove: () => void;
  readonly onRefuse: () => void;
  readonly onClose: () => void;
}) {
  const { approval, lines } = order;
  const mine = approval.not_mine === null;
  return (
    <Panel
      title={orderNumber(order)}
      aside={`${order.supplier}, ${order.site}`}
      onClose={onClose}
      actions={
        mine ? (
          <>
            <Button kind="solid" keyCap="↵" disabled={busy} onClick={onApprove}>
              Approve {overviewMoney(order.value_minor, currency)}
            </Button>
            <Button keyCap="R" disabled={busy} onClick={onRefuse}>
              Refuse
            </Button>
          </>
        ) : (
          <span className={styles['said']}>{notMineWords(approval)}</span>
        )
      }
    >
      <PanelSection title="Why it waits" aside={currency}>
        <PanelRow label="Nobody else saw of it" value={ledgerMoney(approval.unseen_minor, currency)} />
        {approval.others_minor > 0 ? (
          <PanelRow
            label="Nor of other drafts"
            note={`${counted(approval.others.length, 'draft')}, ${UNSEEN_DAYS} days`}
            value={ledgerMoney(approval.others_minor, currency)}
          />
        ) : null}
        {approval.unpriced > 0 ? <PanelRow label="Without a price" value={counted(approval.unpriced, 'line')} /> : null}
        <PanelRow total label="One person alone" note="limit" value={ledgerMoney(approval.limit_minor, currency)} />
        <p className={styles['about']}>
          Of one supplier, over {UNSEEN_DAYS} days and all sites
          {approval.others_minor > 0 ? `: ${approval.others.map(otherName).join(', ')} count with it` : ''}.
        </p>
      </PanelSection>
      <PanelSection title={counted(lines.length, 'line')} aside={ledgerMoney(order.value_minor, currency)}>
        <p className={styles['about']}>
          Made by {order.by}, {dateAndTime(order.at_ms)}
          {order.minimum_reason === null ? '' : `, below the minimum: “${order.minimum_reason}”`}
        </p>
        <PanelList blocks>
          {dearestFirst(lines).map((line) => (
            <li key={line.decision_id}>
              <strong>
                {line.code} {line.name}
              </strong>
              <span>
                {quantityWithUnit(line.qty_milli, line.uom)} at{' '}
                {line.unit_price_micro === null ? NO_DATA : unitPrice(line.unit_price_micro)}:{' '}
                {ledgerMoney(line.value_minor, currency)}
              </span>
              {line.by === order.by && !line.seen ? null : (
                <span>
                  decided by {line.by === '' ? 'somebody' : line.by}
                  {line.seen ? ', approved by somebody else' : ''}
                </span>
              )}
            </li>
          ))}
        </PanelList>
      </PanelSection>
    </Panel>
  );
}

function dearestFirst(lines: DraftOrderView['lines']): DraftOrderView['lines'] {
  return lines.toSorted(
    (a, b) => (b.value_minor ?? Number.MAX_SAFE_INTEGER) - (a.value_minor ?? Number.MAX_SAFE_INTEGER),
  );
}
