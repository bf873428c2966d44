/** Fulfilment: every open order line of every channel in one queue, with what it gets, when, and why. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { LineState } from '#domain/allocation/servePosition.ts';
import type { Fulfilment, FulfilmentRow, QueryInput } from '#contract/queries.ts';
import { FULFILMENT_FILTER_COLUMNS, FULFILMENT_SORTS } from '#contract/queries/columns.ts';
import { clock, weekdayDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, type GridViewState, settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useFollowFocus } from '#renderer/grid/useFollowFocus.ts';
import { useUnfolding } from '#renderer/grid/useUnfolding.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { DrillLink } from '#renderer/ui/Panel.tsx';
import { Empty, EmptyByFilter } from '#renderer/ui/States.tsx';
import { AssumptionDialog } from '#renderer/screens/scenarios/AssumptionDialog.tsx';
import { leftOutAt, readyAt } from './arriving.ts';
import { DecisionDialog } from './DecisionDialog.tsx';
import styles from './fulfilment.module.css';
import { fulfilmentColumns } from './fulfilmentColumns.tsx';
import { LinePanel } from './LinePanel.tsx';
import { LINE_STATES } from './queueWords.ts';
import { useQueueFilters } from './useQueueFilters.tsx';

const GROUPINGS = [
  { value: 'none', label: 'Lines', header: 'Order, line, customer' },
  { value: 'channel', label: 'Channel', header: 'Channel › line' },
  { value: 'site', label: 'Site', header: 'Site › line' },
  { value: 'item', label: 'Item', header: 'Item at site › line' },
  { value: 'customer', label: 'Customer', header: 'Customer › line' },
] as const;
type Grouping = (typeof GROUPINGS)[number]['value'];
const GROUPING_IDS = GROUPINGS.map(({ value }) => value);

const VIEWS = [
  { value: 'all', label: 'Queue' },
  { value: 'picking', label: 'Short before picking' },
] as const;
type View = (typeof VIEWS)[number]['value'];
const VIEW_IDS = VIEWS.map(({ value }) => value);

const isLine = (row: FulfilmentRow): boolean => row.kind === 'line';

/** '/fulfilment/345' → 345 */
function openLine(location: string): number | null {
  const id = Number(location.split('/')[2]);
  return Number.isInteger(id) && id > 0 ? id : null;
}

