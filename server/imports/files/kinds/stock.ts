import { sql } from 'kysely';
import { formatDecimal } from '#domain/decimal.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { STOCK } from '#domain/imports/kinds/stock.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { kept } from '../kept.ts';
import { madeSite, unknown } from '../missing.ts';
import { syncRows } from '../syncRows.ts';
import { adjust, surveyPositions, today } from './adjustments.ts';

type StockRow = RowOf<(typeof STOCK)['fields']>;

export const stockStore: KindStore<StockRow> = {
  survey: surveyPositions,
  check: async (job, lines) => {
    const { lookups } = job;
    await lookups.find(
      'item',
      lines.map(({ row }) => row.item),
    );
    await lookups.find(
      'site',
      lines.map(({ row }) => row.site),
    );
    const newer = await newerBalances(job, lines);
    const locked = await lockedDays(job, 'stock');
    const now = today(job);
    const standing = await standingBalances(job, lines);
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const later = newer.get(line_number);
      if (lookups.id('item', row.item) === null) reasons.set(line_number, unknown('item', row.item));
      else if (lookups.id('site', row.site) === null && !job.make_missing)
        reasons.set(line_number, unknown('site', row.site, true));
      else if (later !== undefined)
        reasons.set(line_number, `The balance there is of ${later} already, later than the line's ${row.as_of ?? ''}.`);
      else {
        const why = explained(job, row, now, standing) ? null : locked(row.as_of ?? now);
        if (why !== null) reasons.set(line_number, why);
      }
    }
    return reasons;
  },
  store: async (job, lines) => {
    const { lookups } = job;
    await lookups.make('site', new Map(lines.map(({ row }) => madeSite(row.site))));
    const balances = await storeEach(
      job,
      'stock_balance',
      lines,
      ({ row }) => ({
        key: { site_id: lookups.id('site', row.site), item_id: lookups.id('item', row.item) },
        set: { on_hand_qty_milli: row.on_hand, reserved_qty_milli: kept(row.reserved), counted_on: kept(row.as_of) },
        create: { reserved_qty_milli: 0, counted_on: null },
      }),
      true,
    );
    const now = today(job);
    const adjusted = await adjust(
      job,
      lines.flatMap(({ row }, index) => {
        const balance = balances[index];
        if (!balance) throw new Error('a balance was not stored');
        const { on_hand, as_of } = row;
        const place = { site_id: idOf(job, 'site', row.site), item_id: idOf(job, 'item', row.item) };
        return [{ ...place, balance, on_hand_qty_milli: on_hand, moved_on: as_of ?? now }];
      }),
    );
    for (const [index, line] of lines.entries()) {
      const field = adjusted[index];
      if (field) job.changes.note(line, { id: 0, status: 'changed', fields: [field] }, false);
    }
    await flagOtherCosts(job, lines);
  },
  finish: async (job, lines, refused) => {
    if (!job.complete) return;
    // An unreadable line may name any balance: nothing is emptied while one waits.
    if (refused === 0) await emptyOthers(job, lines);
    else if (lines[0])
      job.changes.flag(lines[0], `Balances the file does not name stay: ${refused} of its lines wait.`);
  },
};

/** What is known to have moved until then comes to the stated balance, or it stands so already: nothing is booked for it. */
function explained(job: Job, row: StockRow, now: string, standing: ReadonlyMap<string, number>): boolean {
  const site_id = job.lookups.id('site', row.site);
  const item_id = job.lookups.id('item', row.item);
  if (site_id === null || item_id === null) return row.on_hand === 0;
  const moved = job.survey.movedQtyMilli(site_id, item_id, row.as_of ?? now);
  return row.on_hand === (moved ?? standing.get(positionOf(row.site, row.item)) ?? 0);
}

/** What is on hand now at the positions of these lines. */
async function standingBalances(job: Job, lines: readonly Line<StockRow>[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ site: string; item: string; on_hand_qty_milli: number }>`
    select s.code as site, i.code as item, b.on_hand_qty_milli
    from stock_balance b join site s on s.id = b.site_id join item i on i.id = b.item_id
    where b.company_id = ${job.company_id}::bigint
      and s.code = any(${textArray(new Set(lines.map(({ row }) => row.site)))}::text::text[])
      and i.code = any(${textArray(new Set(lines.map(({ row }) => row.item)))}::text::text[])`.execute(job.tx);
  return new Map(rows.map((row) => [positionOf(row.site, row.item), row.on_hand_qty_milli]));
}

