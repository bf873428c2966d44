/** The order lines behind a fill rate: what was due, by when, what came, what is short. */
import { type ReactNode, useMemo, useState } from 'react';
import type { FillLineView, FillRateLines, QueryInput } from '#contract/queries.ts';
import { useAsk, useClient } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { counted, quantityWithUnit } from '#renderer/format/numbers.ts';
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
  quantityColumn,
  textColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { useOfEdition } from '#renderer/screens/figures/useOfEdition.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { ASKED, FIGURE_WORDS, FILL_FIGURES, type FillFigure, fillOf, missingWords } from './fillView.ts';
import { FillWorking } from './FillWorking.tsx';

type Row = LineRow<FillLineView>;

export function FillLines({
  figure,
  from,
  to,
  days,
  way,
  crumbs,
  companies,
  onFigure,
  onBack,
}: {
  readonly figure: FillFigure;
  readonly from: number;
  readonly to: number;
  readonly days: { readonly from_on: string; readonly to_on: string } | null;
  /** The rows that were opened on the way here. */
  readonly way: readonly TrailStep[];
  readonly crumbs: readonly Crumb[];
  /** Of which company these are, when several have some. */
  readonly companies?: ReactNode;
  readonly onFigure: (figure: FillFigure) => void;
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const client = useClient();
  const [sort, setSort] = useState<GridSort | undefined>(undefined);
  const [answer, setAnswer] = useState<FillRateLines | null>(null);
  const [behind, setBehind] = useState(false);
  const [summary, setSummary] = useState<RangeSummary | null>(null);

  const [panel, setPanel] = useState(true);
  const about = useMemo(
    () => ({ from_month: from, to_month: to, ...days, ...trailFilter(way) }),
    [from, to, days, way],
  );
  const args = useMemo((): QueryInput<'fillRateLines'> => {
    const column = SORTS.find((each) => each === sort?.column);
    return {
      company_id: company.id,
      ...about,
      figure,
      ...(sort && column ? { sort: { column, descending: sort.descending } } : {}),
    };
  }, [company.id, about, figure, sort]);
  const { data } = useAsk(
    'fillPivot',
    { company_ids: [company.id], ...about, rows: ['company'], columns: 'none', measures: [...ASKED] },
    { keepPrevious: false },
  );
  const whole = useOfEdition(data, answer, about);
  const figures = whole ? fillOf(whole.total) : null;
  const question = useMemo<BlockQuestion<FillRateLines, Row>>(
    () => ({
      load: (offset, limit, signal, within) =>
        client.call('fillRateLines', { ...args, offset, limit, ...editionArguments(within) }, { signal }),
      rowsOf: (result) => result.lines.map((line) => ({ key: String(line.order_line_id), line })),
      totalOf: (result) => result.total_lines,
      editionOf: (result) => result,
      basis: JSON.stringify(args),
    }),
    [client, args],
  );
  const columns = useMemo(() => fillLineColumns(company.currency, Math.floor(to / 100)), [company.currency, to]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the rates', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(panel ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(false), quiet: true }] : []),
    ],
    [onBack, panel],
  );
  useKeys('Lines of a fill rate', keys);

  return (
    <LinesFrame<Row>
      crumbs={crumbs}
      companies={companies}
      backWord="Back to the rates"
      onBack={onBack}
      headerRight={
        <>
          {figures ? <span>{missingWords(figures, company.currency)}</span> : null}
          {answer ? <b className={styles['total']}>{counted(answer.total_lines, 'line')}</b> : null}
        </>
      }
      says={
        <SegmentedControl
          label="Which lines"
          options={FILL_FIGURES.map((value) => ({ value, label: FIGURE_WORDS[value] }))}
          value={figure}
          onChange={onFigure}
        />
      }
      viewId="fill-lines"
      columns={columns}
      asked={{ query: 'fillRateLines', args: { ...args } }}
      word="order line"
      answer={answer}
      behind={behind}
      summary={summary}
      onWorking={panel ? undefined : () => setPanel(true)}
      panel={
        panel && whole ? (
          <FillWorking
            title={crumbs.at(-2)?.label ?? company.name}
            span={periodWords(from, to, days)}
            figures={figures}
            measure="unit"
            answer={whole}
            onLines={onFigure}
            onClose={() => setPanel(false)}
          />
        ) : null
      }
    >
      <BlockGrid<FillRateLines, Row>
        label={FIGURE_WORDS[figure]}
        viewId="fill-lines"
        columns={columns}
        rowKey={(row) => row.key}
        sort={sort}
        onSort={setSort}
        questionKey={JSON.stringify(args)}
        question={question}
        onResult={setAnswer}
        onBehind={setBehind}
        onDrill={(row) => {
          if (row.line) openOrder(row.line.order_id);
        }}
        onSelection={setSummary}
        empty={
          <Empty
            good={figure === 'incomplete'}
            title={figure === 'incomplete' ? 'Every line due was complete by its cut-off' : 'No lines were due'}
            text={periodWords(from, to, days)}
            action={<Button onClick={onBack}>Back to the rates</Button>}
          />
        }
      />
    </LinesFrame>
  );
}

