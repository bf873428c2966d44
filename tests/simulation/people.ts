/** What people do at their machines: notes, sign-offs, marks, and now and then something no server can decide. */
import { BinnacleError } from '#contract/errors.ts';
import type { CommandName } from '#contract/commands.ts';
import type { Checks } from './checks.ts';
import type { Fault } from './faults.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import { COMPANY, ITEMS, SITES, tag, TASKS } from './world.ts';

interface Intent {
  readonly command: CommandName;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Refusals that tell the person what is wrong; anything else is a defect. */
const IN_WORDS = new Set(['not_found', 'not_permitted', 'conflict', 'too_large']);

function intend(machine: Machine, random: Random, words: string): Intent | undefined {
  const kind = random.below(10);
  if (kind < 4) {
    return { command: 'addItemNote', args: { item_id: random.pick(ITEMS), body: `${words} ${tag('g')}` } };
  }
  if (kind < 5) {
    const orders = machine.look((all) => all<[number]>('SELECT id FROM main.sales_order ORDER BY id'));
    if (!orders || orders.length === 0) return undefined;
    const [order_id] = random.pick(orders);
    // the order may have moved when this is decided: the words then stand where it is, not where their writer saw it
    return { command: 'addOrderNote', args: { order_id, body: `${words} ${tag('g')}` } };
  }
  if (kind < 9) {
    const tasks = machine.look((all) =>
      all<[number, number, string, number]>(
        'SELECT id, ver, content_hash, amount_minor FROM main.close_task ORDER BY id',
      ),
    );
    if (!tasks || tasks.length === 0) return undefined;
    const [task_id, task_ver, content_hash, amount_minor] = random.pick(tasks);
    const role = machine.user_name === 'controller' ? 'reviewer' : 'preparer';
    return { command: 'signCloseTask', args: { task_id, role, task_ver, content_hash, amount_minor } };
  }
  const site_id = random.chance(0.5) ? random.pick(SITES) : null;
  return {
    command: 'markException',
    args: {
      company_id: COMPANY,
      site_id,
      channel_id: null,
      key: site_id === null ? `close_changed:${random.pick(TASKS)}` : `runs_out:${random.pick(ITEMS)}:${site_id}`,
      kind: 'reopened',
      until_on: null,
      assigned_to: null,
    },
  };
}

/** Does one thing; what the service said it keeps is remembered as promised. */
export async function doWork(
  machine: Machine,
  random: Random,
  words: string,
  checks: Checks,
  hit: (fault: Fault) => void,
): Promise<void> {
  const poison = random.chance(0.1);
  // PostgreSQL keeps no NUL in a text: the server cannot decide this, and must not stumble over it for ever
  const intent = poison
    ? { command: 'addItemNote' as const, args: { item_id: ITEMS[0], body: `${words} \u0000 ${tag('g')}` } }
    : intend(machine, random, words);
  if (!intent) return;
  try {
    const { id } = (await machine.service().dispatch(intent.command, intent.args)) as { id: string };
    const key = `${machine.name}/${machine.user_name}`;
    const ids = checks.promised.get(key) ?? new Set();
    checks.promised.set(key, ids.add(id));
    if (poison) hit('poison mutation');
  } catch (error) {
    if (!machine.on()) return;
    if (error instanceof BinnacleError && IN_WORDS.has(error.code)) return;
    checks.fail(`${machine.name}: ${intent.command} failed: ${String(error)}`);
  }
}
