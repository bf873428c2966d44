/** The forecasts that are in force: made in the background, kept in the copy, the same for every question. */
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import type { BreakKind } from '#domain/forecast/breaks.ts';
import type { QueryContext } from '../context.ts';
import { keptOf } from '../readCache.ts';
import { createCellNumbers } from '../stock/cellNumbers.ts';
import { HORIZON } from './forecastGround.ts';

export interface MadeBreak {
  readonly item_id: number;
  readonly site_id: number;
  readonly kind: BreakKind;
  /** Standard deviations. */
  readonly score: number;
  /** yyyymm of its first month, and how many months it has lasted. */
  readonly from_month: number;
  readonly months: number;
  /** A month, thousandths: what came, and what was expected before. */
  readonly actual_qty_milli: number;
  readonly expected_qty_milli: number;
}

/** By position, in the order of item and site. */
export interface ForecastParts {
  readonly item_ids: Float64Array;
  readonly site_ids: Float64Array;
  /** Position by position, month by month ahead, thousandths. */
  readonly point: Float64Array;
  /** Of the sum of the first so many months, calibrated, thousandths. */
  readonly sum_deviation: Float32Array;
  /** What its history adds up to, two numbers a position: the same history is not forecast twice. */
  readonly history_hash: Uint32Array;
  /** Place in FORECAST_METHODS and in DEMAND_CLASSES. */
  readonly method: Uint8Array;
  readonly kind: Uint8Array;
}

export interface MadeForecasts extends ForecastParts {
  readonly made_at_ms: number;
  /** yyyymm: what was the running month then. */
  readonly first_month: number;
  readonly months: readonly number[];
  readonly count: number;
  readonly breaks: readonly MadeBreak[];
  /** −1 = nothing was ever asked for there. */
  readonly slotOf: (item_id: number, site_id: number) => number;
}

/** Older ones than so many months say nothing of today. */
const MOST_MONTHS_OLD = 2;
/** Of how many companies they are in memory. */
const MOST_KEPT = 2;

type HeadRow = readonly [made_at_ms: number, first_month: number, basis: string];

/** null: not made yet, of another life of the copy, or too old. */
export function madeForecasts(context: QueryContext, company_id: number, as_of_on: number): MadeForecasts | null {
  const [head] = context.scan<HeadRow>(
    'SELECT made_at_ms, first_month, basis FROM main.forecast_made WHERE company_id = ?',
    [company_id],
  );
  if (!head || head[2] !== forecastBasis(context) || addMonths(head[1], MOST_MONTHS_OLD) < monthOfDay(as_of_on))
    return null;
  const read = () => readMade(context, company_id);
  const { cache } = context;
  return cache ? keptOf(cache.madeForecasts, `${company_id} ${head[0]}`, MOST_KEPT, read) : read();
}

/** Changes when others were made. */
export function madeName(made: MadeForecasts | null): string {
  return made === null ? 'none' : String(made.made_at_ms);
}

/** For whom and of what: forecasts made of rows that were withdrawn since are not read. */
export function forecastBasis({ user, scan }: Pick<QueryContext, 'user' | 'scan'>): string {
  const [life] = scan<readonly [string | null, number]>('SELECT epoch, withdrawals FROM main.replica_meta', []);
  return JSON.stringify([user.name, user.grants, life]);
}

function readMade({ scan }: QueryContext, company_id: number): MadeForecasts {
  const [row] = scan<readonly [number, number, number, string, Uint8Array]>(
    'SELECT made_at_ms, first_month, positions, breaks, columns FROM main.forecast_made WHERE company_id = ?',
    [company_id],
  );
  if (!row) throw new Error('forecasts went while they were read');
  const [made_at_ms, first_month, count, breaks, columns] = row;
  const parts = decodeParts(columns, count);
  return {
    ...parts,
    made_at_ms,
    first_month,
    months: Array.from({ length: HORIZON }, (_, ahead) => addMonths(first_month, ahead)),
    count,
    breaks: JSON.parse(breaks) as readonly MadeBreak[],
    slotOf: slotsOf(parts),
  };
}

function slotsOf({ item_ids, site_ids }: ForecastParts): MadeForecasts['slotOf'] {
  const items = new Map<number, number>();
  const sites = new Map<number, number>();
  const placeIn = (places: Map<number, number>, id: number): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, places.size);
    return places.size - 1;
  };
  for (const id of site_ids) placeIn(sites, id);
  const slots = createCellNumbers();
  for (let slot = 0; slot < item_ids.length; slot++) {
    const item = placeIn(items, item_ids[slot] as number);
    slots.set(item * sites.size + placeIn(sites, site_ids[slot] as number), slot);
  }
  return (item_id, site_id) => {
    const [item, site] = [items.get(item_id), sites.get(site_id)];
    return item === undefined || site === undefined ? -1 : slots.get(item * sites.size + site);
  };
}

/** Wide values first, so that each part begins where its values may. */
function partsOf(buffer: ArrayBuffer, count: number): ForecastParts {
  let at = 0;
  const next = <Part>(
    Values: { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer, at: number, length: number): Part },
    each: number,
  ): Part => {
    const from = at;
    at += Values.BYTES_PER_ELEMENT * each * count;
    return new Values(buffer, from, each * count);
  };
  return {
    item_ids: next(Float64Array, 1),
    site_ids: next(Float64Array, 1),
    point: next(Float64Array, HORIZON),
    sum_deviation: next(Float32Array, HORIZON),
    history_hash: next(Uint32Array, 2),
    method: next(Uint8Array, 1),
    kind: next(Uint8Array, 1),
  };
}

const BYTES_EACH = Object.values<ArrayBufferView>({ ...partsOf(new ArrayBuffer(1024), 1) }).reduce(
  (sum, part) => sum + part.byteLength,
  0,
);

export function emptyParts(count: number): ForecastParts {
  return partsOf(new ArrayBuffer(BYTES_EACH * count), count);
}

/** Of `emptyParts`, filled meanwhile: they lie behind each other as they are kept. */
export function encodeParts({ item_ids }: ForecastParts): Uint8Array {
  return new Uint8Array(item_ids.buffer);
}

export function decodeParts(bytes: Uint8Array, count: number): ForecastParts {
  if (bytes.byteLength !== BYTES_EACH * count) throw new Error('forecasts of another layout');
  // a blob may begin anywhere, wide values may not
  return partsOf(Uint8Array.from(bytes).buffer, count);
}