function idOf(job: Job, what: 'site' | 'item', code: string): number {
  const id = job.lookups.id(what, code);
  if (id === null) throw new Error(`the ${what} ${code} of a balance is not there`);
  return id;
}

/** By line number: the later date of the balance a line would overwrite. */
async function newerBalances(job: Job, lines: readonly Line<StockRow>[]): Promise<ReadonlyMap<number, string>> {
  const dated = lines.flatMap(({ line_number, row }) => {
    const site_id = job.lookups.id('site', row.site);
    const item_id = job.lookups.id('item', row.item);
    return row.as_of == null || site_id === null || item_id === null
      ? []
      : [{ line_number, site_id, item_id, as_of: row.as_of }];
  });
  const { rows } = await sql<{ line_number: number; counted_on: string }>`
    select n.line_number, b.counted_on
    from jsonb_to_recordset(${JSON.stringify(dated)}::text::jsonb) as n(line_number int, site_id bigint, item_id bigint, as_of date)
    join stock_balance b on b.site_id = n.site_id and b.item_id = n.item_id where b.counted_on > n.as_of`.execute(
    job.tx,
  );
  return new Map(rows.map(({ line_number, counted_on }) => [line_number, counted_on]));
}

/** The file's unit cost is no master data: where it is another than the item's, a person should look. */
async function flagOtherCosts(job: Job, lines: readonly Line<StockRow>[]): Promise<void> {
  if (!job.columns.has('unit_cost')) return;
  const ids = new Set(lines.flatMap(({ row }) => job.lookups.id('item', row.item) ?? []));
  const { rows } = await sql<{ id: number; unit_cost_micro: number }>`
    select c.id, c.unit_cost_micro from unnest(${integerArray(ids)}::text::bigint[]) as n(id)
    join item_cost c on c.id = n.id`.execute(job.tx);
  const costs = new Map(rows.map(({ id, unit_cost_micro }) => [id, unit_cost_micro]));
  for (const line of lines) {
    const ours = costs.get(job.lookups.id('item', line.row.item) ?? 0);
    const theirs = line.row.unit_cost;
    if (theirs == null || ours === theirs) continue;
    const known = ours === undefined ? 'none' : micro(ours);
    job.changes.flag(line, `The file values it at ${micro(theirs)}, the item's unit cost is ${known}.`);
  }
}

function micro(value: number): string {
  return formatDecimal({ units: BigInt(value), places: 6 });
}

/** A complete file names every balance of its sites: the others are empty on its day, unless theirs is a later one. */
async function emptyOthers(job: Job, lines: readonly Line<StockRow>[]): Promise<void> {
  const as_of = lines.reduce<string | null>(
    (latest, { row }) => (row.as_of != null && row.as_of > (latest ?? '') ? row.as_of : latest),
    null,
  );
  const named = new Set(lines.map(({ row }) => positionOf(row.site, row.item)));
  const { rows } = await sql<{ id: number; site_id: number; site: string; item_id: number; item: string }>`
    select b.id, b.site_id, s.code as site, b.item_id, i.code as item
    from site s join stock_balance b on b.site_id = s.id join item i on i.id = b.item_id
    where s.company_id = ${job.company_id}::bigint
      and s.code = any(${textArray(new Set(lines.map(({ row }) => row.site)))}::text::text[])
      and b.on_hand_qty_milli <> 0 and (b.counted_on is null or ${as_of}::date is null or b.counted_on <= ${as_of}::date)
    order by s.code, i.code`.execute(job.tx);
  const others = rows.filter(({ site, item }) => !named.has(positionOf(site, item)));
  const emptied = await syncRows(
    job,
    'stock_balance',
    others.map(({ id }) => ({ key: { id }, set: { on_hand_qty_milli: 0, counted_on: kept(as_of) } })),
  );
  const moved_on = as_of ?? today(job);
  const adjusted = await adjust(
    job,
    others.flatMap(({ site_id, item_id }, index) => {
      const balance = emptied[index];
      return balance ? [{ site_id, item_id, on_hand_qty_milli: 0, moved_on, balance }] : [];
    }),
  );
  for (const [index, { site, item }] of others.entries()) {
    const adjustment = adjusted[index];
    const fields = emptied[index]?.fields ?? [];
    job.changes.outside(`${site} · ${item}`, adjustment ? [...fields, adjustment] : fields);
  }
}

function positionOf(site: string, item: string): string {
  return JSON.stringify([site, item]);
}
