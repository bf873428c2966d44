import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { monthOfText } from '#domain/imports/kinds/month.ts';
import { OTHER_VALUES_REFUSED, type VALUATION } from '#domain/imports/kinds/valuation.ts';
import { meanOfEnds } from '#domain/kpi/meanStock.ts';
import { safeNumber } from '#domain/money.ts';
import { heldPeriods, lockedHow } from '#server/close/lockedDays.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { Job, KindStore, Line } from '../job.ts';
import { madeSite, unknown } from '../missing.ts';
import { syncRows } from '../syncRows.ts';

type ValueRow = RowOf<(typeof VALUATION)['fields']>;
type ValueLines = readonly Line<ValueRow>[];

interface Standing {
  readonly id: number;
  readonly site_id: number;
  readonly category: string | null;
  readonly closing_value_minor: number;
  readonly imported: boolean;
}

/** Values by site and category, with the lines each is made of. */
type Values = Map<string, { readonly site_id: number; readonly category: string | null; closing_minor: bigint }>;

export const valuationStore: KindStore<ValueRow> = {
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
    const reasons = new Map<number, string>();
    const seen = new Map<string, number>();
    for (const { line_number, row } of lines) {
      const item_id = lookups.id('item', row.item);
      const site_id = lookups.id('site', row.site);
      const place = JSON.stringify([monthOf(row), site_id ?? row.site, item_id]);
      const before = seen.get(place);
      seen.set(place, before ?? line_number);
      if (item_id === null) reasons.set(line_number, unknown('item', row.item));
      else if (site_id === null && !job.make_missing) reasons.set(line_number, unknown('site', row.site, true));
      else if (before !== undefined)
        reasons.set(line_number, `Line ${before} is the same item, site and month. Add the two up.`);
    }
    if (reasons.size === 0 && job.all_read)
      for (const [line_number, why] of await heldMonths(job, lines)) reasons.set(line_number, why);
    if (reasons.size === 0 && job.all_read) return reasons;
    return new Map(lines.map(({ line_number }) => [line_number, reasons.get(line_number) ?? OTHER_VALUES_REFUSED]));
  },
  store: async (job, lines) => {
    await job.lookups.make('site', new Map(lines.map(({ row }) => madeSite(row.site))));
    const categories = await categoriesOf(job, lines);
    const months = [...new Set(lines.map(({ row }) => monthOf(row)))].toSorted((a, b) => a - b);
    const around = [...new Set(months.flatMap((month) => [addMonths(month, -1), month, addMonths(month, 1)]))];
    const standing = await standingValues(job, around);
    const closing = new Map<number, Values>();
    for (const month of around) closing.set(month, standingSums(standing.get(month) ?? []));
    for (const month of months) {
      const own = lines.filter(({ row }) => monthOf(row) === month);
      closing.set(month, sumsOf(job, own, categories));
    }
    for (const month of months) await storeMonth(job, month, { lines, categories, standing, closing });
    await restateMeans(job, months, standing, closing);
  },
};

interface Stored {
  readonly lines: ValueLines;
  /** By item id. */
  readonly categories: ReadonlyMap<number, string | null>;
  readonly standing: ReadonlyMap<number, readonly Standing[]>;
  readonly closing: ReadonlyMap<number, Values>;
}

/** The month as the file has it: what it does not name any more is no row. */
async function storeMonth(job: Job, month: number, { lines, categories, standing, closing }: Stored): Promise<void> {
  const wanted = withMeans(month, closing);
  const synced = await syncRows(
    job,
    'inventory_month',
    wanted.map(({ site_id, category, closing_value_minor, mean_value_minor }) => ({
      key: { site_id, month, category },
      set: { closing_value_minor, mean_value_minor },
    })),
  );
  const rows = new Map(wanted.map((row, nth) => [placeOf(row), synced[nth]]));
  const told = new Set<string>();
  for (const line of lines) {
    if (monthOf(line.row) !== month) continue;
    const place = placeOf({ site_id: siteOf(job, line), category: categoryOf(job, line, categories) });
    const row = rows.get(place);
    // one row of several lines tells what changed once
    if (row) job.changes.note(line, told.has(place) && row.status === 'changed' ? { ...row, fields: [] } : row, true);
    told.add(place);
  }
  const gone = (standing.get(month) ?? []).filter((row) => !rows.has(placeOf(row)));
  await deleteRows(job, gone);
  for (const { category, closing_value_minor: before } of gone)
    job.changes.outside(`${month} · ${category ?? 'no category'}`, [
      { column: 'closing_value_minor', before, after: null },
    ]);
}

/** The month after a file's may have been brought first: its mean begins with what is known now. What is not of a file keeps its own. */
async function restateMeans(
  job: Job,
  months: readonly number[],
  standing: Stored['standing'],
  closing: Stored['closing'],
): Promise<void> {
  const locked = await lockedMonths(job);
  for (const month of new Set(months.map((each) => addMonths(each, 1)))) {
    const rows = standing.get(month) ?? [];
    if (months.includes(month) || locked.has(month) || rows.length === 0 || rows.some(({ imported }) => !imported))
      continue;
    const wanted = withMeans(month, closing);
    const some = wanted.filter((row) => row.closing_value_minor !== 0 || row.mean_value_minor !== 0);
    // what stood only because the month before ended with it is no row any more; a month that is worth nothing keeps its rows
    const kept = some.length === 0 ? wanted : some;
    await syncRows(
      job,
      'inventory_month',
      kept.map(({ site_id, category, closing_value_minor, mean_value_minor }) => ({
        key: { site_id, month, category },
        set: { closing_value_minor, mean_value_minor },
      })),
    );
    const places = new Set(kept.map(placeOf));
    await deleteRows(
      job,
      rows.filter((row) => !places.has(placeOf(row))),
    );
  }
}

