/** Claims: what customers complain of, whom it waits for, for how long, and what it takes from the margin. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import type { ClaimRow, Claims, QueryInput } from '#contract/queries.ts';
import { CLAIM_FILTER_COLUMNS, CLAIM_SORTS } from '#contract/queries/columns.ts';
import { clock } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, type GridViewState, settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useFollowFocus } from '#renderer/grid/useFollowFocus.ts';
import { useGivingWay } from '#renderer/grid/useGivingWay.ts';
import { useUnfolding } from '#renderer/grid/useUnfolding.ts';
import {
  AssignDialog,
  type MarkedRow,
  SnoozeDialog,
  subjectOf,
  useMarks,
} from '#renderer/screens/today/MarkDialogs.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { channelEntries, siteEntries, UNMAPPED_CHANNEL } from '#renderer/ui/placeEntries.ts';
import { Empty, EmptyByFilter, InlineMessage } from '#renderer/ui/States.tsx';
import { GROUPING_IDS, type Grouping, GROUPINGS, type View, viewLabel, VIEWS } from './claimChoices.ts';
import { claimColumns, GIVING_WAY } from './claimColumns.tsx';
import { ClaimPanel } from './ClaimPanel.tsx';
import { claimAt, claimPlace } from './claimPlace.ts';
import { ClaimStrip } from './ClaimStrip.tsx';

const VIEW_ID = 'claims';
const AWAKE = { kind: 'reopened', until_on: null, assigned_to: null } as const;

const isGroup = (row: ClaimRow): boolean => row.kind === 'group';

export default function ClaimsScreen() {
  const { session, company, openOrder } = useWorkplace();
  const [location, navigate] = useLocation();
  const [arrived] = useState(() => claimAt(location));
  const [view, setView] = useState<View>('open');
  const [group_by, setGrouping] = useState<Grouping>('none');
  const { expanded, setExpanded, tree } = useUnfolding(isGroup);
  const [text, setText] = useState('');
  const [site_id, setSite] = useState<number | null>(null);
  const [channel_id, setChannel] = useState<number | null>(null);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [focused, setFocused] = useState<ClaimRow | null>(null);
  const [ticks, setTicks] = useState<ReadonlyMap<string, ClaimRow>>(new Map());
  const [asking, setAsking] = useState<{
    readonly what: 'snooze' | 'assign';
    readonly rows: readonly ClaimRow[];
  } | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const open = claimAt(location);
  const isOpen = open !== null;
  const may = session.may.write_notes;
  const grouping = GROUPINGS.find(({ value }) => value === group_by) ?? GROUPINGS[0];

  const args = useMemo(
    (): QueryInput<'claims'> => ({
      company_id: company.id,
      view,
      group_by,
      expanded: [...expanded],
      ...(text.trim() === '' ? {} : { text: text.trim() }),
      ...(site_id === null ? {} : { site_id }),
      ...(channel_id === null ? {} : { channel_id }),
      sort: askedSorts(CLAIM_SORTS, sorts),
      filters: askedFilters(CLAIM_FILTER_COLUMNS, columnFilters),
    }),
    [company.id, view, group_by, expanded, text, site_id, channel_id, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('claims', args, 'expanded');
  useOnOther(company.id, () => {
    setSite(null);
    setChannel(null);
    setExpanded([]);
    setTicks(new Map());
    setFocused(null);
    forget();
    navigate('/claims', { replace: true });
  });

  // who was sent to a claim that is resolved meanwhile finds it among all
  const looked = useRef(arrived === null);
  useEffect(() => {
    if (looked.current || result === null) return;
    looked.current = true;
    if (result.located[0] === null) setView('all');
  }, [result]);

  const toggle = useCallback((row: ClaimRow): void => {
    if (row.kind === 'group' || row.open === 0) return;
    setTicks((held) => {
      const next = new Map(held);
      if (!next.delete(row.key)) next.set(row.key, row);
      return next;
    });
  }, []);
  const cost_visible = result?.cost_visible ?? session.may.see_cost;
  const target_days = result?.target_days ?? null;
  const year = Number((result?.as_of_date ?? '').slice(0, 4));
  const allColumns = useMemo(
    () =>
      claimColumns({
        treeHeader: grouping.header,
        group_by,
        currency: company.currency,
        cost_visible,
        narrow: isOpen,
        with_resolved: view === 'resolved' || view === 'all',
        year,
        target_days,
        ticked: new Set(ticks.keys()),
        onTick: may ? toggle : null,
      }),
    [grouping, group_by, company.currency, cost_visible, isOpen, view, year, target_days, ticks, may, toggle],
  );

  const { columns, onWidth } = useGivingWay(VIEW_ID, allColumns, GIVING_WAY);

  const show = useCallback(
    (row: ClaimRow) => {
      if (row.claim_id !== null) navigate(claimPlace(row.claim_id), { replace: true });
    },
    [navigate],
  );
  const close = useCallback(() => navigate('/claims', { replace: true }), [navigate]);
  const { follow } = useFollowFocus(isOpen, show);
  const onFocusRow = useCallback(
    (row: ClaimRow) => {
      setFocused(row);
      follow(row);
    },
    [follow],
  );
  const chooseGrouping = useCallback(
    (value: Grouping) => {
      setGrouping(value);
      setExpanded([]);
    },
    [setExpanded],
  );
  const chooseView = (value: View): void => {
    setView(value);
    setTicks(new Map());
  };

  // what is ticked goes before what the focus is on
  const marked = useCallback(
    (row: ClaimRow): MarkedRow => ({
      company_id: company.id,
      site_id: row.site_id,
      channel_id: row.channel_id,
      key: exceptionKey('claim_waiting', row.claim_id ?? 0),
      assigned_to: row.assigned_to,
    }),
    [company.id],
  );
  const chosen = useMemo(
    () =>
      ticks.size > 0
        ? [...ticks.values()]
        : focused !== null && focused.kind === 'claim' && focused.open > 0
          ? [focused]
          : [],
    [ticks, focused],
  );
  const asleep = chosen.length > 0 && chosen.every((row) => row.snoozed_until_on !== null);
  const chosenMarks = useMemo(() => chosen.map(marked), [chosen, marked]);
  const onTaken = useCallback(() => {
    setAsking(null);
    setTicks(new Map());
  }, []);
  const ask = useCallback((what: 'snooze' | 'assign', rows: readonly ClaimRow[]) => {
    if (rows.length > 0) setAsking({ what, rows });
  }, []);
  const waking = useMarks(chosenMarks, onTaken);
  const { mark } = waking;
  const wake = useCallback(() => mark(AWAKE), [mark]);
  const focusedOrder = focused?.order_id ?? null;

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(group_by === 'none' ? [] : [{ key: '', cap: '←→', word: 'fold' }]),
      { key: '', cap: '↵', word: 'open', help: 'open the claim beside the list' },
      ...(focusedOrder === null
        ? []
        : [{ key: 'o', cap: 'O', word: 'order', help: 'open its order', run: () => openOrder(focusedOrder) }]),
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      {
        key: 'g',
        cap: 'G',
        word: 'group',
        run: () => chooseGrouping(GROUPING_IDS[(GROUPING_IDS.indexOf(group_by) + 1) % GROUPING_IDS.length] ?? 'none'),
      },
      ...(may && focused !== null && focused.open > 0 && focused.kind === 'claim'
        ? [{ key: 'x', cap: 'X', word: 'choose', help: 'choose several for S and A', run: () => toggle(focused) }]
        : []),
      ...(may && chosen.length > 0
        ? [
            { key: 'a', cap: 'A', word: 'assign', run: () => ask('assign', chosen) },
            asleep
              ? { key: 's', cap: 'S', word: 'wake', run: wake }
              : { key: 's', cap: 'S', word: 'snooze', run: () => ask('snooze', chosen) },
          ]
        : []),
      { key: '', cap: 'Ctrl C', word: 'copy', quiet: true },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: close, quiet: true }] : []),
    ],
    [group_by, focusedOrder, openOrder, chooseGrouping, may, focused, toggle, chosen, asleep, wake, ask, isOpen, close],
  );
  useKeys('Claims', keys);

  const site = company.sites.find((each) => each.id === site_id);
  const channel = [...company.channels, UNMAPPED_CHANNEL].find((each) => each.id === channel_id);
  const active = [
    ...(text.trim() === '' ? [] : [{ name: `Contains ${text.trim()}`, onRemove: () => setText('') }]),
    ...(site ? [{ name: `Site is ${site.name}`, onRemove: () => setSite(null) }] : []),
    ...(channel ? [{ name: `Channel is ${channel.name}`, onRemove: () => setChannel(null) }] : []),
    ...filtersByName(columns, columnFilters, setColumnFilters),
  ];
  const applyView = ({ sort, filters, settings }: GridViewState): void => {
    chooseView(settingOf(settings, 'view', VIEWS) ?? 'open');
    chooseGrouping(settingOf(settings, 'group_by', GROUPING_IDS) ?? 'none');
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    setSite(company.sites.find((each) => each.id === settings['site_id'])?.id ?? null);
    setChannel(company.channels.find((each) => each.id === settings['channel_id'])?.id ?? null);
    setSorts(sort);
    setColumnFilters(filters);
  };
  return (
    <ScreenFrame
      title="Claims"
      subtitle={[
        as_of_ms === null ? company.name : `${company.name}, as of ${clock(as_of_ms)}`,
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={
        <Tabs
          label="View"
          options={VIEWS.map((value) => ({
            value,
            label: viewLabel(value, coverage === 'complete', result?.counts),
          }))}
          value={view}
          onChange={chooseView}
        />
      }
      figures={
        result && (coverage === 'complete' || result.counts.all > 0) ? (
          <ClaimStrip result={result} says_where={!isOpen} />
        ) : null
      }
      tools={
        <>
          <SegmentedControl label="Group by" options={GROUPINGS} value={group_by} onChange={chooseGrouping} />
          <SearchField
            ref={textField}
            label="Filter by claim, order, customer or item"
            placeholder="Claim, order, customer"
            value={text}
            onText={setText}
          />
          {site ? <Chip field="Site" value={site.code} onRemove={() => setSite(null)} /> : null}
          {channel ? <Chip field="Channel" value={channel.name} onRemove={() => setChannel(null)} /> : null}
          <AddFilter
            entries={[
              ...channelEntries([...company.channels, UNMAPPED_CHANNEL], channel_id, setChannel),
              { kind: 'line' },
              ...siteEntries(company.sites, site_id, setSite),
            ]}
          />
          {ticks.size > 0 ? (
            <>
              <Button keyCap="A" onClick={() => ask('assign', chosen)}>{`Assign ${integer(ticks.size)}`}</Button>
              <Button kind="plain" onClick={() => setTicks(new Map())}>
                Choose none
              </Button>
            </>
          ) : null}
          {waking.error ? <InlineMessage tone="bad">{waking.error}</InlineMessage> : null}
          <GridTools<ClaimRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: 'claims',
              screenName: 'Claims',
              // who was sent to a claim finds it, whatever view they keep
              opens: arrived === null,
              state: {
                sort: sorts,
                filters: columnFilters,
                settings: { view, group_by, text, site_id, channel_id },
              },
              onApply: applyView,
            }}
            files={{
              asked: { query: 'claims', args: { ...args } },
              more: [
                {
                  label: 'Every claim of these rows',
                  asked: { query: 'claims', args: { ...args, group_by: 'none', expanded: [] } },
                },
              ],
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {counted(result.totals.claims, 'claim')} · {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Claim"
      panel={
        open === null ? null : (
          <ClaimPanel
            claim_id={open}
            may={may}
            onAssign={(row) => ask('assign', [row])}
            onSnooze={(row) => ask('snooze', [row])}
            onWake={(row) => mark(AWAKE, [marked(row)])}
            onClaim={(claim_id) => navigate(claimPlace(claim_id), { replace: true })}
            onClose={close}
          />
        )
      }
    >
      <BlockGrid<Claims, ClaimRow>
        label="Claims"
        viewId={VIEW_ID}
        columns={columns}
        rowKey={(row) => row.key}
        rowTone={(row) => (row.kind === 'group' ? 'group' : undefined)}
        {...(group_by === 'none' ? {} : { tree })}
        sorts={sorts}
        onSorts={setSorts}
        filters={columnFilters}
        onFilters={setColumnFilters}
        totals={result?.totals}
        onWidth={onWidth}
        currentKey={open === null ? null : `c:${open}`}
        {...blocks}
        arriveAtKey={arrived === null ? null : `c:${arrived}`}
        onDrill={(row) => {
          if (row.kind === 'group') tree.onFold(row, !row.expanded);
          else show(row);
        }}
        onWorking={show}
        onFocusRow={onFocusRow}
        onSelection={setSummary}
        empty={
          active.length > 0 ? (
            <EmptyByFilter
              title={`No claims match ${counted(active.length, 'filter')}`}
              filters={active}
              onClearAll={() => {
                for (const { onRemove } of active) onRemove();
                setColumnFilters([]);
              }}
            />
          ) : coverage === 'complete' ? (
            <Empty
              good={view !== 'all' && view !== 'resolved'}
              title={
                view === 'too_long'
                  ? 'No claim is open too long'
                  : view === 'open'
                    ? 'No claim is open'
                    : 'There are no claims'
              }
              text="Claims come from the system in which they are decided, and appear here by themselves."
            />
          ) : (
            <Empty
              title="Nothing found in the data that is here so far"
              text={`This machine is ${coverage}. What there is appears as it arrives.`}
            />
          )
        }
      />
      {asking && result ? (
        <>
          <SnoozeDialog
            open={asking.what === 'snooze'}
            rows={asking.rows.map(marked)}
            subject={subjectOf(asking.rows.map(claimName))}
            company={null}
            as_of_date={result.as_of_date}
            onClose={onTaken}
          />
          <AssignDialog
            open={asking.what === 'assign'}
            rows={asking.rows.map(marked)}
            subject={subjectOf(asking.rows.map(claimName))}
            company={null}
            people={result.people}
            onClose={onTaken}
          />
        </>
      ) : null}
    </ScreenFrame>
  );
}

function claimName({ label, party }: ClaimRow): string {
  return party === null ? `Claim ${label}` : `Claim ${label}, ${party}`;
}
