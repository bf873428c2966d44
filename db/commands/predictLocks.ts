/** What a lock of a month, or opening it again, would do, told from the copy. */
import { isoDate } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import {
  LOCK_AREA_NAMES,
  LOCK_AREAS,
  type LockArea,
  locksOf,
  type LockStep,
  mayLock,
  takesBack,
} from '#domain/close/locking.ts';
import { unsignedTitles } from '#domain/close/monthStanding.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { foreseenTasks } from '#db/close/foreseenTasks.ts';
import { earlierOpen, readLockEvents } from '#db/close/lockEvents.ts';
import { standingHere } from '#db/close/standing.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

interface Period {
  readonly id: number;
  readonly company_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: number;
}
interface Step {
  readonly step: LockStep;
  readonly areas: readonly LockArea[];
  readonly hours: number | null;
  readonly answers_id: string | null;
  readonly reason: string | null;
}

export function predictLock(
  context: PredictContext,
  { period_id, step, areas }: CommandArgs<'lockPeriod'>,
): Prediction {
  return predictStep(context, period_id, { step, areas, hours: null, answers_id: null, reason: null });
}

export function predictAsking(context: PredictContext, args: CommandArgs<'askReopening'>): Prediction {
  const { period_id, areas, hours, reason } = args;
  return predictStep(context, period_id, { step: 'reopening_asked', areas, hours, answers_id: null, reason });
}

export function predictAnswering(context: PredictContext, args: CommandArgs<'answerReopening'>): Prediction {
  const step = args.verdict === 'given' ? 'reopening_given' : 'reopening_refused';
  const { period_id, asked_id: answers_id, reason } = args;
  return predictStep(context, period_id, { step, areas: [], hours: null, answers_id, reason });
}

function predictStep(context: PredictContext, period_id: number, step: Step): Prediction {
  const { reader, user, made_at_ms } = context;
  const period = reader
    .prepare<[number], Period>('SELECT id, company_id, period, state, cut_off_on FROM main.close_period WHERE id = ?')
    .get(period_id);
  if (!period) throw new BinnacleError('not_found', 'That period is not on this machine.');
  const locks = locksOf(readLockEvents(reader, period.id), made_at_ms, period.state);
  const grants = domainGrants(user.grants);
  const answer = mayLock({
    step: step.step,
    areas: step.areas,
    answers_id: step.answers_id,
    user_name: user.name,
    may_prepare: grantsPermit(grants, 'prepare_close', { company_id: period.company_id }),
    may_review: grantsPermit(grants, 'review_close', { company_id: period.company_id }),
    locks,
    cut_off_on: isoDate(period.cut_off_on),
    today_on: isoDate(companyDay(context, period.company_id).today_on),
    unsigned: step.step === 'hard_lock' ? unsignedOf(context, { id: period.id, state: locks.period_state }) : [],
    earlier_open: earlierOpen(scanner(reader), period),
  });
  if (!answer.ok) throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  const own = step.step === 'reopening_refused' && takesBack({ ...step, locks, user_name: user.name });
  const asked = locks.asked.find(({ id }) => id === step.answers_id);
  const areas = LOCK_AREAS.filter((area) => (asked?.areas ?? step.areas).includes(area));
  return {
    lane: `close_period:${period.id}`,
    title: `${own ? 'Take back: open' : VERBS[step.step]} ${nameOf(areas)}, ${monthInWords(period.period)}`,
    effects: [
      {
        tbl: 'lock_event',
        pk: context.mutation_id,
        image: [
          period.company_id,
          period.id,
          step.step,
          areas.join(' '),
          step.hours,
          step.answers_id,
          step.reason,
          user.name,
          made_at_ms,
          made_at_ms,
        ],
      },
    ],
  };
}

const VERBS: Readonly<Record<LockStep, string>> = {
  soft_lock: 'Lock',
  hard_lock: 'Lock for good',
  reopening_asked: 'Ask to open',
  reopening_given: 'Open again',
  reopening_refused: 'Keep locked',
};

function nameOf(areas: readonly LockArea[]): string {
  if (areas.length === LOCK_AREAS.length) return 'all areas';
  return areas.map((area) => LOCK_AREA_NAMES[area].toLowerCase()).join(', ');
}

function unsignedOf(
  { reader }: PredictContext,
  period: { readonly id: number; readonly state: string },
): readonly string[] {
  const { tasks, standing } = standingHere(reader, period, foreseenTasks(scanner(reader), period.id));
  return unsignedTitles(tasks, (code) => standing.get(code)?.state);
}
