/** The faults end, everybody synchronises, and what is on the machines is held against hand-written SQL. */
import type { VerifyResult } from '#contract/actions.ts';
import { wireTableById } from '#contract/wire/tables.ts';
import { Violation } from './checks.ts';
import type { All, Machine } from './machine.ts';
import type { Simulation } from './simulation.ts';
import { endedStreamsAreClosed } from './sessionChecks.ts';
import { raise } from './step.ts';
import { maySee, readTruth, type Truth } from './truth.ts';
import { TRUTH, TRUTH_NAMES } from './truthTables.ts';
import { brokenPromise } from './workChecks.ts';
import { USERS } from './world.ts';

/** Lets everything that is under way come to its end, without faults. */
export async function flow(simulation: Simulation): Promise<void> {
  const { network, shared } = simulation;
  for (let round = 0; ; round++) {
    if (round > 200_000) throw new Violation('without faults the work never ends');
    const [ready] = network.ready();
    const [asked] = network.asked();
    const [node] = simulation.nodes;
    if (shared.choices() > 0) await shared.advance(0, 'runs');
    else if (ready) await network.deliver(ready);
    else if (asked && node) await network.arrive(asked, node, false);
    else if (asked) await network.drop(asked);
    else return;
    simulation.check();
  }
}

async function untilDone(
  simulation: Simulation,
  machine: Machine,
  name: string,
  run: Parameters<Machine['begin']>[1],
): Promise<void> {
  let failed: Error | undefined;
  await machine.begin(name, async (service) => {
    try {
      return await run(service);
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  });
  await flow(simulation);
  if (machine.operation !== null) throw new Violation(`${machine.name}: ${name} hangs although nothing is wrong`);
  if (failed !== undefined) throw failed;
}

/** Brings whoever sits there to the head; signs in again where the session ended. */
async function bringToHead(simulation: Simulation, machine: Machine): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await untilDone(simulation, machine, 'sync', (service) => service.syncOnce());
      return;
    } catch (error) {
      if (error instanceof Violation) throw error;
      if (attempt >= 3) {
        throw new Violation(`${machine.name} cannot synchronise although nothing is wrong: ${String(error)}`);
      }
      await simulation.signIn(machine);
    }
  }
}

export async function calmDown(simulation: Simulation): Promise<void> {
  simulation.server_crash_in = null;
  for (const machine of simulation.machines) machine.crash_in = null;
  if (simulation.nodes.length === 0) await simulation.startNode(true);
  await flow(simulation);
  for (const node of simulation.nodes) await simulation.beat(node);
  await flow(simulation);
  for (const node of simulation.nodes) endedStreamsAreClosed(simulation, node);
  for (const machine of simulation.machines) {
    machine.clock_offset_ms = 0;
    if (!machine.on()) await raise(simulation, machine);
    machine.crash_in = null;
  }
  await followersKeepUp(simulation);
  // twice: what one sends the others receive
  for (let round = 0; round < 2; round++) {
    for (const machine of simulation.machines) {
      for (const user_name of peopleAt(simulation, machine)) {
        if (machine.user_name !== user_name || !machine.service().signedIn()) {
          await simulation.signIn(machine, user_name);
        }
        await bringToHead(simulation, machine);
      }
    }
  }
  await simulation.drainDatabase();
  for (const machine of simulation.machines) await isEqual(simulation, machine);
  for (const machine of simulation.machines.slice(0, 1)) await isMended(simulation, machine);
  await nothingIsMissing(simulation);
}

function peopleAt(simulation: Simulation, machine: Machine): readonly string[] {
  const others = Object.keys(USERS).filter(
    (name) => name !== machine.user_name && simulation.checks.promised.has(`${machine.name}/${name}`),
  );
  return [...others, machine.user_name];
}

/** Whoever follows by itself needs nothing but time. */
async function followersKeepUp(simulation: Simulation): Promise<void> {
  const following = simulation.machines.filter(
    (machine) => machine.parts.follows === true && machine.service().signedIn() && !machine.needsSignIn(),
  );
  for (let round = 0; round < 3; round++) {
    // as long as anybody waits between two attempts
    simulation.time.advance(61_000);
    await simulation.pulse.settle();
    for (const node of simulation.nodes) {
      node.kick();
      await simulation.beat(node);
    }
    await simulation.pulse.settle();
    await flow(simulation);
  }
  for (const machine of following)
    if (machine.service().signedIn() && !machine.needsSignIn()) await holdsWhatItMay(simulation, machine);
}

async function isEqual(simulation: Simulation, machine: Machine): Promise<void> {
  await bringToHead(simulation, machine);
  await holdsWhatItMay(simulation, machine);
  const found = await verify(simulation, machine);
  if (!found.equal || found.repaired_buckets + found.repaired_rows !== 0) {
    throw new Violation(`${machine.name}: verify found ${found.unequal_tables.join(', ')}`);
  }
}

