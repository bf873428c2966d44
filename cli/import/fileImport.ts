/** `binnacle import KIND`: a file of master data, stock, documents or ledger entries, previewed, and applied as previewed. */
import { readFileSync } from 'node:fs';
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import type { PartialColumnMap } from '#domain/imports/engine/field.ts';
import { type ColumnsGuess, guessColumns, looksLikeHeaderOf } from '#domain/imports/engine/guessColumns.ts';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import { isTimeZone } from '#domain/imports/orders/zoneTime.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { BinnacleError } from '#contract/errors.ts';
import {
  type FileImportBlock,
  type FileImportLine,
  type FileImportOpened,
  type FileImportOutcome,
  type FileImportStaged,
  type HeldFile,
  MAX_FILE_BLOCK_LINES,
  type OpenFileImport,
  PartialFileColumnMap,
} from '#contract/wire/fileImports.ts';
import type { Output } from '#cli/output.ts';
import type { ImportConnection } from './connection.ts';
import { openBankFile } from './file/bankFile.ts';
import { type OrderFile, openOrderFile } from './file/orderFile.ts';
import { reportOutcome } from './fileReport.ts';
import { mapRows } from './orderMapChoice.ts';
import { checkSource, type ImportSurroundings, leave } from './orders.ts';

export interface FileImportOptions {
  readonly kind: KindName;
  readonly file: string;
  readonly source: string;
  readonly company: string;
  /** Given together: the company is made when it does not exist. */
  readonly companyName: string | undefined;
  readonly currency: string | undefined;
  readonly timeZone: string | undefined;
  readonly map: string | undefined;
  readonly mapOnly: boolean;
  readonly dryRun: boolean;
  readonly complete: boolean;
  readonly makeMissing: boolean;
  readonly yes: boolean;
}

const SAMPLE_RECORDS = 5000;
const MAX_BLOCK_CHARS = 4 * 1024 * 1024;

export function printTemplate(kind: KindName, output: Output): void {
  output.data(templateCsv(importKind(kind)).trimEnd());
}

/** What the company has of a kind, as a file that goes in again. */
export async function printHeld(kind: KindName, company: string, around: ImportSurroundings): Promise<void> {
  const connection = await around.connect();
  try {
    const { csv } = await connection.post<HeldFile>('/imports/files/held', { kind, company_code: company }, true);
    around.output.data(csv.trimEnd());
  } finally {
    await leave(connection);
  }
}

/** Throws BinnacleError before anything is sent when the file, the map or an option is not usable. */
export async function importFile(options: FileImportOptions, around: ImportSurroundings): Promise<void> {
  const { output } = around;
  const kind = importKind(options.kind);
  const new_company = newCompanyOf(options);
  checkSource(options.source);
  const given = options.map === undefined ? {} : readColumnMap(options.map);
  const bank = await openBankFile(options.file);
  if (bank && options.kind !== 'statements')
    throw new BinnacleError(
      'bad_arguments',
      `${bank.name} is a bank statement (${bank.format}). Bring it by "binnacle import statements".`,
    );
  const file = bank ?? (await openFileOf(kind, options.file));
  const guess = await guessFor(kind, file, options.map === undefined && bank ? bank.map : given);
  if (bank) {
    const { format, notes } = bank;
    output.event({ event: 'bank_file', format, notes }, [`${bank.name} is ${format}.`, ...notes].join('\n'));
  }
  if (options.mapOnly) {
    if (output.json) output.event({ event: 'map', map: guess.map, ambiguities: guess.ambiguities }, null);
    else output.data(JSON.stringify(guess.map, null, 2));
    if (guess.ambiguities.length > 0) throw ambiguous(guess);
    return;
  }
  await settleMap(kind, file, guess, options, around);
  const request: OpenFileImport = {
    kind: options.kind,
    company_code: options.company,
    new_company,
    source: options.source,
    file_name: file.name,
    header: [...file.header],
    map: guess.map,
    mode: 'file',
    complete: options.complete,
    make_missing: options.makeMissing,
  };
  const connection = await around.connect();
  try {
    const outcome = await runImport(connection, request, linesOf(file), options.dryRun, output);
    reportOutcome(output, outcome, kind, options.dryRun);
  } finally {
    await leave(connection);
  }
}

/** Stages, previews and, unless it is a dry run, applies what the preview said. */
export async function runImport(
  connection: ImportConnection,
  request: OpenFileImport,
  lines: AsyncIterable<FileImportLine>,
  dryRun: boolean,
  output: Output,
): Promise<FileImportOutcome> {
  const { import_id } = await connection.post<FileImportOpened>('/imports/files', request, false);
  let staged = 0;
  for await (const block of blocksOf(lines)) {
    const answer = await connection.post<FileImportStaged>(`/imports/files/${import_id}/lines`, block, true);
    staged = answer.lines;
    output.progress(`${staged.toLocaleString('en-GB')} lines sent`);
  }
  if (staged === 0) throw new BinnacleError('bad_arguments', `${request.file_name} holds a header but no line.`);
  output.progress('The server compares them with what it has');
  const preview = await connection.post<FileImportOutcome>(`/imports/files/${import_id}/preview`, {}, true);
  if (dryRun) return preview;
  const { fingerprint } = preview;
  return await connection.post<FileImportOutcome>(`/imports/files/${import_id}/apply`, { fingerprint }, false);
}

