/**
 * The audit trail: who came in, what they were given, what was refused. From the copy, newest first, in blocks; the server is
 * asked to seal what waits, to compare, and for what is older than copies hold.
 */
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { AuditPage, AuditRow } from '#contract/audit.ts';
import { auditDetail, type AuditKind, auditWords } from '#contract/auditWords.ts';
import type { CallError } from '#renderer/client/callError.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useClient, useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { dateAndTime, localDate, moment } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ToolField } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, EmptyByFilter, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './admin.module.css';
import { TrailChain } from './TrailChain.tsx';
import {
  actorWords,
  KIND_OPTIONS,
  NO_TRAIL_FILTERS,
  trailCsv,
  type TrailFilters,
  trailFilterWords,
  trailQuestion,
} from './trail.ts';

/** So long after the last key the server is asked. */
const TYPED_MS = 250;
/** What a screen holds of it; older entries are found by days. */
const MOST_PAGES = 50;

export function Trail({ tabs }: { readonly tabs: ReactNode }) {
  const now_ms = useNow();
  const client = useClient();
  const pill = useSyncPill();
  const [location, navigate] = useLocation();
  const [filters, setFilters] = useState<TrailFilters>(() => ({ ...NO_TRAIL_FILTERS, about: subjectOf(location) }));
  const [open_id, setOpen] = useState<number | null>(null);
  const asked = useSettled(filters);
  const question = useMemo(() => trailQuestion(asked), [asked]);
  const trail = useInfiniteQuery<
    AuditPage,
    CallError,
    InfiniteData<AuditPage, number | null>,
    readonly unknown[],
    number | null
  >({
    queryKey: ['auditEntries', question],
    queryFn: ({ signal, pageParam }) => client.call('auditEntries', { ...question, before: pageParam }, { signal }),
    initialPageParam: null,
    getNextPageParam: ({ rows, more }) => (more ? (rows.at(-1)?.id ?? null) : null),
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = trail;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows), [data]);
  const open = rows?.find(({ id }) => id === open_id) ?? null;
  const problem = trail.error ?? trail.failureReason;
  const unreachable = pill?.connection === 'offline' || pill?.connection === 'sign_in_needed';
  const full = (data?.pages.length ?? 0) >= MOST_PAGES;
  const mayGoOn = hasNextPage && !full && !isFetchingNextPage;

  const narrow = useCallback(
    (next: TrailFilters) => {
      setFilters(next);
      navigate(next.about === '' ? '/admin/trail=' : `/admin/trail=${encodeURIComponent(next.about)}`, {
        replace: true,
      });
    },
    [navigate],
  );
  const older = useCallback(() => {
    if (mayGoOn) void fetchNextPage();
  }, [mayGoOn, fetchNextPage]);
  const { mutate: seal } = useRun('auditSeal');
  const again = useCallback(() => {
    // what is sealed by that arrives as every change does; without a connection what is here stands
    if (!unreachable) seal({});
    void refetch();
  }, [refetch, seal, unreachable]);
  useEffect(() => {
    if (!unreachable) seal({});
  }, [seal, unreachable]);
  const columns = useMemo(() => trailColumns(now_ms), [now_ms]);
  const isOpen = open !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open entry' },
      { key: 'o', cap: 'O', word: 'older entries', run: older },
      { key: 'r', cap: 'R', word: 'read again', run: again },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setOpen(null), quiet: true }] : []),
    ],
    [again, isOpen, older],
  );
  useKeys('Audit trail', keys);
  const inForce = trailFilterWords(filters);

  return (
    <ScreenFrame
      title="Administration"
      subtitle="Who came in, what they were given, what was refused"
      headerRight={
        <>
          {tabs}
          <Button
            disabled={!rows || rows.length === 0}
            onClick={() =>
              saveFile(
                `audit-trail-${localDate(now_ms)}.csv`,
                new Blob([trailCsv(rows ?? [])], { type: 'text/csv;charset=utf-8' }),
              )
            }
          >
            Save as CSV
          </Button>
        </>
      }
      tools={<TrailTools filters={filters} onChange={narrow} />}
      facts={
        rows ? (
          <>
            <span>
              {hasNextPage ? `the newest ${integer(rows.length)} entries` : counted(rows.length, 'entry', 'entries')}
            </span>
            {full && hasNextPage ? <span>older ones are found by days</span> : null}
            {hasNextPage && !full ? (
              <Button kind="link" disabled={!mayGoOn} onClick={older}>
                {isFetchingNextPage ? 'Reading older ones' : 'Older entries ›'}
              </Button>
            ) : null}
          </>
        ) : null
      }
      panelLabel="Entry"
      panel={open ? <EntryPanel entry={open} onClose={() => setOpen(null)} /> : null}
    >
      <TrailChain reachable={!unreachable} />
      <MemoryGrid<AuditRow>
        label="Audit trail"
        viewId="audit-trail"
        partial
        columns={columns}
        rows={rows ?? []}
        rowKey={({ id }) => String(id)}
        currentKey={open ? String(open.id) : null}
        onDrill={({ id }) => setOpen(id)}
        onWorking={({ id }) => setOpen(id)}
        overlay={
          rows ? (
            rows.length > 0 ? null : inForce.length > 0 ? (
              <EmptyByFilter
                title={`No entry matches ${inForce.length === 1 ? 'this filter' : `these ${inForce.length} filters`}`}
                filters={inForce.map(({ name, without }) => ({ name, onRemove: () => narrow(without) }))}
                onClearAll={() => narrow(NO_TRAIL_FILTERS)}
              />
            ) : (
              <Empty title="Nothing is written down yet" text="Sign-ins, grants and refusals appear here." />
            )
          ) : problem ? (
            <ErrorState title="The audit trail could not be read" text={problem.message} onRetry={again} />
          ) : (
            <LoadingRows rows={9} />
          )
        }
      />
    </ScreenFrame>
  );
}

