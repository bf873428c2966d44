/** Accounts, sessions and the change feed: tables that no replica receives. */
import type { Generated } from 'kysely';
import type { Role } from '#domain/access/roles.ts';
import type { AuditRow } from '#contract/audit.ts';
import type { AuditKind } from '#contract/auditWords.ts';
import type { OutcomeReason, OutcomeState } from '#contract/wire/protocol.ts';
import type { Instant, Json } from './columns.ts';

export type AuditDetail = AuditRow['detail'];

export interface AppUserTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly display_name: string;
  readonly password_hash: string;
  readonly active: Generated<boolean>;
  /** Made with the demo data; a server that has any stays on loopback. */
  readonly demo: Generated<boolean>;
  /** The password is a printed code: it signs nobody in, it only sets the real password. */
  readonly one_time: Generated<boolean>;
  readonly created_at: Instant;
  readonly last_sign_in_at: Instant | null;
}
export interface AccessGrantTable {
  readonly id: Generated<number>;
  readonly user_id: number;
  readonly role: Role;
  readonly company_id: number | null;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly granted_at: Instant;
}
export interface AuthSessionTable {
  readonly id: string;
  readonly user_id: number;
  readonly refresh_hash: string;
  readonly refresh_expires_at: Instant;
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
  /** Where it was signed in. */
  readonly address: string | null;
  /** The refresh token before the present one: good until its successor was used, and a short while longer. */
  readonly previous_hash: string | null;
  /** Null while nobody has used what the last refresh gave. */
  readonly previous_until: Instant | null;
  /** What the present refresh token was made with from the previous one. */
  readonly rotation_salt: string | null;
  /** How often it was refreshed. */
  readonly generation: Generated<number>;
}
export interface AuthAccessTokenTable {
  readonly hash: string;
  readonly session_id: string;
  /** The session's when it was given. */
  readonly generation: Generated<number>;
  readonly expires_at: Instant;
}
/** Only ever added to: a trigger refuses the rest. */
export interface AuditEventTable {
  readonly id: Generated<number>;
  readonly happened_at: Instant;
  readonly kind: AuditKind;
  readonly user_name: string | null;
  readonly address: string | null;
  readonly about: string | null;
  readonly detail: Json<AuditDetail>;
  /** Told by a workstation, perhaps twice. */
  readonly once_id: string | null;
}
export interface AuthLockoutTable {
  readonly user_name: string;
  /** '' = from everywhere. */
  readonly address: string;
  readonly failed: number;
  readonly last_failed_at: Instant;
  readonly locked_until: Instant | null;
}
export interface ServerMetaTable {
  readonly one: Generated<boolean>;
  readonly server_id: string;
  readonly trigger_hash: Generated<string>;
}
export interface SyncBucketTable {
  readonly id: Generated<number>;
  readonly tbl: number;
  readonly company: number;
  readonly site: number;
  readonly channel: number;
  readonly month: number;
  readonly client: string;
}
/** What a bucket's rows added up to at a checkpoint; see server/sync/bucketSums.ts. */
export interface SyncBucketSumTable {
  readonly bucket: number;
  readonly epoch: string;
  readonly cp: number;
  readonly rows: number;
  readonly hash: string;
  readonly read_at: Instant;
}
export interface SyncEpochTable {
  readonly one: Generated<boolean>;
  readonly epoch: string;
  readonly started_at: Instant;
  /** The log is complete behind this checkpoint; a client further back starts again. */
  readonly log_from: number;
}
export interface SyncCpTable {
  readonly one: Generated<boolean>;
  readonly number: number;
  readonly id: string;
  readonly last_seq: number;
}
export interface SyncCheckpointTable {
  readonly number: number;
  readonly id: string;
  readonly last_seq: number;
  readonly rows: number;
  readonly buckets: readonly number[];
  readonly made_at: Instant;
  /** False where compaction removed changes that later ones replaced: a delta goes on to the next that is true. */
  readonly delta_ends: Generated<boolean>;
}
export interface SyncOutboxTable {
  readonly id: Generated<number>;
  readonly tbl: number;
  readonly bucket: number;
  readonly old_bucket: number | null;
  readonly pk: string;
  readonly ver: number;
  readonly op: 'U' | 'D';
  readonly image: string | null;
}
export interface SyncLogTable {
  readonly seq: number;
  readonly cp: number;
  readonly bucket: number;
  readonly tbl: number;
  readonly pk: string;
  readonly ver: number;
  readonly op: 'U' | 'D';
  readonly image: string | null;
  readonly hash: string | null;
}
export interface SyncClientTable {
  readonly client_id: string;
  readonly user_id: number;
  readonly first_seen_at: Instant;
  readonly last_seen_at: Instant;
  /** Not seen for longer than the log is kept; null again when it returns. */
  readonly retired_at: Generated<Instant | null>;
}
/** A decided mutation whose outcome is no longer told: its id stays taken. */
export interface DecidedMutationTable {
  readonly id: string;
  readonly body_sha256: Uint8Array;
  readonly user_id: number;
  readonly state: OutcomeState;
  readonly reason: Json<OutcomeReason> | null;
}
export interface ServerJobTable {
  readonly name: string;
  readonly holder: string | null;
  readonly held_until: Instant | null;
  readonly due_at: Instant | null;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
  readonly duration_ms: number | null;
  readonly removed: number | null;
  readonly error: string | null;
  readonly runs: Generated<number>;
  readonly failures: Generated<number>;
  readonly removed_ever: Generated<number>;
}

/** How far the change log was read when an open period was last computed. */
export interface ReconciledPeriodTable {
  readonly period_id: number;
  readonly log_seq: number;
}
/** What a month's reconciliation found of agreements that ended below their threshold (server/close/giveBacks.ts). */
export interface RebateGiveBackTable {
  readonly period_id: number;
  readonly company_id: number;
  readonly period: number;
  readonly found: unknown;
}
export interface EvidenceKeyTable {
  readonly id: number;
  /** Opened with the server's key file only. */
  readonly sealed: boolean;
  readonly key: Buffer;
}
export interface EvidenceFileTable {
  readonly id: Generated<number>;
  readonly company_id: number;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly uploaded_by: number;
  readonly begun_at: Instant;
  /** All parts are there and their hash is right; null = it is being sent. */
  readonly whole_at: Instant | null;
  /** A row names it, so it stays. */
  readonly named_at: Instant | null;
}
export interface EvidencePartTable {
  readonly file_id: number;
  readonly part: number;
  readonly sealed: Buffer;
}
