/** The working behind a KPI: what it is, its parts, its months, the rows it is made of. */
import { useEffect, useState } from 'react';
import type { Conversion, KpiDefinition, KpiRowView, KpiValue } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { ConversionSection } from '#renderer/currency/ConversionNote.tsx';
import { clock, monthYear } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, percent, quantity, scaled } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './kpi.module.css';
import { kpiDifference, kpiText } from './kpiText.ts';

const PAGE_ROWS = 50;

/** What one company says by itself, in its own currency. */
export interface CompanyKpi {
  readonly company_id: number;
  readonly name: string;
  readonly currency: string;
  readonly value: KpiValue;
}

export function KpiPanel({
  companies,
  conversion,
  month,
  definition,
  value,
  currency,
  onClose,
}: {
  /** One, or those the figure is of together. */
  readonly companies: readonly CompanyKpi[];
  readonly conversion: Conversion | null;
  /** yyyymm */
  readonly month: number;
  readonly definition: KpiDefinition;
  readonly value: KpiValue;
  readonly currency: string;
  readonly onClose: () => void;
}) {
  const { format } = definition;
  const [chosen, choose] = useState<number | null>(null);
  const whose = companies.find((each) => each.company_id === chosen) ?? companies[0];
  const { companies: known } = useWorkplace();
  const codeOf = (company_id: number): string => known.find((each) => each.id === company_id)?.code ?? '';
  const difference = value.value === null || value.target === null ? null : value.value - value.target;
  return (
    <Panel title={definition.name} aside={monthYear(month)} onClose={onClose}>
      <PanelSection title="How the figure is made" aside={`version ${definition.version}`}>
        {value.visible ? (
          <>
            <PanelRow label={partLabel(definition.numerator)} value={partText(value.numerator, definition, currency)} />
            {value.denominator === null ? null : (
              <PanelRow
                label={partLabel(definition.denominator)}
                value={partText(value.denominator, definition, currency)}
              />
            )}
            <PanelRow total label={definition.name} value={kpiText(value.value, format, currency, value.beyond)} />
            {value.target === null ? null : (
              <PanelRow
                label={
                  <span className={styles['standing']}>
                    <Shape shape={value.standing === 'missed' ? 'bad' : 'good'} /> Target
                  </span>
                }
                note={difference === null ? '' : kpiDifference(difference, format, currency)}
                value={kpiText(value.target, format, currency)}
              />
            )}
            {value.coverage_bp === null || value.coverage_bp === 10_000 ? null : (
              <PanelRow label={definition.coverage ?? 'Known'} value={percent(value.coverage_bp)} />
            )}
            {value.reason ? <p className={styles['because']}>{value.reason}</p> : null}
          </>
        ) : (
          <p className={styles['because']}>{value.reason ?? 'This figure is not part of your role.'}</p>
        )}
        <p className={styles['about']}>
          {partLabel(
            [definition.grain, definition.null_rule, ...definition.exclusions.map((each) => `without ${each}`)]
              .filter(Boolean)
              .join('; '),
          )}
          . Answers for it: {definition.owner}.
        </p>
      </PanelSection>
      {value.visible ? (
        <>
          <PanelSection title="By month">
            <table className={styles['months']}>
              <tbody>
                {value.months.toReversed().map((each) => (
                  <tr key={each.month}>
                    <th scope="row">{monthYear(each.month)}</th>
                    <td>{kpiText(each.value, format, currency, each.beyond)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </PanelSection>
          {companies.length > 1 ? (
            <PanelSection title="By company">
              {companies.map((each) => (
                <PanelRow
                  key={each.company_id}
                  label={each.name}
                  note={definition.parts === 'money' ? each.currency : ''}
                  value={kpiText(each.value.value, format, each.currency, each.value.beyond)}
                />
              ))}
            </PanelSection>
          ) : null}
          <ConversionSection conversion={conversion} currency={currency} />
          {whose ? (
            <>
              {companies.length > 1 ? (
                <PanelSection title="Rows of">
                  <SegmentedControl
                    label="Rows of"
                    options={companies.map((each) => ({ value: each.company_id, label: codeOf(each.company_id) }))}
                    value={whose.company_id}
                    onChange={choose}
                  />
                </PanelSection>
              ) : null}
              <Rows company_id={whose.company_id} month={month} definition={definition} currency={whose.currency} />
            </>
          ) : null}
        </>
      ) : null}
    </Panel>
  );
}

function partLabel(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function partText(value: number | null, definition: KpiDefinition, currency: string): string {
  if (value === null) return NO_DATA;
  switch (definition.parts) {
    case 'money':
      return overviewMoney(value, currency);
    case 'quantity':
      return quantity(value);
    case 'days':
      return `${scaled(Math.round(value / 100), 1, 1)} d`;
    case 'count':
      return integer(value);
  }
}

function Rows({
  company_id,
  month,
  definition,
  currency,
}: {
  readonly company_id: number;
  readonly month: number;
  readonly definition: KpiDefinition;
  readonly currency: string;
}) {
  const [limit, setLimit] = useState(PAGE_ROWS);
  const kpi = definition.id;
  useEffect(() => setLimit(PAGE_ROWS), [kpi, month, company_id]);
  const asked = useAsk('kpiRows', {
    company_id,
    kpi,
    from_month: month,
    to_month: month,
    limit,
  });
  const as_of_ms = useAsOf(asked.data?.provenance);
  if (!asked.data || asked.isPlaceholderData) {
    return asked.error ? (
      <ErrorState
        title="The rows could not be read"
        text={errorMessage(asked.error)}
        onRetry={() => void asked.refetch()}
      />
    ) : (
      <LoadingRows rows={8} />
    );
  }
  const { rows, total_rows } = asked.data;
  return (
    <PanelSection
      title="The rows behind it"
      aside={`${counted(total_rows, 'row')}${as_of_ms === null ? '' : `, as of ${clock(as_of_ms)}`}`}
    >
      {rows.length === 0 ? <Empty title="No row counts" text={definition.null_rule} /> : null}
      <ul className={styles['rows']}>
        {rows.map((row) => (
          <Row key={`${row.source}-${row.id}`} row={row} definition={definition} currency={currency} />
        ))}
      </ul>
      {total_rows > rows.length && limit < 500 ? (
        <Button kind="link" onClick={() => setLimit(500)}>
          Show {total_rows > 500 ? 'the first 500' : `all ${integer(total_rows)}`}
        </Button>
      ) : null}
    </PanelSection>
  );
}

function Row({
  row,
  definition,
  currency,
}: {
  readonly row: KpiRowView;
  readonly definition: KpiDefinition;
  readonly currency: string;
}) {
  const { openOrder } = useWorkplace();
  const { order_id } = row;
  const duration = definition.measure === 'median' || definition.measure === 'p90';
  // a row of a margin is never its whole sale: only what should be whole can fall short
  const short =
    !duration && definition.measure !== 'sum' && definition.parts !== 'money' && row.numerator < row.denominator;
  return (
    <li>
      <span className={styles['label']}>
        {order_id === null ? row.label : <DrillLink onClick={() => openOrder(order_id)}>{row.label}</DrillLink>}
      </span>
      <span className={styles['detail']}>{row.detail ?? ''}</span>
      <span className={styles['part']}>
        {short ? <Shape shape="bad" size={9} /> : null}
        {row.unknown
          ? 'not known'
          : duration
            ? `${row.denominator === 1 ? '' : '> '}${scaled(Math.round(row.numerator / 100), 1, 1)} d`
            : definition.measure === 'sum'
              ? partText(row.numerator, definition, currency)
              : `${partText(row.numerator, definition, currency)} of ${partText(row.denominator, definition, currency)}`}
      </span>
    </li>
  );
}
