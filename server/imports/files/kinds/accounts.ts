import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ACCOUNTS } from '#domain/imports/kinds/accounts.ts';
import { type KindStore, storeEach } from '../job.ts';

export const accountStore: KindStore<RowOf<(typeof ACCOUNTS)['fields']>> = {
  check: async () => new Map(),
  store: async (job, lines) => {
    await storeEach(
      job,
      'gl_account',
      lines,
      ({ row }) => ({ key: { code: row.code }, set: { name: row.name, kind: row.kind, role: row.role } }),
      true,
    );
  },
};
