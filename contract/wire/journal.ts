/** Fetching approved entries as a file from the server: each leaves once, unless it is asked for again on purpose. */
import { z } from 'zod';

const REFERENCE = /^JP-\d{6}-[0-9A-F]{8}$/;
/** References one request may name. */
const MOST_REFERENCES = 200;

/** As they stand in the address of POST /close/journal.csv. */
export const JournalExportRequest = z.strictObject({
  /** A company's code. */
  company: z.string().min(1).max(40),
  /** yyyymm */
  period: z.coerce.number().int().min(190001).max(299912),
  /** References with commas between; without any: every approved entry of the period that has not left yet. */
  reference: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().regex(REFERENCE, 'a reference reads like JP-202610-1A2B3C4D')).max(MOST_REFERENCES))
    .optional(),
  /** 'true': also those that left before. */
  again: z.enum(['true', 'false']).default('false'),
});

/** The answer of POST /close/journal: the same text as of POST /close/journal.csv, with its name and what is in it. */
export const JournalExported = z.object({
  file_name: z.string(),
  references: z.array(z.string()),
  text: z.string(),
});
export type JournalExported = z.infer<typeof JournalExported>;
