/** `binnacle quarantine … --kind KIND`: refused lines of a kind, out for correction and in again. */
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import { csvRow, fromSpreadsheet, spreadsheetSafe } from '#domain/imports/engine/template.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { FileImportLine, RefusedEntry, RefusedPage } from '#contract/wire/fileImports.ts';
import type { ImportConnection } from './connection.ts';
import { openOrderFile } from './file/orderFile.ts';
import { runImport } from './fileImport.ts';
import { reportOutcome } from './fileReport.ts';
import { type ImportSurroundings, leave } from './orders.ts';
import { exportedName, importedName } from '#domain/imports/text/exportedNames.ts';
import { writeNew } from './quarantine.ts';

export interface FileQuarantineOptions {
  readonly kind: KindName;
  readonly company: string;
}

/** Columns before the file's own: which line it is, and why it was refused. */
const OWN_COLUMNS = ['refused_id', 'line_number', 'reason'] as const;
const OWN = new Set<string>(OWN_COLUMNS);

export async function listRefused(options: FileQuarantineOptions, around: ImportSurroundings): Promise<void> {
  const { output } = around;
  const lines = await withConnection(around, (connection) => allRefused(connection, options));
  for (const { id, line_number, label, reason, file_name, raw, ...entry } of lines) {
    output.event(
      { event: 'quarantined', id, line_number, label, reason, file_name, fields: namedFields(entry), raw },
      `line ${line_number} of ${file_name}  ${label === '' ? '(unnamed)' : label}  ${reason}`,
    );
  }
  output.event(
    { event: 'done', quarantined: lines.length },
    lines.length === 0 ? 'Nothing is in quarantine.' : `${lines.length} in quarantine.`,
  );
}

/** Writes CSV to `file`, or to stdout when it is undefined. */
export async function exportRefused(
  options: FileQuarantineOptions & { readonly file: string | undefined },
  around: ImportSurroundings,
): Promise<void> {
  const lines = await withConnection(around, (connection) => allRefused(connection, options));
  const columns = [...new Set(lines.flatMap((line) => Object.keys(namedFields(line))))];
  const text = [
    [...OWN_COLUMNS, ...columns.map((column) => exportedName(column, OWN))],
    ...lines.map((line) => {
      const fields = namedFields(line);
      return [
        String(line.id),
        String(line.line_number),
        line.reason,
        ...columns.map((column) => spreadsheetSafe(fields[column] ?? '')),
      ];
    }),
  ]
    .map((row) => `${csvRow(row)}\n`)
    .join('');
  if (options.file === undefined) {
    around.output.data(text.trimEnd());
    return;
  }
  await writeNew(options.file, text);
  around.output.event(
    { event: 'done', quarantined: lines.length, file: options.file },
    `${lines.length} quarantined lines are in ${options.file}. Correct them and run "binnacle quarantine retry --kind ${options.kind} --company ${options.company} --file ${options.file}".`,
  );
}

/** Takes corrected lines in; what is still refused stays in quarantine as its file had it. */
export async function retryRefused(
  options: FileQuarantineOptions & { readonly file: string },
  around: ImportSurroundings,
): Promise<void> {
  const file = await openOrderFile(options.file, {
    isHeader: (cells) => OWN_COLUMNS.every((name) => cells.includes(name)),
    example: `not ${OWN_COLUMNS.join(', ')}: it is no export of the quarantine`,
  });
  const idAt = file.header.indexOf('refused_id');
  await withConnection(around, async (connection) => {
    const open = new Map((await allRefused(connection, options)).map((entry) => [entry.id, entry]));
    const lines = async function* (): AsyncGenerator<FileImportLine> {
      for await (const records of file.records()) {
        for (const { line_number, fields, problem } of records) {
          if (problem !== null)
            throw new BinnacleError(
              'bad_arguments',
              `Line ${line_number} of ${file.name}: ${problem} Correct it first.`,
            );
          const id = Number(fields[idAt]);
          const entry = open.get(id);
          if (!entry)
            throw new BinnacleError(
              'bad_arguments',
              `Line ${line_number} of ${file.name}: "${fields[idAt] ?? ''}" is not in quarantine any more. Leave that column as it was exported.`,
            );
          const at = entry.header.map((name) =>
            file.header.findIndex((column) => !OWN.has(column) && importedName(column) === name),
          );
          yield { line_number, refused_id: id, fields: at.map((position) => fromSpreadsheet(fields[position] ?? '')) };
        }
      }
    };
    const request = {
      kind: options.kind,
      company_code: options.company,
      new_company: null,
      source: 'files',
      file_name: file.name,
      header: [...file.header],
      map: null,
      mode: 'retry',
      complete: false,
      make_missing: false,
    } as const;
    const outcome = await runImport(connection, request, lines(), false, around.output);
    reportOutcome(around.output, outcome, importKind(options.kind), false);
  });
}

async function withConnection<T>(
  around: ImportSurroundings,
  act: (connection: ImportConnection) => Promise<T>,
): Promise<T> {
  const connection = await around.connect();
  try {
    return await act(connection);
  } finally {
    await leave(connection);
  }
}

async function allRefused(connection: ImportConnection, options: FileQuarantineOptions): Promise<RefusedEntry[]> {
  const lines: RefusedEntry[] = [];
  for (;;) {
    const page = await connection.post<RefusedPage>(
      '/imports/files/refused',
      { kind: options.kind, company_code: options.company, after: lines.at(-1)?.id ?? 0 },
      true,
    );
    lines.push(...page.lines);
    if (page.lines.length === 0) return lines;
  }
}

function namedFields({ header, fields }: Pick<RefusedEntry, 'header' | 'fields'>): Record<string, string> {
  // A line with too many columns keeps them all, under numbers.
  const width = Math.max(header.length, fields.length);
  return Object.fromEntries(
    Array.from({ length: width }, (_, index) => [header[index] ?? `Column ${index + 1}`, fields[index] ?? '']),
  );
}