export default function FulfilmentScreen() {
  const { session, company } = useWorkplace();
  const [location, navigate] = useLocation();
  const [view, setView] = useState<View>('all');
  const [group_by, setGrouping] = useState<Grouping>('none');
  const { expanded, setExpanded, tree } = useUnfolding(isGroup);
  const [text, setText] = useState('');
  const [ready_at] = useState(() => readyAt(location));
  const [left_out_at] = useState(() => leftOutAt(location));
  const [site_id, setSite] = useState<number | null>(ready_at ?? left_out_at?.site_id ?? null);
  const [channel_id, setChannel] = useState<number | null>(null);
  const [states, setStates] = useState<readonly LineState[]>(left_out_at === null ? [] : ['left_out']);
  const [past_promise, setPastPromise] = useState(ready_at !== null);
  const [due_until, setDueUntil] = useState<string | null>(null);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [focused, setFocused] = useState<FulfilmentRow | null>(null);
  const [deciding, setDeciding] = useState<{ readonly row: FulfilmentRow; readonly kind: OverrideKind } | null>(null);
  const [assuming, setAssuming] = useState<FulfilmentRow | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const open = openLine(location);
  const [arrived] = useState(open);
  const isOpen = open !== null;
  const grouping = GROUPINGS.find(({ value }) => value === group_by) ?? GROUPINGS[0];

  const args = useMemo(
    (): QueryInput<'fulfilment'> => ({
      company_id: company.id,
      group_by,
      expanded: [...expanded],
      before_picking: view === 'picking',
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(site_id === null ? {} : { site_id }),
      ...(channel_id === null ? {} : { channel_id }),
      ...(due_until === null ? {} : { due_until }),
      states: [...states],
      past_promise,
      sort: askedSorts(FULFILMENT_SORTS, sorts),
      filters: askedFilters(FULFILMENT_FILTER_COLUMNS, columnFilters),
    }),
    [
      company.id,
      group_by,
      expanded,
      view,
      text,
      site_id,
      channel_id,
      due_until,
      states,
      past_promise,
      sorts,
      columnFilters,
    ],
  );
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('fulfilment', args, 'expanded');
  useOnOther(company.id, () => {
    setSite(null);
    setPastPromise(false);
    setChannel(null);
    setExpanded([]);
    setFocused(null);
    forget();
    navigate('/fulfilment', { replace: true });
  });
  const as_of_on = result?.as_of_date ?? null;
  const columns = useMemo(
    () =>
      fulfilmentColumns({
        treeHeader: grouping.header,
        currency: company.currency,
        grouped_by_item: group_by === 'item',
        narrow: isOpen,
        as_of_on,
        siteCodes: new Map(company.sites.map((site) => [site.id, site.code])),
      }),
    [grouping, group_by, company, as_of_on, isOpen],
  );

  const showLine = useCallback(
    (row: FulfilmentRow) => {
      if (row.order_line_id !== null) navigate(`/fulfilment/${row.order_line_id}`, { replace: true });
    },
    [navigate],
  );
  const closeLine = useCallback(() => navigate('/fulfilment', { replace: true }), [navigate]);
  const { follow } = useFollowFocus(isOpen, showLine);
  const onFocusRow = useCallback(
    (row: FulfilmentRow) => {
      setFocused(row);
      follow(row);
    },
    [follow],
  );
  const may = session.may.plan;
  const decide = useCallback(
    (kind: OverrideKind, row: FulfilmentRow | null = focused) => {
      if (row !== null && row.kind === 'line') setDeciding({ row, kind });
    },
    [focused],
  );
  const filters = useQueueFilters({
    company,
    as_of_on,
    text,
    setText,
    site_id,
    setSite,
    channel_id,
    setChannel,
    states,
    setStates,
    due_until,
    setDueUntil,
    past_promise,
    setPastPromise,
  });

  const chooseGrouping = useCallback(
    (value: Grouping) => {
      setGrouping(value);
      setExpanded([]);
    },
    [setExpanded],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(group_by === 'none' ? [] : [{ key: '', cap: '←→', word: 'fold' }]),
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      {
        key: 'g',
        cap: 'G',
        word: 'group',
        run: () => chooseGrouping(GROUPING_IDS[(GROUPING_IDS.indexOf(group_by) + 1) % GROUPING_IDS.length] ?? 'none'),
      },
      ...(may
        ? [
            {
              key: 'u',
              cap: 'U',
              word: 'raise',
              help: 'serve the line before the others',
              run: () => decide('raised'),
            },
            {
              key: 'd',
              cap: 'D',
              word: 'lower',
              help: 'serve the line after the others',
              run: () => decide('lowered'),
            },
            { key: 'h', cap: 'H', word: 'hold', run: () => decide('held') },
            {
              key: 'l',
              cap: 'L',
              word: 'release',
              help: 'serve the line by the rule again',
              run: () => decide('released'),
            },
          ]
        : []),
      {
        key: 'a',
        cap: 'A',
        word: 'assume',
        help: 'assume in a scenario that the line is served otherwise',
        run: () => {
          if (focused?.kind === 'line') setAssuming(focused);
        },
      },
      { key: '', cap: 'Space', word: 'working', help: 'open the working of the line' },
      { key: '', cap: 'Ctrl C', word: 'copy', quiet: true },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: closeLine, quiet: true }] : []),
    ],
    [group_by, chooseGrouping, may, decide, isOpen, closeLine, focused],
  );
  useKeys('Fulfilment', keys);

  const active = [...filters.active, ...filtersByName(columns, columnFilters, setColumnFilters)];
  const applyView = ({ sort, filters: kept, settings }: GridViewState): void => {
    setView(settingOf(settings, 'view', VIEW_IDS) ?? 'all');
    setGrouping(settingOf(settings, 'group_by', GROUPING_IDS) ?? 'none');
    setExpanded([]);
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    setSite(company.sites.find((each) => each.id === settings['site_id'])?.id ?? null);
    setChannel(company.channels.find((each) => each.id === settings['channel_id'])?.id ?? null);
    const wanted = settings['states'];
    setStates(Array.isArray(wanted) ? LINE_STATES.filter((state) => wanted.includes(state)) : []);
    setDueUntil(null);
    setPastPromise(settings['past_promise'] === true);
    setSorts(sort);
    setColumnFilters(kept);
  };
  return (
    <ScreenFrame
      title="Fulfilment"
      subtitle={[
        as_of_ms === null ? company.name : `${company.name}, as of ${clock(as_of_ms)}`,
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={<Tabs label="View" options={VIEWS} value={view} onChange={setView} />}
      figures={
        result && !result.waiting ? (
          <Picking result={result} currency={company.currency} onLeftOut={() => setStates(['left_out'])} />
        ) : null
      }
      tools={
        <>
          <SegmentedControl label="Group by" options={GROUPINGS} value={group_by} onChange={chooseGrouping} />
          <SearchField
            ref={textField}
            label="Filter by order, item or customer"
            placeholder="Order, item, customer"
            value={text}
            onText={setText}
          />
          {filters.chips}
          <GridTools<FulfilmentRow>
            viewId="fulfilment"
            columns={columns}
            views={{
              screen: 'fulfilment',
              screenName: 'Fulfilment',
              // who was sent to the lines of a site, or to one, finds them, whatever view they keep
              opens: ready_at === null && left_out_at === null && arrived === null,
              state: {
                sort: sorts,
                filters: columnFilters,
                settings: { view, group_by, text, site_id, channel_id, states: [...states], past_promise },
              },
              onApply: applyView,
            }}
            files={{
              asked: { query: 'fulfilment', args: { ...args } },
              more: [
                {
                  label: 'Every line of these rows',
                  asked: { query: 'fulfilment', args: { ...args, group_by: 'none', expanded: [] } },
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
              {counted(result.totals.lines, 'line')} · {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Line"
      panel={
        open === null ? null : (
          <LinePanel
            order_line_id={open}
            may={may}
            onDecide={decide}
            onLine={(order_line_id) => navigate(`/fulfilment/${order_line_id}`, { replace: true })}
            onClose={closeLine}
          />
        )
      }
    >
      <BlockGrid<Fulfilment, FulfilmentRow>
        label="Fulfilment queue"
        viewId="fulfilment"
        columns={columns}
        rowKey={(row) => row.key}
        rowTone={(row) => (row.kind === 'group' ? 'group' : undefined)}
        {...(group_by === 'none' ? {} : { tree })}
        sorts={sorts}
        onSorts={setSorts}
        filters={columnFilters}
        onFilters={setColumnFilters}
        totals={result?.totals}
        currentKey={open === null ? null : `l:${open}`}
        {...blocks}
        arriveAt={ready_at === null && left_out_at === null ? null : isLine}
        arriveAtKey={arrived === null ? null : `l:${arrived}`}
        onDrill={(row) => {
          if (row.kind === 'group') tree.onFold(row, !row.expanded);
          else showLine(row);
        }}
        onWorking={showLine}
        onFocusRow={onFocusRow}
        onSelection={setSummary}
        empty={
          result?.waiting ? (
            <Empty
              title="Nothing is shared out yet"
              text={`This machine is ${coverage}. The queue appears when all of it is here: half of it would give goods to the wrong orders.`}
            />
          ) : active.length > 0 ? (
            <EmptyByFilter
              title={`No lines match ${counted(active.length, 'filter')}`}
              filters={active}
              onClearAll={() => {
                filters.clearAll();
                setColumnFilters([]);
              }}
            />
          ) : view === 'picking' ? (
            <Empty good title="Everything to be picked will be whole" text="No line due in the next days is short." />
          ) : (
            <Empty title="No open order lines" text={`${company.name} owes nobody goods.`} />
          )
        }
      />
      {assuming ? (
        <AssumptionDialog
          scenario={null}
          first={{
            kind: 'serving',
            order_id: assuming.order_id,
            order: assuming.number ?? '',
            order_line_id: String(assuming.order_line_id ?? ''),
          }}
          onKept={(id) => navigate(`/scenarios/${id}`)}
          onClose={() => setAssuming(null)}
        />
      ) : null}
      {deciding && result ? (
        <DecisionDialog
          key={`${deciding.row.key} ${deciding.kind}`}
          row={deciding.row}
          kind={deciding.kind}
          as_of_date={result.as_of_date}
          onClose={() => setDeciding(null)}
        />
      ) : null}
    </ScreenFrame>
  );
}

/** Shortages before picking: what is to be picked in the next days and will not be whole. */
function Picking({
  result,
  currency,
  onLeftOut,
}: {
  readonly result: Fulfilment;
  readonly currency: string;
  readonly onLeftOut: () => void;
}) {
  const { picking, counts } = result;
  return (
    <div className={styles['strip']} role="group" aria-label="Shortages before picking">
      <span>
        To pick until <strong>{weekdayDate(picking.until_on)}</strong>: {counted(picking.lines, 'line')},{' '}
        <strong>{integer(picking.short_lines)} not whole</strong>, {overviewMoney(picking.short_minor, currency)} at
        risk
      </span>
      <span className={styles['quiet']}>
        All: {integer(counts.short)} short · {integer(counts.late)} late · {integer(counts.held)} held ·{' '}
        {integer(counts.coming)} coming · {integer(counts.ready)} ready
        {counts.left_out === 0 ? null : (
          <>
            {' '}
            ·{' '}
            <DrillLink onClick={onLeftOut}>
              {integer(counts.left_out)} left out, due {STALE_WORDS}
            </DrillLink>
          </>
        )}
      </span>
    </div>
  );
}

function isGroup(row: FulfilmentRow): boolean {
  return row.kind === 'group';
}
