/** The order lines behind one figure. Their sum is the figure, to the cent, and the screen says so. */
import { type ReactNode, useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { MarginLines as Answer, OrderLineView, QueryInput } from '#contract/queries.ts';
import { useAsk, useClient } from '#renderer/client/useContract.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import type { BlockQuestion } from '#renderer/grid/blocks.ts';
import { ColumnChooser } from '#renderer/grid/ColumnChooser.tsx';
import type { GridColumn, GridSort } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type Crumb, Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import {
  documentColumns,
  type LineRow,
  moneyColumn,
  priceColumn,
  quantityColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { Coverage, ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { LadderSections } from './MarginWorking.tsx';
import { ASKED, FIGURE_WORDS, type LadderFigures, ladderOf, type LineFigure, type StepFigure } from './marginView.ts';

type Row = LineRow<OrderLineView>;

export function MarginLines({
  figure,
  step,
  from,
  to,
  days,
  way,
  crumbs,
  companies,
  onBack,
}: {
  readonly figure: LineFigure;
  /** A margin, whose lines are those of net sales. */
  readonly step: StepFigure | null;
  readonly from: number;
  readonly to: number;
  readonly days: { readonly from_on: string; readonly to_on: string } | null;
  /** The rows that were opened on the way here. */
  readonly way: readonly TrailStep[];
  readonly crumbs: readonly Crumb[];
  /** Of which company these are, when several have some. */
  readonly companies?: ReactNode;
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const client = useClient();
  const [sort, setSort] = useState<GridSort | undefined>(undefined);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);

  const [panel, setPanel] = useState(step !== null);
  const about = useMemo(
    () => ({ from_month: from, to_month: to, ...days, ...trailFilter(way) }),
    [from, to, days, way],
  );
  const args = useMemo(
    (): QueryInput<'marginLines'> => ({
      company_id: company.id,
      ...about,
      figure,
      ...(sort ? { sort: { column: lineSort(sort.column), descending: sort.descending } } : {}),
    }),
    [company.id, about, figure, sort],
  );
  const { data: whole } = useAsk(
    'marginPivot',
    { company_ids: [company.id], ...about, rows: ['company'], columns: 'none', measures: [...ASKED] },
    { keepPrevious: false },
  );
  const ladder = useMemo(() => (whole ? ladderOf(whole.total) : null), [whole]);
  const question = useMemo<BlockQuestion<Answer, Row>>(
    () => ({
      load: (offset, limit, signal) => client.call('marginLines', { ...args, offset, limit }, { signal }),
      rowsOf: (result) => result.lines.map((line) => ({ key: String(line.order_line_id), line })),
      totalOf: (result) => result.total_lines,
      checkpointOf: (result) => result.provenance.checkpoint,
    }),
    [client, args],
  );
  const { currency } = company;
  const cost_visible = answer?.cost_visible ?? true;
  const total_minor = answer?.total_minor ?? null;
  const columns = useMemo(
    () =>
      step === null
        ? lineColumns(currency, figure, total_minor, cost_visible, Math.floor(to / 100))
        : stepColumns(currency, ladder, total_minor, Math.floor(to / 100)),
    [step, currency, figure, total_minor, ladder, cost_visible, to],
  );
  const viewId = step === null ? 'margin-lines' : 'margin-step-lines';

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the figures', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(panel ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(false), quiet: true }] : []),
    ],
    [onBack, panel],
  );
  useKeys('Lines of a figure', keys);

  return (
    <ScreenFrame
      title={<Crumbs crumbs={crumbs} />}
      headerRight={
        answer ? (
          <>
            {step ? (
              <span>
                {FIGURE_WORDS[step]} <b className={styles['total']}>{ledgerMoney(ladder?.[step] ?? null, currency)}</b>
              </span>
            ) : null}
            <span>
              {step ? 'of net sales ' : ''}
              <b className={styles['total']}>{ledgerMoney(answer.total_minor, currency)}</b> in{' '}
              {counted(answer.total_lines, 'line')}
            </span>
          </>
        ) : null
      }
      tools={
        <>
          <Button onClick={onBack} keyCap="⌫">
            Back to the figures
          </Button>
          {companies}
          <span className={styles['formula']}>
            {step
              ? `${FIGURE_WORDS[step]} is made of these lines of net sales; the steps down to it stand beside them.`
              : `${FIGURE_WORDS[figure]}, ${periodWords(from, to, days)}: the lines add up to the figure.`}
          </span>
          <span className={styles['toolsRight']}>
            {panel ? null : (
              <Button kind="plain" onClick={() => setPanel(true)}>
                Working
              </Button>
            )}
            <ColumnChooser viewId={viewId} columns={columns} />
            <DensityButton />
            <ExportMenu<Row>
              label="Export lines"
              grid={{ viewId, columns }}
              asked={{ query: 'marginLines', args: { ...args } }}
            />
          </span>
        </>
      }
      panelLabel="How the lines make the figure"
      panel={
        panel && whole && ladder ? (
          <Panel
            title="How the lines make the figure"
            aside={periodWords(from, to, days)}
            onClose={() => setPanel(false)}
          >
            <LadderSections figures={ladder} currency={currency} cost_statement={whole.cost_statement} />
            <ProvenanceSection provenance={whole.provenance} formula={whole.formula} />
          </Panel>
        ) : null
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted(answer.total_lines, 'order line')} · {integer(answer.provenance.elapsed_ms)} ms
            </span>
          ) : null}
          {answer && answer.provenance.coverage !== 'complete' ? (
            <Coverage coverage={answer.provenance.coverage} />
          ) : null}
        </SelectionFacts>
      }
    >
      <BlockGrid<Answer, Row>
        label={`Lines of ${FIGURE_WORDS[figure]}`}
        viewId={viewId}
        columns={columns}
        rowKey={(row) => row.key}
        sort={sort}
        onSort={setSort}
        totals={answer ? { key: 'total', line: null } : undefined}
        questionKey={JSON.stringify(args)}
        question={question}
        onResult={setAnswer}
        onDrill={(row) => {
          // a credit note may belong to no order that is here
          if (row.line && row.line.order_id > 0) openOrder(row.line.order_id);
        }}
        onSelection={setSummary}
        empty={
          <Empty
            title={`No lines in ${FIGURE_WORDS[figure].toLowerCase()}`}
            text={`${periodWords(from, to, days)}: the figure is 0.`}
            action={<Button onClick={onBack}>Back to the figures</Button>}
          />
        }
      />
    </ScreenFrame>
  );
}

