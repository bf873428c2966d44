/** The outbox in work.db: what this person decided and the server has yet to answer. One transaction per step, FULL. */
import { createHash } from 'node:crypto';
import type { MutationState } from '#contract/events.ts';
import { BinnacleError } from '#contract/errors.ts';
import { bodyText } from '#contract/wire/mutation.ts';
import type { OutcomeReason } from '#contract/wire/protocol.ts';
import type { Outbox, OutboxRow } from '#contract/queries.ts';
import type { Connection } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import { OutcomeReasonShape } from '#db/sync/answers.ts';
import type { PredictedRow, Prediction } from './predict.ts';

const DAY_MS = 86_400_000;
/** Accepted mutations stay this long: after a restore of the server they are offered again. */
export const KEPT_DAYS = 90;
export const MAX_WAITING = 10_000;

export interface StoredMutation {
  readonly seq: number;
  readonly id: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly body_hash: string;
  readonly lane: string;
  readonly state: MutationState;
  readonly made_at_ms: number;
  readonly attempts: number;
}

interface MutationRow {
  readonly seq: number;
  readonly id: string;
  readonly command: string;
  readonly args_json: string;
  readonly body_hash: string;
  readonly lane: string;
  readonly title: string;
  readonly state: MutationState;
  readonly reason_json: string | null;
  readonly effects_json: string;
  readonly made_at_ms: number;
  readonly decided_at_ms: number | null;
  readonly attempts: number;
}

const COLUMNS =
  'seq, id, command, args_json, body_hash, lane, title, state, reason_json, effects_json, made_at_ms, decided_at_ms, attempts';

function parseRecord(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error('stored arguments are no object');
  return value as Record<string, unknown>;
}

function stored(row: MutationRow): StoredMutation {
  const { seq, id, command, args_json, body_hash, lane, state, made_at_ms, attempts } = row;
  return { seq, id, command, args: parseRecord(args_json), body_hash, lane, state, made_at_ms, attempts };
}

/** sha-256 hex of command and arguments. */
export function bodyHash(command: string, args: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(bodyText(command, args)).digest('hex');
}

export interface NewMutation {
  readonly id: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly made_at_ms: number;
  readonly prediction: Prediction;
}

/**
 * Queues the command and its predicted rows in one transaction. The same id with the same body again changes nothing;
 * with another body it throws `conflict`.
 */
export function enqueue(
  work: Connection,
  mutation: NewMutation,
  crashAt: CrashAt = () => undefined,
): 'queued' | 'known' {
  const body_hash = bodyHash(mutation.command, mutation.args);
  return work
    .transaction((): 'queued' | 'known' => {
      const existing = work
        .prepare<[string], { body_hash: string }>('SELECT body_hash FROM outbox WHERE id = ?')
        .get(mutation.id);
      if (existing) {
        if (existing.body_hash === body_hash) return 'known';
        throw new BinnacleError('conflict', 'That mutation id is already used for another change.');
      }
      const waiting = Number(
        work.prepare("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sent')").pluck().get(),
      );
      if (waiting >= MAX_WAITING) {
        throw new BinnacleError(
          'too_large',
          `${MAX_WAITING} changes are waiting already. Connect to the server first.`,
        );
      }
      work
        .prepare(
          `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?)`,
        )
        .run(
          mutation.id,
          mutation.command,
          JSON.stringify(mutation.args),
          body_hash,
          mutation.prediction.lane,
          mutation.prediction.title,
          JSON.stringify(mutation.prediction.effects),
          mutation.made_at_ms,
        );
      layOver(work, mutation.id, mutation.prediction.effects);
      crashAt('host.queue.before_commit');
      return 'queued';
    })
    .immediate();
}

function layOver(work: Connection, id: string, effects: readonly PredictedRow[]): void {
  const insert = work.prepare('INSERT OR REPLACE INTO overlay (mutation_id, tbl, pk, image) VALUES (?, ?, ?, ?)');
  for (const effect of effects) insert.run(id, effect.tbl, effect.pk, JSON.stringify(effect.image));
}

export function findMutation(work: Connection, id: string): StoredMutation | undefined {
  const row = work
    .prepare<[string], MutationRow>(`SELECT ${COLUMNS} FROM outbox WHERE id = ? AND discarded_at_ms IS NULL`)
    .get(id);
  return row && stored(row);
}

/** Undecided mutations in the order they were made. */
export function undecided(work: Connection, limit: number): StoredMutation[] {
  return work
    .prepare<[number], MutationRow>(
      `SELECT ${COLUMNS} FROM outbox WHERE state IN ('pending', 'sent') ORDER BY seq LIMIT ?`,
    )
    .all(limit)
    .map(stored);
}

/** Before the bytes leave: from now on the server may know it. */
export function countAttempt(work: Connection, ids: readonly string[]): void {
  const add = work.prepare('UPDATE outbox SET attempts = attempts + 1 WHERE id = ?');
  work
    .transaction(() => {
      for (const id of ids) add.run(id);
    })
    .immediate();
}

/** The server has it; the outcome's row is on its way. */
export function markSent(work: Connection, ids: readonly string[]): void {
  const mark = work.prepare("UPDATE outbox SET state = 'sent' WHERE id = ? AND state = 'pending'");
  work
    .transaction(() => {
      for (const id of ids) mark.run(id);
    })
    .immediate();
}

