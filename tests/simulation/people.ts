/** What people do at their machines: every command there is, and now and then something no server can decide. */
import { BinnacleError } from '#contract/errors.ts';
import { isoDate } from '#domain/calendar.ts';
import { foreseenTasks } from '#db/close/foreseenTasks.ts';
import type { CommandName } from '#contract/commands.ts';
import type { Checks } from './checks.ts';
import { DECIDING } from './deciding.ts';
import { FILING } from './filing.ts';
import type { Fault } from './faults.ts';
import { PROPOSING } from './journal.ts';
import { CLOSING, LOCKING } from './locking.ts';
import type { Machine } from './machine.ts';
import { PLANNING } from './planning.ts';
import { TRANSFERRING } from './transferring.ts';
import type { Random } from './random.ts';
import type { Foretold } from './workChecks.ts';
import { COMPANY, CUSTOMER, ITEMS, LOCKED_PERIOD, SITES, tag, TASKS } from './world.ts';

interface Intent {
  readonly command: CommandName;
  readonly args: Readonly<Record<string, unknown>>;
}
/** Makes up something to do of what the machine shows; undefined = there is nothing of the kind. */
export type Making = (
  machine: Machine,
  random: Random,
  words: string,
) => Intent | undefined | Promise<Intent | undefined>;

/** Refusals that tell the person what is wrong; anything else is a defect. */
const IN_WORDS = new Set(['not_found', 'not_permitted', 'conflict', 'too_large', 'bad_arguments']);
/** How it says that nobody decides about their own. */
const OWN =
  /^(You decided this yourself|You drafted this change|Whoever wants an order|You asked for this yourself|You proposed or worded|You made this draft|You decided lines)/;
/** How it says that an order waits for somebody else to see it. */
const HELD = /^Nobody else saw lines/;

const NOTES: Making = (machine, random, words) => {
  if (random.chance(0.75)) {
    return { command: 'addItemNote', args: { item_id: random.pick(ITEMS), body: `${words} ${tag('g')}` } };
  }
  const orders = machine.look((all) => all<[number]>('SELECT id FROM main.sales_order ORDER BY id'));
  if (!orders || orders.length === 0) return undefined;
  const [order_id] = random.pick(orders);
  // the order may have moved when this is decided: the words then stand where it is, not where their writer saw it
  return { command: 'addOrderNote', args: { order_id, body: `${words} ${tag('g')}` } };
};

const SIGNS: Making = (machine, random) => {
  const tasks = machine.look((all) => {
    const stored = all<[number, number, number, number, string | null, string | null]>(
      'SELECT id, period_id, ver, amount_minor, owner, reviewer FROM main.close_task ORDER BY id',
    );
    return stored.flatMap(([id, period_id, ver, amount_minor, owner, reviewer]) => {
      const task = foreseenTasks((sql, values) => all(sql, ...values), period_id).get(id);
      return task ? [{ ...task, ver, amount_minor, owner, reviewer }] : [];
    });
  });
  if (!tasks || tasks.length === 0) return undefined;
  // over the signer’s own words on their way, where there are any
  const said = tasks.filter(({ lines }) => lines !== null);
  const {
    id: task_id,
    ver: task_ver,
    content_hash,
    amount_minor,
    owner,
    reviewer,
  } = random.pick(said.length > 0 && random.chance(0.7) ? said : tasks);
  const role = machine.user_name === 'controller' ? 'reviewer' : 'preparer';
  const named = role === 'preparer' ? owner : reviewer;
  // now and then without knowing whom the plan names
  const stands_in_for = random.chance(0.9) && named !== machine.user_name ? named : null;
  return { command: 'signCloseTask', args: { task_id, role, task_ver, content_hash, amount_minor, stands_in_for } };
};

const WITHDRAWS: Making = (machine, random, words) => {
  const signed = machine.look((all) =>
    all<[string, number, string]>(
      'SELECT id, task_id, user_name FROM v_signoff WHERE withdraws_id IS NULL ORDER BY id',
    ),
  );
  // now and then another's
  const own = signed?.filter(([, , user_name]) => user_name === machine.user_name || random.chance(0.1)) ?? [];
  if (own.length === 0) return undefined;
  const [signoff_id, task_id] = random.pick(own);
  return { command: 'withdrawSignoff', args: { task_id, signoff_id, reason: `${words} ${tag('f')}` } };
};

const FOLLOWS_UP: Making = (machine, random, words) => {
  const promised_on = random.chance(0.5) ? isoDate(Math.floor(machine.clock() / 86_400_000) + random.below(9)) : null;
  if (promised_on === null) {
    const body = `@controller ${words} ${tag('f')}`;
    return {
      command: 'addCloseNote',
      args: { task_id: random.pick(TASKS), body, assigned_to: null, answers_id: null },
    };
  }
  return {
    command: 'addFollowUp',
    args: { company_id: COMPANY, party_id: CUSTOMER, said: `${words} ${tag('f')}`, promised_on, next_on: null },
  };
};

const RECONCILES: Making = (machine, random) => {
  const periods = machine.look((all) =>
    all<[number]>(`SELECT id FROM main.close_period WHERE id <> ${LOCKED_PERIOD} ORDER BY id`),
  );
  if (!periods || periods.length === 0) return undefined;
  return { command: 'reconcile', args: { period_id: random.pick(periods)[0] } };
};

