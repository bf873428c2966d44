/** The fixture's rows as they travel and rest: days as day numbers, instants as milliseconds, booleans as 0/1. */
import { dayNumber } from '#domain/calendar.ts';
import { type WireColumn, wireTable, type WireTableName } from '#contract/wire/tables.ts';
import { FIXTURE, type FixtureRow } from '#tests/fixtures/kpi/distributor.ts';

export type WireFormRow = Readonly<Record<string, number | string | null>>;
export type WireFormTables = ReadonlyMap<WireTableName, readonly WireFormRow[]>;

export function day(iso: string): number {
  const value = dayNumber(iso);
  if (value === null) throw new Error(`${iso} is no date`);
  return value;
}

export function fixtureInWireForm(): WireFormTables {
  return new Map(FIXTURE.map(([table, rows]) => [table, rows.map((row) => wireFormRow(table, row))]));
}

function wireFormRow(name: WireTableName, row: FixtureRow): WireFormRow {
  const { columns } = wireTable(name);
  const known = new Set(['id', ...columns.map((column) => column.name)]);
  for (const given of Object.keys(row)) if (!known.has(given)) throw new Error(`${name} has no column ${given}`);
  const { id = null } = row;
  if (typeof id === 'boolean') throw new Error(`${name} has no id`);
  return {
    id,
    ...Object.fromEntries(columns.map((column) => [column.name, wireValue(name, column, row[column.name])])),
  };
}

function wireValue(table: string, column: WireColumn, value: FixtureRow[string] | undefined): number | string | null {
  if (value === undefined) throw new Error(`${table} lacks ${column.name}`);
  if (value === null && !column.nullable) throw new Error(`${table}.${column.name} must not be null`);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return value;
  if (column.type === 'date') return day(value);
  return column.type === 'instant' ? Date.parse(value) : value;
}
