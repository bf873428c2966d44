import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ITEMS } from '#domain/imports/kinds/items.ts';
import { kept } from '../kept.ts';
import { textArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { madeSupplier, unknown } from '../missing.ts';

type ItemRow = RowOf<(typeof ITEMS)['fields']>;

export const itemStore: KindStore<ItemRow> = {
  check: async (job, lines, file) => {
    await job.lookups.find(
      'supplier',
      lines.map(({ row }) => row.supplier),
    );
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      if (row.supplier != null && job.lookups.id('supplier', row.supplier) === null && !job.make_missing)
        reasons.set(line_number, unknown('supplier', row.supplier, true));
    }
    for (const [line_number, reason] of await otherUnits(job, lines)) reasons.set(line_number, reason);
    for (const [line_number, reason] of await sharedBarcodes(job, lines, file)) reasons.set(line_number, reason);
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
          volume_ml: row.volume_ml,
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

/** One barcode names one item: why a line's is refused, by line number. An item the file gives another one lets go of its own. */
async function sharedBarcodes(
  job: Job,
  lines: readonly Line<ItemRow>[],
  file: readonly Line<ItemRow>[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Set(lines.flatMap(({ row }) => row.barcode ?? []));
  if (wanted.size === 0) return new Map();
  const of_file = Map.groupBy(
    file.filter(({ row }) => row.barcode != null && wanted.has(row.barcode)),
    ({ row }) => row.barcode ?? '',
  );
  const { rows } = await sql<{ code: string; barcode: string }>`
    select code, barcode from item
    where company_id = ${job.company_id}::bigint and barcode = any(${textArray(wanted)}::text::text[])`.execute(job.tx);
  const holders = Map.groupBy(rows, ({ barcode }) => barcode);
  const said = new Map(file.map(({ row }) => [row.code, row.barcode]));
  const reasons = new Map<number, string>();
  for (const { line_number, row } of lines) {
    const { barcode, code } = row;
    if (barcode == null) continue;
    const other = of_file.get(barcode)?.find((each) => each.row.code !== code);
    const holder = holders
      .get(barcode)
      ?.find((each) => each.code !== code && (!said.has(each.code) || said.get(each.code) === barcode));
    if (other !== undefined) {
      reasons.set(
        line_number,
        `Line ${other.line_number} gives the barcode ${barcode} to ${other.row.code}. One barcode names one item: correct one of them.`,
      );
    } else if (holder !== undefined) {
      reasons.set(
        line_number,
        `The barcode ${barcode} is that of ${holder.code} already. One barcode names one item: correct it, or give ${holder.code} another in this file.`,
      );
    }
  }
  return reasons;
}

/** Stock that lies there is counted in the item's unit: another one would make pieces of metres. */
async function otherUnits(job: Job, lines: readonly Line<ItemRow>[]): Promise<ReadonlyMap<number, string>> {
  const named = lines.filter(({ row }) => row.uom != null);
  if (named.length === 0) return new Map();
  const { rows } = await sql<{ code: string; uom: string }>`
    select i.code, i.uom from item i
    where i.company_id = ${job.company_id}::bigint and i.code = any(${textArray(named.map(({ row }) => row.code))}::text::text[])
      and exists (select from stock_balance b where b.item_id = i.id and b.on_hand_qty_milli <> 0)`.execute(job.tx);
  const units = new Map(rows.map(({ code, uom }) => [code, uom]));
  return new Map(
    named.flatMap(({ line_number, row }): (readonly [number, string])[] => {
      const uom = units.get(row.code);
      if (uom === undefined || uom === row.uom) return [];
      const why = `Stock of ${row.code} is counted in ${uom}, the line says ${row.uom}.`;
      return [[line_number, `${why} Keep ${uom}, or make a new item for ${row.uom}.`]];
    }),
  );
}
