/**
 * Who did what to this month, by its own rows: signatures, locks, words, notes, files, entries and changes of signed lines, and
 * what the entry of the audit trail has to say of each.
 */
import { createHash } from 'node:crypto';
import { isoMonth } from '#domain/calendar.ts';
import { CAUSE_WORDS, isCause } from '#domain/close/reconcile/causes.ts';
import { byCharacters } from '#domain/close/binder/manifest.ts';
import type { DoneRow } from '#domain/close/binder/sealedTrail.ts';
import { areasOfText, LOCK_AREA_NAMES } from '#domain/close/locking.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { BinderGround } from './section.ts';
import { periodProposals, periodTasks } from './standing.ts';

export interface Step {
  readonly at_ms: number;
  readonly id: string;
  readonly who: string;
  readonly what: string;
  readonly about: string;
  readonly detail: string;
  /** What its entry says; null = computing anew found it, which is no entry. */
  readonly entry: (Pick<DoneRow, 'kind' | 'about_end' | 'detail'> & { readonly shared?: boolean }) | null;
}
export type StepsGround = Pick<BinderGround, 'context' | 'period' | 'evidence' | 'until_ms'>;

/** The trail holds a text by its hash. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const hashOrNull = (text: string | null): string | null => (text === null ? null : hashOf(text));

const LOCK_KINDS: Readonly<Record<string, string>> = {
  soft_lock: 'period_locked',
  hard_lock: 'period_locked',
  reopening_asked: 'reopening_asked',
  reopening_given: 'period_opened',
  reopening_refused: 'reopening_refused',
};

/** In the order the server took them. */
export async function monthSteps(ground: StepsGround): Promise<readonly Step[]> {
  const { db } = ground.context;
  const { until_ms } = ground;
  const month = isoMonth(ground.period.period);
  const tasks = new Map((await periodTasks(ground.context, ground.period.id)).map((task) => [task.id, task.code]));
  const ids = [...tasks.keys()];
  const code = (task_id: number) => tasks.get(task_id) ?? '';
  const of_task = (task_code: string) => ` ${month} ${task_code}`;
  const of_entry = (reference: string) => ` ${month} ${reference}`;
  const signoffs = await db.selectFrom('signoff').selectAll().where('task_id', 'in', ids).execute();
  const locks = await db.selectFrom('lock_event').selectAll().where('period_id', '=', ground.period.id).execute();
  const words = await db.selectFrom('item_explanation').selectAll().where('task_id', 'in', ids).execute();
  const changes = await db.selectFrom('close_line_change').selectAll().where('task_id', 'in', ids).execute();
  const notes = await db.selectFrom('close_note').selectAll().where('task_id', 'in', ids).execute();
  const proposals = await periodProposals(ground.context, ground.period.id, until_ms);
  const items = await db.selectFrom('rec_item').select(['id', 'cause']).where('task_id', 'in', ids).execute();
  const causes = new Map(items.map(({ id, cause }) => [id, isCause(cause) ? CAUSE_WORDS[cause] : cause]));
  const lines = await db
    .selectFrom('close_task_line')
    .select(['id', 'ref'])
    .where('task_id', 'in', ids)
    .where('side', '=', 'item')
    .execute();
  const refs = new Map(lines.map(({ id, ref }) => [id, ref]));
  const steps: readonly Step[] = [
    ...signoffs.map((row) => signatureStep(row, code(row.task_id), of_task(code(row.task_id)))),
    ...locks.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: row.step.replaceAll('_', ' '),
      about: areasOfText(row.areas)
        .map((area) => LOCK_AREA_NAMES[area])
        .join(', '),
      detail: row.reason ?? '',
      entry: {
        kind: LOCK_KINDS[row.step] ?? row.step,
        about_end: String(ground.period.period),
        detail: { step: row.step, areas: areasOfText(row.areas).join(', ') },
      },
    })),
    ...words.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: 'Explained',
      about: `${code(row.task_id)} ${causes.get(row.line_id) ?? refs.get(row.line_id) ?? ''}`.trim(),
      detail: row.explanation,
      entry: {
        kind: 'item_explained',
        about_end: of_task(code(row.task_id)),
        detail: { line: row.line_id, words_sha256: hashOf(row.explanation) },
      },
    })),
    ...notes.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: row.answers_id === null ? 'Noted' : 'Said done',
      about: code(row.task_id),
      detail: row.assigned_to === null ? row.body : `for ${row.assigned_to}: ${row.body}`,
      entry: {
        kind: 'close_noted',
        about_end: of_task(code(row.task_id)),
        detail: { note: row.id, for: row.assigned_to, answers: row.answers_id, words_sha256: hashOf(row.body) },
      },
    })),
    ...ground.evidence.files.flatMap(({ task_code, attached, removed }) =>
      [attached, ...(removed === null ? [] : [removed])].map((row) => ({
        at_ms: row.accepted_at,
        id: row.id,
        who: row.author,
        what: row.step === 'removed' ? 'Took file off' : 'Attached file',
        about: `${task_code} ${row.item_ref ?? ''}`.trim(),
        detail: `${row.name}, SHA-256 ${row.sha256}${row.reason === null ? '' : `: ${row.reason}`}`,
        entry:
          row.step === 'removed'
            ? {
                kind: 'evidence_removed',
                about_end: of_task(task_code),
                detail: { evidence: row.removes_id, words_sha256: hashOrNull(row.reason) },
              }
            : {
                kind: 'evidence_attached',
                about_end: of_task(task_code),
                detail: { evidence: row.id, sha256: row.sha256, bytes: row.size_bytes },
              },
      })),
    ),
    ...proposals.flatMap(({ proposal, steps: taken }) => [
      {
        at_ms: proposal.accepted_at,
        id: proposal.id,
        who: proposal.author,
        what: 'Proposed entry',
        about: proposal.reference,
        detail: proposal.words,
        entry: {
          kind: 'entry_proposed',
          about_end: of_entry(proposal.reference),
          detail: { words_sha256: hashOf(proposal.words) },
        },
      },
      ...taken.map((row) => ({
        at_ms: row.accepted_at,
        id: row.id,
        who: row.author,
        what: `Entry ${row.step}`,
        about: proposal.reference,
        detail: row.words ?? '',
        entry: stepEntry(row, of_entry(proposal.reference)),
      })),
    ]),
    ...changes.map((row) => ({
      at_ms: row.changed_at,
      id: `change ${String(row.id).padStart(12, '0')}`,
      who: row.changed_by,
      what: `Line ${row.change}`,
      about: `${code(row.task_id)} ${row.ref}`,
      detail: row.side,
      entry: null,
    })),
  ];
  return steps
    .filter(({ at_ms }) => at_ms <= until_ms)
    .toSorted((a, b) => a.at_ms - b.at_ms || byCharacters(a.id, b.id));
}

