/** Locks of a month nothing else happens in: set by area, asked to be opened, opened or kept by somebody else; and months opened and planned. */
import { addMonths } from '#domain/calendar.ts';
import { LOCK_AREAS } from '#domain/close/locking.ts';
import type { Making } from './people.ts';
import { COMPANY, LOCKED_PERIOD, tag } from './world.ts';

const locks: Making = (_, random) => {
  // for good seldom: nothing follows it
  const hard = random.chance(0.05);
  const step = hard ? 'hard_lock' : 'soft_lock';
  const areas = hard || random.chance(0.3) ? [...LOCK_AREAS] : [random.pick(LOCK_AREAS)];
  return { command: 'lockPeriod', args: { period_id: LOCKED_PERIOD, step, areas } };
};

const asks: Making = (_, random, words) => ({
  command: 'askReopening',
  args: {
    period_id: LOCKED_PERIOD,
    areas: [random.pick(LOCK_AREAS)],
    hours: 1 + random.below(20),
    reason: `${words} ${tag('f')}`,
  },
});

const answers: Making = (machine, random, words) => {
  const asked = machine.look((all) =>
    all<[string]>(
      `SELECT a.id FROM v_lock_event a WHERE a.step = 'reopening_asked' AND NOT EXISTS
         (SELECT 1 FROM v_lock_event b WHERE b.answers_id = a.id) ORDER BY a.id`,
    ),
  );
  if (!asked || asked.length === 0) return undefined;
  const verdict = random.chance(0.7) ? 'given' : 'refused';
  return {
    command: 'answerReopening',
    args: {
      period_id: LOCKED_PERIOD,
      asked_id: random.pick(asked)[0],
      verdict,
      reason: verdict === 'refused' || random.chance(0.3) ? `${words} ${tag('f')}` : null,
    },
  };
};

const opens: Making = (machine, random) => {
  const periods = machine.look((all) => all<[number | null]>('SELECT max(period) FROM main.close_period'));
  const last = periods?.[0]?.[0] ?? null;
  if (last === null) return undefined;
  // now and then one that is open already, or not the next
  return { command: 'openClose', args: { company_id: COMPANY, period: addMonths(last, random.pick([0, 1, 1, 1, 2])) } };
};

const plans: Making = (machine, random) => {
  const tasks = machine.look((all) => all<[number, number]>('SELECT id, ver FROM main.close_task ORDER BY id'));
  if (!tasks || tasks.length === 0) return undefined;
  const [task_id, task_ver] = random.pick(tasks);
  const owner = random.pick(['finance', 'controller', null]);
  return {
    command: 'planCloseTask',
    args: { task_id, task_ver, owner, reviewer: 'controller', due_day: 1 + random.below(9) },
  };
};

/** Binders made on this machine; the same one by several, and now and then a final one of a month that is not locked. */
const records: Making = (machine, random) => {
  const locked = machine.look((all) =>
    all<[string]>(`SELECT id FROM main.lock_event WHERE period_id = ${LOCKED_PERIOD} AND step = 'hard_lock'`),
  );
  if (!locked) return undefined;
  return {
    command: 'recordBinder',
    args: {
      period_id: LOCKED_PERIOD,
      manifest_hash: String(random.below(5)).repeat(64),
      final: locked.length > 0 ? random.chance(0.8) : random.chance(0.1),
      moment_ms: 1_793_000_000_000 + random.below(1000),
      checkpoint: random.below(1000),
      checkpoint_id: 'made up',
    },
  };
};

export const LOCKING: readonly Making[] = [locks, locks, asks, answers, answers, records];
export const CLOSING: readonly Making[] = [opens, plans, plans];
