/** Which charges that stand the lines of a file are, by line number. */
import { type ChargeIdentity, chargeIdentities, type KnownCharge } from '#domain/imports/kinds/chargeIdentity.ts';
import type { Line } from '../job.ts';

interface ChargeRow {
  readonly reference?: string | null | undefined;
  /** Minor units. */
  readonly amount: number;
}

/** `keyOf`: what lines have in common that only their references or amounts tell apart; `standing` by it, in the order they came. */
export function identitiesByLine<R extends ChargeRow, K extends KnownCharge>(
  lines: readonly Line<R>[],
  keyOf: (row: R) => string,
  standing: ReadonlyMap<string, readonly K[]>,
): ReadonlyMap<number, ChargeIdentity<K>> {
  const identities = new Map<number, ChargeIdentity<K>>();
  for (const [key, own] of Map.groupBy(lines, ({ row }) => keyOf(row))) {
    const named = own.map(({ row }) => ({ reference: row.reference ?? null, amount_minor: row.amount }));
    for (const [at, identity] of chargeIdentities(named, standing.get(key) ?? []).entries()) {
      const line_number = own[at]?.line_number;
      if (line_number !== undefined) identities.set(line_number, identity);
    }
  }
  return identities;
}
