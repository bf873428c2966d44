/**
 * The readable tables of a binder's trail, made of its sealed entries: the same columns write the binder and make the tables
 * again when it is verified, so that a table somebody changed is told though every hash beside it was made anew.
 */
import { auditDetail } from '../../audit/detailWords.ts';
import type { Sha256 } from '../../audit/check.ts';
import { csvCell, csvHead, csvOfRows } from '../../tables/csv.ts';
import { type Column, integer, moment, text } from '../../tables/table.ts';
import { isSaid, saysSealed, textsOfCell } from './sealedWords.ts';
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

interface SaidTable {
  /** Which cell of a line says when, by whom and what. */
  readonly at: number;
  readonly by: number;
  readonly words: number;
  /** Whether a row stands in it, on a line of its own. */
  readonly holds: (row: TracedRow) => boolean;
}
/** Tables elsewhere in a binder that say what was said. */
const SAID_TABLES: Readonly<Record<string, SaidTable>> = {
  notes: { at: 0, by: 2, words: 3, holds: ({ kind }) => kind === 'close_noted' },
  'lock-steps': { at: 0, by: 4, words: 5, holds: ({ kind }) => /^(period|reopening)_/.test(kind) },
  // a proposal's own text stands among the entries; that it was renewed or exported is told by an entry it shares
  'journal-steps': { at: 0, by: 3, words: 4, holds: ({ kind, shared }) => shared || /^entry_(?!proposed)/.test(kind) },
};
const SAID_PATH = /^rows\/(?:draft-)?(notes|lock-steps|journal-steps)\.csv$/;

/** Files of a binder whose tables are held against its trail, those of the trail among them; the name is which. */
export function judgedTable(path: string): string | null {
  return trailTable(path) ?? SAID_PATH.exec(path)?.[1] ?? null;
}

function saidFaults(
  sha256: Sha256,
  { entries, rows }: TrailFile,
  tables: ReadonlyMap<string, string>,
): readonly string[] {
  const sealed = new Map(entries.map((entry) => [entry.seq, entry]));
  return Object.entries(SAID_TABLES).flatMap(([id, { at, by, words, holds }]) => {
    const there = tables.get(id);
    if (there === undefined) return [missing(id)];
    const own = rows.filter(holds);
    const lines = linesOf(there)
      .slice(1)
      .map((line) => cellsOf(line));
    const judged = lines.map((cells) =>
      isSaid(sha256, sealed, own, { at: cells[at] ?? '', by: cells[by] ?? '', cell: cells[words] ?? '' }),
    );
    const wrong = judged.indexOf(false);
    const nth = wrong >= 0 || lines.length === own.length ? wrong : Math.min(lines.length, own.length);
    return nth < 0 ? [] : [`${fileOf(id)} does not say what its sealed entries say: line ${nth + 2} differs.`];
  });
}

/**
 * Tables by which they are ('trail-entries') that are not what the entries make them, in words.
 * @param any_order of what stands in an entry's detail: tables of the layout before kept the order it came in
 */
