/** One account in the order it was booked, with what stood on it after each line; an entry opens with all of its accounts. */
import { useMemo, useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import type { AccountLine } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { integer } from '#renderer/format/numbers.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { ToolField } from '#renderer/ui/Field.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { type BooksAsOf, knownAtMs } from './asOf.ts';
import styles from './ledger.module.css';
import { EntryPanel } from './EntryPanel.tsx';
import { accountColumns } from './ledgerColumns.tsx';

/** Lines of an account that are shown; a file holds all of them. */
const MOST_LINES = 2000;
const VIEW_ID = 'account-lines';
const NO_LINES: readonly AccountLine[] = [];

export function AccountView({
  account_id,
  asOf,
  onBack,
}: {
  readonly account_id: number;
  readonly asOf: BooksAsOf;
  readonly onBack: () => void;
}) {
  const { company } = useWorkplace();
  const now_ms = useNow();
  const [from, setFrom] = useState(() => isoDate(firstDayOfMonth(monthOfDay(dayNumber(asOf.as_of_on) ?? 0))));
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [entry_id, setEntry] = useState<number | null>(null);
  const args = useMemo(
    () => ({
      company_id: company.id,
      account_id,
      from_on: from === '' || from > asOf.as_of_on ? asOf.as_of_on : from,
      to_on: asOf.as_of_on,
      known_at_ms: knownAtMs(asOf.known),
      closing: asOf.closing,
    }),
    [company.id, account_id, from, asOf],
  );
  const { data, error, refetch } = useAsk('accountLines', { ...args, offset: 0, limit: MOST_LINES });
  // what stood on it before and after is of all its lines
  const answer = told(data);
  const { currency } = company;
  const year = Number(asOf.as_of_on.slice(0, 4));
  const columns = useMemo(() => accountColumns(currency, year, now_ms), [currency, year, now_ms]);
  const open = entry_id !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open entry' },
      { key: 'Backspace', cap: '⌫', word: 'back to the accounts', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(open
        ? [{ key: 'Escape', cap: 'Esc', word: 'close entry', run: () => setEntry(null), quiet: true } as const]
        : []),
    ],
    [onBack, open],
  );
  useKeys('Account', keys);
  const lines = answer?.lines ?? NO_LINES;
  return (
    <LinesFrame<AccountLine>
      crumbs={[
        { label: 'Trial balance', onOpen: onBack },
        { label: answer ? `${answer.account.code} ${answer.account.name}` : 'Account' },
      ]}
      backWord="Back to the accounts"
      onBack={onBack}
      headerRight={
        answer ? (
          <span className={styles['ends']}>
            before {ledgerMoney(answer.opening_minor, currency)} · after{' '}
            <b>{ledgerMoney(answer.closing_minor, currency)}</b>
          </span>
        ) : null
      }
      says={
        <span className={styles['field']}>
          From
          <ToolField
            label="From the day"
            type="date"
            max={asOf.as_of_on}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          to {weekdayDate(asOf.as_of_on)}
          {answer && answer.total_lines > lines.length
            ? `: the first ${integer(lines.length)} of ${integer(answer.total_lines)} lines; choose fewer days, or export all`
            : ''}
          {answer && answer.left_out_lines > 0
            ? ` · pre-closing: ${integer(answer.left_out_lines)} ${answer.left_out_lines === 1 ? 'line' : 'lines'} of closing entries left out`
            : ''}
        </span>
      }
      viewId={VIEW_ID}
      columns={columns}
      asked={{ query: 'accountLines', args }}
      word="line"
      answer={answer ?? null}
      behind={false}
      summary={summary}
      panelLabel="Entry"
      panel={
        entry_id === null ? null : (
          <EntryPanel
            key={`${entry_id} ${args.known_at_ms}`}
            entry_id={entry_id}
            known_at_ms={args.known_at_ms}
            onClose={() => setEntry(null)}
          />
        )
      }
    >
      <MemoryGrid<AccountLine>
        label="Lines of the account"
        viewId={VIEW_ID}
        columns={columns}
        rows={lines}
        partial
        rowKey={(row) => String(row.id)}
        onDrill={(row) => setEntry(row.entry_id)}
        onWorking={(row) => setEntry(row.entry_id)}
        onSelection={setSummary}
        overlay={
          lines.length > 0 ? null : error ? (
            <ErrorState
              title="This account could not be read"
              text={errorMessage(error)}
              onRetry={() => void refetch()}
            />
          ) : answer && answer.left_out_lines > 0 ? (
            <Empty
              title="Only closing entries were booked on it on these days"
              text="They are left out before closing. Go back and choose Post-closing, or choose an earlier first day."
            />
          ) : answer ? (
            <Empty title="Nothing was booked on it on these days" text="Choose an earlier first day." />
          ) : data ? (
            <Empty {...waitWords(data, 'Its lines')} />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </LinesFrame>
  );
}
