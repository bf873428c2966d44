/**
 * Locks of a month: a soft lock keeps an area's books as they are, and a second person can open it again for some hours
 * with a reason; a hard lock is for all areas and for good. One rule: the copy predicts with it, the server decides by it,
 * and the database refuses what is booked into a locked area whoever books it.
 */
import { monthInWords } from '../calendarWords.ts';
import { type Answer, refuse } from '../answer.ts';
import { inARow } from './inARow.ts';

export const LOCK_AREAS = ['sales', 'purchasing', 'stock', 'ledger'] as const;
export type LockArea = (typeof LOCK_AREAS)[number];

export const LOCK_AREA_NAMES: Readonly<Record<LockArea, string>> = {
  sales: 'Sales',
  purchasing: 'Purchasing',
  stock: 'Stock',
  ledger: 'Ledger',
};

/** As they rest in a column: names with a space between. Throws on a word that is none of them. */
export function areasOfText(text: string): readonly LockArea[] {
  return text.split(' ').map((word) => {
    const area = LOCK_AREAS.find((each) => each === word);
    if (!area) throw new Error(`'${word}' is no area of a lock`);
    return area;
  });
}

export const LOCK_STEPS = [
  'soft_lock',
  'hard_lock',
  'reopening_asked',
  'reopening_given',
  'reopening_refused',
] as const;
export type LockStep = (typeof LOCK_STEPS)[number];

export const MOST_REOPENING_HOURS = 168;
const HOUR_MS = 3_600_000;

/** Throws on a word that is none. */
export function lockStepOf(text: string): LockStep {
  const step = LOCK_STEPS.find((each) => each === text);
  if (!step) throw new Error(`'${text}' is no step of a lock`);
  return step;
}

/** What was said of the locks of a period. */
export interface LockEvent {
  readonly id: string;
  readonly step: LockStep;
  readonly areas: readonly LockArea[];
  /** Of what is asked: how long the areas stay open from the moment it is given. */
  readonly hours: number | null;
  /** The event it answers. */
  readonly answers_id: string | null;
  readonly reason: string | null;
  readonly user_name: string;
  readonly at_ms: number;
}

export interface AreaLock {
  readonly state: 'open' | 'soft_locked' | 'reopened' | 'hard_locked';
  /** Until when a reopened area takes postings; null in any other state. */
  readonly open_until_ms: number | null;
  /** Who locked it, or opened it again, last. */
  readonly by: string | null;
  readonly at_ms: number | null;
  /** The reason it was opened again for. */
  readonly reason: string | null;
}

export interface Locks {
  readonly period_state: 'open' | 'soft_locked' | 'hard_locked';
  readonly areas: Readonly<Record<LockArea, AreaLock>>;
  /** Asked for and not answered, oldest first. */
  readonly asked: readonly LockEvent[];
}

const OPEN: AreaLock = { state: 'open', open_until_ms: null, by: null, at_ms: null, reason: null };

/**
 * How the locks stand at a moment, from what was said of them in the order the server took it. A period that came here
 * locked for good (of another system, or of years whose events are kept elsewhere) is so without an event.
 */
export function locksOf(events: readonly LockEvent[], now_ms: number, stored_state = 'open'): Locks {
  const first: AreaLock = stored_state === 'hard_locked' ? { ...OPEN, state: 'hard_locked' } : OPEN;
  const areas: Record<LockArea, AreaLock> = { sales: first, purchasing: first, stock: first, ledger: first };
  const asked = new Map<string, LockEvent>();
  for (const event of events) {
    const { step, user_name: by, at_ms } = event;
    if (step === 'hard_lock') {
      for (const area of LOCK_AREAS) areas[area] = { ...OPEN, state: 'hard_locked', by, at_ms };
      asked.clear();
    } else if (step === 'soft_lock') {
      for (const area of event.areas) areas[area] = { ...OPEN, state: 'soft_locked', by, at_ms };
    } else if (step === 'reopening_asked') asked.set(event.id, event);
    else {
      const question = asked.get(event.answers_id ?? '');
      asked.delete(event.answers_id ?? '');
      if (step === 'reopening_refused' || !question) continue;
      const open_until_ms = at_ms + (question.hours ?? 0) * HOUR_MS;
      for (const area of question.areas) {
        if (areas[area].state !== 'soft_locked') continue;
        areas[area] = { state: 'reopened', open_until_ms, by, at_ms, reason: question.reason };
      }
    }
  }
  for (const area of LOCK_AREAS) {
    const { open_until_ms, by, at_ms } = areas[area];
    // what was opened for some hours is locked again by itself
    if (open_until_ms !== null && open_until_ms <= now_ms) areas[area] = { ...OPEN, state: 'soft_locked', by, at_ms };
  }
  return { period_state: periodState(areas), areas, asked: [...asked.values()] };
}

/** What was done after it belongs to no binder of the month: its lock for good, or no moment at all. */
export function lockedUntil({ areas: { ledger } }: Locks): number {
  return (ledger.state === 'hard_locked' ? ledger.at_ms : null) ?? Number.MAX_SAFE_INTEGER;
}

