/** Stock: what there is, where, and where it will run out. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { QueryInput, StockPositions, StockRow, StockStatus } from '#contract/queries.ts';
import { STOCK_FILTER_COLUMNS, STOCK_SORTS } from '#contract/queries/columns.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { clock, localDate } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import type { GridSort } from '#renderer/grid/columns.ts';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { askedFilters, askedSorts, type GridViewState, settingOf } from '#renderer/grid/gridViews.ts';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useFollowFocus } from '#renderer/grid/useFollowFocus.ts';
import { useUnfolding } from '#renderer/grid/useUnfolding.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter } from '#renderer/ui/States.tsx';
import { ItemPanel } from './ItemPanel.tsx';
import { type ChosenSupplier, useStockFilters } from './StockFilters.tsx';
import { stockColumns } from './stockColumns.tsx';
import { openItem, supplierIn, withoutPolicyAt } from './stockPlace.ts';
import { STOCK_STATUS_NAMES } from './stockStatus.ts';
import { GROUPING_IDS, GROUPINGS, STOCK_VIEWS, type StockGrouping, type StockViewId, VIEW_IDS } from './stockViews.ts';

export default function StockScreen() {
  const { session, company } = useWorkplace();
  const [location, navigate] = useLocation();
  const [view, setView] = useState<StockViewId>('balance');
  const [group_by, setGrouping] = useState<StockGrouping>('category');
  const { expanded, setExpanded, tree } = useUnfolding(isFoldable);
  const [text, setText] = useState('');
  const [site_id, setSite] = useState<number | null>(null);
  const [supplier, setSupplier] = useState<ChosenSupplier | null>(null);
  const [status, setStatus] = useState<readonly StockStatus[]>([]);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const shownView = STOCK_VIEWS.find((candidate) => candidate.value === view) ?? STOCK_VIEWS[0];
  const grouping = GROUPINGS.find((candidate) => candidate.value === group_by) ?? GROUPINGS[0];
  const open = openItem(location);
  const [arrived] = useState(open);
  const [for_list] = useState(() => withoutPolicyAt(location) !== null);

  const args = useMemo(
    (): QueryInput<'stockPositions'> => ({
      company_id: company.id,
      group_by,
      expanded: [...expanded],
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(site_id === null ? {} : { site_id }),
      ...(supplier === null ? {} : { supplier_id: supplier.id }),
      ...(status.length > 0 ? { status: [...status] } : {}),
      sort: askedSorts(STOCK_SORTS, sorts),
      filters: askedFilters(STOCK_FILTER_COLUMNS, columnFilters),
    }),
    [company.id, group_by, expanded, text, site_id, supplier, status, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('stockPositions', args, 'expanded');
  useOnOther(company.id, () => {
    setSite(null);
    setSupplier(null);
    setExpanded([]);
    forget();
    navigate('/stock', { replace: true });
  });

  // The address says where to begin; what is folded afterwards is the person's.
  const supplier_id = supplierIn(location);
  useEffect(() => {
    if (supplier_id === null) return;
    setGrouping('supplier');
    setExpanded([`p:${supplier_id}`]);
    setText('');
    setSupplier(null);
    setStatus([]);
    navigate('/stock', { replace: true });
  }, [supplier_id, navigate, setExpanded]);
  const unruled_site_id = withoutPolicyAt(location);
  useEffect(() => {
    if (unruled_site_id === null) return;
    setGrouping('none');
    setExpanded([]);
    setText('');
    setSupplier(null);
    setSite(unruled_site_id);
    setStatus([]);
    // those that sell: nobody waits for a policy of what nobody asks for
    setColumnFilters([
      { column: 'min', op: 'blank', value: true },
      { column: 'days', op: 'blank', value: false },
    ]);
    navigate('/stock', { replace: true });
  }, [unruled_site_id, navigate, setExpanded]);

  const as_of_on = as_of_ms === null ? null : localDate(as_of_ms);
  const cost_visible = result?.cost_visible ?? session.may.see_cost;
  const columns = useMemo(
    () =>
      stockColumns({
        treeHeader: grouping?.header ?? 'Item',
        currency: company.currency,
        cost_visible,
        shown: shownView?.columns ?? [],
        siteCodes: new Map(company.sites.map((site) => [site.id, site.code])),
        flat: group_by === 'none',
        as_of_on,
      }),
    [grouping, company, cost_visible, shownView, group_by, as_of_on],
  );

  const showItem = useCallback(
    (row: StockRow) => {
      if (row.item_id !== null) {
        navigate(row.site_id === null ? `/stock/${row.item_id}` : `/stock/${row.item_id}/${row.site_id}`, {
          replace: true,
        });
      }
    },
    [navigate],
  );
  const closeItem = useCallback(() => navigate('/stock', { replace: true }), [navigate]);
  const isOpen = open !== null;
  const { follow } = useFollowFocus(isOpen, showItem);
  const onDrill = useCallback(
    (row: StockRow) => {
      if (row.kind === 'group') tree.onFold(row, !row.expanded);
      else showItem(row);
    },
    [tree, showItem],
  );

  const chooseView = (value: StockViewId): void => {
    const next = STOCK_VIEWS.find((candidate) => candidate.value === value);
    setView(value);
    setStatus(next?.status ?? []);
    setSorts(next?.sort ?? []);
  };
  const applyView = ({ sort, filters, settings }: GridViewState): void => {
    setView(settingOf(settings, 'view', VIEW_IDS) ?? 'balance');
    setGrouping(settingOf(settings, 'group_by', GROUPING_IDS) ?? 'category');
    setExpanded([]);
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    const site = company.sites.find((each) => each.id === settings['site_id']);
    setSite(site?.id ?? null);
    const { supplier_id: wanted_id, supplier: wanted_name } = settings;
    const known = typeof wanted_id === 'number' && typeof wanted_name === 'string';
    setSupplier(known ? { id: wanted_id, name: wanted_name } : null);
    const wanted = settings['status'];
    setStatus(Array.isArray(wanted) ? STOCK_STATUS_NAMES.filter((name) => wanted.includes(name)) : []);
    setSorts(sort);
    setColumnFilters(filters);
  };
  const chooseGrouping = useCallback(
    (value: StockGrouping) => {
      setGrouping(value);
      setExpanded([]);
    },
    [setExpanded],
  );

  const filters = useStockFilters({
    company,
    text,
    setText,
    site_id,
    setSite,
    supplier,
    setSupplier,
    status,
    setStatus,
  });

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '←→', word: 'fold' },
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      {
        key: 'g',
        cap: 'G',
        word: 'group',
        run: () => {
          const at = GROUPINGS.findIndex((candidate) => candidate.value === group_by);
          chooseGrouping(GROUPINGS[(at + 1) % GROUPINGS.length]?.value ?? 'category');
        },
      },
      { key: '', cap: 'Space', word: 'working', help: 'open the item behind the row' },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      { key: '', cap: '↵', word: 'act or drill', quiet: true },
      { key: '', cap: '⇧ arrows', word: 'select cells', quiet: true },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: closeItem, quiet: true }] : []),
    ],
    [group_by, chooseGrouping, isOpen, closeItem],
  );
  useKeys('Stock', keys);

  const siteName = company.sites.find((site) => site.id === site_id)?.name ?? 'All sites';
  const active = [...filters.active, ...filtersByName(columns, columnFilters, setColumnFilters)];
  return (
    <ScreenFrame
      title="Stock"
      subtitle={[
        as_of_ms === null ? siteName : `${siteName}, as of ${clock(as_of_ms)}`,
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={<Tabs label="View" options={STOCK_VIEWS} value={view} onChange={chooseView} />}
      tools={
        <>
          <SegmentedControl label="Group by" options={GROUPINGS} value={group_by} onChange={chooseGrouping} />
          <SearchField
            ref={textField}
            label="Filter by item code or name"
            placeholder="Item code or name"
            value={text}
            onText={setText}
          />
          {filters.chips}
          <GridTools<StockRow>
            viewId={`stock-${view}`}
            columns={columns}
            views={{
              screen: 'stock',
              screenName: 'Stock',
              // who was sent to an item or a list finds it, whatever view they keep
              opens: arrived === null && supplier_id === null && unruled_site_id === null,
              viewIdOf: (settings) => `stock-${settingOf(settings, 'view', VIEW_IDS) ?? 'balance'}`,
              state: {
                sort: sorts,
                filters: columnFilters,
                settings: {
                  view,
                  group_by,
                  text,
                  site_id,
                  supplier_id: supplier?.id ?? null,
                  supplier: supplier?.name ?? null,
                  status: [...status],
                },
              },
              onApply: applyView,
            }}
            files={{
              asked: { query: 'stockPositions', args: { ...args } },
              more: [
                {
                  label: 'Every position of these rows',
                  asked: { query: 'stockPositions', args: { ...args, group_by: 'none', expanded: [] } },
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
              {counted(result.items, 'item')} × {counted(result.sites, 'site')} ·{' '}
              {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Item"
      panelTakesFocus={arrived !== null}
      panel={
        open ? (
          <ItemPanel
            item_id={open.item_id}
            site_id={open.site_id}
            onSite={(site) =>
              navigate(site === null ? `/stock/${open.item_id}` : `/stock/${open.item_id}/${site}`, { replace: true })
            }
            onClose={closeItem}
          />
        ) : null
      }
    >
      <BlockGrid<StockPositions, StockRow>
        label="Stock positions"
        viewId={`stock-${view}`}
        columns={columns}
        rowKey={(row) => row.key}
        rowTone={(row) =>
          row.kind === 'group'
            ? 'group'
            : row.expanded
              ? 'strong'
              : row.kind === 'position' && row.level > 1
                ? 'quiet'
                : undefined
        }
        {...(group_by === 'none' ? {} : { tree })}
        sorts={sorts}
        onSorts={setSorts}
        filters={columnFilters}
        onFilters={setColumnFilters}
        totals={result?.totals}
        currentKey={open && result ? currentKey(open) : null}
        isCurrent={
          open
            ? (row) => row.item_id === open.item_id && row.site_id === open.site_id && row.kind !== 'group'
            : undefined
        }
        {...blocks}
        arriveAt={for_list ? isPosition : null}
        onDrill={onDrill}
        onWorking={showItem}
        onFocusRow={follow}
        onSelection={setSummary}
        empty={
          active.length > 0 ? (
            <EmptyByFilter
              title={`No items match ${counted(active.length, 'filter')}`}
              filters={active}
              onClearAll={() => {
                filters.clearAll();
                setColumnFilters([]);
              }}
            />
          ) : (
            <Empty
              title="No stock positions yet"
              text={`${company.name} has no item with a balance, a policy or an open order.`}
            />
          )
        }
      />
    </ScreenFrame>
  );
}

function currentKey(open: { readonly item_id: number; readonly site_id: number | null }): string {
  return `${open.item_id}/${open.site_id ?? ''}`;
}

function isPosition(row: StockRow): boolean {
  return row.kind === 'position';
}

function isFoldable(row: StockRow): boolean {
  return row.kind !== 'position' && row.children > 0;
}
