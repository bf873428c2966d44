/** Text that is being typed: in work.db, so it is encrypted, belongs to one person, and outlives window and service. */
import { z } from 'zod';
import type { Connection } from './connection.ts';

/** More than anyone leaves open; beyond it the oldest are forgotten. */
export const DRAFTS_KEPT = 200;

const Body = z.object({ text: z.string() });

/** '' forgets the draft. */
export function saveDraft(work: Connection, about: string, text: string, now_ms: number): void {
  if (text === '') {
    work.prepare('DELETE FROM draft WHERE id = ?').run(about);
    return;
  }
  const kind = about.split('-', 1)[0] ?? about;
  work.transaction(() => {
    work
      .prepare(
        `INSERT INTO draft (id, kind, body_json, saved_at_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET body_json = excluded.body_json, saved_at_ms = excluded.saved_at_ms`,
      )
      .run(about, kind, JSON.stringify({ text }), now_ms);
    work
      .prepare('DELETE FROM draft WHERE id NOT IN (SELECT id FROM draft ORDER BY saved_at_ms DESC, id LIMIT ?)')
      .run(DRAFTS_KEPT);
  })();
}

/** '' when nothing is kept. */
export function readDraft(work: Connection, about: string): string {
  const body = work.prepare<[string], string>('SELECT body_json FROM draft WHERE id = ?').pluck().get(about);
  return body === undefined ? '' : Body.parse(JSON.parse(body)).text;
}
