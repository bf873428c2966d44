/** From how much on the close asks for words: versions of rules, each from the first of a month. */
import { dateOrNull, int, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

const OF_COMPANY = { area: 'finance', dimensions: ['company'], idType: 'integer', loadOrder: 1 } as const;
/** valid_from null = since ever. */
const HELD = [dateOrNull('valid_from'), dateOrNull('valid_to'), textOrNull('owner')] as const;

export const FLUX_TABLES = [
  {
    id: 99,
    name: 'flux_threshold',
    ...OF_COMPANY,
    // a change of an account asks for words when it is more than both; rate_bp: of what was there before
    columns: [int('company_id'), int('amount_minor'), int('rate_bp'), ...HELD],
  },
  {
    id: 162,
    name: 'reconciliation_threshold',
    ...OF_COMPANY,
    // name: the close task's code; an item of less needs no words
    columns: [int('company_id'), text('name'), int('threshold_minor'), ...HELD],
  },
] as const satisfies readonly TableEntry[];
