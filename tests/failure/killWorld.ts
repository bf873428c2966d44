/**
 * One server and one laptop, as processes, killed again and again: what is written, how it is acknowledged, and what must
 * be true afterwards. Every note keeps its mutation id, so that in the end each is counted on the server by hand.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { openServerSession } from '#cli/session/serverSession.ts';
import { bodyHash } from '#db/commands/outbox.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { callRunningHost, findRunningHost } from '#db/hosts/discovery.ts';
import { type ReplicaPlace, replicaPlace, serverIdAt } from '#db/keys/place.ts';
import { ownKeys } from '#db/session/ownFiles.ts';
import { openDatabase } from '#server/database.ts';
import { type Finished, freePort, type Process, World } from '#tests/process/world.ts';

export const USER = 'planner';
type Environment = Readonly<Record<string, string>>;

export interface Note {
  readonly id: string;
  readonly body: string;
}

/** What the columns and the tables must both say. */
export interface Sums {
  readonly lines: number;
  readonly gross_minor: number;
}

export class KillWorld {
  readonly world = new World();
  readonly notes: Note[] = [];
  /** Notes a person was told are kept: they may never be missing. */
  readonly acknowledged = new Set<string>();
  url = '';
  server: Process | undefined;
  /** Where the server keeps its data. */
  home = this.world.path('central');
  private port = 0;
  private item_id = 0;
  private company_id = 0;

