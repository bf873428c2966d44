/** Close: where the month stands, what one would sign, and the signature. Works without a connection. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { monthOfDay } from '#domain/calendar.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { CloseJournal, ClosePeriodView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useSyncPill } from '#renderer/client/useContract.ts';
import { clock, monthYearLong, weekdayDate } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridPlace } from '#renderer/grid/GridSurface.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { Coverage } from '#renderer/screens/figures/Provenance.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows, NoPermission } from '#renderer/ui/States.tsx';
import styles from './close.module.css';
import { BinderDialog } from './BinderDialog.tsx';
import { CloseGraph } from './CloseGraph.tsx';
import { CloseList } from './CloseList.tsx';
import { CloseTaskPane } from './CloseTaskPane.tsx';
import { FinishLine } from './FinishLine.tsx';
import { OpenedFromLine } from './OpenedFromLine.tsx';
import { JournalView } from './JournalView.tsx';
import { lockCount, LocksDialog } from './LocksDialog.tsx';
import { OpenCloseDialog, useNextPeriod } from './OpenCloseDialog.tsx';
import { PeriodMenu } from './PeriodMenu.tsx';
import { PlanDialog } from './PlanDialog.tsx';
import { ProposeDialog } from './ProposeDialog.tsx';
import { periodStateWord, stateCounts, TASK_STATES, usualPeriod, usualTask } from './closeStates.ts';
import { StandInDialog, WithdrawDialog } from './SigningDialogs.tsx';
import { SignoffFooter } from './SignoffFooter.tsx';
import { type BoardDialog, useCloseKeys } from './useCloseKeys.ts';
import { useCloseTask } from './useCloseTask.ts';
import { useProposing } from './useProposing.ts';
import { useReconciliation } from './useReconciliation.ts';
import { useSigning } from './useSigning.ts';
import { useSteps } from './useSteps.ts';

const VIEWS = [
  { value: 'graph', label: 'Graph' },
  { value: 'list', label: 'List' },
] as const;
type BoardView = (typeof VIEWS)[number]['value'];
type CloseView = BoardView | 'journal';

interface Place {
  readonly period: number | null;
  readonly task_id: number | null;
  readonly journal: boolean;
}

/** '/close/202610/52267' → period and task, '/close/202610/journal' its entries; null where the address names none. */
function placeOf(location: string): Place {
  const [, , period, task] = location.split('/');
  const positive = (text: string | undefined): number | null => {
    const value = Number(text);
    return Number.isInteger(value) && value > 0 ? value : null;
  };
  return { period: positive(period), task_id: positive(task), journal: task === 'journal' };
}

export default function CloseScreen() {
  const { company } = useWorkplace();
  const [location] = useLocation();
  const { data: periods, error, refetch } = useAsk('closePeriods', { company_id: company.id }, { keepPrevious: false });
  const wanted = placeOf(location);

  if (!company.has_finance) {
    return (
      <ScreenFrame title="Close" subtitle={company.name}>
        <NoPermission
          title={`The books of ${company.name} are for Finance`}
          text="Your grants for this company do not include its ledger, so no close is on this machine. An administrator can grant the role."
        />
      </ScreenFrame>
    );
  }
  if (!periods) {
    return (
      <ScreenFrame title="Close" subtitle={company.name}>
        {error ? (
          <ErrorState title="The periods could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
        ) : (
          <LoadingRows rows={10} />
        )}
      </ScreenFrame>
    );
  }
  const period = periods.find((candidate) => candidate.period === wanted.period) ?? usualPeriod(periods);
  if (!period) {
    return (
      <ScreenFrame title="Close" subtitle={company.name}>
        <NoPeriod />
      </ScreenFrame>
    );
  }
  const { task_id, journal } = wanted;
  return <Month key={`${company.id}/${period.period}`} {...{ periods, period, task_id, journal }} />;
}

/** Its tasks, or the entries that are proposed for what they found. */
function Month({
  journal: atJournal,
  ...props
}: {
  readonly periods: readonly ClosePeriodView[];
  readonly period: ClosePeriodView;
  readonly task_id: number | null;
  readonly journal: boolean;
}) {
  const [, navigate] = useLocation();
  const [board, setBoard] = useState<BoardView>('graph');
  // back from the journal the task is the one it was left from
  const left = useRef<number | null>(null);
  if (!atJournal) left.current = props.task_id;
  const view: CloseView = atJournal ? 'journal' : board;
  const setView = (to: CloseView): void => {
    const { period } = props.period;
    if (to === 'journal') navigate(`/close/${period}/journal`);
    else {
      setBoard(to);
      if (atJournal) navigate(left.current === null ? `/close/${period}` : `/close/${period}/${left.current}`);
    }
  };
  const journal = told(useAsk('closeJournal', { period_id: props.period.id }).data);
  const open = (journal?.to_approve ?? 0) + (journal?.to_export ?? 0);
  const tabs = (
    <Tabs
      label="View"
      options={[...VIEWS, { value: 'journal', label: open === 0 ? 'Journal' : `Journal ${integer(open)}` }]}
      value={view}
      onChange={setView}
    />
  );
  return view === 'journal' ? (
    <JournalView period={props.period} tabs={tabs} onBoard={() => setView('graph')} />
  ) : (
    <Board {...props} view={view} journal={journal ?? null} tabs={tabs} onView={setView} />
  );
}

