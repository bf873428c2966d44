import { useMemo, useRef, useState } from 'react';
import type { TrialBalanceRow, YearClosing } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted, integer, percent } from '#renderer/format/numbers.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { ToolField } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { type BooksAsOf, knownAtMs } from './asOf.ts';
import { EntryPanel } from './EntryPanel.tsx';
import styles from './ledger.module.css';
import { balanceColumns, fluxColumns } from './ledgerColumns.tsx';

const WHICH = [
  { value: 'all', label: 'All' },
  { value: 'balance', label: 'Balance sheet' },
  { value: 'result', label: 'Result' },
] as const;
type Which = (typeof WHICH)[number]['value'];
const isResult = ({ kind }: TrialBalanceRow): boolean => kind === 'income' || kind === 'expense';
const VIEWS = [
  { value: 'balance', label: 'Balance' },
  { value: 'flux', label: 'Flux' },
] as const;
type BooksView = (typeof VIEWS)[number]['value'];
const CLOSINGS = [
  { value: 'pre', label: 'Pre-closing' },
  { value: 'post', label: 'Post-closing' },
] as const;
type Closing = BooksAsOf['closing'];
const NO_ROWS: readonly TrialBalanceRow[] = [];
const VIEW_IDS: Readonly<Record<BooksView, string>> = { balance: 'trial-balance', flux: 'flux' };

