/**
 * Who did what to a month, by its own rows: signatures, locks, words, notes, files, entries and changes of signed lines, and
 * what the entry of the audit trail has to say of each. Copy and server read the rows; this says what follows of them.
 */
import type { Sha256 } from '../../audit/check.ts';
import { isoMonth } from '../../calendar.ts';
import { areasOfText, LOCK_AREA_NAMES } from '../locking.ts';
import { byCharacters } from './manifest.ts';
import { type DoneRow, type SealedEntry, sealFaults, type Traced, traceFaults, traceRows } from './sealedTrail.ts';
import { doneWords } from './trailTables.ts';

/** Of each row who did it and when the server took it, in epoch milliseconds. */
interface Done {
  readonly id: string;
  readonly at_ms: number;
  readonly who: string;
}
interface OfTask extends Done {
  readonly task_id: number;
}

export interface StepFacts {
  /** yyyymm */
  readonly period: number;
  readonly tasks: readonly { readonly id: number; readonly code: string }[];
  readonly signoffs: readonly (OfTask & {
    readonly role: string;
    readonly content_hash: string;
    readonly device: string;
    /** In whose place; null = in one's own. */
    readonly for_user: string | null;
    /** The signature this takes back; null = it is one. */
    readonly withdraws_id: string | null;
    readonly reason: string | null;
  })[];
  readonly locks: readonly (Done & {
    readonly step: string;
    readonly areas: string;
    readonly hours: number | null;
    readonly answers_id: string | null;
    readonly reason: string | null;
  })[];
  readonly explanations: readonly (OfTask & { readonly line_id: number; readonly explanation: string })[];
  readonly notes: readonly (OfTask & {
    readonly body: string;
    readonly assigned_to: string | null;
    readonly answers_id: string | null;
  })[];
  /** Attached and taken off. */
  readonly files: readonly (OfTask & {
    readonly step: string;
    readonly item_ref: string | null;
    readonly name: string;
    readonly sha256: string;
    readonly size_bytes: number;
    readonly removes_id: string | null;
    readonly reason: string | null;
  })[];
  readonly proposals: readonly (Done & { readonly reference: string; readonly words: string })[];
  readonly proposal_steps: readonly (Done & {
    readonly proposal_id: string;
    readonly step: string;
    readonly words: string | null;
  })[];
  /** Lines of a signed task that became others. */
  readonly changes: readonly (OfTask & { readonly change: string; readonly ref: string; readonly side: string })[];
  /** How people know an item: its cause, or its document. */
  readonly itemName: (line_id: number) => string;
}

export interface MonthStep extends Done {
  readonly what: string;
  readonly about: string;
  readonly detail: string;
  /** What its entry says; null = computing anew found it, which is no entry. */
  readonly entry: (Pick<DoneRow, 'kind' | 'about_end' | 'detail'> & { readonly shared?: boolean }) | null;
}

const LOCK_KINDS: Readonly<Record<string, string>> = {
  soft_lock: 'period_locked',
  hard_lock: 'period_locked',
  reopening_asked: 'reopening_asked',
  reopening_given: 'period_opened',
  reopening_refused: 'reopening_refused',
};

/** Until then, in the order the server took them. The trail holds a text by its hash. */
export function monthSteps(sha256: Sha256, facts: StepFacts, until_ms: number): readonly MonthStep[] {
  const month = isoMonth(facts.period);
  const codes = new Map(facts.tasks.map(({ id, code }) => [id, code]));
  const code = (task_id: number): string => codes.get(task_id) ?? '';
  const of_task = (task_id: number): string => ` ${month} ${code(task_id)}`;
  const hashOrNull = (text: string | null): string | null => (text === null ? null : sha256(text));
  const steps: readonly MonthStep[] = [
    ...facts.signoffs.map((row) => signatureStep(row, code(row.task_id), of_task(row.task_id), hashOrNull)),
    ...lockSteps(facts, hashOrNull),
    ...facts.explanations.map(({ task_id, line_id, explanation, ...done }) => ({
      ...bare(done),
      what: 'Explained',
      about: `${code(task_id)} ${facts.itemName(line_id)}`.trim(),
      detail: explanation,
      entry: {
        kind: 'item_explained',
        about_end: of_task(task_id),
        detail: { line: line_id, words_sha256: sha256(explanation) },
      },
    })),
    ...facts.notes.map(({ task_id, body, assigned_to, answers_id, ...done }) => ({
      ...bare(done),
      what: answers_id === null ? 'Noted' : 'Said done',
      about: code(task_id),
      detail: assigned_to === null ? body : `for ${assigned_to}: ${body}`,
      entry: {
        kind: 'close_noted',
        about_end: of_task(task_id),
        detail: { note: done.id, for: assigned_to, answers: answers_id, words_sha256: sha256(body) },
      },
    })),
    ...facts.files.map((row) => ({
      ...bare(row),
      what: row.step === 'removed' ? 'Took file off' : 'Attached file',
      about: `${code(row.task_id)} ${row.item_ref ?? ''}`.trim(),
      detail: `${row.name}, SHA-256 ${row.sha256}${row.reason === null ? '' : `: ${row.reason}`}`,
      entry: {
        about_end: of_task(row.task_id),
        ...(row.step === 'removed'
          ? { kind: 'evidence_removed', detail: { evidence: row.removes_id, words_sha256: hashOrNull(row.reason) } }
          : {
              kind: 'evidence_attached',
              detail: { evidence: row.id, sha256: row.sha256, bytes: row.size_bytes },
            }),
      },
    })),
    ...entrySteps(sha256, facts, month),
    ...facts.changes.map(({ task_id, change, ref, side, ...done }) => ({
      ...bare(done),
      what: `Line ${change}`,
      about: `${code(task_id)} ${ref}`,
      detail: side,
      entry: null,
    })),
  ];
  return steps
    .filter(({ at_ms }) => at_ms <= until_ms)
    .toSorted((a, b) => a.at_ms - b.at_ms || byCharacters(a.id, b.id));
}