async function deleteRows({ tx }: Job, rows: readonly Pick<Standing, 'id'>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`delete from inventory_month where id = any(${integerArray(rows.map(({ id }) => id))}::text::bigint[])`.execute(
    tx,
  );
}

/** What was there at the end of the month before and is not any more ends at 0. */
function withMeans(month: number, closing: Stored['closing']) {
  const own: Values = closing.get(month) ?? new Map();
  const before: Values = closing.get(addMonths(month, -1)) ?? new Map();
  const places = new Map([...before].filter(([, { closing_minor }]) => closing_minor !== 0n));
  return [...new Map([...places, ...own])].map(([place, { site_id, category }]) => {
    const closing_value_minor = safeNumber(own.get(place)?.closing_minor ?? 0n);
    const begun = before.size === 0 ? null : safeNumber(before.get(place)?.closing_minor ?? 0n);
    return { site_id, category, closing_value_minor, mean_value_minor: meanOfEnds(begun, closing_value_minor) };
  });
}

/** By line number why a locked month stays; one that the file says the same of passes. */
async function heldMonths(job: Job, lines: ValueLines): Promise<ReadonlyMap<number, string>> {
  const locked = await lockedMonths(job);
  const own = Map.groupBy(lines, ({ row }) => monthOf(row));
  const months = [...own.keys()].filter((month) => locked.has(month));
  const reasons = new Map<number, string>();
  if (months.length === 0) return reasons;
  const standing = await standingValues(job, months);
  const categories = await categoriesOf(job, lines);
  for (const month of months) {
    const ofMonth = own.get(month) ?? [];
    const sums = (values: Values) =>
      JSON.stringify(
        [...values]
          .filter(([, { closing_minor }]) => closing_minor !== 0n)
          .map(([place, { closing_minor }]) => `${place} ${closing_minor}`)
          .toSorted(),
      );
    const same =
      ofMonth.every(({ row }) => job.lookups.id('site', row.site) !== null) &&
      sums(sumsOf(job, ofMonth, categories)) === sums(standingSums(standing.get(month) ?? []));
    if (!same) for (const { line_number } of ofMonth) reasons.set(line_number, locked.get(month) ?? '');
  }
  return reasons;
}

/** The periods are held until the end of the transaction. The database refuses the same (migration 095). */
async function lockedMonths({ company_id, now, ...job }: Job): Promise<ReadonlyMap<number, string>> {
  const tx: ImportDatabase = job.tx;
  const held = await heldPeriods(tx, company_id);
  return new Map(
    held.flatMap((row): [number, string][] => {
      const how = lockedHow(row, 'stock', now.getTime());
      const month = monthInWords(row.period);
      if (how === null) return [];
      return how === 'for_good'
        ? [[row.period, `${month} is locked for good, and its stock value with it. Leave its lines out.`]]
        : [
            [
              row.period,
              `Stock of ${month} is locked, and its value with it. Leave its lines out, or have the month opened again under Close.`,
            ],
          ];
    }),
  );
}

async function standingValues(
  { tx, company_id }: Job,
  months: readonly number[],
): Promise<ReadonlyMap<number, readonly Standing[]>> {
  const { rows } = await sql<Standing & { readonly month: number }>`
    select id, month, site_id, category, closing_value_minor, written_at is not null as imported from inventory_month
    where company_id = ${company_id}::bigint and month = any(${integerArray(months)}::text::int[]) order by id`.execute(
    tx,
  );
  return Map.groupBy(rows, ({ month }) => month);
}

async function categoriesOf(job: Job, lines: ValueLines): Promise<ReadonlyMap<number, string | null>> {
  const ids = new Set(lines.flatMap(({ row }) => job.lookups.id('item', row.item) ?? []));
  const { rows } = await sql<{ readonly id: number; readonly category: string | null }>`
    select id, category from item where id = any(${integerArray(ids)}::text::bigint[])`.execute(job.tx);
  return new Map(rows.map(({ id, category }) => [id, category]));
}

function standingSums(rows: readonly Standing[]): Values {
  return new Map(
    rows.map(({ site_id, category, closing_value_minor }) => [
      placeOf({ site_id, category }),
      { site_id, category, closing_minor: BigInt(closing_value_minor) },
    ]),
  );
}

function sumsOf(job: Job, lines: ValueLines, categories: Stored['categories']): Values {
  const values: Values = new Map();
  for (const line of lines) {
    const site_id = siteOf(job, line);
    const category = categoryOf(job, line, categories);
    const place = placeOf({ site_id, category });
    const known = values.get(place) ?? { site_id, category, closing_minor: 0n };
    known.closing_minor += BigInt(line.row.value);
    values.set(place, known);
  }
  return values;
}

function monthOf(row: Pick<ValueRow, 'month'>): number {
  const month = monthOfText(row.month);
  if (month === null) throw new Error(`${row.month} was read as a month`);
  return month;
}

function siteOf(job: Job, { row, line_number }: Line<ValueRow>): number {
  const id = job.lookups.id('site', row.site);
  if (id === null) throw new Error(`line ${line_number} lost its site`);
  return id;
}

function categoryOf(job: Job, { row }: Line<ValueRow>, categories: Stored['categories']): string | null {
  return categories.get(job.lookups.id('item', row.item) ?? 0) ?? null;
}

function placeOf({ site_id, category }: { readonly site_id: number; readonly category: string | null }): string {
  return JSON.stringify([site_id, category]);
}
