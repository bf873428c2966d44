/** The best-selling ordinary item, which got dearer while its price stayed: what a fall by cost is found by. */
import { divideRounded, safeNumber } from '#domain/money.ts';
import { addMonths } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import { levelsBack } from '../catalogue/levels.ts';
import type { DemoCompany } from '../companies.ts';
import type { Fault } from '../inventory/faults.ts';
import type { Horizon } from '../size.ts';
import { STORIES } from './stories.ts';

/** The items as they are, one of the first company dearer. Its demand and its price are what they were. */
export function withDearerItem(
  company: DemoCompany,
  items: readonly DemoItem[],
  faults: ReadonlyMap<number, Fault>,
  horizon: Horizon,
): readonly DemoItem[] {
  const dearer = company.code === 'HAL' && !horizon.calm_margins ? dearerItem(items, faults) : undefined;
  return items.map((item) => (item === dearer ? madeDearer(item, horizon) : item));
}

export function dearerItem(items: readonly DemoItem[], faults: ReadonlyMap<number, Fault>): DemoItem | undefined {
  const ordinary = items.filter(
    (item) =>
      item.pattern === 'steady' &&
      item.plant === null &&
      !faults.has(item.id) &&
      !item.supplier.slipping &&
      item.code !== STORIES.short_item_code &&
      item.supplier.code !== STORIES.cost_rise_supplier_code,
  );
  return ordinary.toSorted((a, b) => worth(b) - worth(a) || a.id - b.id)[0];
}

const worth = ({ weight, list_price_micro, pack_qty_milli, packs }: DemoItem): number =>
  weight * list_price_micro * pack_qty_milli * packs;

function madeDearer(item: DemoItem, { this_month }: Horizon): DemoItem {
  const month = addMonths(this_month, -STORIES.dearer_months);
  const cost_steps = [...item.cost_steps.filter((step) => step.month < month), { month, rise_bp: STORIES.dearer_bp }];
  const risen = BigInt(item.unit_cost_micro) * BigInt(10_000 + STORIES.dearer_bp);
  const unit_cost_micro = safeNumber(divideRounded(risen, 10_000n));
  return { ...item, unit_cost_micro, cost_steps, cost_levels: levelsBack(unit_cost_micro, cost_steps, 1) };
}
