/** The month in the sealed audit trail: the entries that concern it as this copy holds them, and what its own rows say beside them. */
import { createHash } from 'node:crypto';
import { entriesUntil, type MonthStep, monthSteps, traceMonth } from '#domain/close/binder/monthSteps.ts';
import { type SealedEntry, type TracedRow, TRAIL_FILE, trailText } from '#domain/close/binder/sealedTrail.ts';
import type { ArchiveFile } from '#domain/close/binder/archive.ts';
import { detailOf } from '#db/queries/audit/auditEntries.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { type BinderSnapshot, fileName } from './section.ts';
import { stepFacts, type StepsGround } from './steps.ts';

export interface MonthTrail {
  /** In the order of the chain. */
  readonly entries: readonly SealedEntry[];
  readonly rows: readonly TracedRow[];
  /** In the order the server took them; `seq` of their entry, null where none tells of it. */
  readonly steps: readonly (MonthStep & { readonly seq: number | null })[];
  /** What is not in order, in words; none = every seal holds, every row has its entry and every entry its row. */
  readonly faults: readonly string[];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function monthTrail(ground: StepsGround): Promise<MonthTrail> {
  const entries = await sealedEntries(ground.context, ground.period.id, ground.until_ms);
  const steps = monthSteps(sha256, await stepFacts(ground), ground.until_ms);
  const { rows, faults } = traceMonth(sha256, entries, steps);
  const seqs = rows.values();
  return {
    entries,
    rows,
    steps: steps.map((step) => ({ ...step, seq: step.entry === null ? null : (seqs.next().value?.seq ?? null) })),
    faults,
  };
}

async function sealedEntries(
  { db }: Pick<QueryContext, 'db'>,
  period_id: number,
  until_ms: number,
): Promise<readonly SealedEntry[]> {
  const rows = await db
    .selectFrom('close_entry')
    .selectAll()
    .where('period_id', '=', period_id)
    .where('happened_at', '<=', until_ms)
    .orderBy('id')
    .execute();
  const entries = rows.map(({ id: seq, event_id, happened_at, detail, seal, seal_before, ...row }): SealedEntry => {
    const { kind, user_name, address, about } = row;
    const event = { id: event_id, happened_at_ms: happened_at, kind, user_name, address, about };
    return { seq, seal, seal_before, event: { ...event, detail: detailOf(detail) } };
  });
  return entriesUntil(entries, until_ms);
}

/** What a verifier makes the seals of again. */
export function trailFile(snapshot: BinderSnapshot, { entries, rows }: MonthTrail): ArchiveFile {
  return { path: `trail/${fileName(snapshot, TRAIL_FILE)}`, bytes: Buffer.from(trailText({ entries, rows })) };
}
