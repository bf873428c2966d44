/** One step: something that can happen now happens. */
import type { AppNode } from './appNode.ts';
import { doBusiness } from './business.ts';
import type { Checks } from './checks.ts';
import type { Machine } from './machine.ts';
import type { Exchange } from './network.ts';
import { checkGross, checkUnmoved, figuresOf, workWaits } from './figures.ts';
import { decidesHere, doWork } from './people.ts';
import type { Random } from './random.ts';
import type { Fate } from './sharedDatabase.ts';
import type { Simulation } from './simulation.ts';
import { RARE_STEPS } from './rareSteps.ts';
import { raise, type Step } from './step.ts';

export function who(exchange: Exchange): string {
  return `${exchange.client} ${exchange.request.path} #${exchange.number}`;
}

/** Runs the server's next statement, or lets one of those who wait have the connection. */
const serverRuns: Step = {
  name: 'server',
  weight: 36,
  take: async (simulation, random) => {
    const { shared } = simulation;
    if (shared.choices() === 0) return undefined;
    let said = 'server';
    // several at once: a step for each would leave the clients little to do
    for (let count = 1 + random.below(random.chance(0.5) ? 4 : 60); count > 0 && shared.choices() > 0; count--) {
      const next = shared.next();
      const fate = next ? fateOf(simulation, random, next.statement.sql) : 'runs';
      const dead = await shared.advance(random.below(shared.choices()), fate);
      if (fate === 'refused') {
        simulation.hit('statement refused');
        said += `, refused ${next?.statement.sql.slice(0, 40)}`;
      }
      if (!dead) continue;
      simulation.hit('server crash at a statement');
      if (next?.leads) simulation.hit('leader lost');
      const node = simulation.nodes.find(({ tenant }) => tenant === dead);
      if (node) simulation.nodeIsDead(node);
      return `${said}, ${dead.name} ${fate} ${next?.statement.sql.slice(0, 60)}`;
    }
    return said;
  },
};

function fateOf(simulation: Simulation, random: Random, sql: string): Fate {
  if (simulation.server_crash_in !== null) {
    simulation.server_crash_in -= 1;
    if (simulation.server_crash_in > 0) return 'runs';
    simulation.server_crash_in = null;
    return random.chance(0.5) ? 'crash before' : 'crash behind';
  }
  const refusable = !['begin', 'rollback'].includes(sql);
  return refusable && random.chance(0.002) ? 'refused' : 'runs';
}

const requestArrives: Step = {
  name: 'request',
  weight: 45,
  take: async (simulation, random) => {
    const { network } = simulation;
    const asked = network.asked();
    if (asked.length === 0) return undefined;
    const exchange = random.pick(asked);
    const node: AppNode | undefined = simulation.nodes.length > 0 ? random.pick(simulation.nodes) : undefined;
    // what is lost of a renewal is what a session could end by
    if (!node || random.chance(exchange.request.path === '/auth/refresh' ? 0.25 : 0.06)) {
      if (node) simulation.hit('request dropped');
      await network.drop(exchange);
      return `${who(exchange)} dropped`;
    }
    if (exchange.abandoned) simulation.hit('request late');
    await network.arrive(exchange, node, false);
    // what is decided once is sent twice most readily
    if (!random.chance(exchange.request.path === '/sync/push' ? 0.3 : 0.06))
      return `${who(exchange)} reaches ${node.tenant.name}`;
    simulation.hit('request doubled');
    await network.arrive(exchange, random.pick(simulation.nodes), true);
    return `${who(exchange)} reaches ${node.tenant.name} twice`;
  },
};

const answerArrives: Step = {
  name: 'answer',
  weight: 45,
  take: async (simulation, random) => {
    const { network } = simulation;
    const ready = network.ready();
    if (ready.length === 0) return undefined;
    const exchange = random.pick(ready);
    if (ready.some(({ number }) => number < exchange.number)) simulation.hit('answers reordered');
    const { answer } = exchange;
    if (exchange.state === 'streaming') return await pieceArrives(simulation, random, exchange);
    if (!answer) {
      await network.deliver(exchange);
      return `${who(exchange)} broke`;
    }
    if (random.chance(LOST_OFTEN.has(exchange.request.path) ? 0.25 : 0.06)) {
      simulation.hit('answer dropped');
      if (exchange.request.path === '/auth/refresh' && answer.status === 200) simulation.hit('renewal lost');
      await network.drop(exchange);
      return `answer to ${who(exchange)} dropped`;
    }
    if (random.chance(0.05) && answer.body.length > 0) {
      simulation.hit('answer truncated');
      const keep_bytes = random.below(answer.body.length);
      await network.deliver(exchange, { keep_bytes, silently: random.chance(0.5) });
      return `answer to ${who(exchange)} cut to ${keep_bytes} bytes`;
    }
    await network.deliver(exchange);
    return `answer ${answer.status} to ${who(exchange)}`;
  },
};

/** What the server said on a live stream reaches who listens, or the connection is gone. */
async function pieceArrives(simulation: Simulation, random: Random, exchange: Exchange): Promise<string> {
  const { network } = simulation;
  if (random.chance(0.06)) {
    simulation.hit('live stream cut');
    await network.drop(exchange);
    return `the stream of ${who(exchange)} breaks`;
  }
  const [piece] = exchange.pieces;
  if (piece?.includes('data:')) simulation.hit('told on the live stream');
  await network.deliver(exchange);
  return `${who(exchange)} is ${piece ? 'told something' : 'over'}`;
}

