/**
 * The kept log itself: between two neighbouring checkpoints at which a delta may end lies exactly what changed between
 * them. Whoever is anywhere behind it then reaches every state of the server by way of others, however it was tidied.
 */
import type { PGlite } from '@electric-sql/pglite';
import { wireTableById } from '#contract/wire/tables.ts';
import type { Truth } from './truth.ts';
import { TRUTH } from './truthTables.ts';

interface End {
  readonly number: number;
  readonly id: string;
  readonly last_seq: number;
}
interface Change {
  readonly seq: number;
  readonly tbl: number;
  readonly place: string;
  readonly pk: string;
  readonly ver: number;
  readonly op: string;
}

/** Table, place and key of a row to its version. */
function versionsOf(truth: Truth): Map<string, number> {
  const versions = new Map<string, number>();
  for (const [table, rows] of truth) {
    for (const [key, row] of rows) {
      versions.set(`${table} ${row.place.join('|')} ${key}`, Number((JSON.parse(row.text) as unknown[])[0]));
    }
  }
  return versions;
}

/** What is wrong with the log, or undefined. `truthAt`: what the server held at a checkpoint, if that was seen. */
export async function faultOfLog(
  pglite: PGlite,
  truthAt: (checkpoint_id: string) => Truth | undefined,
): Promise<string | undefined> {
  const { rows: ends } = await pglite.query<End>(
    `select c.number, c.id, c.last_seq from sync_checkpoint c, sync_epoch e
     where c.number = e.log_from or (c.number > e.log_from and c.delta_ends) order by c.number`,
  );
  const [first] = ends;
  if (!first) return undefined;
  const { rows: changes } = await pglite.query<Change>(
    `select l.seq, l.tbl, l.pk, l.ver, l.op::text as op, concat_ws('|', b.company, b.site, b.channel, b.month, b.client) as place
     from sync_log l join sync_bucket b on b.id = l.bucket where l.seq > $1 order by l.seq`,
    [first.last_seq],
  );
  let at = 0;
  let before = truthAt(first.id);
  for (const end of ends.slice(1)) {
    const after = truthAt(end.id);
    const versions = before && versionsOf(before);
    for (let change = changes[at]; change && change.seq <= end.last_seq; change = changes[++at]) {
      const table = wireTableById(change.tbl)?.name ?? '';
      if (!versions || !(table in TRUTH)) continue;
      const key = `${table} ${change.place} ${change.pk}`;
      if (change.op === 'D') versions.delete(key);
      else versions.set(key, change.ver);
    }
    if (versions && after) {
      const expected = versionsOf(after);
      for (const key of new Set([...versions.keys(), ...expected.keys()])) {
        if (versions.get(key) === expected.get(key)) continue;
        return `the log up to checkpoint ${end.number} leads to version ${versions.get(key)} of ${key}, it was ${expected.get(key)}`;
      }
    }
    before = after;
  }
  return undefined;
}
