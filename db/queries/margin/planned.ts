/** Plan lines: what was planned by company, channel, category and month; filtered and grouped as far as a plan goes. */
import type { PlanSums } from '#domain/kpi/comparison.ts';
import type { LineDimension } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import type { LineFilter } from '../orders/linePredicate.ts';

export interface PlanRow extends PlanSums {
  readonly company_id: number;
  readonly channel_id: number | null;
  readonly category: string | null;
  readonly month: number;
}

/** Dimensions a plan is told apart by. */
export const PLANNED_BY: ReadonlySet<LineDimension> = new Set(['company', 'channel', 'category']);

export async function planRows(
  context: QueryContext,
  company_ids: readonly number[],
  from_month: number,
  to_month: number,
): Promise<readonly PlanRow[]> {
  return await context.db
    .selectFrom('plan_line')
    .select(['company_id', 'channel_id', 'category', 'month', 'net_minor', 'gm3_minor'])
    .where('company_id', 'in', company_ids)
    .where('month', '>=', from_month)
    .where('month', '<=', to_month)
    .execute();
}

/** The group a plan line falls into, as order lines name theirs; null = this dimension, or this line, is not planned so. */
export function planKey(row: PlanRow, dimension: LineDimension): string | null {
  switch (dimension) {
    case 'company':
      return String(row.company_id);
    case 'channel':
      return row.channel_id === null ? null : String(row.channel_id);
    case 'category':
      return row.category || null;
    default:
      return null;
  }
}

/** Does the filter keep the line? Asked only of filters a plan is told apart by. */
export function keepsPlan(row: PlanRow, filter: Partial<LineFilter>): boolean {
  const wanted: readonly (readonly [LineDimension, number | string | undefined])[] = [
    ['company', filter.company_id],
    ['channel', filter.channel_id],
    ['category', filter.category],
  ];
  return (
    wanted.every(([dimension, key]) => key === undefined || planKey(row, dimension) === String(key)) &&
    (filter.others ?? []).every(({ dimension, keys }) => !keys.includes(planKey(row, dimension) ?? ''))
  );
}
