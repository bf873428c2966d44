/**
 * The readable tables of a binder's trail, made of its sealed entries: the same columns write the binder and make the tables
 * again when it is verified, so that a table somebody changed is told though every hash beside it was made anew.
 */
import { auditDetail } from '../../audit/detailWords.ts';
import type { Sha256 } from '../../audit/check.ts';
import { csvCell, csvHead, csvOfRows } from '../../tables/csv.ts';
import { type Column, integer, moment, text } from '../../tables/table.ts';
import {
  inOrder,
  type SealedEntry,
  sealFaults,
  type TracedRow,
  traceFaults,
  traceRows,
  type TrailFile,
} from './sealedTrail.ts';

/** What stands in `rows/` of them, a draft's name saying so. */
const TABLE_PATH = /^rows\/(?:draft-)?(trail-[a-z]+)\.csv$/;

interface TrailColumn<Row> extends Column<Row> {
  /** Of the width of the PDF; 0 = not in it. */
  readonly share?: number;
}

export const ENTRY_COLUMNS: readonly TrailColumn<SealedEntry>[] = [
  integer('seq', 'Entry', (row) => row.seq),
  moment('at', 'At', (row) => row.event.happened_at_ms),
  text('who', 'Who', (row) => row.event.user_name, 12),
  text('what', 'What', (row) => row.event.kind.replaceAll('_', ' '), 16),
  text('about', 'About', (row) => row.event.about, 20),
  { ...text('detail', 'Detail', (row) => auditDetail({ detail: inOrder(row.event.detail) }), 44), share: 30 },
  { ...text('address', 'From', (row) => row.event.address, 16), share: 0 },
  { ...text('before', 'Seal before', (row) => row.seal_before, 64), share: 24 },
  { ...text('seal', 'Seal', (row) => row.seal, 64), share: 24 },
];

export const FAULT_COLUMNS: readonly TrailColumn<string>[] = [text('fault', 'What', (row) => row, 100)];

/** What was done, in words; `entry`: its place in the chain, or why it has none. */
export interface StepRow {
  readonly at_ms: number;
  readonly who: string;
  readonly what: string;
  readonly about: string;
  readonly detail: string;
  readonly entry: string;
}

/** What computing anew found is no entry of anybody's. */
export const COMPUTED = 'Computed';

export const STEP_COLUMNS: readonly TrailColumn<StepRow>[] = [
  moment('at', 'At', (row) => row.at_ms),
  text('who', 'Who', (row) => row.who, 12),
  text('what', 'What', (row) => row.what, 18),
  text('about', 'About', (row) => row.about, 24),
  text('detail', 'Detail', (row) => row.detail, 44),
  text('entry', 'Entry', (row) => row.entry, 10),
];

/** As `trace` holds what was done in words. */
export function doneWords({ what, who, about }: Pick<StepRow, 'what' | 'who' | 'about'>): string {
  return `${what} by ${who}: ${about}`;
}

export function entryOf(seq: number | null): string {
  return seq === null ? 'None' : String(seq);
}

/** Files of a binder that hold the trail's tables; the first group is which. */
export function trailTable(path: string): string | null {
  return TABLE_PATH.exec(path)?.[1] ?? null;
}

/** Tables by which they are ('trail-entries') that are not what the entries make them, in words. */
export function tableFaults(
  sha256: Sha256,
  { entries, rows }: TrailFile,
  tables: ReadonlyMap<string, string>,
): readonly string[] {
  const faults = [...sealFaults(sha256, entries), ...traceFaults(traceRows(entries, rows))];
  return [
    ...differing('trail-entries', csvOfRows(ENTRY_COLUMNS, entries), tables),
    ...differing('trail-faults', csvOfRows(FAULT_COLUMNS, faults), tables),
    ...stepFaults(rows, tables.get('trail-steps')),
  ];
}

function differing(id: string, made: string, tables: ReadonlyMap<string, string>): readonly string[] {
  const there = tables.get(id);
  if (there === undefined) return [missing(id)];
  if (there === made) return [];
  const [own, other] = [linesOf(made), linesOf(there)];
  const nth = Math.max(
    0,
    other.findIndex((line, at) => line !== own[at]),
  );
  const at = other.every((line, each) => line === own[each]) ? other.length : nth;
  return [`${fileOf(id)} is not what the sealed entries make it: line ${at + 1} differs.`];
}

/** Of what was done the words of the rows stand in the trail, and the place of each in the chain; not what computing found. */
function stepFaults(rows: readonly TracedRow[], there: string | undefined): readonly string[] {
  if (there === undefined) return [missing('trail-steps')];
  const [head, ...lines] = linesOf(there);
  const computed = `,${COMPUTED}\r\n`;
  const done = lines.map((line, nth) => ({ line, nth: nth + 2 })).filter(({ line }) => !line.endsWith(computed));
  const is = (row: TracedRow, line: string): boolean => {
    const by = ` by ${row.who}: `;
    const at = row.words.indexOf(by);
    const cells = [row.who, row.words.slice(0, at), row.words.slice(at + by.length)];
    const start = [csvCell(row.at_ms, { kind: 'moment' }), ...cells.map((cell) => csvCell(cell, { kind: 'text' }))];
    return at >= 0 && line.startsWith(`${start.join(',')},`) && line.endsWith(`,${entryOf(row.seq)}\r\n`);
  };
  const wrong = done.find(({ line }, nth) => {
    const row = rows[nth];
    return row === undefined || !is(row, line);
  });
  const nth =
    head !== csvHead(STEP_COLUMNS) ? 1 : (wrong?.nth ?? (done.length < rows.length ? lines.length + 2 : null));
  return nth === null
    ? []
    : [`${fileOf('trail-steps')} is not what the sealed entries and their rows make it: line ${nth} differs.`];
}

function fileOf(id: string): string {
  return `The table rows/…${id}.csv`;
}

function missing(id: string): string {
  return `${fileOf(id)} is missing, which the sealed entries make.`;
}

/** Each with its end; a line may hold line ends in quotes. */
function linesOf(csv: string): readonly string[] {
  const lines: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    if (csv[at] === '"') quoted = !quoted;
    else if (csv[at] === '\n' && !quoted) {
      lines.push(csv.slice(from, at + 1));
      from = at + 1;
    }
  }
  return from < csv.length ? [...lines, csv.slice(from)] : lines;
}
