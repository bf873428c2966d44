/** What is written down of who came in, what they were given, and what was refused: for administrators and auditors of all companies. */
import { z } from 'zod';
import { Uuid } from './wire/protocol.ts';

export const AUDIT_KINDS = [
  'signed_in',
  'sign_in_refused',
  'session_ended',
  'account_added',
  'account_closed',
  'account_opened',
  'password_set',
  'grant_given',
  'grant_taken',
  'push_refused',
  'rules_decided',
  'purchase_approved',
  'purchase_refused',
  'draft_order_sent',
  'exported',
  'backed_up',
  'restored',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const AUDIT_WORDS: Readonly<Record<AuditKind, string>> = {
  signed_in: 'Signed in',
  sign_in_refused: 'Sign-in refused',
  session_ended: 'Session ended',
  account_added: 'Account added',
  account_closed: 'Account closed',
  account_opened: 'Account opened again',
  password_set: 'Password set',
  grant_given: 'Grant given',
  grant_taken: 'Grant taken back',
  push_refused: 'Change refused',
  rules_decided: 'Rules decided',
  purchase_approved: 'Purchase approved',
  purchase_refused: 'Purchase refused',
  draft_order_sent: 'Draft order sent',
  exported: 'Exported',
  backed_up: 'Backed up',
  restored: 'Restored',
};

/** 1970 to 9999. */
const AtMs = z.int().min(0).max(253_402_300_799_999);

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

/** 'role buyer, company HAL'; moments in UTC. */
export function auditDetail({ detail }: Pick<AuditRow, 'detail'>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) =>
      name.endsWith('_at_ms') && typeof value === 'number' && AtMs.safeParse(value).success
        ? `${name.slice(0, -3).replaceAll('_', ' ')} ${new Date(value).toISOString()}`
        : `${name.replaceAll('_', ' ')} ${value}`,
    )
    .join(', ');
}

export const AuditPage = z.object({ rows: z.array(AuditRow), more: z.boolean() });
export type AuditPage = z.infer<typeof AuditPage>;

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
