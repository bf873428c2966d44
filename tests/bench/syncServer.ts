/**
 * The bench's server in a process of its own, as a server is: `node syncServer.ts LINES [DIR]`, driven over IPC. With a
 * folder the database stays there and is used again by the next run.
 */
import { mkdirSync } from 'node:fs';
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { isUnseeded, seedDemo } from '#server/demo/seed.ts';
import { SILENT_LOG } from '#server/log.ts';
import { startServer } from '#server/server.ts';
import { timed } from './harness.ts';
import { SEED, sizeFor } from './orders.ts';

/** `touch`: one committed transaction that changes that many stock balances, drained as after any write of the server. */
/** `fall`: the same of one balance, but this process is killed, or stopped in its tracks as a machine that vanished, inside the drain. */
export type ToServer = { readonly touch: number } | { readonly fall: 'SIGKILL' | 'SIGSTOP' } | 'stats' | 'stop';
export interface FromServer {
  readonly url?: string;
  readonly seeded_ms?: number;
  readonly seeded_rows?: number;
  /** Some item that notes can be written to. */
  readonly item_id?: number;
  readonly touched?: number;
  /** The checkpoint a change stands in, and when its transaction began, epoch milliseconds. */
  readonly checkpoint?: number;
  readonly at_ms?: number;
  readonly rss_mb?: number;
  readonly cpu_ms?: number;
  readonly peak_mb?: number;
}

const [lines = '', dir] = process.argv.slice(2);
const today = dayNumber('2026-11-20');
if (today === null) throw new Error('no such day');
if (dir !== undefined) mkdirSync(dir, { recursive: true, mode: 0o700 });
const clock = () => Date.now();
let seeded_ms = 0;
let seeded_rows = 0;
let falls: 'SIGKILL' | 'SIGSTOP' | undefined;
const server = await startServer({
  port: 0,
  clock,
  log: SILENT_LOG,
  crashAt: (point) => {
    if (falls && point === 'server.drain.before_commit') process.kill(process.pid, falls);
  },
  dataDir: dir,
  databaseUrl: process.env['BINNACLE_BENCH_DATABASE_URL'],
  prepare: async ({ db }) => {
    if (!(await isUnseeded(db))) return;
    seeded_ms = await timed(async () => {
      seeded_rows = (await seedDemo(db, { clock, size: sizeFor(Number(lines)), seed: SEED, today })).rows;
    });
  },
});

const say = (message: FromServer): void => {
  process.send?.(message);
};
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const peak_mb = () => process.resourceUsage().maxRSS / 1000;

process.on('message', (message: ToServer) => {
  void answer(message);
});
const { id: item_id } = await server.database.db
  .selectFrom('item')
  .select('id')
  .orderBy('id')
  .limit(1)
  .executeTakeFirstOrThrow();
say({ item_id, url: server.url, seeded_ms, seeded_rows, peak_mb: peak_mb() });

async function answer(message: ToServer): Promise<void> {
  if (message === 'stop') {
    await server.close();
    process.disconnect();
  } else if (message === 'stats') say({ peak_mb: peak_mb(), rss_mb: process.memoryUsage.rss() / 1e6, cpu_ms: cpuMs() });
  else {
    const rows = 'fall' in message ? 1 : message.touch;
    if ('fall' in message) falls = message.fall;
    const at_ms = Date.now();
    await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + 1000
              where id in (select id from stock_balance order by id limit ${rows})`.execute(server.database.db);
    const { number } = await server.drainNow();
    say({ touched: rows, checkpoint: number, at_ms });
  }
}
