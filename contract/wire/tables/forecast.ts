/** What planners put in the forecast’s place. */
import { date, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

export const FORECAST_TABLES = [
  {
    id: 70,
    name: 'forecast_override',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; kind: 'set' | 'withdrawn'; replaces: the row it takes the place of or withdraws;
    // of each month a quantity, or a factor of the forecast; counts up to and with expires_on; append-only
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      text('kind'),
      textOrNull('replaces'),
      int('from_month'),
      int('to_month'),
      intOrNull('qty_milli'),
      intOrNull('factor_bp'),
      text('reason'),
      date('expires_on'),
      ...WRITTEN,
    ],
  },
] as const satisfies readonly TableEntry[];
