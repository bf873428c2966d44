/** A grid over a paged query: rows come in blocks of 100 and are replaced whole when the answer changes. */
import type { GridApi, GridOptions, IDatasource } from 'ag-grid-community';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { useClient, useServiceEvent } from '#renderer/client/useContract.ts';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { type BlockQuestion, BLOCK_ROWS, createBlockSource } from './blocks.ts';
import { type GridProps, GridSurface } from './GridSurface.tsx';

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
  const latest = useRef({ question, onResult, onSelection });
  latest.current = { question, onResult, onSelection };
  const { link } = useClient();

  const datasource = useMemo<IDatasource>(
    () => ({
      getRows({ startRow, successCallback, failCallback }) {
        source.block(Math.floor(startRow / BLOCK_ROWS)).then(
          ({ rows, total }) => successCallback([...rows], total),
          () => failCallback(),
        );
      },
    }),
    [source],
  );

  const replace = useCallback(async () => {
    const asked = latest.current.question;
    const top = Math.max(0, api.current?.getFirstDisplayedRowIndex() ?? 0);
    const bottom = Math.max(top + 40, api.current?.getLastDisplayedRowIndex() ?? 0);
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
    }
  }, [source, datasource]);

  useEffect(() => {
    void replace();
  }, [replace, questionKey]);
  useEffect(() => () => source.close(), [source]);

  // While rows stream in, screens follow at most four times a second.
  const following = useRef<ReturnType<typeof setTimeout> | null>(null);
  const follow = useCallback(() => {
    following.current ??= setTimeout(() => {
      following.current = null;
      void replace();
    }, 250);
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
    <>
      <GridSurface<Row>
        {...props}
        {...(phase === 'rows' ? {} : { totals: undefined })}
        model={model}
        sample={sample}
        overlay={props.overlay ?? overlay}
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
    </>
  );
}
