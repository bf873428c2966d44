/** A binder beside the records of its month, in words. */
import { type BinderRecord, standingOf } from '#domain/close/binder/record.ts';
import { isTaken } from '#contract/events.ts';
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

/** Why two final binders of a month are not the same, as far as it is nobody's doing. */
export const LATER_FACTS =
  'What was locked cannot have changed; deliveries, returns and claims that came later change KPIs and margin. Compare the two before you give either away.';

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
