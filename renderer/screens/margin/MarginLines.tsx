/** The order lines behind one figure. Their sum is the figure, to the cent, and the screen says so. */
import { type ReactNode, useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { MarginLines as Answer, MarginLineView, QueryInput } from '#contract/queries.ts';
import { useAsk, useClient } from '#renderer/client/useContract.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { type BlockQuestion, editionArguments } from '#renderer/grid/blocks.ts';
import type { GridColumn, GridSort } from '#renderer/grid/columns.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import {
  documentColumns,
  type LineRow,
  moneyColumn,
  priceColumn,
  quantityColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { useOfEdition } from '#renderer/screens/figures/useOfEdition.ts';
import { noneWords, told } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { LineWorkingPanel } from './LineWorkingPanel.tsx';
import { LadderSections } from './MarginWorking.tsx';
import { stepColumns } from './stepColumns.tsx';
import { ASKED, FIGURE_WORDS, isStep, ladderOf, type LineFigure, type StepFigure } from './marginView.ts';

type Row = LineRow<MarginLineView>;

export function MarginLines({
  figure,
  from,
  to,
  days,
  way,
  crumbs,
  companies,
  onBack,
}: {
  readonly figure: LineFigure | StepFigure;
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
  const [behind, setBehind] = useState(false);
  const [summary, setSummary] = useState<RangeSummary | null>(null);

  const [panel, setPanel] = useState<'figure' | 'line' | null>(null);
  const [focused, setFocused] = useState<{ readonly company_id: number; readonly line: MarginLineView } | null>(null);
  // among all companies another one's lines may have come in its place
  const current = focused?.company_id === company.id ? focused.line : null;
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
  const { data } = useAsk(
    'marginPivot',
    { company_ids: [company.id], ...about, rows: ['company'], columns: 'none', measures: [...ASKED] },
    { keepPrevious: false },
  );
  const whole = useOfEdition(data, answer, about);
  const ladder = useMemo(() => (whole ? ladderOf(whole.total) : null), [whole]);
  const question = useMemo<BlockQuestion<Answer, Row>>(
    () => ({
      load: (offset, limit, signal, within) =>
        client.call('marginLines', { ...args, offset, limit, ...editionArguments(within) }, { signal }),
      rowsOf: (result) => result.lines.map((line) => ({ key: line.key, line })),
      totalOf: (result) => result.total_lines,
      editionOf: (result) => result,
      basis: JSON.stringify(args),
    }),
    [client, args],
  );
  const { currency } = company;
  const cost_visible = answer?.cost_visible ?? true;
  const worked = answer?.cost_visible === true;
  const total_minor = answer?.total_minor ?? null;
  const columns = useMemo(
    () =>
      isStep(figure)
        ? stepColumns(currency, figure, ladder, Math.floor(to / 100))
        : lineColumns(currency, figure, total_minor, cost_visible, Math.floor(to / 100)),
    [currency, figure, total_minor, ladder, cost_visible, to],
  );
  // each step has parts of its own: columns chosen for one are not those of another
  const viewId = isStep(figure) ? `margin-${figure}-lines` : 'margin-lines';

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the figures', run: onBack, everywhere: true },
      ...(worked
        ? [{ key: '', cap: 'Space', word: 'working', help: 'what the line’s cost is made of, and what is owed for it' }]
        : []),
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(panel ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(null), quiet: true }] : []),
    ],
    [onBack, panel, worked],
  );
  useKeys('Lines of a figure', keys);

  return (
    <LinesFrame<Row>
      crumbs={crumbs}
      companies={companies}
      backWord="Back to the figures"
      onBack={onBack}
      headerRight={
        answer && (answer.total_lines > 0 || told(answer)) ? (
          <span>
            <b className={styles['total']}>{ledgerMoney(answer.total_minor, currency)}</b> in{' '}
            {counted(answer.total_lines, 'line')}
          </span>
        ) : null
      }
      says={
        <span className={styles['formula']}>
          {answer?.total_minor === null
            ? `${FIGURE_WORDS[figure]} is not known of every line: those without are marked ${NO_DATA}.`
            : `${FIGURE_WORDS[figure]}, ${periodWords(from, to, days)}: the lines add up to the figure.`}
        </span>
      }
      viewId={viewId}
      columns={columns}
      asked={{ query: 'marginLines', args: { ...args } }}
      word="line"
      answer={answer}
      behind={behind}
      summary={summary}
      onWorking={panel === 'figure' ? undefined : () => setPanel('figure')}
      onLineWorking={worked && current && panel !== 'line' ? () => setPanel('line') : undefined}
      panelLabel={panel === 'line' ? 'Working of the line' : 'How the lines make the figure'}
      panel={
        panel === 'line' && current && worked ? (
          <LineWorkingPanel line={current} onClose={() => setPanel(null)} />
        ) : panel === 'figure' && whole && ladder ? (
          <Panel
            title="How the lines make the figure"
            aside={periodWords(from, to, days)}
            onClose={() => setPanel(null)}
          >
            <LadderSections figures={ladder} currency={currency} cost_statement={whole.cost_statement} />
            <ProvenanceSection provenance={whole.provenance} formula={whole.formula} />
          </Panel>
        ) : null
      }
    >
      <BlockGrid<Answer, Row>
        label={`Lines of ${FIGURE_WORDS[figure]}`}
        viewId={viewId}
        columns={columns}
        rowKey={(row) => row.key}
        sort={sort}
        onSort={setSort}
        totals={answer && answer.total_lines > 0 ? { key: 'total', line: null } : undefined}
        questionKey={JSON.stringify(args)}
        question={question}
        onResult={setAnswer}
        onBehind={setBehind}
        onDrill={(row) => {
          // a credit note may belong to no order that is here
          if (row.line && row.line.order_id > 0) openOrder(row.line.order_id);
        }}
        onFocusRow={({ line }) => {
          if (line) setFocused({ company_id: company.id, line });
        }}
        {...(worked
          ? {
              onWorking: ({ line }: Row) => {
                if (!line) return;
                setFocused({ company_id: company.id, line });
                setPanel('line');
              },
            }
          : {})}
        currentKey={panel === 'line' ? (current?.key ?? null) : null}
        onSelection={setSummary}
        empty={
          <Empty
            {...noneWords(answer, {
              title: `No lines in ${FIGURE_WORDS[figure].toLowerCase()}`,
              text: `${periodWords(from, to, days)}: the figure is 0.`,
            })}
            action={<Button onClick={onBack}>Back to the figures</Button>}
          />
        }
      />
    </LinesFrame>
  );
}

