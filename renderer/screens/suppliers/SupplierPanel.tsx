/** One supplier: how long it takes, how often in time, and the lines behind the figures. */
import { useState } from 'react';
import type { QueryInput, SupplierDetail, SupplierRow } from '#contract/queries.ts';
import { LineChart } from '#renderer/charts/LineChart.tsx';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthName, shortDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, percent, quantityWithUnit } from '#renderer/format/numbers.ts';
import { slipWords } from '#renderer/screens/today/costWords.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { daysWithin, leadTimeBins, placeOf } from './leadTimeBins.ts';
import { days } from './supplierColumns.tsx';
import styles from './suppliers.module.css';

type Figure = NonNullable<QueryInput<'supplierDetail'>['figure']>;
const FIGURES = [
  { value: 'overdue', label: 'Overdue' },
  { value: 'open', label: 'On order' },
  { value: 'late', label: 'Late' },
  { value: 'lead', label: 'Slowest' },
  { value: 'moved', label: 'Moved' },
] as const satisfies readonly { readonly value: Figure; readonly label: string }[];

export function SupplierPanel({
  company_id,
  row,
  months,
  target_bp,
  currency,
  cost_visible,
  onStock,
  onClose,
}: {
  readonly company_id: number;
  readonly row: SupplierRow;
  readonly months: readonly number[];
  readonly target_bp: number | null;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly onStock: () => void;
  readonly onClose: () => void;
}) {
  const [figure, setFigure] = useState<Figure>(row.overdue_lines > 0 ? 'overdue' : 'open');
  const detail = useAsk('supplierDetail', { company_id, supplier_id: row.supplier_id, figure });
  return (
    <Panel
      title={row.name}
      aside={row.code}
      onClose={onClose}
      actions={<Button onClick={onStock}>See its stock</Button>}
    >
      {row.slip === null ? null : (
        <PanelSection title="Slipping">
          {slipWords(row.slip).map((words) => (
            <p key={words} className={styles['said']}>
              <Status shape="warn">{words}</Status>
            </p>
          ))}
        </PanelSection>
      )}
      <PanelSection title="In time and in full" aside={`${counted(row.due_lines, 'line')} due in 12 months`}>
        <LineChart
          label={`OTIF of ${row.name} by month`}
          series={[
            { id: 'otif', label: 'OTIF', values: row.otif_months_bp, colour: 'var(--accent)', emphasised: true },
          ]}
          positions={months.map((month) => monthName(month))}
          height_px={120}
          top={10_000}
          format={percent}
          {...(target_bp === null ? {} : { target: { value: target_bp, label: `Target ${percent(target_bp)}` } })}
        />
        <PanelRow total label="Twelve months" value={percent(row.otif_bp)} />
      </PanelSection>
      {detail.data && !detail.isPlaceholderData ? (
        <>
          <LeadTimes detail={detail.data} row={row} />
          <PanelSection title="Lines" aside={linesAside(detail.data)}>
            <SegmentedControl label="Lines behind" options={FIGURES} value={figure} onChange={setFigure} />
            <Lines detail={detail.data} figure={figure} />
          </PanelSection>
        </>
      ) : detail.error ? (
        <ErrorState
          title="This supplier could not be read"
          text={errorMessage(detail.error)}
          onRetry={() => void detail.refetch()}
        />
      ) : (
        <LoadingRows rows={8} />
      )}
      {cost_visible ? (
        <PanelSection title="Money">
          <PanelRow
            label="On order"
            note={counted(row.open_lines, 'line')}
            value={overviewMoney(row.open_minor, currency)}
          />
          <PanelRow
            label="Overdue"
            note={counted(row.overdue_lines, 'line')}
            value={overviewMoney(row.overdue_minor, currency)}
          />
          <PanelRow label="Came in 12 months" value={overviewMoney(row.spend_minor, currency)} />
        </PanelSection>
      ) : (
        <PanelSection title="Money">
          <p className={styles['said']}>What is bought for how much is for those who see purchase prices.</p>
        </PanelSection>
      )}
    </Panel>
  );
}

function linesAside({ lines, total_lines }: SupplierDetail): string {
  return total_lines > lines.length
    ? `first ${integer(lines.length)} of ${counted(total_lines, 'line')}`
    : counted(total_lines, 'line');
}