export function TrialBalanceView({
  asOf,
  entry_id,
  onAsOf,
  onAccount,
  onCloseEntry,
}: {
  readonly asOf: BooksAsOf;
  /** Shown beside the accounts: where another screen led here. */
  readonly entry_id: number | null;
  readonly onAsOf: (asOf: BooksAsOf) => void;
  readonly onAccount: (account_id: number) => void;
  readonly onCloseEntry: () => void;
}) {
  const { company } = useWorkplace();
  const [which, setWhich] = useState<Which>('all');
  const [view, setView] = useState<BooksView>('balance');
  const { closing } = asOf;
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const dayField = useRef<HTMLInputElement>(null);
  const known_at_ms = knownAtMs(asOf.known);
  const args = useMemo(
    () => ({ company_id: company.id, as_of_on: asOf.as_of_on, known_at_ms, closing }),
    [company.id, asOf.as_of_on, known_at_ms, closing],
  );
  const { data, error, refetch } = useAsk('trialBalance', args);
  const answer = told(data);
  const as_of_ms = useAsOf(answer?.provenance);
  const columns = useMemo(
    () => (view === 'flux' ? fluxColumns(company.currency) : balanceColumns(company.currency)),
    [view, company.currency],
  );
  const rows = useMemo(
    () =>
      (answer?.rows ?? NO_ROWS).filter(
        (row) =>
          (row.opening_minor !== 0 || row.before_minor !== 0 || row.debit_minor !== 0 || row.credit_minor !== 0) &&
          (which === 'all' || (which === 'result') === isResult(row)),
      ),
    [answer, which],
  );
  const totals = useMemo<TrialBalanceRow>(() => {
    const sum = (of: (row: TrialBalanceRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const now_minor = sum((row) => row.flux.now_minor);
    const before_minor = sum((row) => row.flux.before_minor);
    return {
      flux: {
        now_minor,
        before_minor,
        change_minor: now_minor - before_minor,
        rate_bp: null,
        asks: false,
        words: null,
        by: null,
      },
      account_id: 0,
      code: 'Total',
      name: which === 'all' ? '' : (WHICH.find(({ value }) => value === which)?.label ?? ''),
      kind: '',
      role: null,
      opening_minor: sum((row) => row.opening_minor),
      year_minor: sum((row) => row.year_minor),
      before_minor: sum((row) => row.before_minor),
      debit_minor: sum((row) => row.debit_minor),
      credit_minor: sum((row) => row.credit_minor),
      balance_minor: sum((row) => row.balance_minor),
    };
  }, [rows, which]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open account' },
      {
        key: 'v',
        cap: 'V',
        word: 'balance or flux',
        run: () => setView((now) => (now === 'flux' ? 'balance' : 'flux')),
      },
      { key: 'f', cap: 'F', word: 'day', help: 'choose the day', run: () => dayField.current?.focus() },
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(entry_id === null
        ? []
        : [{ key: 'Escape', cap: 'Esc', word: 'close entry', run: onCloseEntry, quiet: true } as const]),
    ],
    [entry_id, onCloseEntry],
  );
  useKeys('Ledger', keys);
  const whole = answer?.balance_minor === 0;
  const asked = rows.filter((row) => row.flux.asks && row.flux.words === null).length;
  return (
    <ScreenFrame
      title={view === 'flux' ? 'Flux' : 'Trial balance'}
      subtitle={
        answer ? (
          <span className={styles['says']}>
            at the end of {weekdayDate(asOf.as_of_on, 0)}, fiscal year {answer.year_words}
            {as_of_ms === null ? '' : `, as of ${clock(as_of_ms)}`}
            {whole ? (
              <Status shape="done">debits equal credits</Status>
            ) : (
              <Status shape="bad">off by {ledgerMoney(answer.balance_minor, company.currency)}</Status>
            )}
            {view === 'flux' ? (
              <span>
                {counted(asked, 'account')} to explain: more than{' '}
                {ledgerMoney(answer.flux_threshold.amount_minor, company.currency)} and{' '}
                {percent(answer.flux_threshold.rate_bp)}
              </span>
            ) : null}
            {answer.later_entries > 0 ? (
              <Status shape="ring">{counted(answer.later_entries, 'entry', 'entries')} posted later left out</Status>
            ) : null}
            {answer.changed_entries > 0 ? (
              <Status shape="ring">
                {counted(answer.changed_entries, 'entry', 'entries')} changed later, shown as{' '}
                {answer.changed_entries === 1 ? 'it' : 'they'} stood
              </Status>
            ) : null}
          </span>
        ) : (
          (data?.provenance.coverage ?? null)
        )
      }
      headerRight={
        <>
          <SegmentedControl label="Which accounts" options={WHICH} value={which} onChange={setWhich} />
          <Tabs label="View" options={VIEWS} value={view} onChange={setView} />
        </>
      }
      tools={
        <>
          <span className={styles['field']}>
            At the end of
            <ToolField
              ref={dayField}
              label="At the end of the day"
              type="date"
              required
              value={asOf.as_of_on}
              onChange={(event) => onAsOf({ ...asOf, as_of_on: event.target.value })}
            />
          </span>
          <span className={styles['field']}>
            as known at
            <ToolField
              label="As known at the moment; empty is now"
              type="datetime-local"
              value={asOf.known}
              onChange={(event) => onAsOf({ ...asOf, known: event.target.value })}
            />
          </span>
          {answer?.closing?.own_year === true && view === 'balance' ? (
            <SegmentedControl
              label="Before or after closing entries"
              options={CLOSINGS}
              value={closing}
              onChange={(value) => onAsOf({ ...asOf, closing: value })}
            />
          ) : null}
          {answer?.closing && view === 'balance' ? (
            <span className={styles['says']}>
              <ClosingStatus closing={answer.closing} shown={closing} currency={company.currency} />
            </span>
          ) : null}
          <GridTools<TrialBalanceRow>
            viewId={VIEW_IDS[view]}
            columns={columns}
            files={{ label: 'Export', asked: { query: 'trialBalance', args } }}
          />
        </>
      }
      panelLabel="Entry"
      panel={
        entry_id === null ? null : (
          <EntryPanel
            key={`${entry_id} ${known_at_ms}`}
            entry_id={entry_id}
            known_at_ms={known_at_ms}
            onClose={onCloseEntry}
          />
        )
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted(rows.length, 'account')} · {integer(answer.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
    >
      <MemoryGrid<TrialBalanceRow>
        label={view === 'flux' ? 'Flux' : 'Trial balance'}
        viewId={VIEW_IDS[view]}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.account_id)}
        // months of the result beside balances add up to nothing that means something
        totals={answer && (view === 'balance' || which === 'result') ? totals : undefined}
        onDrill={(row) => {
          if (row.account_id > 0) onAccount(row.account_id);
        }}
        onSelection={setSummary}
        overlay={
          rows.length > 0 ? null : error ? (
            <ErrorState
              title="The trial balance could not be read"
              text={errorMessage(error)}
              onRetry={() => void refetch()}
            />
          ) : answer ? (
            <Empty
              title="Nothing was booked by then"
              text="Choose a later day, or a later moment at which the books were known."
            />
          ) : data ? (
            <Empty {...waitWords(data, 'The books')} />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </ScreenFrame>
  );
}

/** What closing entries did to the result, and whether they left something of it. */
function ClosingStatus({
  closing: { own_year, year_words, result_minor, left_minor },
  shown,
  currency,
}: {
  readonly closing: YearClosing;
  readonly shown: Closing;
  readonly currency: string;
}) {
  const result = `${result_minor > 0 ? 'loss' : 'profit'} of ${ledgerMoney(Math.abs(result_minor), currency)}`;
  if (left_minor !== 0) {
    const left = ledgerMoney(left_minor, currency);
    return (
      <Status shape="bad">
        closing entries{own_year ? '' : ` of ${year_words}`} leave {left}
      </Status>
    );
  }
  if (!own_year) return <Status shape="done">{`${result} of ${year_words} carried to equity`}</Status>;
  return (
    <Status shape="done">{shown === 'pre' ? `closing carries a ${result}` : `${result} carried to equity`}</Status>
  );
}
