/**
 * Records as nobody wants them, one item each, so that every reason why nothing can be proposed can be looked at: chosen
 * among the last ordinary items of a company, which no story speaks of.
 */
import type { DemoItem } from '../catalogue/items.ts';
import { STORIES } from '../stories/stories.ts';

export const FAULTS = [
  'no_supplier',
  'negative_lead_time',
  'maximum_below_minimum',
  'lot_of_nothing',
  'any_multiple',
  'negative_multiple',
  'no_shelf_life',
  'target_of_all',
  'old_purchase',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Item id → what is wrong with its records. */
export function faultsOf(items: readonly DemoItem[]): ReadonlyMap<number, Fault> {
  const ordinary = items.filter(
    (item) =>
      item.pattern === 'steady' &&
      item.at_counters &&
      !item.supplier.slipping &&
      item.code !== STORIES.short_item_code &&
      item.supplier.code !== STORIES.cost_rise_supplier_code,
  );
  // what comes to warehouses is measured: an agreed time is asked for only at counters, where just the frequent ones are planned
  const [frequent] = ordinary.toSorted((a, b) => b.weight - a.weight || a.id - b.id);
  const others = ordinary.filter((item) => item !== frequent);
  return new Map(
    FAULTS.flatMap((fault, nth): [number, Fault][] => {
      const item = fault === 'negative_lead_time' ? frequent : others.at(-1 - nth * 3);
      return item === undefined ? [] : [[item.id, fault]];
    }),
  );
}
