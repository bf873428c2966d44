/**
 * A query's rows as CSV for a spreadsheet: amounts and quantities as exact decimals, dates as ISO text, and text that a
 * spreadsheet would run as a formula with an apostrophe before it.
 */
import { formatDecimal } from '#domain/decimal.ts';
import { minorDigits } from '#domain/money.ts';
import { BinnacleError } from '#contract/errors.ts';
import { type QueryArgs, QUERIES } from '#contract/queries.ts';
import { MAX_RESULT_BYTES } from '#contract/transport.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';

export type ExportQueryName = 'stockPositions' | 'marginLines' | 'fillRateLines';

export interface ExportedRows {
  readonly csv: string;
  readonly rows: number;
}

const BLOCK_ROWS = 5000;
/** The result travels as one message; what lies around it needs room too. */
const MAX_CSV_BYTES = MAX_RESULT_BYTES - 64 * 1024;

type Scalar = string | number | boolean | null;
type CsvRow = Readonly<Record<string, unknown>>;

/** Throws `too_large` when the rows do not fit in one result, `bad_arguments` as the query would. */
export async function exportCsv(context: QueryContext, name: ExportQueryName, args: unknown): Promise<ExportedRows> {
  const csv = createCsv();
  for (let offset = 0; ; ) {
    context.checkCancelled();
    const block = await readBlock(context, name, args, offset);
    csv.add(block.rows, block.currency);
    offset += block.rows.length;
    if (block.rows.length === 0 || offset >= block.total) break;
  }
  return csv.done();
}

interface Block {
  readonly rows: readonly CsvRow[];
  readonly total: number;
  readonly currency: string;
}

async function readBlock(context: QueryContext, name: ExportQueryName, args: unknown, offset: number): Promise<Block> {
  const page = { offset, limit: BLOCK_ROWS };
  if (name === 'stockPositions') {
    const parsed: QueryArgs<'stockPositions'> = QUERIES.stockPositions.args.parse(args);
    const answer = await QUERY_HANDLERS.stockPositions(context, { ...parsed, ...page });
    return { rows: answer.rows.map(plainRow), total: answer.total_rows, currency: answer.currency };
  }
  if (name === 'marginLines') {
    const parsed: QueryArgs<'marginLines'> = QUERIES.marginLines.args.parse(args);
    const answer = await QUERY_HANDLERS.marginLines(context, { ...parsed, ...page });
    return { rows: answer.lines.map(plainRow), total: answer.total_lines, currency: answer.currency };
  }
  const parsed: QueryArgs<'fillRateLines'> = QUERIES.fillRateLines.args.parse(args);
  const answer = await QUERY_HANDLERS.fillRateLines(context, { ...parsed, ...page });
  const company = await context.db
    .selectFrom('company')
    .select('currency')
    .where('id', '=', parsed.company_id)
    .executeTakeFirst();
  return { rows: answer.lines.map(plainRow), total: answer.total_lines, currency: company?.currency ?? '' };
}

function plainRow(row: object): CsvRow {
  return { ...row };
}

export interface CsvBuilder {
  /** `currency` says how many digits minor units have. */
  add(rows: readonly CsvRow[], currency: string): void;
  done(): ExportedRows;
}

export function createCsv(): CsvBuilder {
  const lines: string[] = [];
  let columns: readonly string[] | undefined;
  let bytes = 0;
  let count = 0;
  const push = (line: string) => {
    bytes += Buffer.byteLength(line) + 2;
    if (bytes > MAX_CSV_BYTES) {
      throw new BinnacleError(
        'too_large',
        'That is more than one export holds (8 MB). Narrow the filter and export in parts.',
      );
    }
    lines.push(line);
  };
  return {
    add: (rows, currency) => {
      for (const row of rows) {
        // charts and lists within a row are no spreadsheet cells
        columns ??= Object.keys(row).filter((name) => !Array.isArray(row[name]) && name !== 'weeks_qty_milli');
        if (count === 0) push(columns.map((name) => cell(columnTitle(name))).join(','));
        push(columns.map((name) => csvValue(name, row[name], currency)).join(','));
        count += 1;
      }
    },
    done: () => ({ csv: lines.map((line) => `${line}\r\n`).join(''), rows: count }),
  };
}

const UNITS: readonly (readonly [suffix: string, title: string, places: (currency: string) => number])[] = [
  ['_qty_milli', '_qty', () => 3],
  ['_minor', '', minorDigits],
  ['_micro', '', () => 6],
  ['_bp', '_percent', () => 2],
];

function columnTitle(name: string): string {
  const unit = UNITS.find(([suffix]) => name.endsWith(suffix));
  if (unit) return `${name.slice(0, -unit[0].length)}${unit[1]}`;
  return name.endsWith('_ms') ? name.slice(0, -'_ms'.length) : name;
}

function csvValue(name: string, value: unknown, currency: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') {
    const unit = UNITS.find(([suffix]) => name.endsWith(suffix));
    if (unit) return formatDecimal({ units: BigInt(value), places: unit[2](currency) });
    return name.endsWith('_ms') ? new Date(value).toISOString() : String(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return cell(typeof value === 'string' ? value : JSON.stringify(value));
}

const RUNS_IN_A_SPREADSHEET = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n\t']/;

/** One text cell. A leading = + - @ or tab would run as a formula in a spreadsheet; an apostrophe makes it text. */
export function cell(text: Exclude<Scalar, number | boolean | null>): string {
  const safe = RUNS_IN_A_SPREADSHEET.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