async function holdsWhatItMay(simulation: Simulation, machine: Machine): Promise<void> {
  const truth = await readTruth(simulation.shared.pglite, undefined);
  const grants = simulation.checks.grants.get(machine.user_name) ?? [];
  machine.look((all) => {
    const [[client_id] = []] = all<[string]>('SELECT client_id FROM work.work_meta');
    const missing = all<[number]>("SELECT count(*) FROM main.bucket WHERE state <> 'complete'")[0]?.[0];
    if (missing !== 0) throw new Violation(`${machine.name}: ${missing} buckets are missing although nothing is wrong`);
    for (const table of TRUTH_NAMES)
      tableIsEqual(machine, table, truth, all, (place) => maySee(grants, table, place, client_id));
    for (const [tbl] of all<[number]>('SELECT DISTINCT tbl FROM main.bucket WHERE rows > 0')) {
      const name = wireTableById(tbl)?.name ?? '';
      if (!(name in TRUTH)) throw new Violation(`${machine.name} holds rows of ${name}, where nobody wrote any`);
    }
    const waiting = all<[string, string, number]>(
      "SELECT id, state, attempts FROM work.outbox WHERE state IN ('pending', 'sent') AND discarded_at_ms IS NULL",
    );
    if (waiting.length > 0) throw new Violation(`${machine.name}: still waiting: ${JSON.stringify(waiting)}`);
    const left = all<[string]>('SELECT mutation_id FROM work.overlay');
    if (left.length > 0) throw new Violation(`${machine.name}: predictions are left over: ${JSON.stringify(left)}`);
  });
}

/** A copy that was changed behind its service's back is found out, and only the row is mended. */
async function isMended(simulation: Simulation, machine: Machine): Promise<void> {
  if (!machine.damage("UPDATE item SET name = name || '!' WHERE id = (SELECT max(id) FROM item)")) return;
  simulation.hit('row changed behind its back');
  const found = await verify(simulation, machine);
  machine.damaged = false;
  if (found.equal || found.repaired_rows !== 1 || found.repaired_buckets !== 0) {
    throw new Violation(`${machine.name}: a changed row was not mended: ${JSON.stringify(found)}`);
  }
  await isEqual(simulation, machine);
}

async function verify(simulation: Simulation, machine: Machine): Promise<VerifyResult> {
  let found: VerifyResult | undefined;
  await untilDone(simulation, machine, 'verify', async (service) => {
    found = await service.verify();
  });
  if (!found) throw new Violation(`${machine.name}: verify said nothing`);
  return found;
}

function tableIsEqual(
  machine: Machine,
  table: string,
  truth: Truth,
  all: All,
  visible: (place: readonly [number, number, number, number, string]) => boolean,
): void {
  const expected = [...(truth.get(table) ?? [])]
    .filter(([, row]) => visible(row.place))
    .map(([key, row]) => `${key} ${row.text}`)
    .toSorted();
  const columns = Object.keys(TRUTH[table]?.values ?? {});
  const found = all<[string | number, ...unknown[]]>(`SELECT id, ver, ${columns.join(', ')} FROM main.${table}`)
    .map(([key, ...values]) => `${key} ${JSON.stringify(values)}`)
    .toSorted();
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  const lacking = expected.filter((row) => !found.includes(row)).slice(0, 3);
  const extra = found.filter((row) => !expected.includes(row)).slice(0, 3);
  throw new Violation(
    `${machine.name} (${machine.user_name}): ${table} is not what ${machine.user_name} may see; lacks ${JSON.stringify(lacking)}, has ${JSON.stringify(extra)}`,
  );
}

/** Everything that was promised was decided, once; what was accepted is there. */
async function nothingIsMissing(simulation: Simulation): Promise<void> {
  const { pglite } = simulation.shared;
  const { rows } = await pglite.query<{ id: string; command: string; state: string }>(
    'select id, command, state from mutation_outcome',
  );
  const outcomes = new Map(rows.map((row) => [row.id, row]));
  const truth = await readTruth(pglite, undefined);
  const { checks } = simulation;
  for (const [key, ids] of checks.promised) {
    for (const id of ids) {
      const outcome = outcomes.get(id);
      if (!outcome) {
        if (checks.forgotten.has(id)) continue;
        throw new Violation(`${key}: mutation ${id} was promised and the server never decided it`);
      }
      const foretold = checks.foretold.get(id);
      const wrong = foretold && brokenPromise(truth, id, outcome.state, foretold);
      if (wrong !== undefined) throw new Violation(`${key}: ${outcome.command} ${id} ${wrong}`);
    }
  }
}
