/**
 * One person's computer: a real replica service on real encrypted files. It can die at any statement; its files then lie
 * as they lay at that moment, and a new service opens a copy of them.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3-multiple-ciphers';
import { BinnacleError } from '#contract/errors.ts';
import { openConnection } from '#db/connection.ts';
import { openReader, readAtOnce } from '#db/replica.ts';
import { replicaPlace } from '#db/keys/place.ts';
import { createReplicaService, type ReplicaService } from '#db/service.ts';
import type { ResumeTicket } from '#db/session/resume.ts';
import { CHEAP_KEYS } from '#db/testing/testService.ts';
import type { Network } from './network.ts';
import type { Pulse } from './pulse.ts';
import { type Random, seeded } from './random.ts';
import { type SqliteProcess, unwatch, unwatched, watch } from './sqliteHook.ts';
import type { VirtualTime } from './virtualTime.ts';

/** Which file has that name now. */
const fileAt = (name: string): number | undefined => statSync(name, { throwIfNoEntry: false })?.ino;

export const SERVER_URL = 'http://127.0.0.1:4000';

/** Statements that move something from one state to the next: that is where things come apart. */
export const EDGES: readonly RegExp[] = [
  /^COMMIT/,
  /^UPDATE replica_meta SET checkpoint/,
  /^UPDATE replica_meta/,
  /^UPDATE outbox/,
  /^DELETE FROM overlay/,
  /^UPDATE bucket/,
  /^UPDATE work_meta/,
];

export class Died extends Error {}

export interface MachineParts {
  readonly name: string;
  readonly folder: string;
  readonly seed: string;
  readonly time: VirtualTime;
  readonly network: Network;
  readonly pulse: Pulse;
  /** Planted into the client: the SQL that is prepared instead, and what runs before a statement. */
  readonly bendSql?: ((sql: string) => string) | undefined;
  /** Told behind every commit, when another process could look at the files. */
  readonly committed?: ((machine: Machine) => void) | undefined;
  /** The server said that the session is over. */
  readonly told?: ((machine: Machine) => void) | undefined;
  /** It follows the server by itself. */
  readonly follows?: boolean | undefined;
  readonly onStatement?: ((connection: Database.Database, sql: string) => void) | undefined;
}

export interface Operation {
  readonly name: string;
  done: boolean;
  error: unknown;
}

/** Asks both files as another process would; rows are arrays. */
export type All = <R extends readonly unknown[]>(sql: string, ...values: readonly unknown[]) => R[];

export class Machine {
  readonly parts: MachineParts;
  readonly name: string;
  readonly tickets = new Map<string, ResumeTicket>();
  /** Who sits here. */
  user_name: string;
  clock_offset_ms = 0;
  operation: Operation | null = null;
  /** Statements until this machine dies; null = it lives on. */
  crash_in: number | null = null;
  crash_when: 'before' | 'behind' = 'before';
  /** Only these statements are counted; null = all. */
  crash_at: RegExp | null = null;
  alive = false;
  /** The last attempt said that the session is over. */
  signed_out = false;
  /** A row of its copy is not what was written: until it is mended the copy equals nothing. */
  damaged = false;
  /** Statements, counted before and behind: whether there is anything new to look at. */
  ran = 0;
  private lives = 0;
  private life: Life | undefined;
  private reader: { readonly key: string; readonly connection: Database.Database } | undefined;

  constructor(parts: MachineParts, user_name: string) {
    this.parts = parts;
    this.name = parts.name;
    this.user_name = user_name;
  }

  service(): ReplicaService {
    if (!this.life) throw new Error(`${this.name} is off`);
    return this.life.service;
  }

  clock(): number {
    return this.parts.time.now_ms + this.clock_offset_ms;
  }