const SORTS = ['ordered_on', 'net', 'gross', 'discount', 'quantity'] as const;
function lineSort(column: string): (typeof SORTS)[number] {
  return SORTS.find((each) => each === column) ?? 'ordered_on';
}

/** What the line adds to the figure: the same rule the sum is made by. */
function contribution(line: OrderLineView, figure: LineFigure): number {
  if (figure === 'gross' || figure === 'returns') return line.gross_minor;
  if (figure === 'discounts') return line.kind === 'discount' ? line.net_minor : -line.discount_minor;
  return line.net_minor;
}

function lineColumns(
  currency: string,
  figure: LineFigure,
  total_minor: number | null,
  cost_visible: boolean,
  year: number,
): readonly GridColumn<Row>[] {
  const symbol = currencySymbol(currency);
  const places = minorDigits(currency);
  const adds = figure === 'gross' || figure === 'returns' ? 'gross' : figure === 'discounts' ? 'discount' : 'net';
  const amount: GridColumn<Row> = {
    id: 'adds',
    header: `${figure === 'no_cost' ? 'Net' : FIGURE_WORDS[figure]}, ${symbol}`,
    help: 'What the line adds to the figure',
    width: figure === 'other' ? 190 : 112,
    align: 'right',
    sort: adds,
    text: ({ line }) => ledgerAmount(line ? contribution(line, figure) : total_minor, currency),
    figure: ({ line }) => (line ? { value: contribution(line, figure), places, unit: currency } : null),
    tone: ({ line }) =>
      line && contribution(line, figure) < 0 && figure !== 'discounts' && figure !== 'returns' ? 'bad' : 'strong',
  };
  return [
    ...documentColumns<OrderLineView>('All lines', year),
    quantityColumn('quantity', 'Quantity', (line) => line.ordered_qty_milli, { sort: 'quantity' }),
    priceColumn(currency),
    ...(adds === 'gross'
      ? []
      : [moneyColumn<OrderLineView>('gross', 'Gross', currency, (line) => line.gross_minor, { sort: 'gross' })]),
    ...(adds === 'discount'
      ? []
      : [
          moneyColumn<OrderLineView>('discount', 'Discount', currency, (line) => -line.discount_minor, {
            sort: 'discount',
            tone: () => 'quiet',
          }),
        ]),
    ...(adds === 'net'
      ? []
      : [moneyColumn<OrderLineView>('net', 'Net', currency, (line) => line.net_minor, { sort: 'net' })]),
    moneyColumn<OrderLineView>(
      'cost',
      'Landed cost',
      currency,
      (line) => line.cost_minor,
      cost_visible ? { tone: () => 'quiet' } : { lockedFor: 'Finance', tone: () => 'quiet' },
    ),
    amount,
  ];
}

/** Beside the panel that holds the steps: net sales, cost and GM1 of each line. */
function stepColumns(
  currency: string,
  ladder: LadderFigures | null,
  total_minor: number | null,
  year: number,
): readonly GridColumn<Row>[] {
  const margin = (line: OrderLineView): number | null =>
    line.kind === 'discount' || line.kind === 'credit'
      ? line.net_minor
      : line.cost_minor === null
        ? null
        : line.net_minor - line.cost_minor;
  const cost_minor = ladder?.landed_cost ?? null;
  const withTotal = (column: GridColumn<Row>, sum_minor: number | null): GridColumn<Row> => ({
    ...column,
    text: (row) => (row.line ? column.text(row) : ledgerAmount(sum_minor, currency)),
  });
  return [
    ...documentColumns<OrderLineView>('All lines', year).map((column) => ({
      ...column,
      width: NARROW[column.id] ?? column.width,
      ...(column.id === 'kind' ? { hidden: true } : {}),
    })),
    quantityColumn('quantity', 'Quantity', (line) => line.ordered_qty_milli, { sort: 'quantity' }),
    withTotal(
      moneyColumn<OrderLineView>('net', 'Net', currency, (line) => line.net_minor, { sort: 'net' }),
      total_minor,
    ),
    withTotal(
      moneyColumn<OrderLineView>('cost', 'Landed cost', currency, (line) => line.cost_minor, { tone: () => 'quiet' }),
      cost_minor,
    ),
    withTotal(
      moneyColumn<OrderLineView>('margin', 'GM1', currency, margin),
      ladder?.gm1 === null || total_minor === null || cost_minor === null ? null : total_minor - cost_minor,
    ),
  ];
}
const NARROW: Readonly<Record<string, number>> = { document: 112, item: 190, party: 136, channel: 108 };
