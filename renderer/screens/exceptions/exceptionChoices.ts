/** What of the exceptions is shown: states, whose, groups. */
import type { Exceptions, QueryInput } from '#contract/queries.ts';
import { integer } from '#renderer/format/numbers.ts';
import type { Grouping } from './exceptionColumns.tsx';

export type State = NonNullable<QueryInput<'exceptions'>['state']> | 'cleared';
export type Whose = 'all' | 'mine';

export const WHOSE = [
  { value: 'mine', label: 'Mine' },
  { value: 'all', label: 'Everyone' },
] as const satisfies readonly { readonly value: Whose; readonly label: string }[];
export const GROUPINGS = [
  { value: 'kind', label: 'Kind' },
  { value: 'site', label: 'Site' },
  { value: 'supplier', label: 'Supplier' },
  { value: 'owner', label: 'Who' },
  { value: 'none', label: 'None' },
] as const satisfies readonly { readonly value: Grouping; readonly label: string }[];
export const GROUPING_IDS = GROUPINGS.map(({ value }) => value);
export const STATES = ['awake', 'escalated', 'snoozed', 'cleared'] as const satisfies readonly State[];
export const STATE_NAMES: Readonly<Record<State, string>> = {
  awake: 'Open',
  escalated: 'Escalated',
  snoozed: 'Snoozed',
  cleared: 'Cleared',
};
export const WHOSE_IDS = ['all', 'mine'] as const;

export const EMPTY: Readonly<Record<State, string>> = {
  awake: 'There are no exceptions',
  escalated: 'Nothing rose',
  snoozed: 'Nothing is snoozed',
  cleared: 'Nothing was cleared lately',
};

export function stateLabel(state: State, result: Exceptions | null): string {
  if (result === null) return STATE_NAMES[state];
  const count = state === 'cleared' ? result.cleared.length : result.counts[state];
  // a zero is news only when all of the data was looked at
  return count === 0 && result.waiting ? STATE_NAMES[state] : `${STATE_NAMES[state]} ${integer(count)}`;
}
