/**
 * Editions: rows as they stood at one moment, kept while a screen reads blocks of them. What is scrolled to, unfolded or
 * sorted meanwhile comes from the same edition, so that nothing moves under a hand; newer rows make another edition beside
 * it. The oldest go when there are too many: whoever reads on in one that is gone is given the newest, under its own name.
 */
import { createHash } from 'node:crypto';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from './context.ts';
import { tableVersions } from './readCache.ts';

export interface Edition<T> {
  readonly id: string;
  readonly value: T;
  /** What the replica said of itself when it last held these very rows. */
  standing: QueryContext['replica'];
}

interface KeptEdition<T> extends Edition<T> {
  /** For whom and of what; nobody else may read on in it. */
  readonly subject: string;
  readonly versions: string;
  used_at_ms: number;
}

/** The latest used last; one list a reader and kind. */
export type Editions<T> = KeptEdition<T>[];

/** An edition that newer rows have replaced and nobody reads is let go after so long. */
export const REST_MS = 15 * 60_000;

export interface EditionQuestion<T> {
  /** What it is of; of the person and their rights it is besides. */
  readonly of: unknown;
  /** The tables its rows are made of. */
  readonly tables: readonly WireTableName[];
  /** The day it speaks of, where another day makes other rows. */
  readonly as_of_on: number | null;
  /** What else its rows are made of, besides tables. */
  readonly also?: string;
  /** So many are kept of this kind. */
  readonly most: number;
  /** `before`: the latest of the same subject, whose unchanged parts may be used again. */
  readonly make: (before: T | undefined) => Promise<T>;
}

/** The edition of this name, if it is still here and this person's; else the newest. */
export async function editionOf<T>(
  context: QueryContext,
  kept: Editions<T>,
  question: EditionQuestion<T>,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<T>; readonly newer: boolean }> {
  const { now_ms } = context;
  const subject = subjectOf(context, question.of);
  const versions = `${tableVersions(context, question.tables)} on ${question.as_of_on} ${question.also ?? ''}`;
  const isNewest = (each: KeptEdition<T>): boolean => each.subject === subject && each.versions === versions;
  forgetRested(kept, isNewest, now_ms);
  const found =
    kept.find((each) => wanted !== undefined && each.id === wanted && each.subject === subject) ?? kept.find(isNewest);
  const edition = found ?? {
    id: nameOf(subject, versions, context.replica.checkpoint),
    subject,
    versions,
    value: await question.make(kept.findLast((each) => each.subject === subject)?.value),
    standing: context.replica,
    used_at_ms: now_ms,
  };
  const newer = !isNewest(edition);
  if (!newer) edition.standing = context.replica;
  edition.used_at_ms = now_ms;
  if (found) kept.splice(kept.indexOf(found), 1);
  kept.push(edition);
  while (kept.length > question.most) kept.shift();
  return { edition, newer };
}

/**
 * Another person, another right, rows withdrawn or another life of the log: rows of before are not theirs to see. A scope
 * that only grew (the first order of a month brings new buckets) takes nothing away.
 */
function subjectOf({ user, scan }: QueryContext, of: unknown): string {
  const standing = scan<readonly [string | null, number]>('SELECT epoch, withdrawals FROM main.replica_meta', []);
  return JSON.stringify([of, user.name, user.grants, standing]);
}

/** The same rows have the same name, so that a reader that began anew may go on with them. */
function nameOf(subject: string, versions: string, checkpoint: number): string {
  return createHash('sha256').update(`${subject}\n${versions}\n${checkpoint}`).digest('base64url').slice(0, 24);
}

function forgetRested<T>(kept: Editions<T>, isNewest: (edition: KeptEdition<T>) => boolean, now_ms: number): void {
  for (const each of kept.filter((edition) => !isNewest(edition) && now_ms - edition.used_at_ms > REST_MS)) {
    kept.splice(kept.indexOf(each), 1);
  }
}

/** The same question has the same key, however its arguments were written down. */
export function questionKey(question: object): string {
  return JSON.stringify(Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
