/** Sync: what this person changed and what became of it, the data on this machine, the connection. */
import { ShieldCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridTree } from '#renderer/grid/cells.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { ChangePanel } from './ChangePanel.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { MachineData } from './MachineData.tsx';
import { GROUP_OF, nextWord, type OutboxGridRow, outboxGridRows, whatHappens } from './outboxRows.ts';
import { type VerifyWords, verifyWords } from '#renderer/shell/verifyWords.ts';
import styles from './sync.module.css';

const CHANGES = 500;
const PANEL_PX = 464;

export default function SyncScreen() {
  const now_ms = useNow();
  const [location, navigate] = useLocation();
  const status = useAsk('syncStatus', {});
  const outbox = useAsk('outbox', { limit: CHANGES });
  const syncNow = useRun('syncNow');
  const verify = useRun('verifyNow');
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const open_id = location.split('/')[2] ?? null;
  const changes = outbox.data?.rows;
  const open = changes?.find((change) => change.id === open_id) ?? null;

  const show = useCallback(
    (id: string | null) => navigate(id ? `/sync/${id}` : '/sync', { replace: true }),
    [navigate],
  );
  const rows = useMemo(() => outboxGridRows(changes ?? [], folded), [changes, folded]);
  const isOpen = open !== null;
  const columns = useMemo(() => outboxColumns(now_ms, show, isOpen), [now_ms, show, isOpen]);
  const tree = useMemo<GridTree<OutboxGridRow>>(
    () => ({
      level: (row) => (row.change ? 1 : 0),
      foldable: (row) => row.change === null,
      open: (row) => !folded.has(row.group),
      onFold: (row, unfold) =>
        setFolded((current) => {
          const next = new Set(current);
          if (unfold) next.delete(row.group);
          else next.add(row.group);
          return next;
        }),
    }),
    [folded],
  );

  const onDrill = useCallback(
    (row: OutboxGridRow) => {
      if (row.change) show(row.change.id);
      else tree.onFold(row, folded.has(row.group));
    },
    [show, tree, folded],
  );
  const { mutate: sync, isPending: syncing } = syncNow;
  const { mutate: check, isPending: checking } = verify;
  const { refetch } = status;
  const startCheck = useCallback(
    () => check({ depth: 'quick' }, { onSettled: () => void refetch() }),
    [check, refetch],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↑↓', word: 'move' },
      { key: '', cap: '↵', word: 'open' },
      { key: '', cap: '1–4', word: 'choose', help: 'in the panel: choose; ↵ confirms' },
      { key: 't', cap: 'T', word: 'try now', run: () => sync({}) },
      { key: 'v', cap: 'V', word: 'verify', run: startCheck },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => show(null), quiet: true }] : []),
    ],
    [sync, startCheck, isOpen, show],
  );
  useKeys('Sync', keys);

  const needing = (changes ?? []).filter((change) => GROUP_OF[change.state] === 'needs_you');
  const at = open ? needing.indexOf(open) : -1;
  const live = status.data?.pill.connection === 'live' || status.data?.pill.connection === 'syncing';
  return (
    <ScreenFrame
      title="Sync"
      subtitle="Your changes and the data on this machine"
      headerRight={
        <>
          {live ? (
            <Button disabled={syncing} onClick={() => sync({})}>
              {syncing ? 'Syncing' : 'Sync now'}
            </Button>
          ) : null}
          <Button icon={<ShieldCheck size={14} aria-hidden="true" />} disabled={checking} onClick={startCheck}>
            {checking ? 'Comparing with the server' : 'Verify data'}
          </Button>
          <ExportMenu
            label="Export changes"
            asked={{ query: 'outbox', args: {} }}
            disabled={(outbox.data?.total_rows ?? 0) === 0}
          />
        </>
      }
      facts={
        <>
          {outbox.data && outbox.data.total_rows > CHANGES ? (
            <span>
              newest {CHANGES} of {counted(outbox.data.total_rows, 'change')}; the export has all
            </span>
          ) : null}
          <span>Nothing is lost when you close the app</span>
        </>
      }
      panelLabel="Change"
      panelWidth_px={PANEL_PX}
      panel={
        open ? (
          <ChangePanel
            key={`${open.id} ${open.state}`}
            change={open}
            place={at >= 0 ? `${at + 1} of ${needing.length}` : ''}
            onClose={() => show(null)}
            onDone={() => {
              // who went to another screen meanwhile stays there
              if (!globalThis.location.hash.startsWith('#/sync')) return;
              show(needing.find((change) => change.id !== open.id)?.id ?? null);
            }}
          />
        ) : null
      }
    >
      {status.data ? <ConnectionBanner status={status.data} busy={syncing} onTry={() => sync({})} /> : null}
      <Messages
        problems={[syncNow.error?.message, verify.error?.message]}
        verified={verify.data ? verifyWords(verify.data) : null}
      />
      <MemoryGrid<OutboxGridRow>
        label="Your changes"
        viewId="outbox"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        rowTone={(row) => (row.change ? undefined : 'group')}
        tree={tree}
        currentKey={open?.id ?? null}
        onDrill={onDrill}
        onWorking={onDrill}
        overlay={
          changes ? (
            rows.length === 0 ? (
              <Empty
                good
                title="Nothing waits and nothing needs you"
                text="Notes and sign-offs you make appear here until the server has decided on them, and 90 days beyond."
              />
            ) : null
          ) : outbox.error ? (
            <ErrorState
              title="Your changes could not be read"
              text={errorMessage(outbox.error)}
              onRetry={() => void outbox.refetch()}
            />
          ) : (
            <LoadingRows rows={8} />
          )
        }
      />
      {status.data ? (
        <MachineData status={status.data} now_ms={now_ms} />
      ) : status.error ? (
        <ErrorState
          title="The state of this machine could not be read"
          text={errorMessage(status.error)}
          onRetry={() => void status.refetch()}
        />
      ) : null}
    </ScreenFrame>
  );
}

