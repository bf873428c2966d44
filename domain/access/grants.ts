/** A grant gives one role over one company (or all), optionally narrowed to a site and a channel. */
import { type DataArea, type Permission, type Role, roleAreas, rolePermits } from './roles.ts';

export interface Grant {
  readonly role: Role;
  /** null = every company, present and future */
  readonly company_id: number | null;
  /** null = every site of the company */
  readonly site_id: number | null;
  /** null = every channel of the company */
  readonly channel_id: number | null;
}

/** What a bucket of a table holds: its table's area, and its key where the table has that dimension. */
export interface BucketScope {
  readonly area: DataArea | 'audit';
  /** undefined = the table has no such dimension; 0 = it has, and these rows have no value in it. */
  readonly company_id: number | undefined;
  readonly site_id: number | undefined;
  readonly channel_id: number | undefined;
}

/**
 * True when a holder of the grants may receive the bucket. The private `outcome` area is decided by its owner, not here; the
 * audit trail tells of everybody and everything, so it takes the right to read it over all companies.
 */
export function grantsCoverBucket(grants: readonly Grant[], bucket: BucketScope): boolean {
  const { area } = bucket;
  if (area === 'audit') return permitsEverywhere(grants, 'read_audit');
  return grants.some(
    (grant) =>
      roleAreas(grant.role).includes(area) &&
      covers(grant.company_id, bucket.company_id) &&
      covers(grant.site_id, bucket.site_id) &&
      covers(grant.channel_id, bucket.channel_id),
  );
}

/** A restriction covers a dimension the table lacks, and its own value; never rows without a value (0). */
function covers(granted: number | null, held: number | undefined): boolean {
  return granted === null || held === undefined || granted === held;
}

/** Where an entity lies. No site or channel: its kind has none; null: it could have one and has none, so only unrestricted grants reach it. */
export interface EntityPlace {
  readonly company_id: number;
  readonly site_id?: number | null | undefined;
  readonly channel_id?: number | null | undefined;
}

function keyOf({ company_id, site_id, channel_id }: EntityPlace): Omit<BucketScope, 'area'> {
  return {
    company_id,
    site_id: site_id === null ? 0 : site_id,
    channel_id: channel_id === null ? 0 : channel_id,
  };
}

/** True when a holder of the grants may receive what lies there in tables of the area. */
export function grantsSee(grants: readonly Grant[], area: DataArea, entity: EntityPlace): boolean {
  return grantsCoverBucket(grants, { area, ...keyOf(entity) });
}

/** True when some grant permits the act on what lies there. */
export function grantsPermit(grants: readonly Grant[], permission: Permission, entity: EntityPlace): boolean {
  const { company_id, site_id, channel_id } = keyOf(entity);
  return grants.some(
    (grant) =>
      rolePermits(grant.role, permission) &&
      covers(grant.company_id, company_id) &&
      covers(grant.site_id, site_id) &&
      covers(grant.channel_id, channel_id),
  );
}

/** True when a grant without any restriction carries the permission: what reaches over companies needs one. */
export function permitsEverywhere(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some(
    ({ role, company_id, site_id, channel_id }) =>
      rolePermits(role, permission) && company_id === null && site_id === null && channel_id === null,
  );
}

/** True when any grant anywhere carries the permission: for showing or hiding a door, never for passing it. */
export function anyGrantPermits(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some((grant) => rolePermits(grant.role, permission));
}

export function anyGrantSees(grants: readonly Grant[], area: DataArea): boolean {
  return grants.some((grant) => roleAreas(grant.role).includes(area));
}
