/**
 * One run of everything from a seed. Each step has chance of its own, drawn from the seed and the step's number, so a
 * run with some steps left out is still the same run in all the others: that is what makes a failing one shrink.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3-multiple-ciphers';
import { BinnacleError } from '#contract/errors.ts';
import type { ReplicaService } from '#db/service.ts';
import type { ServerLog } from '#server/log.ts';
import { MEMORY_FOLDER } from '#build/checks/runFolder.ts';
import { AppNode } from './appNode.ts';
import { Checks, Violation } from './checks.ts';
import { type Fault, type FaultCounts, noFaults } from './faults.ts';
import { Machine } from './machine.ts';
import { type Exchange, Network } from './network.ts';
import type { Making } from './people.ts';
import { Pulse } from './pulse.ts';
import { firstRungs } from './rareSteps.ts';
import { seeded } from './random.ts';
import { type Bend, SharedDatabase } from './sharedDatabase.ts';
import { takeStep } from './steps.ts';
import { calmDown, flow } from './calm.ts';
import { VirtualTime } from './virtualTime.ts';
import { world } from './fixture.ts';
import { PASSWORDS, USERS } from './world.ts';

export interface Favours {
  /** Names of steps that come more often than they do elsewhere, and how many times. */
  readonly steps?: Readonly<Record<string, number>>;
  /** What people do more than anything else. */
  readonly work?: readonly Making[];
}

/** Faults built into a copy of the product for one run, to see whether the checks find them. */
export interface Plant {
  readonly name: string;
  readonly bendServer?: () => Bend;
  readonly bendClient?: (sql: string) => string;
  readonly onClientStatement?: (connection: Database.Database, sql: string) => void;
  /** Heartbeats do not look who still may listen; told of each. */
  readonly withoutHeartbeat?: () => void;
  /** Whoever comes with a changed password loses what waits on the machine; told of each time. */
  readonly setsAside?: () => void;
  /** What its runs are mostly about: a fault in what happens seldom would take many seeds to show. */
  readonly favours?: Favours;
  /** Steps that are enough, where what it does shows at the latest when the faults are over. */
  readonly steps?: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** Only these steps are taken, of all up to `steps`. */
  readonly only?: ReadonlySet<number> | undefined;
  readonly plant?: Plant | undefined;
  /** Told each step as it is taken. */
  readonly say?: ((line: string) => void) | undefined;
}

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  /** Steps that found something to do. */
  readonly taken: number;
  readonly faults: FaultCounts;
  readonly failure: string | undefined;
  /** The step it was found at; `steps` = while calming down. */
  readonly failed_at: number;
  readonly trace: readonly string[];
  /** Times a machine's files were held against the truth. */
  readonly looked: number;
}

/** So few that a checkpoint holds more now and then, and buckets are loaded afresh. */
const FEW_DELTA_ROWS = 12;

/** These keep up by themselves on the live stream, beside what the simulation asks them to do. */
const FOLLOW: ReadonlySet<string> = new Set(['sales', 'counter']);

const MACHINES = ['finance', 'controller', 'sales', 'counter'] as const;

/** Of runs that have not ended: who ends the process takes them away. */
export const openFolders = new Set<string>();

export class Simulation {
  readonly options: SimulationOptions;
  readonly pulse = new Pulse();
  readonly time = new VirtualTime();
  readonly network = new Network(this.pulse);
  readonly faults: FaultCounts = noFaults();
  readonly hit = (fault: Fault): void => {
    this.faults[fault] += 1;
  };
  readonly trace: string[] = [];
  readonly shared: SharedDatabase;
  readonly checks: Checks;
  readonly machines: Machine[];
  readonly nodes: AppNode[] = [];
  readonly wasm: WebAssembly.Module;
  /** Said by the server's log at level error. */
  readonly complaints: string[] = [];
  server_offset_ms = 0;
  /** An older state of the server, to be restored. */
  backup: Blob | undefined;
  /** Statements of the server until something happens to one; null = nothing is planned. */
  server_crash_in: number | null = null;
  words = 0;
  /** Where each person stands between the most and the least they may see. */
  readonly rungs = firstRungs();
  /** Which of the two passwords each person has now; the first unless it is here. */
  passwords = new Map<string, 0 | 1>();
  /** The same when the backup was made. */
  backup_passwords: ReadonlyMap<string, 0 | 1> = new Map();
  private nodes_made = 0;
  private readonly folder: string;

