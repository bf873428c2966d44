/** What of the claims is shown, and by what they are grouped. */
import { integer } from '#renderer/format/numbers.ts';

export const GROUPINGS = [
  { value: 'none', label: 'Claims', header: 'Claim' },
  { value: 'customer', label: 'Customer', header: 'Customer › claim' },
  { value: 'item', label: 'Item', header: 'Item › claim' },
  { value: 'reason', label: 'Reason', header: 'Reason › claim' },
  { value: 'owner', label: 'Who', header: 'Who › claim' },
] as const;
export type Grouping = (typeof GROUPINGS)[number]['value'];
export const GROUPING_IDS = GROUPINGS.map(({ value }) => value);

export const VIEWS = ['open', 'too_long', 'resolved', 'all'] as const;
export type View = (typeof VIEWS)[number];
const VIEW_NAMES: Readonly<Record<View, string>> = {
  open: 'Open',
  too_long: 'Too long',
  resolved: 'Resolved',
  all: 'All',
};

/** A zero is news only when all of the data was looked at. */
export function viewLabel(view: View, whole: boolean, counts: Readonly<Record<View, number>> | undefined): string {
  const count = counts?.[view];
  return count === undefined || (count === 0 && !whole) ? VIEW_NAMES[view] : `${VIEW_NAMES[view]} ${integer(count)}`;
}
