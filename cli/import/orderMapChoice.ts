/** Which map an import uses: what a map file says, completed by a guess, shown and confirmed by a person or unambiguous. */
import { readFileSync } from 'node:fs';
import type { ColumnMap } from '#domain/imports/engine/field.ts';
import { guessOrderMap, type MapGuess } from '#domain/imports/orders/guessMap.ts';
import { FIELD_LABELS, ORDER_FIELDS, type OrderMap, type PartialOrderMap } from '#domain/imports/orders/orderMap.ts';
import { BinnacleError } from '#contract/errors.ts';
import { PartialOrderMapFile } from '#contract/wire/imports.ts';
import type { OrderFile } from './file/orderFile.ts';

export interface MapChoice {
  readonly guess: MapGuess;
  readonly map: OrderMap;
  readonly sample: readonly (readonly string[])[];
}

const SAMPLE_RECORDS = 5000;
/** When the beginning does not decide, this many records from all over the file may. */
const WIDE_SAMPLE_RECORDS = 50_000;

/** Throws BinnacleError when no map fits the file; ambiguities are the caller's to judge. */
export async function chooseMap(file: OrderFile, given: PartialOrderMap): Promise<MapChoice> {
  let sample = await file.sample(SAMPLE_RECORDS, 1);
  if (sample.length === 0) {
    throw new BinnacleError('bad_arguments', `${file.name} holds a header but no order line that can be read.`);
  }
  let guess = guessOrderMap(file.header, sample, given);
  if (guess.ambiguities.length > 0 && sample.length === SAMPLE_RECORDS) {
    sample = await file.sample(
      WIDE_SAMPLE_RECORDS,
      Math.max(1, Math.floor(file.inspected.lines / WIDE_SAMPLE_RECORDS)),
    );
    guess = guessOrderMap(file.header, sample, given);
  }
  if (!guess.map) {
    throw new BinnacleError(
      'bad_arguments',
      `${guess.problems.join(' ')} The columns of ${file.name} are: ${file.header.join(', ')}. ` +
        'Name them in a map file: "binnacle import orders --file … --map-only" prints one to start from, or write {"columns": {"quantity": "…"}}; then pass --map.',
    );
  }
  return { guess, map: guess.map, sample };
}

/** Throws BinnacleError when the file is no map. */
export function readMapFile(path: string): PartialOrderMap {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BinnacleError(
      'bad_arguments',
      `Cannot read the map ${path}: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const parsed = PartialOrderMapFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BinnacleError(
      'bad_arguments',
      `The map ${path} is not valid: ${[...(issue?.path ?? []), issue?.message].join(': ')}.`,
    );
  }
  return withoutUndefined(parsed.data);
}

/** `{a: undefined}` and `{}` mean the same in a file, not in the strict types. */
function withoutUndefined(map: ReturnType<typeof PartialOrderMapFile.parse>): PartialOrderMap {
  const defined = (value: object) =>
    Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
  const { columns, kinds, date_order, decimal_mark } = map;
  return {
    ...(columns === undefined ? {} : { columns: defined(columns) }),
    ...(kinds === undefined ? {} : { kinds: defined(kinds) }),
    ...(date_order === undefined ? {} : { date_order }),
    ...(decimal_mark === undefined ? {} : { decimal_mark }),
  };
}

/** The map for people: every field with its column and the first values. */
export function mapTable(file: OrderFile, { map, sample }: MapChoice): string {
  const labels = ORDER_FIELDS.map((name) => ({ name, label: FIELD_LABELS[name] }));
  return mapRows(labels, file.header, map, sample);
}

export function mapRows(
  labels: readonly { readonly name: string; readonly label: string }[],
  header: readonly string[],
  map: ColumnMap,
  sample: readonly (readonly string[])[],
): string {
  const rows = labels.map(({ name, label }) => {
    const column = map.columns[name];
    if (column === undefined) return [label, '–', 'not in the file'];
    const position = header.indexOf(column);
    const values = new Set(sample.slice(0, 50).map((record) => (record[position] ?? '').trim()));
    values.delete('');
    return [label, column, [...values].slice(0, 3).join(', ').slice(0, 60)];
  });
  const width = (index: number) => Math.max(...rows.map((row) => row[index]?.length ?? 0));
  const widths = [width(0), width(1)];
  const lines = rows.map(
    (row) => `  ${(row[0] ?? '').padEnd(widths[0] ?? 0)}  ${(row[1] ?? '').padEnd(widths[1] ?? 0)}  ${row[2] ?? ''}`,
  );
  const unmapped = header.filter((column) => !Object.values(map.columns).includes(column));
  if (unmapped.length > 0) lines.push(`  not used: ${unmapped.join(', ')}`);
  lines.push(`  dates are ${DATE_WORDS[map.date_order]}, the decimal mark is "${map.decimal_mark}"`);
  return lines.join('\n');
}

const DATE_WORDS = { ymd: 'year-month-day', dmy: 'day/month/year', mdy: 'month/day/year' } as const;
