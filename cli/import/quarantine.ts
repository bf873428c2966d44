/** `binnacle quarantine …`: what could not be represented, out for correction and in again under its identity. */
import { writeFile } from 'node:fs/promises';
import { csvRow, fromSpreadsheet, spreadsheetSafe } from '#domain/imports/engine/template.ts';
import { exportedName, importedName } from '#domain/imports/text/exportedNames.ts';
import { BinnacleError } from '#contract/errors.ts';
import type {
  ImportLine,
  OpenOrderImport,
  OrderImportOpened,
  QuarantineEntry,
  QuarantinePage,
  QuarantineRequest,
} from '#contract/wire/imports.ts';
import { blocksOf } from './blocks.ts';
import type { ImportConnection } from './connection.ts';
import { openOrderFile } from './file/orderFile.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { checkSource, type ImportSurroundings, leave } from './orders.ts';
import { reportImport } from './report.ts';
import { uploadBlocks } from './upload.ts';

export interface QuarantineOptions {
  readonly source: string;
  readonly company: string | undefined;
}

/** Columns before the file's own: the line's identity and why it was refused. */
const OWN_COLUMNS = ['line_number', 'invoice', 'ordinal', 'reason'] as const;
const CLASHING = new Set<string>(OWN_COLUMNS);

export async function listQuarantine(options: QuarantineOptions, around: ImportSurroundings): Promise<void> {
  const { output } = around;
  const lines = await quarantined(options, around);
  for (const line of lines) {
    const { line_number, invoice, ordinal, reason, raw } = line;
    output.event(
      { event: 'quarantined', line_number, invoice, ordinal, reason, fields: namedFields(line), raw },
      `line ${line_number}  invoice ${invoice === '' ? '(none)' : invoice}  ordinal ${ordinal}  ${reason}${raw === null ? '' : `  ${raw}`}`,
    );
  }
  output.event(
    { event: 'done', quarantined: lines.length },
    lines.length === 0 ? 'Nothing is in quarantine.' : `${lines.length} in quarantine.`,
  );
}

/** Writes CSV to `file`, or to stdout when it is undefined. */
export async function exportQuarantine(
  options: QuarantineOptions & { readonly file: string | undefined },
  around: ImportSurroundings,
): Promise<void> {
  const lines = await quarantined(options, around);
  const columns = [...new Set(lines.flatMap((line) => Object.keys(namedFields(line))))];
  const rows = lines.map((line) => {
    const fields = namedFields(line);
    return [
      line.line_number,
      line.invoice,
      line.ordinal,
      line.reason,
      ...columns.map((column) => spreadsheetSafe(fields[column] ?? '')),
    ];
  });
  const text = [[...OWN_COLUMNS, ...columns.map((column) => exportedName(column, CLASHING))], ...rows]
    .map((row) => `${csvRow(row.map(String))}\n`)
    .join('');
  if (options.file === undefined) {
    around.output.data(text.trimEnd());
    return;
  }
  await writeNew(options.file, text);
  around.output.event(
    { event: 'done', quarantined: lines.length, file: options.file },
    `${lines.length} quarantined lines are in ${options.file}. Correct them and run "binnacle quarantine retry --file ${options.file}".`,
  );
}

/** Imports corrected lines; what is still refused stays in quarantine. Throws BinnacleError on a file that is no export. */
export async function retryQuarantine(
  options: QuarantineOptions & { readonly file: string },
  around: ImportSurroundings,
): Promise<void> {
  checkSource(options.source);
  const file = await openOrderFile(options.file);
  const at = OWN_COLUMNS.map((column) => file.header.indexOf(column));
  if (at.includes(-1)) {
    throw new BinnacleError(
      'bad_arguments',
      `${file.name} is not an export of the quarantine: it has no column ${OWN_COLUMNS.filter((_, index) => at[index] === -1).join(', ')}.`,
    );
  }
  const own = new Set(at);
  const header = file.header.filter((_, index) => !own.has(index)).map(importedName);
  const [, invoiceAt = -1, ordinalAt = -1] = at;
  const toLine = (record: SourceRecord): ImportLine => {
    const ordinal = Number(record.fields[ordinalAt]);
    if (record.problem !== null) {
      throw new BinnacleError(
        'bad_arguments',
        `Line ${record.line_number} of ${file.name}: ${record.problem} Correct it and try again.`,
      );
    }
    if (!Number.isSafeInteger(ordinal) || ordinal < 1) {
      throw new BinnacleError(
        'bad_arguments',
        `Line ${record.line_number} of ${file.name} has no ordinal: leave that column as it was exported.`,
      );
    }
    const fields = record.fields.filter((_, index) => !own.has(index)).map(fromSpreadsheet);
    return { line_number: record.line_number, invoice: record.fields[invoiceAt] ?? '', ordinal, fields };
  };
  // A wrong cell of the identity columns is found before anything is sent.
  for await (const records of file.records()) for (const record of records) toLine(record);
  const connection = await around.connect();
  try {
    const opened = await connection.post<OrderImportOpened>(
      '/imports/orders',
      {
        source: options.source,
        company_code: options.company ?? null,
        currency: null,
        time_zone: null,
        assumed: { currency: 'EUR', time_zone: 'UTC' },
        file_name: file.name,
        header,
        map: null,
        mode: 'retry',
      } satisfies OpenOrderImport,
      false,
    );
    const blocks = blocksOf(file.records(), toLine);
    const report = await uploadBlocks(
      connection,
      opened.import_id,
      blocks,
      around.output,
      file.inspected.lines - 1,
      around.now,
    );
    reportImport(around.output, report, opened.company);
  } finally {
    await leave(connection);
  }
}

async function quarantined(options: QuarantineOptions, around: ImportSurroundings): Promise<QuarantineEntry[]> {
  checkSource(options.source);
  const connection = await around.connect();
  try {
    return await allPages(connection, options);
  } finally {
    await leave(connection);
  }
}

async function allPages(connection: ImportConnection, options: QuarantineOptions): Promise<QuarantineEntry[]> {
  const lines: QuarantineEntry[] = [];
  for (;;) {
    const page = await connection.post<QuarantinePage>(
      '/imports/quarantine',
      {
        source: options.source,
        company_code: options.company ?? null,
        after: lines.at(-1)?.id ?? 0,
      } satisfies QuarantineRequest,
      true,
    );
    lines.push(...page.lines);
    if (page.lines.length === 0) return lines;
  }
}

function namedFields({ header, fields }: QuarantineEntry): Record<string, string> {
  // A line with too many columns keeps them all, under numbers.
  const width = Math.max(header.length, fields.length);
  return Object.fromEntries(
    Array.from({ length: width }, (_, index) => [header[index] ?? `Column ${index + 1}`, fields[index] ?? '']),
  );
}

/** Never over an existing file: it may hold somebody's corrections. */
export async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists already, and may hold corrections' : message;
    throw new BinnacleError('bad_arguments', `Cannot write ${path}: ${why}.`);
  }
}