export function tableFaults(
  sha256: Sha256,
  { entries, rows }: TrailFile,
  tables: ReadonlyMap<string, string>,
  any_order: boolean,
): readonly string[] {
  const traced = traceRows(entries, rows);
  const faults = (apart: boolean): string =>
    csvOfRows(FAULT_COLUMNS, [...sealFaults(sha256, entries), ...traceFaults(traced, apart)]);
  const listed = tables.get('trail-entries');
  return [
    ...(any_order && listed !== undefined
      ? listedFaults(entries, listed)
      : differing('trail-entries', csvOfRows(ENTRY_COLUMNS, entries), tables)),
    // told in one sentence or in two, it is the same
    ...(tables.get('trail-faults') === faults(true) ? [] : differing('trail-faults', faults(false), tables)),
    ...stepFaults(sha256, { entries, rows }, tables.get('trail-steps')),
    ...saidFaults(sha256, { entries, rows }, tables),
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
  return [lineFault(id, other.every((line, each) => line === own[each]) ? other.length : nth)];
}

function lineFault(id: string, at: number): string {
  return `${fileOf(id)} is not what the sealed entries make it: line ${at + 1} differs.`;
}

/** Each line but for the order of its detail. */
function listedFaults(entries: readonly SealedEntry[], there: string): readonly string[] {
  const [head, ...lines] = linesOf(there);
  if (head !== csvHead(ENTRY_COLUMNS)) return [lineFault('trail-entries', 0)];
  const is = (entry: SealedEntry, line: string): boolean => {
    const [detail] = textsOfCell(cellsOf(line)[DETAIL_AT] ?? '').flatMap((text) => inItsOrder(entry, text) ?? []);
    return detail !== undefined && line === csvOfRows(asItStands(detail), [entry]).slice(head.length);
  };
  const nth = Array.from({ length: Math.max(lines.length, entries.length) }, (_, at) => at).find((at) => {
    const [entry, line] = [entries[at], lines[at]];
    return entry === undefined || line === undefined || !is(entry, line);
  });
  return nth === undefined ? [] : [lineFault('trail-entries', nth + 1)];
}
const DETAIL_AT = ENTRY_COLUMNS.findIndex(({ id }) => id === 'detail');

function asItStands(detail: string): readonly TrailColumn<SealedEntry>[] {
  return ENTRY_COLUMNS.map((column) => (column.id === 'detail' ? { ...column, value: () => detail } : column));
}

/** The text, if it is the entry's detail in some order. */
function inItsOrder({ event: { detail } }: SealedEntry, text: string): string | null {
  const parts = Object.entries(detail)
    .map(([name, value]) => auditDetail({ detail: { [name]: value } }))
    .filter((part) => part !== '');
  const fits = (rest: string, left: readonly string[]): boolean =>
    left.length === 0
      ? rest === ''
      : left.some((part, nth) => {
          const start = left.length === 1 ? part : `${part}, `;
          return rest.startsWith(start) && fits(rest.slice(start.length), left.toSpliced(nth, 1));
        });
  return fits(text, parts) ? text : null;
}

/** Of what was done the words of the rows stand in the trail, and the place of each in the chain; not what computing found. */
function stepFaults(sha256: Sha256, { entries, rows }: TrailFile, there: string | undefined): readonly string[] {
  if (there === undefined) return [missing('trail-steps')];
  const [head, ...lines] = linesOf(there);
  const computed = `,${COMPUTED}\r\n`;
  const done = lines.map((line, nth) => ({ line, nth: nth + 2 })).filter(({ line }) => !line.endsWith(computed));
  const sealed = new Map(entries.map((entry) => [entry.seq, entry]));
  const judged = done.map(({ line, nth }, at) => {
    const row = rows[at];
    const cell = row && detailCell(row, line);
    if (row === undefined || cell === undefined || cell === null) return { nth, wrong: true, words: [] };
    const entry = row.seq === null ? undefined : sealed.get(row.seq);
    const said = entry === undefined || saysSealed(sha256, entry, row, cell);
    return { nth, wrong: false, words: said ? [] : [`${WORDS_DIFFER} ${nth}: ${row.words}, entry ${row.seq}.`] };
  });
  const nth =
    head !== csvHead(STEP_COLUMNS)
      ? 1
      : (judged.find(({ wrong }) => wrong)?.nth ?? (done.length < rows.length ? lines.length + 2 : null));
  return [
    ...(nth === null
      ? []
      : [`${fileOf('trail-steps')} is not what the sealed entries and their rows make it: line ${nth} differs.`]),
    ...judged.flatMap(({ words }) => words),
  ];
}

/** *Detail* as it stands in the line; null = the rest of the line is not what its row makes it. */
function detailCell(row: TracedRow, line: string): string | null {
  const by = ` by ${row.who}: `;
  const at = row.words.indexOf(by);
  if (at < 0) return null;
  const cells = [row.who, row.words.slice(0, at), row.words.slice(at + by.length)];
  const start = `${[csvCell(row.at_ms, { kind: 'moment' }), ...cells.map((cell) => csvCell(cell, { kind: 'text' }))].join(',')},`;
  const end = `,${entryOf(row.seq)}\r\n`;
  const is = line.startsWith(start) && line.endsWith(end) && line.length >= start.length + end.length;
  return is ? line.slice(start.length, line.length - end.length) : null;
}

const WORDS_DIFFER = `${fileOf('trail-steps')} has other words than its sealed entry, in line`;

function fileOf(id: string): string {
  return `The table rows/…${id}.csv`;
}

function missing(id: string): string {
  return `${fileOf(id)} is missing, which the sealed entries make.`;
}

/** Of a line, each as it stands there; a cell may hold commas in quotes. */
function cellsOf(line: string): readonly string[] {
  const cells = [''];
  let quoted = false;
  for (const sign of line.replace(/\r\n$/, '')) {
    if (sign === '"') quoted = !quoted;
    if (sign === ',' && !quoted) cells.push('');
    else cells[cells.length - 1] += sign;
  }
  return cells;
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