const EXPLAINS: Making = (machine, random, words) => {
  const items = machine.look((all) =>
    all<[number, number, string | null]>(
      `SELECT id, task_id, explanation FROM main.close_task_line WHERE side = 'item' ORDER BY id`,
    ),
  );
  if (!items || items.length === 0) return undefined;
  const [line_id, task_id, seen_explanation] = random.pick(items);
  return { command: 'explainItem', args: { task_id, line_id, explanation: `${words} ${tag('f')}`, seen_explanation } };
};

const MARKS: Making = (_, random) => {
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
};

const DECIDE: ReadonlySet<string> = new Set(['planner', 'buyer', 'finance', 'controller']);
/** Has a role that decides on purchases, orders or rules. */
export function decidesHere({ user_name }: Machine, { grants }: Checks): boolean {
  return grants.get(user_name)?.some(({ role }) => DECIDE.has(role)) ?? false;
}

const DAILY: readonly Making[] = [
  NOTES,
  NOTES,
  SIGNS,
  SIGNS,
  WITHDRAWS,
  MARKS,
  FOLLOWS_UP,
  RECONCILES,
  EXPLAINS,
  FILING,
];
const OTHERS = [
  ...([PLANNING, PLANNING, PLANNING, DECIDING, DECIDING] as const),
  ...([TRANSFERRING, TRANSFERRING, LOCKING, LOCKING, [...CLOSING, SIGNS, SIGNS, WITHDRAWS], PROPOSING] as const),
] as const;
const TRIES = 4;

/** Something this person can do now as far as they know, or believes to. */
async function intend(
  machine: Machine,
  random: Random,
  words: string,
  decides: boolean,
  favoured: readonly Making[] | undefined,
): Promise<Intent | undefined> {
  // whoever decides nothing tries to now and then, and is told
  const usual = random.chance(decides ? 0.2 : 0.8) ? DAILY : random.pick(OTHERS);
  const kinds = favoured && random.chance(0.8) ? favoured : usual;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = await random.pick(kinds)(machine, random, words);
    if (found) return found;
  }
  return undefined;
}

/** Are words of this task on their way? */
function wordsWait(machine: Machine, task_id: number): boolean {
  const waiting = machine.look((all) =>
    all<[number]>(
      `SELECT 1 FROM work.outbox WHERE command = 'explainItem' AND state IN ('pending', 'sent')
       AND json_extract(args_json, '$.task_id') = ?`,
      task_id,
    ),
  );
  return (waiting?.length ?? 0) > 0;
}

/** Does one thing; what the service said it keeps is remembered as promised, with what it said it would write. */
export async function doWork(
  machine: Machine,
  random: Random,
  words: string,
  checks: Checks,
  hit: (fault: Fault) => void,
  favoured?: readonly Making[],
): Promise<void> {
  const poison = random.chance(0.05);
  // PostgreSQL keeps no NUL in a text: the server cannot decide this, and must not stumble over it for ever
  const intent = poison
    ? { command: 'addItemNote' as const, args: { item_id: ITEMS[0], body: `${words} \u0000 ${tag('g')}` } }
    : await intend(machine, random, words, decidesHere(machine, checks), favoured);
  if (!intent) return;
  const kept = await doThis(machine, intent, checks, hit, poison);
  // a signature is thought over soonest by who has just given it
  if (kept && intent.command === 'signCloseTask' && random.chance(0.5)) {
    const withdrawal = await WITHDRAWS(machine, random, words);
    if (withdrawal) await doThis(machine, withdrawal, checks, hit);
  }
  // whoever has said why usually signs next, before the words are gone
  if (!kept || intent.command !== 'explainItem' || !random.chance(0.7)) return;
  const signature = await SIGNS(machine, random, words);
  if (signature) await doThis(machine, signature, checks, hit);
}

/** Answers whether the service keeps it. */
async function doThis(
  machine: Machine,
  intent: Intent,
  checks: Checks,
  hit: (fault: Fault) => void,
  poison = false,
): Promise<boolean> {
  const over_words = intent.command === 'signCloseTask' && wordsWait(machine, Number(intent.args['task_id']));
  const while_loading =
    machine.look((all) => all('SELECT 1 FROM main.bucket WHERE state <> ? LIMIT 1', 'complete').length > 0) ?? true;
  try {
    const { id } = (await machine.service().dispatch(intent.command, intent.args)) as { id: string };
    const key = `${machine.name}/${machine.user_name}`;
    const ids = checks.promised.get(key) ?? new Set();
    checks.promised.set(key, ids.add(id));
    const [queued] =
      machine.look((all) => all<[string]>('SELECT effects_json FROM work.outbox WHERE id = ?', id)) ?? [];
    const effects = JSON.parse(queued?.[0] ?? '[]') as Foretold['effects'];
    if (over_words) checks.over_words.add(id);
    checks.foretold.set(id, { command: intent.command, effects, while_loading });
    if (poison) hit('poison mutation');
    return true;
  } catch (error) {
    if (!machine.on()) return false;
    if (error instanceof BinnacleError && IN_WORDS.has(error.code)) {
      if (OWN.test(error.message)) hit('own approval refused');
      if (HELD.test(error.message)) hit('order held for a second person');
      return false;
    }
    checks.fail(`${machine.name}: ${intent.command} failed: ${String(error)}`);
    return false;
  }
}
