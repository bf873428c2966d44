/** How a query that keeps rows as they stood is read on: its arguments, and what an answer says of them. */
import { z } from 'zod';

export const editionArguments = {
  /** Read on in this edition, as an earlier answer named it; without it, or when it is gone, in the newest. */
  edition: z.string().max(40).optional(),
  /** Keys of rows whose places are wanted. */
  locate: z.array(z.string().max(120)).max(2).default([]),
};

export interface InEdition {
  /** The rows as they stood at one moment: further blocks are read in it. */
  readonly edition: string;
  /** Rows have changed since this edition. */
  readonly newer: boolean;
  /** Where each row of `locate` stands; null when it is not among those shown, or so far down that it is not known. */
  readonly located: readonly (number | null)[];
}