const SORTS = [
  ...(['ordered_on', 'net', 'gross', 'discount', 'quantity'] as const),
  ...(['cost', 'freight', 'rebate', 'fee', 'claim', 'gm1', 'gm2', 'gm3'] as const),
] as const;
function lineSort(column: string): (typeof SORTS)[number] {
  return SORTS.find((each) => each === column) ?? 'ordered_on';
}

/** What the line adds to the figure: the same rule the sum is made by. */
function contribution(line: MarginLineView, figure: LineFigure): number {
  if (figure === 'claims') return line.claim_minor ?? 0;
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
  const adds = ADDS[figure] ?? 'net';
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
  if (figure === 'claims') return [...documentColumns<MarginLineView>('All claims', year), amount];
  return [
    ...documentColumns<MarginLineView>('All lines', year),
    quantityColumn('quantity', 'Quantity', (line) => line.ordered_qty_milli, { sort: 'quantity' }),
    priceColumn(currency),
    ...(adds === 'gross'
      ? []
      : [moneyColumn<MarginLineView>('gross', 'Gross', currency, (line) => line.gross_minor, { sort: 'gross' })]),
    ...(adds === 'discount'
      ? []
      : [
          moneyColumn<MarginLineView>('discount', 'Discount', currency, (line) => -line.discount_minor, {
            sort: 'discount',
            tone: () => 'quiet',
          }),
        ]),
    ...(adds === 'net'
      ? []
      : [moneyColumn<MarginLineView>('net', 'Net', currency, (line) => line.net_minor, { sort: 'net' })]),
    moneyColumn<MarginLineView>(
      'cost',
      'Landed cost',
      currency,
      (line) => line.cost_minor,
      cost_visible ? { tone: () => 'quiet' } : { lockedFor: 'Finance', tone: () => 'quiet' },
    ),
    amount,
  ];
}

/** The amount of a line that the figure adds up, where it is not its net amount. */
const ADDS: Readonly<Partial<Record<LineFigure, 'gross' | 'discount' | 'claim'>>> = {
  gross: 'gross',
  returns: 'gross',
  discounts: 'discount',
  claims: 'claim',
};
