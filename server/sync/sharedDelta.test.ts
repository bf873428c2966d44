/** Deltas made of what is held in memory beside those read from the log: the same to the byte, and to nobody a row more. */
import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { type KyselyPlugin, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Checkpoint,
  type DeltaRequest,
  type LoginResponse,
  type OpenResponse,
  PROTOCOL_HEADER,
} from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION } from '#contract/wire/tables.ts';
import { grantsOf } from '#server/auth/grants.ts';
import { createGuard } from '#server/auth/guard.ts';
import { tokenHash } from '#server/auth/sessions.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { type Random, randomStream } from '#server/demo/random.ts';
import { pieceJoiner } from '#server/http/packing.ts';
import { SILENT_LOG } from '#server/log.ts';
import { createNode, type ServerNode } from '#server/server.ts';
import { type Distributor, SENTINEL_COST_MICRO } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { compactLog } from './compaction.ts';
import { deltaLines } from './delta.ts';
import { startNewEpoch } from './epoch.ts';
import { createNews } from './news.ts';
import { LOG_KEPT_MS, pruneLog } from './retention.ts';
import { createScopeRegistry, type Scope } from './scope.ts';
import { type SharedDeltaParts, sharedDelta } from './sharedDelta.ts';
import { shareStanding } from './standing.ts';

const SEED = 20_261_126;
const NOW_MS = 1_780_000_100_000;
const clock = (): number => NOW_MS;
/** The safety poll's own questions would be counted. */
const NEVER_MS = 2_000_000_000;
/** Statements of an answer from memory at most, the first after a checkpoint included; one from the log takes ten and more. */
const FEW = 5;

