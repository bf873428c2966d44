/** Locks of a month nothing else happens in: set by area, asked to be opened, opened or kept by somebody else. */
import { LOCK_AREAS } from '#domain/close/locking.ts';
import type { Making } from './people.ts';
import { LOCKED_PERIOD, tag } from './world.ts';

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

export const LOCKING: readonly Making[] = [locks, locks, asks, answers, answers];
