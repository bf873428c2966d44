/** Scenarios in work.db: on this machine, encrypted, of one person; a deleted one can be brought back for a month. */
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import { Assumptions, type AssumptionView, type SentAssumption, SentShape } from '#contract/queries/scenarios.ts';
import type { Connection, Scan } from '#db/connection.ts';

export const MAX_SCENARIOS = 100;
const DELETED_KEPT_MS = 30 * 86_400_000;

const Body = z.strictObject({ assumptions: Assumptions, sent: z.array(SentShape) });

export interface StoredScenario {
  readonly id: string;
  readonly company_id: number;
  readonly name: string;
  readonly assumptions: readonly AssumptionView[];
  readonly sent: readonly SentAssumption[];
  readonly saved_at_ms: number;
  readonly submitted_at_ms: number | null;
}

type Row = readonly [
  id: string,
  company_id: number,
  name: string,
  body_json: string,
  saved_at_ms: number,
  submitted_at_ms: number | null,
];
const COLUMNS = 'id, company_id, name, body_json, saved_at_ms, submitted_at_ms';

function stored([id, company_id, name, body_json, saved_at_ms, submitted_at_ms]: Row): StoredScenario | null {
  const body = Body.safeParse(JSON.parse(body_json));
  // one that a newer Binnacle wrote stays in the file and is left out
  return body.success ? { id, company_id, name, ...body.data, saved_at_ms, submitted_at_ms } : null;
}

/** By name. `schema`: 'work' where a reader has it attached, 'main' on its own connection. */
export function scenariosOf(scan: Scan, schema: 'main' | 'work', company_id: number): StoredScenario[] {
  return scan<Row>(
    `SELECT ${COLUMNS} FROM ${schema}.scenario WHERE company_id = ? AND deleted_at_ms IS NULL
     ORDER BY name COLLATE NOCASE LIMIT ${MAX_SCENARIOS}`,
    [company_id],
  ).flatMap((row) => stored(row) ?? []);
}

/** Throws `not_found` for one that was deleted. */
export function scenarioById(scan: Scan, schema: 'main' | 'work', id: string): StoredScenario {
  const [row] = scan<Row>(`SELECT ${COLUMNS} FROM ${schema}.scenario WHERE id = ? AND deleted_at_ms IS NULL`, [id]);
  const found = row === undefined ? null : stored(row);
  if (found === null) throw gone();
  return found;
}

export interface ScenarioToSave {
  /** Of an older one: it is replaced and may get another name. */
  readonly id?: string | undefined;
  readonly company_id: number;
  readonly name: string;
  readonly assumptions: readonly AssumptionView[];
}

/** Throws `conflict` for a name that is taken, and for one that was sent: what was sent stays as it was sent. */
export function saveScenario(
  work: Connection,
  scan: Scan,
  asked: ScenarioToSave,
  parts: { readonly now_ms: number; readonly newId: () => string },
): StoredScenario {
  return work.transaction((): StoredScenario => {
    refuseTakenName(work, asked.company_id, asked.name, asked.id ?? null);
    if (asked.id !== undefined) {
      const before = scenarioById(scan, 'main', asked.id);
      const same = JSON.stringify(before.assumptions) === JSON.stringify(asked.assumptions);
      if (before.submitted_at_ms !== null && !same) {
        throw new BinnacleError('conflict', 'That scenario was sent. Duplicate it to go on from there.');
      }
      work
        .prepare('UPDATE scenario SET name = ?, body_json = ?, saved_at_ms = ? WHERE id = ?')
        .run(asked.name, bodyOf(asked.assumptions, before.sent), parts.now_ms, asked.id);
      return scenarioById(scan, 'main', asked.id);
    }
    work.prepare('DELETE FROM scenario WHERE deleted_at_ms < ?').run(parts.now_ms - DELETED_KEPT_MS);
    refuseOneMore(scan, asked.company_id);
    const id = parts.newId();
    work
      .prepare('INSERT INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, ?)')
      .run(id, asked.company_id, asked.name, bodyOf(asked.assumptions, []), parts.now_ms);
    return scenarioById(scan, 'main', id);
  })();
}

export function deleteScenario(work: Connection, id: string, now_ms: number): void {
  const { changes } = work
    .prepare('UPDATE scenario SET deleted_at_ms = ?, saved_at_ms = ? WHERE id = ? AND deleted_at_ms IS NULL')
    .run(now_ms, now_ms, id);
  if (changes === 0) throw gone();
}

/** Brings a deleted one back; throws `conflict` when its name is another's meanwhile, `too_large` when there are too many. */
export function restoreScenario(work: Connection, scan: Scan, id: string, now_ms: number): StoredScenario {
  return work.transaction((): StoredScenario => {
    const row = work
      .prepare<[string], { company_id: number; name: string; deleted_at_ms: number | null }>(
        'SELECT company_id, name, deleted_at_ms FROM scenario WHERE id = ?',
      )
      .get(id);
    if (!row) throw gone();
    refuseTakenName(work, row.company_id, row.name, id);
    // a second click brings back what is back
    if (row.deleted_at_ms !== null) refuseOneMore(scan, row.company_id);
    work.prepare('UPDATE scenario SET deleted_at_ms = NULL, saved_at_ms = ? WHERE id = ?').run(now_ms, id);
    return scenarioById(scan, 'main', id);
  })();
}

/** Written down before anything is queued, so that a second try sends each under the id of the first. */
export function noteSent(work: Connection, scenario: StoredScenario, sent: readonly SentAssumption[], now_ms: number) {
  work
    .prepare(
      'UPDATE scenario SET body_json = ?, saved_at_ms = ?, submitted_at_ms = coalesce(submitted_at_ms, ?) WHERE id = ?',
    )
    .run(bodyOf(scenario.assumptions, sent), now_ms, now_ms, scenario.id);
}

function bodyOf(assumptions: readonly AssumptionView[], sent: readonly SentAssumption[]): string {
  return JSON.stringify({ assumptions, sent });
}

/** More than are listed would be kept and not be seen. */
function refuseOneMore(scan: Scan, company_id: number): void {
  if (scenariosOf(scan, 'main', company_id).length < MAX_SCENARIOS) return;
  throw new BinnacleError('too_large', `${MAX_SCENARIOS} scenarios are kept. Delete one first.`);
}

function refuseTakenName(work: Connection, company_id: number, name: string, own_id: string | null): void {
  const taken = work
    .prepare<unknown[], string>(
      'SELECT id FROM scenario WHERE company_id = ? AND name = ? COLLATE NOCASE AND deleted_at_ms IS NULL',
    )
    .pluck()
    .get(company_id, name);
  if (taken !== undefined && taken !== own_id) {
    throw new BinnacleError('conflict', `A scenario named “${name}” is there already. Take another name.`);
  }
}

function gone(): BinnacleError {
  return new BinnacleError('not_found', 'That scenario was deleted.');
}
