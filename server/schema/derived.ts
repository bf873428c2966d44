/** Tables whose TypeScript form follows from the wire registry alone. */
import type { Generated } from 'kysely';
import type { WireColumn } from '#contract/wire/columns.ts';
import type { ColumnOf, IdOf } from '#contract/wire/rows.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { BusinessDate, Instant, SourceColumns, SyncedRow } from './columns.ts';

type Bare<C> =
  C extends WireColumn<string, infer Type>
    ? Type extends 'integer'
      ? number
      : Type extends 'boolean'
        ? boolean
        : Type extends 'date'
          ? BusinessDate
          : Type extends 'instant'
            ? Instant
            : string
    : never;
type OrNull<C> = C extends WireColumn<string, infer _Type, true> ? null : never;

type Values<T extends WireTableName> = {
  readonly [C in ColumnOf<T> as C['name']]: Bare<C> | OrNull<C>;
};

/** Source columns the table does not name itself (a mark's `written_at` is the device's clock, not the source's). */
type Source<T extends WireTableName> = Omit<SourceColumns, keyof Values<T>>;

/** A table with an id of its own. */
export type Numbered<T extends WireTableName> = SyncedRow & Source<T> & Values<T> & { readonly id: Generated<number> };
/** A table whose id is given: a sibling's, or the mutation's that wrote the row. */
export type Keyed<T extends WireTableName> = SyncedRow & Source<T> & Values<T> & { readonly id: IdOf<T> };
