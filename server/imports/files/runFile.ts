/**
 * A staged file, run part by part, each in one transaction: checked, written, and on the last one quarantined and closed. A
 * preview rolls every part back; applying commits each that does exactly what the preview said of it. A file of one part is
 * applied whole or not at all; of a larger one readers see the first parts before the last, and one that was cut off goes
 * on behind the parts that are in.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { refuseMore } from '#domain/imports/engine/readLines.ts';
import { tieOut } from '#domain/imports/engine/tie.ts';
import { type FileImportOutcome, MAX_SHOWN_LINES } from '#contract/wire/fileImports.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { HttpError } from '#server/http/errors.ts';
import { countReasons } from '#server/imports/importBlock.ts';
import type { Importer } from '#server/imports/importer.ts';
import { tellImport } from '#server/imports/importTrail.ts';
import type { FilePreview, ImportDatabase, ImportTransaction } from '#server/imports/schema.ts';
import type { FileCompany } from './companyOfFile.ts';
import { fingerprintOf, type FilePlan, planFile } from './planFile.ts';
import { type PartDone, runPart, surveyFile } from './runPart.ts';

export interface FileRun {
  readonly db: ImportDatabase;
  readonly importer: Importer;
  readonly import_id: number;
  readonly now: Date;
  readonly crashAt: CrashAt;
  /** Called after each commit. */
  readonly committed: (made_company: boolean) => void;
  readonly lines_a_part?: number;
}

class RolledBack<T> extends Error {
  readonly done: T;
  constructor(done: T) {
    super('a preview writes nothing');
    this.done = done;
  }
}