export interface Decision {
  readonly id: string;
  readonly state: Exclude<MutationState, 'pending' | 'sent'>;
  readonly reason: OutcomeReason | null;
  readonly decided_at_ms: number;
}

/** Idempotent. Takes the overlay away with the decision. */
export function decide(work: Connection, decisions: readonly Decision[]): void {
  const set = work.prepare(
    'UPDATE outbox SET state = ?, reason_json = ?, decided_at_ms = ? WHERE id = ? AND discarded_at_ms IS NULL',
  );
  const drop = work.prepare('DELETE FROM overlay WHERE mutation_id = ?');
  work
    .transaction(() => {
      for (const { id, state, reason, decided_at_ms } of decisions) {
        set.run(state, reason === null ? null : JSON.stringify(reason), decided_at_ms, id);
        drop.run(id);
      }
    })
    .immediate();
}

/** After a reset: what the server once accepted is offered again under the same ids. Returns how many. */
export function offerAgain(work: Connection, now_ms: number): number {
  return work
    .transaction(() => {
      const rows = work
        .prepare<[number], { id: string; effects_json: string }>(
          `SELECT id, effects_json FROM outbox
           WHERE state = 'accepted' AND discarded_at_ms IS NULL AND coalesce(decided_at_ms, made_at_ms) > ?`,
        )
        .all(now_ms - KEPT_DAYS * DAY_MS);
      for (const { id, effects_json } of rows) {
        work.prepare("UPDATE outbox SET state = 'pending', decided_at_ms = NULL WHERE id = ?").run(id);
        layOver(work, id, JSON.parse(effects_json) as PredictedRow[]);
      }
      return rows.length;
    })
    .immediate();
}

/** Decided long ago: forgotten. */
export function forgetOld(work: Connection, now_ms: number): void {
  work
    .prepare(
      "DELETE FROM outbox WHERE (state = 'accepted' OR discarded_at_ms IS NOT NULL) AND coalesce(decided_at_ms, made_at_ms) < ?",
    )
    .run(now_ms - KEPT_DAYS * DAY_MS);
}

/** Takes a mutation out of sight. One that the server may have can only be decided there. Throws `not_found`, `conflict`. */
export function discard(
  work: Connection,
  id: string,
  now_ms: number,
  beforeGone: (id: string) => void = () => undefined,
): void {
  const found = findMutation(work, id);
  if (!found) throw new BinnacleError('not_found', 'That change is not in the outbox.');
  if (found.state === 'accepted') throw new BinnacleError('conflict', 'The server has accepted it already.');
  if (mayBeThere(found)) {
    throw new BinnacleError('conflict', 'It was sent and the answer is on its way. Wait for it, then decide.', true);
  }
  beforeGone(id);
  work
    .transaction(() => {
      work.prepare('DELETE FROM overlay WHERE mutation_id = ?').run(id);
      if (found.state === 'pending') work.prepare('DELETE FROM outbox WHERE id = ?').run(id);
      else work.prepare('UPDATE outbox SET discarded_at_ms = ? WHERE id = ?').run(now_ms, id);
    })
    .immediate();
}

export function mayBeThere(mutation: Pick<StoredMutation, 'state' | 'attempts'>): boolean {
  return mutation.state === 'sent' || (mutation.state === 'pending' && mutation.attempts > 0);
}

function actionsOf(row: MutationRow): OutboxRow['actions'] {
  if (row.state === 'accepted') return ['export'];
  if (row.state === 'pending' || row.state === 'sent') {
    return mayBeThere(row) ? ['retry', 'export'] : ['retry', 'edit', 'discard', 'export'];
  }
  return ['edit', 'retry', 'discard', 'export'];
}

const NO_COUNTS: Record<MutationState, number> = {
  pending: 0,
  sent: 0,
  accepted: 0,
  conflict: 0,
  rejected: 0,
  held: 0,
};

/** What needs a person first, then what waits, then what is done; newest first within each. */
export function outboxPage(work: Connection, offset: number, limit: number): Outbox {
  const rows = work
    .prepare<[number, number], MutationRow>(
      `SELECT ${COLUMNS} FROM outbox WHERE discarded_at_ms IS NULL
       ORDER BY CASE WHEN state IN ('conflict', 'rejected', 'held') THEN 0 WHEN state = 'accepted' THEN 2 ELSE 1 END, seq DESC
       LIMIT ? OFFSET ?`,
    )
    .all(limit, offset);
  const counts = outboxCounts(work);
  return {
    rows: rows.map((row) => ({
      id: row.id,
      command: row.command,
      title: row.title,
      args: parseRecord(row.args_json),
      state: row.state,
      made_at_ms: row.made_at_ms,
      decided_at_ms: row.decided_at_ms,
      attempts: row.attempts,
      reason: row.reason_json === null ? null : OutcomeReasonShape.parse(JSON.parse(row.reason_json)),
      actions: actionsOf(row),
    })),
    total_rows: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
  };
}

export function outboxCounts(work: Connection): Record<MutationState, number> {
  const counts = { ...NO_COUNTS };
  const rows = work
    .prepare<unknown[], { state: MutationState; n: number }>(
      'SELECT state, count(*) AS n FROM outbox WHERE discarded_at_ms IS NULL GROUP BY state',
    )
    .all();
  for (const { state, n } of rows) counts[state] = n;
  return counts;
}
