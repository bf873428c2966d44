/** Why one line is likely to be late: every cause with what it makes of the odds, and the late lines behind the rates. */
import type { DelayRiskWorking, DelayRow, LateLine } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted, integer, percent, quantityWithUnit } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { FAMILY_NAMES, oddsText, reasonText } from './delayWords.ts';
import styles from './delays.module.css';

export function DelayPanel({ row, onClose }: { readonly row: DelayRow; readonly onClose: () => void }) {
  const { company, openOrder } = useWorkplace();
  const { order_line_id } = row;
  const working = useAsk('delayRiskWorking', { company_id: company.id, order_line_id }, { keepPrevious: false });
  return (
    <Panel
      title={`Order ${row.order_number}`}
      aside={row.party}
      onClose={onClose}
      actions={<Button onClick={() => openOrder(row.order_id)}>Open the order</Button>}
    >
      <PanelSection title="Chance of being late" aside={[row.item_code, row.description].filter(Boolean).join(' ')}>
        <p className={styles['kpi']}>
          <b>{percent(row.probability_bp)}</b>
          <span>
            {quantityWithUnit(row.open_qty_milli, row.uom)}, committed {weekdayDate(row.committed_on)}
            {row.cut_off_on === row.committed_on ? '' : `, in time until ${weekdayDate(row.cut_off_on)}`}
          </span>
        </p>
      </PanelSection>
      {working.data ? (
        <Reasons working={working.data} openOrder={openOrder} />
      ) : working.error ? (
        <ErrorState
          title="The working could not be read"
          text={errorMessage(working.error)}
          onRetry={() => void working.refetch()}
        />
      ) : (
        <LoadingRows rows={8} />
      )}
    </Panel>
  );
}

function Reasons({
  working,
  openOrder,
}: {
  readonly working: DelayRiskWorking;
  readonly openOrder: (order_id: number) => void;
}) {
  const { row, usual_log_odds, currency } = working;
  if (row === null) {
    return (
      <PanelSection>
        <InlineMessage tone="quiet">This line is not open any more, or its last day in time has passed.</InlineMessage>
      </PanelSection>
    );
  }
  const most = Math.max(...row.reasons.map(({ log_odds }) => Math.abs(log_odds)), 1);
  return (
    <>
      {usual_log_odds === null ? null : (
        <PanelSection title="Causes" aside="what each makes of the odds">
          <PanelRow
            label="The usual line"
            note={oddsWords(usual_log_odds)}
            value={percent(Math.round(10_000 / (1 + Math.exp(-usual_log_odds))))}
          />
          <ul className={styles['causes']}>
            {row.reasons.map((reason) => (
              <li key={reason.family} data-raises={reason.log_odds > 0 ? '' : undefined}>
                <span>
                  <b>{FAMILY_NAMES[reason.family]}</b>
                  <small>{reasonText(row, reason.family)}</small>
                </span>
                <span className={styles['bar']} aria-hidden="true">
                  <i style={{ width: `${(Math.abs(reason.log_odds) / most) * 100}%` }} />
                </span>
                <em>{oddsText(reason)}</em>
              </li>
            ))}
          </ul>
          <PanelRow total label="This line" value={percent(row.probability_bp)} />
        </PanelSection>
      )}
      <PanelSection title="Money" aside={currency}>
        <PanelRow label="Still open" value={ledgerMoney(row.value_minor, currency)} />
        <PanelRow total label="At risk" note="chance × still open" value={ledgerMoney(row.at_risk_minor, currency)} />
      </PanelSection>
      <LateLines
        title={`Late lines of ${row.supplier ?? 'items without a supplier'}`}
        rate={row.facts.supplier}
        lines={working.supplier_late}
        openOrder={openOrder}
      />
      <LateLines
        title={`Late from ${row.site ?? 'no site'} to ${row.country ?? 'no country'}`}
        rate={row.facts.lane}
        lines={working.lane_late}
        openOrder={openOrder}
      />
      <ProvenanceSection
        provenance={working.provenance}
        formula="Log-odds = usual line + Σ weight × (factor − usual), set right on the last 45 days; see How good it is."
      />
    </>
  );
}

function oddsWords(log_odds: number): string {
  return `odds 1 to ${Math.max(1, Math.round(Math.exp(-log_odds)))}`;
}

function LateLines({
  title,
  rate,
  lines,
  openOrder,
}: {
  readonly title: string;
  readonly rate: { readonly lines: number; readonly late: number };
  readonly lines: readonly LateLine[];
  readonly openOrder: (order_id: number) => void;
}) {
  return (
    <PanelSection title={title} aside={`${integer(rate.late)} of ${integer(rate.lines)} in 90 days`}>
      {lines.length === 0 ? (
        <InlineMessage tone="quiet">None was late.</InlineMessage>
      ) : (
        lines.map((line) => (
          <PanelRow
            key={line.order_line_id}
            label={<DrillLink onClick={() => openOrder(line.order_id)}>{line.order_number}</DrillLink>}
            note={`due ${shortDate(line.cut_off_on)}`}
            value={line.days_late === null ? 'not yet whole' : `${counted(line.days_late, 'day')} late`}
          />
        ))
      )}
    </PanelSection>
  );
}