function TrailTools({
  filters,
  onChange,
}: {
  readonly filters: TrailFilters;
  readonly onChange: (filters: TrailFilters) => void;
}) {
  return (
    <div className={styles['trail']} role="search" aria-label="Audit trail">
      <label>
        What{' '}
        <select
          aria-label="What happened"
          value={filters.kind ?? ''}
          onChange={(event) => {
            const kind: AuditKind | null =
              KIND_OPTIONS.find(({ value }) => value === event.target.value)?.value ?? null;
            onChange({ ...filters, kind });
          }}
        >
          <option value="">Everything</option>
          {KIND_OPTIONS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <ToolField
        type="search"
        label="Who did it"
        placeholder="Who"
        maxLength={100}
        value={filters.who}
        onChange={(event) => onChange({ ...filters, who: event.target.value })}
      />
      <ToolField
        type="search"
        label="Whom or what it was done to"
        placeholder="Subject"
        maxLength={100}
        value={filters.about}
        onChange={(event) => onChange({ ...filters, about: event.target.value })}
      />
      <label>
        From{' '}
        <ToolField
          type="date"
          label="From this day"
          min="1970-01-02"
          max="9000-12-31"
          value={filters.from}
          onChange={(event) => onChange({ ...filters, from: event.target.value })}
        />
      </label>
      <label>
        To{' '}
        <ToolField
          type="date"
          label="To this day"
          min="1970-01-02"
          max="9000-12-31"
          value={filters.to}
          onChange={(event) => onChange({ ...filters, to: event.target.value })}
        />
      </label>
    </div>
  );
}

function EntryPanel({ entry, onClose }: { readonly entry: AuditRow; readonly onClose: () => void }) {
  return (
    <Panel title={auditWords(entry)} aside={`entry ${integer(entry.id)}`} onClose={onClose}>
      <PanelSection>
        <PanelRow label="When" value={dateAndTime(entry.happened_at_ms)} />
        <PanelRow label="Who" value={actorWords(entry)} />
        {entry.about === null ? null : <PanelRow label="Subject" value={entry.about} />}
        <PanelRow label="Address" value={entry.address ?? 'at the server itself'} />
      </PanelSection>
      {auditDetail(entry) === '' ? null : (
        <PanelSection title="Details">
          {Object.entries(entry.detail).map(([name, value]) => {
            const words = auditDetail({ detail: { [name]: value } });
            return words === '' ? null : (
              <p key={name} className={styles['detail']}>
                {words}
              </p>
            );
          })}
        </PanelSection>
      )}
    </Panel>
  );
}

/** Bad news first to the eye: what was refused or ended against somebody's will. */
const REFUSED: ReadonlySet<AuditKind> = new Set(['sign_in_refused', 'push_refused', 'session_ended']);

function trailColumns(now_ms: number): readonly GridColumn<AuditRow>[] {
  return [
    {
      id: 'what',
      header: 'What',
      width: 170,
      text: auditWords,
      cell: (entry) =>
        REFUSED.has(entry.kind) ? <Status shape="refused">{auditWords(entry)}</Status> : auditWords(entry),
    },
    { id: 'when', header: 'When', width: 150, text: (row) => moment(row.happened_at_ms, now_ms) },
    {
      id: 'who',
      header: 'Who',
      width: 140,
      text: actorWords,
      tone: ({ user_name }) => (user_name === null ? 'quiet' : undefined),
    },
    { id: 'about', header: 'Subject', width: 180, text: ({ about }) => about ?? '' },
    { id: 'detail', header: 'Details', width: 320, text: auditDetail, tone: () => 'quiet' },
    { id: 'address', header: 'Address', width: 130, text: ({ address }) => address ?? '', tone: () => 'quiet' },
  ];
}

/** The value as it stood when it was left alone for a moment: not every key asks the server. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** '/admin/trail=dora' */
function subjectOf(location: string): string {
  const encoded = /^\/admin\/trail=(.*)$/.exec(location)?.[1] ?? '';
  try {
    return decodeURIComponent(encoded).slice(0, 100);
  } catch {
    return '';
  }
}
