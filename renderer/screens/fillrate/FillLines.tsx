/** The order lines behind a fill rate: what was due, by when, what came, what is short. */
import { useMemo, useState } from 'react';
import type { FillLineView, FillRateLines, QueryInput } from '#contract/queries.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { monthSpan, shortDate } from '#renderer/format/dates.ts';
import { counted, integer, quantityWithUnit } from '#renderer/format/numbers.ts';
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
  quantityColumn,
  textColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { Coverage } from '#renderer/screens/figures/Provenance.tsx';
import type { TrailFilter } from '#renderer/screens/figures/trail.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { FILL_FIGURE_WORDS, FILL_FIGURES, type FillFigure } from './fillView.ts';

type Row = LineRow<FillLineView>;

export function FillLines({
  figure,
  from,
  to,
  filter,
  crumbs,
  onFigure,
  onBack,
}: {
  readonly figure: FillFigure;
  readonly from: number;
  readonly to: number;
  readonly filter: TrailFilter;
  readonly crumbs: readonly Crumb[];
  readonly onFigure: (figure: FillFigure) => void;
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const client = useClient();
  const [sort, setSort] = useState<GridSort | undefined>(undefined);
  const [answer, setAnswer] = useState<FillRateLines | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);

  const args = useMemo((): QueryInput<'fillRateLines'> => {
    const column = SORTS.find((each) => each === sort?.column);
    const { country: _absent, ...parts } = filter;
    return {
      company_id: company.id,
      from_month: from,
      to_month: to,
      ...parts,
      figure,
      ...(sort && column ? { sort: { column, descending: sort.descending } } : {}),
    };
  }, [company.id, from, to, filter, figure, sort]);
  const question = useMemo<BlockQuestion<FillRateLines, Row>>(
    () => ({
      load: (offset, limit, signal) => client.call('fillRateLines', { ...args, offset, limit }, { signal }),
      rowsOf: (result) => result.lines.map((line) => ({ key: String(line.order_line_id), line })),
      totalOf: (result) => result.total_lines,
      checkpointOf: (result) => result.provenance.checkpoint,
    }),
    [client, args],
  );
  const columns = useMemo(() => fillLineColumns(company.currency, Math.floor(to / 100)), [company.currency, to]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the rates', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [onBack],
  );
  useKeys('Lines of a fill rate', keys);

  return (
    <ScreenFrame
      title={<Crumbs crumbs={crumbs} />}
      headerRight={answer ? <b className={styles['total']}>{counted(answer.total_lines, 'line')}</b> : null}
      tools={
        <>
          <Button onClick={onBack} keyCap="⌫">
            Back to the rates
          </Button>
          <SegmentedControl
            label="Which lines"
            options={FILL_FIGURES.map((value) => ({ value, label: FILL_FIGURE_WORDS[value] }))}
            value={figure}
            onChange={onFigure}
          />
          <span className={styles['toolsRight']}>
            <ColumnChooser viewId="fill-lines" columns={columns} />
            <DensityButton />
            <ExportMenu<Row>
              label="Export lines"
              grid={{ viewId: 'fill-lines', columns }}
              asked={{ query: 'fillRateLines', args: { ...args } }}
            />
          </span>
        </>
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
      <BlockGrid<FillRateLines, Row>
        label={FILL_FIGURE_WORDS[figure]}
        viewId="fill-lines"
        columns={columns}
        rowKey={(row) => row.key}
        sort={sort}
        onSort={setSort}
        questionKey={JSON.stringify(args)}
        question={question}
        onResult={setAnswer}
        onDrill={(row) => {
          if (row.line) openOrder(row.line.order_id);
        }}
        onSelection={setSummary}
        empty={
          <Empty
            good={figure === 'incomplete'}
            title={figure === 'incomplete' ? 'Every line due was complete by its cut-off' : 'No lines were due'}
            text={monthSpan(from, to)}
            action={<Button onClick={onBack}>Back to the rates</Button>}
          />
        }
      />
    </ScreenFrame>
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
      ...textColumn<FillLineView>('state', 'State', 138, (line) => lineState(line).word),
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

function lineState(line: FillLineView): { readonly shape: 'good' | 'working' | 'warn' | 'bad'; readonly word: string } {
  if (line.missing_qty_milli === 0) {
    return line.first_pass ? { shape: 'good', word: 'Complete' } : { shape: 'working', word: 'Complete, split' };
  }
  if (line.shipped_by_cut_off_qty_milli <= 0) return { shape: 'bad', word: 'Nothing in time' };
  return { shape: 'warn', word: `Short ${quantityWithUnit(line.missing_qty_milli, line.uom)}` };
}
