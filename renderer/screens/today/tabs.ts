/** The tabs of Today and what is said in one line of all of it. A zero is news only when all of the data was looked at. */
import type { QueryResults } from '#contract/queries.ts';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';

export type Tab = 'all' | 'stock' | 'supply' | 'price' | 'credit' | 'close' | 'service' | 'escalated' | 'snoozed';
/** Tabs that are no group of exceptions. */
export function isState(tab: Tab): tab is 'all' | 'escalated' | 'snoozed' {
  return tab === 'all' || tab === 'escalated' || tab === 'snoozed';
}

const TAB_NAMES: Readonly<Record<Tab, string>> = {
  all: 'All',
  stock: 'Stock',
  supply: 'Supply',
  price: 'Price',
  credit: 'Credit',
  close: 'Close',
  service: 'Service',
  escalated: 'Escalated',
  snoozed: 'Snoozed',
};
export const TABS = Object.keys(TAB_NAMES) as readonly Tab[];

type Answer = QueryResults['today'];
type Counted = Pick<Answer, 'counts' | 'awake' | 'snoozed' | 'escalated'> & {
  readonly provenance: Pick<Answer['provenance'], 'coverage'>;
};

export function tabLabel(tab: Tab, answer: Counted | undefined): string {
  if (!answer) return TAB_NAMES[tab];
  const counts: Readonly<Record<Tab, number>> = {
    ...answer.counts,
    all: answer.awake,
    escalated: answer.escalated,
    snoozed: answer.snoozed,
  };
  const count = counts[tab];
  if (count === 0 && answer.provenance.coverage !== 'complete') return TAB_NAMES[tab];
  return `${TAB_NAMES[tab]} ${integer(count)}`;
}

type Summed = Pick<Answer, 'total_rows' | 'total_stake_minor' | 'currency'> & {
  readonly provenance: Pick<Answer['provenance'], 'coverage'>;
};

/** `as_of_ms`: when the copy last equalled the server, null before it did. */
export function summary(answer: Summed, as_of_ms: number | null): string {
  const { coverage } = answer.provenance;
  const decisions = `${counted(answer.total_rows, 'decision')}, ${overviewMoney(answer.total_stake_minor, answer.currency)} at stake`;
  return [
    answer.total_rows === 0 && coverage !== 'complete' ? null : decisions,
    as_of_ms === null ? null : `as of ${clock(as_of_ms)}`,
    coverage === 'complete' ? null : coverage,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** ['stock', 'price'] → what the list does not hold yet, in one sentence. */
export function notLookedFor({ waiting, still_looking }: Pick<Answer, 'waiting' | 'still_looking'>): string {
  const names = waiting.map((group) => TAB_NAMES[group].toLowerCase());
  const what = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return still_looking ? `Still looking: ${what}.` : `Not all looked for yet: ${what}. Their rows are still loading.`;
}
