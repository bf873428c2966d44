import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ITEMS } from '#domain/imports/kinds/items.ts';
import { kept } from '../kept.ts';
import { type KindStore, storeEach } from '../job.ts';
import { madeSupplier, unknown } from '../missing.ts';

export const itemStore: KindStore<RowOf<(typeof ITEMS)['fields']>> = {
  check: async (job, lines) => {
    await job.lookups.find(
      'supplier',
      lines.map(({ row }) => row.supplier),
    );
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      if (row.supplier != null && job.lookups.id('supplier', row.supplier) === null && !job.make_missing)
        reasons.set(line_number, unknown('supplier', row.supplier, true));
    }
    return reasons;
  },
  store: async (job, lines) => {
    const { lookups } = job;
    await lookups.make('supplier', new Map(lines.flatMap(({ row }) => madeSupplier(row.supplier))));
    const items = await storeEach(
      job,
      'item',
      lines,
      ({ row }) => ({
        key: { code: row.code },
        set: {
          name: row.name,
          category: row.category,
          uom: kept(row.uom),
          supplier_id: row.supplier == null ? row.supplier : lookups.id('supplier', row.supplier),
          active: kept(row.active),
          introduced_on: row.introduced_on,
          barcode: row.barcode,
          weight_g: row.weight_g,
        },
        create: { uom: 'pcs', active: true },
      }),
      true,
    );
    const costed = lines.flatMap((line, index) => {
      const id = items[index]?.id;
      return id !== undefined && line.row.unit_cost != null ? [{ ...line, id, cost: line.row.unit_cost }] : [];
    });
    await storeEach(
      job,
      'item_cost',
      costed,
      ({ id, cost }) => ({ key: { id }, set: { unit_cost_micro: cost } }),
      false,
    );
  },
};
