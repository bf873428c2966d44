/** Which changes ask for words, as the copy has it with this person's own that are on their way. */
import type { KeptThreshold } from '#domain/close/flux/thresholds.ts';
import type { Scan } from '#db/connection.ts';

export interface CopiedThreshold extends KeptThreshold {
  readonly reason: string;
  readonly author: string;
  readonly accepted_at_ms: number;
  /** On its way to the server. */
  readonly waits: boolean;
}

type Row = readonly [
  from_period: number,
  amount_minor: number,
  rate_bp: number,
  reason: string,
  author: string,
  accepted_at: number,
  waits: number,
];

/** Of a company in the order they were accepted, then what waits. `accepted`: nothing of this person's that waits. */
export function keptThresholds(
  scan: Scan,
  company_id: number,
  { accepted = false }: { readonly accepted?: boolean } = {},
): readonly CopiedThreshold[] {
  const from = accepted
    ? `(SELECT *, 'accepted' AS mutation_state FROM main.flux_threshold)`
    : `(SELECT * FROM v_flux_threshold WHERE mutation_state IN ('accepted', 'pending', 'sent'))`;
  return scan<Row>(
    `SELECT from_period, amount_minor, rate_bp, reason, author, accepted_at, mutation_state <> 'accepted'
     FROM ${from} WHERE company_id = ? ORDER BY mutation_state <> 'accepted', accepted_at, ver, id`,
    [company_id],
  ).map(([from_period, amount_minor, rate_bp, reason, author, accepted_at_ms, waits]) => ({
    from_period,
    amount_minor,
    rate_bp,
    reason,
    author,
    accepted_at_ms,
    waits: waits === 1,
  }));
}
