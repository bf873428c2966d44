/** The lines of a task under their sides: what explains the difference, the ledger, what it is compared with. */
import { minorDigits } from '#domain/money.ts';
import type { CloseTaskDetail } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import { counted, NO_DATA } from '#renderer/format/numbers.ts';
import { CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';

type Line = CloseTaskDetail['lines'][number];
type Side = 'item' | 'ledger' | 'subledger';

export interface CloseLineRow {
  readonly key: string;
  readonly kind: 'group' | 'line' | 'total';
  readonly side: Side;
  readonly label: string;
  readonly count: number;
  readonly line: Line | null;
  readonly ledger_minor: number | null;
  readonly subledger_minor: number | null;
  readonly explained_minor: number | null;
}

const SIDES: readonly { readonly side: Side; readonly label: string; readonly one: string }[] = [
  { side: 'item', label: 'Explanations', one: 'item' },
  { side: 'ledger', label: 'Ledger', one: 'entry' },
  { side: 'subledger', label: 'Subledger', one: 'line' },
];

/** Group rows and, where unfolded, their lines; every group's figures are the sums of its lines. */
export function closeLineRows(lines: readonly Line[], folded: ReadonlySet<string>): readonly CloseLineRow[] {
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
      ...amounts(side, sum),
    };
    if (folded.has(side)) return [group];
    return [
      group,
      ...ofSide.map(
        (line): CloseLineRow => ({
          key: String(line.id),
          kind: 'line',
          side,
          label: line.ref,
          count: 0,
          line,
          ...amounts(side, line.amount_minor),
        }),
      ),
    ];
  });
}

export function closeTotalRow(detail: CloseTaskDetail): CloseLineRow {
  return {
    key: 'total',
    kind: 'total',
    side: 'ledger',
    label: detail.task.account ? `Account ${detail.task.account}` : detail.task.title,
    count: 0,
    line: null,
    ledger_minor: detail.ledger_minor,
    subledger_minor: detail.subledger_minor,
    explained_minor: detail.explained_minor,
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

/** `year`: dates of this year are shown without it. */
export function closeLineColumns(currency: string, year: number): readonly GridColumn<CloseLineRow>[] {
  const symbol = currencySymbol(currency);
  const money = (
    id: string,
    header: string,
    value: (row: CloseLineRow) => number | null,
  ): GridColumn<CloseLineRow> => ({
    id,
    header: `${header}, ${symbol}`,
    width: 102,
    align: 'right',
    text: (row) => (value(row) === null ? '' : ledgerAmount(value(row), currency)),
    figure: (row) => {
      const amount = value(row);
      return row.kind !== 'line' || amount === null
        ? null
        : { value: amount, places: minorDigits(currency), unit: currency };
    },
  });
  return [
    {
      id: 'ref',
      header: 'Reference',
      width: 280,
      text: (row) => (row.kind === 'group' ? `${row.label} ${row.count}` : row.label),
      cell: (row) => (
        <>
          <CellName>{row.label}</CellName>
          {row.kind === 'group' ? (
            <CellCount>
              {row.side === 'ledger' && row.count !== 1 ? `${row.count} entries` : counted(row.count, oneOf(row.side))}
            </CellCount>
          ) : null}
        </>
      ),
    },
    {
      id: 'account',
      header: 'Account',
      width: 66,
      text: (row) => (row.line ? (row.line.account ?? NO_DATA) : ''),
      tone: () => 'quiet',
    },
    {
      id: 'booked',
      header: 'Booked',
      width: 76,
      align: 'right',
      text: (row) => (row.line ? shortDate(row.line.booked_on, year) : ''),
    },
    money('ledger', 'Ledger', (row) => row.ledger_minor),
    money('subledger', 'Subledger', (row) => row.subledger_minor),
    money('explained', 'Explained', (row) => row.explained_minor),
    {
      id: 'explanation',
      header: 'Cause',
      width: 300,
      text: (row) => row.line?.explanation ?? '',
      cell: (row) => <CellName title={row.line?.explanation ?? undefined}>{row.line?.explanation ?? ''}</CellName>,
    },
  ];
}

function oneOf(side: Side): string {
  return SIDES.find((each) => each.side === side)?.one ?? 'line';
}
