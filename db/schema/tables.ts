/**
 * The replica's tables as a reader sees them: the registry's columns in their resting form (dates are day numbers,
 * instants epoch milliseconds, booleans 0/1, json its text), made from contract/wire/rows.ts.
 */
import type { IdOf, WireValues } from '#contract/wire/rows.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { OverlayTable } from './overlayViews.ts';

/** What every synchronised row carries besides its columns. */
interface Carried<Id extends number | string> {
  readonly id: Id;
  /** Identity of this state of the row, for compare-and-set; never an order. */
  readonly ver: number;
  readonly bucket: number;
}

/** A row of a synchronised table at rest. */
export type TableRow<T extends WireTableName> = Carried<IdOf<T>> & WireValues<T>;

/** Views show base rows ('accepted') and this user's undecided changes (the state of the mutation that carries them). */
interface WithMutationState {
  readonly mutation_state: string;
}
type Views = { readonly [T in OverlayTable as `v_${T}`]: TableRow<T> & WithMutationState };

/** Database schema of a read connection. */
export type ReadSchema = { readonly [T in WireTableName]: TableRow<T> } & Views;
