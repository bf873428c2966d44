/** A bank's own file of statements, known by what stands at its beginning, read into lines of the kind `statements`. */
import { createCamtReader } from './camt.ts';
import { createMt940Reader } from './mt940.ts';
import { UnreadableBankFile } from './unreadable.ts';
import { type BankRecords, createBankRecords } from './statementRecords.ts';

export type BankFormat = 'CAMT.053' | 'MT940';

/** Packed, nothing at all is a few bytes. */
const MAX_CHARS = 200_000_000;
/** So much of a file's beginning, in characters, says what it is. */
export const HEAD_CHARS = 4096;

/** null = it is no bank's file, so it is read as a table. */
export function bankFormatOf(head: string): BankFormat | null {
  const begins = head.replace(MARK, '');
  // a web page instead of the file is no XML anybody wrote for us, and no table either
  if (/^<(?:\?xml|!--|!DOCTYPE|[\w.-]+[\s>:/])/i.test(begins)) return 'CAMT.053';
  const tagged = /(?:^|[\r\n])(?:\{[^\r\n]*\{4:\s*)?:20:/.test(begins);
  return tagged && /[\r\n]:(?:25P?|28C?|60[FM]|61|62[FM]):/.test(begins) ? 'MT940' : null;
}

/** A mark of UTF-8, also where the head was read byte by byte. */
const MARK = /^(?:\ufeff|\u00ef\u00bb\u00bf|\s)+/;

export type SaidEncoding = 'utf-8' | 'windows-1252' | 'windows-1250' | 'iso-8859-2' | 'iso-8859-15';

/** XML says its own encoding; undefined where it says none, or one that is not read. */
export function encodingSaid(head: string): SaidEncoding | undefined {
  const said = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i
    .exec(head.replace(MARK, ''))?.[1]
    ?.toLowerCase();
  if (said === undefined) return undefined;
  if (/^(iso-?8859-1|latin-?1|windows-1252|cp1252)$/.test(said)) return 'windows-1252';
  if (/^(iso-?8859-15|latin-?9)$/.test(said)) return 'iso-8859-15';
  if (/^(iso-?8859-2|latin-?2)$/.test(said)) return 'iso-8859-2';
  if (/^(windows-1250|cp1250)$/.test(said)) return 'windows-1250';
  return /^(utf-?8|us-ascii|ascii)$/.test(said) ? 'utf-8' : undefined;
}

/** Of a file without a mark: what it says, as far as that can be; else UTF-8 where it is that, else Windows-1252. */
export function encodingOf(head: string, is_utf8: boolean): SaidEncoding {
  const said = encodingSaid(head);
  if (said !== undefined && said !== 'utf-8') return said;
  return is_utf8 ? 'utf-8' : 'windows-1252';
}

export interface BankFileReader {
  take(text: string): void;
  /** Throws UnreadableBankFile, as `take` does. */
  end(): BankRecords;
}

export function createBankFileReader(format: BankFormat): BankFileReader {
  const records = createBankRecords();
  const reader = format === 'MT940' ? createMt940Reader(records.take) : createCamtReader(records.take);
  let chars = 0;
  return {
    take: (text) => {
      chars += text.length;
      if (chars > MAX_CHARS)
        throw new UnreadableBankFile(
          'The file has more than 200 million characters, more than can be read at once. Ask the bank for shorter periods.',
        );
      reader.take(text);
    },
    end: () => {
      reader.end();
      return records.finish();
    },
  };
}
