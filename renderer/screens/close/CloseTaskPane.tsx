/** One task: both sides' totals, the difference and what explains it, every line, and the sign-off. */
import { type RefObject, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { DRAWN_UP } from '#domain/close/drawnUp.ts';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { unmappedWords } from '#domain/close/journalKinds.ts';
import { missingWords } from '#domain/close/reconcile/missingFacts.ts';
import { runningSummary, shortWords } from '#domain/close/reconcile/thresholdWords.ts';
import { unknownCostWords } from '#domain/close/reconcile/unknownCosts.ts';
import { isReconciliationCode, leftOutWords } from '#domain/close/reconcile/plan.ts';
import { accountsInWords, taskAccounts } from '#domain/close/taskAccounts.ts';
import type { CloseEvidenceView, CloseTaskDetail, CloseTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYearLong, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { signed } from '#renderer/format/numbers.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import type { GridPlace } from '#renderer/grid/GridSurface.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { ChangedLines } from './ChangedLines.tsx';
import styles from './close.module.css';
import { CloseEvidence, fileCounts } from './CloseEvidence.tsx';
import { CloseNotes } from './CloseNotes.tsx';
import { type CloseLineRow, closeLineColumns, closeLineRows, closeTotalRow } from './closeLines.tsx';
import { noLinesWords, stateWord, TASK_STATES, titlesOf } from './closeStates.ts';
import { firstPlace } from './firstPlace.ts';
import { FluxBody } from './FluxBody.tsx';
import { LongWords, type PastingWords, usePastingWords } from './LongWords.tsx';
import type { Proposing } from './useProposing.ts';
import { RunningAgreements } from './RunningAgreements.tsx';
import { ThresholdRules } from './ThresholdRules.tsx';
import type { Reconciling } from './useReconciliation.ts';

export function CloseTaskPane({
  task,
  tasks,
  period,
  detail,
  reconciling,
  proposing,
  goTo,
  pane,
  goesOn,
  error,
  onRetry,
  onSelection,
}: {
  readonly task: CloseTaskView;
  readonly tasks: readonly CloseTaskView[];
  readonly period: number;
  /** null while it is read. */
  readonly detail: CloseTaskDetail | null;
  readonly reconciling: Reconciling;
  readonly proposing: Proposing;
  /** The line to stand on: an item that asks for words. */
  readonly goTo: GridPlace | null;
  /** Where it lies on the page. */
  readonly pane: RefObject<HTMLElement | null>;
  /** Came here from the lines of another task by a key: the focus goes on in those of this one. */
  readonly goesOn: () => boolean;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const year = new Date(useNow()).getFullYear();
  const state = TASK_STATES[task.state];
  const accounts = accountsInWords(taskAccounts(task.account, detail?.lines ?? []));
  const pasting = usePastingWords(task.id, reconciling.explain);
  // Itself, and no part of it, has the focus: until its lines are here the keys have to act somewhere.
  const [stands, setStands] = useState(false);
  useEffect(() => {
    if (goesOn()) pane.current?.focus({ preventScroll: true });
  }, [goesOn, pane]);
  return (
    <section
      ref={pane}
      className={styles['task']}
      aria-label={task.title}
      tabIndex={-1}
      data-keys={stands ? '' : undefined}
      onFocus={(event) => setStands(event.target === event.currentTarget)}
      onBlur={() => setStands(false)}
    >
      <header className={styles['taskHead']}>
        <h2 data-print="said">
          {task.title}
          {accounts ? `, ${accounts}` : ''}
        </h2>
        <span data-print="said">
          <Status shape={state.shape}>{stateWord(task)}</Status>
        </span>
        <span className={styles['quiet']}>
          due {weekdayDate(task.due_on, year)}
          {task.waiting_for.length > 0 ? ` · waits for ${titlesOf(task.waiting_for, tasks)}` : ''}
        </span>
        <span className={styles['export']}>
          {(isReconciliationCode(task.code) || task.code === FLUX_TASK || DRAWN_UP.has(task.code)) &&
          reconciling.view?.why_not === null ? (
            <Button kind="plain" disabled={reconciling.busy} onClick={reconciling.reconcile}>
              Reconcile
            </Button>
          ) : null}
          {(reconciling.view?.items.length ?? 0) > 0 && proposing.why_not === null ? (
            <Button
              kind="plain"
              keyCap="E"
              disabled={proposing.chosen.length === 0}
              title={proposing.chosen.length === 0 ? 'Stand on an item without an entry, or tick several with X.' : ''}
              onClick={proposing.ask}
            >
              {proposing.chosen.length > 1 ? `Propose entry for ${proposing.chosen.length} items` : 'Propose entry'}
            </Button>
          ) : null}
          <ExportMenu
            label="Export lines"
            asked={{ query: task.code === FLUX_TASK ? 'fluxTask' : 'closeTask', args: { task_id: task.id } }}
            disabled={(detail?.total_lines ?? 0) === 0}
          />
        </span>
      </header>
      {detail && task.code === FLUX_TASK ? (
        <FluxBody
          task={detail.task}
          reconciling={reconciling}
          pasting={pasting}
          goTo={goTo}
          stands={stands}
          onSelection={onSelection}
        />
      ) : detail ? (
        <div className={styles['taskBody']}>
          <Totals detail={detail} period={period} reconciling={reconciling} pasting={pasting} on={proposing.on} />
          <Lines
            detail={detail}
            period={period}
            reconciling={reconciling}
            pasting={pasting}
            proposing={proposing}
            goTo={goTo}
            stands={stands}
            onSelection={onSelection}
          />
        </div>
      ) : error ? (
        <ErrorState title="This task could not be read" text={errorMessage(error)} onRetry={onRetry} />
      ) : (
        <LoadingRows rows={8} />
      )}
    </section>
  );
}

/** Agreements that ended short of their threshold, by name beside the figures. */
const MOST_SHORT = 5;
const NO_THRESHOLDS = { running: [], short: [] } as const;

function Totals({
  detail,
  period,
  reconciling: { view, error },
  pasting,
  on,
}: {
  readonly detail: CloseTaskDetail;
  readonly period: number;
  readonly reconciling: Reconciling;
  readonly pasting: PastingWords;
  /** The item that is stood on. */
  readonly on: number | null;
}) {
  const { task, currency } = detail;
  const amount = (value_minor: number): string => ledgerAmount(value_minor, currency);
  const unexplained_minor = detail.difference_minor - detail.explained_minor;
  // signed anew, it is compared with that signature, not with the one before
  const last =
    task.state === 'changed'
      ? task.signoffs.findLast((signoff) => signoff.stale && signoff.state === 'accepted')
      : undefined;
  const items = detail.lines.filter((line) => line.side === 'item' && line.explanation !== null).length;
  const to_explain = (view?.items ?? []).filter((item) => item.needs_explanation).length;
  const threshold_minor = view?.computed?.threshold_minor ?? 0;
  const allocating = (has_entry: boolean): number =>
    (view?.items ?? []).reduce(
      (sum, { to_allocate_minor, entry }) => ((entry !== null) === has_entry ? sum + (to_allocate_minor ?? 0) : sum),
      0,
    );
  const [to_allocate_minor, with_entry_minor] = [allocating(false), allocating(true)];
  const left_out = leftOutWords(task.code, currency);
  const own = taskAccounts(task.account, detail.lines);
  const unmapped = unmappedWords(view?.unmapped_journals ?? []);
  const money = (minor: number): string => `${currency} ${amount(minor)}`;
  const thresholds = view?.rebate_thresholds ?? NO_THRESHOLDS;
  const told = [
    ...missingWords(task.code, view?.items ?? [], period),
    ...unknownCostWords(task.code, view?.unknown_costs ?? null, period, money),
    ...shortWords(thresholds.short, money, MOST_SHORT),
    runningSummary(thresholds.running),
  ].filter((words) => words !== null);
  return (
    <aside className={styles['totals']} aria-label="Totals">
      {detail.total_lines === 0 ? null : (
        <>
          <PanelRow label={own.length === 1 ? `Ledger ${own[0]}` : 'Ledger'} value={amount(detail.ledger_minor)} />
          <PanelRow label="Subledger" value={amount(detail.subledger_minor)} />
          <PanelRow total label="Difference" value={amount(detail.difference_minor)} />
          <div className={styles['gap']} />
          <PanelRow
            label={items > 0 ? `Explained, ${items} ${items === 1 ? 'item' : 'items'}` : 'Explained'}
            value={amount(detail.explained_minor)}
          />
          <PanelRow total label="Unexplained" value={amount(unexplained_minor)} />
        </>
      )}
      <p className={styles['fine']}>
        {detail.total_lines === 0 ? `${monthYearLong(period)}.` : `Balance of ${monthYearLong(period)}, ${currency}.`}{' '}
        {detail.total_lines === 0
          ? isToReckon(task.code, view)
            ? 'Not reconciled yet.'
            : 'A step of the close without a balance of its own.'
          : view?.computed
            ? to_explain === 0
              ? 'Every item that needs words has them.'
              : `${to_explain} ${to_explain === 1 ? 'item needs' : 'items need'} an explanation: F2 on the row.`
            : unexplained_minor === 0
              ? 'Every difference has a cause.'
              : 'A difference without a cause is signed as it is.'}
        {threshold_minor > 0 ? ` Below ${amount(threshold_minor)} none is needed.` : ''}
      </p>
      {to_allocate_minor === 0 ? null : (
        <p className={styles['fine']}>
          {amount(to_allocate_minor)} stand beside the difference: no goods bear them yet. E on the item proposes the
          entry.
        </p>
      )}
      {with_entry_minor === 0 ? null : (
        <p className={styles['fine']}>
          {amount(with_entry_minor)} beside the difference have an entry. They are listed until the system of record has
          split them over their goods.
        </p>
      )}
      {left_out === null ? null : <p className={styles['fine']}>{left_out}</p>}
      {unmapped === null ? null : <p className={styles['fine']}>{unmapped}</p>}
      {told.map((words) => (
        <p key={words} className={styles['fine']}>
          {words}
        </p>
      ))}
      {view?.computed ? <ThresholdRules subject="reconciliation_threshold" /> : null}
      {error ? (
        <p role="alert" className={styles['refusal']}>
          {error}
        </p>
      ) : null}
      <LongWords pasting={pasting} />
      <ChangedLines changes={view?.changes ?? []} currency={currency} />
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
      <RunningAgreements running={thresholds.running} currency={currency} />
      <CloseEvidence key={`files ${task.id}`} task_id={task.id} {...(view ? { items: view.items } : {})} on={on} />
      <CloseNotes task_id={task.id} />
    </aside>
  );
}

/** A reconciliation of a month that was just opened looks like a step without a balance, and is none. */
function isToReckon(code: string, view: Reconciling['view']): boolean {
  return isReconciliationCode(code) && view !== null && !view.computed;
}

function Lines({
  detail,
  period,
  reconciling: { view, explain },
  pasting,
  proposing: { ticked, tick, stand, entryOf },
  goTo,
  stands,
  onSelection,
}: {
  readonly detail: CloseTaskDetail;
  readonly period: number;
  readonly reconciling: Reconciling;
  readonly pasting: PastingWords;
  readonly proposing: Proposing;
  readonly goTo: GridPlace | null;
  /** The pane has the focus: it goes on to the first line. */
  readonly stands: boolean;
  readonly onSelection: (summary: RangeSummary | null) => void;
}) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (goTo) setFolded((current) => withKey(current, 'item', false));
  }, [goTo]);
  const { openOrder, openPurchase } = useWorkplace();
  const [, navigate] = useLocation();
  const items = useMemo(() => new Map((view?.items ?? []).map((item) => [item.line_id, item])), [view]);
  const rows = useMemo(() => closeLineRows(detail.lines, folded, items, opened), [detail.lines, folded, items, opened]);
  const may_explain = view !== null && view.why_not === null;
  const several_accounts = detail.lines.some(({ account }) => account !== null && account !== detail.task.account);
  const has_entries = [...items.values()].some(({ line_id, entry }) => entry !== null || entryOf(line_id) !== null);
  const { data: evidence } = useAsk('closeEvidence', { task_id: detail.task.id }, { keepPrevious: false });
  const filesOf = useMemo(() => filesOfItems(evidence?.files ?? []), [evidence]);
  const has_own = [...items.values()].some(({ documents }) => documents.some(({ own }) => own !== null));
  const has_files = [...items.values()].some(({ ref }) => filesOf(ref) > 0);
  const totals = useMemo(() => closeTotalRow(detail), [detail]);
  const amounts_minor = useMemo(() => amountsOf(detail.lines, totals), [detail, totals]);
  const columns = useMemo(
    () =>
      closeLineColumns({
        currency: detail.currency,
        amounts_minor,
        year: Math.floor(period / 100),
        several_accounts,
        has_entries,
        has_own,
        has_files,
        explain: may_explain ? explain : null,
        ticked,
        onTick: tick,
        entryOf,
        filesOf,
      }),
    [
      detail.currency,
      amounts_minor,
      period,
      several_accounts,
      has_entries,
      has_own,
      has_files,
      may_explain,
      explain,
      ticked,
      tick,
      entryOf,
      filesOf,
    ],
  );
  const first = useMemo(() => firstPlace(rows, columns), [rows, columns]);
  const tree = useMemo<GridTree<CloseLineRow>>(
    () => ({
      level: (row) => (row.kind === 'group' ? 0 : row.kind === 'document' ? 2 : 1),
      foldable: (row) => row.kind === 'group' || hasDocuments(row),
      open: (row) => (row.kind === 'group' ? !folded.has(row.key) : opened.has(row.key)),
      // groups are remembered where they are folded, items where they are opened
      onFold: (row, open) =>
        row.kind === 'group'
          ? setFolded((current) => withKey(current, row.key, !open))
          : setOpened((current) => withKey(current, row.key, open)),
    }),
    [folded, opened],
  );
  const drill = (row: CloseLineRow): void => {
    if (hasDocuments(row)) setOpened((current) => withKey(current, row.key, !current.has(row.key)));
    else if (row.document?.order_id) openOrder(row.document.order_id);
    else if (row.document?.purchase_order_id) openPurchase(row.document.purchase_order_id);
    else if (row.document?.kind === 'entry') navigate(`/ledger/entry/${row.document.id}`);
  };
  return (
    <MemoryGrid<CloseLineRow>
      label={`Lines of ${detail.task.title}`}
      viewId="close-lines"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      rowTone={(row) => (row.kind === 'group' ? 'group' : undefined)}
      tree={tree}
      goTo={stands ? first : folded.has('item') ? null : goTo}
      totals={totals}
      onDrill={drill}
      onFocusRow={(row) => stand(row.item?.line_id ?? null)}
      onSelection={onSelection}
      {...(may_explain
        ? {
            onPaste: (pasted) => {
              pasting.paste(
                pasted.flatMap(({ row: { item }, text }) =>
                  item ? [{ line_id: item.line_id, name: item.ref, text, seen: item.explanation }] : [],
                ),
              );
            },
          }
        : {})}
      overlay={
        rows.length === 0 ? <Empty {...noLinesWords(detail.task.code, isToReckon(detail.task.code, view))} /> : null
      }
    />
  );
}

/** Those of the lines and of what they come to. */
function amountsOf(lines: CloseTaskDetail['lines'], totals: CloseLineRow): readonly number[] {
  const sums = [totals.ledger_minor, totals.subledger_minor, totals.explained_minor];
  return [...lines.map(({ amount_minor }) => amount_minor), ...sums.filter((sum) => sum !== null)];
}

/** Files that stand on an item, by its reference. */
function filesOfItems(files: readonly CloseEvidenceView[]): (ref: string) => number {
  const counts = new Map<string, number>();
  for (const file of files) {
    if (file.item_ref === null || file.removed !== null || !fileCounts(file)) continue;
    counts.set(file.item_ref, (counts.get(file.item_ref) ?? 0) + 1);
  }
  return (ref) => counts.get(ref) ?? 0;
}

function hasDocuments(row: CloseLineRow): boolean {
  return row.kind === 'line' && (row.item?.documents.length ?? 0) > 0;
}

function withKey(keys: ReadonlySet<string>, key: string, wanted: boolean): ReadonlySet<string> {
  const next = new Set(keys);
  if (wanted) next.add(key);
  else next.delete(key);
  return next;
}
