/** The audit trail as the copy holds it, for those who may see all of it. */
import { z } from 'zod';
import type { SeenBefore } from '#domain/audit/copied.ts';
import { type AuditPage, AuditRequest } from '../audit.ts';
import type { Provenance } from './session.ts';

/** Newest first; `before` is the last id of the page before. */
export const auditEntries = { args: AuditRequest };
export interface AuditEntries extends AuditPage {
  readonly provenance: Provenance;
}

/** Holds every entry here against its seal. */
export const auditChainHere = { args: z.strictObject({}) };
export interface AuditChainHere {
  readonly entries: number;
  /** The oldest entry here; unless it is the first of all, its own seal is taken as it is. Null = none is here. */
  readonly first: { readonly seq: number; readonly happened_at_ms: number } | null;
  readonly last: { readonly seq: number; readonly seal: string; readonly happened_at_ms: number } | null;
  /** The first that does not fit; null = unbroken, or `loading`. */
  readonly broken: { readonly seq: number; readonly event_id: number | null; readonly why: string } | null;
  /** Months of it are still on their way: nothing was checked. */
  readonly loading: boolean;
  /** Beside the seals this copy saw before. */
  readonly seen: SeenBefore;
  readonly provenance: Provenance;
}
