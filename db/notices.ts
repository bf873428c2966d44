/** Things the user was told and should still see: a replica set aside, a reset. They rest in work.db. */
import type { Connection } from './connection.ts';

const SHOWN = 20;

export function addNotice(work: Connection, at_ms: number, text: string): void {
  work.prepare('INSERT INTO notice (at_ms, text) VALUES (?, ?)').run(at_ms, text);
}

/** The same text is never told twice. */
export function addNoticeOnce(work: Connection, at_ms: number, text: string): void {
  work
    .prepare('INSERT INTO notice (at_ms, text) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM notice WHERE text = ?)')
    .run(at_ms, text, text);
}

/** Loaded afresh, with so many accepted changes offered again. */
export function beganAnew(again: number): string {
  const what = 'The server began anew or was restored, so the data on this machine is loaded afresh';
  return again === 0 ? `${what}.` : `${what} and ${again} of your accepted changes are offered again.`;
}

export interface Notice {
  readonly at_ms: number;
  readonly text: string;
}

/** Newest first. */
export function recentNotices(work: Connection): Notice[] {
  return work.prepare<unknown[], Notice>('SELECT at_ms, text FROM notice ORDER BY id DESC LIMIT ?').all(SHOWN);
}
