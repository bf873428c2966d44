/** Forecast: what is expected of every item at every site, how good it was, and where demand broke with its past. */
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ForecastFlag, ForecastRow, Forecasts, QueryInput } from '#contract/queries.ts';
import { FORECAST_FILTER_COLUMNS, FORECAST_FLAGS, FORECAST_SORTS } from '#contract/queries/columns.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, type GridViewState } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useFollowFocus } from '#renderer/grid/useFollowFocus.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { siteEntries } from '#renderer/ui/placeEntries.ts';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import { Empty, EmptyByFilter, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { type BelowView, ForecastBelow } from './ForecastBelow.tsx';
import { forecastColumns } from './forecastColumns.tsx';
import { ForecastPanel } from './ForecastPanel.tsx';
import { FLAGS } from './forecastWords.ts';
import { OverrideDialog } from './OverrideDialog.tsx';
import { OverridesList } from './OverridesList.tsx';
import styles from './forecast.module.css';

interface Place {
  readonly item_id: number;
  readonly site_id: number;
}
const isAt = (one: Place, other: Place): boolean => one.item_id === other.item_id && one.site_id === other.site_id;

/** '/forecast/840/3' → item 840 at site 3; null where the address names none. */
function openPlace(location: string): Place | null {
  const [, , item, site] = location.split('/');
  const [item_id, site_id] = [Number(item), Number(site)];
  return Number.isInteger(item_id) && item_id > 0 && Number.isInteger(site_id) && site_id > 0
    ? { item_id, site_id }
    : null;
}

const VIEW_ID = 'forecast';
const OVERRIDES = '/forecast/overrides';
const TABS = [
  { value: '/forecast', label: 'Forecasts' },
  { value: OVERRIDES, label: 'Overrides' },
] as const;

export default function ForecastScreen() {
  const [location, navigate] = useLocation();
  const overrides = location === OVERRIDES;
  const tabs = (
    <Tabs label="View" options={TABS} value={overrides ? OVERRIDES : '/forecast'} onChange={(path) => navigate(path)} />
  );
  return overrides ? <OverridesList tabs={tabs} /> : <ForecastList tabs={tabs} />;
}

