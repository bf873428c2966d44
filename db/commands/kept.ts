/** Mutations that somebody still waits for or has to settle, as a second record keeps them, and back into the outbox. */
import type { Connection } from '#db/connection.ts';

export interface KeptMutation {
  readonly seq: number;
  readonly id: string;
  readonly command: string;
  readonly args_json: string;
  readonly body_hash: string;
  readonly lane: string;
  readonly title: string;
  readonly effects_json: string;
  readonly made_at_ms: number;
}

/** All of them in the order they were made, or the one of that id. */
export function keptMutations(work: Connection, id: string | null = null): KeptMutation[] {
  return work
    .prepare<[string | null, string | null], KeptMutation>(
      `SELECT seq, id, command, args_json, body_hash, lane, title, effects_json, made_at_ms FROM outbox
       WHERE state <> 'accepted' AND discarded_at_ms IS NULL AND (? IS NULL OR id = ?) ORDER BY seq`,
    )
    .all(id, id);
}

/**
 * Those the outbox does not know become part of it again, at their own place where it is free. The server may have
 * decided them: they are sent again under their own ids and cannot be withdrawn until it has answered.
 */
export function putBack(work: Connection, mutations: readonly KeptMutation[]): number {
  const insert = work.prepare(
    `INSERT INTO outbox (seq, id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms, attempts)
     SELECT CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE seq = :seq) THEN NULL ELSE :seq END,
       :id, :command, :args_json, :body_hash, :lane, :title, 'pending', :effects_json, :made_at_ms, 1
     WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE id = :id)`,
  );
  const layOver = work.prepare(
    `INSERT OR REPLACE INTO overlay (mutation_id, tbl, pk, image)
     SELECT :id, value ->> '$.tbl', value ->> '$.pk', value -> '$.image' FROM json_each(:effects_json)`,
  );
  return work
    .transaction(() => {
      let count = 0;
      for (const mutation of mutations) {
        if (insert.run(mutation).changes === 0) continue;
        layOver.run({ id: mutation.id, effects_json: mutation.effects_json });
        count += 1;
      }
      return count;
    })
    .immediate();
}
