/** How a column of a synchronised table is declared; its literal types make the row types of `rows.ts`. */

/**
 * How a value travels and rests:
 * - `integer`: whole number within ±(2^53 − 1) (ids, minor units, thousandths, micro units)
 * - `text`, `boolean` (0/1 on the wire and in SQLite)
 * - `date`: business date; `date` in PostgreSQL, day number (days since 1970-01-01) on the wire and in SQLite
 * - `instant`: UTC; `timestamptz` in PostgreSQL, epoch milliseconds on the wire and in SQLite
 * - `json`: `jsonb` in PostgreSQL, its text on the wire and in SQLite
 */
export type ColumnType = 'integer' | 'text' | 'boolean' | 'date' | 'instant' | 'json';

export interface WireColumn<
  Name extends string = string,
  Type extends ColumnType = ColumnType,
  Nullable extends boolean = boolean,
> {
  readonly name: Name;
  readonly type: Type;
  readonly nullable: Nullable;
}

type Declared<Type extends ColumnType, Nullable extends boolean> = <const Name extends string>(
  name: Name,
) => WireColumn<Name, Type, Nullable>;

function declare<const Type extends ColumnType, const Nullable extends boolean>(
  type: Type,
  nullable: Nullable,
): Declared<Type, Nullable> {
  return (name) => ({ name, type, nullable });
}

export const int = declare('integer', false);
export const intOrNull = declare('integer', true);
export const text = declare('text', false);
export const textOrNull = declare('text', true);
export const bool = declare('boolean', false);
export const date = declare('date', false);
export const dateOrNull = declare('date', true);
export const instant = declare('instant', false);
export const instantOrNull = declare('instant', true);
export const json = declare('json', false);
export const jsonOrNull = declare('json', true);
