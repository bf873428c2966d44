import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { PRICES } from '#domain/imports/kinds/prices.ts';
import type { Referred } from '../lookups.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { governedReasons } from '../governedLines.ts';
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
    const held = await rulesHeld(job, lines);
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const missing = REFERENCES.find((what) => {
        const code = row[what];
        return code != null && job.lookups.id(what, code) === null;
      });
      if (row.kind !== 'list' && !job.see_cost)
        reasons.set(line_number, 'Floors and suppliers’ prices are for roles that see costs.');
      else if (missing !== undefined) reasons.set(line_number, unknown(missing, row[missing] ?? ''));
      else {
        const rule = ruleSaid(job, row);
        if (rule !== null && !held.has(rule))
          reasons.set(line_number, RULE_BY_FILE[row.kind === 'floor' ? 'floor' : 'discount']);
      }
    }
    const allowed = lines.filter(({ line_number }) => !reasons.has(line_number));
    return new Map([...reasons, ...(await listReasons(job, allowed))]);
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

/** A price is a fact of the market; below what nobody sells and how far one may go down are rules, with an owner. */
const RULE_BY_FILE = {
  floor:
    'A price floor is a rule that somebody else approves, so no import writes it. Bring these lines in on the screen Rules, Price floors, From a file.',
  discount:
    'A highest discount is a rule that somebody else approves, so no import writes it. Leave it empty here, and bring it in on the screen Rules, Discount rules, From a file.',
} as const;

/** What the line says of a rule, as one text; null = nothing. */
function ruleSaid(job: Job, row: PriceRow): string | null {
  const { kind, valid_from, valid_to = null, price = null, max_discount = null } = row;
  const item_id = idOf(job, 'item', row.item);
  const channel_id = idOf(job, 'channel', row.channel);
  if (kind === 'floor') return JSON.stringify(['floor', item_id, channel_id, valid_from, valid_to, price]);
  if (kind !== 'list' || max_discount === null) return null;
  const party_id = idOf(job, 'customer', row.customer);
  return JSON.stringify([
    'list',
    item_id,
    channel_id,
    party_id,
    row.category ?? null,
    valid_from,
    valid_to,
    max_discount,
  ]);
}

/** The rules there are, each in every way a line may say it: a file that repeats what holds passes. */
async function rulesHeld(job: Job, lines: readonly Line<PriceRow>[]): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  if (lines.some(({ row }) => row.kind === 'floor') && job.see_cost) {
    const items = lines.flatMap(({ row }) => idOf(job, 'item', row.item) ?? []);
    const { rows } = await sql<Stored>`
      select item_id, channel_id, valid_from, valid_to, floor_price_micro as figure from price_floor
      where company_id = ${job.company_id}::bigint and item_id = any(${`{${[...new Set(items)].join(',')}}`}::bigint[])`.execute(
      job.tx,
    );
    for (const { item_id, channel_id, valid_from, valid_to, figure } of rows)
      held.add(JSON.stringify(['floor', item_id, channel_id, valid_from, valid_to, figure]));
  }
  if (lines.some(({ row }) => row.max_discount != null)) {
    const { rows } = await sql<Stored & { readonly party_id: number | null; readonly category: string | null }>`
      select item_id, channel_id, party_id, category, valid_from, valid_to, max_discount_bp as figure from price_rule
      where company_id = ${job.company_id}::bigint and max_discount_bp is not null`.execute(job.tx);
    for (const { item_id, channel_id, party_id, category, valid_from, valid_to, figure } of rows)
      held.add(JSON.stringify(['list', item_id, channel_id, party_id, category, valid_from, valid_to, figure]));
  }
  return held;
}

interface Stored {
  readonly item_id: number | null;
  readonly channel_id: number | null;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly figure: number;
}

function idOf(job: Job, what: Referred, code: string | null | undefined): number | null {
  return code == null ? null : job.lookups.id(what, code);
}

/** Why a list price is not taken in: one of the same is kept already and says something else. */
async function listReasons(job: Job, lines: readonly Line<PriceRow>[]): Promise<ReadonlyMap<number, string>> {
  const of = (...parts: readonly (number | null)[]): string => JSON.stringify(parts);
  const said = lines.flatMap(({ line_number, row }) =>
    row.kind !== 'list' || row.price == null
      ? []
      : [
          {
            line_number,
            key: of(
              idOf(job, 'item', row.item),
              idOf(job, 'channel', row.channel),
              idOf(job, 'customer', row.customer),
            ),
            valid_from: row.valid_from,
            valid_to: row.valid_to ?? null,
            figures: of(row.price),
            owner: row.owner ?? null,
          },
        ],
  );
  if (said.length === 0) return new Map();
  const items = new Set(lines.flatMap(({ row }) => idOf(job, 'item', row.item) ?? []));
  const { rows } = await sql<Stored & { readonly party_id: number | null }>`
    select item_id, channel_id, party_id, valid_from, valid_to, list_price_micro as figure from price_rule
    where company_id = ${job.company_id}::bigint and list_price_micro is not null
      and item_id = any(${`{${[...items].join(',')}}`}::bigint[])`.execute(job.tx);
  const held = rows.map(({ item_id, channel_id, party_id, valid_from, valid_to, figure }) => ({
    key: of(item_id, channel_id, party_id),
    valid_from,
    valid_to,
    figures: of(figure),
  }));
  return await governedReasons(job, 'list_price', said, held);
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
        // a line of a discount alone says again what holds; a list price is a row of its own
        max_discount_bp: row.price == null ? (row.max_discount ?? null) : null,
      },
      set: { ...(row.price == null ? {} : { list_price_micro: row.price }), valid_to: row.valid_to },
      create: row.price == null ? {} : { owner: row.owner ?? job.user_name },
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