/** A company without a close: its first one is opened here. */
function NoPeriod() {
  const { company, session } = useWorkplace();
  const [opening, setOpening] = useState(false);
  const next = useNextPeriod([]);
  const loading = useSyncPill()?.progress != null;
  if (loading) {
    return <Empty title="Closes are still loading" text="They appear by themselves." />;
  }
  return (
    <>
      <Empty
        title="No month is being closed yet"
        text={
          session.may.prepare_close
            ? `${company.name} has no close. The first one begins with the usual tasks.`
            : `${company.name} has no close. Finance opens one for each month.`
        }
        {...(session.may.prepare_close
          ? { action: <Button onClick={() => setOpening(true)}>Open {monthYearLong(next)}</Button> }
          : {})}
      />
      {opening ? <OpenCloseDialog period={next} first onClose={() => setOpening(false)} /> : null}
    </>
  );
}

function Board({
  periods,
  period,
  task_id,
  view,
  journal,
  tabs,
  onView,
}: {
  readonly periods: readonly ClosePeriodView[];
  readonly period: ClosePeriodView;
  readonly task_id: number | null;
  readonly view: BoardView;
  readonly journal: CloseJournal | null;
  readonly tabs: ReactNode;
  readonly onView: (view: CloseView) => void;
}) {
  const { company, session } = useWorkplace();
  const now_ms = useNow();
  const this_month = monthOfDay(dayInZone(now_ms, company.time_zone));
  const [, navigate] = useLocation();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [asking, setAsking] = useState<BoardDialog | null>(null);
  const closeDialog = useCallback(() => setAsking(null), []);
  const next = useNextPeriod(periods);
  const mayOpen = session.may.prepare_close && next <= this_month;
  const asked = useAsk('closeBoard', { company_id: company.id, period: period.period }, { keepPrevious: false });
  // a task is nobody's and unsigned until its signatures are here
  const board = told(asked.data);
  const tasks = useMemo(() => board?.tasks ?? [], [board]);
  // What the screen opens on stays open, whatever changes: the state that chose it may be gone after signing.
  const [first, setFirst] = useState<number | null>(null);
  useEffect(() => {
    if (first === null) setFirst(usualTask(tasks)?.id ?? null);
  }, [first, tasks]);
  const onBoard = tasks.find((task) => task.id === task_id) ?? tasks.find((task) => task.id === first) ?? null;

  const detail = useCloseTask(onBoard?.id ?? null);
  const found = detail.data && detail.data.task.id === onBoard?.id ? detail.data : null;
  // what would be signed is all of its lines
  const shown = useMemo(() => told(found) ?? null, [found]);
  const signing = useSigning(shown?.task ?? null);
  const may_withdraw = shown !== null && shown.task.may_withdraw !== null;
  const [goTo, setGoTo] = useState<GridPlace | null>(null);
  const to_explain = shown?.task.next.explain_first[0];
  const explainFirst = useCallback(
    () => setGoTo(to_explain === undefined ? null : { key: String(to_explain), columnId: 'explanation' }),
    [to_explain],
  );
  // what cannot be signed for want of words leads to the first of them
  const sign = to_explain === undefined ? signing.sign : explainFirst;
  const reconciling = useReconciliation(onBoard?.id ?? null, period.id);
  const { reconcile } = reconciling;
  const proposing = useProposing(onBoard?.id ?? null, reconciling.view?.items, journal);

  // a line of the task that is left is no place in the next, nor when one comes back
  const leave = useCallback(() => setGoTo(null), []);
  const { pane, goesOn, inList, select, step, toNextOfMine } = useSteps(period.period, tasks, onBoard, leave);
  useCloseKeys({ view, onView, ask: setAsking, sign, may_withdraw, step, toNextOfMine, reconcile, proposing });

  const waits = board ? (shown ? null : found) : asked.data;
  return (
    <ScreenFrame
      title={`Close, ${monthYearLong(period.period)}`}
      subtitle={
        <span className={styles['counts']}>
          {stateCounts(tasks).map(({ state, count, foreseen }) => (
            <Status key={state} shape={TASK_STATES[state].shape}>
              {foreseen ? '≈ ' : ''}
              {count} {TASK_STATES[state].counted}
            </Status>
          ))}
          {period.state === 'open' ? null : <Status shape="locked">{periodStateWord(period.state)}</Status>}
          <span className={styles['quiet']}>cut-off {weekdayDate(period.cut_off_on)}</span>
        </span>
      }
      headerRight={
        <>
          {board ? (
            <Button kind="plain" keyCap="L" onClick={() => setAsking('locks')}>
              {board.locks.asked.length > 0 ? <Shape shape="warn" /> : null}
              {lockCount(board.locks)}
            </Button>
          ) : null}
          {session.may.make_binder ? (
            <Button kind="plain" keyCap="B" onClick={() => setAsking('binder')}>
              Binder
            </Button>
          ) : null}
          <PeriodMenu
            periods={periods}
            period={period}
            next={mayOpen ? next : null}
            onPick={(picked) => navigate(`/close/${picked}`)}
            onOpenNext={() => setAsking('next')}
          />
          {tabs}
        </>
      }
      tools={
        board && tasks.length > 0 ? (
          <>
            <FinishLine forecast={board.forecast} tasks={tasks} onSelect={select} />
            <OpenedFromLine board={board} />
          </>
        ) : undefined
      }
      facts={
        <SelectionFacts summary={summary}>
          {shown ? (
            <span>
              {counted(shown.total_lines, 'line')} · {integer(shown.provenance.elapsed_ms)} ms
              {shown.provenance.as_of_ms === null ? '' : ` · as of ${clock(shown.provenance.as_of_ms)}`}
            </span>
          ) : null}
          {waits ? <Coverage coverage={waits.provenance.coverage} /> : null}
        </SelectionFacts>
      }
    >
      {asking === 'next' ? <OpenCloseDialog period={next} first={false} onClose={closeDialog} /> : null}
      {asking === 'binder' ? <BinderDialog period={period.period} onClose={closeDialog} /> : null}
      {asking === 'plan' && board && onBoard ? (
        <PlanDialog key={onBoard.id} task={onBoard} people={board.people} onClose={closeDialog} />
      ) : null}
      {asking === 'withdraw' && shown ? <WithdrawDialog task={shown.task} onClose={closeDialog} /> : null}
      {board && shown && signing.asks_for !== null ? (
        <StandInDialog
          task={shown.task}
          named={signing.asks_for}
          people={board.people}
          onSign={signing.standIn}
          onClose={signing.leave}
        />
      ) : null}
      {proposing.asked ? (
        <ProposeDialog
          period_id={period.id}
          chosen={proposing.asked}
          onClose={proposing.leave}
          onDone={proposing.done}
        />
      ) : null}
      {board && asking === 'locks' ? (
        <LocksDialog period_id={board.period_id} period={period.period} locks={board.locks} onClose={closeDialog} />
      ) : null}
      {board ? (
        tasks.length === 0 ? (
          <Empty
            title="This period has no tasks"
            text="They arrive with the next sync once the server has made them."
          />
        ) : (
          <>
            <div
              className={view === 'graph' ? styles['boardGraph'] : styles['boardList']}
              data-close-list={view === 'list' ? '' : undefined}
            >
              {view === 'graph' ? (
                <CloseGraph
                  tasks={tasks}
                  forecast={board.forecast}
                  selected={onBoard?.code ?? null}
                  sent={task_id !== null}
                  now_ms={now_ms}
                  onSelect={select}
                />
              ) : (
                <CloseList
                  tasks={tasks}
                  forecast={board.forecast}
                  currency={board.currency}
                  selected={onBoard?.code ?? null}
                  goTo={inList}
                  onSelect={select}
                />
              )}
            </div>
            {onBoard ? (
              <>
                <CloseTaskPane
                  key={onBoard.id}
                  task={shown?.task ?? onBoard}
                  tasks={tasks}
                  period={period.period}
                  detail={shown}
                  reconciling={reconciling}
                  proposing={proposing}
                  goTo={goTo}
                  pane={pane}
                  goesOn={goesOn}
                  error={detail.error}
                  onRetry={() => void detail.refetch()}
                  onSelection={setSummary}
                />
                {shown ? (
                  <SignoffFooter
                    task={shown.task}
                    currency={shown.currency}
                    changed={reconciling.view?.changed ?? null}
                    has_lines={shown.total_lines > 0}
                    signing={signing}
                    onExplain={explainFirst}
                    onDecide={(id) => navigate(`/sync/${id}`)}
                    onWithdraw={() => setAsking('withdraw')}
                  />
                ) : null}
              </>
            ) : null}
          </>
        )
      ) : asked.error ? (
        <ErrorState
          title="This close could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : asked.data ? (
        <Empty {...waitWords(asked.data, 'Its tasks')} />
      ) : (
        <LoadingRows rows={12} />
      )}
    </ScreenFrame>
  );
}
