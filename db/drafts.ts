/** Text that is being typed: in work.db, so it is encrypted, belongs to one person, and outlives window and service. */
import { z } from 'zod';
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { Connection } from './connection.ts';
import type { OpenReplica } from './replica.ts';

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

export function draftActions(parts: {
  readonly open: () => Pick<OpenReplica, 'work' | 'words'>;
  readonly now_ms: () => number;
  readonly user_name: () => string;
}): { readonly [N in 'saveDraft' | 'readDraft']: (args: ActionArgs<N>) => Promise<ActionResults[N]> } {
  return {
    saveDraft: async ({ user_name, about, text }) => {
      const { work, words } = parts.open();
      if (parts.user_name() !== user_name) throw new BinnacleError('not_signed_in', `${user_name} is not signed in.`);
      saveDraft(work, about, text, parts.now_ms());
      words.note();
      return await Promise.resolve({ kept: text !== '' });
    },
    readDraft: async ({ about }) => await Promise.resolve({ text: readDraft(parts.open().work, about) }),
  };
}
