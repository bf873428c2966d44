import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import type { QueryHandler } from '../context.ts';

/** What does each figure mean? The domain's definitions as they are. */
export const kpiDefinitions: QueryHandler<'kpiDefinitions'> = async () => KPI_DEFINITIONS;
