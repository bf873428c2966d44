/** Which change of an account asks for words in the close. Only ever added to. */
import { int, text } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

export const FLUX_TABLES = [
  {
    id: 99,
    name: 'flux_threshold',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; from_period: yyyymm, the first month it is for; of those for a month the last accepted
    // holds; rate_bp: of what was there before
    columns: [int('company_id'), int('from_period'), int('amount_minor'), int('rate_bp'), text('reason'), ...WRITTEN],
  },
] as const satisfies readonly TableEntry[];
