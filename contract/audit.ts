/** What is written down of who came in, what they were given, and what was refused: for administrators and auditors of all companies. */
import { z } from 'zod';
import { VIEWED_THINGS } from '#domain/audit/viewed.ts';
import { AUDIT_KINDS, LAST_MS } from './auditWords.ts';
import { Id, Month } from './queries/arguments.ts';
import { Uuid } from './wire/protocol.ts';

const AtMs = z.int().min(0).max(LAST_MS);

/** Newest first; `before` is the last id of the page before. */
export const AuditRequest = z.strictObject({
  /** Every word is found in what happened, who, whom, where from or the details. */
  text: z.string().max(100).default(''),
  kind: z.enum(AUDIT_KINDS).nullable().default(null),
  /** Part of the name of who did it. */
  who: z.string().max(100).default(''),
  /** Part of whom or what it was done to. */
  about: z.string().max(100).default(''),
  from_ms: AtMs.nullable().default(null),
  /** Up to, not including. */
  until_ms: AtMs.nullable().default(null),
  before: z.int().min(1).nullable().default(null),
});
export type AuditRequest = z.output<typeof AuditRequest>;

export const AuditRow = z.object({
  id: z.int(),
  happened_at_ms: z.number(),
  kind: z.enum(AUDIT_KINDS),
  /** Who did it; null = whoever runs the server. A refused sign-in holds the name that was typed. */
  user_name: z.string().nullable(),
  /** Where the request came from; null = not over the network. */
  address: z.string().nullable(),
  /** Whom or what it was done to. */
  about: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const AuditPage = z.object({ rows: z.array(AuditRow), more: z.boolean() });
export type AuditPage = z.infer<typeof AuditPage>;

/** How the trail's seals stand. `seal` is that of the last entry: kept elsewhere, it shows an end that was cut off. */
export const AuditChain = z.object({
  entries: z.int(),
  seal: z.string(),
  /** Written, and sealed within a minute. */
  waiting: z.int(),
  /** The first that does not fit; null = the chain is whole. */
  broken: z.object({ seq: z.int(), event_id: z.int().nullable(), why: z.string() }).nullable(),
});
export type AuditChain = z.infer<typeof AuditChain>;

/** `seal_at`: the server's seal at the place that was asked for; null = none was, or the chain does not reach so far. */
export const AuditChainRequest = z.strictObject({ at: z.int().min(1).nullable().default(null) });
export const AuditChainAnswer = AuditChain.extend({ seal_at: z.string().nullable() });
export type AuditChainAnswer = z.infer<typeof AuditChainAnswer>;

/** The chain of a copy beside the server's. */
export interface AuditCompared {
  readonly server: AuditChain;
  /** The last entry that is here; null = none is. */
  readonly here: { readonly seq: number; readonly seal: string } | null;
  /** Both have the same seal there. */
  readonly equal: boolean;
  readonly at_ms: number;
}

/** Exports leave the replica without asking anybody; the workstation tells of them when it reaches the server. */
export const ExportNote = z.object({
  id: Uuid,
  made_at_ms: z.int(),
  /** Which grid, in which format, how much of it. */
  query: z.string().min(1).max(64),
  format: z.string().min(1).max(16),
  rows: z.int().min(0),
  bytes: z.int().min(0),
});
export type ExportNote = z.infer<typeof ExportNote>;
export const ExportNotes = z.object({ client_id: Uuid, exports: z.array(ExportNote).min(1).max(100) });

/** Looking asks nobody either: told once a thing, month and day. The server decides what of it is written down. */
export const ViewedNote = z.strictObject({
  thing: z.enum(VIEWED_THINGS),
  company_id: Id,
  period: Month,
  viewed_at_ms: AtMs,
});
export type ViewedNote = z.infer<typeof ViewedNote>;
export const ViewedNotes = z.strictObject({ client_id: Uuid, views: z.array(ViewedNote).min(1).max(100) });
