/** Exceptions: all of them, what waits for a quiet hour too; in groups, with what was done about each. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { EXCEPTION_KINDS, type ExceptionKind } from '#domain/exceptions/exception.ts';
import { KIND_NAMES } from '#domain/exceptions/kindNames.ts';
import type { ExceptionRow, Exceptions, QueryInput, TodayRow } from '#contract/queries.ts';
import { EXCEPTION_FILTER_COLUMNS, EXCEPTION_SORTS } from '#contract/queries/columns.ts';
import { ConversionNote } from '#renderer/currency/ConversionNote.tsx';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, type GridViewState, settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useUnfolding } from '#renderer/grid/useUnfolding.ts';
import { AssignDialog, SnoozeDialog, subjectOf, useMarks } from '#renderer/screens/today/MarkDialogs.tsx';
import { TodayPanel } from '#renderer/screens/today/TodayPanel.tsx';
import { useOpenPlace } from '#renderer/screens/today/useOpenPlace.ts';
import { exceptionWords } from '#renderer/screens/today/words.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter, InlineMessage } from '#renderer/ui/States.tsx';
import { Cleared } from './Cleared.tsx';
import {
  EMPTY,
  GROUPING_IDS,
  GROUPINGS,
  type State,
  stateLabel,
  STATES,
  WHOSE,
  type Whose,
  WHOSE_IDS,
} from './exceptionChoices.ts';
import { exceptionColumns, type Grouping } from './exceptionColumns.tsx';
import { KindTotals } from './KindTotals.tsx';

const NO_ROWS: readonly TodayRow[] = [];
const VIEW_ID = 'exceptions';
const AWAKE = { kind: 'reopened', until_on: null, assigned_to: null } as const;

export default function ExceptionsScreen() {
  const { session, scope, companies, company } = useWorkplace();
  const [state, setState] = useState<State>('awake');
  const [whose, setWhose] = useState<Whose>('all');
  const [kind, setKind] = useState<ExceptionKind | null>(null);
  const [site_id, setSite] = useState<number | null>(null);
  const [text, setText] = useState('');
  const [chosenGrouping, setGrouping] = useState<Grouping>('kind');
  // what rose or sleeps is a short list
  const group_by = state === 'awake' ? chosenGrouping : 'none';
  const { expanded, setExpanded, tree } = useUnfolding(hasChildren);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [current, setCurrent] = useState<ExceptionRow | null>(null);
  const [panel, setPanel] = useState(true);
  const [dialog, setDialog] = useState<'snooze' | 'assign' | null>(null);
  const [ticks, setTicks] = useState<ReadonlyMap<string, TodayRow>>(new Map());
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const may = session.may.write_notes;
  const site = company.sites.find((each) => each.id === site_id);

  const args = useMemo(
    (): QueryInput<'exceptions'> => ({
      ...scope.asked,
      state: state === 'cleared' ? 'awake' : state,
      whose,
      group_by,
      expanded: [...expanded],
      ...(kind === null ? {} : { kind }),
      ...(site_id === null ? {} : { site_id }),
      ...(text.trim() === '' ? {} : { text: text.trim() }),
      sort: askedSorts(EXCEPTION_SORTS, sorts),
      filters: askedFilters(EXCEPTION_FILTER_COLUMNS, columnFilters),
    }),
    [scope, state, whose, group_by, expanded, kind, site_id, text, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('exceptions', args, 'expanded');
  useOnOther(scope.all ? 'all' : company.id, () => {
    setSite(null);
    setExpanded([]);
    setTicks(new Map());
    setCurrent(null);
    forget();
  });

  const toggle = useCallback((row: ExceptionRow): void => {
    const { exception } = row;
    if (exception === null) return;
    setTicks((held) => {
      const next = new Map(held);
      if (!next.delete(row.key)) next.set(row.key, exception);
      return next;
    });
  }, []);
  const columns = useMemo(
    () =>
      exceptionColumns({
        group_by,
        currency: result?.currency ?? scope.currency,
        today: result?.as_of_date ?? null,
        many_companies: scope.all,
        ticked: new Set(ticks.keys()),
        onTick: may ? toggle : null,
      }),
    [group_by, result?.currency, result?.as_of_date, scope, ticks, may, toggle],
  );

  const openPlace = useOpenPlace();
  const act = useCallback(
    (row: ExceptionRow): void => {
      const { exception } = row;
      if (exception === null) return;
      setCurrent(row);
      if (!openPlace(exception)) setPanel(true);
    },
    [openPlace],
  );
  const onDrill = useCallback(
    (row: ExceptionRow): void => (row.exception === null ? tree.onFold(row, !row.expanded) : act(row)),
    [tree, act],
  );
  const onTaken = useCallback(() => {
    setDialog(null);
    setTicks(new Map());
  }, []);

  // what is ticked goes before what the focus is on
  const one = current?.exception ?? null;
  const chosen = useMemo(() => (ticks.size > 0 ? [...ticks.values()] : one === null ? NO_ROWS : [one]), [ticks, one]);
  const asleep = chosen.length > 0 && chosen.every((each) => each.snoozed_until_on !== null);
  const wakes = useMarks(chosen, onTaken);
  const { mark } = wakes;
  const wake = useCallback(() => mark(AWAKE), [mark]);

  const chooseGrouping = useCallback(
    (value: Grouping): void => {
      setGrouping(value);
      setExpanded([]);
    },
    [setExpanded],
  );
  const chooseState = (value: State): void => {
    setState(value);
    setTicks(new Map());
    setCurrent(null);
  };
  const applyView = ({ sort, filters: kept, settings }: GridViewState): void => {
    setState(settingOf(settings, 'state', STATES) ?? 'awake');
    setWhose(settingOf(settings, 'whose', WHOSE_IDS) ?? 'all');
    chooseGrouping(settingOf(settings, 'group_by', GROUPING_IDS) ?? 'kind');
    setKind(settingOf(settings, 'kind', EXCEPTION_KINDS) ?? null);
    setSite(company.sites.find((each) => each.id === settings['site_id'])?.id ?? null);
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    setSorts(sort);
    setColumnFilters(kept);
  };

  const open = panel && one !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(group_by === 'none' ? [] : [{ key: '', cap: '←→', word: 'fold' }]),
      ...(state === 'cleared'
        ? []
        : [
            { key: '', cap: '↵', word: 'do it', help: 'open the place where it is solved' },
            { key: '', cap: 'Space', word: 'working', help: 'show how the money is made' },
            { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
          ]),
      ...(state === 'awake'
        ? [
            {
              key: 'g',
              cap: 'G',
              word: 'group',
              run: () => {
                const at = GROUPING_IDS.indexOf(group_by);
                chooseGrouping(GROUPING_IDS[(at + 1) % GROUPING_IDS.length] ?? 'kind');
              },
            },
          ]
        : []),
      ...(may && current?.exception
        ? [{ key: 'x', cap: 'X', word: 'choose', help: 'choose several for S and A', run: () => toggle(current) }]
        : []),
      ...(may && chosen.length > 0
        ? [
            asleep
              ? { key: 's', cap: 'S', word: 'wake', run: wake }
              : { key: 's', cap: 'S', word: 'snooze', run: () => setDialog('snooze') },
            { key: 'a', cap: 'A', word: 'assign', run: () => setDialog('assign') },
          ]
        : []),
      ...(open ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(false), quiet: true }] : []),
    ],
    [state, group_by, chooseGrouping, may, current, toggle, chosen.length, asleep, wake, open],
  );
  useKeys('Exceptions', keys);

  const filters = [
    ...(kind === null ? [] : [{ name: `Kind is ${KIND_NAMES[kind]}`, onRemove: () => setKind(null) }]),
    ...(site ? [{ name: `Site is ${site.name}`, onRemove: () => setSite(null) }] : []),
    ...(text.trim() === '' ? [] : [{ name: `About contains ${text.trim()}`, onRemove: () => setText('') }]),
    ...(whose === 'mine' ? [{ name: 'Mine', onRemove: () => setWhose('all') }] : []),
    ...filtersByName(columns, columnFilters, setColumnFilters),
  ];
  const nameOf = (row: TodayRow): string => companies.find((each) => each.id === row.company_id)?.name ?? '';
  return (
    <ScreenFrame
      title="Exceptions"
      subtitle={
        result === null
          ? ''
          : [
              `${counted(result.total, 'exception')}, ${overviewMoney(result.total_stake_minor, result.currency)} at stake`,
              as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
              coverage === 'complete' ? '' : coverage,
            ]
              .filter(Boolean)
              .join(', ')
      }
      headerRight={
        <>
          <Tabs
            label="State"
            options={STATES.map((value) => ({ value, label: stateLabel(value, result) }))}
            value={state}
            onChange={chooseState}
          />
          <SegmentedControl label="Whose" options={WHOSE} value={whose} onChange={setWhose} />
        </>
      }
      tools={
        <>
          {state === 'awake' ? (
            <SegmentedControl label="Group by" options={GROUPINGS} value={group_by} onChange={chooseGrouping} />
          ) : null}
          {state === 'cleared' ? null : (
            <>
              <SearchField
                ref={textField}
                label="Filter by what it is about"
                placeholder="Item, order, supplier"
                value={text}
                onText={setText}
              />
              {site ? <Chip field="Site" value={site.code} onRemove={() => setSite(null)} /> : null}
              {scope.all || site ? null : (
                <AddFilter
                  entries={[
                    { kind: 'heading', label: 'Site' },
                    ...company.sites.map((each) => ({
                      kind: 'choice' as const,
                      label: each.name,
                      hint: each.code,
                      chosen: false,
                      onPick: () => setSite(each.id),
                    })),
                  ]}
                />
              )}
            </>
          )}
          {ticks.size > 0 ? (
            <>
              <Button keyCap="S" onClick={() => (asleep ? wake() : setDialog('snooze'))}>
                {`${asleep ? 'Wake' : 'Snooze'} ${integer(ticks.size)}`}
              </Button>
              <Button keyCap="A" onClick={() => setDialog('assign')}>{`Assign ${integer(ticks.size)}`}</Button>
              <Button kind="plain" onClick={() => setTicks(new Map())}>
                Choose none
              </Button>
            </>
          ) : null}
          {wakes.error ? <InlineMessage tone="bad">{wakes.error}</InlineMessage> : null}
          <GridTools<ExceptionRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: 'exceptions',
              screenName: 'Exceptions',
              state: {
                sort: sorts,
                filters: columnFilters,
                settings: { state, whose, group_by: chosenGrouping, kind, site_id, text },
              },
              onApply: applyView,
            }}
            {...(state === 'cleared'
              ? {}
              : {
                  files: {
                    asked: { query: 'exceptions', args: { ...args } },
                    more: [
                      {
                        label: 'Every exception of these rows',
                        asked: { query: 'exceptions', args: { ...args, group_by: 'none', expanded: [] } },
                      },
                    ],
                  },
                })}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <>
              <ConversionNote conversion={result.conversion} currency={result.currency} />
              <span>
                {integer(result.counts.snoozed)} snoozed · {integer(result.provenance.elapsed_ms)} ms
              </span>
            </>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Working"
      panel={
        open && result && state !== 'cleared' ? (
          <TodayPanel
            row={one}
            place={null}
            currency={result.currency}
            company={scope.all ? nameOf(one) : null}
            may={may}
            onAct={() => current && act(current)}
            onSnooze={() => setDialog('snooze')}
            onWake={() => one && mark(AWAKE, [one])}
            onAssign={() => setDialog('assign')}
            onClose={() => setPanel(false)}
          />
        ) : null
      }
    >
      {state === 'cleared' && result ? (
        <Cleared rows={result.cleared} waiting={result.waiting} />
      ) : (
        <>
          {result && group_by !== 'kind' ? <KindTotals result={result} kind={kind} onKind={setKind} /> : null}
          <BlockGrid<Exceptions, ExceptionRow>
            label="Exceptions"
            viewId={VIEW_ID}
            columns={columns}
            rowKey={(row) => row.key}
            rowTone={(row) => (row.exception === null ? 'group' : undefined)}
            {...(group_by === 'none' ? {} : { tree })}
            sorts={sorts}
            onSorts={setSorts}
            filters={columnFilters}
            onFilters={setColumnFilters}
            currentKey={current?.key ?? null}
            {...blocks}
            onDrill={onDrill}
            onWorking={(row) => {
              setCurrent(row);
              setPanel(true);
            }}
            onFocusRow={setCurrent}
            onSelection={setSummary}
            empty={
              filters.length > 0 ? (
                <EmptyByFilter
                  title={`No exception matches ${counted(filters.length, 'filter')}`}
                  filters={filters}
                  onClearAll={() => {
                    for (const { onRemove } of filters) onRemove();
                    setColumnFilters([]);
                  }}
                />
              ) : coverage === 'complete' ? (
                <Empty
                  good
                  title={EMPTY[state]}
                  text="New trouble appears here by itself, and leaves when it is solved."
                />
              ) : (
                <Empty
                  title="Nothing found in the data that is here so far"
                  text={`This machine is ${coverage}. What there is appears as it arrives.`}
                />
              )
            }
          />
        </>
      )}
      {result && chosen.length > 0 ? (
        <>
          <SnoozeDialog
            open={dialog === 'snooze'}
            rows={chosen}
            subject={subjectOf(chosen.map((row) => exceptionWords(row, row.currency).title))}
            company={scope.all && chosen.length === 1 && one ? nameOf(one) : null}
            as_of_date={result.as_of_date}
            onClose={onTaken}
          />
          <AssignDialog
            open={dialog === 'assign'}
            rows={chosen}
            subject={subjectOf(chosen.map((row) => exceptionWords(row, row.currency).title))}
            company={scope.all && chosen.length === 1 && one ? nameOf(one) : null}
            people={result.people}
            onClose={onTaken}
          />
        </>
      ) : null}
    </ScreenFrame>
  );
}

function hasChildren(row: ExceptionRow): boolean {
  return row.children > 0;
}
