/** This person's changes under three headings: what needs them, what waits, what is done. Pure. */
import type { MutationState } from '#contract/events.ts';
import type { OutboxRow } from '#contract/queries.ts';
import { clockSeconds, moment } from '#renderer/format/dates.ts';

export type OutboxGroup = 'needs_you' | 'waiting' | 'done';

export interface OutboxGridRow {
  readonly key: string;
  readonly group: OutboxGroup;
  /** null on group rows. */
  readonly change: OutboxRow | null;
  readonly label: string;
  readonly note: string;
}

export const GROUP_OF: Readonly<Record<MutationState, OutboxGroup>> = {
  conflict: 'needs_you',
  rejected: 'needs_you',
  held: 'needs_you',
  pending: 'waiting',
  sent: 'waiting',
  accepted: 'done',
};

const GROUPS: readonly { readonly group: OutboxGroup; readonly label: string }[] = [
  { group: 'needs_you', label: 'Needs you' },
  { group: 'waiting', label: 'Waiting for the server' },
  { group: 'done', label: 'Done' },
];

/** Group rows with their changes, folded ones without; waiting changes stand in the order they are sent. */
export function outboxGridRows(changes: readonly OutboxRow[], folded: ReadonlySet<string>): readonly OutboxGridRow[] {
  return GROUPS.flatMap(({ group, label }) => {
    const ofGroup = changes.filter((change) => GROUP_OF[change.state] === group);
    if (ofGroup.length === 0) return [];
    const shown = group === 'waiting' ? ofGroup.toSorted((a, b) => a.made_at_ms - b.made_at_ms) : ofGroup;
    const head: OutboxGridRow = {
      key: group,
      group,
      change: null,
      label,
      note:
        group === 'waiting' && ofGroup.length > 1 ? `${ofGroup.length}, sent in this order` : String(ofGroup.length),
    };
    if (folded.has(group)) return [head];
    return [head, ...shown.map((change) => ({ key: change.id, group, change, label: change.title, note: '' }))];
  });
}

/** What happens, or happened, to a change: one line. */
export function whatHappens(change: OutboxRow, now_ms: number): string {
  const body = change.args['body'];
  switch (change.state) {
    case 'accepted':
      return change.decided_at_ms === null
        ? 'by the server'
        : sameDay(change.decided_at_ms, now_ms)
          ? `by the server, ${clockSeconds(change.decided_at_ms)}`
          : `by the server, ${moment(change.decided_at_ms, now_ms)}`;
    case 'sent':
      return 'The server has it; its answer is on the way';
    case 'pending':
      if (change.attempts > 0) return 'Sent, no answer came; it is offered again under the same number';
      if (typeof body === 'string') return `“${body}”`;
      if (change.command === 'signCloseTask') return 'The balance is checked again on arrival';
      return 'It holds here already; the others see it when the server has it';
    case 'conflict':
    case 'rejected':
    case 'held':
      return change.reason?.message ?? 'No reason was given';
  }
}

/** The word in the row's last column; it opens the change. */
export function nextWord(change: OutboxRow): string {
  if (GROUP_OF[change.state] === 'needs_you') return 'Decide ›';
  if (change.state === 'pending' && change.actions.includes('edit')) {
    return isNote(change) ? 'Edit ›' : 'Open ›';
  }
  return change.state === 'accepted' ? '' : 'Open ›';
}

export function isNote(change: OutboxRow): boolean {
  return typeof change.args['body'] === 'string';
}

function sameDay(a_ms: number, b_ms: number): boolean {
  return new Date(a_ms).toDateString() === new Date(b_ms).toDateString();
}
