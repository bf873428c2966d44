/** What the bank will hold week by week: the line, and each week with who pays and who is paid. */
import { holdingInWords } from '#domain/credit/bankHolding.ts';
import { restOfWeek } from '#domain/credit/cashOutlook.ts';
import { useMemo, useState } from 'react';
import type { CashItemView, CashOutlookView } from '#contract/queries.ts';
import { LineChart } from '#renderer/charts/LineChart.tsx';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney, overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './credit.module.css';
import { habitWords } from './creditColumns.tsx';
import { CREDIT_VIEWS, type CreditView } from './CustomersView.tsx';

const VIEW_ID = 'cash-outlook';

interface CashRow {
  readonly key: string;
  readonly label: string;
  readonly level: 0 | 1;
  /** Unfolds to who pays and who is paid. */
  readonly parts: boolean;
  /** What of it is made out in other currencies, in these. */
  readonly own: string;
  readonly in_minor: number | null;
  readonly out_minor: number | null;
  readonly closing_minor: number | null;
}

export function CashView({ onView }: { readonly onView: (view: CreditView) => void }) {
  const { company } = useWorkplace();
  const { currency } = company;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(() => ({ company_id: company.id }), [company.id]);
  const { data, error, refetch } = useAsk('cashOutlook', args);
  const answer = told(data);
  const as_of_ms = useAsOf(answer?.provenance);
  const abroad = answer?.weeks.some(({ items }) => items.some(({ own }) => own.length > 0)) ?? false;
  const columns = useMemo(() => cashColumns(currency, abroad), [currency, abroad]);
  const rows = useMemo(() => (answer ? cashRows(answer, unfolded) : []), [answer, unfolded]);
  const tree = useMemo<GridTree<CashRow>>(
    () => ({
      level: (row) => row.level,
      foldable: (row) => row.parts,
      open: (row) => unfolded.has(row.key),
      onFold: (row, open) =>
        setUnfolded((now) => new Set(open ? [...now, row.key] : [...now].filter((key) => key !== row.key))),
    }),
    [unfolded],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '← →', word: 'fold a week' },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [],
  );
  useKeys('Cash outlook', keys);
  return (
    <ScreenFrame
      title="Cash outlook"
      subtitle={
        answer ? (
          <>
            {counted(answer.weeks.length, 'week')} from what is open, by due day and how each usually pays
            {as_of_ms === null ? '' : `, as of ${clock(as_of_ms)}`}
          </>
        ) : (
          (data?.provenance.coverage ?? null)
        )
      }
      headerRight={<Tabs label="View" options={CREDIT_VIEWS} value="cash" onChange={onView} />}
      tools={
        <GridTools<CashRow>
          viewId={VIEW_ID}
          columns={columns}
          files={{ label: 'Export', asked: { query: 'cashOutlook', args } }}
        />
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? <span>{integer(answer.provenance.elapsed_ms)} ms</span> : null}
        </SelectionFacts>
      }
    >
      {answer ? (
        <>
          <section className={styles['chart']} aria-label="In the bank">
            <p className={styles['quiet']}>
              {answer.opening_minor === null ? (
                <Status shape="warn">No account has the role bank: the line begins at 0</Status>
              ) : (
                `${overviewMoney(answer.opening_minor, currency)} in the bank at the end of ${weekdayDate(answer.as_of_on)}. `
              )}
              {answer.opening_own.map((each) => `${holdingInWords(each)} `)}
              {answer.lowest
                ? `Lowest in the week of ${shortDate(answer.lowest.from_on)}: ${overviewMoney(answer.lowest.closing_minor, currency)}. `
                : ''}
              What was paid ahead is off it, and nothing that is not billed yet is in it. Who has few payments is taken
              to pay as all do: customers {habitWords(answer.usual_days.customer)}, we{' '}
              {habitWords(answer.usual_days.supplier)}.
              {abroad ? ' What is made out in another currency stands at the rate it was booked at.' : ''}
            </p>
            <LineChart
              label="In the bank at the end of each week"
              series={[
                {
                  id: 'closing',
                  label: 'In the bank',
                  values: answer.weeks.map((week) => week.closing_minor),
                  colour: 'var(--accent)',
                  emphasised: true,
                },
              ]}
              positions={answer.weeks.map((week) => shortDate(week.from_on))}
              height_px={150}
              format={(value) => overviewMoney(value, currency)}
            />
          </section>
          <MemoryGrid<CashRow>
            label="Weeks"
            viewId={VIEW_ID}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.key}
            rowTone={(row) => (row.level === 0 ? 'group' : undefined)}
            tree={tree}
            onSelection={setSummary}
            overlay={rows.length > 0 ? null : <Empty good title="Nothing is open" text="No invoice waits for money." />}
          />
        </>
      ) : error ? (
        <ErrorState title="The outlook could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      ) : data ? (
        <Empty {...waitWords(data, 'Weeks')} />
      ) : (
        <LoadingRows rows={14} />
      )}
    </ScreenFrame>
  );
}

