/**
 * What a binder is made of: sections with words, facts and tables. The PDF, the workbook and the files of rows are three
 * ways of writing the same sections, so a figure stands once.
 */
import type { QueryContext } from '#db/queries/context.ts';
import type { Cell, Column, TableColumn } from '#db/exports/table.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { MonthEvidence } from './evidence.ts';
import type { MonthTrail } from './trail.ts';

export interface BinderColumn extends TableColumn {
  /** Of the column in the last row of the PDF's table and of the sheet, where it is a formula. */
  readonly total?: 'sum';
  /** The sheet's cell is a formula: the first of these columns less the second. */
  readonly difference?: readonly [string, string];
  /** Share of the PDF's width beside the others'; 0 = not in the PDF. Without it its width in characters. */
  readonly share?: number;
}

export interface BinderTable {
  /** Names the file of rows: small letters, digits, dashes; unique in the binder. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly BinderColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** `rows`: what stands behind figures, in the file of rows alone. */
  readonly shown: 'everywhere' | 'rows';
  /** Said where it has no rows. */
  readonly empty: string;
}

export interface BinderSection {
  readonly title: string;
  readonly words: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tables: readonly BinderTable[];
  readonly sections?: readonly BinderSection[];
}

/** The month a binder is of, as the copy stands. */
export interface BinderGround {
  /** Reads accepted rows alone; its moment comes from the rows, not from a clock. */
  readonly context: QueryContext;
  readonly company: TableRow<'company'>;
  readonly period: TableRow<'close_period'>;
  readonly snapshot: BinderSnapshot;
  readonly evidence: MonthEvidence;
  readonly trail: MonthTrail;
  /** What was said later is not of this month any more. */
  readonly until_ms: number;
}

export interface BinderSnapshot {
  readonly checkpoint: number;
  readonly checkpoint_id: string;
  readonly schema_version: number;
  /** Of the lock for good; else of the newest posting, signature, note, file, lock or reconciliation of the month. */
  readonly moment_ms: number;
  /** Who locked it for good; null = nobody here did. */
  readonly locked_by: string | null;
  /** What it lacks to be final, in words. */
  readonly lacking: readonly string[];
  /** Nothing is lacking: the same bytes from every copy and checkpoint. */
  readonly final: boolean;
}

export type MakeSection = (ground: BinderGround) => Promise<BinderSection>;

/** A table from rows by columns; `more` adds to columns what a binder knows of them, by id. */
export function binderTable<Row>(
  table: Pick<BinderTable, 'id' | 'title'> & Partial<Pick<BinderTable, 'shown' | 'empty'>>,
  columns: readonly (Column<Row> & Pick<BinderColumn, 'total' | 'difference' | 'share'>)[],
  rows: readonly Row[],
): BinderTable {
  return {
    shown: 'everywhere',
    empty: 'None.',
    ...table,
    columns: columns.map(({ value: _, ...column }) => column),
    rows: rows.map((row) => columns.map((column) => column.value(row))),
  };
}

/** 'AR-1300' → 'ar-1300': fit for the name of a file everywhere. */
export function fileWord(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'x'
  );
}

/** '2026-11-05 10:42 UTC' */
export function momentText(at_ms: number): string {
  return `${new Date(at_ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** In the head of every page: 'DRAFT: the month is not locked for good; …' */
export function standingWords({ final, lacking }: BinderSnapshot): string {
  return final ? 'FINAL' : `DRAFT: ${lacking.join('; ')}`;
}

/** In the foot of every page. */
export function asOfWords({ final, moment_ms, checkpoint }: BinderSnapshot): string {
  return final ? `As locked for good ${momentText(moment_ms)}` : `Checkpoint ${checkpoint}`;
}

/** Whatever becomes of one file, its name goes on saying what it is. */
export function fileName({ final }: BinderSnapshot, name: string): string {
  return final ? name : `draft-${name}`;
}

export function rowsFile(snapshot: BinderSnapshot, table_id: string): string {
  return `rows/${fileName(snapshot, `${table_id}.csv`)}`;
}

export function allTables(sections: readonly BinderSection[]): readonly BinderTable[] {
  return sections.flatMap((section) => [...section.tables, ...allTables(section.sections ?? [])]);
}
