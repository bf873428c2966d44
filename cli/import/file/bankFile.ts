/** A bank's own file of statements, opened like a table: its columns are known, so nothing of them is guessed. */
import { basename } from 'node:path';
import { type BankFormat, bankFormatOf, createBankFileReader } from '#domain/imports/bank/readBankFile.ts';
import { BANK_HEADER, BANK_MAP } from '#domain/imports/bank/statementRecords.ts';
import { UnreadableBankFile } from '#domain/imports/bank/unreadable.ts';
import type { PartialColumnMap } from '#domain/imports/engine/field.ts';
import { BinnacleError } from '#contract/errors.ts';
import { sampleOf, type OrderFile } from './orderFile.ts';
import { fileText, inspectFile } from './source.ts';

export interface BankFile extends OrderFile {
  readonly format: BankFormat;
  readonly map: PartialColumnMap;
  /** What a person should know of it, each a sentence. */
  readonly notes: readonly string[];
}

const LINES_AT_ONCE = 2000;

/** null = it is no bank's file. Throws BinnacleError in words when it is one that cannot be read. */
export async function openBankFile(path: string): Promise<BankFile | null> {
  const inspected = await inspectFile(path);
  const format = bankFormatOf(inspected.head);
  if (!format) return null;
  const name = basename(path);
  const reader = createBankFileReader(format);
  try {
    for await (const text of fileText(inspected)) reader.take(text);
    const { records: all, notes } = reader.end();
    const records: OrderFile['records'] = async function* () {
      for (let at = 0; at < all.length; at += LINES_AT_ONCE) yield all.slice(at, at + LINES_AT_ONCE);
    };
    return {
      name,
      inspected: { ...inspected, lines: all.length },
      delimiter: ',',
      header: BANK_HEADER,
      records,
      sample: async (limit, stride) => await sampleOf(records, limit, stride),
      format,
      map: BANK_MAP,
      notes,
    };
  } catch (error) {
    if (error instanceof UnreadableBankFile) throw new BinnacleError('bad_arguments', `${name}: ${error.message}`);
    throw error;
  }
}
