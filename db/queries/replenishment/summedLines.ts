/** What is summed of lines: money, the earliest day, the orders they fall into, and how many stand where. */
import { isoDate } from '#domain/calendar.ts';
import { REPLENISHMENT_STATES, type ReplenishmentGroup, type ReplenishmentState } from '#contract/queries.ts';
import { NEVER } from '../stock/stockColumns.ts';
import type { Draft, Line } from './engine.ts';
import { keyOfLine } from './lineRow.ts';
import type { KeptProposals } from './replenishmentEdition.ts';

export type SummedLines = Omit<
  ReplenishmentGroup,
  'kind' | 'key' | 'level' | 'label' | 'folded' | 'supplier_id' | 'site_id' | 'lead_time_days'
>;

const dayOf = (day: number): string | null => (day === NEVER ? null : isoDate(day));

export function summed(kept: KeptProposals, lines: readonly Line[]): SummedLines {
  const { cost_visible } = kept.question;
  const by_state = Object.fromEntries(REPLENISHMENT_STATES.map((state) => [state, 0])) as Record<
    ReplenishmentState,
    number
  >;
  const drafts = new Set<Draft>();
  let [count, transfers, value, without_price, transfer_cost] = [0, 0, 0, 0, 0];
  const earliest = { order_by_on: NEVER, order_on: NEVER, receive_on: NEVER };
  for (const line of lines) {
    const decision = kept.decisions.get(keyOfLine(kept.question.stock, line));
    const state = decision?.state ?? 'new';
    by_state[state] += 1;
    if (state === 'rejected') continue;
    count += 1;
    if (line.kind === 'transfer') transfers += 1;
    const worth = decision ? decision.value_minor : line.value_minor;
    if (line.kind === 'buy' && worth === null) without_price += 1;
    value += worth ?? 0;
    transfer_cost += line.cost_minor ?? 0;
    earliest.order_by_on = Math.min(earliest.order_by_on, line.order_by_on ?? NEVER);
    earliest.order_on = Math.min(earliest.order_on, line.order_on);
    earliest.receive_on = Math.min(earliest.receive_on, line.receive_on);
    if (line.draft) drafts.add(line.draft);
  }
  let [below, missing, freight] = [0, 0, transfer_cost];
  for (const draft of drafts) {
    if (draft.below_minimum_minor > 0) below += 1;
    missing += draft.below_minimum_minor;
    freight += draft.freight_minor;
  }
  return {
    lines: count,
    transfers,
    value_minor: cost_visible ? value : null,
    without_price: cost_visible ? without_price : 0,
    order_by_on: dayOf(earliest.order_by_on),
    order_on: dayOf(earliest.order_on),
    receive_on: dayOf(earliest.receive_on),
    by_state,
    drafts: drafts.size,
    drafts_below_minimum: cost_visible ? below : 0,
    below_minimum_minor: cost_visible ? missing : null,
    freight_minor: cost_visible ? freight : null,
  };
}
