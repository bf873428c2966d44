/** Suppliers: what is on order and late, how often in time, how long they take; who slips. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { SupplierRow } from '#contract/queries.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { supplierColumns } from './supplierColumns.tsx';
import { SupplierPanel } from './SupplierPanel.tsx';

const WHICH = [
  { value: 'all', label: 'All' },
  { value: 'open', label: 'On order' },
  { value: 'overdue', label: 'Overdue' },
  { value: 'slipping', label: 'Slipping' },
] as const;
type Which = (typeof WHICH)[number]['value'];
const WHICH_IDS = WHICH.map(({ value }) => value);
const KEEPS: Readonly<Record<Which, (row: SupplierRow) => boolean>> = {
  all: () => true,
  open: (row) => row.open_lines > 0,
  overdue: (row) => row.overdue_lines > 0,
  slipping: (row) => row.slip !== null,
};
const VIEW_ID = 'suppliers';
const NO_ROWS: readonly SupplierRow[] = [];

/** '/suppliers/12' → 12 */
function openSupplier(location: string): number | null {
  const id = Number(location.split('/')[2]);
  return Number.isInteger(id) && id > 0 ? id : null;
}

export default function SuppliersScreen() {
  const { company, session } = useWorkplace();
  const [location, navigate] = useLocation();
  const [which, setWhich] = useState<Which>('all');
  const [text, setText] = useState('');
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [shown, setShown] = useState<readonly SupplierRow[] | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const { data: answer, error, refetch } = useAsk('suppliers', { company_id: company.id });
  const as_of_ms = useAsOf(answer?.provenance);
  const open_id = openSupplier(location);
  const [arrived] = useState(open_id);
  const open = answer?.rows.find((row) => row.supplier_id === open_id) ?? null;

  useOnOther(company.id, () => navigate('/suppliers', { replace: true }));

  const columns = useMemo(
    () =>
      supplierColumns({
        currency: company.currency,
        cost_visible: answer?.cost_visible ?? session.may.see_cost,
      }),
    [company.currency, answer?.cost_visible, session.may.see_cost],
  );
  const words = text.trim().toLowerCase();
  const rows = useMemo(
    () =>
      (answer?.rows ?? NO_ROWS).filter(
        (row) => KEEPS[which](row) && (words === '' || `${row.code} ${row.name}`.toLowerCase().includes(words)),
      ),
    [answer, which, words],
  );
  const show = useCallback(
    (row: SupplierRow) => navigate(`/suppliers/${row.supplier_id}`, { replace: true }),
    [navigate],
  );
  const close = useCallback(() => navigate('/suppliers', { replace: true }), [navigate]);
  const isOpen = open !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open', help: 'open the supplier' },
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: close, quiet: true }] : []),
    ],
    [isOpen, close],
  );
  useKeys('Suppliers', keys);
  const slipping = answer?.rows.filter((row) => row.slip !== null).length ?? 0;
  const inForce = [
    ...(which === 'all'
      ? []
      : [{ name: WHICH.find(({ value }) => value === which)?.label ?? which, onRemove: () => setWhich('all') }]),
    ...(words === '' ? [] : [{ name: `Name contains ${text.trim()}`, onRemove: () => setText('') }]),
  ];
  return (
    <ScreenFrame
      title="Suppliers"
      subtitle={
        answer
          ? [
              counted(answer.total_rows, 'supplier'),
              `${integer(slipping)} slipping`,
              as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
              answer.provenance.coverage === 'complete' ? '' : answer.provenance.coverage,
            ]
              .filter(Boolean)
              .join(', ')
          : ''
      }
      headerRight={<SegmentedControl label="Which" options={WHICH} value={which} onChange={setWhich} />}
      tools={
        <>
          <SearchField
            ref={textField}
            label="Filter by name or code"
            placeholder="Name or code"
            value={text}
            onText={setText}
          />
          <GridTools<SupplierRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: 'suppliers',
              screenName: 'Suppliers',
              // who was sent to a supplier finds it, whatever view they keep
              opens: arrived === null,
              state: { sort: sorts, filters, settings: { which, text } },
              onApply: ({ sort, filters: kept, settings }) => {
                setWhich(settingOf(settings, 'which', WHICH_IDS) ?? 'all');
                setText(typeof settings['text'] === 'string' ? settings['text'] : '');
                setSorts(sort);
                setFilters(kept);
              },
            }}
            files={{
              asked: {
                query: 'suppliers',
                args: { company_id: company.id },
                ...(shown === null ? {} : { keys: shown.map((row) => String(row.supplier_id)) }),
              },
              more: [{ label: 'Every supplier', asked: { query: 'suppliers', args: { company_id: company.id } } }],
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted((shown ?? rows).length, 'supplier')} shown · {integer(answer.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Supplier"
      panel={
        open && answer ? (
          <SupplierPanel
            key={open.supplier_id}
            company_id={company.id}
            row={open}
            months={answer.months}
            target_bp={answer.target_bp}
            currency={answer.currency}
            cost_visible={answer.cost_visible}
            onStock={() => navigate(`/stock/supplier/${open.supplier_id}`)}
            onClose={close}
          />
        ) : null
      }
    >
      <MemoryGrid<SupplierRow>
        label="Suppliers"
        viewId={VIEW_ID}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.supplier_id)}
        currentKey={open ? String(open.supplier_id) : null}
        arriveAtKey={arrived === null ? null : String(arrived)}
        sorts={sorts}
        onSorts={setSorts}
        sortsRows
        onShown={setShown}
        filters={filters}
        onFilters={setFilters}
        onDrill={show}
        onWorking={show}
        onSelection={setSummary}
        overlay={
          answer === undefined ? (
            error ? (
              <ErrorState
                title="The suppliers could not be read"
                text={errorMessage(error)}
                onRetry={() => void refetch()}
              />
            ) : (
              <LoadingRows rows={14} />
            )
          ) : rows.length > 0 ? null : inForce.length > 0 ? (
            <EmptyByFilter
              title={`No supplier matches ${counted(inForce.length, 'filter')}`}
              filters={inForce}
              onClearAll={() => {
                setWhich('all');
                setText('');
              }}
            />
          ) : (
            <Empty title="There are no suppliers" text="They come with the first purchases, or from a file." />
          )
        }
      />
    </ScreenFrame>
  );
}
