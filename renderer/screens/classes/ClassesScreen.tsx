/** ABC/XYZ: which items matter, how evenly they are asked for, what lies there of each class and how well it is served. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ItemClasses, ItemClassRow, QueryInput } from '#contract/queries.ts';
import { CLASS_FILTER_COLUMNS, CLASS_SORTS } from '#contract/queries/columns.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { MATRIX_CELLS, type MatrixCell } from '#domain/planning/classMatrix.ts';
import { clock, monthSpan } from '#renderer/format/dates.ts';
import { counted, integer, percent } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, type GridViewState } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { channelEntries, siteEntries } from '#renderer/ui/placeEntries.ts';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import { DrillLink } from '#renderer/ui/Panel.tsx';
import { Empty, EmptyByFilter } from '#renderer/ui/States.tsx';
import styles from './classes.module.css';
import { classColumns } from './classColumns.tsx';
import { CELL_WORDS } from './classWords.ts';
import { Matrix } from './Matrix.tsx';

const VIEW_ID = 'classes';

interface Scope {
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly category: string | null;
}
const EVERYTHING: Scope = { site_id: null, channel_id: null, category: null };

export default function ClassesScreen() {
  const { company } = useWorkplace();
  return <OfCompany key={company.id} />;
}

function OfCompany() {
  const { session, company } = useWorkplace();
  const [, navigate] = useLocation();
  const [scope, setScope] = useState<Scope>(EVERYTHING);
  const [cell, setCell] = useState<MatrixCell | null>(null);
  const [text, setText] = useState('');
  const [sorts, setSorts] = useState<readonly GridSort[]>([{ column: 'value', descending: true }]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const args = useMemo(
    (): QueryInput<'itemClasses'> => ({
      company_id: company.id,
      ...(scope.site_id === null ? {} : { site_id: scope.site_id }),
      ...(scope.channel_id === null ? {} : { channel_id: scope.channel_id }),
      ...(scope.category === null ? {} : { category: scope.category }),
      ...(cell === null ? {} : { cell }),
      ...(text.trim() ? { text: text.trim() } : {}),
      sort: askedSorts(CLASS_SORTS, sorts),
      filters: askedFilters(CLASS_FILTER_COLUMNS, columnFilters),
    }),
    [company.id, scope, cell, text, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, blocks } = useBlockQuery('itemClasses', args);
  const { currency } = company;
  const cost_visible = result?.cost_visible ?? session.may.see_cost;
  const columns = useMemo(() => classColumns(currency, cost_visible), [currency, cost_visible]);
  const open = useCallback(
    (row: ItemClassRow) =>
      navigate(scope.site_id === null ? `/stock/${row.item_id}` : `/stock/${row.item_id}/${scope.site_id}`),
    [navigate, scope.site_id],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: '', cap: '↵', word: 'open the item' },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(cell === null ? [] : [{ key: 'Backspace', cap: '⌫', word: 'all classes', run: () => setCell(null) }]),
    ],
    [cell],
  );
  useKeys('ABC/XYZ', keys);
  const applyView = ({ sort, filters, settings }: GridViewState): void => {
    setText(typeof settings['text'] === 'string' ? settings['text'] : '');
    setCell(MATRIX_CELLS.find((each) => each === settings['cell']) ?? null);
    setScope({
      site_id: company.sites.find((each) => each.id === settings['site_id'])?.id ?? null,
      channel_id: company.channels.find((each) => each.id === settings['channel_id'])?.id ?? null,
      category: typeof settings['category'] === 'string' ? settings['category'] : null,
    });
    setSorts(sort);
    setColumnFilters(filters);
  };
  const site = company.sites.find((each) => each.id === scope.site_id);
  const channel = company.channels.find((each) => each.id === scope.channel_id);
  const change = (more: Partial<Scope>): void => setScope((now) => ({ ...now, ...more }));
  const active = [
    ...(cell === null ? [] : [{ name: `Class is ${CELL_WORDS[cell]}`, onRemove: () => setCell(null) }]),
    ...(text.trim() ? [{ name: `Item contains ${text.trim()}`, onRemove: () => setText('') }] : []),
    ...filtersByName(columns, columnFilters, setColumnFilters),
  ];
  const entries: MenuEntry[] = [
    ...siteEntries(company.sites, scope.site_id, (site_id) => change({ site_id })),
    { kind: 'line' },
    ...channelEntries(company.channels, scope.channel_id, (channel_id) => change({ channel_id })),
    ...((result?.categories.length ?? 0) === 0
      ? []
      : [
          { kind: 'line' as const },
          { kind: 'heading' as const, label: 'Category' },
          ...(result?.categories ?? []).map((category) => ({
            kind: 'choice' as const,
            label: category,
            chosen: category === scope.category,
            onPick: () => change({ category: category === scope.category ? null : category }),
          })),
        ]),
  ];
  const told = result?.waiting === false ? result : null;
  const policy = cell === null ? told?.all : told?.cells.find((each) => each.cell === cell);
  return (
    <ScreenFrame
      title="ABC/XYZ"
      subtitle={[
        result && !result.waiting ? monthSpan(result.from_month, result.to_month) : '',
        as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      tools={
        <>
          <SearchField
            ref={textField}
            label="Filter by item code or name"
            placeholder="Item code or name"
            value={text}
            onText={setText}
          />
          {site ? <Chip field="Site" value={site.code} onRemove={() => change({ site_id: null })} /> : null}
          {channel ? <Chip field="Channel" value={channel.name} onRemove={() => change({ channel_id: null })} /> : null}
          {scope.category === null ? null : (
            <Chip field="Category" value={scope.category} onRemove={() => change({ category: null })} />
          )}
          {cell === null ? null : <Chip field="Class" value={CELL_WORDS[cell]} onRemove={() => setCell(null)} />}
          <AddFilter entries={entries} />
          <GridTools<ItemClassRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: VIEW_ID,
              screenName: 'ABC/XYZ',
              state: { sort: sorts, filters: columnFilters, settings: { text, cell, ...scope } },
              onApply: applyView,
            }}
            files={{ asked: { query: 'itemClasses', args: { ...args } } }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {integer(result.total_rows)} of {counted(result.all.items, 'item')} ·{' '}
              {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
    >
      <div className={styles['body']}>
        {result && !result.waiting ? (
          <Matrix
            cells={result.cells}
            currency={currency}
            cost_visible={cost_visible}
            chosen={cell}
            onChoose={setCell}
          />
        ) : null}
        {policy ? (
          <p className={styles['policy']}>
            {cell === null ? 'All items' : CELL_WORDS[cell]}: {counted(policy.policies, 'position')} with a policy,{' '}
            {integer(policy.with_target)} of them with a service target
            {policy.target_bp === null ? '' : `, ${percent(policy.target_bp)} in the mean`}.
            {channel ? ' Stock and policies are of all channels.' : ''}
            <DrillLink onClick={() => navigate('/rules')}>Rules</DrillLink>
          </p>
        ) : null}
        <div className={styles['grid']}>
          <BlockGrid<ItemClasses, ItemClassRow>
            label="Items"
            viewId={VIEW_ID}
            columns={columns}
            rowKey={(row) => row.key}
            sorts={sorts}
            onSorts={setSorts}
            filters={columnFilters}
            onFilters={setColumnFilters}
            {...blocks}
            onDrill={open}
            onSelection={setSummary}
            empty={
              result?.waiting ? (
                <Empty title="A year of orders is still loading" text={coverage} />
              ) : active.length > 0 ? (
                <EmptyByFilter
                  title={`No items match ${counted(active.length, 'filter')}`}
                  filters={active}
                  onClearAll={() => {
                    setText('');
                    setCell(null);
                    setColumnFilters([]);
                  }}
                />
              ) : (
                <Empty title="Nothing to class" text="Nothing was sold here in twelve months, and nothing lies here." />
              )
            }
          />
        </div>
      </div>
    </ScreenFrame>
  );
}
