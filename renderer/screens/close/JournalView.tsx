/** The month's proposed entries: which wait for whom, their lines, and the file an accountant posts. */
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { ClosePeriodView, JournalRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { clock, monthYearLong } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './journal.module.css';
import { journalColumns } from './journalColumns.tsx';
import { AgainDialog, ChangeDialog, RefuseDialog } from './JournalDialogs.tsx';
import { type JournalAct, JournalPanel, whyNotAct } from './JournalPanel.tsx';
import { ProposeDialog } from './ProposeDialog.tsx';

const VIEW_ID = 'close-journal';

export function JournalView({
  period,
  tabs,
  onBoard,
}: {
  readonly period: ClosePeriodView;
  readonly tabs: ReactNode;
  /** Back to the tasks. */
  readonly onBoard: () => void;
}) {
  const { company } = useWorkplace();
  const asked = useAsk('closeJournal', { period_id: period.id }, { keepPrevious: false });
  const journal = told(asked.data);
  const rows = useMemo(() => journal?.rows ?? [], [journal]);
  const [current, setCurrent] = useState<string | null>(null);
  const [shown, setShown] = useState<readonly JournalRow[] | null>(null);
  const [panel, setPanel] = useState(true);
  const [acting, setActing] = useState<{ readonly act: JournalAct; readonly id: string } | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const decide = useRun('decideJournal');
  const leave = useRun('exportJournal');
  const row = rows.find(({ id }) => id === current) ?? rows[0] ?? null;
  const columns = useMemo(
    () => journalColumns(journal?.currency ?? company.currency, Math.floor(period.period / 100)),
    [journal?.currency, company.currency, period.period],
  );
  const { mutate: decideNow, isPending: deciding } = decide;
  const { mutate: leaveNow, isPending: leaving } = leave;
  const close = useCallback(() => setActing(null), []);
  const takeOut = useCallback(
    (references: string[] | null, again: boolean): void => {
      if (leaving) return;
      leaveNow(
        { company_code: company.code, period: period.period, references, again },
        {
          onSuccess: ({ file_name, text }) => {
            saveFile(file_name, new Blob([text], { type: 'text/csv;charset=utf-8' }));
            setActing(null);
          },
        },
      );
    },
    [leaveNow, leaving, company.code, period.period],
  );
  const act = useCallback(
    (what: JournalAct, on: JournalRow | null): void => {
      if (on === null || whyNotAct(on, what) !== null) return;
      if (what === 'approve') {
        if (deciding) return;
        const asking = { period_id: period.id, proposal_id: on.id, seen_words: on.words };
        decideNow({ ...asking, verdict: 'approved', reason: null });
      } else if (what === 'export') takeOut([on.reference], false);
      else setActing({ act: what, id: on.id });
    },
    [decideNow, deciding, period.id, takeOut],
  );
  const latest = useRef({ act, row, onBoard });
  latest.current = { act, row, onBoard };
  const keys = useMemo<readonly KeyAction[]>(() => {
    const on = (what: JournalAct) => () => latest.current.act(what, latest.current.row);
    const doing = (key: string, word: string, what: JournalAct): readonly KeyAction[] =>
      row !== null && whyNotAct(row, what) === null ? [{ key, cap: key.toUpperCase(), word, run: on(what) }] : [];
    return [
      ...doing('a', 'approve', 'approve'),
      ...doing('r', 'refuse', 'refuse'),
      ...doing('e', 'export', 'export'),
      ...doing('w', 'withdraw', 'withdraw'),
      ...(row?.changed === null ? [] : doing('n', 'renew', 'renew')),
      {
        key: 'v',
        cap: 'V',
        word: 'tasks',
        help: 'back to the tasks of the close',
        run: () => latest.current.onBoard(),
      },
      { key: '', cap: 'Space', word: 'lines', help: 'show the lines of the entry' },
      ...(panel ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(false), quiet: true }] : []),
    ];
  }, [row, panel]);
  useKeys('Journal', keys);

  const open = (each: JournalRow): void => {
    setCurrent(each.id);
    setPanel(true);
  };
  const acted = acting === null ? null : (rows.find(({ id }) => id === acting.id) ?? null);
  const problem = decide.error ?? leave.error;
  const may_export = rows.some((each) => each.export_why_not === null);
  return (
    <ScreenFrame
      title={`Close, ${monthYearLong(period.period)}`}
      subtitle={journal ? `${counted(journal.to_approve, 'entry', 'entries')} to approve` : company.name}
      headerRight={tabs}
      tools={
        <span className={styles['tools']}>
          {may_export && journal ? (
            <Button disabled={leaving} onClick={() => takeOut(null, false)}>
              Export {counted(journal.to_export, 'approved entry', 'approved entries')}
            </Button>
          ) : null}
          <ExportMenu
            grid={{ viewId: VIEW_ID, columns }}
            asked={{
              query: 'closeJournal',
              args: { period_id: period.id },
              ...(shown === null ? {} : { keys: shown.map(({ id }) => id) }),
            }}
            label="Export list"
            disabled={rows.length === 0}
          />
          <span className={styles['quiet']}>
            Each leaves once, as CSV, from the server. It is known again in the ledger by its reference.
          </span>
        </span>
      }
      facts={
        <SelectionFacts summary={summary}>
          {journal ? (
            <span>
              {counted(rows.length, 'entry', 'entries')} · {integer(journal.provenance.elapsed_ms)} ms
              {journal.provenance.as_of_ms === null ? '' : ` · as of ${clock(journal.provenance.as_of_ms)}`}
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Entry"
      panel={
        panel && row && journal ? (
          <JournalPanel
            row={row}
            currency={journal.currency}
            onAct={(what) => act(what, row)}
            onClose={() => setPanel(false)}
          />
        ) : null
      }
    >
      {problem ? <InlineMessage tone="bad">{errorMessage(problem)}</InlineMessage> : null}
      {journal ? (
        <MemoryGrid<JournalRow>
          label="Proposed entries"
          viewId={VIEW_ID}
          columns={columns}
          rows={rows}
          rowKey={(each) => each.id}
          currentKey={panel ? (row?.id ?? null) : null}
          onDrill={open}
          onWorking={open}
          onFocusRow={(each) => setCurrent(each.id)}
          onSelection={setSummary}
          onShown={setShown}
          overlay={
            rows.length === 0 ? (
              <Empty
                title="No entry is proposed for this month"
                text={
                  journal.propose_why_not ??
                  'On a task, stand on an item that explains a difference and press E: the entry that clears it is proposed.'
                }
                action={<Button onClick={onBoard}>Go to the tasks</Button>}
              />
            ) : null
          }
        />
      ) : asked.error ? (
        <ErrorState
          title="The entries could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : asked.data ? (
        <Empty {...waitWords(asked.data, 'Entries')} />
      ) : (
        <LoadingRows rows={10} />
      )}
      {acted && acting?.act === 'refuse' ? <RefuseDialog row={acted} period_id={period.id} onClose={close} /> : null}
      {acted && (acting?.act === 'reword' || acting?.act === 'withdraw') ? (
        <ChangeDialog
          row={acted}
          period_id={period.id}
          step={acting.act === 'reword' ? 'reworded' : 'withdrawn'}
          onClose={close}
        />
      ) : null}
      {acted && acting?.act === 'again' ? (
        <AgainDialog row={acted} busy={leaving} onExport={() => takeOut([acted.reference], true)} onClose={close} />
      ) : null}
      {acted?.renewed_from && acting?.act === 'renew' ? (
        <ProposeDialog
          period_id={period.id}
          chosen={{
            items: acted.renewed_from,
            renews: { id: acted.id, reference: acted.reference, words: acted.words },
          }}
          onClose={close}
          onDone={close}
        />
      ) : null}
    </ScreenFrame>
  );
}
