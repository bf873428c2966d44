/** How the month stands: its locks, every step of them, and the tasks with who signed what. */
import { isoDate } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import {
  type AreaLock,
  LOCK_AREA_NAMES,
  LOCK_AREAS,
  type LockArea,
  type LockEvent,
  locksOf,
  type LockStep,
} from '#domain/close/locking.ts';
import { counts } from '#domain/close/signing.ts';
import { minorDigits } from '#domain/money.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { date, decimal, integer, moment, text, yesNo } from '#db/exports/table.ts';
import { acceptedLockEvents } from '#db/close/lockEvents.ts';
import { binderTable, type MakeSection } from '../section.ts';
import { periodTasks, signedStandings, taskSignoffs } from '../standing.ts';

const LOCK_WORDS = {
  open: 'Open',
  soft_locked: 'Soft-locked',
  reopened: 'Opened again',
  hard_locked: 'Locked for good',
} as const;

const STEP_WORDS: Readonly<Record<LockStep, string>> = {
  soft_lock: 'Locked',
  hard_lock: 'Locked for good',
  reopening_asked: 'Asked to open',
  reopening_given: 'Opened again',
  reopening_refused: 'Opening refused',
};

function stepWords({ step, answers_id, user_name }: LockEvent, events: readonly LockEvent[]): string {
  const own = events.some((each) => each.id === answers_id && each.user_name === user_name);
  return own && step === 'reopening_refused' ? 'Asking taken back' : STEP_WORDS[step];
}

/** Without a step: see `locksOf`. */
const LOCKED_BEFORE = 'The month was locked before it came here: no step is recorded.';

type Area = AreaLock & { readonly area: LockArea };

export const statusSection: MakeSection = async ({ context, period, snapshot }) => {
  const events = await acceptedLockEvents(context.db, period.id);
  const locks = locksOf(events, snapshot.moment_ms, period.state);
  return {
    title: 'Status and locks',
    words: [
      snapshot.final
        ? `${monthInWords(period.period)} is locked for good and nothing is lacking: this binder is final.`
        : `This binder is a draft. What it lacks to be final: ${snapshot.lacking.join('; ')}.`,
    ],
    facts: [
      ['Status', LOCK_WORDS[locks.period_state]],
      ['Cut-off', isoDate(period.cut_off_on)],
    ],
    tables: [
      binderTable<Area>(
        { id: 'locks', title: 'Locks by area' },
        [
          text('area', 'Area', (row) => LOCK_AREA_NAMES[row.area], 14),
          text('state', 'State', (row) => LOCK_WORDS[row.state], 18),
          text('by', 'By', (row) => row.by),
          moment('at', 'At', (row) => row.at_ms),
          text('reason', 'Reason', (row) => row.reason, 40),
        ],
        LOCK_AREAS.map((area) => ({ area, ...locks.areas[area] })),
      ),
      binderTable<LockEvent>(
        {
          id: 'lock-steps',
          title: 'Every step of the locks',
          empty: locks.period_state === 'open' ? 'No lock was set.' : LOCKED_BEFORE,
        },
        [
          moment('at', 'At', (row) => row.at_ms),
          text('step', 'Step', (row) => stepWords(row, events), 18),
          text('areas', 'Areas', (row) => row.areas.map((area) => LOCK_AREA_NAMES[area]).join(', '), 30),
          integer('hours', 'Hours', (row) => row.hours),
          text('by', 'By', (row) => row.user_name),
          text('reason', 'Reason', (row) => row.reason, 40),
        ],
        events,
      ),
    ],
  };
};

const STATE_WORDS = { open: 'Open', prepared: 'In review', signed: 'Signed', changed: 'Changed since' } as const;
const ROLE_WORDS: Readonly<Record<string, string>> = { preparer: 'Prepared', reviewer: 'Reviewed' };

function signedAs({ role, withdraws_id }: TableRow<'signoff'>): string {
  const as = ROLE_WORDS[role] ?? role;
  return withdraws_id === null ? as : `${as}: withdrawn`;
}

function signerWords({ user_name, for_user }: TableRow<'signoff'>): string {
  return for_user === null ? user_name : `${user_name} for ${for_user}`;
}

interface Signed extends TableRow<'signoff'> {
  readonly code: string;
  readonly bears: boolean;
}

export const tasksSection: MakeSection = async (ground) => {
  const tasks = await periodTasks(ground.context, ground.period.id);
  const signoffs = await taskSignoffs(ground.context, tasks);
  const byTask = Map.groupBy(signoffs, (each) => each.task_id);
  const standings = signedStandings(ground.period, tasks, signoffs);
  const states = tasks.map((task) => ({ ...task, signed_state: standings.get(task.code)?.state ?? 'open' }));
  const { currency } = ground.company;
  const signedCount = states.filter(({ signed_state }) => signed_state === 'signed').length;
  const rows: readonly Signed[] = tasks.flatMap((task) => {
    const own = byTask.get(task.id) ?? [];
    const standing = standings.get(task.code)?.signoffs.filter((each) => counts(each, task.content_hash)) ?? [];
    const bearing = new Set(standing.map(({ id }) => id));
    return own.map((each) => ({ ...each, code: task.code, bears: bearing.has(each.id) }));
  });
  return {
    title: 'Tasks and signatures',
    words: [
      `${signedCount} of ${tasks.length} tasks are signed by preparer and reviewer.`,
      'A signature binds to the SHA-256 of the lines of both sides, the items and their explanations. One whose content hash is not that of the task was given to other lines, and counts no more.',
      ...(ground.snapshot.final
        ? []
        : ['Nor does one given before something the task depends on was signed again, or while that is open.']),
    ],
    facts: [],
    tables: [
      binderTable<(typeof states)[number]>(
        { id: 'tasks', title: 'Tasks' },
        [
          text('code', 'Task', (row) => row.code, 14),
          text('title', 'Title', (row) => row.title, 30),
          text('account', 'Account', (row) => row.account, 10),
          text('owner', 'Preparer', (row) => row.owner, 12),
          text('reviewer', 'Reviewer', (row) => row.reviewer, 12),
          date('due', 'Due', (row) => isoDate(row.due_on)),
          text('state', 'State', (row) => STATE_WORDS[row.signed_state], 13),
          decimal('amount', `Amount, ${currency}`, minorDigits(currency), (row) => row.amount_minor),
          { ...text('hash', 'Content hash', (row) => row.content_hash, 64), share: 0 },
        ],
        states,
      ),
      binderTable<Signed>(
        { id: 'signatures', title: 'Signatures', empty: 'Nothing is signed.' },
        [
          text('code', 'Task', (row) => row.code, 14),
          text('role', 'As', signedAs, 10),
          text('user', 'By', signerWords, 12),
          moment('signed', 'Signed', (row) => row.signed_at),
          moment('accepted', 'Taken by the server', (row) => row.accepted_at),
          text('device', 'Machine', (row) => row.device, 12),
          decimal('amount', `Amount, ${currency}`, minorDigits(currency), (row) => row.amount_minor),
          yesNo('bears', 'Holds', (row) => row.bears),
          { ...text('hash', 'Content hash signed', (row) => row.content_hash, 64), share: 33 },
        ],
        rows,
      ),
    ],
  };
};
