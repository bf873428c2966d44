/** What happens seldom and hurts: machines die, people leave, grants change, the server is pruned, restored, rebuilt. */
import type { Outbox } from '#contract/queries.ts';
import { resetPassword } from '#server/auth/accounts.ts';
import { keepClosePeople } from '#server/auth/closePeople.ts';
import { ruleChangesTakeEffect } from '#server/jobs/rules.ts';
import { startNewEpoch } from '#server/sync/epoch.ts';
import { compactLog } from '#server/sync/compaction.ts';
import { LOG_KEPT_MS, pruneLog } from '#server/sync/retention.ts';
import type { AppNode } from './appNode.ts';
import { EDGES, type Machine } from './machine.ts';
import { besideNodes, SharedDatabase } from './sharedDatabase.ts';
import type { Simulation } from './simulation.ts';
import { raise, type Step } from './step.ts';
import type { Random } from './random.ts';
import { endedStreamsAreClosed } from './sessionChecks.ts';
import { CHANNELS, COMPANY, type Grant, grantSql, PASSWORDS, SITES, USERS } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Accepted work is kept 90 days on the client: the simulation stays well below. */
const LONG_OFFLINE_AT_MOST = 2;

const machineIsToDie: Step = {
  name: 'client crash',
  weight: 3,
  take: async (simulation, random) => {
    const alive = simulation.machines.filter((machine) => machine.on() && machine.crash_in === null);
    if (alive.length === 0) return undefined;
    const machine = random.pick(alive);
    machine.crash_at = random.chance(0.6) ? random.pick(EDGES) : null;
    machine.crash_in = 1 + random.below(machine.crash_at ? 3 : random.chance(0.5) ? 40 : 400);
    machine.crash_when = random.chance(0.5) ? 'before' : 'behind';
    return `${machine.name} will die ${machine.crash_when} its statement ${machine.crash_in} from now`;
  },
};

const machineDies: Step = {
  name: 'client dies',
  weight: 1,
  take: async (simulation, random) => {
    const alive = simulation.machines.filter((machine) => machine.on());
    if (alive.length === 0) return undefined;
    const machine = random.pick(alive);
    if (random.chance(0.3)) {
      const damaged = machine.die(undefined, random);
      machine.bury();
      // the newest refresh token may be in what is lost
      simulation.excuse([machine.user_name]);
      simulation.hit(damaged ? 'log of own work damaged' : 'client crash between steps');
      return `${machine.name} dies with a bad disk`;
    }
    if (!random.chance(0.4)) {
      machine.die();
      machine.bury();
      simulation.hit('client crash between steps');
      return `${machine.name} dies`;
    }
    simulation.checks.losesItsLog(machine);
    machine.die(random);
    machine.bury();
    simulation.hit('client power loss');
    return `${machine.name} loses its power`;
  },
};

const clockIsSet: Step = {
  name: 'clock',
  weight: 0.4,
  take: async (simulation, random) => {
    const machine = random.pick(simulation.machines);
    const before = machine.clock_offset_ms;
    machine.clock_offset_ms = random.chance(0.3) ? 0 : -random.below(3 * DAY_MS);
    if (machine.clock_offset_ms < before) simulation.hit('client clock set back');
    return `${machine.name}'s clock is ${machine.clock_offset_ms} ms off`;
  },
};

const machineIsClosed: Step = {
  name: 'close',
  weight: 0.8,
  take: async (simulation, random) => {
    const alive = simulation.machines.filter((machine) => machine.on() && machine.crash_in === null);
    if (alive.length === 0) return undefined;
    const machine = random.pick(alive);
    await machine.turnOff();
    await raise(simulation, machine);
    simulation.hit('client closed and reopened');
    return `${machine.name} is closed and opened`;
  },
};

/** Who sits down sees their own queue and name, whoever sat here before. */
async function showsOwnAlone({ checks }: Simulation, machine: Machine): Promise<void> {
  const here = machine.service().signedIn();
  if (!here) return;
  if (here.user_name !== machine.user_name) checks.fail(`${machine.name} says ${here.user_name} is here`);
  const { rows } = (await machine.service().dispatch('outbox', { offset: 0, limit: 500 })) as Outbox;
  const shown = new Set(rows.map(({ id }) => id));
  for (const [key, ids] of checks.promised) {
    if (key === `${machine.name}/${here.user_name}`) continue;
    for (const id of ids) {
      if (shown.has(id)) checks.fail(`${machine.name} shows ${here.user_name} the mutation ${id} of ${key}`);
    }
  }
}