async function* blocksOf(lines: AsyncIterable<FileImportLine>): AsyncGenerator<FileImportBlock> {
  let waiting: FileImportLine[] = [];
  let chars = 0;
  let block = 1;
  for await (const line of lines) {
    waiting.push(line);
    for (const field of line.fields) chars += field.length;
    if (waiting.length < MAX_FILE_BLOCK_LINES && chars < MAX_BLOCK_CHARS) continue;
    yield { block: block++, lines: waiting };
    waiting = [];
    chars = 0;
  }
  if (waiting.length > 0) yield { block, lines: waiting };
}

async function* linesOf(file: OrderFile): AsyncGenerator<FileImportLine> {
  for await (const records of file.records()) for (const record of records) yield fileLine(record);
}

const MAX_FIELD_CHARS = 100_000;
const MAX_FIELDS = 1000;

export function fileLine(record: SourceRecord): FileImportLine {
  const { line_number } = record;
  const fields = record.fields.slice(0, MAX_FIELDS).map((field) => field.slice(0, MAX_FIELD_CHARS));
  if (record.problem === null) return { line_number, fields };
  const { raw, problem, whole } = record;
  return { line_number, fields, raw: raw.slice(0, MAX_FIELD_CHARS), problem, ...(whole ? { whole } : {}) };
}

export async function openFileOf(kind: ImportKind, path: string): Promise<OrderFile> {
  const required = kind.fields.filter((field) => field.required === true).map(({ name }) => name);
  return await openOrderFile(path, {
    isHeader: (cells) => looksLikeHeaderOf(kind, cells),
    example: `no column of ${kind.many}, such as ${required.slice(0, 3).join(', ')}`,
  });
}

async function guessFor(kind: ImportKind, file: OrderFile, given: PartialColumnMap): Promise<ColumnsGuess> {
  const stride = Math.max(1, Math.floor(file.inspected.lines / SAMPLE_RECORDS));
  const sample = await file.sample(SAMPLE_RECORDS, stride);
  const guess = guessColumns(kind, file.header, sample, given);
  if (guess.problems.length === 0) return guess;
  throw new BinnacleError(
    'bad_arguments',
    `${guess.problems.join(' ')} The columns of ${file.name} are: ${file.header.join(', ')}. ` +
      `Name them in a map file, such as {"columns": {"${kind.fields[0]?.name ?? ''}": "…"}}, and pass --map. "--template" prints a file that needs none.`,
  );
}

async function settleMap(
  kind: ImportKind,
  file: OrderFile,
  guess: ColumnsGuess,
  options: FileImportOptions,
  { output, confirm }: ImportSurroundings,
): Promise<void> {
  const sample = await file.sample(50, 1);
  const labels = kind.fields.map(({ name, label }) => ({ name, label }));
  output.event(
    { event: 'map', map: guess.map, ambiguities: guess.ambiguities },
    `${file.name} is read so:\n${mapRows(labels, file.header, guess.map, sample)}`,
  );
  if (options.yes || options.dryRun || confirm === null || options.map !== undefined) {
    if (guess.ambiguities.length > 0) throw ambiguous(guess);
    return;
  }
  for (const sentence of guess.ambiguities) output.say(`Not certain: ${sentence}`);
  if (await confirm(`Import ${kind.many} with this map? [y/N] `)) return;
  throw new BinnacleError('cancelled', 'Nothing was imported. "--map-only" prints the map; correct it and pass --map.');
}

function ambiguous({ ambiguities }: ColumnsGuess): BinnacleError {
  return new BinnacleError(
    'bad_arguments',
    `The file can be read in more than one way. ${ambiguities.join(' ')} "--map-only" prints the guessed map; correct it and pass it with --map.`,
  );
}

function readColumnMap(path: string): PartialColumnMap {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BinnacleError(
      'bad_arguments',
      `Cannot read the map ${path}: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const parsed = PartialFileColumnMap.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BinnacleError(
    'bad_arguments',
    `The map ${path} is not valid: ${[...(issue?.path ?? []), issue?.message].join(': ')}.`,
  );
}

function newCompanyOf(options: FileImportOptions): OpenFileImport['new_company'] {
  const { currency, timeZone, companyName, company } = options;
  if (currency === undefined && timeZone === undefined && companyName === undefined) return null;
  if (currency === undefined || timeZone === undefined)
    throw new BinnacleError('bad_arguments', 'A new company needs both --currency and --time-zone.');
  if (!/^[A-Z]{3}$/.test(currency))
    throw new BinnacleError(
      'bad_arguments',
      `--currency ${currency}: a currency is three capital letters, such as GBP.`,
    );
  const unknown = currencyCodeProblem(currency, 'GBP');
  if (unknown !== null) throw new BinnacleError('bad_arguments', `--currency ${currency}: ${unknown}`);
  if (!isTimeZone(timeZone))
    throw new BinnacleError('bad_arguments', `--time-zone ${timeZone}: not a time zone; one looks like Europe/London.`);
  return { name: companyName ?? company, currency, time_zone: timeZone };
}
