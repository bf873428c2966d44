/** Definitions of the KPIs. */
import { z } from 'zod';

export const kpiDefinitions = { args: z.strictObject({}) };
export interface KpiDefinition {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly grain: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly exclusions: readonly string[];
  readonly null_rule: string;
  readonly version: number;
}
