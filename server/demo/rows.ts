/** Rows as the generator makes them: the registry's columns in wire form, see contract/wire/rows.ts. */
import type { WireRowOf } from '#contract/wire/rows.ts';
import type { WireTableName } from '#contract/wire/tables.ts';

/** What the demo has rows of: everything but the outcomes of changes nobody made. */
export type DemoTable = Exclude<WireTableName, 'mutation_outcome'>;
export type DemoRow<T extends DemoTable> = WireRowOf<T>;
export type DemoRows = { readonly [T in DemoTable]: DemoRow<T> };

/** Some rows of one table. Batches come in an order in which every reference points to an earlier row. */
export type DemoBatch = {
  readonly [T in DemoTable]: { readonly table: T; readonly rows: readonly DemoRow<T>[] };
}[DemoTable];

/** Of a document that is made out in its company's currency. */
export const IN_OUR_CURRENCY = { currency: null, foreign_minor: null } as const;