describe.each(ENGINES)('deltas for many on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of one node', () => {
    let engine: TestEngine | undefined;
    let opened: OpenDatabase | undefined;
    let node: ServerNode;
    let data: Distributor;
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node: query }) => query,
      transformResult: async ({ result }) => {
        statements += 1;
        return result;
      },
    };
    const db = (): OpenDatabase['db'] => {
      if (!opened) throw new Error('nothing is open');
      return opened.db;
    };

    beforeAll(async () => {
      engine = await start();
      const made = await engine.withDistributor();
      ({ data } = made);
      opened = await openDatabase(made.database);
      const { server_id } = await opened.db.selectFrom('server_meta').select('server_id').executeTakeFirstOrThrow();
      const counted = { ...opened, db: opened.db.withPlugin(counting) };
      const options = { clock, log: SILENT_LOG, crashAt: () => {}, poll_ms: NEVER_MS, isOwnHost: () => true };
      node = await createNode(counted, server_id, options);
      await node.app.ready();
    });
    afterAll(async () => {
      await node?.app.close();
      await node?.sequencer.close();
      await opened?.close();
      await engine?.stop();
    });

    const client = async (user_name: string, token?: string): Promise<Client> =>
      await Client.open(node.app, user_name, token ?? (await tokenOf(node.app, user_name)));
    const change = async (name: string): Promise<void> => {
      await db().updateTable('item').set({ name }).where('company_id', '=', data.company_id).execute();
      await node.sequencer.drain();
    };
    /** The same request answered from the log, with grants read by other means. */
    const fromLog = async (asker: Client, from: Checkpoint = asker.from): Promise<string> => {
      const registry = createScopeRegistry(db());
      const scopeNow = async (): Promise<Scope> => {
        const user = await db()
          .selectFrom('app_user')
          .select(['id', 'name', 'display_name'])
          .where('name', '=', asker.user_name)
          .executeTakeFirstOrThrow();
        const grants = (await grantsOf(db(), [user.id])).get(user.id) ?? [];
        return await registry.scopeOf({ ...user, session_id: '', expires_at_ms: 0, grants }, asker.client_id);
      };
      let text = '';
      for await (const part of deltaLines(db(), scopeNow, asker.request(from), 250_000)) text += part;
      return text;
    };
    const counted = async <T>(ask: () => Promise<T>): Promise<{ readonly answer: T; readonly statements: number }> => {
      statements = 0;
      const answer = await ask();
      return { answer, statements };
    };

    test('a random history reads the same from memory and from the log, for every role and any distance', async () => {
      const random = randomStream(SEED, 'history');
      const clients: Client[] = [];
      for (const name of ['admin', 'finance', 'finance2', 'sales', 'counter', 'auditor'])
        clients.push(await client(name));
      // both of one person: outcomes are of one installation only
      clients.push(await client('finance', clients[1]?.token));
      let compared = 0;
      for (let checkpoint = 0; checkpoint < 40; checkpoint += 1) {
        const changes = random.whole(1, 6);
        await db()
          .transaction()
          .execute(async (tx) => {
            for (let at = 0; at < changes; at += 1) await randomChange(tx, random, data, clients, checkpoint * 10 + at);
          });
        await node.sequencer.drain();
        for (const each of clients) {
          if (random.chance(0.4)) continue;
          const { answer, statements: few } = await counted(async () => await each.delta());
          expect(answer.text, `seed ${SEED}, checkpoint ${checkpoint}, ${each.user_name}`).toBe(await fromLog(each));
          expect(few).toBeLessThanOrEqual(FEW);
          each.from = answer.to;
          compared += answer.rows;
        }
      }
      expect(compared).toBeGreaterThan(200);
    });

    test('sixty who ask at once are answered by a few statements, each with its own', async () => {
      const names = ['finance', 'sales', 'counter'];
      const tokens = await Promise.all(names.map(async (name) => await tokenOf(node.app, name)));
      const clients: Client[] = [];
      for (let at = 0; at < 60; at += 1) clients.push(await client(names[at % 3] ?? '', tokens[at % 3]));
      await Promise.all(clients.map(async (each) => await each.delta()));
      await db().updateTable('item_cost').set({ unit_cost_micro: SENTINEL_COST_MICRO }).execute();
      await change('for all of them');
      const { answer, statements: few } = await counted(
        async () => await Promise.all(clients.map(async (each) => await each.delta())),
      );
      expect(few).toBeLessThanOrEqual(2 * FEW);
      for (const [at, { text }] of answer.entries()) {
        const each = clients[at];
        if (at < 6 && each) expect(text).toBe(await fromLog(each));
        expect(text).toContain('for all of them');
        expect(text.includes(String(SENTINEL_COST_MICRO))).toBe(at % 3 === 0);
      }
    });

    test('of those who ask at once, whoever was shut out a moment before gets nothing', async () => {
      const [kept, ended, narrowed, other] = [
        await client('finance'),
        await client('finance2'),
        await client('controller'),
        await client('sales'),
      ];
      for (const each of [kept, ended, narrowed, other]) each.from = (await each.delta()).to;
      await db()
        .updateTable('item_cost')
        .set({ unit_cost_micro: SENTINEL_COST_MICRO + 1 })
        .execute();
      await node.sequencer.drain();
      // somebody else's hands: nobody here is told
      await db()
        .updateTable('auth_session')
        .set({ revoked_at: new Date(NOW_MS) })
        .where('id', '=', db().selectFrom('auth_access_token').select('session_id').where('hash', '=', ended.hash()))
        .execute();
      const grant = db().selectFrom('app_user').select('id').where('name', '=', 'controller');
      await db().updateTable('access_grant').set({ role: 'sales' }).where('user_id', '=', grant).execute();
      const thief = new Client(node.app, 'sales', other.token, kept.client_id);
      Object.assign(thief, { epoch: kept.epoch, from: kept.from });
      const [rows, refused, fewer, foreign] = await Promise.all(
        [kept, ended, narrowed, thief].map(async (each) => await each.ask()),
      );
      expect([rows?.status, refused?.status, fewer?.status, foreign?.status]).toEqual([200, 401, 200, 403]);
      expect(rows?.text).toContain(String(SENTINEL_COST_MICRO + 1));
      for (const each of [refused, fewer, foreign]) expect(each?.text).not.toContain(String(SENTINEL_COST_MICRO + 1));
      expect(fewer?.text).toBe(await fromLog(narrowed));
      await db().updateTable('access_grant').set({ role: 'controller' }).where('user_id', '=', grant).execute();
    });

    test('what is sent packed to two of the same rights is packed once, and reads as what is sent unpacked', async () => {
      const token = await tokenOf(node.app, 'finance');
      const both = [await client('finance', token), await client('finance', token)];
      const parts = await watching();
      for (const each of both) each.from = (await each.delta()).to;
      // over several checkpoints too, whoever of them is behind
      for (const name of ['packed ', 'for two ']) await change(name.repeat(40));
      const packed = await Promise.all(both.map(async (each) => await each.packed()));
      const plain = await Promise.all(both.map(async (each) => (await each.delta()).text));
      expect(packed.map((bytes) => zstdDecompressSync(bytes).toString())).toEqual(plain);
      expect(plain[0]).not.toBe(plain[1]);
      const [one, other] = await Promise.all(
        both.map(async (each) => await sharedDelta(parts, { request: {}, hash: each.hash() }, each.request())),
      );
      expect(one?.whole?.middle).toBeDefined();
      expect(one?.whole?.middle).toBe(other?.whole?.middle);
    });

    test('an answer of several parts stops where its receiver is shut out', async () => {
      const [whole, shut, left] = [await client('admin'), await client('finance'), await client('auditor')];
      for (const each of [whole, shut, left]) each.from = (await each.delta()).to;
      const parts = await watching();
      await sql`insert into party (company_id, code, name, kind)
        select ${data.company_id}, 'many' || n, 'of twelve thousand', 'customer' from generate_series(1, 12000) n`.execute(
        db(),
      );
      await node.sequencer.drain();
      const { answer, statements: few } = await counted(async () => await whole.delta());
      expect(few).toBeLessThanOrEqual(2 * FEW);
      expect(answer.text).toBe(await fromLog(whole));
      const [to_shut, to_left] = await Promise.all(
        [shut, left].map(async (each) => {
          const made = await sharedDelta(parts, { request: {}, hash: each.hash() }, each.request());
          return made?.whole === null ? made.lines : undefined;
        }),
      );
      for (const lines of [to_shut, to_left]) expect((await lines?.next())?.value).toContain('of twelve thousand');
      const auditor = db().selectFrom('app_user').select('id').where('name', '=', 'auditor');
      const taken = await db().deleteFrom('access_grant').where('user_id', '=', auditor).returningAll().execute();
      await db()
        .updateTable('auth_session')
        .set({ revoked_at: new Date(NOW_MS) })
        .where('id', '=', db().selectFrom('auth_access_token').select('session_id').where('hash', '=', shut.hash()))
        .execute();
      await expect(to_shut?.next()).rejects.toThrow('session ended');
      await expect(to_left?.next()).rejects.toThrow('grants changed');
      await db().insertInto('access_grant').values(taken).execute();
    });

    test("what is not the database's history is not told, and what was compacted says the same", async () => {
      const each = await client('finance');
      const behind = each.from;
      for (const name of ['one', 'two', 'three']) await change(name);
      const known = await each.delta();
      await compactLog(db(), () => NOW_MS + 1, undefined, undefined, { ...COMPACT, older_than_ms: 0 });
      const memory = await each.delta();
      expect(memory.to).toEqual(known.to);
      expect(lastStates(memory.text)).toEqual(lastStates(await fromLog(each)));

      // another primary that had not heard of the last checkpoint made one of its own in its place
      const id = randomUUID();
      await change('lost with the old primary');
      const lost = await each.delta();
      await db().updateTable('sync_checkpoint').set({ id }).where('number', '=', lost.to.number).execute();
      await db().updateTable('sync_cp').set({ id }).execute();
      each.from = lost.to;
      expect((await each.ask()).status).toBe(409);
      await expect(fromLog(each)).rejects.toThrow('does not know this checkpoint');
      each.from = known.to;
      expect((await each.delta()).to).toEqual({ number: lost.to.number, id });
      await change('after it');
      expect((await each.delta()).text).toBe(await fromLog(each));

      await pruneLog(db(), () => NOW_MS + LOG_KEPT_MS + 1);
      each.from = behind;
      expect((await each.ask()).status).toBe(409);
      each.from = (await Client.open(node.app, 'finance', each.token)).from;
      await startNewEpoch(db(), clock);
      expect((await each.ask()).status).toBe(409);
    });

    /** As the node has them, for one answer at a time. */
    const watching = async (): Promise<SharedDeltaParts> => {
      const registry = createScopeRegistry(db());
      const news = createNews(db(), registry.refresh);
      await news.read();
      const { admit } = createGuard(db(), clock);
      const { drain } = node.sequencer;
      const join = pieceJoiner();
      return {
        db: db(),
        clock,
        admit,
        news,
        registry,
        standing: shareStanding(db(), news),
        drain,
        most_rows: 20_000,
        join,
      };
    };
  });
});

