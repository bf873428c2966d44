/** The queue in words: states, rules with their numbers, what a decision does. */
import { LINE_STATES, type LineState } from '#domain/allocation/servePosition.ts';
import type { OverrideKind, Standing } from '#domain/allocation/servingOrder.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { quantity } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const STATE_WORDS: Readonly<
  Record<LineState, { readonly word: string; readonly shape: MarkShape; readonly means: string }>
> = {
  short: { word: 'Short', shape: 'bad', means: 'what is known to come is not enough' },
  late: { word: 'Late', shape: 'warn', means: 'whole after its day' },
  held: { word: 'Held', shape: 'refused', means: 'somebody decided that it waits' },
  coming: { word: 'Coming', shape: 'working', means: 'whole by its day, with a receipt' },
  ready: { word: 'Ready', shape: 'good', means: 'all of it lies there for it' },
  left_out: { word: 'Left out', shape: 'refused', means: `due ${STALE_WORDS}` },
};
export { LINE_STATES };

export const STANDING_WORDS: Readonly<Record<Exclude<Standing, 'rule'>, string>> = {
  raised: 'raised',
  lowered: 'lowered',
  held: 'held',
};

export const KIND_VERBS: Readonly<Record<OverrideKind, string>> = {
  raised: 'Raise',
  lowered: 'Lower',
  held: 'Hold',
  released: 'Back to the rule',
};

/** Why a line has what it has now, in one sentence with its numbers. */
export function whyWords(row: FulfilmentRow): string {
  const { why } = row;
  if (why === null) return '';
  const by = row.standing_by === null ? '' : ` by ${row.standing_by}`;
  const until = row.standing_until_on === null ? '' : ` until ${shortDate(row.standing_until_on)}`;
  switch (why.rule) {
    case 'whole':
      return 'all of it is there';
    case 'held':
      return `held${by}${until}`;
    case 'not_countable':
      return 'its quantity, or what lies there or comes, cannot be counted: correct it where it comes from';
    case 'left_out':
      return `due ${STALE_WORDS}: nothing is kept for it`;
    case 'earlier_turn':
      return row.on_hand_qty_milli !== null && row.on_hand_qty_milli <= 0
        ? 'nothing lies there'
        : 'lines before it take what is there';
    case 'priority':
      return `priority ${why.priority}: those before want ${quantity(why.before_qty_milli)} of ${quantity(why.found_qty_milli)}`;
    case 'fair_share':
      return `share of ${quantity(Math.max(0, why.found_qty_milli - why.before_qty_milli))} among ${quantity(why.peers_qty_milli)} wanted`;
  }
}

/** How a line becomes whole, for the panel's first line. */
export function wholeWords(row: FulfilmentRow): string {
  if (row.state === 'ready') return 'All of it lies there for it.';
  if (row.state === 'left_out') {
    return `Due ${STALE_WORDS}: nothing is kept, bought or promised for it. Ship it, cancel it or correct its date where it comes from.`;
  }
  if (row.state === 'held') return 'It waits because somebody decided so.';
  if (row.whole_on === null) {
    return row.waits_for === null
      ? 'Nothing that is known to come makes it whole.'
      : `${row.waits_for.number} brings some of it on ${shortDate(row.waits_for.on)}; nothing known brings the rest.`;
  }
  return `Whole on ${shortDate(row.whole_on)}${row.waits_for === null ? '' : ` with ${row.waits_for.number}`}${row.state === 'late' ? ', after its day' : ''}.`;
}
