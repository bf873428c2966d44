/** The month in the sealed audit trail: the entries that concern it as this copy holds them, and what its own rows say beside them. */
import { createHash } from 'node:crypto';
import {
  type DoneRow,
  type SealedEntry,
  sealFaults,
  type TracedRow,
  TRAIL_FILE,
  traceFaults,
  traceRows,
  trailText,
} from '#domain/close/binder/sealedTrail.ts';
import { doneWords } from '#domain/close/binder/trailTables.ts';
import type { ArchiveFile } from '#domain/close/binder/archive.ts';
import { detailOf } from '#db/queries/audit/auditEntries.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { type BinderSnapshot, fileName } from './section.ts';
import { monthSteps, type Step, type StepsGround } from './steps.ts';

export interface MonthTrail {
  /** In the order of the chain. */
  readonly entries: readonly SealedEntry[];
  readonly rows: readonly TracedRow[];
  /** In the order the server took them; `seq` of their entry, null where none tells of it. */
  readonly steps: readonly (Step & { readonly seq: number | null })[];
  /** What is not in order, in words; none = every seal holds, every row has its entry and every entry its row. */
  readonly faults: readonly string[];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function monthTrail(ground: StepsGround): Promise<MonthTrail> {
  const entries = await sealedEntries(ground.context, ground.period.id, ground.until_ms);
  const steps = await monthSteps(ground);
  const traced = traceRows(
    entries,
    steps.flatMap((step) => (step.entry === null ? [] : [doneRow(step, step.entry)])),
  );
  const seqs = traced.rows.values();
  return {
    entries,
    rows: traced.rows,
    steps: steps.map((step) => ({ ...step, seq: step.entry === null ? null : (seqs.next().value?.seq ?? null) })),
    faults: [...sealFaults(sha256, entries), ...traceFaults(traced)],
  };
}

/** `until_ms`: what was written later belongs to no binder of the locked month. */
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
  // of the very moment of the lock, what stands behind it in the chain came after it
  const lock = rows.findLast(
    ({ kind, happened_at, detail }) =>
      kind === 'period_locked' && happened_at === until_ms && detailOf(detail)['step'] === 'hard_lock',
  );
  const before = rows.filter(({ id, happened_at }) => happened_at < until_ms || id <= (lock?.id ?? id));
  return before.map(({ id: seq, event_id, happened_at, detail, seal, seal_before, ...row }) => {
    const { kind, user_name, address, about } = row;
    const event = { id: event_id, happened_at_ms: happened_at, kind, user_name, address, about };
    return { seq, seal, seal_before, event: { ...event, detail: detailOf(detail) } };
  });
}

function doneRow({ at_ms, who, what, about }: Step, entry: NonNullable<Step['entry']>): DoneRow {
  return { ...entry, shared: entry.shared ?? false, at_ms, who, words: doneWords({ what, who, about }) };
}

/** What a verifier makes the seals of again. */
export function trailFile(snapshot: BinderSnapshot, { entries, rows }: MonthTrail): ArchiveFile {
  return { path: `trail/${fileName(snapshot, TRAIL_FILE)}`, bytes: Buffer.from(trailText({ entries, rows })) };
}
