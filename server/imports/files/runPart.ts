/** One part of a file in a transaction: checked and written; the last part also settles what is of the whole file. */
import { sql } from 'kysely';
import { type LinesRead, refuseMore } from '#domain/imports/engine/readLines.ts';
import { type ChangedLine, type FileImportOutcome, MAX_SHOWN_LINES } from '#contract/wire/fileImports.ts';
import { nameAuthor } from '#server/close/bookAuthors.ts';
import { asMaker, createCompany, mayImportArea } from '#server/imports/company.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase, ImportTransaction } from '#server/imports/schema.ts';
import { companyOfFile, type FileCompany } from './companyOfFile.ts';
import { createJob, NOTHING_MOVED, type SettledChanges, type Survey } from './job.ts';
import { kindStore } from './kindStores.ts';
import { asLine, fingerprintOf, type FilePlan, reasonsOf } from './planFile.ts';
import { keepRefusedLines, settleRefused } from './refusedLines.ts';

export interface PartDone {
  readonly company: FileCompany;
  readonly created: number;
  readonly changed: number;
  readonly outside: number;
  /** The first of each sort. */
  readonly shown: Readonly<Record<keyof SettledChanges, readonly ChangedLine[]>>;
  readonly flagged: FileImportOutcome['flagged'];
  readonly flags: number;
  readonly made: FileImportOutcome['made'];
  /** Lines that can be read but not stored. */
  readonly refused: readonly (readonly [line_number: number, reason: string])[];
  /** Of the file, on the last part. */
  readonly settled_earlier: number;
  /** Over every change and refusal: another one means that something else would happen. */
  readonly fingerprint: string;
}

/** What a kind of file needs to know of all its lines; read in short statements before any part. */
export async function surveyFile(db: ImportDatabase, plan: FilePlan, now: Date): Promise<Survey> {
  const { company, file, whole } = plan;
  return (await kindStore(file.kind).survey?.(db, company, whole, now)) ?? NOTHING_MOVED;
}

/** `refused` = the reasons of the parts before this one, at least; `made` = the company, if an earlier part made it. */
export async function runPart(
  tx: ImportTransaction,
  run: { readonly importer: Importer; readonly now: Date },
  plan: FilePlan,
  survey: Survey,
  index: number,
  refused: PartDone['refused'],
  made: FileCompany | null = null,
): Promise<PartDone> {
  const { file, kind, columns, whole } = plan;
  // Every look-up of an import is by key. Without statistics (a fresh table, no autovacuum in PGlite) the planner would
  // rather read whole tables.
  await sql`set local enable_seqscan = off`.execute(tx);
  // Imports into one company take turns: each sees all of a part of the other's rows or none.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import-file:${file.company_code}`}, 0))`.execute(tx);
  await nameAuthor(tx, run.importer.user_name, run.now);
  const { company, importer } = await companyAndImporter(tx, run, plan, made);
  const job = createJob(
    { tx, company_id: company.id, source: file.source, now: run.now },
    {
      currency: company.currency,
      time_zone: company.time_zone,
      columns,
      file_name: file.file_name,
      complete: file.complete,
      all_read: file.mode === 'file' && plan.read.refused.length === 0,
      retry: file.mode === 'retry',
      make_missing: file.make_missing,
      see_cost: mayImportArea(importer, company.id, 'cost'),
      user_name: importer.user_name,
      survey,
    },
  );
  const store = kindStore(file.kind);
  const part = { ...plan.read, accepted: plan.parts[index] ?? [], refused: [] };
  const read = refuseMore(kind, part, await store.check(job, part.accepted.map(asLine), whole));
  await store.store(job, read.accepted.map(asLine), whole);
  const own = reasonsOf(read.refused);
  let settled_earlier = 0;
  if (index === plan.parts.length - 1) {
    const all = refuseMore(kind, plan.read, new Map([...refused, ...own]));
    await store.finish?.(job, all.accepted.map(asLine), all.refused.length);
    settled_earlier = await settleQuarantine(tx, plan, company, all, run.now);
  }
  const changes = await job.changes.finish(job);
  const { created, changed, outside } = changes;
  return {
    company,
    created: created.length,
    changed: changed.length,
    outside: outside.length,
    shown: {
      created: created.slice(0, MAX_SHOWN_LINES),
      changed: changed.slice(0, MAX_SHOWN_LINES),
      outside: outside.slice(0, MAX_SHOWN_LINES),
    },
    flagged: job.changes.flags.slice(0, MAX_SHOWN_LINES),
    flags: job.changes.flags.length,
    made: [...job.lookups.made].map(([what, codes]) => ({ what: what.replace('gl_', ''), codes: codes.slice(0, 100) })),
    refused: own,
    settled_earlier,
    fingerprint: fingerprintOf([changes, own]),
  };
}

/** Whoever makes the company may go on in it, before any other request knows of that. */
async function companyAndImporter(
  tx: ImportTransaction,
  { importer, now }: { readonly importer: Importer; readonly now: Date },
  { file }: FilePlan,
  made: FileCompany | null,
): Promise<{ company: FileCompany; importer: Importer }> {
  if (made) return { company: { ...made, created: false }, importer: asMaker(importer, made.id) };
  const company = await companyOfFile(tx, importer, file);
  if (company) return { company, importer };
  if (!file.new_company) throw new Error('the company of a file is neither there nor to be made');
  const { company_code: code, source, new_company } = file;
  const fresh = await createCompany(tx, importer, { code, source, ...new_company }, now);
  return { company: fresh, importer: asMaker(importer, fresh.id) };
}

/** A correction that fails leaves the line in quarantine as its file had it. */
async function settleQuarantine(
  tx: ImportTransaction,
  { file, corrects }: FilePlan,
  company: FileCompany,
  read: LinesRead,
  now: Date,
): Promise<number> {
  if (file.mode === 'file')
    return await keepRefusedLines(tx, { company_id: company.id, kind: file.kind }, file.id, read, now);
  const corrected = read.accepted.flatMap(({ line }) => corrects.get(line.line_number) ?? []);
  await settleRefused(tx, corrected, 'corrected', now);
  return 0;
}
