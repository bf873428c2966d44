/** A grid over a paged query: rows come in blocks of 100 and are replaced whole when the answer changes. */
import type { GridApi, GridOptions, IDatasource } from 'ag-grid-community';
import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { useClient, useServiceEvent } from '#renderer/client/useContract.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { type BlockQuestion, BLOCK_ROWS, type BlockSource, createBlockSource, NewerRows } from './blocks.ts';
import styles from './grid.module.css';
import { type GridProps, GridSurface } from './GridSurface.tsx';
import {
  anchorsOf,
  focusCell,
  followRange,
  keepFocus,
  type RangeKeeper,
  rowsInView,
  scrollByRows,
} from './keepingPlace.ts';
import type { CellRange } from './range.ts';

/** While rows stream in, screens follow at most four times a second. */
const FOLLOW_MS = 250;
/** So long nothing was scrolled, typed or clicked: the person has come to rest, and newer rows come by themselves. */
const REST_MS = 10_000;
/** So long it is said that an edition was not kept. */
const SAID_MS = 8000;
const NO_KEYS: readonly KeyAction[] = [];

export interface BlockGridProps<Result, Row> extends GridProps<Row> {
  /** Changes exactly when the question does (JSON of the arguments, for instance). */
  readonly questionKey: string;
  readonly question: BlockQuestion<Result, Row>;
  /** The newest complete answer: totals, provenance. */
  readonly onResult?: (result: Result) => void;
  /** Whether newer rows wait: then those shown speak of the moment their answer names, not of now. */
  readonly onBehind?: (behind: boolean) => void;
  /** Of who comes from another screen: the row the focus goes to once, among the first that are read. */
  readonly arriveAt?: ((row: Row) => boolean) | null;
  /** The same by the row's key, wherever the row stands: the query is asked for its place. */
  readonly arriveAtKey?: string | null;
  /** What to show when the answer has no rows. */
  readonly empty?: React.ReactNode;
}