/** Answers to what was just asked for, said where it was asked. */
function Messages({
  problems,
  verified,
}: {
  readonly problems: readonly (string | null | undefined)[];
  /** null = not asked. */
  readonly verified: VerifyWords | null;
}) {
  const said = problems.filter((problem) => typeof problem === 'string');
  if (said.length === 0 && verified === null) return null;
  return (
    <div className={styles['messages']}>
      {said.map((problem) => (
        <InlineMessage key={problem} tone="bad">
          {problem}
        </InlineMessage>
      ))}
      {verified ? <InlineMessage tone={verified.tone}>{verified.text}</InlineMessage> : null}
    </div>
  );
}

/** `narrow`: the panel is open; the way on must still be in sight. */
function outboxColumns(
  now_ms: number,
  onOpen: (id: string) => void,
  narrow: boolean,
): readonly GridColumn<OutboxGridRow>[] {
  return [
    {
      id: 'title',
      header: 'Change you made',
      width: narrow ? 260 : 340,
      text: (row) => `${row.label} ${row.note}`.trim(),
      cell: (row) => (
        <>
          <CellName>{row.label}</CellName>
          {row.note ? <CellCount>{row.note}</CellCount> : null}
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: 104,
      text: (row) => (row.change ? MUTATION_STATES[row.change.state].word : ''),
      cell: (row) =>
        row.change ? (
          <Status shape={MUTATION_STATES[row.change.state].shape}>{MUTATION_STATES[row.change.state].word}</Status>
        ) : null,
    },
    {
      id: 'made',
      header: 'Made',
      width: narrow ? 96 : 140,
      text: (row) => (row.change ? moment(row.change.made_at_ms, now_ms) : ''),
    },
    {
      id: 'what',
      header: 'What happens',
      width: narrow ? 230 : 560,
      text: (row) => (row.change ? whatHappens(row.change, now_ms) : ''),
      cell: (row) =>
        row.change ? (
          <CellName title={whatHappens(row.change, now_ms)}>{whatHappens(row.change, now_ms)}</CellName>
        ) : null,
    },
    {
      id: 'next',
      header: '',
      width: 84,
      text: (row) => (row.change ? nextWord(row.change) : ''),
      cell: ({ change }) =>
        change && nextWord(change) ? (
          // The row itself opens with Enter; the button is for the mouse and no further stop of the Tab key.
          <button type="button" tabIndex={-1} className={styles['next']} onClick={() => onOpen(change.id)}>
            {nextWord(change)}
          </button>
        ) : null,
    },
  ];
}
