/**
 * What the replica service does at once or not at all: signing in, asking the server now, handling the outbox,
 * administration (online only; never queued, so no password ever rests in an outbox).
 */
import { z } from 'zod';
import { ROLES } from '#domain/access/roles.ts';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { type AuditCompared, type AuditPage, AuditRequest } from './audit.ts';
import type { SinceKept } from '#domain/close/binder/kept.ts';
import type { BinderManifest } from '#domain/close/binder/manifest.ts';
import { type CarrierCharges, CarrierChargesRequest } from './wire/carrierCharges.ts';
import type { JournalExported } from './wire/journal.ts';
import { Month } from './queries/arguments.ts';
import type { Session } from './queries.ts';
import { GridView, type SavedView, ScreenId } from './queries/gridView.ts';
import { Assumptions } from './queries/scenarios.ts';
import {
  ApplyFileImport,
  type DismissedLines,
  DismissRefused,
  EarlierImports,
  type HeldFile,
  HeldRequest,
  FileImportBlock,
  type FileImportOpened,
  type FileImportOutcome,
  type FileImportPage,
  type FileImportStaged,
  OpenFileImport,
  type RefusedPage,
  RefusedRequest,
} from './wire/fileImports.ts';
import {
  OpenOrderImport,
  OrderImportBlock,
  type OrderImportOpened,
  type OrderImportProgress,
  type OrderImportReport,
  type QuarantinePage,
  QuarantineRequest,
} from './wire/imports.ts';
import type { GrantView } from './wire/protocol.ts';

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,39}$/, 'a user name is 2–40 characters: small letters, digits, dot, dash, underscore');
const Code = z.string().min(1).max(40);
const ImportId = z.int().min(1);
/** A request holds 256 KiB. */
const MOST_KEPT_CHARACTERS = 240 * 1024;

const ViewName = z.string().trim().min(1, 'A view needs a name.').max(60, 'A name holds up to 60 characters.');

const ScenarioName = z.string().trim().min(1, 'A scenario needs a name.').max(60, 'A name holds up to 60 characters.');

export const NewPassword = z.string().min(8, 'A password has at least 8 characters.').max(200);

/** What a text is about: note-item-840, change-7c9e… */
const DraftSubject = z
  .string()
  .regex(/^[a-z]+(-[a-z0-9]+){1,8}$/, 'a draft is about a thing')
  .max(80);

const grantFields = {
  role: z.enum(ROLES),
  /** null = every company, present and future. */
  company_code: Code.nullable(),
  site_code: Code.nullable().default(null),
  channel_code: Code.nullable().default(null),
};

