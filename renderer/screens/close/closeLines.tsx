/** The lines of a task under their sides: what explains the difference, the ledger, what it is compared with. */
import { minorDigits } from '#domain/money.ts';
import { CAUSE_WORDS } from '#domain/close/reconcile/causes.ts';
import { accountsInWords, taskAccounts } from '#domain/close/taskAccounts.ts';
import type { CloseTaskDetail, ItemDocument, JournalRow, RecItemView } from '#contract/queries.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { monthYear, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA } from '#renderer/format/numbers.ts';
import { CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import styles from './journal.module.css';
import { entryInWords, itemEntryState, journalState } from './journalStates.ts';
import { wordsProblem } from './pastedWords.ts';

type Line = CloseTaskDetail['lines'][number];
type Side = 'item' | 'ledger' | 'subledger';

export interface CloseLineRow {
  readonly key: string;
  readonly kind: 'group' | 'line' | 'document' | 'total';
  readonly side: Side;
  readonly label: string;
  readonly count: number;
  readonly line: Line | null;
  /** What the server found of it; of a document the item it stands behind. */
  readonly item: RecItemView | null;
  readonly document: ItemDocument | null;
  readonly ledger_minor: number | null;
  readonly subledger_minor: number | null;
  readonly explained_minor: number | null;
}

const SIDES: readonly { readonly side: Side; readonly label: string; readonly one: string }[] = [
  { side: 'item', label: 'Items', one: 'item' },
  { side: 'ledger', label: 'Ledger', one: 'entry' },
  { side: 'subledger', label: 'Subledger', one: 'line' },
];

/**
 * Group rows and, where unfolded, their lines; every group's figures are the sums of its lines. An item that is `opened`
 * is followed by its documents.
 */
export function closeLineRows(
  lines: readonly Line[],
  folded: ReadonlySet<string>,
  items: ReadonlyMap<number, RecItemView> = new Map(),
  opened: ReadonlySet<string> = new Set(),
): readonly CloseLineRow[] {
  return SIDES.flatMap(({ side, label }) => {
    const ofSide = lines.filter((line) => line.side === side);
    if (ofSide.length === 0) return [];
    const sum = ofSide.reduce((total, line) => total + line.amount_minor, 0);
    const group: CloseLineRow = {
      key: side,
      kind: 'group',
      side,
      label,
      count: ofSide.length,
      line: null,
      item: null,
      document: null,
      ...amounts(side, sum),
    };
    if (folded.has(side)) return [group];
    return [
      group,
      ...ofSide.flatMap((line): readonly CloseLineRow[] => {
        const item = items.get(line.id) ?? null;
        const row: CloseLineRow = {
          key: String(line.id),
          kind: 'line',
          side,
          label: line.ref,
          count: 0,
          line,
          item,
          document: null,
          ...amounts(side, line.amount_minor),
        };
        return item && opened.has(row.key) ? [row, ...documentRows(item)] : [row];
      }),
    ];
  });
}

function documentRows(item: RecItemView): readonly CloseLineRow[] {
  return item.documents.map((document, nth) => ({
    key: `${item.line_id}/${nth}`,
    kind: 'document',
    side: 'item',
    label: document.ref,
    count: 0,
    line: null,
    item,
    document,
    ledger_minor: null,
    subledger_minor: null,
    explained_minor: null,
  }));
}

export function closeTotalRow(detail: CloseTaskDetail): CloseLineRow {
  const accounts = accountsInWords(taskAccounts(detail.task.account, detail.lines));
  return {
    key: 'total',
    kind: 'total',
    side: 'ledger',
    label: accounts === '' ? detail.task.title : accounts.replace('account', 'Account'),
    count: 0,
    line: null,
    item: null,
    document: null,
    ledger_minor: detail.ledger_minor,
    subledger_minor: detail.subledger_minor,
    // all items: with the subledger they come to the ledger
    explained_minor: detail.lines.reduce((sum, line) => (line.side === 'item' ? sum + line.amount_minor : sum), 0),
  };
}

function amounts(
  side: Side,
  amount_minor: number,
): Pick<CloseLineRow, 'ledger_minor' | 'subledger_minor' | 'explained_minor'> {
  return {
    ledger_minor: side === 'ledger' ? amount_minor : null,
    subledger_minor: side === 'subledger' ? amount_minor : null,
    explained_minor: side === 'item' ? amount_minor : null,
  };
}

const DOCUMENT_WORDS: Readonly<Record<string, string>> = {
  invoice: 'Invoice',
  payment: 'Payment',
  receipt: 'Receipt',
  shipment: 'Delivery',
  order_line: 'Order line',
  claim_cost: 'Cost of a claim',
  landed_cost: 'Landed cost',
  count_line: 'Count',
  entry: 'Ledger entry',
  statement_line: 'Statement line',
  rate: 'Revaluation',
  agreement: 'Agreement',
  sister: 'Has no booking of it',
  sister_delivery: 'Booked as delivered',
  sister_purchase: 'Booked as bought',
  sister_payment: 'Booked as payment',
};

export type Explain = (line_id: number, explanation: string, seen_explanation: string | null) => void;

export interface LineColumns {
  readonly currency: string;
  /** What stands in the columns of amounts, as far as it makes them wide: no figure is cut. */
  readonly amounts_minor: readonly number[];
  /** Dates of this year are shown without it. */
  readonly year: number;
  /** Some line is of another account than the task’s: only then each says its own. */
  readonly several_accounts: boolean;
  /** Some item has an entry. */
  readonly has_entries: boolean;
  /** Some document is made out in another currency. */
  readonly has_own: boolean;
  /** Some item has a file. */
  readonly has_files: boolean;
  /** null: nobody types words here. */
  readonly explain: Explain | null;
  /** Items chosen for one entry. */
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (line_id: number) => void;
  /** The entry proposed for an item. */
  readonly entryOf: (line_id: number) => JournalRow | null;
  /** How many files stand on an item, by its reference. */
  readonly filesOf: (ref: string) => number;
}

const OWN_AMOUNT: GridColumn<CloseLineRow> = {
  id: 'own',
  header: 'In its currency',
  help: 'What a document is made out in, where that is not the company’s currency',
  width: 120,
  align: 'right',
  text: (row) => (row.document?.own ? ledgerMoney(row.document.own.amount_minor, row.document.own.currency) : ''),
  tone: () => 'quiet',
};

export function closeLineColumns({
  currency,
  amounts_minor,
  year,
  several_accounts,
  has_entries,
  has_own,
  has_files,
  explain,
  ticked,
  onTick,
  entryOf,
  filesOf,
}: LineColumns): readonly GridColumn<CloseLineRow>[] {
  const symbol = currencySymbol(currency);
  const texts = amounts_minor.map((amount) => ledgerAmount(amount, currency));
  const money = (
    id: string,
    header: string,
    value: (row: CloseLineRow) => number | null,
  ): GridColumn<CloseLineRow> => ({
    id,
    header: `${header}, ${symbol}`,
    width: widthFor([`${header}, ${symbol}`, ...texts], 82),
    align: 'right',
    text: (row) => (value(row) === null ? '' : ledgerAmount(value(row), currency)),
    figure: (row) => {
      const amount = value(row);
      return row.kind !== 'line' || amount === null
        ? null
        : { value: amount, places: minorDigits(currency), unit: currency };
    },
  });
  const account: GridColumn<CloseLineRow> = {
    id: 'account',
    header: 'Account',
    width: 68,
    text: (row) => (row.line ? (row.line.account ?? NO_DATA) : ''),
    tone: () => 'quiet',
  };
  const entry: GridColumn<CloseLineRow> = {
    id: 'entry',
    header: 'Entry',
    help: 'The entry that is proposed to clear the item, and how it stands',
    width: 142,
    text: (row) => entryAt(row, entryOf)?.word ?? '',
    cell: (row) => {
      const own = entryAt(row, entryOf);
      if (own === null) return null;
      return (
        <span title={entryWords(row, year)}>
          <Status shape={own.shape}>{own.word}</Status>
        </span>
      );
    },
  };
  const files: GridColumn<CloseLineRow> = {
    id: 'files',
    header: 'Files',
    help: 'Files of evidence on the item',
    width: 56,
    align: 'right',
    text: (row) => {
      const count = row.kind === 'line' && row.item ? filesOf(row.item.ref) : 0;
      return count === 0 ? '' : String(count);
    },
  };
  return [
    {
      id: 'ref',
      header: 'Reference',
      width: 212,
      text: (row) => (row.kind === 'group' ? `${row.label} ${row.count}` : row.label),
      cell: (row) => (
        <>
          {row.kind === 'line' && row.item ? (
            <input
              type="checkbox"
              className={styles['tick'] ?? ''}
              aria-label={`Tick ${row.label}`}
              tabIndex={-1}
              checked={ticked.has(row.item.line_id)}
              onChange={() => row.item && onTick(row.item.line_id)}
            />
          ) : null}
          <CellName>{row.label}</CellName>
          {row.kind === 'group' ? (
            <CellCount>
              {row.side === 'ledger' && row.count !== 1 ? `${row.count} entries` : counted(row.count, oneOf(row.side))}
            </CellCount>
          ) : null}
        </>
      ),
    },
    ...(several_accounts ? [account] : []),
    {
      id: 'booked',
      header: 'Booked',
      width: 76,
      align: 'right',
      text: (row) => {
        const on = row.line?.booked_on ?? row.document?.on ?? null;
        return on === null ? '' : shortDate(on, year);
      },
    },
    money('ledger', 'Ledger', (row) => row.ledger_minor),
    money('subledger', 'Subledger', (row) => row.subledger_minor),
    ...(has_own ? [OWN_AMOUNT] : []),
    {
      ...money('explained', 'Item', (row) => row.explained_minor ?? row.document?.amount_minor ?? null),
      // of a cost no goods bear yet: what is to be allocated, outside the difference
      text: (row) => {
        const amount = allocatedAt(row) ?? row.explained_minor ?? row.document?.amount_minor ?? null;
        return amount === null ? '' : ledgerAmount(amount, currency);
      },
      tone: (row) => (allocatedAt(row) === null ? undefined : 'quiet'),
    },
    {
      id: 'cause',
      header: 'Cause',
      width: 156,
      text: (row) =>
        row.document
          ? [DOCUMENT_WORDS[row.document.kind] ?? row.document.kind, row.document.about].filter(Boolean).join(', ')
          : row.kind === 'line' && row.item
            ? CAUSE_WORDS[row.item.cause]
            : '',
      tone: (row) => (row.document ? 'quiet' : undefined),
    },
    {
      id: 'age',
      header: 'Since',
      help: 'The month an item arose in, and its age at the cut-off',
      width: 110,
      align: 'right',
      text: (row) =>
        row.kind === 'line' && row.item ? `${monthYear(row.item.origin_period)}, ${row.item.age_days} d` : '',
      tone: () => 'quiet',
    },
    // before the words, which may be wide: what is done about an item is seen without scrolling
    ...(has_entries ? [entry] : []),
    {
      id: 'explanation',
      header: 'Explanation',
      width: 248,
      text: (row) => explanationText(row, year),
      cell: (row) => explanationCell(row, year),
      // nobody wrote what stands there of an entry
      tone: (row) =>
        explanationOf(row) === null && row.item?.entry && !row.item.needs_explanation ? 'quiet' : undefined,
      ...(explain ? { edit: explanationEdit(explain) } : {}),
    },
    ...(has_files ? [files] : []),
  ];
}

function allocatedAt(row: CloseLineRow): number | null {
  return row.kind === 'line' ? (row.item?.to_allocate_minor ?? null) : null;
}

function entryAt(row: CloseLineRow, entryOf: LineColumns['entryOf']): ReturnType<typeof journalState> | null {
  if (row.kind !== 'line' || !row.item) return null;
  const own = entryOf(row.item.line_id);
  if (own !== null) return journalState(own);
  return row.item.entry === null ? null : itemEntryState(row.item.entry);
}

function entryWords(row: CloseLineRow, year: number): string {
  return row.kind === 'line' && row.item?.entry ? entryInWords(row.item.entry, year) : '';
}

function oneOf(side: Side): string {
  return SIDES.find((each) => each.side === side)?.one ?? 'line';
}

function explanationOf(row: CloseLineRow): string | null {
  if (row.kind !== 'line') return null;
  return row.item ? row.item.explanation : (row.line?.explanation ?? null);
}

function explanationText(row: CloseLineRow, year: number): string {
  const words = explanationOf(row);
  // no words are asked for: its entry says that it is not forgotten
  if (words === null) {
    return row.kind === 'line' && row.item?.needs_explanation ? 'To explain' : entryWords(row, year);
  }
  const state = row.item?.explanation_state;
  return state === 'pending' || state === 'sent' ? `≈ ${words}` : words;
}

function explanationCell(row: CloseLineRow, year: number) {
  const text = explanationText(row, year);
  if (row.kind !== 'line' || !row.item) return <CellName title={text}>{text}</CellName>;
  if (row.item.needs_explanation) return <Status shape="warn">To explain</Status>;
  const state = row.item.explanation_state;
  return state === 'pending' || state === 'sent' ? (
    <Status shape={MUTATION_STATES[state].shape}>{text}</Status>
  ) : (
    <CellName title={text}>{text}</CellName>
  );
}

function explanationEdit(explain: Explain): NonNullable<GridColumn<CloseLineRow>['edit']> {
  return {
    start: (row) => (row.kind === 'line' && row.item ? (row.item.explanation ?? '') : null),
    look: (row, text) => {
      const problem = wordsProblem(text, 'Say why it stands there.');
      if (problem !== null) return { kind: 'wrong', says: [{ words: problem }] };
      const cause = row.item ? CAUSE_WORDS[row.item.cause] : '';
      return {
        kind: 'kept',
        asks_reason: false,
        says: [{ words: `${cause}. What you write is part of what is signed.` }],
      };
    },
    keep: (row, text) => {
      if (row.item) explain(row.item.line_id, text.trim(), row.item.explanation);
    },
  };
}
