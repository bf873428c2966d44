/** Why an order's prices are what they are, what would remain, and what was said about it. */
import type { ApprovalRow, ExplainedLine, OrderApproval } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { currencySymbol, overviewMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, percent, quantityWithUnit } from '#renderer/format/numbers.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './approvals.module.css';
import {
  brokenWords,
  daysWords,
  KIND_WORDS,
  limitWords,
  mayNotWords,
  type Verdict,
  VERDICT_WORDS,
} from './approvalWords.ts';

export function ApprovalPanel({
  row,
  onVerdict,
  onClose,
}: {
  readonly row: ApprovalRow;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onClose: () => void;
}) {
  const { session, company, openOrder } = useWorkplace();
  const asked = useAsk(
    'orderApproval',
    { company_id: company.id, order_id: row.order_id, kind: row.kind },
    // prices of the order before would stand under the name of this one
    { keepPrevious: false },
  );
  const detail = asked.data;
  const waits = row.state === 'waiting';
  const may_ask = session.may.write_notes && (row.state === 'refused' || (waits && row.asked_by === null));
  return (
    <Panel
      title={`${row.number}, ${KIND_WORDS[row.kind].short.toLowerCase()}`}
      onClose={onClose}
      actions={
        <>
          {waits && row.may_decide ? (
            <>
              <Button kind="solid" keyCap="A" onClick={() => onVerdict('approved')}>
                Approve
              </Button>
              <Button keyCap="R" onClick={() => onVerdict('refused')}>
                Refuse
              </Button>
            </>
          ) : null}
          {may_ask && !row.may_decide ? <Button onClick={() => onVerdict('asked')}>Ask for approval</Button> : null}
          {waits && row.may_not !== null && !may_ask ? (
            <span className={styles['reader']}>{mayNotWords(row.may_not)}</span>
          ) : null}
        </>
      }
    >
      <PanelSection>
        <p className={styles['subject']}>{brokenWords(row, company.currency)}</p>
        <p className={styles['facts']}>
          {row.party ?? 'No customer'}
          {row.salesperson === null ? '' : ` · of ${row.salesperson}`} ·{' '}
          {overviewMoney(row.net_minor, company.currency)} net
          {row.changed ? ` · ${row.decided_by ?? 'somebody'} decided before it changed` : ''}
        </p>
        <p className={styles['facts']}>
          <DrillLink onClick={() => openOrder(row.order_id)}>Open order {row.number}</DrillLink>
        </p>
      </PanelSection>
      {detail === undefined ? (
        asked.error ? (
          <ErrorState
            title="The prices could not be read"
            text={errorMessage(asked.error)}
            onRetry={() => void asked.refetch()}
          />
        ) : (
          <LoadingRows rows={8} />
        )
      ) : (
        <Explained detail={detail} />
      )}
    </Panel>
  );
}

function Explained({ detail }: { readonly detail: OrderApproval }) {
  const { credit, margin, currency, lines } = detail;
  const money = (amount_minor: number) => overviewMoney(amount_minor, currency);
  return (
    <>
      {credit ? (
        <PanelSection title="Credit exposure" aside={currency}>
          <PanelRow label="Open receivables" value={money(credit.receivables_minor)} />
          <PanelRow label="Shipped, not billed" value={money(credit.shipped_unbilled_minor)} />
          <PanelRow label="Open orders" value={money(credit.open_orders_minor)} />
          <PanelRow label="Paid ahead" value={money(-credit.deposits_minor)} />
          <PanelRow
            total
            label="Exposure"
            note={`limit ${money(credit.limit_minor)}`}
            value={money(credit.exposure_minor)}
          />
        </PanelSection>
      ) : null}
      <PanelSection title="How the prices came to be" aside={counted(detail.total_lines, 'line')}>
        <PanelList blocks>
          {lines.map((line) => (
            <Line key={line.order_line_id} line={line} currency={currency} cost_visible={detail.cost_visible} />
          ))}
        </PanelList>
      </PanelSection>
      {margin ? (
        <PanelSection title="If it is allowed" aside={currency}>
          <PanelRow label="Net of goods" value={money(margin.net_minor)} />
          <PanelRow label="Landed cost" value={money(-margin.cost_minor)} />
          <PanelRow
            total
            label="Margin"
            note={percent(margin.rate_bp)}
            value={money(margin.net_minor - margin.cost_minor)}
          />
        </PanelSection>
      ) : detail.cost_visible ? null : (
        <PanelSection>
          <p className={styles['reader']}>Margin is for those who see cost.</p>
        </PanelSection>
      )}
      <SaidAbout detail={detail} />
    </>
  );
}

function Line({
  line,
  currency,
  cost_visible,
}: {
  readonly line: ExplainedLine;
  readonly currency: string;
  readonly cost_visible: boolean;
}) {
  const price = (micro: number) => `${currencySymbol(currency)}${unitPrice(micro)}`;
  return (
    <li>
      <strong>
        {line.item_code} {line.item}
      </strong>
      <span>
        {quantityWithUnit(line.qty_milli, line.uom)} at {price(line.net_price_micro)}: {price(line.unit_price_micro)}{' '}
        less {percent(line.discount_bp)}
      </span>
      <span className={styles['quiet']}>
        {line.list_price_micro === null
          ? 'no list price for it on that day'
          : `list ${price(line.list_price_micro)}${line.list_price_micro === line.unit_price_micro ? '' : ', overridden on the order'}`}
      </span>
      <span className={styles['quiet']}>
        {line.limit === null
          ? 'no rule limits its discount'
          : `${percent(line.limit.allowed_bp)} allowed: ${limitWords(line.limit)}`}
        {line.approved_by === null ? '' : `; more allowed by ${line.approved_by}`}
      </span>
      {cost_visible && line.floor ? (
        <span className={line.net_price_micro < line.floor.floor_price_micro ? styles['below'] : styles['quiet']}>
          floor {price(line.floor.floor_price_micro)}
          {daysWords(line.floor)}
          {line.margin_bp === null ? '' : `; margin ${percent(line.margin_bp)}`}
        </span>
      ) : null}
    </li>
  );
}

function SaidAbout({ detail }: { readonly detail: OrderApproval }) {
  const now_ms = useNow();
  if (detail.said.length === 0) return null;
  return (
    <PanelSection title="What was said">
      <PanelList blocks>
        {detail.said.map((each) => (
          <li key={each.id}>
            <span>
              {each.state === 'accepted' ? null : <Shape shape="waiting" size={10} />} {each.author}{' '}
              {VERDICT_WORDS[each.decision].past}, {moment(each.written_at_ms, now_ms)}
              {each.current ? '' : ', about lines that changed since'}
            </span>
            <span className={styles['quiet']}>{each.reason}</span>
          </li>
        ))}
      </PanelList>
    </PanelSection>
  );
}
