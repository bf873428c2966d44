/** A binder beside the records of its month, in words. */
import { type BinderRecord, standingOf } from '#domain/close/binder/record.ts';
import { isTaken } from '#contract/events.ts';
import type { ActionResults } from '#contract/actions.ts';
import type { BinderRecordView } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';

/** As much of a hash as people compare by eye. */
const SHOWN_DIGITS = 8;

export function shortHash(manifest_hash: string): string {
  return `${manifest_hash.slice(0, SHOWN_DIGITS)}…`;
}

/** What counts: refused records are their author's to see on Sync. */
export function counting(records: readonly BinderRecordView[]): readonly BinderRecordView[] {
  return records.filter(({ state }) => isTaken(state));
}

/** Why two final binders of a month are not the same, as far as it is nobody's doing, and which of them counts. */
export const LATER_FACTS =
  'Both were made before one was kept: deliveries, returns and claims in between change KPIs and margin, never what was locked. Give away the one that is kept; every binder made now is that one.';

export interface KeptWords {
  readonly text: string;
  /** What the lock holds is not the same on this machine; null = it is. */
  readonly wrong: string | null;
}

/** So many parts that differ are named. */
const MOST_NAMED = 6;

/** Of a binder that came from the one that is kept; null = it was made anew. */
export function keptWords({ kept }: Pick<ActionResults['makeBinder'], 'kept'>): KeptWords | null {
  if (kept === null) return null;
  const { author, written_at_ms, moved, locked } = kept;
  const from = `It is the binder that was kept at the server, made by ${author} on ${dateAndTime(written_at_ms)}.`;
  const today =
    moved.length > 0
      ? `Deliveries, returns or claims since then would change ${named(moved)} today.`
      : locked.length > 0
        ? ''
        : 'Made anew of the rows on this machine it has the same rows.';
  return {
    text: today === '' ? from : `${from} ${today}`,
    wrong:
      locked.length === 0
        ? null
        : `What was locked is not the same on this machine: ${named(locked)}. Verify the data on Sync, and tell who keeps the server when it stays so.`,
  };
}

function named(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMED;
  return `${paths.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export interface RecordedWords {
  readonly recorded: boolean;
  readonly text: string;
  /** Two final binders of the month are not the same; null = none are. */
  readonly differs: string | null;
}

export function recordedWords(binder: BinderRecord, records: readonly BinderRecordView[]): RecordedWords {
  const { same, other_final } = standingOf(binder, counting(records));
  const [other] = other_final;
  return {
    recorded: same.length > 0,
    text:
      same.length > 0
        ? `Recorded: ${same.map(madeWords).join('; ')}.`
        : 'Not recorded: no record of this month has this manifest.',
    differs:
      other === undefined
        ? null
        : `Another final binder of this month is recorded and is not the same: manifest ${shortHash(other.manifest_hash)}, ${madeWords(other)}. ${LATER_FACTS}`,
  };
}

/** 'final, made by controller on 5 Nov 2026, 10:42' */
function madeWords({ final, author, written_at_ms, state }: BinderRecordView): string {
  const waits = state === 'accepted' ? '' : ', waits for the server';
  return `${final ? 'final' : 'draft'}, made by ${author} on ${dateAndTime(written_at_ms)}${waits}`;
}