/** Grids whose rows leave as files. */
export const EXPORT_QUERIES = [
  'stockPositions',
  'stockByCompany',
  'fulfilment',
  'claims',
  'forecasts',
  'forecastOverrides',
  'itemClasses',
  'marginByChannel',
  'marginLines',
  'marginErosion',
  'marginErosionLines',
  'marginLeakage',
  'marginLeakageLines',
  'fillRate',
  'fillRateLines',
  'marginPivot',
  'marginBridge',
  'marginBridgeLines',
  'marginTieLines',
  'creditList',
  'openInvoices',
  'cashOutlook',
  'trialBalance',
  'accountLines',
  'fillPivot',
  'delayRisk',
  'exceptions',
  'replenishment',
  'draftOrder',
  'orderApprovals',
  'transfers',
  'suppliers',
  'closeTask',
  'fluxTask',
  'closeJournal',
  'rulesInForce',
  'scenarioCompare',
  'outbox',
] as const;
export type ExportQueryName = (typeof EXPORT_QUERIES)[number];
/** No list that is here whole is longer. */
const MOST_SHOWN_KEYS = 2000;
export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const ACTIONS = {
  signIn: {
    args: z.strictObject({
      user_name: z.string().min(1).max(40),
      password: z.string().min(1).max(200),
      /** What this machine's data is still locked with, after the password changed on the server. */
      previous_password: z.string().min(1).max(200).optional(),
      /** Keep this machine's files under other names and load afresh: the previous password is lost. */
      set_aside: z.boolean().optional(),
    }),
  },
  signOut: { args: z.strictObject({}) },
  /** Who has a replica on this machine, and which server it talks to: for the sign-in screen. Needs no session. */
  signInState: { args: z.strictObject({}) },
  syncNow: { args: z.strictObject({}) },
  /**
   * `full`: every row here is read and compared with every row there, before it answers. `quick`: what changed and what
   * is worked with is read, the rest is compared by what it added up to when it was last read; then the rest is read in
   * the background, unless `rest` is false.
   */
  verifyNow: {
    args: z.strictObject({ depth: z.enum(['full', 'quick']).default('full'), rest: z.boolean().default(true) }),
  },
  /** Holds the reading in the background, or goes on with it. */
  verifyRest: { args: z.strictObject({ paused: z.boolean() }) },
  /** Forgets the data on this machine and loads all of it again; what the person did stays. */
  reloadData: { args: z.strictObject({}) },
  retryMutation: { args: z.strictObject({ id: z.uuid() }) },
  discardMutation: { args: z.strictObject({ id: z.uuid() }) },
  /** Queues the corrected command under a new id and discards the old one. */
  editMutation: { args: z.strictObject({ id: z.uuid(), args: z.record(z.string(), z.unknown()) }) },
  /**
   * A query's rows as a file, made by a child process and then taken away in parts; text that a spreadsheet would run
   * leaves as text.
   */
  exportRows: {
    args: z.strictObject({
      query: z.enum(EXPORT_QUERIES),
      args: z.record(z.string(), z.unknown()),
      format: z.enum(EXPORT_FORMATS).default('csv'),
      /** The grid's columns in the order they are shown; all of them without. */
      columns: z.array(z.string().max(60)).max(200).optional(),
      /** Of figures by month: the one the months show. */
      measure: z.string().max(40).optional(),
      /** Of figures by period: the one the totals are of, '202610'; of all without. */
      totals_of: z.string().max(10).optional(),
      /** Of a list that the screen narrows and orders itself: its rows as shown, by their keys. */
      keys: z.array(z.string().max(120)).max(MOST_SHOWN_KEYS).optional(),
    }),
  },
  /**
   * Everything of a month's close in one archive (PDF, workbook, rows, manifest), made by a child process from the copy and
   * then taken away in parts as an export is.
   */
  makeBinder: { args: z.strictObject({ company_id: z.int().min(1), period: Month }) },
  /**
   * The next bytes of a file that is to be attached, kept sealed on this machine; behind the last of them its SHA-256, which
   * `attachEvidence` names. The same bytes again change nothing.
   */
  keepEvidence: {
    args: z.strictObject({
      upload: z.uuid(),
      offset: z.int().min(0).max(MOST_EVIDENCE_BYTES),
      base64: z.base64().max(MOST_KEPT_CHARACTERS),
      last: z.boolean(),
    }),
  },
  /** Bytes of a file that is attached; brought from the server first when they are not on this machine. */
  evidenceBytes: {
    args: z.strictObject({ evidence_id: z.uuid(), offset: z.int().min(0).max(MOST_EVIDENCE_BYTES) }),
  },
  /**
   * Approved entries of a month as a file, from the server: each leaves once, and only it knows which did. `references` null:
   * all that have not left; `again`: on purpose also what did.
   */
  exportJournal: {
    args: z.strictObject({
      company_code: Code,
      period: Month,
      references: z.array(z.string().max(40)).min(1).max(200).nullable(),
      again: z.boolean(),
    }),
  },
  /** The next part of an export; the last one takes it off the machine. */
  exportPart: { args: z.strictObject({ id: z.uuid(), offset: z.int().min(0) }) },
  /**
   * Text that is being typed, kept encrypted on this machine until it is sent or given up; '' forgets it. The name says
   * who typed it: what one person wrote is never kept for another who signed in meanwhile.
   */
  saveDraft: {
    args: z.strictObject({ user_name: z.string().min(1).max(40), about: DraftSubject, text: z.string().max(20_000) }),
  },
  /** '' when nothing is kept. */
  readDraft: { args: z.strictObject({ about: DraftSubject }) },
  /** Keeps how a grid is arranged, under a name; with `id` in the place of an older view. */
  saveView: {
    args: z.strictObject({ id: z.uuid().optional(), screen: ScreenId, name: ViewName, view: GridView }),
  },
  renameView: { args: z.strictObject({ id: z.uuid(), name: ViewName }) },
  deleteView: { args: z.strictObject({ id: z.uuid() }) },
  /** `id` null: the screen opens as it was made. */
  setDefaultView: { args: z.strictObject({ screen: ScreenId, id: z.uuid().nullable() }) },
  /** Keeps a scenario on this machine; with `id` in the place of its older self. Refused with the first new assumption that cannot be. */
  saveScenario: {
    args: z.strictObject({
      id: z.uuid().optional(),
      company_id: z.int().min(1),
      name: ScenarioName,
      assumptions: Assumptions,
    }),
  },
  deleteScenario: { args: z.strictObject({ id: z.uuid() }) },
  /** Brings a deleted one back. */
  restoreScenario: { args: z.strictObject({ id: z.uuid() }) },
  /** Queues the commands of these assumptions; a second time those that were refused, each under its own id. */
  submitScenario: {
    args: z.strictObject({
      id: z.uuid(),
      assumption_ids: z.array(z.uuid()).min(1).max(200),
      reason: z.string().trim().min(3, 'Say why.').max(500, 'A reason holds up to 500 characters.'),
    }),
  },
  adminUsers: { args: z.strictObject({}) },
  /** What the server did to stay small, and how large it is. */
  adminCare: { args: z.strictObject({}) },
  adminAddUser: {
    args: z.strictObject({
      name: Name,
      display_name: z.string().min(1).max(80),
      password: NewPassword,
      ...grantFields,
    }),
  },
  adminGrant: { args: z.strictObject({ name: Name, ...grantFields }) },
  adminRevoke: { args: z.strictObject({ name: Name, grant_id: z.int().min(1) }) },
  adminResetPassword: { args: z.strictObject({ name: Name, password: NewPassword }) },
  /** A closed account is signed out everywhere at once and cannot sign in; its name and its grants stay. */
  adminSetActive: { args: z.strictObject({ name: Name, active: z.boolean() }) },
  /** The audit trail, newest first, in pages; for auditors and administrators of all companies. */
  auditTrail: { args: AuditRequest },
  /** Has the server seal what was written since, so that it reaches the copy without waiting for its minute. */
  auditSeal: { args: z.strictObject({}) },
  /** Holds the chain here beside the server's own. */
  auditCompare: { args: z.strictObject({}) },
  /** What carriers charged for an order, from the server: no copy holds it. */
  carrierCharges: { args: CarrierChargesRequest },
  // Importing files goes straight to the server as well: staged in blocks, previewed, applied as previewed.
  importOpen: { args: OpenFileImport },
  importLines: { args: FileImportBlock.extend({ import_id: ImportId }) },
  importPreview: { args: z.strictObject({ import_id: ImportId }) },
  importApply: { args: ApplyFileImport.extend({ import_id: ImportId }) },
  importEarlier: { args: EarlierImports },
  importRefused: { args: RefusedRequest },
  /** What the company has, as a file of the kind that goes in again. */
  importHeld: { args: HeldRequest },
  importDismiss: { args: DismissRefused },
  // Orders come by the million: in blocks that are kept as they come.
  orderImportOpen: { args: OpenOrderImport },
  orderImportLines: { args: OrderImportBlock.extend({ import_id: ImportId }) },
  orderImportFinish: { args: z.strictObject({ import_id: ImportId }) },
  orderRefused: { args: QuarantineRequest },
} as const;

