/**
 * Which months columns hold whole. While a first load goes on, or its blocks are still being made, a view leaves lines
 * out; a month counts as whole when all its buckets are here and the view has as many lines of it as they have rows.
 */
import { addMonths } from '#domain/calendar.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { FactPart } from './factMemory.ts';
import { codeColumn, type Segment } from './segment.ts';

/** What a line's facts are made of. */
export const LINE_TABLES: readonly WireTableName[] = ['sales_order', 'order_line', 'order_line_cost', 'shipment_line'];
const TABLE_IDS = LINE_TABLES.map((name) => wireTable(name).id).join(', ');

/** Later than every month: nothing is whole. */
export const NO_MONTH = 999_912;

/** The first month (yyyymm) from which on every bucket of order lines is here; null = all are. */
export function bucketsSince(reader: Connection): number | null {
  const last = reader
    .prepare<unknown[], number | null>(
      `SELECT max(month) FROM main.bucket WHERE state = 'missing' AND tbl IN (${TABLE_IDS})`,
    )
    .pluck()
    .get();
  return last === null || last === undefined ? null : addMonths(last, 1);
}

/** Company → the first month from which on all its months are whole in these parts; null = all of them are. */
export function monthsWhole(reader: Connection, parts: readonly FactPart[]): ReadonlyMap<number, number | null> {
  const lines = new Map<string, number>();
  for (const part of parts) addLines(lines, part);
  const months = reader
    .prepare<unknown[], readonly [company: number, month: number, missing: number, rows: number]>(
      `SELECT company, month, sum(state = 'missing'),
         sum(CASE WHEN tbl = ${wireTable('order_line').id} THEN rows ELSE 0 END)
       FROM main.bucket WHERE tbl IN (${TABLE_IDS}) GROUP BY company, month ORDER BY company, month DESC`,
    )
    .raw()
    .all();
  const since = new Map<number, number | null>();
  const ended = new Set<number>();
  for (const [company, month, missing, rows] of months) {
    if (!since.has(company)) since.set(company, NO_MONTH);
    if (ended.has(company)) continue;
    if (missing === 0 && (lines.get(keyOf(company, month)) ?? 0) === rows) since.set(company, month);
    else ended.add(company);
  }
  for (const company of since.keys()) if (!ended.has(company)) since.set(company, null);
  return since;
}

const keyOf = (company: number, month: number): string => `${company} ${month}`;

function addLines(lines: Map<string, number>, { general, dead }: FactPart): void {
  const whole = countedOnce.get(general) ?? count(general, [[0, general.rows]]);
  countedOnce.set(general, whole);
  for (const [key, rows] of whole) lines.set(key, (lines.get(key) ?? 0) + rows);
  if (dead.length === 0) return;
  for (const [key, rows] of count(general, dead)) lines.set(key, (lines.get(key) ?? 0) - rows);
}

/** A block stands in memory for a long time, and a view is opened with every batch of rows. */
const countedOnce = new WeakMap<Segment, ReadonlyMap<string, number>>();

function count(segment: Segment, ranges: FactPart['dead']): ReadonlyMap<string, number> {
  const companies = codeColumn(segment, 'company');
  const months = codeColumn(segment, 'month');
  const width = months.dictionary.length;
  const cells = new Int32Array(companies.dictionary.length * width);
  for (const [from, to] of ranges) {
    for (let row = from; row < to; row++) {
      const cell = (companies.codes?.[row] ?? 0) * width + (months.codes?.[row] ?? 0);
      cells[cell] = (cells[cell] as number) + 1;
    }
  }
  const lines = new Map<string, number>();
  for (const [cell, rows] of cells.entries()) {
    const company = Number(companies.dictionary[Math.floor(cell / width)]);
    if (rows > 0) lines.set(keyOf(company, Number(months.dictionary[cell % width])), rows);
  }
  return lines;
}
