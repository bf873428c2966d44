/** Imports in the audit trail: an entry a file, in the transaction that writes the last of it. No line, no amount. */
import { sql } from 'kysely';
import type { AuditKind } from '#contract/auditWords.ts';
import { writeAudit } from '#server/audit/trail.ts';
import type { AuditDetail } from '#server/schema/operations.ts';
import type { Importer } from './importer.ts';
import type { ImportDatabase } from './schema.ts';

/** About the company and the kind: 'HAL gl'. */
export async function tellImport(
  db: ImportDatabase,
  { user_name: name, address }: Importer,
  now: Date,
  told: {
    readonly kind: AuditKind & ('import_begun' | 'file_imported' | 'lines_dismissed');
    readonly company_id: number;
    readonly what: string;
    readonly detail: AuditDetail;
  },
): Promise<void> {
  const { kind, company_id, what, detail } = told;
  const { rows } = await sql<{ code: string }>`select code from company where id = ${company_id}::bigint`.execute(db);
  await writeAudit(db, now.getTime(), {
    kind,
    by: { name, address },
    about: `${rows[0]?.code ?? company_id} ${what}`,
    detail,
  });
}