const userSwitches: Step = {
  name: 'switch',
  weight: 0.8,
  take: async (simulation) => {
    const [machine] = simulation.machines;
    if (!machine?.on() || machine.crash_in !== null || simulation.nodes.length === 0) return undefined;
    await simulation.signIn(machine, machine.user_name === 'finance' ? 'finance2' : 'finance');
    if (machine.on()) {
      simulation.hit('user switched');
      await showsOwnAlone(simulation, machine);
    }
    return `${machine.user_name} sits down at ${machine.name}`;
  },
};

const signsInAgain: Step = {
  name: 'sign in',
  weight: 5,
  take: async (simulation) => {
    const machine = simulation.machines.find((each) => each.on() && each.needsSignIn());
    if (!machine || simulation.nodes.length === 0) return undefined;
    await simulation.signIn(machine);
    return `${machine.user_name} signs in again at ${machine.name}`;
  },
};

const serverIsToDie: Step = {
  name: 'server crash',
  weight: 1,
  take: async (simulation, random) => {
    if (simulation.server_crash_in !== null) return undefined;
    simulation.server_crash_in = 1 + random.below(60);
    return `a node will die at the server's statement ${simulation.server_crash_in} from now`;
  },
};

const tokensExpire: Step = {
  name: 'tokens',
  weight: 1,
  take: async (simulation, random) => {
    if (random.chance(0.55)) {
      if (!simulation.shared.idle()) return undefined;
      const user_name = random.pick(Object.keys(USERS));
      const { rows } = await simulation.shared.pglite.query<{ id: string }>(
        `update auth_session set revoked_at = now()
         where user_id = (select id from app_user where name = $1) returning id`,
        [user_name],
      );
      simulation.checks.sessions.end(rows.map(({ id }) => id));
      simulation.excuse([user_name]);
      await tellAccessOrNot(simulation, random);
      return `the sessions of ${user_name} are ended`;
    }
    simulation.time.advance(16 * 60_000);
    // the server's own timers do that
    for (const { answer } of simulation.network.streaming()) answer?.stream?.end();
    await simulation.pulse.settle();
    return 'a quarter of an hour passes';
  },
};

/** Word of changed sessions and grants may be lost, as when the connection it comes by breaks: then a heartbeat finds out. */
async function tellAccessOrNot(simulation: Simulation, random: Random): Promise<void> {
  if (!random.chance(0.35)) await simulation.tellAccess();
  else simulation.hit('changed access told to nobody');
}

/** The administrator sets another password: every session of the person ends, on every machine. */
const passwordChanges: Step = {
  name: 'password',
  weight: 0.8,
  take: async (simulation, random) => {
    const [node] = simulation.nodes;
    if (!node) return undefined;
    const user_name = random.pick(Object.keys(USERS));
    await simulation.drainDatabase();
    const { rows } = await simulation.shared.pglite.query<{ id: string }>(
      `select id from auth_session where revoked_at is null
         and user_id = (select id from app_user where name = $1)`,
      [user_name],
    );
    const next = simulation.passwords.get(user_name) === 1 ? 0 : 1;
    // hashed in a thread: nothing else moves meanwhile
    await simulation.undisturbed(resetPassword(node.db(), user_name, PASSWORDS[next], () => simulation.serverClock()));
    simulation.passwords.set(user_name, next);
    simulation.checks.sessions.end(rows.map(({ id }) => id));
    simulation.excuse([user_name]);
    await tellAccessOrNot(simulation, random);
    simulation.hit('password changed');
    return `${user_name} is given another password`;
  },
};

/** By hand, in the database: nothing tells the server, and on a quiet stream nobody asks. */
async function listenerIsSentAway(simulation: Simulation, random: Random, node: AppNode): Promise<void> {
  const { network, checks, shared } = simulation;
  const listening = network.streaming().filter((each) => each.node === node && !checks.sessions.isOver(each));
  if (listening.length === 0) return;
  const holder = checks.sessions.holderOf(random.pick(listening));
  if (!holder) return;
  await shared.pglite.query('update auth_session set revoked_at = now() where id = $1', [holder.session]);
  checks.sessions.end([holder.session]);
  simulation.excuse([holder.user]);
  simulation.hit('listener sent away by the heartbeat alone');
}