export function BlockGrid<Result, Row>({
  questionKey,
  question,
  onResult,
  onBehind,
  arriveAt = null,
  arriveAtKey = null,
  empty,
  ...props
}: BlockGridProps<Result, Row>) {
  const source = useMemo(() => createBlockSource<Result, Row>(), []);
  const api = useRef<GridApi<Row> | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<'reading' | 'rows' | 'empty'>('reading');
  const [sample, setSample] = useState<readonly Row[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const { onSelection } = props;
  const { rowKey: keyOfRow } = props;
  const latest = useRef({ question, onResult, onSelection, rowKey: keyOfRow, arriveAt, arriveAtKey });
  latest.current = { question, onResult, onSelection, rowKey: keyOfRow, arriveAt, arriveAtKey };
  const arrived = useRef(false);
  const { link } = useClient();

  const keeper = useRef<RangeKeeper>({ range: null, select: () => undefined });
  const onRange = useCallback((range: CellRange | null, select: (range: CellRange) => void) => {
    keeper.current = { range, select };
  }, []);
  const renew = useRef<() => Promise<void>>(() => Promise.resolve());
  /** Brings selection and scroll to where the rows went, where that is still to be done. */
  const placed = useRef<() => void>(() => undefined);
  const [waits, setWaits] = useState(false);
  const [renewed, setRenewed] = useState(false);
  const touched_at_ms = useRef(Number.NEGATIVE_INFINITY);
  const touch = useCallback(() => {
    touched_at_ms.current = performance.now();
  }, []);
  useEffect(() => onBehind?.(waits), [onBehind, waits]);
  useEffect(() => {
    if (!renewed) return;
    const timer = setTimeout(() => setRenewed(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [renewed]);

  const arrive = useCallback(
    (grid: GridApi<Row> | null) => {
      const { arriveAt: asked, arriveAtKey: key, rowKey } = latest.current;
      const isWanted = key === null ? asked : (row: Row) => rowKey(row) === key;
      if (isWanted === null || arrived.current || grid === null || grid.isDestroyed()) return;
      const at = source.find(isWanted);
      const [first] = grid.getAllDisplayedColumns();
      if (at === null || first === undefined) return;
      arrived.current = true;
      grid.ensureIndexVisible(at, 'middle');
      focusCell(grid, at, first);
    },
    [source],
  );
  const datasource = useMemo<IDatasource>(
    () => ({
      getRows({ startRow, successCallback, failCallback }) {
        source.block(Math.floor(startRow / BLOCK_ROWS)).then(
          ({ rows, total }) => {
            successCallback([...rows], total);
            keepFocus(api.current, startRow);
            arrive(api.current);
          },
          (error: unknown) => {
            failCallback();
            if (error instanceof NewerRows) void renew.current();
          },
        );
      },
    }),
    [source, arrive],
  );

  /** Reads the question as it stands now, in the edition that is shown or in the newest. */
  const replace = useCallback(
    async (to: 'edition' | 'newest') => {
      placed.current();
      const asked = latest.current.question;
      const { top, bottom } = rowsInView(api.current);
      const kept = keeper.current.range;
      const { rowKey } = latest.current;
      const keptRow = kept ? source.row(kept.anchor.row) : undefined;
      const shown = source.edition();
      const sameBasis = shown !== null && shown.basis === asked.basis;
      const stays = to === 'edition' && sameBasis;
      // another order begins where it begins; the same rows are followed where they go
      // until they are there, or went elsewhere themselves
      const waiting = !arrived.current && touched_at_ms.current === Number.NEGATIVE_INFINITY;
      const arrives = waiting ? latest.current.arriveAtKey : null;
      const follow =
        arrives === null
          ? sameBasis
            ? anchorsOf(source, rowKey, kept, top, bottom)
            : []
          : [{ key: arrives, row: top }];
      let replaced: Awaited<ReturnType<typeof source.replace>>;
      try {
        replaced = await source.replace(asked, top, Math.max(top + 40, bottom), {
          edition: stays ? shown.id : null,
          follow,
        });
      } catch (error) {
        if (!(error instanceof CallError && error.code === 'cancelled')) setProblem(error);
        return;
      }
      const result = source.result();
      if (replaced === null || result === null) return;
      if (!stays || replaced.renewed) setWaits(false);
      if (replaced.renewed) setRenewed(true);
      setProblem(null);
      setPhase(asked.totalOf(result) === 0 ? 'empty' : 'rows');
      if (asked.totalOf(result) === 0) latest.current.onSelection?.(null);
      setSample(asked.rowsOf(result));
      latest.current.onResult?.(result);
      // Read only now: the grid may have become ready, or gone, while the rows were on their way.
      const grid = api.current;
      if (!grid || grid.isDestroyed()) return;
      const has_focus = Boolean(document.activeElement?.closest('.ag-root'));
      if (grid.getGridOption('datasource')) grid.refreshInfiniteCache();
      else grid.setGridOption('datasource', datasource);
      const placeOf = (key: string): number | null => {
        const at = follow.findIndex((each) => each.key === key);
        return (at < 0 ? null : replaced?.rows[at]) ?? source.find((row) => rowKey(row) === key);
      };
      const selected = keptRow === undefined ? null : placeOf(rowKey(keptRow));
      const leader = follow[0];
      const led = leader === undefined ? null : placeOf(leader.key);
      const by = led !== null ? led - (leader?.row ?? 0) : 0;
      const bySelection = follow.length === 0 && kept && selected !== null ? selected - kept.anchor.row : 0;
      // the grid takes the rows with a timer of its own: until then the focus stays on what is seen
      let isDue = true;
      const place = (): void => {
        if (!isDue || grid.isDestroyed()) return;
        isDue = false;
        const range = keeper.current.range;
        if (kept && range === kept && selected !== null && selected !== kept.anchor.row) {
          followRange(grid, keeper.current, kept, selected - kept.anchor.row, has_focus);
        }
        // who arrives is brought to the row by `arrive`, once it is drawn
        if (arrives === null && by + bySelection !== 0) scrollByRows(grid, root.current, by + bySelection);
      };
      placed.current = place;
      setTimeout(place);
    },
    [source, datasource],
  );
  renew.current = async () => {
    // of an edition that is not kept any more no further block can be read
    if (source.edition() !== null) setRenewed(true);
    await replace('newest');
  };

  useEffect(() => {
    void replace('edition');
  }, [replace, questionKey]);
  useEffect(() => () => source.close(), [source]);

  const following = useRef<ReturnType<typeof setTimeout> | null>(null);
  const follow = useCallback(() => {
    // Rows stay where they are under a hand that scrolls or selects: newer ones wait, and say so.
    const look = async (): Promise<void> => {
      const behind = await source.isBehind().catch(() => null);
      following.current = null;
      if (behind === false) return;
      if (performance.now() - touched_at_ms.current < REST_MS) {
        setWaits(true);
        following.current = setTimeout(() => void look(), REST_MS);
      } else await replace('newest');
    };
    following.current ??= setTimeout(() => void look(), FOLLOW_MS);
  }, [replace, source]);
  useServiceEvent('changed', follow);
  // What a person did themselves shows on its row at once; the rows stay those of their edition.
  useServiceEvent('outbox', () => {
    if (source.edition() !== null) void replace('edition');
  });
  const showNewer = useCallback(() => void replace('newest'), [replace]);
  const keys = useMemo<readonly KeyAction[]>(
    () =>
      waits
        ? [{ key: 'n', cap: 'N', word: 'newer data', help: 'show the newer data that waits', run: showNewer }]
        : NO_KEYS,
    [waits, showNewer],
  );
  useKeys(props.label, keys);
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
            void replace('newest');
          }}
        />
      ) : (
        <LoadingRows rows={16} />
      )
    ) : null;

  return (
    <div
      ref={root}
      className={styles['blocks']}
      onWheel={touch}
      onPointerDown={touch}
      onPointerMove={(event) => {
        // a scroll bar or a range that is being drawn
        if (event.buttons !== 0) touch();
      }}
      onKeyDownCapture={touch}
    >
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
      <div role="status" className={styles['said']}>
        {waits ? (
          <button type="button" className={styles['newer']} onClick={showNewer}>
            <RefreshCw size={12} aria-hidden="true" /> Newer data, show it <KeyHint cap="N" />
          </button>
        ) : renewed ? (
          <span className={styles['newer']}>View renewed: its older rows were not kept any longer</span>
        ) : null}
      </div>
    </div>
  );
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
