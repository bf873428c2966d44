/**
 * The sync wire, protocol 1. Bodies are JSON; row streams are NDJSON whose first line is a header and whose last line
 * is an end line, so that truncation shows. Responses over 1 KiB are zstd (`content-encoding: zstd`) when the client
 * accepts it. Every request carries `authorization: Bearer …` and is authorised on its own; every response is
 * `cache-control: private`.
 *
 *   POST /sync/open      OpenRequest      → OpenResponse          (the server drains its outbox first)
 *   POST /sync/delta     DeltaRequest     → NDJSON DeltaHeader, DeltaRow…, EndLine
 *   POST /sync/snapshot  SnapshotRequest  → NDJSON SnapshotHeader, SnapshotRow… with a SnapshotBucketEnd after each bucket, EndLine;
 *                                           with encoding `columns`: SnapshotColumns and SnapshotBlock by turns instead of the rows
 *   POST /sync/push      PushRequest      → PushResponse
 *   POST /sync/verify    VerifyRequest    → VerifyResponse
 *   GET  /sync/live      SSE, events `checkpoint` with LiveEvent as data, a comment line every 15 s
 */
import { z } from 'zod';
import type { RowImage } from './image.ts';

export const PROTOCOL_VERSION = 1;
/** Header naming the client's protocol; a server that no longer serves it answers 426 `protocol_unsupported`. */
export const PROTOCOL_HEADER = 'x-binnacle-protocol';

/** As every one of us writes it: two spellings of one id would be two ids to a table, and one to a person. */
export const Uuid = z.uuid().regex(/^[0-9a-f-]*$/, 'an id has small letters');

export const Checkpoint = z.object({ number: z.int().min(0), id: Uuid });
export type Checkpoint = z.infer<typeof Checkpoint>;

export const OpenRequest = z.object({
  schema: z.int(),
  client_id: Uuid,
  epoch: Uuid.nullable(),
  checkpoint: Checkpoint.nullable(),
  /** Hash of the sorted bucket ids the client knows to be in its scope; null at the first contact. */
  scope_hash: z.string().max(64).nullable(),
});
export type OpenRequest = z.infer<typeof OpenRequest>;

/** [bucket id, table id, company, site, channel, month, client]: 0 or '' where the table has no such dimension or the row none. */
export type ScopeBucket = readonly [number, number, number, number, number, number, string];

export interface OpenResponse {
  readonly epoch: string;
  /** `reset`: the server does not know this epoch or checkpoint; drop every bucket (never the outbox) and start again. */
  readonly plan: 'continue' | 'reset';
  readonly head: Checkpoint;
  readonly scope_hash: string;
  /** The whole scope, present when scope_hash differs from the client's. */
  readonly scope?: readonly ScopeBucket[];
  /** Days without contact after which the replica locks itself. */
  readonly offline_days: number;
}

export const DeltaRequest = z.object({
  client_id: Uuid,
  epoch: Uuid,
  from: Checkpoint,
  /** This client loads buckets afresh that the header names; without it every row is sent, however many there are. */
  reloads: z.boolean().default(false),
});
export type DeltaRequest = z.infer<typeof DeltaRequest>;

/** `to` is a checkpoint's end, never inside one; `to.number < head.number` means: ask again from `to`. */
export interface DeltaHeader {
  readonly epoch: string;
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  readonly head: Checkpoint;
  /** The scope these rows were chosen by. A client that knows another one takes none of them and opens again: a grant lost and regained in between would otherwise leave a hole. */
  readonly scope_hash?: string;
  /**
   * Buckets of which this delta sends nothing, because one checkpoint holds more of their rows than an answer should:
   * they are as good as missing from `to` on, and loaded as such.
   */
  readonly reload?: readonly number[];
}
/** U: the row now reads so in this bucket. D: the row is gone from this bucket (deleted, or moved out). */
export type DeltaRow =
  | readonly [bucket: number, op: 'U', id: string | number, ver: number, image: RowImage, hash: string]
  | readonly [bucket: number, op: 'D', id: string | number, ver: number];
export interface EndLine {
  readonly end: true;
  readonly rows: number;
  /** Of a delta: sha-256 hex of every line before this one, each with its newline. A row's own hash says nothing of its bucket, and a D has none. */
  readonly hash?: string;
}

/** Ids that are text are plain characters: what no database could compare is refused before one is asked. */
const TextId = z
  .string()
  .max(64)
  .regex(/^[\x20-\x7e]*$/, 'an id is plain text');

export const SnapshotRequest = z.object({
  client_id: Uuid,
  epoch: Uuid,
  /** Buckets to read, in order; `after` resumes behind that id. */
  buckets: z
    .array(z.object({ bucket: z.int(), after: z.union([TextId, z.int()]).nullable() }))
    .min(1)
    .max(2000)
    .refine((asked) => new Set(asked.map(({ bucket }) => bucket)).size === asked.length, 'a bucket is asked for once'),
  /** The server stops behind this many rows (at least one row is sent); the client asks again with `after`. */
  limit_rows: z.int().min(1).max(100_000),
  /** How the client would like the rows; a server that knows it says so in the header, another sends rows. */
  encoding: z.enum(['rows', 'columns']).default('rows'),
});
export type SnapshotRequest = z.infer<typeof SnapshotRequest>;
export interface SnapshotHeader {
  readonly epoch: string;
  readonly encoding?: 'rows' | 'columns';
}
export type SnapshotRow = readonly [bucket: number, id: string | number, ver: number, image: RowImage, hash: string];
/**
 * Encoding `columns`: rows of one table turned on their side, ids first, then versions, then the registry's columns in
 * order, each as long as the block has rows. The line behind it says what it holds.
 */
