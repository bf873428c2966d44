/** What suppliers send in, and how large items are, as the copy has them. */
import { keyText } from '#domain/governance/subjects.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import type { ContainerTerms, Measured } from '#domain/planning/replenishment/containerLoad.ts';
import type { Scan } from '#db/connection.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';

/** Of the suppliers that send in containers on the day, as the rule of the day says. */
export function containersBySupplier(scan: Scan, company_id: number, on: number): ReadonlyMap<number, ContainerTerms> {
  const versions = Map.groupBy(ruleRows(scan, company_id, 'supplier_container'), keyText);
  const found = new Map<number, ContainerTerms>();
  for (const rows of versions.values()) {
    const held = inForceOn(rows, on);
    if (held?.party_id == null) continue;
    const figure = (name: string): number | null => {
      const value = held.values[name];
      return typeof value === 'number' ? value : null;
    };
    found.set(held.party_id, {
      volume_litres: figure('volume_litres'),
      weight_kg: figure('weight_kg'),
      least_fill_bp: figure('least_fill_bp') ?? 0,
    });
  }
  return found;
}

/** Of items that say one; where no supplier sends in containers nobody asks. */
export function itemSizes(scan: Scan, company_id: number): ReadonlyMap<number, Measured> {
  const rows = scan<readonly [id: number, volume_ml: number | null, weight_g: number | null]>(
    `SELECT id, volume_ml, weight_g FROM main.item WHERE company_id = ?
     AND (volume_ml IS NOT NULL OR weight_g IS NOT NULL)`,
    [company_id],
  );
  return new Map(rows.map(([id, volume_ml, weight_g]) => [id, { volume_ml, weight_g }]));
}

export const NO_SIZE: Measured = { volume_ml: null, weight_g: null };
