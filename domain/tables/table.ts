/** Rows on their way into a file: typed columns with titles, and rows that are made as they are written. */
import { formatDecimal } from '../decimal.ts';
import { minorDigits } from '../money.ts';

/** What a column holds, and so how a spreadsheet shows and adds it. */
export type CellKind =
  | { readonly kind: 'text' | 'integer' | 'date' | 'moment' | 'yes_no' }
  /** An integer × 10^-places: a quantity, an amount, a price. */
  | { readonly kind: 'decimal'; readonly places: number }
  /** Basis points of one. */
  | { readonly kind: 'percent' };

/** Dates are ISO text, moments epoch milliseconds, everything scaled is an integer; null = no value. */
export type Cell = string | number | boolean | null;

export interface TableColumn {
  /** The grid's column it stands for: the person's choice and order of columns goes by it. */
  readonly id: string;
  readonly title: string;
  readonly kind: CellKind;
  /** In characters. */
  readonly width: number;
}

export interface Table {
  /** Names the sheet and the file. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Rows in blocks, each as long as the columns. */
  readonly blocks: AsyncIterable<readonly (readonly Cell[])[]>;
  /** What a reader of the file needs to know, complete once all rows are out. */
  readonly about: () => readonly (readonly [name: string, value: string])[];
}

export interface Column<Row> extends TableColumn {
  readonly value: (row: Row) => Cell;
}

type Value<Row, V extends Cell> = (row: Row) => V | null;

export function text<Row>(id: string, title: string, value: Value<Row, string>, width = 16): Column<Row> {
  return { id, title, kind: { kind: 'text' }, width, value };
}
export function integer<Row>(id: string, title: string, value: Value<Row, number>): Column<Row> {
  return { id, title, kind: { kind: 'integer' }, width: 10, value };
}
export function decimal<Row>(id: string, title: string, places: number, value: Value<Row, number>): Column<Row> {
  return { id, title, kind: { kind: 'decimal', places }, width: 14, value };
}
/** Thousandths of the base unit. */
export function quantity<Row>(id: string, title: string, value: Value<Row, number>): Column<Row> {
  return decimal(id, title, 3, value);
}
export function percent<Row>(id: string, title: string, value: Value<Row, number>): Column<Row> {
  return { id, title, kind: { kind: 'percent' }, width: 10, value };
}
export function date<Row>(id: string, title: string, value: Value<Row, string>): Column<Row> {
  return { id, title, kind: { kind: 'date' }, width: 12, value };
}
export function moment<Row>(id: string, title: string, value: Value<Row, number>): Column<Row> {
  return { id, title: `${title}, UTC`, kind: { kind: 'moment' }, width: 18, value };
}
export function yesNo<Row>(id: string, title: string, value: Value<Row, boolean>): Column<Row> {
  return { id, title, kind: { kind: 'yes_no' }, width: 10, value };
}

/** '1840.50 EUR': money in what is said about a file. */
export function statedMoney(minor: number, currency: string): string {
  return `${formatDecimal({ units: BigInt(minor), places: minorDigits(currency) })} ${currency}`;
}

/** The columns a person shows, in their order; the first one stays. Without a choice all of them. */
export function chosenColumns<Row>(
  columns: readonly Column<Row>[],
  shown: readonly string[] | undefined,
): readonly Column<Row>[] {
  if (shown === undefined) return columns;
  const first = columns[0]?.id;
  const order = [...new Set([...(first === undefined ? [] : [first]), ...shown])];
  return order.flatMap((id) => columns.filter((column) => column.id === id));
}

export function cellsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Cell[][] {
  return rows.map((row) => columns.map((column) => column.value(row)));
}
