/** A grid over a paged query: rows come in blocks of 100 and are replaced whole when the answer changes. */
import type { GridApi, GridOptions, IDatasource } from 'ag-grid-community';
import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { useClient, useServiceEvent } from '#renderer/client/useContract.ts';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { type BlockQuestion, BLOCK_ROWS, type BlockSource, createBlockSource, NewerRows } from './blocks.ts';
import styles from './grid.module.css';
import { type GridProps, GridSurface } from './GridSurface.tsx';
import type { CellRange } from './range.ts';

/** While rows stream in, screens follow at most four times a second. */
const FOLLOW_MS = 250;
/** So long nothing was scrolled, typed or clicked: the person has come to rest. */
const REST_MS = 2500;

/** The selected cells, so that they can be selected again where their rows went. */
interface RangeKeeper {
  readonly range: CellRange | null;
  readonly select: (range: CellRange) => void;
}

export interface BlockGridProps<Result, Row> extends GridProps<Row> {
  /** Changes exactly when the question does (JSON of the arguments, for instance). */
  readonly questionKey: string;
  readonly question: BlockQuestion<Result, Row>;
  /** The newest complete answer: totals, provenance. */
  readonly onResult?: (result: Result) => void;
  /** What to show when the answer has no rows. */
  readonly empty?: React.ReactNode;
}