/** Each live stream looks again who listens; whoever may no longer is sent away, told or not. */
const streamsBeat: Step = {
  name: 'heartbeat',
  weight: 2,
  take: async (simulation, random) => {
    const listened = simulation.nodes.filter((each) => each.streams() > 0);
    if (listened.length === 0) return undefined;
    const node = random.pick(listened);
    // one that is only just opening is not looked at before the next heartbeat
    const looks = random.chance(0.8);
    if (looks) await simulation.drainDatabase();
    if (looks && random.chance(0.7)) await listenerIsSentAway(simulation, random, node);
    if (!(await simulation.beat(node))) return undefined;
    simulation.hit('heartbeat');
    if (looks) {
      await simulation.drainDatabase();
      endedStreamsAreClosed(simulation, node);
    }
    return `the streams of ${node.tenant.name} have their heartbeat`;
  },
};

const streamBreaks: Step = {
  name: 'stream breaks',
  weight: 0.6,
  take: async (simulation, random) => {
    const open = simulation.network.streaming();
    if (open.length === 0) return undefined;
    const stream = random.pick(open);
    simulation.hit('live stream cut');
    await simulation.network.drop(stream);
    return `the stream of ${stream.client} breaks`;
  },
};

const longAway: Step = {
  name: 'long',
  weight: 0.12,
  take: async (simulation) => {
    if (simulation.faults['long offline'] >= LONG_OFFLINE_AT_MOST) return undefined;
    simulation.time.advance(31 * DAY_MS);
    simulation.excuse();
    await simulation.pulse.settle();
    simulation.hit('long offline');
    return 'a month passes';
  },
};

const company = (role: string): Grant => ({ role, company: COMPANY, site: null, channel: null });
const at = (role: string, index: 0 | 1): Grant => ({
  role,
  company: COMPANY,
  site: SITES[index],
  channel: CHANNELS[index],
});
/** From the most a person ever gets to the least. */
const LADDER: Readonly<Record<string, readonly (readonly Grant[])[]>> = {
  finance: [
    [company('finance'), company('buyer')],
    [company('buyer')],
    [company('sales'), at('finance', 0)],
    [company('sales')],
  ],
  finance2: [[company('finance'), company('buyer')], [company('sales')], []],
  controller: [[company('controller'), company('planner')], [company('controller')], [company('sales')]],
  sales: [[company('finance')], [company('planner')], [company('sales')], [at('sales', 0)]],
  counter: [[company('sales')], [at('sales', 0), at('planner', 1)], [at('sales', 1)], []],
};

const grantsChange: Step = {
  name: 'grants',
  weight: 1.2,
  take: async (simulation, random) => {
    if (!simulation.shared.idle()) return undefined;
    const user_name = random.pick(Object.keys(LADDER));
    const steps = LADDER[user_name] ?? [];
    const before = simulation.rungs.get(user_name) ?? 0;
    // what is taken comes back mostly: whoever decides nothing has no conflicts
    const rung = random.chance(0.5) ? 0 : random.below(steps.length);
    if (rung === before) return undefined;
    simulation.rungs.set(user_name, rung);
    const grants = steps[rung] ?? [];
    await simulation.shared.pglite.transaction(async (tx) => {
      const { rows } = await tx.query<{ id: number }>('select id from app_user where name = $1', [user_name]);
      const user_id = rows[0]?.id ?? 0;
      await tx.query('delete from access_grant where user_id = $1', [user_id]);
      for (const grant of grants) await tx.exec(grantSql(user_id, grant));
    });
    await keepClosePeople(besideNodes(simulation.shared));
    simulation.checks.granted(user_name, grants);
    await tellAccessOrNot(simulation, random);
    simulation.hit(rung > before ? 'grant taken' : 'grant given');
    return `${user_name} now has ${JSON.stringify(grants)}`;
  },
};

const logIsPruned: Step = {
  name: 'prune',
  weight: 0.7,
  take: async (simulation, random) => {
    const [node] = simulation.nodes;
    if (!node) return undefined;
    const keeps_ms = random.chance(0.5) ? 0 : random.below(30_000);
    const clock = (): number => simulation.serverClock() + LOG_KEPT_MS - keeps_ms;
    // among the statements of all the others; a node that dies takes it along
    pruneLog(node.db(), clock).then(
      (rows) => {
        if (rows > 0) simulation.hit('log pruned');
      },
      (error: unknown) => simulation.complaints.push(`prune: ${String(error)}`),
    );
    await simulation.pulse.settle();
    return 'the log is pruned';
  },
};