export type SnapshotColumns = readonly [
  ids: readonly (string | number)[],
  vers: readonly number[],
  ...columns: RowImage[],
];
export interface SnapshotBlock {
  readonly block: {
    readonly rows: number;
    /** Whose rows these are: [bucket, rows] in the block's order, which is the order asked for. */
    readonly runs: readonly (readonly [bucket: number, rows: number])[];
    readonly last_id: string | number;
    /** sha-256 hex of the line of columns, without its line end, in UTF-8. */
    readonly hash: string;
  };
}
export interface SnapshotBucketEnd {
  readonly bucket: number;
  /** False when the row limit cut this bucket; later buckets of the request are then absent. */
  readonly complete: boolean;
  readonly rows: number;
}

/** Arguments of commands are flat; what is nested without end would end the stack of whoever walks it. */
const DEEPEST_ARGS = 16;
function isShallow(value: unknown, left = DEEPEST_ARGS): boolean {
  if (value === null || typeof value !== 'object') return true;
  return left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1));
}

export const PushMutation = z.object({
  id: Uuid,
  command: z.string().max(64),
  args: z.record(z.string(), z.unknown()).refine((args) => isShallow(args), 'too deeply nested'),
  /** sha-256 hex of contract/wire/mutation.ts bodyText. Same id with another hash is refused with 409. */
  body_hash: z.string().length(64),
  /** Device clock, epoch milliseconds: data, never an order. */
  made_at_ms: z.int(),
  device: z.string().max(100),
});
export type PushMutation = z.infer<typeof PushMutation>;
export const PushRequest = z.object({ client_id: Uuid, mutations: z.array(PushMutation).min(1).max(100) });
export type PushRequest = z.infer<typeof PushRequest>;

export type OutcomeState = 'accepted' | 'conflict' | 'rejected' | 'held';
/** Why a mutation was not simply accepted; `detail` holds what a person needs to decide (who, when, theirs). */
export interface OutcomeReason {
  readonly code: string;
  readonly message: string;
  readonly detail?: Readonly<Record<string, string | number | null>>;
}
export interface PushOutcome {
  readonly id: string;
  readonly state: OutcomeState;
  readonly reason: OutcomeReason | null;
}
export interface PushResponse {
  readonly outcomes: readonly PushOutcome[];
}

/**
 * How far the server reads for it. `rows`: every row of the buckets, now. `changed`: the rows of buckets that changed
 * since they were last read; of the others what they added up to then. `nothing`: only that; the others are `unread`.
 */
export const VERIFY_READS = ['rows', 'changed', 'nothing'] as const;
export type VerifyReads = (typeof VERIFY_READS)[number];
export const MOST_VERIFY_RANGES = 64;
/** A range with more rows is answered with its sum alone. */
export const MOST_RANGE_ROWS = 500;
const RangeEnd = z.union([z.string().max(64), z.int()]).nullable();
/** Rows of one bucket with `after` < id ≤ `upto`; null: from the first, to the last. */
export const VerifyRange = z.object({ bucket: z.int(), after: RangeEnd, upto: RangeEnd, rows: z.boolean() });
export type VerifyRange = z.infer<typeof VerifyRange>;

export const VerifyRequest = z.object({
  client_id: Uuid,
  epoch: Uuid,
  /** The server compares only when it can hash exactly at this checkpoint; otherwise it answers `moved`. */
  checkpoint: Checkpoint,
  /** Restrict to these buckets; absent = the whole scope, or none when ranges are asked for. */
  buckets: z.array(z.int()).max(50_000).optional(),
  read: z.enum(VERIFY_READS).default('rows'),
  /** Read at the same checkpoint, to find which rows of a bucket differ. */
  ranges: z.array(VerifyRange).max(MOST_VERIFY_RANGES).optional(),
});
export type VerifyRequest = z.infer<typeof VerifyRequest>;
export type VerifyRow = readonly [id: string | number, ver: number, image: RowImage, hash: string];
export interface VerifiedRange {
  readonly rows: number;
  readonly hash: string;
  /** Where they were asked for and are not too many, by id. */
  readonly lines?: readonly VerifyRow[];
}
export type VerifyResponse =
  | { readonly moved: true; readonly head: Checkpoint }
  | {
      readonly moved: false;
      /** [bucket id, rows, hash as 16 hex digits], empty buckets left out */
      readonly buckets: readonly (readonly [number, number, string])[];
      /** Buckets of which nothing is said, because nothing was to be read. */
      readonly unread?: readonly number[];
      /** In the order asked for. */
      readonly ranges?: readonly VerifiedRange[];
    };

export interface LiveEvent {
  readonly checkpoint: number;
  /** Changed buckets within the user's scope only. */
  readonly buckets: readonly number[];
  /** True when the user's grants changed: call /sync/open. */
  readonly scope_changed: boolean;
  readonly token_ttl_s: number;
}

export interface LoginResponse {
  readonly access_token: string;
  readonly access_ttl_s: number;
  readonly refresh_token: string;
  readonly server_id: string;
  readonly user: SignedInUser;
}
export interface SignedInUser {
  readonly name: string;
  readonly display_name: string;
  readonly grants: readonly GrantView[];
}
/** company/site/channel null = all. */
export interface GrantView {
  readonly id: number;
  readonly role: string;
  readonly company_id: number | null;
  readonly company_code: string | null;
  readonly site_id: number | null;
  readonly site_code: string | null;
  readonly channel_id: number | null;
  readonly channel_code: string | null;
}

/** Every error answer of the server: `{ "error": … }` with a fitting HTTP status. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}