export function BlockGrid<Result, Row>({
  questionKey,
  question,
  onResult,
  empty,
  ...props
}: BlockGridProps<Result, Row>) {
  const source = useMemo(() => createBlockSource<Result, Row>(), []);
  const api = useRef<GridApi<Row> | null>(null);
  const [phase, setPhase] = useState<'reading' | 'rows' | 'empty'>('reading');
  const [sample, setSample] = useState<readonly Row[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const { onSelection } = props;
  const { rowKey: keyOfRow } = props;
  const latest = useRef({ question, onResult, onSelection, rowKey: keyOfRow });
  latest.current = { question, onResult, onSelection, rowKey: keyOfRow };
  const { link } = useClient();

  const keeper = useRef<RangeKeeper>({ range: null, select: () => undefined });
  const onRange = useCallback((range: CellRange | null, select: (range: CellRange) => void) => {
    keeper.current = { range, select };
  }, []);
  const newest = useRef<() => Promise<void>>(() => Promise.resolve());
  const [waits, setWaits] = useState(false);
  const touched_at_ms = useRef(0);
  const touch = useCallback(() => {
    touched_at_ms.current = performance.now();
  }, []);

  const datasource = useMemo<IDatasource>(
    () => ({
      getRows({ startRow, successCallback, failCallback }) {
        source.block(Math.floor(startRow / BLOCK_ROWS)).then(
          ({ rows, total }) => successCallback([...rows], total),
          (error: unknown) => {
            failCallback();
            if (error instanceof NewerRows) void newest.current();
          },
        );
      },
    }),
    [source],
  );

  const replace = useCallback(async () => {
    const asked = latest.current.question;
    const top = Math.max(0, api.current?.getFirstDisplayedRowIndex() ?? 0);
    const bottom = Math.max(top + 40, api.current?.getLastDisplayedRowIndex() ?? 0);
    const kept = keeper.current.range;
    const keptRow = kept ? source.row(kept.anchor.row) : undefined;
    const { rowKey } = latest.current;
    setWaits(false);
    try {
      if (!(await source.replace(asked, top, bottom))) return;
    } catch (error) {
      if (!(error instanceof CallError && error.code === 'cancelled')) setProblem(error);
      return;
    }
    const result = source.result();
    if (result === null) return;
    setProblem(null);
    setPhase(asked.totalOf(result) === 0 ? 'empty' : 'rows');
    if (asked.totalOf(result) === 0) latest.current.onSelection?.(null);
    setSample(asked.rowsOf(result));
    latest.current.onResult?.(result);
    // Read only now: the grid may have become ready, or gone, while the rows were on their way.
    const grid = api.current;
    if (grid && !grid.isDestroyed()) {
      if (grid.getGridOption('datasource')) grid.refreshInfiniteCache();
      else grid.setGridOption('datasource', datasource);
      const to = keptRow === undefined ? null : source.find((row) => rowKey(row) === rowKey(keptRow));
      if (kept && to !== null && to !== kept.anchor.row) followRange(grid, keeper.current, kept, to - kept.anchor.row);
    }
  }, [source, datasource]);
  newest.current = replace;

  useEffect(() => {
    void replace();
  }, [replace, questionKey]);
  useEffect(() => () => source.close(), [source]);

  const following = useRef<ReturnType<typeof setTimeout> | null>(null);
  const follow = useCallback(() => {
    // Rows stay where they are under a hand that scrolls or selects: newer ones wait, and say so.
    const look = (): void => {
      following.current = null;
      if (performance.now() - touched_at_ms.current < REST_MS) {
        setWaits(true);
        following.current = setTimeout(look, REST_MS);
      } else void replace();
    };
    following.current ??= setTimeout(look, FOLLOW_MS);
  }, [replace]);
  useServiceEvent('changed', follow);
  useEffect(
    () =>
      link.subscribe(() => {
        if (link.get() === 'open') follow();
      }),
    [link, follow],
  );
  useEffect(
    () => () => {
      if (following.current) clearTimeout(following.current);
    },
    [],
  );

  const model = useMemo<GridOptions<Row>>(
    () => ({
      rowModelType: 'infinite',
      cacheBlockSize: BLOCK_ROWS,
      maxBlocksInCache: 12,
      maxConcurrentDatasourceRequests: 3,
      cacheOverflowSize: 1,
      infiniteInitialRowCount: 1,
    }),
    [],
  );

  const overlay =
    phase === 'empty' ? (
      empty
    ) : phase === 'reading' ? (
      problem ? (
        <ErrorState
          title="This view could not be read"
          text={errorMessage(problem)}
          onRetry={() => {
            setProblem(null);
            void replace();
          }}
        />
      ) : (
        <LoadingRows rows={16} />
      )
    ) : null;

  return (
    <div className={styles['blocks']} onWheel={touch} onPointerDown={touch} onKeyDownCapture={touch}>
      <GridSurface<Row>
        {...props}
        {...(phase === 'rows' ? {} : { totals: undefined })}
        model={model}
        sample={sample}
        overlay={props.overlay ?? overlay}
        onRange={onRange}
        readRows={(most) => firstRows(source, most)}
        rowAt={(index) => source.row(index)}
        rowCount={() => {
          const result = source.result();
          return result === null ? 0 : question.totalOf(result);
        }}
        onReady={(ready) => {
          api.current = ready;
          if (source.result() !== null) ready.setGridOption('datasource', datasource);
        }}
      />
      {problem && phase !== 'reading' ? (
        <div style={{ padding: '4px 12px' }}>
          <InlineMessage tone="warn">The rows above stay as they were: {errorMessage(problem)}</InlineMessage>
        </div>
      ) : null}
      {waits ? (
        <button type="button" className={styles['newer']} onClick={() => void replace()}>
          <RefreshCw size={12} aria-hidden="true" /> Newer data, show it
        </button>
      ) : null}
    </div>
  );
}

/** The same cells, where their rows are now; what was in view stays where it was on the screen. */
function followRange<Row>(grid: GridApi<Row>, keeper: RangeKeeper, kept: CellRange, by: number): void {
  const moved: CellRange = {
    anchor: { ...kept.anchor, row: kept.anchor.row + by },
    head: { ...kept.head, row: kept.head.row + by },
  };
  const first = grid.getFirstDisplayedRowIndex();
  grid.ensureIndexVisible(Math.max(0, first + by), 'top');
  if (document.activeElement?.closest('.ag-root')) grid.setFocusedCell(moved.anchor.row, moved.anchor.column);
  keeper.select(moved);
}

async function firstRows<Result, Row>(source: BlockSource<Result, Row>, most: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  if (source.result() === null) return rows;
  for (let index = 0; rows.length < most; index++) {
    const block = await source.block(index);
    rows.push(...block.rows);
    if (block.rows.length === 0 || rows.length >= block.total) break;
  }
  return rows.slice(0, most);
}
