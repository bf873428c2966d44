/** Every KPI as data, one file a subject in registry/. docs/KPIS.md says the same in a table; a test holds them together. */
import type { KpiDefinition } from './definition.ts';
import { CASH_KPIS } from './registry/cash.ts';
import { MARGIN_KPIS } from './registry/margin.ts';
import { PURCHASING_KPIS } from './registry/purchasing.ts';
import { SERVICE_KPIS } from './registry/service.ts';
import { STOCK_KPIS } from './registry/stock.ts';

export type { KpiDefinition } from './definition.ts';

export const KPI_DEFINITIONS: readonly KpiDefinition[] = [
  ...SERVICE_KPIS,
  ...MARGIN_KPIS,
  ...STOCK_KPIS,
  ...PURCHASING_KPIS,
  ...CASH_KPIS,
];

const BY_ID: ReadonlyMap<string, KpiDefinition> = new Map(KPI_DEFINITIONS.map((each) => [each.id, each]));

/** The KPI of that id; throws on an unknown one (a programming error, never user input). */
export function kpiDefinition(id: string): KpiDefinition {
  const found = BY_ID.get(id);
  if (!found) throw new Error(`unknown KPI ${id}`);
  return found;
}

export function isKpiId(id: string): boolean {
  return BY_ID.has(id);
}

/** KPIs that have a figure of a company and a period, in the order of the registry. */
export const COMPANY_KPI_IDS: readonly string[] = KPI_DEFINITIONS.filter((each) => each.period !== 'position').map(
  (each) => each.id,
);
