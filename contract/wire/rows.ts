/** Row types of the synchronised tables, made from the registry: one list of columns, no copies to drift. */
import type { WireColumn } from './columns.ts';
import type { RegisteredTable, WireTableName } from './tables.ts';

type Entry<T extends WireTableName> = Extract<RegisteredTable, { readonly name: T }>;
/** The declared columns of a table, as a union. */
export type ColumnOf<T extends WireTableName> = Entry<T>['columns'][number];
/** What the table's rows are known by. */
export type IdOf<T extends WireTableName> = Entry<T>['idType'] extends 'text' ? string : number;

type Bare<C> =
  C extends WireColumn<string, infer Type>
    ? Type extends 'text' | 'json'
      ? string
      : Type extends 'boolean'
        ? 0 | 1
        : number
    : never;
type OrNull<C> = C extends WireColumn<string, infer _Type, true> ? null : never;

/**
 * A table's columns as they travel and rest in SQLite: dates are day numbers (days since 1970-01-01), instants epoch
 * milliseconds, booleans 0/1, json its text. Without `id`, `ver` and `bucket`.
 */
export type WireValues<T extends WireTableName> = {
  readonly [C in ColumnOf<T> as C['name']]: Bare<C> | OrNull<C>;
};

/** A whole row in wire form without what the feed adds. */
export type WireRowOf<T extends WireTableName> = { readonly id: IdOf<T> } & WireValues<T>;
