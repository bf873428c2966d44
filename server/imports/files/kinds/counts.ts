import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { COUNTS } from '#domain/imports/kinds/counts.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { kept } from '../kept.ts';
import { madeSite, unknown } from '../missing.ts';
import { syncRows } from '../syncRows.ts';

type CountRow = RowOf<(typeof COUNTS)['fields']>;
type CountLines = readonly Line<CountRow>[];

export const countStore: KindStore<CountRow> = {
  check: async (job, lines) => {
    const { lookups } = job;
    for (const what of ['item', 'site'] as const) {
      await lookups.find(
        what,
        lines.map(({ row }) => row[what]),
      );
    }
    const numberOf = await namedCounts(job, lines);
    const placeOf = (row: CountRow): string => JSON.stringify([numberOf(row), row.item, locationOf(row)]);
    const numbers = textArray(new Set(lines.map(({ row }) => numberOf(row))));
    const heads = await standingCounts(job, numbers);
    const standing = await standingLines(job, numbers);
    const locked = await lockedDays(job, 'stock');
    const reasons = new Map<number, string>();
    const firsts = new Map<string, Line<CountRow>>();
    const seen = new Map<string, number>();
    for (const line of lines) {
      const { line_number, row } = line;
      const number = numberOf(row);
      const site_id = lookups.id('site', row.site);
      const head = heads.get(number);
      const first = firsts.get(number);
      const place = placeOf(row);
      const before = seen.get(place);
      const stands = standing.get(place);
      const why =
        stands !== undefined && isSame(row, stands)
          ? null
          : (locked(row.counted_on) ?? (head === undefined ? null : locked(head.counted_on)));
      if (lookups.id('item', row.item) === null) reasons.set(line_number, unknown('item', row.item));
      else if (site_id === null && !job.make_missing) reasons.set(line_number, unknown('site', row.site, true));
      else if (before !== undefined)
        reasons.set(line_number, `Line ${before} is the same item at the same place of this count. Add the two up.`);
      else if (head !== undefined && head.site_id !== site_id)
        reasons.set(line_number, `The count "${number}" is of the site ${head.site} already; it cannot move.`);
      else if (first !== undefined && !isOfOneCount(job, first.row, row))
        reasons.set(line_number, `Line ${first.line_number} says another site or day for the same count.`);
      else if (why !== null) reasons.set(line_number, why);
      else {
        firsts.set(number, first ?? line);
        seen.set(place, line_number);
      }
    }
    return reasons;
  },
  store: async (job, lines) => {
    const { lookups } = job;
    await lookups.make('site', new Map(lines.map(({ row }) => madeSite(row.site))));
    const numberOf = await namedCounts(job, lines);
    const firsts = [...Map.groupBy(lines, ({ row }) => numberOf(row)).values()].flatMap(([first]) => first ?? []);
    const heads = await storeEach(
      job,
      'stock_count',
      firsts,
      ({ row }) => ({
        key: { number: numberOf(row) },
        set: { counted_on: row.counted_on, state: 'posted' },
        create: { site_id: lookups.id('site', row.site) },
      }),
      false,
    );
    const countOf = new Map(firsts.map(({ row }, at) => [numberOf(row), heads[at]?.id ?? 0]));
    const counted = await storeEach(
      job,
      'stock_count_line',
      lines,
      ({ row }) => ({
        key: {
          stock_count_id: countOf.get(numberOf(row)) ?? 0,
          item_id: lookups.id('item', row.item),
          location: locationOf(row),
        },
        set: {
          book_qty_milli: row.booked,
          counted_qty_milli: row.counted,
          tolerance_qty_milli: kept(row.tolerance),
        },
        create: { site_id: lookups.id('site', row.site), tolerance_qty_milli: 0 },
      }),
      true,
    );
    await storeCosts(
      job,
      lines.flatMap((line, at) => {
        const row = counted[at];
        return row === undefined ? [] : [{ ...line, id: row.id }];
      }),
    );
  },
};

/** What a line's count is called: of a file that names none what was counted at a site on a day is one, however the file writes the site. */
async function namedCounts({ tx, lookups }: Job, lines: CountLines): Promise<(row: CountRow) => string> {
  const unnamed = lines.filter(({ row }) => row.number == null);
  const { rows } = await sql<{ id: number; code: string }>`
    select id, code from site
    where id = any(${integerArray(new Set(unnamed.flatMap(({ row }) => lookups.id('site', row.site) ?? [])))}::text::bigint[])`.execute(
    tx,
  );
  const codes = new Map(rows.map(({ id, code }) => [id, code]));
  return ({ number, counted_on, site }) =>
    number ?? `${counted_on} ${codes.get(lookups.id('site', site) ?? 0) ?? site.toUpperCase()}`;
}