function cashRows(answer: CashOutlookView, unfolded: ReadonlySet<string>): readonly CashRow[] {
  const rows: CashRow[] = [];
  for (const week of answer.weeks) {
    const key = `w${week.from_on}`;
    rows.push({
      key,
      label: `Week of ${shortDate(week.from_on)}`,
      level: 0,
      parts: week.items.length > 0 || week.other_items > 0,
      own: '',
      in_minor: week.in_minor,
      out_minor: week.out_minor,
      closing_minor: week.closing_minor,
    });
    if (!unfolded.has(key)) continue;
    for (const item of week.items) rows.push(itemRow(key, item));
    if (week.other_items > 0) rows.push(otherRow(key, week));
  }
  if (answer.later_in_minor !== 0 || answer.later_out_minor !== 0) {
    rows.push({
      key: 'later',
      label: 'Later',
      level: 0,
      parts: false,
      own: '',
      in_minor: answer.later_in_minor,
      out_minor: answer.later_out_minor,
      closing_minor: null,
    });
  }
  return rows;
}

function itemRow(week: string, item: CashItemView): CashRow {
  return {
    key: `${week}/${item.kind}/${item.party}`,
    label: `${item.party}, ${counted(item.invoices, 'invoice')}`,
    level: 1,
    parts: false,
    own: item.own
      .map((own) => ledgerMoney(item.kind === 'customer' ? own.amount_minor : 0 - own.amount_minor, own.currency))
      .join(', '),
    in_minor: item.kind === 'customer' ? item.amount_minor : null,
    out_minor: item.kind === 'supplier' ? 0 - item.amount_minor : null,
    closing_minor: null,
  };
}

/** What is not named adds up with what is. */
function otherRow(key: string, week: CashOutlookView['weeks'][number]): CashRow {
  return {
    key: `${key}/other`,
    label: `Other ${integer(week.other_items)}`,
    level: 1,
    parts: false,
    own: '',
    ...restOfWeek(week),
    closing_minor: null,
  };
}

function cashColumns(currency: string, abroad: boolean): readonly GridColumn<CashRow>[] {
  const money = (id: string, header: string, value: (row: CashRow) => number | null): GridColumn<CashRow> => {
    const { sort: _, ...column } = moneyColumn<CashRow>(currency, id, header, value, { width: 130 });
    return { ...column, text: (row) => (value(row) === null ? '' : column.text(row)) };
  };
  return [
    { id: 'label', header: 'Week', width: 320, text: (row) => row.label },
    ...(abroad
      ? [
          {
            id: 'own',
            header: 'In its currency',
            help: 'What is made out in another currency, in that',
            width: 150,
            align: 'right',
            text: (row: CashRow) => row.own,
          } as const,
        ]
      : []),
    money('in', 'Comes in', (row) => row.in_minor),
    money('out', 'Goes out', (row) => row.out_minor),
    money('closing', 'In the bank', (row) => row.closing_minor),
  ];
}
