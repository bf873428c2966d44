/** What a kind of file may say of one thing: how a column is recognised, how its cells are read, who may bring it. */
import type { DateOrder } from '#domain/imports/text/dateText.ts';
import type { DecimalMark } from '#domain/imports/text/numberText.ts';

/**
 * How a cell is read and kept: `code` and `text` as they are, `quantity` in thousandths, `price` in millionths, `money` in
 * minor units, `percent` in basis points, `rate` as exact decimal text, `whole` as it is, `date` as ISO text, `flag` as true or false, `choice` as one
 * of the field's own words.
 */
export type FieldType =
  | 'code'
  | 'text'
  | 'quantity'
  | 'price'
  | 'money'
  | 'percent'
  | 'rate'
  | 'whole'
  | 'date'
  | 'flag'
  | 'choice';

export interface Field {
  readonly name: string;
  /** As a person reads it, in small letters: 'item code'. */
  readonly label: string;
  readonly type: FieldType;
  /** The column must be there and no cell of it empty. */
  readonly required?: true;
  /** Column names that say it without doubt, in normalised form (see normalisedName). */
  readonly strong: readonly string[];
  /** Taken when nothing stronger is there. */
  readonly weak?: readonly string[];
  /** Only roles that see costs may bring this column. */
  readonly area?: 'cost';
  /** Of money in another currency than the company's: the field whose cell says which, where it does. */
  readonly currency_field?: string;
  /** Says the currency of the line's other amounts, which are taken in the company's alone. */
  readonly of_books?: true;
  /** Of a choice: its values, each with the words files use for it. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Lowest and highest number allowed, in the unit of the file. */
  readonly min?: number;
  readonly max?: number;
}

export type Value = string | number | boolean | null;
type TypeOf<T extends FieldType> = T extends 'flag'
  ? boolean
  : T extends 'code' | 'text' | 'date' | 'choice' | 'rate'
    ? string
    : number;

/** A read line: undefined = the file has no such column, null = the cell is empty. */
export type RowOf<F extends readonly Field[]> = {
  readonly [E in F[number] as E['name']]: E extends { readonly required: true }
    ? TypeOf<E['type']>
    : TypeOf<E['type']> | null | undefined;
};
/** A row of whatever kind, read by the names of its fields. */
export type AnyRow = Readonly<Record<string, Value | undefined>>;

/** Which column of the file is which field, and how its numbers and dates are written. */
export interface ColumnMap {
  readonly columns: Readonly<Record<string, string>>;
  readonly date_order: DateOrder;
  readonly decimal_mark: DecimalMark;
}
export interface PartialColumnMap {
  readonly columns?: Readonly<Record<string, string>> | undefined;
  readonly date_order?: DateOrder | undefined;
  readonly decimal_mark?: DecimalMark | undefined;
}

export const NUMBER_TYPES: readonly FieldType[] = ['quantity', 'price', 'money', 'percent', 'rate', 'whole'];