  /** Starts the server beside a machine that has loaded it before, and looks up what notes can be written about. */
  async open(): Promise<void> {
    this.port = await freePort();
    await this.world.copyDemo('central');
    await this.world.copyMachine('laptop', USER);
    await this.startServer();
    expect(await this.pull()).toMatchObject({ code: 0, stderr: '' });
    const replica = await this.openFile('replica');
    const item = replica.prepare<[], { id: number; company_id: number }>('SELECT id, company_id FROM item').get();
    replica.close();
    if (!item) throw new Error('the demo has no item');
    this.item_id = item.id;
    this.company_id = item.company_id;
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  async startServer(env: Environment = {}, more: readonly string[] = []): Promise<Process> {
    const args = ['--data-dir', this.home, '--port', String(this.port), ...more];
    const started = await this.world.server(args, env);
    this.server = started.process;
    this.url = started.url;
    return started.process;
  }

  /** The server with another environment, or the same one again after it died. */
  async restartServer(env: Environment = {}, more: readonly string[] = []): Promise<Process> {
    await this.server?.stop('SIGKILL');
    return await this.startServer(env, more);
  }

  laptop(): readonly string[] {
    const { world } = this;
    return ['--data-dir', world.path('laptop'), '--user', USER, '--password-file', world.passwordFile(USER)];
  }

  async pull(env: Environment = {}): Promise<Finished> {
    return await this.world.run(['pull', '--server', this.url, ...this.laptop()], env);
  }

  /** The browser host on the laptop's files, without waiting for anything. */
  host(env: Environment = {}): Process {
    return this.world.start(['serve', '--server', this.url, ...this.laptop(), '--json'], env);
  }

  async ask<T>(name: string, args: object, mutation_id?: string): Promise<T> {
    const host = findRunningHost(this.world.path('laptop'));
    if (!host) throw new Error('no host runs');
    return (await callRunningHost(host, fetch, {
      user: USER,
      password: 'demo',
      name,
      args,
      ...(mutation_id === undefined ? {} : { mutation_id }),
    })) as T;
  }

  async margin(): Promise<Sums> {
    const { total } = await this.ask<{ total: Sums }>('marginByChannel', this.everyMonth());
    return { lines: total.lines, gross_minor: total.gross_minor };
  }

  /** All order lines as a file, made in a process of its own. */
  async exportLines(): Promise<unknown> {
    return await this.ask('exportRows', { query: 'marginLines', args: this.everyMonth(), format: 'xlsx' });
  }

  private everyMonth() {
    return { company_id: this.company_id, from_month: 200_001, to_month: 209_912 };
  }

  /** A note about an item; it is counted in the end, whatever happens to the processes. */
  note(more = ''): Note & { readonly args: readonly string[] } {
    const { args, ...note } = this.noteArgs(more);
    const command = ['command', 'addItemNote', '--id', note.id];
    return { ...note, args: [...command, '--args', JSON.stringify(args), ...this.laptop()] };
  }

  /** The same for a host that runs. */
  noteArgs(more = ''): Note & { readonly args: { readonly item_id: number; readonly body: string } } {
    const note = { id: randomUUID(), body: `Note ${randomUUID()}${more}` };
    this.notes.push(note);
    return { ...note, args: { item_id: this.item_id, body: note.body } };
  }

  /** Queued and on the disk, not yet sent. */
  async queued(): Promise<Note> {
    const { args, ...note } = this.note();
    const done = await this.world.run([...args, '--offline']);
    expect(done.events.at(-1)).toMatchObject({ id: note.id, state: 'pending' });
    this.acknowledged.add(note.id);
    return note;
  }

  /** A change of somebody else, so that the laptop has something to receive. */
  async elsewhere(more = ''): Promise<void> {
    const name = 'warehouse';
    const session = await openServerSession(fetch, this.url, name, 'demo');
    const args = { item_id: this.item_id, body: `Elsewhere ${randomUUID()}${more}` };
    const mutation = { id: randomUUID(), command: 'addItemNote', args, made_at_ms: 1, device: 'another' };
    const body_hash = bodyHash(mutation.command, args);
    const body = { client_id: randomUUID(), mutations: [{ ...mutation, body_hash }] };
    expect(await session.request('POST', '/sync/push', body)).toMatchObject({ outcomes: [{ state: 'accepted' }] });
    await session.close();
  }

  place(): ReplicaPlace {
    const dataDir = this.world.path('laptop');
    return replicaPlace(dataDir, serverIdAt(dataDir, this.url) ?? '', USER);
  }

  /** One of the laptop's files while no process has them, as an auditor opens it. */
  async openFile(which: 'replica' | 'work'): Promise<Connection> {
    const who = { dataDir: this.world.path('laptop'), server_url: this.url, user_name: USER, password: 'demo' };
    const found = (await ownKeys(who)).find(({ file }) => basename(file) === `${which}.db`);
    if (!found) throw new Error(`no key of ${which}.db`);
    return openConnection({ ...found, synchronous: 'NORMAL', cache_kib: 2000 });
  }

  /** The copy is gone and is loaded again; the outbox stays. */
  forgetCopy(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.place().replica_file}${suffix}`, { force: true });
  }

  /** Order lines of the copy added up by plain SQL. */
  async plainSums(): Promise<Sums> {
    const replica = await this.openFile('replica');
    const sums = replica
      .prepare<[number], Sums>(
        `SELECT count(*) AS lines, sum(CASE WHEN kind = 'goods' THEN gross_minor ELSE 0 END) AS gross_minor
         FROM order_line WHERE company_id = ?`,
      )
      .get(this.company_id);
    replica.close();
    if (!sums) throw new Error('sums are always there');
    return sums;
  }

  /** Whoever died is there again: everything that waits goes out, and both sides are equal, row by row. */
  async recover(env: Environment = {}): Promise<void> {
    if (this.server?.child.exitCode !== null || this.server.child.signalCode !== null) await this.restartServer();
    const recovered = await this.world.run(['pull', '--verify', '--server', this.url, ...this.laptop()], env);
    expect(recovered).toMatchObject({ code: 0, stderr: '' });
    expect(recovered.events).toMatchObject([{ event: 'synced' }, { event: 'done', equal: true }]);
    const work = await this.openFile('work');
    const states = work.prepare<[], { id: string; state: string }>('SELECT id, state FROM outbox').all();
    const overlays = work.prepare('SELECT count(*) FROM overlay').pluck().get();
    work.close();
    expect(states.filter(({ state }) => state !== 'accepted')).toEqual([]);
    expect(overlays).toBe(0);
    expect(readdirSync(dirname(this.place().replica_file)).filter((name) => name.includes('aside'))).toEqual([]);
  }

  /**
   * Counted on the stopped server: one outcome and one effect of every note that was ever queued, none of one that was
   * not. Returns how many notes there are.
   */
  async count(): Promise<number> {
    await this.server?.stop('SIGKILL');
    const work = await this.openFile('work');
    const queued = new Set(work.prepare<[], string>('SELECT id FROM outbox').pluck().all());
    work.close();
    expect([...this.acknowledged].filter((id) => !queued.has(id))).toEqual([]);
    const { db, close } = await openDatabase({ dataDir: `${this.home}/server` });
    try {
      for (const { id, body } of this.notes) {
        const { rows } = await sql<{ outcomes: number; effects: number }>`
          select (select count(*)::int from mutation_outcome where id = ${id} and state = 'accepted') as outcomes,
            (select count(*)::int from item_note where body = ${body}) as effects`.execute(db);
        const times = queued.has(id) ? 1 : 0;
        expect({ id, ...rows[0] }).toEqual({ id, outcomes: times, effects: times });
      }
      const { rows } = await sql`select id from mutation_outcome group by id having count(*) > 1`.execute(db);
      expect(rows).toEqual([]);
    } finally {
      await close();
    }
    return this.notes.filter(({ id }) => queued.has(id)).length;
  }

  leftovers(): string[] {
    const exports = `${this.place().folder}/exports`;
    return existsSync(exports) ? readdirSync(exports) : [];
  }
}