/** Bars by days, with the mean and what is agreed; the figures are in the rows below. */
function LeadTimes({ detail, row }: { readonly detail: SupplierDetail; readonly row: SupplierRow }) {
  const half = daysWithin(detail.lead_times, 0.5);
  const most_of_them = daysWithin(detail.lead_times, 0.9);
  const levels = [
    ...(half === null ? [] : [{ at: half, word: 'P50' }]),
    ...(row.agreed_days === null ? [] : [{ at: row.agreed_days, word: 'agreed' }]),
    ...(most_of_them === null ? [] : [{ at: most_of_them, word: 'P90' }]),
  ];
  const bins = leadTimeBins(
    detail.lead_times,
    levels.map(({ at }) => at),
  );
  const most = Math.max(1, ...bins.map(({ lines }) => lines));
  const measured = detail.lead_times.reduce((sum, { lines }) => sum + lines, 0);
  return (
    <PanelSection title="Lead time" aside={`${counted(measured, 'line')} in 12 months`}>
      {bins.length === 0 ? null : (
        <>
          <div
            className={styles['plot']}
            role="img"
            aria-label={`Lead times from ${integer(bins[0]?.from_days ?? 0)} to ${integer(bins.at(-1)?.to_days ?? 0)} days, half within ${half ?? NO_DATA}, 90 % within ${most_of_them ?? NO_DATA}, agreed ${days(row.agreed_days)}`}
          >
            <div className={styles['bars']}>
              {bins.map(({ from_days, to_days, lines }) => (
                <span
                  key={from_days}
                  className={styles['bar']}
                  data-lately={row.agreed_days !== null && from_days > row.agreed_days}
                  style={{ height: `${(lines / most) * 100}%` }}
                  title={`${from_days === to_days ? counted(from_days, 'day') : `${from_days} to ${to_days} days`}: ${counted(lines, 'line')}`}
                />
              ))}
            </div>
            {levels.map(({ at, word }, nth) => (
              <span
                key={word}
                className={styles['level']}
                style={{ left: `${placeOf(at, bins) * 100}%`, top: nth * 12 }}
              >
                <span>{word}</span>
              </span>
            ))}
          </div>
          <div className={styles['axis']}>
            <span>{counted(bins[0]?.from_days ?? 0, 'day')}</span>
            <span>{counted(bins.at(-1)?.to_days ?? 0, 'day')}</span>
          </div>
        </>
      )}
      <PanelRow label="Half of them" note="P50" value={half === null ? NO_DATA : `within ${counted(half, 'day')}`} />
      <PanelRow
        label="Nine in ten"
        note={overWords(most_of_them, row.agreed_days)}
        value={most_of_them === null ? NO_DATA : `within ${counted(most_of_them, 'day')}`}
      />
      <PanelRow label="Mean" note={`σ ${days(row.lead_deviation_days)}`} value={`${days(row.lead_days)} d`} />
      <PanelRow label="Agreed" note="middle of its articles" value={`${days(row.agreed_days)} d`} />
    </PanelSection>
  );
}

/** What planning by the agreed days leaves out. */
function overWords(days_90: number | null, agreed: number | null): string {
  if (days_90 === null || agreed === null || days_90 <= agreed) return 'P90';
  return `P90, ${counted(Math.ceil(days_90 - agreed), 'day')} over what is agreed`;
}

function Lines({ detail, figure }: { readonly detail: SupplierDetail; readonly figure: Figure }) {
  const { openPurchase } = useWorkplace();
  if (detail.lines.length === 0) return <p className={styles['said']}>None.</p>;
  return (
    <ul className={styles['lines']}>
      {detail.lines.map((line) => (
        <li key={line.po_line_id} title={`${line.item_code} ${line.item_name}, ${line.site}`}>
          <span>
            <DrillLink onClick={() => openPurchase(line.purchase_order_id)}>{line.number}</DrillLink>
          </span>
          <span>{line.item_name}</span>
          <span>{shortDate(figure === 'late' ? line.promised_on : line.expected_on)}</span>
          <span className={styles['right']}>
            {figure === 'lead' || figure === 'late'
              ? line.lead_days === null
                ? NO_DATA
                : counted(line.lead_days, 'day')
              : quantityWithUnit(line.open_qty_milli, line.uom)}
          </span>
        </li>
      ))}
    </ul>
  );
}
