import type { RowOf } from '#domain/imports/engine/field.ts';
import type { CUSTOMERS, SUPPLIERS } from '#domain/imports/kinds/parties.ts';
import { type KindStore, storeEach } from '../job.ts';

export const customerStore: KindStore<RowOf<(typeof CUSTOMERS)['fields']>> = {
  check: async () => new Map(),
  store: async (job, lines) => {
    await storeEach(
      job,
      'party',
      lines,
      ({ row }) => ({
        key: { kind: 'customer', code: row.code },
        set: {
          name: row.name,
          country: row.country,
          payment_terms_days: row.payment_terms_days,
          credit_limit_minor: row.credit_limit,
          salesperson: row.salesperson,
        },
      }),
      true,
    );
  },
};

export const supplierStore: KindStore<RowOf<(typeof SUPPLIERS)['fields']>> = {
  check: async () => new Map(),
  store: async (job, lines) => {
    await storeEach(
      job,
      'party',
      lines,
      ({ row }) => ({
        key: { kind: 'supplier', code: row.code },
        set: { name: row.name, country: row.country, payment_terms_days: row.payment_terms_days },
      }),
      true,
    );
  },
};
