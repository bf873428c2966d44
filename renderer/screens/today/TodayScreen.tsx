/** Today: what needs a decision, ranked by money at stake, with the working beside it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { isAnswered } from '#domain/exceptions/exception.ts';
import type { QueryInput, TodayRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf, useRun } from '#renderer/client/useContract.ts';
import { ConversionNote } from '#renderer/currency/ConversionNote.tsx';
import { counted, integer } from '#renderer/format/numbers.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { KpiPanel } from '#renderer/kpi/KpiPanel.tsx';
import { KpiStrip, useKpis } from './KpiStrip.tsx';
import { keysAct } from './keysAct.ts';
import { AssignDialog, SnoozeDialog } from './MarkDialogs.tsx';
import { TodayList } from './TodayList.tsx';
import { TodayPanel } from './TodayPanel.tsx';
import styles from './today.module.css';
import { isState, notLookedFor, summary, TABS, type Tab, tabLabel } from './tabs.ts';
import { useOpenPlace } from './useOpenPlace.ts';
import { exceptionWords } from './words.ts';

type Whose = 'all' | 'mine';

const WHOSE = [
  { value: 'mine', label: 'Mine' },
  { value: 'all', label: 'Everyone' },
] as const satisfies readonly { readonly value: Whose; readonly label: string }[];
/** The first page; the rest on request. */
const FIRST_ROWS = 200;