  constructor(options: SimulationOptions, shared: SharedDatabase, wasm: WebAssembly.Module, pulse: Pulse) {
    this.options = options;
    this.pulse = pulse;
    this.network = new Network(pulse);
    this.shared = shared;
    this.wasm = wasm;
    this.folder = mkdtempSync(path.join(inMemory() ?? tmpdir(), 'binnacle-simulation-'));
    openFolders.add(this.folder);
    this.checks = new Checks(shared, new Map(Object.entries(USERS)), this.hit);
    shared.committed = async (statement) => await this.checks.committed(statement);
    shared.bend = options.plant?.bendServer?.();
    this.network.arriving = (exchange) => this.checks.asked(exchange);
    this.network.witness = (exchange, answer) => this.checks.answered(exchange, answer);
    this.machines = MACHINES.map(
      (user_name) =>
        new Machine(
          {
            name: `${user_name}-pc`,
            folder: this.folder,
            seed: String(options.seed),
            time: this.time,
            network: this.network,
            pulse,
            committed: (machine) => this.checks.machine(machine),
            told: (machine) => this.checks.sessions.told(machine.name, machine.user_name),
            bendSql: options.plant?.bendClient,
            onStatement: options.plant?.onClientStatement,
            follows: FOLLOW.has(user_name),
          },
          user_name,
        ),
    );
  }

  serverClock(): number {
    return this.time.now_ms + this.server_offset_ms;
  }

  private log(): ServerLog {
    const note = (details: Readonly<Record<string, unknown>>, message: string): void => {
      this.complaints.push(`${message}: ${JSON.stringify(details)}`);
    };
    return { info: () => {}, warn: note, error: note };
  }

  /** A node joins; nothing else of the server moves meanwhile. */
  async startNode(prepare: boolean): Promise<void> {
    this.nodes_made += 1;
    const node = new AppNode(`node-${this.nodes_made}`);
    // what is loaded afresh hides what a planted fault left in it
    const most_delta_rows = this.options.plant ? undefined : FEW_DELTA_ROWS;
    await this.undisturbed(
      node.start(this.shared, { clock: () => this.serverClock(), log: this.log(), prepare, most_delta_rows }),
    );
    this.nodes.push(node);
    node.kick();
    await this.pulse.settle();
    if (this.nodes.length > 1) this.hit('second node');
  }

  async killNode(node: AppNode): Promise<void> {
    await this.shared.kill(node.tenant);
    this.nodeIsDead(node);
  }

  async killNodes(): Promise<void> {
    for (let [node] = this.nodes; node; [node] = this.nodes) await this.killNode(node);
  }

  nodeIsDead(node: AppNode): void {
    this.network.nodeDied(node);
    const at = this.nodes.indexOf(node);
    if (at >= 0) this.nodes.splice(at, 1);
  }

  /** The server's statements, one after another until none is left. */
  async drainDatabase(): Promise<void> {
    for (let round = 0; this.shared.choices() > 0; round++) {
      if (round > 100_000) throw new Error('the server never comes to rest');
      await this.shared.advance(0, 'runs');
    }
  }

  /** Lets something that waits for threads (a password) or needs many statements go through alone. */
  async undisturbed<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const mine = work.finally(() => {
      done = true;
    });
    mine.catch(() => undefined);
    while (!done) {
      if (this.shared.choices() > 0) await this.shared.advance(0, 'runs');
      else await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return await mine;
  }

  passwordOf(user_name: string): string {
    return PASSWORDS[this.passwords.get(user_name) ?? 0];
  }

  /** Every live stream of that node has its heartbeat; false when it has none. */
  async beat(node: AppNode): Promise<boolean> {
    const { withoutHeartbeat } = this.options.plant ?? {};
    if (node.streams() === 0) return false;
    if (withoutHeartbeat) withoutHeartbeat();
    else node.beat();
    await this.pulse.settle();
    return true;
  }

  /**
   * Signs in with the password: over a network without faults, alone. A machine whose keys are still sealed with the
   * password before wants that one too, and so does one that does not reach the server.
   */
  async signIn(machine: Machine, user_name = machine.user_name): Promise<void> {
    await this.drainDatabase();
    machine.signed_out = false;
    const now = this.passwordOf(user_name);
    const before = PASSWORDS.find((each) => each !== now) ?? now;
    let failed = await this.signInWith(machine, { user_name, password: now });
    const sealed = failed instanceof BinnacleError && failed.code === 'previous_password';
    const offline = failed instanceof BinnacleError && failed.code === 'wrong_password' && this.nodes.length === 0;
    if (machine.on() && (sealed || offline)) {
      const { setsAside } = this.options.plant ?? {};
      if (sealed && setsAside) {
        setsAside();
        failed = await this.signInWith(machine, { user_name, password: now, set_aside: true });
        machine.closeReader();
      } else failed = await this.signInWith(machine, { user_name, password: before });
      if (machine.on() && failed === undefined) this.hit('keys sealed with the password before');
    }
    if (machine.on()) {
      if (failed === undefined) {
        machine.user_name = user_name;
        this.checks.sessions.signedIn(machine.name, user_name);
      } else this.trace.push(`  ${machine.name} could not sign in: ${String(failed)}`);
    }
    // without anybody signed in the files are those of who was here last
    const here = machine.on() ? machine.service().signedIn() : null;
    if (here) machine.user_name = here.user_name;
    await this.drainDatabase();
  }

