/** Finding a row by what it is called: one question for every kind of name. */
import { z } from 'zod';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const FIND_KINDS = [
  'item',
  'customer',
  'supplier',
  'order',
  'claim',
  'purchase_order',
  'site',
  'channel',
] as const;
export type FindKind = (typeof FIND_KINDS)[number];

export const find = {
  args: z.strictObject({
    /** Words in any order; case, accents and a code's separators do not matter; a barcode is found too. Empty finds nothing and makes ready. */
    text: z.string().max(200),
    /** Whose rows come first; the others follow. */
    company_id: Id.optional(),
    kinds: z.array(z.enum(FIND_KINDS)).max(FIND_KINDS.length).optional(),
    /** Hits of each kind. */
    limit: z.int().min(1).max(50).default(6),
  }),
};

/** Where the text was found: UTF-16 positions [from, to) of the string it belongs to. */
export type MatchedPart = readonly [from: number, to: number];

export interface FindHit {
  readonly kind: FindKind;
  readonly id: number;
  readonly company_id: number;
  /** An item's, party's, site's or channel's code; an order's or a claim's number. */
  readonly code: string;
  /** The name; for an order or a claim its customer, for a purchase order its supplier, null when there is none. */
  readonly title: string | null;
  /** What tells it from its like: category, country, kind or state. */
  readonly about: string | null;
  /** False for what is no longer in use: an inactive item, an order that is done, a claim that is resolved. */
  readonly active: boolean;
  /** Found by forgiving typing errors. */
  readonly alike: boolean;
  readonly code_parts: readonly MatchedPart[];
  readonly title_parts: readonly MatchedPart[];
  /** What shows it: its own record, or the one it belongs to. */
  readonly opens: { readonly kind: FindKind; readonly id: number; readonly label: string };
}
export interface FindGroup {
  readonly kind: FindKind;
  /** Best first. */
  readonly hits: readonly FindHit[];
  /** How many there are in all. */
  readonly found: number;
  /** There are more than were counted. */
  readonly more: boolean;
}
export interface Found {
  /** Only kinds with hits; the kind of the best hit first. */
  readonly groups: readonly FindGroup[];
  /** Kinds whose rows are not all on this machine yet. */
  readonly loading: readonly FindKind[];
  readonly provenance: Provenance;
}

/** The same rows again, for what was opened before: those that are still here, in the order asked for. */
export const named = {
  args: z.strictObject({ rows: z.array(z.strictObject({ kind: z.enum(FIND_KINDS), id: Id })).max(20) }),
};
export interface Named {
  readonly hits: readonly FindHit[];
}