  /** A service begins on this machine's files, signed in as nobody yet. */
  turnOn(): void {
    this.lives += 1;
    const dataDir = path.join(this.parts.folder, `${this.name}-${this.lives}`);
    if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true });
    const life = new Life(this, dataDir, seeded(`${this.parts.seed}/${this.name}/${this.lives}`));
    this.life = life;
    this.alive = true;
    watch(dataDir, life);
  }

  runs(life: Life): boolean {
    return this.alive && this.life === life;
  }

  /** Died, and not yet taken away. */
  fell(): boolean {
    return this.life !== undefined && !this.alive;
  }

  on(): boolean {
    return this.life !== undefined && this.alive;
  }

  /** The last attempt, or what follows by itself, was told that the session is over. */
  needsSignIn(): boolean {
    if (this.signed_out) return true;
    if (this.parts.follows !== true || !this.service().signedIn()) return false;
    return unwatched(() => this.service().pill().connection === 'sign_in_needed');
  }

  /** Opens the files of who sat here with the keys kept in memory; false when the service wants a password. */
  resume(): boolean {
    const ticket = this.tickets.get(this.user_name);
    return ticket !== undefined && this.service().resume(ticket);
  }

  /** Starts something that talks to the server; one such thing at a time. */
  async begin(name: string, run: (service: ReplicaService) => Promise<unknown>): Promise<void> {
    const operation: Operation = { name, done: false, error: undefined };
    this.operation = operation;
    const { life } = this;
    run(this.service()).then(
      () => this.ended(life, operation, undefined),
      (error: unknown) => this.ended(life, operation, error ?? new Error('failed')),
    );
    await this.parts.pulse.settle();
  }

  private ended(life: Life | undefined, operation: Operation, error: unknown): void {
    operation.done = true;
    operation.error = error;
    if (error instanceof BinnacleError && error.code === 'not_signed_in' && this.life === life) {
      this.signed_out = true;
      if (this.on() && this.service().signedIn()) this.parts.told?.(this);
    }
    if (this.life === life && this.operation === operation) this.operation = null;
    this.parts.pulse.beat();
  }

  /**
   * Dies now; its files are copied as they lie: without the unsynced end of replica.db's log when the power went, with a
   * byte of work.db's log changed when the disk is at fault.
   */
  die(power_loss?: Random, bad_disk?: Random): boolean {
    const { life } = this;
    if (!life || !this.alive) return false;
    this.alive = false;
    const next = path.join(this.parts.folder, `${this.name}-${this.lives + 1}`);
    copyFolder(life.dataDir, next);
    if (power_loss) loseUnsyncedLog(next, power_loss);
    return bad_disk !== undefined && damageLog(next, bad_disk);
  }

  /** What is left of a dead life is taken away. */
  bury(): void {
    const { life } = this;
    if (!life) return;
    this.closeReader();
    unwatch(life.dataDir);
    this.parts.network.clientDied(this.name);
    this.operation = null;
    this.crash_in = null;
    unwatched(() => life.closeConnections());
    rmSync(life.dataDir, { recursive: true, force: true });
    this.life = undefined;
  }

  /** In good order. */
  async turnOff(): Promise<void> {
    const { life } = this;
    if (!life) return;
    this.closeReader();
    let done = false;
    const closing = life.service.close().finally(() => {
      done = true;
    });
    closing.catch(() => undefined);
    // a renewal of the session under way is waited for, until its time is over
    for (await this.parts.pulse.settle(); !done; await this.parts.pulse.settle()) this.parts.time.advance(1000);
    await closing;
    this.alive = false;
    unwatch(life.dataDir);
    copyFolder(life.dataDir, path.join(this.parts.folder, `${this.name}-${this.lives + 1}`));
    rmSync(life.dataDir, { recursive: true, force: true });
    this.life = undefined;
  }

  /** undefined while nobody has files here. */
  look<T>(read: (all: All) => T): T | undefined {
    return unwatched(() => {
      const connection = this.openReader();
      if (!connection) return undefined;
      return readAtOnce(connection, () =>
        read(<R extends readonly unknown[]>(sql: string, ...values: readonly unknown[]) =>
          connection
            .prepare<unknown[], R>(sql)
            .raw()
            .all(...values),
        ),
      );
    });
  }

  /** Changes a row of the copy behind the service's back; false when there is no such row. */
  damage(statement: string): boolean {
    const ticket = this.tickets.get(this.user_name);
    const { life } = this;
    if (!life || !ticket) return false;
    this.damaged = unwatched(() => {
      const { replica_file } = replicaPlace(life.dataDir, ticket.server_id, ticket.user_name);
      const connection = openConnection({
        file: replica_file,
        raw_hex: ticket.keys.replica,
        synchronous: 'NORMAL',
        cache_kib: 1024,
      });
      try {
        return connection.prepare(statement).run().changes > 0;
      } finally {
        connection.close();
      }
    });
    return this.damaged;
  }

  /** Changes when another connection committed to either file. */
  version(): { readonly replica: string; readonly work: string } {
    return unwatched(() => {
      const connection = this.openReader();
      if (!connection) return { replica: 'none', work: 'none' };
      const of = (file: string): string =>
        `${this.lives}/${this.user_name}/${String(connection.pragma(`${file}.data_version`, { simple: true }))}`;
      return { replica: of('main'), work: of('work') };
    });
  }

  private openReader(): Database.Database | undefined {
    const ticket = this.tickets.get(this.user_name);
    if (!this.life || !ticket) return undefined;
    const place = replicaPlace(this.life.dataDir, ticket.server_id, ticket.user_name);
    // a copy that is set aside makes way for another of the same name
    const key = [this.lives, this.user_name, fileAt(place.replica_file), fileAt(place.work_file)].join('/');
    if (this.reader && this.reader.key !== key) this.closeReader();
    if (!this.reader) {
      if (!existsSync(place.replica_file) || !existsSync(place.work_file)) return undefined;
      this.reader = {
        key,
        connection: openReader(
          { replica_file: place.replica_file, work_file: place.work_file, keys: ticket.keys },
          1024,
        ),
      };
    }
    return this.reader.connection;
  }

  /** The files it looks at may be others from now on. */
  closeReader(): void {
    const { reader } = this;
    this.reader = undefined;
    if (reader) unwatched(() => reader.connection.close());
  }
}