function ForecastList({ tabs }: { readonly tabs: ReactNode }) {
  const { company } = useWorkplace();
  const [location, navigate] = useLocation();
  const [text, setText] = useState('');
  const [site_id, setSite] = useState<number | null>(null);
  const [flags, setFlags] = useState<readonly ForecastFlag[]>([]);
  const [sorts, setSorts] = useState<readonly GridSort[]>([{ column: 'next', descending: true }]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [below, setBelow] = useState<BelowView>('chart');
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  /** Whose forecast is to be overridden: another may be in the panel by the time it is read. */
  const [overriding, setOverriding] = useState<Place | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const open = openPlace(location);
  const [arrived] = useState(open);

  const args = useMemo(
    (): QueryInput<'forecasts'> => ({
      company_id: company.id,
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(site_id === null ? {} : { site_id }),
      ...(flags.length > 0 ? { flags: [...flags] } : {}),
      sort: askedSorts(FORECAST_SORTS, sorts),
      filters: askedFilters(FORECAST_FILTER_COLUMNS, columnFilters),
    }),
    [company.id, text, site_id, flags, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('forecasts', args);
  useOnOther(company.id, () => {
    setSite(null);
    forget();
    navigate('/forecast', { replace: true });
  });
  const months = result?.months;
  const columns = useMemo(() => forecastColumns(months ?? []), [months]);

  const asked = useAsk('itemForecast', open ?? { item_id: 1, site_id: 1 }, { enabled: open !== null });
  const forecast = open && asked.data && isAt(asked.data, open) ? asked.data : null;
  // of the one before while the next is read: a key pressed meanwhile is kept for it
  const may_override = open !== null && (asked.data?.may_override ?? false);

  const show = useCallback(
    (row: ForecastRow) => {
      setOverriding(null);
      navigate(`/forecast/${row.item_id}/${row.site_id}`, { replace: true });
    },
    [navigate],
  );
  const close = useCallback(() => navigate('/forecast', { replace: true }), [navigate]);
  const isOpen = open !== null;
  const { follow, catchUp } = useFollowFocus(isOpen, show);
  const latest = useRef(open);
  latest.current = open;
  const override = useCallback(() => setOverriding(catchUp() ?? latest.current), [catchUp]);

  const applyView = ({ sort, filters, settings }: GridViewState): void => {
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    setSite(company.sites.find((each) => each.id === settings['site_id'])?.id ?? null);
    const wanted = settings['flags'];
    setFlags(Array.isArray(wanted) ? FORECAST_FLAGS.filter((name) => wanted.includes(name)) : []);
    setSorts(sort);
    setColumnFilters(filters);
  };
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: '', cap: '↵', word: 'chart and working' },
      ...(isOpen
        ? [
            {
              key: 'd',
              cap: 'D',
              word: 'chart or ledger',
              run: () => setBelow(below === 'chart' ? 'month' : below === 'month' ? 'week' : 'chart'),
            },
          ]
        : []),
      ...(may_override ? [{ key: 'e', cap: 'E', word: 'override', run: override }] : []),
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close', run: close }] : []),
    ],
    [isOpen, close, below, may_override, override],
  );
  useKeys('Forecast', keys);

  const site = company.sites.find((each) => each.id === site_id);
  const active = [
    ...(text.trim() ? [{ name: `Item contains ${text.trim()}`, onRemove: () => setText('') }] : []),
    ...(site ? [{ name: `Site is ${site.name}`, onRemove: () => setSite(null) }] : []),
    ...(flags.length > 0
      ? [{ name: `Flag is ${flags.map((flag) => FLAGS[flag].word).join(' or ')}`, onRemove: () => setFlags([]) }]
      : []),
    ...filtersByName(columns, columnFilters, setColumnFilters),
  ];
  const entries: MenuEntry[] = [
    { kind: 'heading', label: 'Worth a look' },
    ...FORECAST_FLAGS.map((flag) => ({
      kind: 'tick' as const,
      label: FLAGS[flag].word,
      ...(result ? { hint: integer(result.flagged[flag]) } : {}),
      ticked: flags.includes(flag),
      onToggle: (ticked: boolean) =>
        setFlags(ticked ? [...flags, flag] : flags.filter((candidate) => candidate !== flag)),
    })),
    { kind: 'line' },
    ...siteEntries(company.sites, site_id, setSite),
  ];

  return (
    <ScreenFrame
      title="Forecast"
      subtitle={[
        as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
        result ? `${counted(result.history_months, 'month')} looked back on` : '',
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={tabs}
      tools={
        <>
          <SearchField
            ref={textField}
            label="Filter by item code or name"
            placeholder="Item code or name"
            value={text}
            onText={setText}
          />
          {site ? <Chip field="Site" value={site.code} onRemove={() => setSite(null)} /> : null}
          {flags.map((flag) => (
            <Chip
              key={flag}
              field="Flag"
              value={FLAGS[flag].word}
              onRemove={() => setFlags(flags.filter((each) => each !== flag))}
            />
          ))}
          <AddFilter entries={entries} />
          <GridTools<ForecastRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: 'forecast',
              screenName: 'Forecast',
              // who was sent to an item finds it, whatever view they keep
              opens: arrived === null,
              state: { sort: sorts, filters: columnFilters, settings: { text, site_id, flags: [...flags] } },
              onApply: applyView,
            }}
            files={{ asked: { query: 'forecasts', args: { ...args } } }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {counted(result.total_rows, 'position')} · {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Forecast"
      panel={
        forecast ? (
          <ForecastPanel
            forecast={forecast}
            onClose={close}
            onItem={() => navigate(`/stock/${forecast.item_id}`)}
            onOverride={() => setOverriding(open)}
          />
        ) : null
      }
    >
      {overriding && forecast?.may_override && isAt(forecast, overriding) ? (
        <OverrideDialog forecast={forecast} onClose={() => setOverriding(null)} />
      ) : null}
      <div className={styles['split']}>
        <div className={styles['grid']}>
          <BlockGrid<Forecasts, ForecastRow>
            label="Forecasts"
            viewId={VIEW_ID}
            columns={columns}
            rowKey={(row) => row.key}
            sorts={sorts}
            onSorts={setSorts}
            filters={columnFilters}
            onFilters={setColumnFilters}
            currentKey={open ? `${open.item_id}:${open.site_id}` : null}
            arriveAtKey={arrived ? `${arrived.item_id}:${arrived.site_id}` : null}
            {...blocks}
            onDrill={show}
            onWorking={show}
            onFocusRow={follow}
            onSelection={setSummary}
            empty={
              active.length > 0 ? (
                <EmptyByFilter
                  title={`No forecasts match ${counted(active.length, 'filter')}`}
                  filters={active}
                  onClearAll={() => {
                    setText('');
                    setSite(null);
                    setFlags([]);
                    setColumnFilters([]);
                  }}
                />
              ) : (
                <Empty
                  title={coverage === 'complete' ? 'Nothing to forecast yet' : 'The history is still loading'}
                  text={
                    coverage === 'complete'
                      ? `${company.name} has no whole month of orders.`
                      : 'Part of a history would pass for falling demand, so nothing is forecast until it is whole.'
                  }
                />
              )
            }
          />
        </div>
        {open === null ? null : forecast ? (
          <ForecastBelow
            key={`${forecast.item_id}:${forecast.site_id}`}
            forecast={forecast}
            view={below}
            onView={setBelow}
          />
        ) : (
          <section className={styles['below']} aria-label="Demand">
            {asked.error ? (
              <ErrorState
                title="The forecast could not be made"
                text={errorMessage(asked.error)}
                onRetry={() => void asked.refetch()}
              />
            ) : (
              <LoadingRows rows={8} label="Forecasting" />
            )}
          </section>
        )}
      </div>
    </ScreenFrame>
  );
}
