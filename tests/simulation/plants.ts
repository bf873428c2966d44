/**
 * Faults built into one run, by changing the SQL that passes: whoever claims to prove the sync must fail on each of them.
 * The two that only show when commits truly overlap (a plain sequence cursor, the transaction id as horizon) are in
 * `concurrency.test.ts`: PGlite has one connection.
 */
import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3-multiple-ciphers';
import type { Bend } from './sharedDatabase.ts';
import type { Favours, Plant } from './simulation.ts';
import { PURCHASING, SENDING } from './planning.ts';
import { GIVING, MOVING } from './transferring.ts';

/** Replaces text that has to be there: a plant that no longer fits must not pass for one that was not found. */
const replaced = new Map<string, number>();
export function timesPlanted(name: string): number {
  return replaced.get(name) ?? 0;
}
function swap(name: string, sql: string, from: string | RegExp, to: string): string {
  const changed = typeof from === 'string' ? sql.replaceAll(from, to) : sql.replace(from, to);
  if (changed !== sql) replaced.set(name, timesPlanted(name) + 1);
  return changed;
}

function inServer(name: string, from: string | RegExp, to: string, more: Pick<Plant, 'favours' | 'steps'> = {}): Plant {
  return {
    name,
    ...more,
    bendServer: (): Bend => (statement) => ({ ...statement, sql: swap(name, statement.sql, from, to) }),
  };
}

const KEY_LOST = 'idempotency key lost';
/** The server no longer finds what it decided, so a second send is decided, and done, again. */
function keyLost(): Bend {
  let again = false;
  return async (statement, ask) => {
    const { sql, parameters } = statement;
    if (sql.startsWith('select "state", "reason", "body_hash", "user_id" from "mutation_outcome"')) {
      again = (await ask(statement)).length > 0;
      if (again) replaced.set(KEY_LOST, timesPlanted(KEY_LOST) + 1);
      return { rows: [] };
    }
    if (!again) return statement;
    if (sql.startsWith('insert into "mutation_outcome"')) return { rows: [] };
    if (
      /^insert into "(item_note|order_note|signoff|item_explanation|exception_mark\w*|fulfilment_override|forecast_override|lock_event|close_note|close_evidence|binder|journal_proposal|journal_step|credit_follow_up|rule_change\w*)"/.test(
        sql,
      )
    ) {
      return { sql, parameters: [randomUUID(), ...parameters.slice(1)] };
    }
    return statement;
  };
}

const OVER = 'decided over what stands';
/** The server no longer sees what was decided about a position before. */
function decidedOver(): Bend {
  return (statement) => {
    if (!/^select distinct on .* from "replenishment_decision"/.test(statement.sql)) return statement;
    replaced.set(OVER, timesPlanted(OVER) + 1);
    return { rows: [] };
  };
}

const OWN = 'own approval let through';
/** Neither side sees any more who decided what is to be approved. */
function ownApproval(): Bend {
  return async (statement, ask) => {
    if (!statement.sql.startsWith('select * from "replenishment_decision"')) return statement;
    replaced.set(OWN, timesPlanted(OWN) + 1);
    return { rows: (await ask(statement)).map((row) => ({ ...(row as object), author: 'nobody' })) };
  };
}

const APART = 'cursor committed apart from data';
function commitsApart(connection: Database.Database, sql: string): void {
  if (!sql.startsWith('UPDATE replica_meta SET checkpoint_number') || !connection.inTransaction) return;
  replaced.set(APART, timesPlanted(APART) + 1);
  connection.exec('COMMIT');
  connection.exec('BEGIN IMMEDIATE');
}

const COUNTED = 'overlay counted in a KPI';

const noted =
  (name: string): (() => void) =>
  () =>
    void replaced.set(name, timesPlanted(name) + 1);
const NOBODY = 'heartbeat that looks at nobody';
const GIVEN_UP = 'queue given up with the password';

const UNSEEN = 'orders nobody else saw sent all the same';
const TOO_EARLY = 'outcome acknowledged before its data';

/** People work, get another password and sit down again. */
const PASSWORDS_CHANGE: Favours = { steps: { password: 20, person: 2, 'sign in': 3 } };