const COMPACT = { window_bytes: 1_000_000, page_rows: 100 };

class Client {
  readonly client_id: string;
  readonly user_name: string;
  readonly token: string;
  epoch = '';
  from: Checkpoint = { number: 0, id: randomUUID() };
  private readonly app: FastifyInstance;

  constructor(app: FastifyInstance, user_name: string, token: string, client_id: string = randomUUID()) {
    this.app = app;
    this.user_name = user_name;
    this.token = token;
    this.client_id = client_id;
  }

  /** At the head of now. */
  static async open(app: FastifyInstance, user_name: string, token: string): Promise<Client> {
    const client = new Client(app, user_name, token);
    const fresh = { schema: WIRE_SCHEMA_VERSION, epoch: null, checkpoint: null, scope_hash: null };
    const answer = await client.post('/sync/open', { ...fresh, client_id: client.client_id });
    if (answer.status !== 200) throw new Error(answer.text);
    const open = JSON.parse(answer.text) as OpenResponse;
    client.epoch = open.epoch;
    client.from = open.head;
    return client;
  }

  hash(): string {
    return tokenHash(this.token);
  }

  request(from: Checkpoint = this.from): DeltaRequest {
    return { client_id: this.client_id, epoch: this.epoch, from, reloads: true };
  }

  async ask(): Promise<{ readonly status: number; readonly text: string }> {
    return await this.post('/sync/delta', this.request());
  }

