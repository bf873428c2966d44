/** Accounts, sessions and the change feed: tables that no replica receives. */
import type { Generated } from 'kysely';
import type { Role } from '#domain/access/roles.ts';
import type { Instant } from './columns.ts';

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
}
export interface AuthAccessTokenTable {
  readonly hash: string;
  readonly session_id: string;
  readonly expires_at: Instant;
}
export interface AuthLockoutTable {
  readonly user_name: string;
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
}
