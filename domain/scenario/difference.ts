/** What a scenario makes otherwise: a line is served otherwise, a proposal comes, goes or changes; ranked by the money. */
export type LineChange = 'short' | 'served' | 'later' | 'sooner' | 'held' | 'added';
export type ProposalChange = 'appears' | 'goes' | 'changes';

export interface LineOutcome {
  readonly state: string;
  readonly in_time_qty_milli: number;
  /** null = not of what is known to come. */
  readonly whole_on: number | null;
  /** Net value of what is not there by its day. */
  readonly short_minor: number;
}

/** null = nothing that anybody would notice. */
export function lineChange(today: LineOutcome | null, scenario: LineOutcome): LineChange | null {
  if (today === null) return 'added';
  if (today.state !== 'held' && scenario.state === 'held') return 'held';
  if (scenario.in_time_qty_milli < today.in_time_qty_milli) return 'short';
  if (scenario.in_time_qty_milli > today.in_time_qty_milli) return 'served';
  if (scenario.whole_on === today.whole_on) return null;
  const later = scenario.whole_on === null || (today.whole_on !== null && scenario.whole_on > today.whole_on);
  return later ? 'later' : 'sooner';
}

export interface ProposalOutcome {
  readonly qty_milli: number;
  readonly value_minor: number | null;
}

export function proposalChange(
  today: ProposalOutcome | undefined,
  scenario: ProposalOutcome | undefined,
): ProposalChange | null {
  if (today === undefined) return scenario === undefined ? null : 'appears';
  if (scenario === undefined) return 'goes';
  return today.qty_milli === scenario.qty_milli && today.value_minor === scenario.value_minor ? null : 'changes';
}

/** What a proposal costs more or less; null = its price is not known, or not for this user. */
export function proposalMoneyMinor(
  today: ProposalOutcome | undefined,
  scenario: ProposalOutcome | undefined,
): number | null {
  const [before, after] = [
    today === undefined ? 0 : today.value_minor,
    scenario === undefined ? 0 : scenario.value_minor,
  ];
  return before === null || after === null ? null : after - before;
}

/** The most money first, whichever way; what has none last; then by key, so that the order is always the same. */
export function byMoney(
  a: { readonly money_minor: number | null; readonly key: string },
  b: { readonly money_minor: number | null; readonly key: string },
): number {
  const [first, second] = [a.money_minor, b.money_minor].map((money) => (money === null ? -1 : Math.abs(money)));
  return (second as number) - (first as number) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
