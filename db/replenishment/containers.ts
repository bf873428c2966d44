/** What suppliers send in, and how large items are, as the copy has them. */
import type { ContainerTerms, Measured } from '#domain/planning/replenishment/containerLoad.ts';
import type { Scan } from '#db/connection.ts';

/** Of the suppliers that send in containers. */
export function containersBySupplier(scan: Scan, company_id: number): ReadonlyMap<number, ContainerTerms> {
  const rows = scan<
    readonly [supplier_id: number, volume_litres: number | null, weight_kg: number | null, least_fill_bp: number | null]
  >(
    `SELECT supplier_id, container_volume_litres, container_weight_kg, container_least_fill_bp FROM main.supplier_terms
     WHERE company_id = ? AND (container_volume_litres > 0 OR container_weight_kg > 0)`,
    [company_id],
  );
  return new Map(
    rows.map(([supplier_id, volume_litres, weight_kg, least_fill_bp]) => [
      supplier_id,
      { volume_litres, weight_kg, least_fill_bp: least_fill_bp ?? 0 },
    ]),
  );
}

/** Of items that suppliers with containers sell: the others fill none. */
export function itemSizes(scan: Scan, company_id: number): ReadonlyMap<number, Measured> {
  if (containersBySupplier(scan, company_id).size === 0) return new Map();
  const rows = scan<readonly [id: number, volume_ml: number | null, weight_g: number | null]>(
    `SELECT id, volume_ml, weight_g FROM main.item WHERE company_id = ?
     AND (volume_ml IS NOT NULL OR weight_g IS NOT NULL)`,
    [company_id],
  );
  return new Map(rows.map(([id, volume_ml, weight_g]) => [id, { volume_ml, weight_g }]));
}

export const NO_SIZE: Measured = { volume_ml: null, weight_g: null };