const logIsCompacted: Step = {
  name: 'compact',
  weight: 2,
  take: async (simulation, random) => {
    const [node] = simulation.nodes;
    if (!node) return undefined;
    // small windows and pages, so that a short run sees their edges; two nodes may be at it at once
    const limits = {
      older_than_ms: random.chance(0.6) ? 0 : random.below(30_000),
      window_bytes: 500 + random.below(8_000),
      page_rows: 5 + random.below(40),
    };
    compactLog(random.pick(simulation.nodes).db(), () => simulation.serverClock(), undefined, undefined, limits).then(
      (rows) => {
        if (rows > 0) simulation.hit('log compacted');
      },
      (error: unknown) => simulation.complaints.push(`compaction: ${String(error)}`),
    );
    await simulation.pulse.settle();
    return 'the log is compacted';
  },
};

/** The server's job for rules, among the statements of all the others. */
const rulesTakeEffect: Step = {
  name: 'rules',
  weight: 1,
  take: async (simulation) => {
    const [node] = simulation.nodes;
    if (!node) return undefined;
    ruleChangesTakeEffect(node.db(), () => simulation.serverClock()).catch((error: unknown) =>
      simulation.complaints.push(`rules: ${String(error)}`),
    );
    await simulation.pulse.settle();
    return 'rules whose day has come take effect';
  },
};

const backupIsMade: Step = {
  name: 'backup',
  weight: 0.7,
  take: async (simulation) => {
    if (!simulation.shared.idle() || simulation.backup) return undefined;
    simulation.backup = await simulation.shared.pglite.dumpDataDir('none');
    simulation.backup_passwords = new Map(simulation.passwords);
    return 'the server is backed up';
  },
};

/** Everything behind the backup is lost: with a new epoch as a restore makes it, or raw as a failed-over disk. */
const serverIsRestored: Step = {
  name: 'restore',
  weight: 0.6,
  take: async (simulation) => {
    const { backup } = simulation;
    if (!backup || !simulation.shared.idle()) return undefined;
    await simulation.killNodes();
    const { faults, options } = simulation;
    // by turns, so that few seeds see both
    const raw = (options.seed + faults['server restored'] + faults['server restored raw']) % 2 === 0;
    await simulation.shared.pglite.close();
    simulation.shared.pglite = await SharedDatabase.load(backup, simulation.wasm);
    simulation.backup = undefined;
    simulation.passwords = new Map(simulation.backup_passwords);
    if (!raw) await beginEpoch(simulation);
    simulation.excuse();
    await simulation.checks.restored();
    await simulation.startNode(true);
    simulation.hit(raw ? 'server restored raw' : 'server restored');
    return raw ? 'the server wakes up in an older state' : 'the server is restored';
  },
};

async function beginEpoch(simulation: Simulation): Promise<void> {
  await startNewEpoch(besideNodes(simulation.shared), () => simulation.serverClock());
}

const triggersChange: Step = {
  name: 'triggers',
  weight: 0.2,
  take: async (simulation) => {
    if (!simulation.shared.idle()) return undefined;
    await simulation.killNodes();
    await simulation.shared.pglite.query(`update server_meta set trigger_hash = 'of another form'`);
    await simulation.startNode(true);
    simulation.hit('triggers of another form');
    return 'the server comes back with triggers of another form';
  },
};

export const RARE_STEPS: readonly Step[] = [
  machineIsToDie,
  machineDies,
  clockIsSet,
  machineIsClosed,
  userSwitches,
  signsInAgain,
  serverIsToDie,
  tokensExpire,
  passwordChanges,
  streamsBeat,
  streamBreaks,
  longAway,
  grantsChange,
  logIsPruned,
  logIsCompacted,
  rulesTakeEffect,
  backupIsMade,
  serverIsRestored,
  triggersChange,
];

/** Where each person begins on the ladder. */
export function firstRungs(): Map<string, number> {
  return new Map(
    Object.entries(LADDER).map(([name, steps]) => [
      name,
      steps.findIndex((grants) => JSON.stringify(grants) === JSON.stringify(USERS[name])),
    ]),
  );
}
