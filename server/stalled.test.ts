/** A way to PostgreSQL that stops forwarding without breaking, as a lost route or a frozen proxy does. */
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, type LoginResponse, type OpenResponse, PROTOCOL_HEADER } from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION } from '#contract/wire/tables.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { SILENT_LOG } from './log.ts';
import { createNode, type ServerNode } from './server.ts';
import type { Distributor } from './testing/distributor.ts';
import { POSTGRES, type TestEngine } from './testing/engines.ts';

const STALLED_MS = 300;
const NOW_MS = 1_780_000_100_000;
const clock = (): number => NOW_MS;
/** The safety poll would drain what these tests have waiting. */
const NEVER_MS = 2_000_000_000;

/** Forwards to a socket of PostgreSQL until it is told to keep what comes. */
class Way {
  url = '';
  /** What is accepted from now on is not forwarded either. */
  shut = false;
  private readonly pairs = new Set<{ near: Socket; far: Socket }>();
  private readonly server = createServer((near) => this.accept(near));
  private readonly socket: string;

  private constructor(socket: string) {
    this.socket = socket;
  }

  static async to(database_url: string): Promise<Way> {
    const url = new URL(database_url);
    const way = new Way(join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432'));
    await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
    const { port } = way.server.address() as AddressInfo;
    way.url = `postgres://binnacle@127.0.0.1:${port}${url.pathname}`;
    return way;
  }

  /** Nothing goes either way any more on the connections there are; returns how many. */
  stall(): number {
    for (const { near, far } of this.pairs) {
      near.pause().unpipe(far);
      far.pause().unpipe(near);
    }
    return this.pairs.size;
  }

  async close(): Promise<void> {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    const far = connect(this.socket);
    const pair = { near, far };
    this.pairs.add(pair);
    for (const each of [near, far]) {
      each.on('error', () => {});
      each.on('close', () => {
        // what stalls is not told that the other side is gone
        if (each === near && !near.isPaused()) far.destroy();
        if (each === far && !far.isPaused()) near.destroy();
        if (near.destroyed) this.pairs.delete(pair);
      });
    }
    if (this.shut) return;
    near.pipe(far);
    far.pipe(near);
  }
}

describe.skipIf(POSTGRES.missing !== null)('a connection that neither answers nor breaks', () => {
  let engine: TestEngine;
  let data: Distributor;
  let way: Way;
  let database: OpenDatabase;
  /** Past the way. */
  let beside: OpenDatabase;
  let node: ServerNode;

  beforeAll(async () => {
    engine = await POSTGRES.start();
  });
  afterAll(async () => await engine?.stop());
  beforeEach(async () => {
    const made = await engine.withDistributor();
    ({ data } = made);
    way = await Way.to(made.database.databaseUrl ?? '');
    beside = await openDatabase(made.database);
    database = await openDatabase({ databaseUrl: way.url, stalledMs: STALLED_MS });
    const { server_id } = await beside.db.selectFrom('server_meta').select('server_id').executeTakeFirstOrThrow();
    const options = { clock, log: SILENT_LOG, crashAt: () => {}, poll_ms: NEVER_MS, isOwnHost: () => true };
    node = await createNode(database, server_id, options);
    await node.app.ready();
  });
  afterEach(async () => {
    await node.app.close();
    await node.sequencer.close();
    await database.close();
    await beside.close();
    await way.close();
  });

  const ask = async (
    url: string,
    payload: object,
    token = '',
  ): Promise<{ status: number; text: string; wait: unknown }> => {
    const headers = { authorization: `Bearer ${token}`, [PROTOCOL_HEADER]: '1' };
    const { statusCode, body, headers: said } = await node.app.inject({ method: 'POST', url, headers, payload });
    return { status: statusCode, text: body, wait: said['retry-after'] };
  };
  const clients = async (count: number) => {
    const { text } = await ask('/auth/login', { user_name: 'admin', password: 'demo' });
    const { access_token } = JSON.parse(text) as LoginResponse;
    return await Promise.all(
      Array.from({ length: count }, async () => {
        const client_id = randomUUID();
        const fresh = { schema: WIRE_SCHEMA_VERSION, epoch: null, checkpoint: null, scope_hash: null, client_id };
        const { epoch, head: from } = JSON.parse((await ask('/sync/open', fresh, access_token)).text) as OpenResponse;
        return async () => await ask('/sync/delta', { client_id, epoch, from, reloads: true }, access_token);
      }),
    );
  };
  const change = async (): Promise<void> => {
    const { company_id } = data;
    await beside.db.updateTable('item').set({ name: randomUUID() }).where('company_id', '=', company_id).execute();
  };

  test('is given up, and the deltas of all who wait are read on another', async () => {
    const asks = await clients(12);
    await change();
    expect(way.stall()).toBeGreaterThan(1);
    const answers = await Promise.all(asks.map(async (one) => await one()));
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text.trimEnd().split('\n').length).toBeGreaterThan(2);
    }
  });

  test('gives up a checkpoint half made, and lets its locks go', async () => {
    const asks = await clients(2);
    const held = database.db.transaction().execute(async (tx) => {
      await sql`select number from sync_cp for update`.execute(tx);
      way.stall();
      await sql`select 1`.execute(tx);
    });
    held.catch(() => {});
    await change();
    for (const { status } of await Promise.all(asks.map(async (one) => await one()))) expect(status).toBe(200);
    await expect(held).rejects.toThrow('connection was given up');
  });

  test('of a database that is not reached at all is an answer to try again, and then the answer', async () => {
    const asks = await clients(3);
    await change();
    way.shut = true;
    way.stall();
    for (const { status, text, wait } of await Promise.all(asks.map(async (one) => await one()))) {
      expect([status, wait]).toEqual([503, '1']);
      expect(JSON.parse(text)).toEqual({ error: expect.objectContaining({ retryable: true }) });
    }
    way.shut = false;
    for (const { status } of await Promise.all(asks.map(async (one) => await one()))) expect(status).toBe(200);
  });

  test('is not a long statement, which is left alone', async () => {
    const long = sql<{ slept: string }>`select 'well' as slept from pg_sleep(${(STALLED_MS * 6) / 1000})`;
    expect((await long.execute(database.db)).rows).toEqual([{ slept: 'well' }]);
  });

  test('and only listens is noticed, and what was missed is heard', async () => {
    const heard = new Promise<Checkpoint>((resolve) => {
      node.sequencer.onCheckpoint(() => resolve(node.sequencer.drain()));
    });
    way.stall();
    const { server_id } = await beside.db.selectFrom('server_meta').select('server_id').executeTakeFirstOrThrow();
    const options = { clock, log: SILENT_LOG, crashAt: () => {}, poll_ms: NEVER_MS, isOwnHost: () => true };
    const other = await createNode(beside, server_id, options);
    await change();
    const made = await other.sequencer.drain();
    expect(await heard).toEqual(made);
    await other.app.close();
    await other.sequencer.close();
  });
});
