/** Importing orders goes straight to the server, block by block; a block sent again gets its first answer again. */
import { z } from 'zod';
import type { ActionArgs } from '#contract/actions.ts';
import {
  MAX_IMPORT_BLOCK_LINES,
  type OrderImportOpened,
  type OrderImportProgress,
  type OrderImportReport,
  type QuarantinePage,
} from '#contract/wire/imports.ts';
import { postImport } from './fileImports.ts';
import type { WireClient } from './sync/wireClient.ts';

/** A block waits for others of the same source. */
const BLOCK_MS = 5 * 60_000;

const Count = z.int().min(0);
const Opened: z.ZodType<OrderImportOpened> = z.object({
  import_id: z.int().min(1),
  company: z.object({
    id: z.int(),
    code: z.string(),
    name: z.string(),
    currency: z.string(),
    time_zone: z.string(),
    created: z.boolean(),
  }),
});
const Progress: z.ZodType<OrderImportProgress> = z.object({
  lines: Count,
  imported: Count,
  quarantined: Count,
  created: Count,
  changed: Count,
  refused: z
    .array(z.object({ line_number: z.int(), invoice: z.string(), ordinal: z.int(), reason: z.string() }))
    .max(MAX_IMPORT_BLOCK_LINES),
});
const Report: z.ZodType<OrderImportReport> = z.object({
  totals: z.object({
    lines: Count,
    imported: Count,
    quarantined: Count,
    created: Count,
    source_total: z.string(),
    imported_total: z.string(),
    quarantined_total: z.string(),
    rounding: z.string(),
  }),
  changed: Count,
  corrected_earlier: Count,
  reasons: z.array(z.object({ reason: z.string(), lines: Count })),
});
const Refused: z.ZodType<QuarantinePage> = z.object({
  lines: z.array(
    z.object({
      id: z.int().min(1),
      line_number: z.int(),
      invoice: z.string(),
      ordinal: z.int(),
      reason: z.string(),
      raw: z.string().nullable(),
      header: z.array(z.string()),
      fields: z.array(z.string()),
    }),
  ),
  total: Count,
});

export function orderImportOpen(client: WireClient, args: ActionArgs<'orderImportOpen'>): Promise<OrderImportOpened> {
  return postImport(client, Opened, '/imports/orders', args);
}

export function orderImportLines(
  client: WireClient,
  args: ActionArgs<'orderImportLines'>,
): Promise<OrderImportProgress> {
  const { import_id, ...block } = args;
  return postImport(client, Progress, `/imports/orders/${import_id}/lines`, block, BLOCK_MS);
}

export function orderImportFinish(
  client: WireClient,
  { import_id }: ActionArgs<'orderImportFinish'>,
): Promise<OrderImportReport> {
  return postImport(client, Report, `/imports/orders/${import_id}/finish`, {}, BLOCK_MS);
}

export function orderRefused(client: WireClient, args: ActionArgs<'orderRefused'>): Promise<QuarantinePage> {
  return postImport(client, Refused, '/imports/quarantine', args);
}
