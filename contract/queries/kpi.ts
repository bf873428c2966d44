/** Definitions of the KPIs, their values and the rows behind them. */
import { z } from 'zod';
import type { KpiDefinition } from '#domain/kpi/definition.ts';

export type { KpiDefinition } from '#domain/kpi/definition.ts';

export const kpiDefinitions = { args: z.strictObject({}) };
export type KpiDefinitions = readonly KpiDefinition[];