const LOST_OFTEN: ReadonlySet<string> = new Set(['/sync/push', '/auth/refresh']);

const OPERATIONS = [
  ['synchronises', (machine: Machine) => machine.begin('sync', (service) => service.syncOnce())],
  ['synchronises', (machine: Machine) => machine.begin('sync', (service) => service.syncOnce())],
  ['synchronises', (machine: Machine) => machine.begin('sync', (service) => service.syncOnce())],
  ['pushes', (machine: Machine) => machine.begin('push', (service) => service.pushPending())],
  [
    'verifies',
    (machine: Machine) =>
      machine.begin('verify', (service) => service.verify({ depth: machine.ran % 2 === 0 ? 'quick' : 'full' })),
  ],
] as const;

const machineActs: Step = {
  name: 'machine',
  weight: 26,
  take: async (simulation, random) => {
    const idle = simulation.machines.filter((machine) => machine.on() && machine.operation === null);
    if (idle.length === 0) return undefined;
    const machine = random.pick(idle);
    if (!machine.service().signedIn()) return undefined;
    const [name, begin] = random.pick(OPERATIONS);
    await begin(machine);
    return `${machine.name} ${name}`;
  },
};

/** Mostly somebody who sees something to work on, and of those mostly one who decides. */
function whoWorks(here: readonly Machine[], checks: Checks, random: Random): Machine {
  const sees = here.filter((machine) => machine.look((all) => all('SELECT id FROM main.item LIMIT 1'))?.length === 1);
  const decide = sees.filter((machine) => decidesHere(machine, checks));
  if (decide.length > 0 && random.chance(0.8)) return random.pick(decide);
  return random.pick(sees.length > 0 && random.chance(0.9) ? sees : here);
}

const personWorks: Step = {
  name: 'person',
  weight: 11,
  take: async (simulation, random) => {
    const here = simulation.machines.filter((machine) => machine.on() && machine.service().signedIn());
    if (here.length === 0) return undefined;
    const { checks } = simulation;
    const machine = whoWorks(here, checks, random);
    const words = simulation.words + 1;
    const favoured = simulation.options.plant?.favours?.work;
    const before = random.chance(0.7) ? await figuresOf(machine, words) : undefined;
    // several things in a row: what one decides the next one builds upon before the server knows of it
    for (let count = 1 + random.below(4); count > 0 && machine.on(); count--) {
      simulation.words += 1;
      await doWork(machine, random, `note ${simulation.words}`, checks, simulation.hit, favoured);
    }
    if (!before || !machine.on()) return `${machine.name} works`;
    const after = await figuresOf(machine, words + 1);
    if (after) {
      checkUnmoved(machine, before, after, checks);
      checkGross(machine, after, checks);
      if (workWaits(machine)) simulation.hit('figure read while work waits');
    }
    return `${machine.name} works and looks at its figures`;
  },
};

const businessGoesOn: Step = {
  name: 'business',
  weight: 9,
  take: async (simulation, random) => {
    if (!simulation.shared.idle()) return undefined;
    await doBusiness(simulation.shared, random, simulation.hit);
    return 'business';
  },
};

const nodePolls: Step = {
  name: 'poll',
  weight: 3,
  take: async (simulation, random) => {
    if (simulation.nodes.length === 0) return undefined;
    const node = random.pick(simulation.nodes);
    node.kick();
    await simulation.pulse.settle();
    return `${node.tenant.name} polls`;
  },
};

const timePasses: Step = {
  name: 'time',
  weight: 6,
  take: async (simulation, random) => {
    const by_ms = random.chance(0.1) ? 61_000 + random.below(60_000) : random.below(3000);
    simulation.time.advance(by_ms);
    await simulation.pulse.settle();
    return `${by_ms} ms pass`;
  },
};

/** A machine that died is switched on again; who sat there goes on. */
const machineRises: Step = {
  name: 'rise',
  weight: 6,
  take: async (simulation, random) => {
    const down = simulation.machines.filter((machine) => !machine.on());
    if (down.length === 0) return undefined;
    const machine = random.pick(down);
    await raise(simulation, machine);
    return `${machine.name} starts again`;
  },
};

const nodeRises: Step = {
  name: 'node',
  weight: 5,
  take: async (simulation, random) => {
    if (simulation.nodes.length >= 2 || (simulation.nodes.length === 1 && !random.chance(0.1))) return undefined;
    await simulation.drainDatabase();
    await simulation.startNode(random.chance(0.3));
    return 'a node starts';
  },
};

const STEPS: readonly Step[] = [
  serverRuns,
  requestArrives,
  answerArrives,
  machineActs,
  personWorks,
  businessGoesOn,
  nodePolls,
  timePasses,
  machineRises,
  nodeRises,
  ...RARE_STEPS,
];

/** How often a step comes in this run, beside the others. */
function weightIn({ options }: Simulation, { name, weight }: Step): number {
  return weight * (options.plant?.favours?.steps?.[name] ?? 1);
}

export async function takeStep(simulation: Simulation, random: Random): Promise<string | undefined> {
  for (const machine of simulation.machines) {
    if (!machine.fell()) continue;
    simulation.hit('client crash at a statement');
    machine.bury();
  }
  const all = STEPS.reduce((sum, step) => sum + weightIn(simulation, step), 0);
  for (let attempt = 0; attempt < 6; attempt++) {
    let at = random.fraction() * all;
    const step = STEPS.find((each) => (at -= weightIn(simulation, each)) < 0);
    const did = await step?.take(simulation, random);
    if (did !== undefined) return did;
  }
  return undefined;
}
