/**
 * Drafts, saved views and scenarios a second time beside work.db: what a person is writing, how they arranged their screens
 * and what they assume. Unlike decisions they are not brought to the disk one by one: what a loss of power takes here,
 * work.db has.
 */
import { z } from 'zod';
import type { Connection } from './connection.ts';
import type { RecordParts } from './secondRecord.ts';
import { openSealed, readSealed, withoutRoom } from './sealedLines.ts';

export interface WordsRecord {
  /** Behind each change of drafts, views or scenarios in work.db: writes down what is new or gone. */
  note(): void;
  close(): void;
}

const PURPOSE = 'binnacle second record of drafts and views';
/** Written anew when it has grown so far beyond what it began with: somebody types all day. */
const GROWS_BYTES = 1024 * 1024;

/** Unknown columns are those of a newer work.db: such a line is not read. */
const Row = z.union([
  z.strictObject({
    table: z.literal('draft'),
    id: z.string(),
    kind: z.string(),
    body_json: z.string(),
    saved_at_ms: z.int(),
  }),
  z.strictObject({
    table: z.literal('saved_view'),
    id: z.string(),
    screen: z.string(),
    name: z.string(),
    view_json: z.string(),
    saved_at_ms: z.int(),
    is_default: z.int(),
  }),
  z.strictObject({
    table: z.literal('scenario'),
    id: z.string(),
    company_id: z.int(),
    name: z.string(),
    body_json: z.string(),
    saved_at_ms: z.int(),
    submitted_at_ms: z.int().nullable(),
    deleted_at_ms: z.int().nullable(),
  }),
]);
type Row = z.infer<typeof Row>;
const Line = z.union([Row, z.strictObject({ gone: z.string() })]);

const keyOf = ({ table, id }: Pick<Row, 'table' | 'id'>): string => `${table} ${id}`;

function wordsIn(work: Connection): Map<string, Row> {
  const rows = [
    ...work.prepare('SELECT \'draft\' AS "table", id, kind, body_json, saved_at_ms FROM draft').all(),
    ...work
      .prepare(`SELECT 'saved_view' AS "table", id, screen, name, view_json, saved_at_ms, is_default FROM saved_view`)
      .all(),
    ...work
      .prepare(
        `SELECT 'scenario' AS "table", id, company_id, name, body_json, saved_at_ms, submitted_at_ms, deleted_at_ms
         FROM scenario`,
      )
      .all(),
  ];
  return new Map(rows.map((row) => Row.parse(row)).map((row) => [keyOf(row), row]));
}

function read(parts: RecordParts): Map<string, Row> {
  const kept = new Map<string, Row>();
  for (const line of readSealed({ ...parts, purpose: PURPOSE }, (value) => Line.parse(value)) ?? []) {
    if (line === null) continue;
    if ('gone' in line) kept.delete(line.gone);
    else kept.set(keyOf(line), line);
  }
  return kept;
}

/**
 * Puts back what work.db does not know any more, and drafts and scenarios it knows in an older state; returns how many. A
 * view or a scenario whose name another has meanwhile stays away. Call it before the record is opened for writing.
 */
export function putWordsBack(work: Connection, parts: RecordParts): number {
  const draft = work.prepare(
    `INSERT INTO draft (id, kind, body_json, saved_at_ms) VALUES (:id, :kind, :body_json, :saved_at_ms)
     ON CONFLICT (id) DO UPDATE SET body_json = excluded.body_json, saved_at_ms = excluded.saved_at_ms
     WHERE excluded.saved_at_ms > draft.saved_at_ms`,
  );
  const view = work.prepare(
    `INSERT OR IGNORE INTO saved_view (id, screen, name, view_json, saved_at_ms, is_default)
     VALUES (:id, :screen, :name, :view_json, :saved_at_ms, :is_default)`,
  );
  const scenario = work.prepare(
    `INSERT OR IGNORE INTO scenario (id, company_id, name, body_json, saved_at_ms, submitted_at_ms, deleted_at_ms)
     VALUES (:id, :company_id, :name, :body_json, :saved_at_ms, :submitted_at_ms, :deleted_at_ms)`,
  );
  const newer = work.prepare(
    `UPDATE OR IGNORE scenario SET name = :name, body_json = :body_json, saved_at_ms = :saved_at_ms,
       submitted_at_ms = :submitted_at_ms, deleted_at_ms = :deleted_at_ms
     WHERE id = :id AND saved_at_ms < :saved_at_ms`,
  );
  const putBack = ({ table, ...row }: Row): number => {
    if (table === 'draft') return draft.run(row).changes;
    if (table === 'saved_view') return view.run(row).changes;
    return scenario.run(row).changes + newer.run(row).changes;
  };
  return work
    .transaction(() => {
      let count = 0;
      for (const row of read(parts).values()) count += putBack(row);
      return count;
    })
    .immediate();
}

export function openWordsRecord(work: Connection, parts: RecordParts): WordsRecord {
  const file = openSealed({ ...parts, purpose: PURPOSE });
  let written = new Map<string, string>();
  let began_bytes = 0;
  const writeAnew = (rows: ReadonlyMap<string, Row>): void => {
    file.writeAnew([...rows.values()]);
    written = new Map([...rows].map(([key, row]) => [key, JSON.stringify(row)]));
    began_bytes = file.size();
  };
  writeAnew(wordsIn(work));
  return {
    note: () => {
      const rows = wordsIn(work);
      // the next start writes what the disk does not take now
      withoutRoom(() => {
        for (const key of written.keys()) {
          if (rows.has(key)) continue;
          file.append({ gone: key }, false);
          written.delete(key);
        }
        for (const [key, row] of rows) {
          const text = JSON.stringify(row);
          if (written.get(key) === text) continue;
          file.append(row, false);
          written.set(key, text);
        }
        if (file.size() > began_bytes + GROWS_BYTES) writeAnew(rows);
      });
    },
    close: file.close,
  };
}