  async packed(): Promise<Buffer> {
    const headers = { ...this.headers(), 'accept-encoding': 'zstd' };
    const payload = this.request();
    const answer = await this.app.inject({ method: 'POST', url: '/sync/delta', headers, payload });
    if (answer.headers['content-encoding'] !== 'zstd') throw new Error('it is not packed');
    return answer.rawPayload;
  }

  async delta(): Promise<{ readonly text: string; readonly to: Checkpoint; readonly rows: number }> {
    const { status, text } = await this.ask();
    if (status !== 200) throw new Error(text);
    const lines = text.trimEnd().split('\n');
    const { to } = JSON.parse(lines[0] ?? '') as { to: Checkpoint };
    return { text, to, rows: lines.length - 2 };
  }

  private async post(url: string, payload: object): Promise<{ readonly status: number; readonly text: string }> {
    const { statusCode, body } = await this.app.inject({ method: 'POST', url, headers: this.headers(), payload });
    return { status: statusCode, text: body };
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}`, [PROTOCOL_HEADER]: '1' };
  }
}

async function tokenOf(app: FastifyInstance, user_name: string): Promise<string> {
  const payload = { user_name, password: 'demo' };
  const { body } = await app.inject({ method: 'POST', url: '/auth/login', payload });
  return (JSON.parse(body) as LoginResponse).access_token;
}

/** What a delta leaves of each row in each bucket. */
function lastStates(text: string): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const line of text.trimEnd().split('\n').slice(1, -1)) {
    const [bucket, , id] = JSON.parse(line) as readonly [number, string, string | number];
    states.set(`${bucket}/${id}`, line);
  }
  return states;
}

/** Something in one of many buckets: changed, moved, come, gone, or told to one installation. */
async function randomChange(
  db: OpenDatabase['db'],
  random: Random,
  data: Distributor,
  clients: readonly Client[],
  number: number,
): Promise<void> {
  const { company_id, other_company_id, sites, channels, items, orders, lines } = data;
  const company = random.chance(0.8) ? company_id : other_company_id;
  const kind = random.whole(0, 6);
  if (kind === 0) {
    const [item_id, site_id] = [random.pick(items), random.pick(sites)];
    const changed = { on_hand_qty_milli: number };
    await db
      .updateTable('stock_balance')
      .set(changed)
      .where('item_id', '=', item_id)
      .where('site_id', '=', site_id)
      .execute();
  } else if (kind === 1) {
    const place = { site_id: random.pick([...sites, null]), channel_id: random.pick([...channels, null]) };
    await db.updateTable('sales_order').set(place).where('id', '=', random.pick(orders)).execute();
  } else if (kind === 2) {
    const cost = { unit_cost_micro: number };
    await db.updateTable('item_cost').set(cost).where('id', '=', random.pick(items)).execute();
  } else if (kind === 3) {
    const party = { company_id: company, code: `party ${number}`, name: `"Ünique" \\ ${number}`, kind: 'customer' };
    await db.insertInto('party').values(party).execute();
  } else if (kind === 4) {
    await sql`delete from party where id in (select max(id) from party where company_id = ${company})`.execute(db);
  } else if (kind === 5) {
    const month = 202_610 + random.whole(0, 2);
    await db.updateTable('order_line').set({ month }).where('id', '=', random.pick(lines)).execute();
  } else {
    const of = random.pick(clients);
    await sql`insert into mutation_outcome (id, client_id, command, state, decided_at, body_hash, user_id)
      select ${random.uuid()}, ${of.client_id}, 'addItemNote', 'accepted', ${new Date(NOW_MS)}, '', id
      from app_user where name = ${of.user_name}`.execute(db);
  }
}
