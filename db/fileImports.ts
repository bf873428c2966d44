/** Importing files goes straight to the server or not at all: what a file would change is the server's to say. */
import { z } from 'zod';
import type { ActionArgs } from '#contract/actions.ts';
import {
  type DismissedLines,
  type EarlierImport,
  type FileImportOpened,
  type FileImportOutcome,
  type FileImportPage,
  type FileImportStaged,
  type HeldFile,
  MAX_SHOWN_LINES,
  type RefusedPage,
} from '#contract/wire/fileImports.ts';
import { KIND_NAMES } from '#domain/imports/kinds/kinds.ts';
import { brokenAnswer } from './sync/failure.ts';
import type { WireClient } from './sync/wireClient.ts';

/** A whole file is read, compared and written in one go. */
const WORKS_MS = 10 * 60_000;

const Count = z.int().min(0);
const Id = z.int().min(1);
const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Counts = z.object({
  lines: Count,
  created: Count,
  changed: Count,
  unchanged: Count,
  quarantined: Count,
  settled_earlier: Count,
  outside: Count,
});
const Tie = z.array(
  z.object({
    label: z.string(),
    source: z.string(),
    imported: z.string(),
    quarantined: z.string(),
    unreadable: Count,
  }),
);
const ChangedLines = z
  .array(
    z.object({
      line_number: z.int().nullable(),
      label: z.string(),
      fields: z.array(z.object({ column: z.string(), before: Value, after: Value })),
    }),
  )
  .max(MAX_SHOWN_LINES);
const Outcome: z.ZodType<FileImportOutcome> = z.object({
  import_id: Id,
  kind: z.enum(KIND_NAMES),
  applied: z.boolean(),
  file_name: z.string(),
  company: z.object({ code: z.string(), name: z.string(), currency: z.string(), created: z.boolean() }),
  counts: Counts,
  made: z.array(z.object({ what: z.string(), codes: z.array(z.string()) })),
  tie: Tie,
  flagged: z.array(z.object({ line_number: z.int(), label: z.string(), text: z.string() })),
  flags: Count,
  reasons: z.array(z.object({ reason: z.string(), lines: Count })),
  created: ChangedLines,
  changed: ChangedLines,
  quarantined: z.array(
    z.object({ line_number: z.int(), label: z.string(), reason: z.string(), fields: z.array(z.string()) }),
  ),
  fingerprint: z.string(),
});
const Opened: z.ZodType<FileImportOpened> = z.object({ import_id: Id });
const Staged: z.ZodType<FileImportStaged> = z.object({ lines: Count });
const Earlier: z.ZodType<EarlierImport> = z.object({
  import_id: Id,
  kind: z.enum([...KIND_NAMES, 'orders']),
  mode: z.enum(['file', 'retry']),
  file_name: z.string(),
  company_code: z.string(),
  user_name: z.string(),
  applied_at_ms: z.number(),
  counts: Counts,
  tie: Tie,
});
const Page: z.ZodType<FileImportPage> = z.object({ imports: z.array(Earlier) });
const Refused: z.ZodType<RefusedPage> = z.object({
  lines: z.array(
    z.object({
      id: Id,
      line_number: z.int(),
      label: z.string(),
      reason: z.string(),
      file_name: z.string(),
      raw: z.string().nullable(),
      header: z.array(z.string()),
      fields: z.array(z.string()),
      of_whole: z.boolean().default(false),
    }),
  ),
  total: Count,
  // a server of before does not tell
  dismissed: z
    .array(
      z.object({
        id: Id,
        line_number: z.int(),
        label: z.string(),
        reason: z.string(),
        file_name: z.string(),
        dismissed_at_ms: z.int(),
        by: z.string().nullable(),
        why: z.string().nullable(),
      }),
    )
    .default([]),
});
const Dismissed: z.ZodType<DismissedLines> = z.object({ dismissed: Count });

export async function postImport<T>(
  client: WireClient,
  shape: z.ZodType<T>,
  path: string,
  body: unknown,
  silent_ms?: number,
): Promise<T> {
  const parsed = shape.safeParse(await client.request('POST', path, body, silent_ms));
  if (!parsed.success) throw brokenAnswer('an answer about an import has another shape');
  return parsed.data;
}

export function importOpen(client: WireClient, args: ActionArgs<'importOpen'>): Promise<FileImportOpened> {
  return postImport(client, Opened, '/imports/files', args);
}

export function importLines(client: WireClient, args: ActionArgs<'importLines'>): Promise<FileImportStaged> {
  const { import_id, ...block } = args;
  return postImport(client, Staged, `/imports/files/${import_id}/lines`, block);
}

export function importPreview(client: WireClient, args: ActionArgs<'importPreview'>): Promise<FileImportOutcome> {
  return postImport(client, Outcome, `/imports/files/${args.import_id}/preview`, {}, WORKS_MS);
}

export function importApply(client: WireClient, args: ActionArgs<'importApply'>): Promise<FileImportOutcome> {
  const { import_id, fingerprint } = args;
  return postImport(client, Outcome, `/imports/files/${import_id}/apply`, { fingerprint }, WORKS_MS);
}

export function importEarlier(client: WireClient, args: ActionArgs<'importEarlier'>): Promise<FileImportPage> {
  return postImport(client, Page, '/imports/files/earlier', args);
}

export function importRefused(client: WireClient, args: ActionArgs<'importRefused'>): Promise<RefusedPage> {
  return postImport(client, Refused, '/imports/files/refused', args);
}

export function importHeld(client: WireClient, args: ActionArgs<'importHeld'>): Promise<HeldFile> {
  return postImport(client, z.object({ csv: z.string() }), '/imports/files/held', args);
}

export function importDismiss(client: WireClient, args: ActionArgs<'importDismiss'>): Promise<DismissedLines> {
  return postImport(client, Dismissed, '/imports/files/dismiss', args);
}
