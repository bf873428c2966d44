/** Where the margin rate of a month fell below what is usual there, why, and the lines behind one such fall. */
import { z } from 'zod';
import type { FallPartSum } from '#domain/pricing/erosion/cause.ts';
import type { ErosionEvidence } from '#domain/pricing/erosion/explanation.ts';
import type { ErosionLevel } from '#domain/pricing/erosion/tellOnce.ts';
import { Id, Month } from './arguments.ts';
import type { MarginLineView } from './margin.ts';
import type { Provenance } from './session.ts';

/** For who may see cost. */
export const marginErosion = { args: z.strictObject({ company_id: Id, month: Month }) };
export interface ErosionRow {
  /** Unique among the rows of an answer: level and group. */
  readonly key: string;
  readonly level: ErosionLevel;
  readonly name: string;
  readonly channel_kind: string | null;
  /** Unlike its months before, or a little less every month. */
  readonly kind: 'sudden' | 'creeping';
  /** It is general at no level: a part of the group fell. */
  readonly scattered: boolean;
  /** Lines that another fall of the month holds are not in it: its rate need not be the group's. */
  readonly without_others: boolean;
  /** GM3 of net sales: the median of the months before and this month, and how far it usually strays. */
  readonly usual_bp: number;
  readonly now_bp: number;
  readonly spread_bp: number;
  /** Months before that had a rate. */
  readonly months: number;
  readonly net_minor: number;
  readonly margin_minor: number;
  /** What the usual rate would have given less the margin; the parts add up to it. */
  readonly fall_minor: number;
  readonly parts: readonly FallPartSum[];
  readonly evidence: ErosionEvidence;
  /** The evidence in a sentence. */
  readonly words: string;
  readonly lines: number;
  /** Who answers for it: the customer's salesperson, the owner of the item's list price; null = nobody is named. */
  readonly owner: string | null;
}
export interface MarginErosion {
  /** The most money first; no line is in two of them. */
  readonly rows: readonly ErosionRow[];
  readonly total_minor: number;
  /** Falls below this are not told. */
  readonly least_minor: number;
  /** Why nothing can be said, in a sentence; null = it was looked at. */
  readonly reason: string | null;
  readonly currency: string;
  readonly provenance: Provenance;
}

/** The lines of one row, those that fell furthest below the usual rate first. */
export const marginErosionLines = {
  args: z.strictObject({
    company_id: Id,
    month: Month,
    /** Of the row. */
    key: z.string().max(300),
    limit: z.int().min(1).max(500).default(500),
  }),
};
export interface ErosionLineView extends MarginLineView {
  /** What the usual rate would have given less what the line gives. */
  readonly short_minor: number;
}
export interface MarginErosionLines {
  /** null = the key is of no row any more. */
  readonly row: ErosionRow | null;
  readonly lines: readonly ErosionLineView[];
  readonly total_lines: number;
  /** Those that are not among `lines`, and what they come to with what single lines' rounding leaves. */
  readonly other_lines: number;
  readonly other_minor: number;
  readonly total_minor: number;
  readonly currency: string;
  readonly provenance: Provenance;
}