async function rolledBack<T>(db: ImportDatabase, act: (tx: ImportTransaction) => Promise<T>): Promise<T> {
  try {
    await db.transaction().execute(async (tx) => {
      throw new RolledBack(await act(tx));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.done as T;
    throw error;
  }
  throw new Error('a preview was committed');
}

/** Nothing of the business is written; what each part would do is kept for applying. */
export async function previewFile(run: FileRun): Promise<FileImportOutcome> {
  const { db, importer, import_id } = run;
  const plan = await planFile(db, importer, import_id, run.lines_a_part);
  const survey = await surveyFile(db, plan, run.now);
  const parts: PartDone[] = [];
  for (const index of plan.parts.keys()) {
    const refused = parts.flatMap((part) => part.refused);
    parts.push(await rolledBack(db, async (tx) => await runPart(tx, run, plan, survey, index, refused)));
    await turn();
  }
  const refused = parts.flatMap((part) => part.refused);
  const outcome = previewOutcome(plan, parts, refused);
  const preview: FilePreview = { outcome, parts: parts.map(({ fingerprint }) => fingerprint), refused };
  await db
    .updateTable('import_file')
    .set({ preview: JSON.stringify(preview), parts_applied: 0 })
    .where('id', '=', import_id)
    .where('applied_at', 'is', null)
    .execute();
  return outcome;
}

/** Throws HttpError 409 when the file, or the rest of it, would do something else than the preview said. */
export async function applyFile(run: FileRun, fingerprint: string): Promise<FileImportOutcome> {
  const { db, importer, import_id, now } = run;
  const plan = await planFile(db, importer, import_id, run.lines_a_part);
  const { preview, parts_applied } = plan.file;
  if (preview === null || fileFingerprint(plan, preview.parts) !== fingerprint) throw moved(0);
  const survey = await surveyFile(db, plan, run.now);
  const { tie } = preview.outcome;
  let { counts } = preview.outcome;
  let made: FileCompany | null = null;
  for (let index = parts_applied; index < plan.parts.length; index++) {
    const company = await db.transaction().execute(async (tx) => {
      await takeTurn(tx, import_id, index);
      const done = await runPart(tx, run, plan, survey, index, preview.refused, made);
      if (done.fingerprint !== preview.parts[index]) throw moved(index === 0 ? 0 : linesBefore(plan, index));
      if (index < plan.parts.length - 1) {
        await tx
          .updateTable('import_file')
          .set({ parts_applied: index + 1 })
          .where('id', '=', import_id)
          .execute();
        if (index === 0) await tellFile(tx, run, plan, done.company.id, 'import_begun', null);
      } else {
        counts = { ...counts, settled_earlier: done.settled_earlier };
        await finishFile(tx, import_id, done.company.id, { counts, tie }, now);
        await tellFile(tx, run, plan, done.company.id, 'file_imported', counts);
      }
      run.crashAt('server.import.before_commit');
      return done.company;
    });
    if (company.created) made = company;
    run.committed(company.created);
    run.crashAt('server.import.committed');
    // What waited for the one connection of an embedded database has its turn.
    await turn();
  }
  return { ...preview.outcome, applied: true, counts };
}

async function tellFile(
  tx: ImportTransaction,
  { importer, now }: FileRun,
  { file, lines }: FilePlan,
  company_id: number,
  kind: 'import_begun' | 'file_imported',
  counts: FileImportOutcome['counts'] | null,
): Promise<void> {
  const { created, changed, quarantined } = counts ?? { created: null, changed: null, quarantined: null };
  const { id, source, file_name, mode } = file;
  const detail = { file: file_name, source, mode, lines: lines.length, created, changed, quarantined, import: id };
  await tellImport(tx, importer, now, { kind, company_id, what: file.kind, detail });
}

/** Two requests that apply one file never store a part twice. */
async function takeTurn(tx: ImportTransaction, import_id: number, index: number): Promise<void> {
  const file = await tx
    .selectFrom('import_file')
    .select(['parts_applied', 'applied_at'])
    .where('id', '=', import_id)
    .forUpdate()
    .executeTakeFirst();
  if (file?.applied_at !== null || file.parts_applied !== index)
    throw new HttpError(
      409,
      'conflict',
      'This import is previewed or applied by another request at the same time. Look at the new preview.',
    );
}

function linesBefore({ parts }: FilePlan, index: number): number {
  return parts.slice(0, index).reduce((sum, part) => sum + part.length, 0);
}

function moved(lines_in: number): HttpError {
  return new HttpError(
    409,
    'conflict',
    lines_in === 0
      ? 'The data changed since the preview: this file would do something else now. Nothing was applied; look at the new preview.'
      : `The data changed since the preview: ${lines_in.toLocaleString('en-GB')} lines are applied, the rest would do something else now and is not. Look at the new preview and apply what is left.`,
  );
}

function fileFingerprint(plan: FilePlan, parts: readonly string[]): string {
  return parts.length === plan.parts.length ? fingerprintOf([plan.fingerprint, parts]) : '';
}

function previewOutcome(
  plan: FilePlan,
  parts: readonly PartDone[],
  reasons: readonly (readonly [number, string])[],
): FileImportOutcome {
  const { file, kind } = plan;
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) throw new Error('a file has no part');
  const read = refuseMore(kind, plan.read, new Map(reasons));
  const total = (count: (part: PartDone) => number): number => parts.reduce((sum, part) => sum + count(part), 0);
  const created = total((part) => part.created);
  const changed = total((part) => part.changed);
  const shown = <T>(of: (part: PartDone) => readonly T[]): T[] => parts.flatMap(of).slice(0, MAX_SHOWN_LINES);
  const made = Map.groupBy(
    parts.flatMap((part) => part.made),
    ({ what }) => what,
  );
  return {
    import_id: file.id,
    kind: file.kind,
    applied: false,
    file_name: file.file_name,
    company: {
      code: first.company.code,
      name: first.company.name,
      currency: first.company.currency,
      created: first.company.created,
    },
    counts: {
      lines: plan.lines.length,
      created,
      changed,
      unchanged: read.accepted.length - created - changed,
      quarantined: read.refused.length,
      settled_earlier: last.settled_earlier,
      outside: last.outside,
    },
    made: [...made].map(([what, some]) => ({
      what,
      codes: [...new Set(some.flatMap(({ codes }) => codes))].slice(0, 100),
    })),
    tie: tieOut(
      kind,
      plan.columns,
      plan.lines.map(({ amounts }) => amounts),
      read,
    ),
    flagged: shown((part) => part.flagged),
    flags: total((part) => part.flags),
    reasons: Object.entries(
      countReasons(
        {},
        read.refused.map(({ reason }) => reason),
      ),
    )
      .map(([reason, lines]) => ({ reason, lines }))
      .toSorted((a, b) => b.lines - a.lines),
    created: shown((part) => part.shown.created),
    changed: [...shown((part) => part.shown.changed), ...last.shown.outside].slice(0, MAX_SHOWN_LINES),
    quarantined: read.refused.slice(0, MAX_SHOWN_LINES).map(({ line, label, reason }) => ({
      line_number: line.line_number,
      label,
      reason,
      fields: line.fields.slice(0, 60).map((field) => field.slice(0, 200)),
    })),
    fingerprint: fileFingerprint(
      plan,
      parts.map(({ fingerprint }) => fingerprint),
    ),
  };
}

async function finishFile(
  tx: ImportTransaction,
  id: number,
  company_id: number,
  outcome: Pick<FileImportOutcome, 'counts' | 'tie'>,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('import_file')
    .set({ applied_at: now, company_id, outcome: JSON.stringify(outcome), preview: null })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('import_file_line').where('import_id', '=', id).execute();
}