  /** What it failed by; undefined when it did not, or the machine died. */
  private async signInWith(
    machine: Machine,
    request: Parameters<ReplicaService['signIn']>[0],
  ): Promise<Error | undefined> {
    let done = false;
    let failed: Error | undefined;
    machine
      .service()
      .signIn(request)
      .catch((error: unknown) => {
        failed = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        done = true;
      });
    // passwords are checked in threads, which take their time: nothing but the sign-in moves meanwhile
    const ofSigningIn = ({ client, request }: Exchange) => client === machine.name && request.path.startsWith('/auth/');
    while (!done && machine.on()) {
      const [ready] = this.network.ready().filter(ofSigningIn);
      const [asked] = this.network.asked().filter(ofSigningIn);
      const [node] = this.nodes;
      if (this.shared.choices() > 0) await this.shared.advance(0, 'runs');
      else if (ready) await this.network.deliver(ready);
      else if (asked && node) await this.network.arrive(asked, node, false);
      else if (asked) await this.network.drop(asked);
      else await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return failed;
  }

  /** Their sessions may be over from now on, on every machine. */
  excuse(people: readonly string[] = Object.keys(USERS)): void {
    this.checks.sessions.excuse(
      people,
      this.machines.map(({ name }) => name),
    );
  }

  /** Sessions or grants changed: all nodes are told, as those of PostgreSQL are. */
  async tellAccess(): Promise<void> {
    this.shared.notify('binnacle_access');
    await this.pulse.settle();
  }

  check(): void {
    for (const machine of this.machines) if (machine.on()) this.checks.machine(machine);
    if (this.checks.violation) throw this.checks.violation;
  }

  async setUp(): Promise<void> {
    await this.startNode(false);
    await this.checks.committed();
    const random = seeded(`${this.options.seed}/set up`);
    for (const machine of this.machines) {
      machine.turnOn();
      await this.signIn(machine);
      // some begin with a whole copy, the others load it in the thick of things; who decides needs something to decide on
      if (random.chance(FOLLOW.has(machine.user_name) ? 0.5 : 0.9)) {
        await machine.begin('sync', (service) => service.syncOnce());
        await flow(this);
      }
      // who follows by itself is on the live stream from here on
      if (machine.parts.follows === true) await flow(this);
    }
    this.check();
  }

  async close(): Promise<void> {
    for (const machine of this.machines) {
      if (machine.on()) machine.die();
      machine.bury();
    }
    await this.killNodes();
    await this.shared.pglite.close();
    rmSync(this.folder, { recursive: true, force: true });
    openFolders.delete(this.folder);
  }
}

/** Runs a seed to its end; never throws for what the checks find. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { image, wasm } = await world();
  const pulse = new Pulse();
  const shared = new SharedDatabase(pulse, await SharedDatabase.load(image, wasm));
  const simulation = new Simulation(options, shared, wasm, pulse);
  let failure: string | undefined;
  let failed_at = -1;
  let taken = 0;
  try {
    await simulation.setUp();
    for (failed_at = 0; failed_at < options.steps; failed_at++) {
      if (options.only && !options.only.has(failed_at)) continue;
      const did = await takeStep(simulation, seeded(`${options.seed}/step ${failed_at}`));
      if (did !== undefined) {
        taken += 1;
        simulation.trace.push(`${failed_at} ${did}`);
        options.say?.(`${failed_at} ${did}`);
      }
      simulation.check();
    }
    await calmDown(simulation);
  } catch (error) {
    failure = error instanceof Violation ? error.message : String(error instanceof Error ? error.stack : error);
  } finally {
    await simulation.close();
  }
  const { faults, trace, checks } = simulation;
  return { seed: options.seed, steps: options.steps, taken, faults, failure, failed_at, trace, looked: checks.looked };
}

/** Where a disk that is written to all the time costs nothing: of the run of the tests, or of this machine. */
function inMemory(): string | undefined {
  return process.env[MEMORY_FOLDER] ?? (existsSync('/dev/shm') ? '/dev/shm' : undefined);
}