export default function TodayScreen() {
  const { session, scope, companies, month } = useWorkplace();
  const [whose, setWhose] = useState<Whose>('all');
  const [tab, setTab] = useState<Tab>('all');
  const [limit, setLimit] = useState(FIRST_ROWS);
  const [current, setCurrent] = useState<string | null>(null);
  const [panel, setPanel] = useState(true);
  /** Bound to its row: the list goes on being looked for, and another may stand first by the time it is sent. */
  const [dialog, setDialog] = useState<{ readonly what: 'snooze' | 'assign'; readonly row: TodayRow } | null>(null);
  const [figure, setFigure] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const kpis = useKpis(scope, month);
  const openFigure = figure === null ? null : kpis.find(figure);

  const args = useMemo(
    (): QueryInput<'today'> => ({
      ...scope.asked,
      whose,
      snoozed: tab === 'snoozed',
      escalated: tab === 'escalated',
      limit,
      ...(isState(tab) ? {} : { group: tab }),
    }),
    [scope, whose, tab, limit],
  );
  // what takes seconds to find comes in when it is found
  const asked = useAsk('today', { ...args, at_once: true });
  const looking = asked.data?.still_looking === true;
  const whole = useAsk('today', args, { enabled: looking });
  const answer = looking ? (whole.data ?? asked.data) : asked.data;
  const rows = useMemo(() => answer?.rows ?? [], [answer]);
  const at = rows.findIndex((row) => row.key === current);
  const row = rows[at] ?? rows[0] ?? null;
  const acts = keysAct(asked, whole, at >= 0);
  const as_of_ms = useAsOf(answer?.provenance);
  const mark = useRun('markException');

  // a row that was decided is gone: the focus stays at its place in the list
  const place = useRef(0);
  useEffect(() => {
    if (at >= 0) place.current = at;
    else if (current !== null && rows.length > 0)
      setCurrent(rows[Math.min(place.current, rows.length - 1)]?.key ?? null);
  }, [at, current, rows]);

  const openPlace = useOpenPlace();
  const act = useCallback(
    (target: TodayRow): void => {
      setCurrent(target.key);
      if (!openPlace(target)) setPanel(true);
    },
    [openPlace],
  );
  const nameOf = useCallback(
    (target: TodayRow): string => companies.find((company) => company.id === target.company_id)?.name ?? '',
    [companies],
  );
  const may = session.may.write_notes;
  const wake = useCallback(
    (target: TodayRow): void =>
      mark.mutate({
        company_id: target.company_id,
        site_id: target.site_id,
        channel_id: target.channel_id,
        key: target.key,
        kind: 'reopened',
        until_on: null,
        assigned_to: null,
      }),
    [mark],
  );

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↑↓', word: 'move' },
      { key: '', cap: '↵', word: 'do it', help: 'open the place where it is solved' },
      {
        key: ' ',
        cap: 'Space',
        word: 'working',
        help: 'show how the money is made',
        run: () => setPanel((shown) => !shown),
      },
      ...(may && row && acts
        ? [
            row.snoozed_until_on === null
              ? { key: 's', cap: 'S', word: 'snooze', run: () => setDialog({ what: 'snooze', row }) }
              : { key: 's', cap: 'S', word: 'wake', run: () => wake(row) },
            { key: 'a', cap: 'A', word: 'assign', run: () => setDialog({ what: 'assign', row }) },
          ]
        : []),
      ...(panel || figure !== null
        ? [
            {
              key: 'Escape',
              cap: 'Esc',
              word: 'close panel',
              run: () => (figure === null ? setPanel(false) : setFigure(null)),
              quiet: true,
            },
          ]
        : []),
    ],
    [may, row, acts, wake, panel, figure],
  );
  useKeys('Today', keys);

  const about = dialog?.row ?? row;
  const tabs = TABS.filter((value) => isState(value) || !answer?.not_for_you.includes(value));
  return (
    <ScreenFrame
      title="Today"
      subtitle={answer ? summary(answer, as_of_ms) : ''}
      headerRight={<SegmentedControl label="Whose" options={WHOSE} value={whose} onChange={setWhose} />}
      figures={<KpiStrip find={kpis.find} open={figure} onOpen={setFigure} />}
      tools={
        <>
          <Tabs
            label="Kind of exception"
            options={tabs.map((value) => ({ value, label: tabLabel(value, answer) }))}
            value={tab}
            onChange={(value) => {
              setTab(value);
              setLimit(FIRST_ROWS);
            }}
          />
          <span className={styles['grow']} />
          {mark.error ? <InlineMessage tone="bad">{mark.error.message}</InlineMessage> : null}
          <span className={styles['ranked']}>
            {rows.some((each) => isAnswered(each.facts.kind))
              ? 'What waits for your answer, then by money at stake'
              : 'Ranked by money at stake'}
          </span>
        </>
      }
      facts={
        answer ? (
          <>
            <ConversionNote conversion={answer.conversion} currency={answer.currency} />
            <span>
              {integer(rows.length)} shown · {integer(answer.snoozed)} snoozed · {integer(answer.provenance.elapsed_ms)}{' '}
              ms
            </span>
          </>
        ) : null
      }
      panelLabel="Working"
      panel={
        openFigure ? (
          <KpiPanel
            key={openFigure.definition.id}
            {...openFigure}
            onClose={() => {
              setFigure(null);
              list.current?.focus();
            }}
          />
        ) : panel && row && answer ? (
          <TodayPanel
            row={row}
            place={{ at: Math.max(0, at), of: answer.total_rows }}
            currency={answer.currency}
            company={scope.all ? nameOf(row) : null}
            may={may}
            onAct={() => act(row)}
            onSnooze={() => setDialog({ what: 'snooze', row })}
            onWake={() => wake(row)}
            onAssign={() => setDialog({ what: 'assign', row })}
            onClose={() => {
              setPanel(false);
              list.current?.focus();
            }}
          />
        ) : null
      }
    >
      {answer ? (
        rows.length === 0 ? (
          <Nothing tab={tab} whose={whose} coverage={answer.provenance.coverage} onAll={() => setWhose('all')} />
        ) : (
          <>
            <TodayList
              ref={list}
              rows={rows}
              currency={answer.currency}
              companyOf={scope.all ? nameOf : null}
              current={row?.key ?? null}
              today={answer.as_of_date}
              keys_act={acts}
              onCurrent={(key) => {
                setFigure(null);
                setCurrent(key);
              }}
              onAct={act}
            />
            {answer.waiting.length > 0 && tab !== 'snoozed' ? (
              <p className={styles['more']}>{notLookedFor(answer)}</p>
            ) : null}
            {answer.total_rows > rows.length ? (
              <p className={styles['more']}>
                {counted(answer.total_rows - rows.length, 'smaller one')} not shown.{' '}
                <Button kind="link" onClick={() => setLimit(500)}>
                  Show up to 500
                </Button>
              </p>
            ) : null}
          </>
        )
      ) : asked.error ? (
        <ErrorState
          title="Today could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={14} />
      )}
      {about && answer ? (
        <>
          <SnoozeDialog
            open={dialog?.what === 'snooze'}
            rows={[about]}
            subject={exceptionWords(about, about.currency).title}
            company={scope.all ? nameOf(about) : null}
            as_of_date={answer.as_of_date}
            onClose={() => setDialog(null)}
          />
          <AssignDialog
            open={dialog?.what === 'assign'}
            rows={[about]}
            subject={exceptionWords(about, about.currency).title}
            company={scope.all ? nameOf(about) : null}
            people={answer.people}
            onClose={() => setDialog(null)}
          />
        </>
      ) : null}
    </ScreenFrame>
  );
}

function Nothing({
  tab,
  whose,
  coverage,
  onAll,
}: {
  readonly tab: Tab;
  readonly whose: Whose;
  readonly coverage: string;
  readonly onAll: () => void;
}) {
  // what is not here yet may hold the worst of it
  if (coverage !== 'complete' && tab !== 'snoozed') {
    return (
      <Empty
        title="Nothing found in the data that is here so far"
        text={`This machine is ${coverage}. What needs a decision appears as it arrives.`}
      />
    );
  }
  if (whose === 'mine') {
    return (
      <Empty
        good
        title="Nothing waits for you"
        text="No exception here is yours or was given to you."
        action={<Button onClick={onAll}>Show everyone’s</Button>}
      />
    );
  }
  if (tab === 'escalated')
    return (
      <Empty
        good
        title="Nothing rose"
        text="What was slept over, or given to someone five days ago, and still stands would be here."
      />
    );
  if (tab === 'snoozed') return <Empty title="Nothing is snoozed" text="What you snooze comes back here on its day." />;
  return (
    <Empty
      good
      title="Nothing needs a decision"
      text="New trouble appears here by itself, and leaves when it is solved."
    />
  );
}