function periodState(areas: Readonly<Record<LockArea, AreaLock>>): Locks['period_state'] {
  if (areas.ledger.state === 'hard_locked') return 'hard_locked';
  return LOCK_AREAS.every((area) => areas[area].state !== 'open') ? 'soft_locked' : 'open';
}

export interface LockQuestion {
  readonly step: LockStep;
  /** Of a lock or of what is asked; an answer has those of its question. */
  readonly areas: readonly LockArea[];
  readonly answers_id: string | null;
  readonly user_name: string;
  readonly may_prepare: boolean;
  readonly may_review: boolean;
  readonly locks: Locks;
  /** ISO days: the last day of the period, and today at the company. */
  readonly cut_off_on: string;
  readonly today_on: string;
  /** Titles of the period's tasks that are not signed by both. */
  readonly unsigned: readonly string[];
  /** Months of the company before this one that are not locked for good. */
  readonly earlier_open: readonly number[];
}

export type LockAnswer = Answer<
  | 'not_permitted'
  | 'hard_locked'
  | 'already_locked'
  | 'not_over'
  | 'earlier_open'
  | 'unsigned_tasks'
  | 'not_locked'
  | 'already_asked'
  | 'not_asked'
  | 'same_person'
>;

/** May this person take this step now? */
export function mayLock(question: LockQuestion): LockAnswer {
  const { step, locks, may_prepare, may_review } = question;
  const asks = step === 'reopening_asked';
  const waits = locks.asked.some(({ id }) => id === question.answers_id);
  const own = step === 'reopening_refused' && (!waits || takesBack(question));
  if (!(may_review || ((asks || own) && may_prepare))) {
    return refuse('rejected', 'not_permitted', `Your role may not ${asks ? 'ask for that' : 'lock or open a month'}.`);
  }
  if (locks.period_state === 'hard_locked') {
    return refuse('rejected', 'hard_locked', 'The month is locked for good. Book into the open month instead.');
  }
  switch (step) {
    case 'soft_lock':
      return maySoftLock(question);
    case 'hard_lock':
      return mayHardLock(question);
    case 'reopening_asked':
      return mayAsk(question);
    case 'reopening_given':
    case 'reopening_refused':
      return mayAnswer(question);
  }
}

function maySoftLock({ areas, locks, cut_off_on, today_on }: LockQuestion): LockAnswer {
  if (today_on <= cut_off_on) {
    return refuse('rejected', 'not_over', `The month runs until ${cut_off_on}. It can be locked the day after.`);
  }
  const locked = areas.filter((area) => locks.areas[area].state === 'soft_locked');
  if (locked.length === areas.length) {
    return refuse(
      'conflict',
      'already_locked',
      `${named(locked)} ${locked.length === 1 ? 'is' : 'are'} locked already.`,
    );
  }
  return { ok: true };
}

function mayHardLock({ locks, unsigned, earlier_open }: LockQuestion): LockAnswer {
  const open = LOCK_AREAS.filter((area) => locks.areas[area].state !== 'soft_locked');
  if (open.length > 0) {
    return refuse('rejected', 'not_locked', `Lock ${named(open)} first: a hard lock is for good.`);
  }
  const [earlier] = earlier_open;
  if (earlier !== undefined) {
    return refuse(
      'rejected',
      'earlier_open',
      `${monthInWords(earlier)} is not locked for good yet, and what is booked there stands in this month's balances. Lock it first.`,
    );
  }
  if (unsigned.length > 0) {
    return refuse(
      'rejected',
      'unsigned_tasks',
      `Not signed by both yet: ${inARow(unsigned, 3)}. A hard lock needs every task signed.`,
    );
  }
  return { ok: true };
}

function mayAsk({ areas, locks }: LockQuestion): LockAnswer {
  const open = areas.filter((area) => locks.areas[area].state !== 'soft_locked');
  if (open.length > 0) {
    return refuse('rejected', 'not_locked', `${named(open)} ${open.length === 1 ? 'takes' : 'take'} postings already.`);
  }
  const twice = areas.filter((area) => locks.asked.some((each) => each.areas.includes(area)));
  if (twice.length > 0) {
    return refuse(
      'conflict',
      'already_asked',
      `Opening ${named(twice)} was asked for already and waits for an answer.`,
    );
  }
  return { ok: true };
}

/** Whoever asked refuses it themselves: they take it back. */
export function takesBack({
  answers_id,
  locks,
  user_name,
}: Pick<LockQuestion, 'answers_id' | 'locks' | 'user_name'>): boolean {
  return locks.asked.some((each) => each.id === answers_id && each.user_name === user_name);
}

function mayAnswer({ step, answers_id, locks, user_name }: LockQuestion): LockAnswer {
  const asked = locks.asked.find((each) => each.id === answers_id);
  if (!asked) return refuse('conflict', 'not_asked', 'That was answered already, or the month was locked for good.');
  if (asked.user_name === user_name && step === 'reopening_given') {
    return refuse('rejected', 'same_person', 'You asked for it, so another person must answer. You can take it back.');
  }
  return { ok: true };
}

function named(areas: readonly LockArea[]): string {
  return areas.map((area) => LOCK_AREA_NAMES[area]).join(', ');
}