const SORTS = ['committed_on', 'missing', 'value'] as const;

function fillLineColumns(currency: string, year: number): readonly GridColumn<Row>[] {
  const documents = documentColumns<FillLineView>('', year).map((column) =>
    column.id === 'ordered' || column.id === 'kind' ? withoutSort(column) : column,
  );
  return [
    ...documents,
    textColumn('committed', 'Committed', 88, (line) => shortDate(line.committed_on, year), {
      align: 'right',
      sort: 'committed_on',
    }),
    textColumn('cut_off', 'Cut-off', 88, (line) => shortDate(line.cut_off_on, year), { align: 'right' }),
    quantityColumn('due', 'Ordered', (line) => line.ordered_qty_milli),
    quantityColumn('shipped', 'By cut-off', (line) => line.shipped_by_cut_off_qty_milli),
    quantityColumn('missing', 'Short', (line) => line.missing_qty_milli, {
      sort: 'missing',
      tone: ({ line }) => ((line?.missing_qty_milli ?? 0) > 0 ? 'strong' : 'quiet'),
    }),
    textColumn('uom', 'Unit', 52, (line) => line.uom, { tone: () => 'quiet' }),
    {
      ...textColumn<FillLineView>('state', 'Why', 150, (line) => lineState(line).word),
      cell: ({ line }) => (line ? <Status shape={lineState(line).shape}>{lineState(line).word}</Status> : null),
    },
    moneyColumn('value', 'Value due', currency, (line) => line.due_value_minor, { sort: 'value' }),
  ];
}

/** A rate speaks of dates promised: when it was ordered, and that it is goods, is there when chosen. */
function withoutSort(column: GridColumn<Row>): GridColumn<Row> {
  const { sort: _sort, ...rest } = column;
  return { ...rest, hidden: true };
}

/** Why a line is not complete: late, or not gone at all. */
function lineState(line: FillLineView): { readonly shape: 'good' | 'working' | 'warn' | 'bad'; readonly word: string } {
  if (line.missing_qty_milli === 0) {
    return line.first_pass ? { shape: 'good', word: 'Complete' } : { shape: 'working', word: 'Complete, split' };
  }
  const shipped = line.shipped_qty_milli ?? 0;
  const later = shipped - line.shipped_by_cut_off_qty_milli;
  if (later >= line.missing_qty_milli) return { shape: 'warn', word: 'Went out late' };
  if (later > 0)
    return { shape: 'warn', word: `${quantityWithUnit(line.missing_qty_milli - later, line.uom)} still open` };
  if (shipped > 0) return { shape: 'warn', word: 'Rest not shipped' };
  return { shape: 'bad', word: 'Nothing shipped' };
}
