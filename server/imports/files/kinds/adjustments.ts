/**
 * A file states a balance of a day; the movements up to that day must explain it. What the known receipts, shipments and
 * moves do not explain of a balance that files keep becomes one adjustment: documents that came since are not counted
 * twice, and the same file again finds nothing left to explain. Where Binnacle kept the balance before any file, what was on
 * hand then stays its opening, and the adjustment is the difference.
 */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { STOCK } from '#domain/imports/kinds/stock.ts';
import { zoneConverter } from '#domain/imports/orders/zoneTime.ts';
import type { ChangedField } from '#contract/wire/fileImports.ts';
import { textArray } from '#server/imports/arrayText.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { FileCompany } from '../companyOfFile.ts';
import { type Job, type Line, NOTHING_MOVED, type Survey } from '../job.ts';
import { movedQuantities } from '../movedQuantities.ts';
import { insertRows, type SyncedRow } from '../syncRows.ts';

type StockRow = RowOf<(typeof STOCK)['fields']>;

/** Sources no file can name: such rows were made in Binnacle. */
const OWN_SOURCES = textArray(['binnacle', 'demo']);

export async function surveyPositions(
  db: ImportDatabase,
  company: FileCompany | null,
  lines: readonly Line<StockRow>[],
  now: Date,
): Promise<Survey> {
  if (company === null) return NOTHING_MOVED;
  const codes = textArray(new Set(lines.map(({ row }) => row.site)));
  const { rows } = await sql<{ site_id: number; item_id: number | null; item: string; own: boolean }>`
    select s.id as site_id, b.item_id, i.code as item, b.source = any(${OWN_SOURCES}::text::text[]) as own
    from site s left join stock_balance b on b.site_id = s.id left join item i on i.id = b.item_id
    where s.company_id = ${company.id}::bigint and s.code = any(${codes}::text::text[])`.execute(db);
  const own = new Set(rows.filter((row) => row.own).map(({ site_id, item_id }) => `${site_id}|${item_id}`));
  const sites = new Set(rows.map(({ site_id }) => site_id));
  // Where every balance is Binnacle's own, and the file brings no other, no movement needs to be added up.
  const balances = rows.filter(({ item_id }) => item_id !== null);
  const kept = own.size === balances.length && lines.length <= own.size && namesOnly(lines, balances);
  if (kept) return { movedQtyMilli: () => null };
  const moved = await movedQuantities(db, company.id, sites, daysOf(lines, businessDay(now, company.time_zone)));
  return {
    movedQtyMilli: (site_id, item_id, day) => (own.has(`${site_id}|${item_id}`) ? null : moved(site_id, item_id, day)),
  };
}

function daysOf(lines: readonly Line<StockRow>[], today: string): { first: string; last: string } {
  let first = today;
  let last = today;
  for (const { row } of lines) {
    const day = row.as_of ?? today;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  return { first, last };
}

function namesOnly(lines: readonly Line<StockRow>[], balances: readonly { readonly item: string }[]): boolean {
  const items = new Set(balances.map(({ item }) => item));
  return lines.every(({ row }) => items.has(row.item));
}

export interface Stated {
  readonly site_id: number;
  readonly item_id: number;
  readonly on_hand_qty_milli: number;
  readonly moved_on: string;
  readonly balance: SyncedRow;
}

/** What each balance's adjustment is, in order; nothing where the movements explain it. */
export async function adjust(job: Job, stated: readonly Stated[]): Promise<(ChangedField | null)[]> {
  const fields = stated.map((each): ChangedField | null => {
    const qty_milli = unexplained(job.survey, each);
    return qty_milli === 0 ? null : { column: 'adjustment_qty_milli', before: null, after: qty_milli };
  });
  const moves = stated.flatMap(({ site_id, item_id, moved_on }, index) => {
    const qty_milli = fields[index]?.after;
    const ref = job.file_name.slice(0, 80);
    return qty_milli == null ? [] : [{ site_id, item_id, kind: 'adjustment', moved_on, qty_milli, ref }];
  });
  await insertRows(job, 'stock_move', moves);
  return fields;
}

function unexplained({ movedQtyMilli }: Survey, stated: Stated): number {
  const { site_id, item_id, on_hand_qty_milli, moved_on, balance } = stated;
  const moved = movedQtyMilli(site_id, item_id, moved_on);
  if (moved !== null) return on_hand_qty_milli - moved;
  const changed = balance.fields.find(({ column }) => column === 'on_hand_qty_milli');
  return changed ? on_hand_qty_milli - Number(changed.before ?? 0) : 0;
}

/** The business day of the import. */
export function today({ now, time_zone }: Job): string {
  return businessDay(now, time_zone);
}

function businessDay(now: Date, time_zone: string): string {
  const second = Math.floor(now.getTime() / 1000);
  const wall = { day: Math.floor(second / 86_400), second_of_day: second % 86_400, offset_minutes: 0 };
  return isoDate(zoneConverter(time_zone)(wall).day);
}
