import { useCallback, useMemo, useRef, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { AGE_PARTS } from '#domain/credit/ageing.ts';
import type { CreditRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock, weekdayDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField, ToolField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './credit.module.css';
import { creditColumns, roomMinor } from './creditColumns.tsx';
import { CustomerPanel } from './CustomerPanel.tsx';

export const CREDIT_VIEWS = [
  { value: 'customers', label: 'Customers' },
  { value: 'cash', label: 'Cash' },
] as const;
export type CreditView = (typeof CREDIT_VIEWS)[number]['value'];

const WHICH = [
  { value: 'all', label: 'All' },
  { value: 'ask', label: 'To ask' },
  { value: 'overdue', label: 'Past due' },
  { value: 'over', label: 'Over limit' },
] as const;
type Which = (typeof WHICH)[number]['value'];
const WHICH_IDS = WHICH.map(({ value }) => value);
const KEEPS: Readonly<Record<Which, (row: CreditRow) => boolean>> = {
  all: () => true,
  ask: (row) => row.ask !== null,
  overdue: (row) => row.overdue_minor > 0,
  over: (row) => (roomMinor(row) ?? 0) < 0,
};
const VIEW_ID = 'credit';
const NO_ROWS: readonly CreditRow[] = [];

export function CustomersView({
  open_id,
  onOpen,
  onView,
}: {
  readonly open_id: number | null;
  readonly onOpen: (party_id: number | null) => void;
  readonly onView: (view: CreditView) => void;
}) {
  const { company } = useWorkplace();
  const [which, setWhich] = useState<Which>('all');
  const [text, setText] = useState('');
  const [sorts, setSorts] = useState<readonly GridSort[]>([{ column: 'open', descending: true }]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [shown, setShown] = useState<readonly CreditRow[] | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [noting, setNoting] = useState(false);
  /** '' = today. */
  const [day, setDay] = useState('');
  const as_of_on = day === '' ? null : day;
  const dayField = useRef<HTMLInputElement>(null);
  const textField = useRef<HTMLInputElement>(null);
  const [arrived] = useState(open_id);
  const args = useMemo(() => ({ company_id: company.id }), [company.id]);
  const asked = useMemo(() => ({ ...args, as_of_on }), [args, as_of_on]);
  const { data, error, refetch } = useAsk('creditList', asked);
  // of invoices without their payments, or the other way round, no balance is told
  const answer = told(data);
  const as_of_ms = useAsOf(answer?.provenance);
  const year = Number(answer?.as_of_on.slice(0, 4) ?? 0);
  const columns = useMemo(() => creditColumns(company.currency, year), [company.currency, year]);
  const words = text.trim().toLowerCase();
  const rows = useMemo(
    () =>
      (answer?.rows ?? NO_ROWS).filter(
        (row) =>
          KEEPS[which](row) &&
          (words === '' || `${row.code} ${row.name} ${row.salesperson ?? ''}`.toLowerCase().includes(words)),
      ),
    [answer, which, words],
  );
  const totals = useMemo(() => totalRow(shown ?? rows), [shown, rows]);
  const open = answer?.rows.find((row) => row.party_id === open_id) ?? null;
  const show = useCallback((row: CreditRow) => onOpen(row.party_id === 0 ? null : row.party_id), [onOpen]);
  const isOpen = open !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open', help: 'open the customer' },
      ...(isOpen
        ? [
            { key: 'n', cap: 'N', word: 'note', help: 'write down what was said', run: () => setNoting(true) },
            { key: 'Escape', cap: 'Esc', word: 'close panel', run: () => onOpen(null), quiet: true } as const,
          ]
        : []),
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: 'd', cap: 'D', word: 'day', help: 'choose the day', run: () => dayField.current?.focus() },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [isOpen, onOpen],
  );
  useKeys('Credit', keys);
  const all = answer?.rows ?? NO_ROWS;
  const sum = (of: (row: CreditRow) => number): number => all.reduce((total, row) => total + of(row), 0);
  const inForce = [
    ...(which === 'all'
      ? []
      : [{ name: WHICH.find(({ value }) => value === which)?.label ?? which, onRemove: () => setWhich('all') }]),
    ...(words === '' ? [] : [{ name: `Name contains ${text.trim()}`, onRemove: () => setText('') }]),
  ];
  return (
    <ScreenFrame
      title="Credit"
      subtitle={
        answer
          ? [
              `${overviewMoney(
                sum((row) => row.open_minor),
                company.currency,
              )} open`,
              `${overviewMoney(
                sum((row) => row.overdue_minor),
                company.currency,
              )} past due`,
              as_of_on === null
                ? `${counted(all.filter((row) => row.ask !== null).length, 'customer')} to ask`
                : `at the end of ${weekdayDate(answer.as_of_on, 0)}`,
              as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
            ]
              .filter(Boolean)
              .join(', ')
          : (data?.provenance.coverage ?? '')
      }
      headerRight={
        <>
          <SegmentedControl label="Which" options={WHICH} value={which} onChange={setWhich} />
          <Tabs label="View" options={CREDIT_VIEWS} value="customers" onChange={onView} />
        </>
      }
      tools={
        <>
          <SearchField
            ref={textField}
            label="Filter by customer or salesperson"
            placeholder="Customer or salesperson"
            value={text}
            onText={setText}
          />
          <span className={styles['field']}>
            At the end of
            <ToolField
              ref={dayField}
              label="At the end of the day; empty is today"
              type="date"
              value={day}
              onChange={(event) => setDay(event.target.value)}
            />
          </span>
          <GridTools<CreditRow>
            viewId={VIEW_ID}
            columns={columns}
            views={{
              screen: 'credit',
              screenName: 'Credit',
              // who was sent to a customer finds them, whatever view they keep
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
                query: 'creditList',
                args: asked,
                ...(shown === null ? {} : { keys: shown.map((row) => String(row.party_id)) }),
              },
              more: [
                { label: 'Every customer', asked: { query: 'creditList', args: asked } },
                { label: 'Every open invoice', asked: { query: 'openInvoices', args: { ...asked, kind: 'customer' } } },
                { label: 'Every open bill', asked: { query: 'openInvoices', args: { ...asked, kind: 'supplier' } } },
              ],
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted((shown ?? rows).length, 'customer')} · {integer(answer.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Customer"
      panel={
        open && answer ? (
          <CustomerPanel
            key={open.party_id}
            row={open}
            as_of_on={as_of_on}
            may_write={answer.may_write}
            noting={noting}
            onNote={setNoting}
            onClose={() => onOpen(null)}
          />
        ) : null
      }
    >
      <MemoryGrid<CreditRow>
        label="What customers owe"
        viewId={VIEW_ID}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.party_id)}
        currentKey={open ? String(open.party_id) : null}
        arriveAtKey={arrived === null ? null : String(arrived)}
        sorts={sorts}
        onSorts={setSorts}
        sortsRows
        onShown={setShown}
        filters={filters}
        onFilters={setFilters}
        totals={answer ? totals : undefined}
        onDrill={show}
        onWorking={show}
        onSelection={setSummary}
        overlay={
          answer === undefined ? (
            error ? (
              <ErrorState
                title="What customers owe could not be read"
                text={errorMessage(error)}
                onRetry={() => void refetch()}
              />
            ) : data ? (
              <Empty {...waitWords(data, 'Balances')} />
            ) : (
              <LoadingRows rows={14} />
            )
          ) : rows.length > 0 ? null : inForce.length > 0 ? (
            <EmptyByFilter
              title={`No customer matches ${counted(inForce.length, 'filter')}`}
              filters={inForce}
              onClearAll={() => {
                setWhich('all');
                setText('');
              }}
            />
          ) : (
            <Empty good title="Nobody owes anything" text="No invoice is open, and no customer has a limit." />
          )
        }
      />
    </ScreenFrame>
  );
}

function totalRow(rows: readonly CreditRow[]): CreditRow {
  const sum = (of: (row: CreditRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    party_id: 0,
    code: '',
    name: counted(rows.length, 'customer'),
    salesperson: null,
    open_minor: sum((row) => row.open_minor),
    parts_minor: AGE_PARTS.map((_, at) => sum((row) => row.parts_minor[at] ?? 0)),
    overdue_minor: sum((row) => row.overdue_minor),
    oldest_days: 0,
    invoices: sum((row) => row.invoices),
    deposits_minor: sum((row) => row.deposits_minor),
    limit_minor: null,
    exposure_minor: sum((row) => row.exposure_minor),
    habit_days: null,
    habit_payments: 0,
    follow_up: null,
    ask: null,
  };
}
