/** The lines of the flux task: each account beside the month before, its words, and under it what likely changed it. */
import { FLUX_RATE_HELP } from '#domain/close/flux.ts';
import { minorDigits } from '#domain/money.ts';
import type { FluxCauseView, FluxEntryView, FluxLineView } from '#contract/queries.ts';
import { moment, shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { NO_DATA, percentBare, signed } from '#renderer/format/numbers.ts';
import { CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { ledgerColumn } from '#renderer/grid/moneyColumn.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { wordsProblem } from './pastedWords.ts';

export interface FluxRow {
  readonly key: string;
  readonly kind: 'line' | 'cause' | 'entry';
  /** Of a cause or an entry, the account's it stands under. */
  readonly line: FluxLineView;
  readonly cause: FluxCauseView | null;
  readonly entry: FluxEntryView | null;
}

/** A line that is `opened` is followed by its likely causes, each with its largest entries. */
export function fluxRows(lines: readonly FluxLineView[], opened: ReadonlySet<string>): readonly FluxRow[] {
  return lines.flatMap((line): readonly FluxRow[] => {
    const row: FluxRow = { key: String(line.line_id), kind: 'line', line, cause: null, entry: null };
    if (!opened.has(row.key)) return [row];
    return [
      row,
      ...line.causes.flatMap((cause, nth): readonly FluxRow[] => [
        { key: `${row.key}/${nth}`, kind: 'cause', line, cause, entry: null },
        ...cause.entries.map(
          (entry): FluxRow => ({
            key: `${row.key}/${nth}/${entry.entry_id}`,
            kind: 'entry',
            line,
            cause,
            entry,
          }),
        ),
      ]),
    ];
  });
}

export type Explain = (line_id: number, explanation: string, seen_explanation: string | null) => void;

interface Shown {
  readonly currency: string;
  /** Dates of this year are shown without it. */
  readonly year: number;
  readonly now_ms: number;
  /** null: nobody types words here. */
  readonly explain: Explain | null;
}

export function fluxTaskColumns({ currency, year, now_ms, explain }: Shown): readonly GridColumn<FluxRow>[] {
  return [
    {
      id: 'account',
      header: 'Account',
      width: 200,
      text: (row) => name(row, year),
      cell: (row) => <CellName title={name(row, year)}>{name(row, year)}</CellName>,
      tone: quietBelow,
    },
    ledgerColumn(currency, 'now', 'Now', (row) => (row.kind === 'line' ? row.line.now_minor : null), {
      help: 'Income and expense: the month; the rest: the balance',
      width: 100,
    }),
    ledgerColumn(currency, 'before', 'Month before', (row) => (row.kind === 'line' ? row.line.before_minor : null), {
      width: 106,
    }),
    ledgerColumn(currency, 'change', 'Change', change, {
      width: 100,
      text: (row) => signed(ledgerAmount(change(row), currency), change(row)),
      // parts of a change are not added to it
      figure: (row) =>
        row.kind === 'line' ? { value: row.line.change_minor, places: minorDigits(currency), unit: currency } : null,
      tone: (row) => (row.kind === 'line' ? 'strong' : 'quiet'),
    }),
    {
      id: 'rate',
      header: '%',
      help: FLUX_RATE_HELP,
      width: 58,
      align: 'right',
      text: rate,
      tone: quietBelow,
    },
    {
      id: 'cause',
      header: 'Likely cause',
      help: 'What makes most of the change in the ledger. A suggestion: nothing of it is signed',
      width: 196,
      text: (row) => causeText(row, currency),
      cell: (row) => <CellName title={causeText(row, currency)}>{causeText(row, currency)}</CellName>,
      tone: () => 'quiet',
    },
    {
      id: 'explanation',
      header: 'Why',
      width: 244,
      text: wordsText,
      cell: wordsCell,
      ...(explain ? { edit: wordsEdit(explain, currency) } : {}),
    },
    {
      id: 'by',
      header: 'By',
      width: 168,
      text: ({ kind, line }) =>
        kind !== 'line' || line.words === null
          ? ''
          : [line.by, line.at_ms === null ? null : moment(line.at_ms, now_ms)].filter(Boolean).join(', '),
      tone: () => 'quiet',
    },
  ];
}

const quietBelow = (row: FluxRow) => (row.kind === 'line' ? undefined : ('quiet' as const));

function name({ kind, line, cause, entry }: FluxRow, year: number): string {
  if (kind === 'line') return line.ref;
  return entry ? `${entry.name}, ${shortDate(entry.booked_on, year)}` : (cause?.label ?? '');
}

function change({ line, cause, entry }: FluxRow): number {
  return entry?.change_minor ?? cause?.change_minor ?? line.change_minor;
}

function rate({ kind, line }: FluxRow): string {
  if (kind !== 'line') return '';
  return line.rate_bp === null ? NO_DATA : signed(percentBare(line.rate_bp), line.rate_bp);
}

/**
 * 'GEN Legal fees 84 %, GEN Travel 9 %'. More than all of a change, against which others went, is said as its amount: a multiple
 * of a change tells nothing.
 */
function causeText({ kind, line, cause, entry }: FluxRow, currency: string): string {
  if (entry) return entry.about;
  if (kind === 'cause')
    return cause && cause.share_bp <= WHOLE_BP ? `${wholePercent(cause.share_bp)} of the change` : '';
  return line.causes
    .map(({ label, share_bp, change_minor }) =>
      share_bp <= WHOLE_BP
        ? `${label} ${wholePercent(share_bp)}`
        : `${label} ${signed(ledgerAmount(change_minor, currency), change_minor)}`,
    )
    .join(', ');
}

const WHOLE_BP = 10_000;

function wholePercent(share_bp: number): string {
  return `${Math.round(share_bp / 100)} %`;
}

function wordsText({ kind, line }: FluxRow): string {
  if (kind !== 'line') return '';
  if (line.needs_words) return 'To explain';
  if (line.words === null) return '';
  return line.words_state === 'pending' || line.words_state === 'sent' ? `≈ ${line.words}` : line.words;
}

function wordsCell(row: FluxRow) {
  if (row.kind !== 'line') return null;
  const { needs_words, words_state } = row.line;
  if (needs_words) return <Status shape="warn">To explain</Status>;
  const text = wordsText(row);
  return words_state === 'pending' || words_state === 'sent' ? (
    <Status shape={MUTATION_STATES[words_state].shape}>{text}</Status>
  ) : (
    <CellName title={text}>{text}</CellName>
  );
}

function wordsEdit(explain: Explain, currency: string): NonNullable<GridColumn<FluxRow>['edit']> {
  return {
    start: ({ kind, line }) => (kind === 'line' ? (line.words ?? '') : null),
    look: (row, text) => {
      const problem = wordsProblem(text, 'Say why it changed.');
      if (problem !== null) return { kind: 'wrong', says: [{ words: problem }] };
      const likely = causeText(row, currency);
      const says = likely === '' ? '' : `Likely cause: ${likely}. `;
      return {
        kind: 'kept',
        asks_reason: false,
        says: [{ words: `${says}What you write is part of what is signed.` }],
      };
    },
    keep: ({ line }, text) => explain(line.line_id, text.trim(), line.words),
  };
}
