/** One task: both sides' totals, the difference and what explains it, every line, and the sign-off. */
import { useMemo, useState } from 'react';
import type { CloseTaskDetail, CloseTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { monthYearLong, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { signed } from '#renderer/format/numbers.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './close.module.css';
import { type CloseLineRow, closeLineColumns, closeLineRows, closeTotalRow } from './closeLines.tsx';
import { TASK_STATES, titlesOf } from './closeStates.ts';

export function CloseTaskPane({
  task,
  tasks,
  period,
  detail,
  error,
  onRetry,
  onSelection,
}: {
  readonly task: CloseTaskView;
  readonly tasks: readonly CloseTaskView[];
  readonly period: number;
  /** null while it is read. */
  readonly detail: CloseTaskDetail | null;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const state = TASK_STATES[task.state];
  return (
    <section className={styles['task']} aria-label={task.title}>
      <header className={styles['taskHead']}>
        <h2>
          {task.title}
          {task.account ? `, account ${task.account}` : ''}
        </h2>
        <Status shape={state.shape}>{state.word}</Status>
        <span className={styles['quiet']}>
          due {weekdayDate(task.due_on)}
          {task.waiting_for.length > 0 ? ` · waits for ${titlesOf(task.waiting_for, tasks)}` : ''}
        </span>
        <span className={styles['export']}>
          <ExportMenu
            label="Export lines"
            asked={{ query: 'closeTask', args: { task_id: task.id } }}
            disabled={(detail?.total_lines ?? 0) === 0}
          />
        </span>
      </header>
      {detail ? (
        <div className={styles['taskBody']}>
          <Totals detail={detail} period={period} />
          <Lines detail={detail} period={period} onSelection={onSelection} />
        </div>
      ) : error ? (
        <ErrorState title="This task could not be read" text={errorMessage(error)} onRetry={onRetry} />
      ) : (
        <LoadingRows rows={8} />
      )}
    </section>
  );
}

function Totals({ detail, period }: { readonly detail: CloseTaskDetail; readonly period: number }) {
  const { task, currency } = detail;
  const amount = (value_minor: number): string => ledgerAmount(value_minor, currency);
  const unexplained_minor = detail.difference_minor - detail.explained_minor;
  const last = task.signoffs.findLast((signoff) => signoff.stale && signoff.state === 'accepted');
  const items = detail.lines.filter((line) => line.side === 'item').length;
  return (
    <aside className={styles['totals']} aria-label="Totals">
      <PanelRow label={task.account ? `Ledger ${task.account}` : 'Ledger'} value={amount(detail.ledger_minor)} />
      <PanelRow label="Subledger" value={amount(detail.subledger_minor)} />
      <PanelRow total label="Difference" value={amount(detail.difference_minor)} />
      <div className={styles['gap']} />
      <PanelRow
        label={items > 0 ? `Explained, ${items} ${items === 1 ? 'item' : 'items'}` : 'Explained'}
        value={amount(detail.explained_minor)}
      />
      <PanelRow total label="Unexplained" value={amount(unexplained_minor)} />
      <p className={styles['fine']}>
        Balance of {monthYearLong(period)}, {currency}.{' '}
        {unexplained_minor === 0 ? 'Every difference has a cause.' : 'A difference without a cause is signed as it is.'}
      </p>
      {last ? (
        <>
          <h3>Since it was signed</h3>
          <PanelRow label="Balance then" value={amount(last.amount_minor)} />
          <PanelRow
            label="Change"
            value={signed(amount(task.amount_minor - last.amount_minor), task.amount_minor - last.amount_minor)}
          />
          <PanelRow total label="Balance now" value={amount(task.amount_minor)} />
          <p className={styles['fine']}>
            Signed by {last.user_name}. The signature counts for the lines it was made on.
          </p>
        </>
      ) : null}
    </aside>
  );
}

function Lines({
  detail,
  period,
  onSelection,
}: {
  readonly detail: CloseTaskDetail;
  readonly period: number;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => closeLineRows(detail.lines, folded), [detail.lines, folded]);
  const columns = useMemo(() => closeLineColumns(detail.currency, Math.floor(period / 100)), [detail.currency, period]);
  const totals = useMemo(() => closeTotalRow(detail), [detail]);
  const tree = useMemo<GridTree<CloseLineRow>>(
    () => ({
      level: (row) => (row.kind === 'group' ? 0 : 1),
      foldable: (row) => row.kind === 'group',
      open: (row) => !folded.has(row.key),
      onFold: (row, open) =>
        setFolded((current) => {
          const next = new Set(current);
          if (open) next.delete(row.key);
          else next.add(row.key);
          return next;
        }),
    }),
    [folded],
  );
  return (
    <MemoryGrid<CloseLineRow>
      label={`Lines of ${detail.task.title}`}
      viewId="close-lines"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      rowTone={(row) => (row.kind === 'group' ? 'group' : undefined)}
      tree={tree}
      totals={totals}
      onSelection={onSelection}
      overlay={
        rows.length === 0 ? (
          <Empty
            title="This task has no lines"
            text="It is signed as done, without a balance: the signature says that it happened."
          />
        ) : null
      }
    />
  );
}
