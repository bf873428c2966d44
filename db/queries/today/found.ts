/** An exception as a finder hands it over: with the rows its money is made of. */
import type { Exception, StakePart } from '#domain/exceptions/exception.ts';
import type { QueryContext } from '../context.ts';
import type { TableRow } from '#db/schema/tables.ts';

/** A row behind the stake by ids; names are looked up when it is shown. Days are day numbers. */
export interface FoundLine {
  readonly part: StakePart['part'];
  readonly order_id: number | null;
  readonly number: string;
  readonly party_id: number | null;
  /** What is said where no party is: the item, its site. */
  readonly about?: string;
  readonly channel_id: number | null;
  readonly on: number | null;
  readonly qty_milli: number | null;
  readonly uom: string | null;
  readonly amount_minor: number;
}

export interface FoundException extends Exception {
  readonly lines: readonly FoundLine[];
  /** Purchase lines whose promises belong to the story. */
  readonly po_line_ids: readonly number[];
}

export interface Finding {
  readonly context: QueryContext;
  readonly company: TableRow<'company'>;
  readonly as_of_on: number;
}

/** Sooner than this is bad, later is a warning. */
export const SOON_DAYS = 7;

/** The lines added up by part, in the order in which the parts first appear. */
export function partsOf(lines: readonly FoundLine[]): { readonly stake_minor: number; readonly parts: StakePart[] } {
  const parts = new Map<StakePart['part'], { lines: number; amount_minor: number }>();
  let stake_minor = 0;
  for (const line of lines) {
    const held = parts.get(line.part) ?? { lines: 0, amount_minor: 0 };
    parts.set(line.part, { lines: held.lines + 1, amount_minor: held.amount_minor + line.amount_minor });
    stake_minor += line.amount_minor;
  }
  return { stake_minor, parts: [...parts].map(([part, sums]) => ({ part, ...sums })) };
}
