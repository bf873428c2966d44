/** One run of a file: what its kind is given, and what it tells of each line. */
import type { Value } from '#domain/imports/engine/field.ts';
import type { ChangedField, ChangedLine } from '#contract/wire/fileImports.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { FileCompany } from './companyOfFile.ts';
import { codesOfIds, createLookups, isReferenceColumn, type Lookups } from './lookups.ts';
import { type RowWriter, type SyncedRow, syncRows, type WantedRow } from './syncRows.ts';
import type { WireTableName } from '#contract/wire/tables.ts';

/** A line whose row has the fields of its kind. */
export interface Line<R> {
  readonly line_number: number;
  readonly label: string;
  readonly row: R;
}

/** What a kind of file does on the server. */
export interface KindStore<R> {
  /** What is read of all of the file's lines before its parts; `company` null: it is made with them. */
  survey?(db: ImportDatabase, company: FileCompany | null, lines: readonly Line<R>[], now: Date): Promise<Survey>;
  /** Finds what the lines of a part refer to; why a line cannot be taken in, by line number. `file` = all that can be read. */
  check(job: Job, lines: readonly Line<R>[], file: readonly Line<R>[]): Promise<ReadonlyMap<number, string>>;
  /** Writes the lines of a part that are left. */
  store(job: Job, lines: readonly Line<R>[], file: readonly Line<R>[]): Promise<void>;
  /** After the last part: all lines that were taken in, and how many were not. */
  finish?(job: Job, lines: readonly Line<R>[], refused: number): Promise<void>;
  /** Of a kind whose file is all there is of it: the lines that say what is kept, cells in the order of the kind's fields. */
  held?(db: ImportDatabase, company_id: number): Promise<readonly (readonly string[])[]>;
}

/** Facts of a file as a whole. */
export interface Survey {
  /** What the movements of a position add up to by the end of a day; null where Binnacle kept it before any file. */
  movedQtyMilli(site_id: number, item_id: number, day: string): number | null;
}
export const NOTHING_MOVED: Survey = { movedQtyMilli: () => 0 };

export interface Job extends RowWriter {
  readonly currency: string;
  readonly time_zone: string;
  readonly file_name: string;
  readonly survey: Survey;
  /** Fields the file has a column for. */
  readonly columns: ReadonlySet<string>;
  readonly complete: boolean;
  /** A file of which each line can be read: what it does not name of a payment is no more. */
  readonly all_read: boolean;
  /** Lines that waited and were put right, without the others of their file. */
  readonly retry: boolean;
  readonly make_missing: boolean;
  readonly see_cost: boolean;
  /** Answers for rules the file brings without an owner. */
  readonly user_name: string;
  readonly lookups: Lookups;
  readonly changes: Changes;
}

interface LineState {
  readonly label: string;
  created: boolean;
  readonly fields: ChangedField[];
}

export interface Changes {
  /** What became of a line's row; `main` = a row made here makes the line a new one. */
  note(line: Pick<Line<unknown>, 'line_number' | 'label'>, synced: SyncedRow, main: boolean): void;
  /** A row the file does not name. */
  outside(label: string, fields: readonly ChangedField[]): void;
  flag(line: Pick<Line<unknown>, 'line_number' | 'label'>, text: string): void;
  readonly flags: readonly { readonly line_number: number; readonly label: string; readonly text: string }[];
  /** In file order, references as codes. */
  finish(writer: RowWriter): Promise<SettledChanges>;
}
export interface SettledChanges {
  readonly created: readonly ChangedLine[];
  readonly changed: readonly ChangedLine[];
  readonly outside: readonly ChangedLine[];
}

export function createJob(writer: RowWriter, facts: Omit<Job, keyof RowWriter | 'lookups' | 'changes'>): Job {
  return { ...writer, ...facts, lookups: createLookups(writer), changes: createChanges() };
}

/** Writes one row a line and notes what became of it; the rows in the order of the lines. */
export async function storeEach<L extends Pick<Line<unknown>, 'line_number' | 'label'>>(
  job: Job,
  table: WireTableName,
  lines: readonly L[],
  wanted: (line: L, index: number) => WantedRow,
  main: boolean,
): Promise<SyncedRow[]> {
  const synced = await syncRows(job, table, lines.map(wanted));
  for (const [index, line] of lines.entries()) {
    const row = synced[index];
    if (row) job.changes.note(line, row, main);
  }
  return synced;
}

function createChanges(): Changes {
  const lines = new Map<number, LineState>();
  const outside: ChangedLine[] = [];
  const flags: { line_number: number; label: string; text: string }[] = [];
  return {
    note: ({ line_number, label }, synced, main) => {
      const state = lines.get(line_number) ?? { label, created: false, fields: [] };
      lines.set(line_number, state);
      if (synced.status === 'created' && main) state.created = true;
      for (const field of synced.fields) foldInto(state.fields, field);
    },
    outside: (label, fields) => {
      if (fields.length > 0) outside.push({ line_number: null, label, fields });
    },
    flag: ({ line_number, label }, text) => {
      flags.push({ line_number, label, text });
    },
    flags,
    finish: async (writer) => {
      const all = [...lines].toSorted(([a], [b]) => a - b);
      const named = await withCodes(writer, [
        ...all.map(([line_number, { label, fields }]) => ({ line_number, label, fields })),
        ...outside,
      ]);
      const ofLines = named.slice(0, all.length);
      return {
        created: ofLines.filter((_, index) => all[index]?.[1].created === true),
        changed: ofLines.filter((line, index) => all[index]?.[1].created === false && line.fields.length > 0),
        outside: named.slice(all.length),
      };
    },
  };
}

/** A column written twice in one run shows what it was before and what it is after. */
function foldInto(fields: ChangedField[], field: ChangedField): void {
  const at = fields.findIndex(({ column }) => column === field.column);
  const earlier = fields[at];
  if (earlier === undefined) fields.push(field);
  else if (earlier.before === field.after) fields.splice(at, 1);
  else fields[at] = { ...earlier, after: field.after };
}

/** Ids differ from run to run, codes do not. A new row's empty fields say nothing. */
async function withCodes(writer: RowWriter, lines: readonly ChangedLine[]): Promise<ChangedLine[]> {
  const ids = new Map<string, Set<number>>();
  for (const { fields } of lines) {
    for (const { column, before, after } of fields) {
      if (!isReferenceColumn(column)) continue;
      const wanted = ids.get(column) ?? new Set<number>();
      ids.set(column, wanted);
      for (const id of [before, after]) if (typeof id === 'number') wanted.add(id);
    }
  }
  const codes = await codesOfIds(writer, ids);
  const named = (column: string, value: Value): Value =>
    typeof value === 'number' && ids.has(column) ? (codes.get(column)?.get(value) ?? null) : value;
  return lines.map((line) => ({
    ...line,
    fields: line.fields.flatMap(({ column, before, after }) =>
      // Documents a row hangs on are named by its label; their ids mean nothing outside.
      column.endsWith('_id') && !isReferenceColumn(column)
        ? []
        : [{ column, before: named(column, before), after: named(column, after) }],
    ),
  }));
}
