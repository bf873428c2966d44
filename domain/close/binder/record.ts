/**
 * What is kept of binders that were made: the hash of a manifest, by whom and when; of a month's first final one also its
 * parts, which every later final one is made of. A record shows years later whether a binder is one that was made then, and
 * whether all final ones of a month are the same.
 */
import { type Answer, refuse } from '../../answer.ts';
import { TRAIL_ADVICE } from './lacking.ts';

export type RecordAnswer = Answer<'not_permitted' | 'not_locked' | 'trail_not_in_order' | 'evidence_missing'>;

/** So many of what is not in order are named. */
const MOST_NAMED = 3;

export interface RecordFacts {
  /** Prepares or reviews the close of that company; who only reads it makes binders and records none. */
  readonly may_record: boolean;
  readonly final: boolean;
  readonly period_state: string;
  /** Of a final one what of the sealed trail and the month's rows does not agree, in words, as far as it is known here. */
  readonly trail_faults: readonly string[];
  /** What is to be kept of it is where it is kept from, or nothing is to be. */
  readonly bytes_known: boolean;
}

/** May it be recorded that this person made this binder? The same one as often as it is made. */
export function mayRecord({ may_record, final, period_state, trail_faults, bytes_known }: RecordFacts): RecordAnswer {
  if (!may_record) {
    return refuse('rejected', 'not_permitted', 'Binders of those who prepare or review the close are recorded.');
  }
  if (final && period_state !== 'hard_locked') {
    return refuse('rejected', 'not_locked', 'The month is not locked for good: its binder is a draft.');
  }
  if (final && trail_faults.length > 0) {
    const more = trail_faults.length - MOST_NAMED;
    const rest = more > 0 ? ` And ${more} more.` : '';
    return refuse(
      'rejected',
      'trail_not_in_order',
      `The audit trail of the month is not in order, so it has no final binder. ${trail_faults.slice(0, MOST_NAMED).join(' ')}${rest} ${TRAIL_ADVICE}`,
    );
  }
  if (!bytes_known) {
    return refuse('rejected', 'evidence_missing', 'The server does not have this binder. Make it again.');
  }
  return { ok: true };
}

export interface BinderRecord {
  /** 64 hex digits. */
  readonly manifest_hash: string;
  readonly final: boolean;
}

export interface RecordStanding<Of extends BinderRecord> {
  /** Of this very binder, in the given order. */
  readonly same: readonly Of[];
  /** Final ones of the month with another manifest: two final binders that are not the same. */
  readonly other_final: readonly Of[];
}

/** A binder beside the records of its month. Of a draft others are no news: every checkpoint makes another. */
export function standingOf<Of extends BinderRecord>(binder: BinderRecord, records: readonly Of[]): RecordStanding<Of> {
  return {
    same: records.filter(({ manifest_hash }) => manifest_hash === binder.manifest_hash),
    other_final: binder.final
      ? records.filter(({ final, manifest_hash }) => final && manifest_hash !== binder.manifest_hash)
      : [],
  };
}