/** Asked once more when the answer was lost with the connection: the second time changes nothing that the first did. */
export const REPEATABLE_ACTIONS: readonly ActionName[] = [
  'signInState',
  'syncNow',
  'verifyNow',
  'verifyRest',
  'saveDraft',
  'readDraft',
  'exportRows',
  'keepEvidence',
  'evidenceBytes',
  'adminUsers',
  'adminCare',
  'auditTrail',
  'auditSeal',
  'auditCompare',
  'carrierCharges',
  'importHeld',
];

export interface SignInState {
  readonly signed_in: boolean;
  readonly server_url: string;
  readonly server_reachable: boolean;
  /** Users with a replica here: they can sign in offline. */
  readonly known_users: readonly string[];
  /** True on a server that has the demo accounts: the sign-in screen may offer them. */
  readonly demo_accounts: readonly string[];
}
export interface RepairedRow {
  readonly table_id: number;
  /** What kind of row, in words. */
  readonly label: string;
  readonly id: string;
  readonly what: 'replaced' | 'added' | 'removed';
  /** Of a replaced row: what read otherwise; `ver` its version, `bucket` the part of the data it lay in. */
  readonly columns: readonly string[];
}
export interface VerifyResult {
  /** Nothing differed. What differed was mended, unless it is in `stubborn`. */
  readonly equal: boolean;
  readonly tables: number;
  readonly rows: number;
  readonly checkpoint: number;
  readonly unequal_tables: readonly string[];
  /** Parts that could not be mended row by row and were loaded again. */
  readonly repaired_buckets: number;
  /** Rows mended one by one; the first of them in `repaired`. */
  readonly repaired_rows: number;
  readonly repaired: readonly RepairedRow[];
  /** 'Order lines: 2 replaced; Stock: 1 added'; empty when no single row was mended. */
  readonly repaired_words: string;
  /** Kinds of rows that differ again after they were mended: only loading all data again is left. */
  readonly stubborn: readonly string[];
  /** Of all parts of the data: read now, compared by what they added up to when last read, and neither yet. */
  readonly parts: { readonly read: number; readonly by_sum: number; readonly left: number };
}
export interface AdminUser {
  readonly name: string;
  readonly display_name: string;
  readonly active: boolean;
  readonly created_at_ms: number;
  readonly last_sign_in_at_ms: number | null;
  readonly grants: readonly GrantView[];
}
/** One job of the server: what keeps it from growing. */
export interface ServerJob {
  readonly name: string;
  readonly running: boolean;
  readonly last_finished_at_ms: number | null;
  readonly last_duration_ms: number | null;
  readonly last_removed: number | null;
  readonly last_error: string | null;
  readonly runs: number;
  readonly failures: number;
  readonly removed_ever: number;
  readonly due_at_ms: number | null;
}
export interface ServerCare {
  readonly database_bytes: number;
  /** The change log within it. */
  readonly log_bytes: number;
  readonly clients: number;
  /** Not seen for longer than the log is kept. */
  readonly retired_clients: number;
  readonly jobs: readonly ServerJob[];
}
export interface ActionResults {
  signIn: Session;
  signOut: { readonly signed_in: false };
  signInState: SignInState;
  syncNow: { readonly checkpoint: number; readonly rows: number };
  verifyNow: VerifyResult;
  verifyRest: { readonly paused: boolean };
  reloadData: { readonly checkpoint: number; readonly rows: number };
  retryMutation: { readonly id: string };
  discardMutation: { readonly id: string };
  editMutation: { readonly id: string };
  exportRows: { readonly id: string; readonly file_name: string; readonly rows: number; readonly bytes: number };
  makeBinder: {
    readonly id: string;
    readonly file_name: string;
    readonly bytes: number;
    readonly rows: number;
    readonly manifest_hash: string;
    readonly manifest: BinderManifest;
    /** What of the sealed trail and the month's rows does not agree as this copy holds them, in words. */
    readonly trail_faults: readonly string[];
    /** Files of evidence that no binder of the month has room for. */
    readonly files_over: number;
    /** It is the one that is kept at the server; beside it what one made anew of this machine's rows has otherwise. null = it was made anew. */
    readonly kept: (SinceKept & { readonly author: string; readonly written_at_ms: number }) | null;
    /** Who recorded one to be kept and sent something else: it was made anew instead. */
    readonly not_what_was_kept: string | null;
    /** How much it is packed, of one that would be kept at the server and is too large for it; null = no such one. */
    readonly not_kept_bytes: number | null;
    /** A final one that would be kept at the server if somebody who reviews the close had made it. */
    readonly waits_for_reviewer: boolean;
    /** The mutation that records it; null = this person's are not recorded. */
    readonly recorded_by_mutation: string | null;
  };
  keepEvidence: { readonly size_bytes: number; readonly sha256: string | null };
  /** `next_offset` null: that was all. */
  evidenceBytes: { readonly base64: string; readonly next_offset: number | null };
  /** `next_offset` null: that was all. */
  exportPart: { readonly base64: string; readonly next_offset: number | null };
  saveDraft: { readonly kept: boolean };
  readDraft: { readonly text: string };
  saveView: SavedView;
  renameView: SavedView;
  deleteView: { readonly id: string };
  setDefaultView: { readonly screen: string; readonly id: string | null };
  saveScenario: { readonly id: string; readonly name: string; readonly saved_at_ms: number };
  deleteScenario: { readonly id: string };
  restoreScenario: { readonly id: string; readonly name: string };
  submitScenario: {
    readonly queued: number;
    readonly refused: readonly { readonly assumption_id: string; readonly message: string }[];
  };
  adminUsers: readonly AdminUser[];
  adminCare: ServerCare;
  adminAddUser: AdminUser;
  adminGrant: AdminUser;
  adminRevoke: AdminUser;
  adminResetPassword: { readonly name: string };
  adminSetActive: AdminUser;
  auditTrail: AuditPage;
  exportJournal: JournalExported;
  auditSeal: { readonly sealed: number };
  auditCompare: AuditCompared;
  carrierCharges: CarrierCharges;
  importOpen: FileImportOpened;
  importLines: FileImportStaged;
  importPreview: FileImportOutcome;
  importApply: FileImportOutcome;
  importEarlier: FileImportPage;
  importRefused: RefusedPage;
  importHeld: HeldFile;
  importDismiss: DismissedLines;
  orderImportOpen: OrderImportOpened;
  orderImportLines: OrderImportProgress;
  orderImportFinish: OrderImportReport;
  orderRefused: QuarantinePage;
}
export type ActionName = keyof typeof ACTIONS;
export type ActionInput<N extends ActionName> = z.input<(typeof ACTIONS)[N]['args']>;
export type ActionArgs<N extends ActionName> = z.output<(typeof ACTIONS)[N]['args']>;
