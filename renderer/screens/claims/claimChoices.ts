/** What of the claims is shown, and by what they are grouped. */
export const GROUPINGS = [
  { value: 'none', label: 'Claims', header: 'Claim' },
  { value: 'customer', label: 'Customer', header: 'Customer › claim' },
  { value: 'item', label: 'Item', header: 'Item › claim' },
  { value: 'reason', label: 'Reason', header: 'Reason › claim' },
  { value: 'site', label: 'Site', header: 'Site › claim' },
  { value: 'owner', label: 'Who', header: 'Who › claim' },
] as const;
export type Grouping = (typeof GROUPINGS)[number]['value'];
export const GROUPING_IDS = GROUPINGS.map(({ value }) => value);

export const VIEWS = ['open', 'too_long', 'resolved', 'all'] as const;
export type View = (typeof VIEWS)[number];
export const VIEW_NAMES: Readonly<Record<View, string>> = {
  open: 'Open',
  too_long: 'Too long',
  resolved: 'Resolved',
  all: 'All',
};
