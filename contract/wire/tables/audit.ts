/** The sealed end of the audit trail, for those who may see all of it: their copies check the seals themselves. */
import { instant, int, json, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const AUDIT_TABLES = [
  {
    id: 120,
    name: 'audit_entry',
    area: 'audit',
    dimensions: ['month'],
    idType: 'integer',
    loadOrder: 2,
    // id = its place in the chain; event_id: the number people know it by; month: in which it happened, in UTC
    columns: [
      int('month'),
      int('event_id'),
      instant('happened_at'),
      text('kind'),
      textOrNull('user_name'),
      textOrNull('address'),
      textOrNull('about'),
      json('detail'),
      text('seal'),
    ],
  },
] as const satisfies readonly TableEntry[];
