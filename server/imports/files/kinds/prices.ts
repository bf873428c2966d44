import type { RowOf } from '#domain/imports/engine/field.ts';
import type { PRICES } from '#domain/imports/kinds/prices.ts';
import type { Referred } from '../lookups.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { kept } from '../kept.ts';
import { unknown } from '../missing.ts';

type PriceRow = RowOf<(typeof PRICES)['fields']>;

const REFERENCES = ['item', 'channel', 'customer', 'supplier'] as const satisfies readonly Referred[];

export const priceStore: KindStore<PriceRow> = {
  check: async (job, lines) => {
    for (const what of REFERENCES) {
      await job.lookups.find(
        what,
        lines.map(({ row }) => row[what]),
      );
    }
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const missing = REFERENCES.find((what) => {
        const code = row[what];
        return code != null && job.lookups.id(what, code) === null;
      });
      if (row.kind !== 'list' && !job.see_cost)
        reasons.set(line_number, 'Floors and suppliers’ prices are for roles that see costs.');
      else if (missing !== undefined) reasons.set(line_number, unknown(missing, row[missing] ?? ''));
    }
    return reasons;
  },
  store: async (job, lines) => {
    await storeLists(
      job,
      lines.filter(({ row }) => row.kind === 'list'),
    );
    await storeEach(
      job,
      'price_floor',
      lines.filter(({ row }) => row.kind === 'floor'),
      ({ row }) => ({
        key: {
          item_id: idOf(job, 'item', row.item),
          channel_id: idOf(job, 'channel', row.channel),
          valid_from: row.valid_from,
        },
        set: { floor_price_micro: kept(row.price), valid_to: row.valid_to },
      }),
      true,
    );
    await storeSuppliers(
      job,
      lines.filter(({ row }) => row.kind === 'supplier'),
    );
  },
};

function idOf(job: Job, what: Referred, code: string | null | undefined): number | null {
  return code == null ? null : job.lookups.id(what, code);
}

async function storeLists(job: Job, lines: readonly Line<PriceRow>[]): Promise<void> {
  await storeEach(
    job,
    'price_rule',
    lines,
    ({ row }) => ({
      key: {
        channel_id: idOf(job, 'channel', row.channel),
        party_id: idOf(job, 'customer', row.customer),
        item_id: idOf(job, 'item', row.item),
        category: row.category ?? null,
        valid_from: row.valid_from,
      },
      set: { list_price_micro: row.price, max_discount_bp: row.max_discount, valid_to: row.valid_to },
    }),
    true,
  );
}

/** What a supplier asks for an item stands once; of several validities the latest line says it. */
async function storeSuppliers(job: Job, lines: readonly Line<PriceRow>[]): Promise<void> {
  const groups = [...Map.groupBy(lines, ({ row }) => JSON.stringify([row.supplier, row.item])).values()].map((group) =>
    group.toSorted((a, b) => (a.row.valid_from < b.row.valid_from ? -1 : 1)),
  );
  const latest = groups.flatMap((group) => group.at(-1) ?? []);
  const terms = await storeEach(
    job,
    'supplier_item',
    latest,
    ({ row }) => ({
      key: { supplier_id: idOf(job, 'supplier', row.supplier), item_id: idOf(job, 'item', row.item) },
      set: {
        supplier_code: row.supplier_code,
        moq_qty_milli: kept(row.moq),
        multiple_qty_milli: kept(row.multiple),
        lead_time_days: kept(row.lead_time_days),
        preferred: kept(row.preferred),
      },
      create: { moq_qty_milli: 0, multiple_qty_milli: 1000, lead_time_days: 0, preferred: false },
    }),
    false,
  );
  const priced = groups.flatMap((group, index) =>
    group.map((line) => ({ ...line, supplier_item_id: terms[index]?.id ?? null })),
  );
  await storeEach(
    job,
    'supplier_item_price',
    priced,
    ({ row, supplier_item_id }) => ({
      key: { supplier_item_id, valid_from: row.valid_from },
      set: { unit_price_micro: kept(row.price), valid_to: row.valid_to },
    }),
    true,
  );
}