export const PLANTS: readonly Plant[] = [
  inServer(
    'checkpoint with a limit',
    'delete from sync_outbox returning *',
    'delete from sync_outbox where id in (select id from sync_outbox order by id limit 3) returning *',
  ),
  inServer('entry of a close sent otherwise', /(insert into close_entry [\s\S]*)e\.address/, "$1'elsewhere'"),
  inServer(
    'decision of a close past the trail',
    /(insert into close_entry_waiting[\s\S]*)on conflict do nothing/,
    '$1where false on conflict do nothing',
  ),
  // a delete keeps the version its row had: where versions are the order and the cursor, it is never seen
  inServer(
    'order by version',
    'from part order by id, half',
    'from part where ver > coalesce((select max(ver) from sync_log), 0) order by ver, half',
  ),
  inServer('remove dropped', 'where old_bucket is not null', 'where false'),
  inServer(
    'cost in a hash',
    "md5(pk || '|' || ver || '|' || image)",
    `md5(pk || '|' || ver || '|' || image || case tbl when 13 then
      coalesce((select c.cost_minor::text from order_line_cost c where c.id::text = pk), '') else '' end)`,
  ),
  inServer(
    'remove forgotten in memory',
    /(order by l\.seq\), '\[\]'::json\)\s+from \(select \* from sync_log where) seq >/g,
    "$1 op = 'U' and seq >",
  ),
  inServer("somebody else's grants", 'where g.user_id = u.id) held', 'where true) held'),
  // a delta may then end between two changes of which the first is gone
  inServer('compaction that closes no window', 'set "delta_ends" = $1', 'set "delta_ends" = not $1::boolean'),
  inServer('ended session still served', "'revoked', s.revoked_at is not null", "'revoked', false"),
  inServer(
    'renewal that cannot be asked for again',
    /(?<=^update "auth_session" .*)"previous_hash" = (\$\d+)/,
    '"previous_hash" = md5($1)',
  ),
  inServer(
    'sessions that outlive a changed password',
    /(?<=^update "auth_session" set "revoked_at" = \$1 where "user_id" = \$2 and )"revoked_at" is null/,
    'false',
    { favours: { steps: { password: 10 } }, steps: 60 },
  ),
  // what is sent off goes on lying where it was
  inServer(
    'goods sent off and kept',
    /^(update "stock_balance" set "on_hand_qty_milli" = \$1)(?= where "id" = \$2)/,
    '$1::int8 * 0 + "on_hand_qty_milli"',
    { favours: { steps: { person: 2 }, work: MOVING }, steps: 60 },
  ),
  inServer(
    'given what cannot be spared',
    /^(select "item_id", "site_id", )"on_hand_qty_milli"(, "reserved_qty_milli" from "stock_balance")/,
    '$1"on_hand_qty_milli" * 10 as "on_hand_qty_milli"$2',
    { favours: { steps: { person: 2 }, work: GIVING }, steps: 60 },
  ),
  { name: NOBODY, withoutHeartbeat: noted(NOBODY) },
  { name: GIVEN_UP, setsAside: noted(GIVEN_UP), favours: PASSWORDS_CHANGE, steps: 90 },
  { name: KEY_LOST, bendServer: keyLost },
  { name: OVER, bendServer: decidedOver, favours: { steps: { person: 2 }, work: PURCHASING }, steps: 120 },
  {
    name: OWN,
    favours: { steps: { person: 2 }, work: PURCHASING },
    steps: 60,
    bendServer: ownApproval,
    bendClient: (sql) =>
      swap(
        OWN,
        sql,
        'SELECT site_id, author, approval FROM v_',
        `SELECT site_id, 'nobody' AS author, approval FROM v_`,
      ),
  },
  // neither side knows any more what nobody else saw
  {
    ...inServer(
      UNSEEN,
      /(?<=^select "l"\."draft_order_id", .*)"a"\."verdict"(?= from "draft_order_line" as "l")/,
      `'approved' as "verdict"`,
      { favours: { steps: { person: 2 }, work: SENDING }, steps: 60 },
    ),
    bendClient: (sql) =>
      swap(
        UNSEEN,
        sql,
        /SELECT decision_id FROM v_replenishment_approval\s+WHERE company_id = \? AND verdict = 'approved' AND decision_id/,
        'SELECT id FROM v_replenishment_decision WHERE company_id = ? AND id',
      ),
  },
  {
    name: 'decisions in one file alone',
    bendClient: (sql) =>
      swap(
        'decisions in one file alone',
        sql,
        "WHERE state <> 'accepted' AND discarded_at_ms IS NULL AND (? IS NULL",
        'WHERE false AND (? IS NULL',
      ),
  },
  { name: APART, onClientStatement: commitsApart },
  {
    name: COUNTED,
    // where lines are read for the figures, each waiting prediction counts as one more of every line
    bendClient: (sql) =>
      swap(
        COUNTED,
        sql,
        /(?<=^SELECT l\.id, l\.order_id[^]* FROM )main\.order_line l\b/,
        '(SELECT * FROM main.order_line UNION ALL SELECT w.* FROM main.order_line w, work.overlay) l',
      ),
  },
  {
    name: TOO_EARLY,
    bendClient: (sql) =>
      swap(
        TOO_EARLY,
        sql,
        "UPDATE outbox SET state = 'sent' WHERE id = ? AND",
        "UPDATE outbox SET state = 'accepted' WHERE id = ? AND",
      ),
  },
];
