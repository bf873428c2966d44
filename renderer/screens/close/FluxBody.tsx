/** The flux task: what asks why, from which change on, and every account with its words and its likely cause. */
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { CloseTaskView, FluxTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { counted, integer, percent } from '#renderer/format/numbers.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import type { GridPlace } from '#renderer/grid/GridSurface.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { ChangedLines } from './ChangedLines.tsx';
import styles from './close.module.css';
import { CloseEvidence } from './CloseEvidence.tsx';
import { CloseNotes } from './CloseNotes.tsx';
import { type FluxRow, fluxRows, fluxTaskColumns } from './fluxColumns.tsx';
import { firstPlace } from './firstPlace.ts';
import { LongWords, type PastingWords } from './LongWords.tsx';
import { ThresholdRules } from './ThresholdRules.tsx';
import type { Reconciling } from './useReconciliation.ts';

export function FluxBody({
  task,
  reconciling,
  pasting,
  goTo,
  stands,
  onSelection,
}: {
  readonly task: CloseTaskView;
  readonly reconciling: Reconciling;
  readonly pasting: PastingWords;
  readonly goTo: GridPlace | null;
  /** The pane has the focus: it goes on to the first account. */
  readonly stands: boolean;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const { data, error, refetch } = useAsk('fluxTask', { task_id: task.id }, { keepPrevious: false });
  const view = told(data);
  if (!view) {
    return error ? (
      <ErrorState title="The changes could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
    ) : data ? (
      <Empty {...waitWords(data, 'The changes')} />
    ) : (
      <LoadingRows rows={8} />
    );
  }
  return (
    <div className={styles['taskBody']}>
      <FluxTotals task={task} view={view} reconciling={reconciling} pasting={pasting} />
      <FluxLines
        task={task}
        view={view}
        reconciling={reconciling}
        pasting={pasting}
        goTo={goTo}
        stands={stands}
        onSelection={onSelection}
      />
    </div>
  );
}

function FluxTotals({
  task,
  view,
  reconciling,
  pasting,
}: {
  readonly task: CloseTaskView;
  readonly view: FluxTaskView;
  readonly reconciling: Reconciling;
  readonly pasting: PastingWords;
}) {
  const { threshold, currency, lines } = view;
  const asking = lines.filter(({ asks }) => asks).length;
  const open = lines.filter(({ needs_words }) => needs_words).length;
  return (
    <aside className={styles['totals']} aria-label="Totals">
      <PanelRow label="Accounts" value={integer(lines.length)} />
      <PanelRow label="Ask why" value={integer(asking)} />
      <PanelRow total label="To explain" value={integer(open)} />
      <p className={styles['fine']}>
        {open === 0
          ? 'Every change that asks has its words.'
          : view.why_not === null
            ? `${counted(open, 'change')} without words: F2 on the row.`
            : `${counted(open, 'change')} without words.`}
      </p>
      <h3>Asks why</h3>
      <p className={styles['fine']}>
        A change of more than {ledgerAmount(threshold.amount_minor, currency)} {currency} and more than{' '}
        {percent(threshold.rate_bp)}.{' '}
        {threshold.rule === null
          ? 'The usual: the company has no threshold of its own.'
          : `The company’s rule, ${threshold.rule.since === null ? 'since the beginning' : `since ${shortDate(threshold.rule.since, 0)}`}; ${
              threshold.rule.owner === null ? 'nobody answers for it.' : `${threshold.rule.owner} answers for it.`
            }`}
      </p>
      <ThresholdRules subject="flux_threshold" />
      {reconciling.error ? (
        <p role="alert" className={styles['refusal']}>
          {reconciling.error}
        </p>
      ) : null}
      <LongWords pasting={pasting} />
      <ChangedLines changes={reconciling.view?.changes ?? []} currency={currency} />
      <CloseEvidence key={`files ${task.id}`} task_id={task.id} />
      <CloseNotes task_id={task.id} />
    </aside>
  );
}

function FluxLines({
  task,
  view,
  reconciling: { explain },
  pasting,
  goTo,
  stands,
  onSelection,
}: {
  readonly task: CloseTaskView;
  readonly view: FluxTaskView;
  readonly reconciling: Reconciling;
  readonly pasting: PastingWords;
  readonly goTo: GridPlace | null;
  readonly stands: boolean;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const [, navigate] = useLocation();
  const now_ms = useNow();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setOpened(new Set()), [task.id]);
  const rows = useMemo(() => fluxRows(view.lines, opened), [view.lines, opened]);
  const may_explain = view.why_not === null;
  const columns = useMemo(
    () =>
      fluxTaskColumns({
        currency: view.currency,
        year: Math.floor(view.period / 100),
        now_ms,
        explain: may_explain ? explain : null,
      }),
    [view.currency, view.period, now_ms, may_explain, explain],
  );
  const first = useMemo(() => firstPlace(rows, columns), [rows, columns]);
  const turn = (key: string, open: boolean): void =>
    setOpened((current) => {
      const next = new Set(current);
      if (open) next.add(key);
      else next.delete(key);
      return next;
    });
  const tree = useMemo<GridTree<FluxRow>>(
    () => ({
      level: (row) => (row.kind === 'line' ? 0 : row.kind === 'cause' ? 1 : 2),
      foldable: hasCauses,
      open: (row) => opened.has(row.key),
      onFold: (row, open) => turn(row.key, open),
    }),
    [opened],
  );
  return (
    <MemoryGrid<FluxRow>
      label="Changes beside the month before"
      viewId="flux-lines"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      tree={tree}
      goTo={stands ? first : goTo}
      onDrill={(row) => {
        if (row.entry) navigate(`/ledger/entry/${row.entry.entry_id}`);
        else if (hasCauses(row)) turn(row.key, !opened.has(row.key));
      }}
      onSelection={onSelection}
      {...(may_explain
        ? {
            onPaste: (pasted) => {
              pasting.paste(
                pasted.flatMap(({ row: { kind, line }, text }) =>
                  kind === 'line' ? [{ line_id: line.line_id, name: line.ref, text, seen: line.words }] : [],
                ),
              );
            },
          }
        : {})}
      overlay={
        rows.length === 0 ? (
          <Empty
            title="No account is compared yet"
            text="The server compares the months soon after a close was opened; Reconcile does it now."
          />
        ) : null
      }
    />
  );
}

function hasCauses(row: FluxRow): boolean {
  return row.kind === 'line' && row.line.causes.length > 0;
}
