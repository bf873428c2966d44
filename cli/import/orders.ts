/** `binnacle import orders`: a file of order lines into the server, exact and repeatable. */
import { lineNumberer } from '#domain/imports/orders/lineIdentity.ts';
import { assumedLocale } from '#domain/imports/orders/locale.ts';
import { isTimeZone } from '#domain/imports/orders/zoneTime.ts';
import { BinnacleError } from '#contract/errors.ts';
import { ImportSource, type OpenOrderImport, type OrderImportOpened } from '#contract/wire/imports.ts';
import type { Output } from '#cli/output.ts';
import { blocksOf } from './blocks.ts';
import type { ImportConnection } from './connection.ts';
import { type OrderFile, openOrderFile } from './file/orderFile.ts';
import { chooseMap, type MapChoice, mapTable, readMapFile } from './orderMapChoice.ts';
import { reportImport } from './report.ts';
import { uploadBlocks } from './upload.ts';

export interface OrderImportOptions {
  readonly file: string;
  readonly source: string;
  readonly company: string | undefined;
  readonly currency: string | undefined;
  readonly timeZone: string | undefined;
  readonly map: string | undefined;
  readonly mapOnly: boolean;
  readonly yes: boolean;
}

export interface ImportSurroundings {
  readonly output: Output;
  /** Signs in; called only when everything local is in order. */
  readonly connect: () => Promise<ImportConnection>;
  /** Asks a person; null when nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  readonly now: () => number;
}

/** Throws BinnacleError before anything is written when the file, the map or an option is not usable. */
export async function importOrders(options: OrderImportOptions, around: ImportSurroundings): Promise<void> {
  const { output } = around;
  checkOptions(options);
  const given = options.map === undefined ? {} : readMapFile(options.map);
  const file = await openOrderFile(options.file);
  const choice = await chooseMap(file, given);
  if (options.mapOnly) {
    printMap(output, choice);
    return;
  }
  await settleMap(file, choice, options, around);
  const assumed = assumedLocale(countriesOf(file, choice));
  const connection = await around.connect();
  try {
    const opened = await connection.post<OrderImportOpened>(
      '/imports/orders',
      {
        source: options.source,
        company_code: options.company ?? null,
        currency: options.currency ?? null,
        time_zone: options.timeZone ?? null,
        assumed: { currency: assumed.currency, time_zone: assumed.time_zone },
        file_name: file.name,
        header: file.header,
        map: choice.map,
        mode: 'file',
      } satisfies OpenOrderImport,
      false,
    );
    announce(output, file, opened, options, assumed.country);
    const invoiceAt = file.header.indexOf(choice.map.columns.invoice ?? '');
    const blocks = blocksOf(file.records(), lineNumberer(invoiceAt));
    const report = await uploadBlocks(
      connection,
      opened.import_id,
      blocks,
      output,
      file.inspected.lines - 1,
      around.now,
    );
    reportImport(output, report, opened.company);
  } finally {
    await leave(connection);
  }
}

/** Signing out is a courtesy: its failure must not hide how the import went. */
export async function leave(connection: ImportConnection): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    if (!(error instanceof BinnacleError)) throw error;
  }
}

function checkOptions(options: OrderImportOptions): void {
  checkSource(options.source);
  if (options.currency !== undefined && !/^[A-Z]{3}$/.test(options.currency)) {
    throw new BinnacleError(
      'bad_arguments',
      `--currency ${options.currency}: a currency is three capital letters, such as GBP.`,
    );
  }
  if (options.timeZone !== undefined && !isTimeZone(options.timeZone)) {
    throw new BinnacleError(
      'bad_arguments',
      `--time-zone ${options.timeZone}: not a time zone; one looks like Europe/London.`,
    );
  }
}

export function checkSource(source: string): void {
  const parsed = ImportSource.safeParse(source);
  if (!parsed.success)
    throw new BinnacleError('bad_arguments', `--source ${source}: ${parsed.error.issues[0]?.message ?? 'not valid'}.`);
}

/** The map goes to stdout even when it is ambiguous: it is what a person corrects. */
function printMap(output: Output, { map, guess }: MapChoice): void {
  if (output.json) output.event({ event: 'map', map, ambiguities: guess.ambiguities }, null);
  else output.data(JSON.stringify(map, null, 2));
  if (guess.ambiguities.length > 0) throw ambiguous(guess.ambiguities);
}

/** Shows the map and has it confirmed; without a person the guess applies unless it is a gamble. */
async function settleMap(
  file: OrderFile,
  choice: MapChoice,
  options: OrderImportOptions,
  { output, confirm }: ImportSurroundings,
): Promise<void> {
  const { ambiguities } = choice.guess;
  output.event({ event: 'map', map: choice.map, ambiguities }, `${file.name} is read so:\n${mapTable(file, choice)}`);
  if (options.yes || confirm === null || options.map !== undefined) {
    if (ambiguities.length > 0) throw ambiguous(ambiguities);
    return;
  }
  for (const sentence of ambiguities) output.say(`Not certain: ${sentence}`);
  if (!(await confirm('Import with this map? [y/N] '))) {
    throw new BinnacleError(
      'cancelled',
      'Nothing was imported. "--map-only" prints the map; correct it and pass it with --map.',
    );
  }
}

function ambiguous(sentences: readonly string[]): BinnacleError {
  return new BinnacleError(
    'bad_arguments',
    `The file can be read in more than one way. ${sentences.join(' ')} "--map-only" prints the guessed map; correct it and pass it with --map.`,
  );
}

function* countriesOf(file: OrderFile, { map, sample }: MapChoice): Generator<string> {
  const position = map.columns.country === undefined ? -1 : file.header.indexOf(map.columns.country);
  if (position >= 0) for (const record of sample) yield record[position] ?? '';
}

function announce(
  output: Output,
  file: OrderFile,
  { company }: OrderImportOpened,
  options: OrderImportOptions,
  country: string | null,
): void {
  const assumed = [
    ...(options.currency === undefined ? [`currency ${company.currency}`] : []),
    ...(options.timeZone === undefined ? [`time zone ${company.time_zone}`] : []),
  ];
  const why = country === null ? 'no country in the file says otherwise' : `most lines are from ${country}`;
  const { encoding } = file.inspected;
  output.event(
    {
      event: 'import',
      company: company.code,
      created: company.created,
      currency: company.currency,
      time_zone: company.time_zone,
      assumed: company.created ? assumed : [],
      encoding,
    },
    [
      `Into company ${company.code} (${company.name}), ${company.currency}, ${company.time_zone}${company.created ? ', made for these orders' : ''}.`,
      ...(company.created && assumed.length > 0 ? [`Assumed: ${assumed.join(' and ')}, as ${why}.`] : []),
      ...(encoding === 'windows-1252' ? ['The file is not UTF-8; it is read as Latin-1.'] : []),
    ].join('\n'),
  );
}