function bare({ id, at_ms, who }: Done): Done {
  return { id, at_ms, who };
}

function signatureStep(
  row: StepFacts['signoffs'][number],
  about: string,
  about_end: string,
  hashOrNull: (text: string | null) => string | null,
): MonthStep {
  const { role, content_hash, device, for_user, withdraws_id, reason } = row;
  const prepared = role !== 'reviewer';
  if (withdraws_id === null) {
    return {
      ...bare(row),
      what: `${prepared ? 'Prepared' : 'Reviewed'}${for_user === null ? '' : ` for ${for_user}`}`,
      about,
      detail: `content ${content_hash}, on ${device}`,
      entry: { kind: 'close_signed', about_end, detail: { role, content: content_hash, for: for_user } },
    };
  }
  return {
    ...bare(row),
    what: prepared ? 'Withdrew as preparer' : 'Withdrew as reviewer',
    about,
    detail: reason ?? '',
    entry: {
      kind: 'signature_withdrawn',
      about_end,
      detail: { signature: withdraws_id, words_sha256: hashOrNull(reason) },
    },
  };
}

/** An answer's entry says the reason it was asked for; its own words stand there by their hash. */
function lockSteps(
  { locks, period }: StepFacts,
  hashOrNull: (text: string | null) => string | null,
): readonly MonthStep[] {
  const byId = new Map(locks.map((row) => [row.id, row]));
  return locks.map((row) => {
    const asked = row.answers_id === null ? undefined : byId.get(row.answers_id);
    const areas = areasOfText(row.areas);
    return {
      ...bare(row),
      what:
        row.step === 'reopening_refused' && asked?.who === row.who
          ? 'reopening taken back'
          : row.step.replaceAll('_', ' '),
      about: areas.map((area) => LOCK_AREA_NAMES[area]).join(', '),
      detail: row.reason ?? '',
      entry: {
        kind: LOCK_KINDS[row.step] ?? row.step,
        about_end: String(period),
        detail: {
          step: row.step,
          areas: areas.join(', '),
          asked_by: asked?.who ?? null,
          reason: asked === undefined ? row.reason : asked.reason,
          hours: asked === undefined ? row.hours : asked.hours,
          words_sha256: hashOrNull(row.reason),
        },
      },
    };
  });
}

function entrySteps(sha256: Sha256, { proposals, proposal_steps }: StepFacts, month: string): readonly MonthStep[] {
  const references = new Map(proposals.map(({ id, reference }) => [id, reference]));
  const of_entry = (reference: string): string => ` ${month} ${reference}`;
  return [
    ...proposals.map(({ reference, words, ...done }) => ({
      ...bare(done),
      what: 'Proposed entry',
      about: reference,
      detail: words,
      entry: { kind: 'entry_proposed', about_end: of_entry(reference), detail: { words_sha256: sha256(words) } },
    })),
    ...proposal_steps.map(({ proposal_id, step, words, ...done }) => {
      const reference = references.get(proposal_id) ?? '';
      return {
        ...bare(done),
        what: `Entry ${step}`,
        about: reference,
        detail: words ?? '',
        entry: stepEntry(step, words === null ? null : sha256(words), of_entry(reference)),
      };
    }),
  ];
}

function stepEntry(step: string, words_sha256: string | null, about_end: string): MonthStep['entry'] {
  switch (step) {
    case 'exported':
      return { kind: 'exported', about_end: 'journal', detail: {}, shared: true };
    case 'renewed':
      // told by the proposal that stands in for it
      return { kind: 'entry_proposed', about_end: '', detail: {}, shared: true };
    case 'approved':
    case 'refused':
      return { kind: `entry_${step}`, about_end, detail: { reason_sha256: words_sha256 } };
    default:
      return { kind: `entry_${step}`, about_end, detail: { words_sha256 } };
  }
}

/** What a step says as `traceRows` holds it against entries. */
function doneRow({ at_ms, who, what, about }: MonthStep, entry: NonNullable<MonthStep['entry']>): DoneRow {
  return { ...entry, shared: entry.shared ?? false, at_ms, who, words: doneWords({ what, who, about }) };
}

export interface MonthTrace extends Traced {
  /** What is not in order, in words; none = every seal holds, every row has its entry and every entry its row. */
  readonly faults: readonly string[];
}

/** The month's rows beside its entries, which stand in the order of the chain. */
export function traceMonth(sha256: Sha256, entries: readonly SealedEntry[], steps: readonly MonthStep[]): MonthTrace {
  const traced = traceRows(
    entries,
    steps.flatMap((step) => (step.entry === null ? [] : [doneRow(step, step.entry)])),
  );
  return { ...traced, faults: [...sealFaults(sha256, entries), ...traceFaults(traced)] };
}

/** Of a locked month those until its lock: what was written later belongs to none of its binders. In the order of the chain. */
export function entriesUntil(entries: readonly SealedEntry[], until_ms: number): readonly SealedEntry[] {
  // of the very moment of the lock, what stands behind it in the chain came after it
  const lock = entries.findLast(
    ({ event: { kind, happened_at_ms, detail } }) =>
      kind === 'period_locked' && happened_at_ms === until_ms && detail['step'] === 'hard_lock',
  );
  return entries.filter(
    ({ seq, event: { happened_at_ms } }) =>
      happened_at_ms < until_ms || (happened_at_ms === until_ms && seq <= (lock?.seq ?? seq)),
  );
}
