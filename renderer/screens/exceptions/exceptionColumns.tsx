/** The columns of the grid of exceptions. */
import { EXCEPTION_KINDS, isAnswered } from '#domain/exceptions/exception.ts';
import { KIND_NAMES } from '#domain/exceptions/kindNames.ts';
import { minorDigits } from '#domain/money.ts';
import type { ExceptionRow, QueryInput } from '#contract/queries.ts';
import { daysBetween, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { integer, NBSP, NO_DATA } from '#renderer/format/numbers.ts';
import { CellCount } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { exceptionWords } from '#renderer/screens/today/words.ts';
import { escalationWords, SEVERITY_SHAPES } from '#renderer/screens/today/workingWords.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import styles from './exceptions.module.css';

export type Grouping = NonNullable<QueryInput<'exceptions'>['group_by']>;

export interface ExceptionColumnOptions {
  readonly group_by: Grouping;
  readonly currency: string;
  /** ISO date the list speaks of; null before the first answer. */
  readonly today: string | null;
  readonly many_companies: boolean;
  readonly ticked: ReadonlySet<string>;
  /** null: this person decides nothing. */
  readonly onTick: ((row: ExceptionRow) => void) | null;
}

/** What it says; a group says how many it holds. */
export function titleOf(row: ExceptionRow): string {
  if (row.exception === null) return `${row.label} ${integer(row.children)}`;
  return exceptionWords(row.exception, row.exception.currency).title;
}

/** 'Asleep until 3 Dec', 'Not solved by 21 Nov, for controller' */
export function stateWords(row: ExceptionRow): string {
  const { exception } = row;
  if (exception === null) return '';
  if (exception.mark_state !== null) return MUTATION_STATES[exception.mark_state].word;
  if (exception.snoozed_until_on !== null) return `Asleep until ${shortDate(exception.snoozed_until_on)}`;
  return escalationWords(exception) ?? '';
}

export function exceptionColumns(options: ExceptionColumnOptions): readonly GridColumn<ExceptionRow>[] {
  const { group_by, today, onTick } = options;
  const kind: GridColumn<ExceptionRow> = {
    id: 'kind',
    header: 'Kind',
    width: 148,
    filter: { kind: 'set', options: EXCEPTION_KINDS.map((value) => ({ value, label: KIND_NAMES[value] })) },
    hidden: group_by === 'kind',
    text: (row) => (row.exception === null ? '' : KIND_NAMES[row.exception.facts.kind]),
  };
  const tick: GridColumn<ExceptionRow> = {
    id: 'tick',
    header: '✓',
    help: 'Chosen for snoozing or assigning together',
    width: 34,
    onPaper: false,
    text: (row) => (options.ticked.has(row.key) ? '✓' : ''),
    cell: (row) =>
      row.exception === null ? null : (
        <input
          type="checkbox"
          className={styles['tick']}
          tabIndex={-1}
          aria-label={`Choose ${titleOf(row)}`}
          checked={options.ticked.has(row.key)}
          onChange={() => onTick?.(row)}
        />
      ),
  };
  return [
    {
      id: 'subject',
      header: group_by === 'none' ? 'Exception' : `${GROUP_HEADERS[group_by]} › exception`,
      width: 304,
      sort: 'subject',
      filter: { kind: 'text' },
      text: titleOf,
      cell: (row) => (
        <span className={styles['title']}>
          {row.exception === null ? null : <Shape shape={SEVERITY_SHAPES[row.exception.severity]} />}
          <span>{row.exception === null ? row.label : titleOf(row)}</span>
          {row.exception === null ? <CellCount>{integer(row.children)}</CellCount> : null}
        </span>
      ),
    },
    ...(onTick ? [tick] : []),
    {
      id: 'stake',
      header: `At stake, ${currencySymbol(options.currency)}`,
      width: 88,
      align: 'right',
      sort: 'stake',
      filter: { kind: 'number', places: minorDigits(options.currency) },
      text: (row) =>
        row.exception !== null && isAnswered(row.exception.facts.kind)
          ? NO_DATA
          : overviewAmount(row.shown_minor, options.currency),
      figure: (row) =>
        row.shown_minor === null
          ? null
          : { value: row.shown_minor, places: minorDigits(options.currency), unit: options.currency },
    },
    kind,
    ...(options.many_companies
      ? [
          {
            id: 'company',
            header: 'Company',
            width: 130,
            filter: { kind: 'text' } as const,
            text: (row: ExceptionRow) => row.company ?? '',
          },
        ]
      : []),
    {
      id: 'site',
      header: 'Site',
      width: 106,
      filter: { kind: 'text' },
      text: (row) => row.site ?? (row.exception === null ? '' : NO_DATA),
    },
    {
      id: 'supplier',
      header: 'Supplier',
      width: 150,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => row.supplier ?? (row.exception === null ? '' : NO_DATA),
    },
    {
      id: 'due',
      header: 'Due',
      width: 62,
      sort: 'due',
      filter: { kind: 'date' },
      sortDescendingFirst: false,
      text: (row) => (row.exception === null ? '' : dueWords(row.exception.due_on, today)),
    },
    {
      id: 'since',
      header: 'Age',
      width: 50,
      align: 'right',
      sort: 'since',
      filter: { kind: 'number', places: 0 },
      sortDescendingFirst: false,
      text: ({ exception }) =>
        exception === null
          ? ''
          : exception.since_on === null || today === null
            ? NO_DATA
            : `${integer(Math.max(0, daysBetween(exception.since_on, today)))}${NBSP}d`,
    },
    {
      id: 'owner',
      header: 'Who',
      width: 82,
      sort: 'owner',
      filter: { kind: 'text' },
      text: ({ exception }) => (exception === null ? '' : (exception.assigned_to ?? exception.owner ?? NO_DATA)),
    },
    {
      id: 'state',
      header: 'What was done',
      width: 150,
      text: stateWords,
      cell: (row) => {
        const said = stateWords(row);
        if (said === '') return null;
        if (!row.exception?.escalated) return said;
        return (
          <span className={styles['title']} title={said}>
            <Shape shape="warn" />
            <span>{said}</span>
          </span>
        );
      },
    },
  ];
}

const GROUP_HEADERS: Readonly<Record<Exclude<Grouping, 'none'>, string>> = {
  kind: 'Kind',
  site: 'Site',
  supplier: 'Supplier',
  owner: 'Who',
};

function dueWords(on: string | null, today: string | null): string {
  if (on === null) return NO_DATA;
  return today !== null && on <= today ? 'Today' : shortDate(on);
}
