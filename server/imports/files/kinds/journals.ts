import type { RowOf } from '#domain/imports/engine/field.ts';
import type { JOURNAL_CODES } from '#domain/imports/kinds/journals.ts';
import { type KindStore, storeEach } from '../job.ts';

export const journalStore: KindStore<RowOf<(typeof JOURNAL_CODES)['fields']>> = {
  check: async () => new Map(),
  store: async (job, lines) => {
    await storeEach(
      job,
      'gl_journal',
      lines,
      ({ row }) => ({ key: { code: row.code }, set: { name: row.name, kind: row.kind } }),
      true,
    );
  },
};
