/** Locks of a month: set by area, for good, and opened again for some hours by two people. */
import { z } from 'zod';
import { LOCK_AREAS, MOST_REOPENING_HOURS } from '#domain/close/locking.ts';
import { MOST_DUE_DAY } from '#domain/close/opening.ts';

const Id = z.int().min(1);
/** Characters of a note on a close task. */
const MOST_NOTE = 2000;
const Reason = z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.');
const Areas = z
  .array(z.enum(LOCK_AREAS))
  .min(1, 'Choose an area.')
  .max(LOCK_AREAS.length)
  .refine((areas) => new Set(areas).size === areas.length, 'each area once');

/** A hard lock is for all areas and cannot be taken back. */
export const lockPeriod = {
  args: z
    .strictObject({ period_id: Id, step: z.enum(['soft_lock', 'hard_lock']), areas: Areas })
    .refine(
      ({ step, areas }) => step === 'soft_lock' || areas.length === LOCK_AREAS.length,
      'a hard lock is for every area',
    ),
};

export const askReopening = {
  args: z.strictObject({
    period_id: Id,
    areas: Areas,
    hours: z
      .int('Hours are a whole number.')
      .min(1, 'At least an hour.')
      .max(MOST_REOPENING_HOURS, 'At the most a week: 168 hours.'),
    reason: Reason,
  }),
};

export const answerReopening = {
  args: z
    .strictObject({
      period_id: Id,
      asked_id: z.uuid('that is no question'),
      verdict: z.enum(['given', 'refused']),
      reason: Reason.nullable(),
    })
    .refine(({ verdict, reason }) => verdict === 'given' || reason !== null, 'Say why it is refused.'),
};

/** The tasks come from the close before, of a first one from the template; reconciliations follow within minutes. */
export const openClose = {
  args: z.strictObject({
    company_id: Id,
    period: z
      .int()
      .refine(
        (period) => period >= 190001 && period <= 299912 && period % 100 >= 1 && period % 100 <= 12,
        'a month is yyyymm',
      ),
  }),
};

export const UserName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,39}$/, 'a user name is 2–40 small letters, digits, dots, dashes');

/** Who prepares and reviews a task (null = anyone with the role), and on which working day it is due. */
export const planCloseTask = {
  args: z.strictObject({
    task_id: Id,
    task_ver: z.int().min(0),
    owner: UserName.nullable(),
    reviewer: UserName.nullable(),
    due_day: z.int('A working day is a whole number.').min(1, 'The first working day is 1.').max(MOST_DUE_DAY),
    /** Nobody signs it without a file; left out by programs that know nothing of it: it stays as it is. */
    needs_evidence: z.boolean().optional(),
  }),
};

/** Takes a signature of one's own back; it stays in the records as withdrawn. */
export const withdrawSignoff = {
  args: z.strictObject({ task_id: Id, signoff_id: z.uuid('that is no signature'), reason: Reason }),
};

/** Something said of a close task; a name with an @ asks that person for a word. */
export const addCloseNote = {
  args: z
    .strictObject({
      task_id: Id,
      body: z
        .string()
        .trim()
        .min(1, 'Write something first.')
        .max(MOST_NOTE, `A note holds up to ${MOST_NOTE} characters.`),
      /** Who is to do what it says; null = nobody is. */
      assigned_to: UserName.nullable(),
      /** The note whose work this one says is done. */
      answers_id: z.uuid().nullable(),
    })
    .refine((args) => args.assigned_to === null || args.answers_id === null, 'what is done is given to nobody'),
};