/** From one start of the service to its end. */
class Life implements SqliteProcess {
  readonly machine: Machine;
  readonly dataDir: string;
  readonly service: ReplicaService;
  private readonly connections = new Set<Database.Database>();

  constructor(machine: Machine, dataDir: string, random: Random) {
    this.machine = machine;
    this.dataDir = dataDir;
    const { name, time, network } = machine.parts;
    const isAlive = (): boolean => machine.runs(this);
    this.service = createReplicaService({
      dataDir,
      serverUrl: SERVER_URL,
      device: `${name}'s computer`,
      fetch: network.fetchOf(name, () => machine.user_name, isAlive),
      clock: () => machine.clock(),
      random,
      timers: time.timersOf(isAlive),
      readers: 'inline',
      exports: 'reader',
      background: machine.parts.follows === true,
      log: () => undefined,
      keyParameters: CHEAP_KEYS,
      onTicket: (ticket) => {
        if (ticket) machine.tickets.set(ticket.user_name, ticket);
      },
    });
  }

  statement(connection: Database.Database, sql: string, when: 'before' | 'behind'): void {
    const { machine } = this;
    machine.ran += 1;
    if (!machine.alive) throw new Died('this machine is dead (simulated)');
    if (when === 'before') machine.parts.onStatement?.(connection, sql);
    if (when === 'behind' && sql === 'COMMIT') machine.parts.committed?.(machine);
    if (when !== machine.crash_when) return;
    if (machine.crash_in === null || machine.crash_at?.test(sql) === false) return;
    machine.crash_in -= 1;
    if (machine.crash_in > 0) return;
    machine.die();
    throw new Died('this machine died (simulated)');
  }

  opened(connection: Database.Database): void {
    this.connections.add(connection);
  }

  bend(sql: string): string {
    return this.machine.parts.bendSql?.(sql) ?? sql;
  }

  closeConnections(): void {
    for (const connection of this.connections) {
      try {
        if (connection.open) connection.close();
      } catch {
        // a statement that was left half read keeps it open until it is forgotten
      }
    }
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    // the memory of a dead process is not on the disk, whatever its file says
    else if (!entry.name.endsWith('-shm')) copyFileSync(source, target);
  }
}

/** replica.db is written with synchronous NORMAL: a loss of power may take the end of its log, never work.db's. */
function loseUnsyncedLog(folder: string, random: Random): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name !== 'replica.db-wal') continue;
    const file = path.join(entry.parentPath, entry.name);
    const size = statSync(file).size;
    if (size > 0) truncateSync(file, random.below(size));
  }
}

/** False when there was nothing in the log of anybody's own work. */
function damageLog(folder: string, random: Random): boolean {
  let damaged = false;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name !== 'work.db-wal') continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    if (bytes.length === 0) continue;
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ 255;
    writeFileSync(file, bytes);
    damaged = true;
  }
  return damaged;
}