function signatureStep(row: TableRow<'signoff'>, about: string, about_end: string): Step {
  const { id, accepted_at: at_ms, user_name: who, role, content_hash, device, for_user, withdraws_id, reason } = row;
  const prepared = role !== 'reviewer';
  if (withdraws_id === null) {
    const what = `${prepared ? 'Prepared' : 'Reviewed'}${for_user === null ? '' : ` for ${for_user}`}`;
    const detail = `content ${content_hash}, on ${device}`;
    const entry = { kind: 'close_signed', about_end, detail: { role, content: content_hash, for: for_user } };
    return { at_ms, id, who, what, about, detail, entry };
  }
  const said = { signature: withdraws_id, words_sha256: hashOrNull(reason) };
  return {
    at_ms,
    id,
    who,
    what: prepared ? 'Withdrew as preparer' : 'Withdrew as reviewer',
    about,
    detail: reason ?? '',
    entry: { kind: 'signature_withdrawn', about_end, detail: said },
  };
}

function stepEntry(
  { step, words }: Pick<TableRow<'journal_step'>, 'step' | 'words'>,
  about_end: string,
): Step['entry'] {
  switch (step) {
    case 'exported':
      return { kind: 'exported', about_end: 'journal', detail: {}, shared: true };
    case 'renewed':
      // told by the proposal that stands in for it
      return { kind: 'entry_proposed', about_end: '', detail: {}, shared: true };
    case 'approved':
    case 'refused':
      return { kind: `entry_${step}`, about_end, detail: { reason_sha256: hashOrNull(words) } };
    default:
      return { kind: `entry_${step}`, about_end, detail: { words_sha256: hashOrNull(words) } };
  }
}
