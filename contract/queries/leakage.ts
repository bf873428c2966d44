/** Where margin leaked in some months, by cause, and the lines of one cause. */
import { z } from 'zod';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import { Id, Limit, Month, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';

const months = { company_id: Id, from_month: Month, to_month: Month };

export const marginLeakage = { args: z.strictObject(months) };
export interface LeakageRow {
  readonly cause: LeakageCause;
  readonly lines: number;
  readonly leak_minor: number;
  /** The channel with the largest part of it; null = no channel stands out (costs). */
  readonly channel: string | null;
  readonly channel_kind: string | null;
  /** The customer, or for a cost rise the supplier, with the largest part. */
  readonly party: string | null;
  readonly party_minor: number;
}
export interface MarginLeakage {
  /** Largest first. */
  readonly rows: readonly LeakageRow[];
  readonly total_minor: number;
  /** Causes that are made of cost, when this user may not see it. */
  readonly not_for_you: readonly LeakageCause[];
  readonly currency: string;
  readonly provenance: Provenance;
}

export const marginLeakageLines = {
  args: z.strictObject({ ...months, cause: z.enum(LEAKAGE_CAUSES), offset: Offset, limit: Limit }),
};
export interface LeakageLine {
  /** null = an item whose cost rose. */
  readonly order_id: number | null;
  readonly number: string;
  readonly item_id: number | null;
  readonly item: string | null;
  readonly party: string | null;
  readonly channel_kind: string | null;
  readonly on: string;
  readonly qty_milli: number;
  readonly uom: string | null;
  /** What the rule allows and what was given, basis points; for a cost rise, by how much it rose. */
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
}
export interface MarginLeakageLines {
  readonly lines: readonly LeakageLine[];
  readonly total_lines: number;
  readonly total_minor: number;
  readonly currency: string;
  readonly provenance: Provenance;
}
