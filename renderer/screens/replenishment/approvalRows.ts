/** Decisions and draft orders that wait for a second person, as one list. Pure. */
import { MOST_DECISIONS } from '#domain/planning/replenishment/decision.ts';
import type { DraftOrderView, ReplenishmentDesk, WaitingApproval } from '#contract/queries.ts';

export type AskedRow =
  | { readonly kind: 'order'; readonly key: string; readonly order: DraftOrderView }
  | { readonly kind: 'decision'; readonly key: string; readonly decision: WaitingApproval };

/** Draft orders first: each is many lines. Both by what they are worth. */
export function askedRows({ approvals, drafts }: Pick<ReplenishmentDesk, 'approvals' | 'drafts'>): readonly AskedRow[] {
  const orders = drafts
    .filter(({ approval }) => approval.state === 'waits')
    .toSorted((a, b) => b.value_minor - a.value_minor);
  return [
    ...orders.map((order): AskedRow => ({ kind: 'order', key: order.id, order })),
    ...approvals.map((decision): AskedRow => ({ kind: 'decision', key: decision.decision_id, decision })),
  ];
}

/** This person may answer it. */
export function isMine(row: AskedRow): boolean {
  return (row.kind === 'order' ? row.order.approval.not_mine : row.decision.not_mine) === null;
}

export function valueOf(row: AskedRow): number | null {
  return row.kind === 'order' ? row.order.value_minor : row.decision.value_minor;
}

/** What is sent for these rows: a command takes so many at most. */
export function answersOf(rows: readonly AskedRow[]): {
  readonly draft_order_ids: readonly string[];
  readonly decision_ids: readonly string[];
} {
  const mine = rows.filter(isMine);
  return {
    draft_order_ids: mine.flatMap((row) => (row.kind === 'order' ? [row.key] : [])).slice(0, MOST_DECISIONS),
    decision_ids: mine.flatMap((row) => (row.kind === 'decision' ? [row.key] : [])).slice(0, MOST_DECISIONS),
  };
}
