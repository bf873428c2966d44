import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ChargeIdentity } from '#domain/imports/kinds/chargeIdentity.ts';
import type { CHARGES, FREIGHT } from '#domain/imports/kinds/charges.ts';
import { LANDED_SPLITS, type LandedShares, splitLandedCost } from '#domain/pricing/landedCost.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { purchaseLines } from '#server/costs/costFacts.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';
import { syncRows } from '../syncRows.ts';
import { identitiesByLine } from './chargeLines.ts';

type ChargeRow = RowOf<(typeof CHARGES)['fields']>;
type FreightRow = RowOf<(typeof FREIGHT)['fields']>;

interface Purchase {
  readonly id: number;
  readonly number: string;
  readonly site_id: number;
}

export const chargeStore: KindStore<ChargeRow> = {
  check: async (job, lines) => {
    const purchases = await purchasesOf(job, lines);
    const split = await splitter(job, purchases);
    const locked = await lockedDays(job, 'purchasing');
    const identities = await identitiesOf(job, lines, purchases);
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const [purchase, second] = purchases.get(row.order) ?? [];
      const reason =
        purchase === undefined
          ? unknown('purchase order', row.order)
          : second !== undefined
            ? `The purchase order "${row.order}" exists twice, from two sources; the line cannot tell which.`
            : (whyNotAlone(job, row, identities.get(line_number)) ??
              whyNot(purchase, row, split, identities.get(line_number)?.known ?? null, locked));
      if (reason !== null) reasons.set(line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const purchases = await purchasesOf(job, lines);
    const split = await splitter(job, purchases);
    const identities = await identitiesOf(job, lines, purchases);
    const placed = lines.map((line) => {
      const [purchase] = purchases.get(line.row.order) ?? [];
      const identity = identities.get(line.line_number);
      if (purchase === undefined || identity === undefined)
        throw new Error(`line ${line.line_number} lost its purchase order`);
      return { ...line, purchase, ...identity };
    });
    const charges = await storeEach(
      job,
      'landed_cost',
      placed,
      ({ row, purchase, external_id }) => ({
        key: { purchase_order_id: purchase.id, kind: row.charge, booked_on: row.booked_on, external_id },
        set: { amount_minor: row.amount, split_by: row.split_by ?? undefined },
        create: { site_id: purchase.site_id, split_by: 'value' },
      }),
      true,
    );
    // a charge that stands keeps the parts it was split into
    const parts = placed.flatMap(({ row, purchase, known }, at) => {
      const charge = charges[at];
      if (charge === undefined || charge.status === 'unchanged') return [];
      const { parts_minor, ids } = split(purchase, row, known?.split_by);
      return (parts_minor ?? []).map((amount_minor, nth) => ({
        key: { landed_cost_id: charge.id, po_line_id: ids[nth] ?? 0 },
        set: { amount_minor },
        create: { site_id: purchase.site_id },
      }));
    });
    await syncRows(job, 'landed_cost_line', parts);
  },
};

async function purchasesOf(job: Job, lines: readonly Line<ChargeRow>[]): Promise<ReadonlyMap<string, Purchase[]>> {
  const { rows } = await sql<Purchase>`
    select id, number, site_id from purchase_order where company_id = ${job.company_id}::bigint
      and number = any(${textArray(new Set(lines.map(({ row }) => row.order)))}::text::text[]) order by id`.execute(
    job.tx,
  );
  return Map.groupBy(rows, ({ number }) => number);
}

/** `kept`: by what the charge is split already, where the file does not say. */
type Splitter = (
  purchase: Purchase,
  row: ChargeRow,
  kept: string | undefined,
) => LandedShares & { readonly ids: readonly number[] };

interface StandingCharge {
  readonly external_id: string | null;
  readonly amount_minor: number;
  readonly split_by: string;
}

/** A line that waited is not in the file it was counted in: without a reference it may be a charge that stands, or another. */
function whyNotAlone(job: Job, row: ChargeRow, identity: ChargeIdentity<StandingCharge> | undefined): string | null {
  return !job.retry || row.reference != null || !identity?.known
    ? null
    : `There is ${row.charge} of ${row.booked_on} for ${row.order} already, and without a reference the line may be the same. Import the whole corrected file, or a file with references.`;
}

/** What stands so already may, whatever is locked. */
function whyNot(
  purchase: Purchase,
  row: ChargeRow,
  split: Splitter,
  stands: StandingCharge | null,
  locked: (iso_day: string) => string | null,
): string | null {
  if (stands?.amount_minor === row.amount && stands.split_by === (row.split_by ?? stands.split_by)) return null;
  return split(purchase, row, stands?.split_by).problem ?? locked(row.booked_on);
}

async function splitter(job: Job, purchases: ReadonlyMap<string, readonly Purchase[]>): Promise<Splitter> {
  const ids = new Set([...purchases.values()].flat().map(({ id }) => id));
  const lines = await purchaseLines(job.tx, job.currency, ids);
  return (purchase, row, kept) => {
    const own = lines.get(purchase.id) ?? [];
    const by = LANDED_SPLITS.find((each) => each === (row.split_by ?? kept)) ?? 'value';
    return { ...splitLandedCost(row.amount, by, own), ids: own.map(({ id }) => id) };
  };
}

const chargeKey = (purchase_order_id: number, { charge, booked_on }: Pick<ChargeRow, 'charge' | 'booked_on'>): string =>
  `${purchase_order_id}|${charge}|${booked_on}`;

/** By line number which charge it is, of those that stand or a new one. */
async function identitiesOf(
  job: Job,
  lines: readonly Line<ChargeRow>[],
  purchases: ReadonlyMap<string, readonly Purchase[]>,
): Promise<ReadonlyMap<number, ChargeIdentity<StandingCharge>>> {
  const ids = integerArray([...purchases.values()].flat().map(({ id }) => id));
  const { rows } = await sql<StandingCharge & { id: number; charge: ChargeRow['charge']; booked_on: string }>`
    select purchase_order_id as id, kind as charge, to_char(booked_on, 'YYYY-MM-DD') as booked_on, external_id, amount_minor,
      split_by
    from landed_cost where purchase_order_id = any(${ids}::text::bigint[]) order by landed_cost.id`.execute(job.tx);
  const standing = Map.groupBy(rows, (row) => chargeKey(row.id, row));
  return identitiesByLine(lines, (row) => chargeKey(purchases.get(row.order)?.[0]?.id ?? 0, row), standing);
}

interface SentOrder {
  readonly name: string;
  readonly order_id: number;
  readonly number: string;
  readonly ordered_on: string;
}

export const freightStore: KindStore<FreightRow> = {
  check: async (job, lines) => {
    const find = await sentOrders(job, lines);
    const locked = await lockedDays(job, 'sales');
    const standing = await standingFreight(job, lines);
    const seen = new Map<string, number>();
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const found = find(row);
      if (typeof found === 'string') {
        reasons.set(line_number, found);
        continue;
      }
      const key = freightKey(found.order_id, row.number);
      const before = seen.get(key);
      seen.set(key, before ?? line_number);
      const why = standing.get(key)?.amount_minor === row.amount ? null : locked(found.ordered_on);
      if (before !== undefined) {
        reasons.set(line_number, `Line ${before} is the same charge for the order ${found.number}. Add the two up.`);
      } else if (why !== null) reasons.set(line_number, `The order ${found.number} has a closed month. ${why}`);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const find = await sentOrders(job, lines);
    const standing = await standingFreight(job, lines);
    for (const line of lines) {
      const { row } = line;
      const found = find(row);
      if (typeof found === 'string') throw new Error(`line ${line.line_number} lost its order`);
      const before = standing.get(freightKey(found.order_id, row.number));
      const fields = (['charged_on', 'amount_minor'] as const).flatMap((column) => {
        const after = column === 'charged_on' ? row.charged_on : row.amount;
        return before?.[column] === after ? [] : [{ column, before: before?.[column] ?? null, after }];
      });
      const status = before === undefined ? 'created' : fields.length > 0 ? 'changed' : 'unchanged';
      job.changes.note(line, { id: found.order_id, status, fields }, true);
    }
    await sql`
      insert into carrier_charge (company_id, order_id, number, charged_on, amount_minor, source, written_at)
      select ${job.company_id}::bigint, order_id, number, charged_on, amount_minor, ${job.source}::text, ${job.now}::timestamptz
      from unnest(
        ${integerArray(lines.map(({ row }) => idOf(find(row))))}::text::bigint[],
        ${textArray(lines.map(({ row }) => row.number))}::text::text[],
        ${textArray(lines.map(({ row }) => row.charged_on))}::text::date[],
        ${integerArray(lines.map(({ row }) => row.amount))}::text::bigint[]) as n(order_id, number, charged_on, amount_minor)
      on conflict (order_id, number) do update set charged_on = excluded.charged_on, amount_minor = excluded.amount_minor,
        written_at = excluded.written_at
      where (carrier_charge.charged_on, carrier_charge.amount_minor) <> (excluded.charged_on, excluded.amount_minor)`.execute(
      job.tx,
    );
  },
};

const freightKey = (order_id: number, number: string): string => JSON.stringify([order_id, number]);
const idOf = (found: SentOrder | string): number | null => (typeof found === 'string' ? null : found.order_id);

/** A finder of the order a charge is for, or why there is none. */
async function sentOrders(
  job: Job,
  lines: readonly Line<FreightRow>[],
): Promise<(row: FreightRow) => SentOrder | string> {
  const named = (name: 'order' | 'delivery') => textArray(new Set(lines.flatMap(({ row }) => row[name] ?? [])));
  const { rows: orders } = await sql<SentOrder>`
    select number as name, id as order_id, number, to_char(ordered_on, 'YYYY-MM-DD') as ordered_on from sales_order
    where company_id = ${job.company_id}::bigint and number = any(${named('order')}::text::text[]) order by id`.execute(
    job.tx,
  );
  const { rows: deliveries } = await sql<SentOrder>`
    select distinct s.number as name, o.id as order_id, o.number, to_char(o.ordered_on, 'YYYY-MM-DD') as ordered_on
    from shipment_line s join order_line l on l.id = s.order_line_id join sales_order o on o.id = l.order_id
    where s.company_id = ${job.company_id}::bigint and s.number = any(${named('delivery')}::text::text[])
    order by order_id`.execute(job.tx);
  const byOrder = Map.groupBy(orders, ({ name }) => name);
  const byDelivery = Map.groupBy(deliveries, ({ name }) => name);
  return ({ order, delivery }) => {
    if (order != null) {
      const [found, second] = byOrder.get(order) ?? [];
      if (found === undefined) return unknown('order', order);
      return second === undefined
        ? found
        : `The order "${order}" exists in several sources; the line cannot tell which.`;
    }
    const [found, second] = byDelivery.get(delivery ?? '') ?? [];
    if (found === undefined) return unknown('delivery', delivery ?? '');
    return second === undefined
      ? found
      : `The delivery "${delivery}" took along the orders ${found.number} and ${second.number}: give each its part of the charge, by order.`;
  };
}

async function standingFreight(
  job: Job,
  lines: readonly Line<FreightRow>[],
): Promise<ReadonlyMap<string, { readonly charged_on: string; readonly amount_minor: number }>> {
  const { rows } = await sql<{ order_id: number; number: string; charged_on: string; amount_minor: number }>`
    select order_id, number, to_char(charged_on, 'YYYY-MM-DD') as charged_on, amount_minor from carrier_charge
    where company_id = ${job.company_id}::bigint
      and number = any(${textArray(new Set(lines.map(({ row }) => row.number)))}::text::text[])`.execute(job.tx);
  return new Map(rows.map((row) => [freightKey(row.order_id, row.number), row]));
}