/** Stock accuracy is counted by location: an item without one is a place of its own. */
function locationOf({ place, item }: CountRow): string {
  return place ?? item;
}

function isOfOneCount(job: Job, a: CountRow, b: CountRow): boolean {
  const site = ({ site }: CountRow): string => String(job.lookups.id('site', site) ?? site.toUpperCase());
  return a.counted_on === b.counted_on && site(a) === site(b);
}

/** What the file says each was worth; of a line without, what the item costs now, once, when the line is new. */
async function storeCosts(job: Job, lines: readonly (Line<CountRow> & { readonly id: number })[]): Promise<void> {
  const said = lines.filter(({ row }) => row.unit_cost != null);
  await storeEach(
    job,
    'stock_count_line_cost',
    said,
    ({ id, row }) => ({
      key: { id },
      set: { unit_cost_micro: row.unit_cost },
      create: { site_id: job.lookups.id('site', row.site) },
    }),
    false,
  );
  const others = lines.filter(({ row }) => row.unit_cost == null);
  const { rows } = await sql<{ id: number; site_id: number; known: boolean; unit_cost_micro: number | null }>`
    select l.id, l.site_id, k.id is not null as known, c.unit_cost_micro from stock_count_line l
    left join stock_count_line_cost k on k.id = l.id left join item_cost c on c.id = l.item_id
    where l.id = any(${integerArray(others.map(({ id }) => id))}::text::bigint[])`.execute(job.tx);
  const open = rows.filter(({ known }) => !known);
  await syncRows(
    job,
    'stock_count_line_cost',
    open.flatMap(({ id, site_id, unit_cost_micro }) =>
      unit_cost_micro === null ? [] : [{ key: { id }, set: { unit_cost_micro }, create: { site_id } }],
    ),
  );
  const unvalued = new Set(open.flatMap(({ id, unit_cost_micro }) => (unit_cost_micro === null ? id : [])));
  for (const line of others) {
    if (!unvalued.has(line.id)) continue;
    const what = `Nobody knows what ${line.row.item} costs: the close does not count its difference. Say its unit cost here, or import it with Items first.`;
    job.changes.flag(line, what);
  }
}

interface StandingLine {
  readonly number: string;
  readonly item: string;
  readonly location: string;
  readonly counted_on: string;
  readonly book_qty_milli: number;
  readonly counted_qty_milli: number;
  readonly tolerance_qty_milli: number;
  readonly unit_cost_micro: number | null;
}

function isSame(row: CountRow, stands: StandingLine): boolean {
  return (
    stands.counted_on === row.counted_on &&
    stands.book_qty_milli === row.booked &&
    stands.counted_qty_milli === row.counted &&
    (row.tolerance == null || stands.tolerance_qty_milli === row.tolerance) &&
    (row.unit_cost == null || stands.unit_cost_micro === row.unit_cost)
  );
}

async function standingCounts(
  { tx, company_id }: Job,
  numbers: string,
): Promise<ReadonlyMap<string, { readonly site_id: number; readonly site: string; readonly counted_on: string }>> {
  const { rows } = await sql<{ number: string; site_id: number; site: string; counted_on: string }>`
    select n.number, n.site_id, s.code as site, n.counted_on::text as counted_on
    from stock_count n join site s on s.id = n.site_id
    where n.company_id = ${company_id}::bigint
      and n.number = any(${numbers}::text::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.number, row]));
}

/** By count, item and location. */
async function standingLines({ tx, company_id }: Job, numbers: string): Promise<ReadonlyMap<string, StandingLine>> {
  const { rows } = await sql<StandingLine>`
    select n.number, i.code as item, l.location, n.counted_on::text as counted_on, l.book_qty_milli, l.counted_qty_milli,
      l.tolerance_qty_milli, c.unit_cost_micro
    from stock_count n join stock_count_line l on l.stock_count_id = n.id join item i on i.id = l.item_id
      left join stock_count_line_cost c on c.id = l.id
    where n.company_id = ${company_id}::bigint and n.state = 'posted'
      and n.number = any(${numbers}::text::text[])`.execute(tx);
  return new Map(rows.map((row) => [JSON.stringify([row.number, row.item, row.location]), row]));
}
