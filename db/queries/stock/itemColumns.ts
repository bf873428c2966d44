/** The items of a company as columns, in natural order of their codes; everything else says an item by its place here. */
import type { QueryContext } from '../context.ts';
import { sitesOf } from '../reference/names.ts';
import type { SiteFacts } from './position.ts';

/** A column of few distinct values: a code an item, and what the codes stand for. */
export interface Coded<T> {
  readonly codes: Int32Array;
  readonly values: readonly T[];
}

export interface ItemColumns {
  readonly count: number;
  readonly ids: Float64Array;
  readonly codes: readonly string[];
  readonly names: readonly string[];
  /** Small letters of code and name, for finding. */
  readonly search: readonly string[];
  /** '' = none */
  readonly categories: Coded<string>;
  readonly uoms: Coded<string>;
  /** 0 = none */
  readonly suppliers: Coded<number>;
  readonly active: Uint8Array;
  /** 10⁻⁶ of the company's currency; NaN = unknown, or not for this user. */
  readonly unit_cost_micro: Float64Array;
  readonly placeOf: ReadonlyMap<number, number>;
}

/** Sites by id; a position's cell is its item's place × sites + its site's place. */
export interface StockGround {
  readonly items: ItemColumns;
  readonly sites: readonly SiteFacts[];
  readonly sitePlaceOf: ReadonlyMap<number, number>;
  /** supplier id → name */
  readonly supplierNames: ReadonlyMap<number, string>;
}

type ItemRow = readonly [
  id: number,
  code: string,
  name: string,
  category: string | null,
  uom: string,
  supplier_id: number | null,
  active: number,
];

export async function stockGround(
  context: QueryContext,
  company_id: number,
  cost_visible: boolean,
): Promise<StockGround> {
  const rows = context.scan<ItemRow>(
    'SELECT id, code, name, category, uom, supplier_id, active FROM main.item NOT INDEXED WHERE company_id = ?',
    [company_id],
  );
  const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  // codes of one length are in natural order once they are in plain order: the slow comparison then has little to do
  rows.sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[0] - b[0]));
  rows.sort((a, b) => natural.compare(a[1], b[1]) || a[0] - b[0]);
  const placeOf = new Map(rows.map((row, place) => [row[0], place]));
  const unit_cost_micro = new Float64Array(rows.length).fill(Number.NaN);
  if (cost_visible) {
    const costs = context.scan<readonly [number, number]>(
      'SELECT id, unit_cost_micro FROM main.item_cost NOT INDEXED WHERE company_id = ?',
      [company_id],
    );
    for (const [id, cost] of costs) {
      const place = placeOf.get(id);
      if (place !== undefined) unit_cost_micro[place] = cost;
    }
  }
  const sites = [...(await sitesOf(context.db, company_id)).values()].toSorted((a, b) => a.id - b.id);
  const suppliers = context.scan<readonly [number, string]>(
    "SELECT id, name FROM main.party WHERE company_id = ? AND kind = 'supplier'",
    [company_id],
  );
  return {
    items: {
      count: rows.length,
      ids: Float64Array.from(rows, (row) => row[0]),
      codes: rows.map((row) => row[1]),
      names: rows.map((row) => row[2]),
      search: rows.map((row) => `${row[1]} ${row[2]}`.toLowerCase()),
      categories: coded(rows, (row) => row[3] ?? ''),
      uoms: coded(rows, (row) => row[4]),
      suppliers: coded(rows, (row) => row[5] ?? 0),
      active: Uint8Array.from(rows, (row) => row[6]),
      unit_cost_micro,
      placeOf,
    },
    sites,
    sitePlaceOf: new Map(sites.map((site, place) => [site.id, place])),
    supplierNames: new Map(suppliers),
  };
}

function coded<T>(rows: readonly ItemRow[], valueOf: (row: ItemRow) => T): Coded<T> {
  const codes = new Int32Array(rows.length);
  const values: T[] = [];
  const codeOf = new Map<T, number>();
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place];
    if (row === undefined) continue;
    const value = valueOf(row);
    let code = codeOf.get(value);
    if (code === undefined) {
      code = values.push(value) - 1;
      codeOf.set(value, code);
    }
    codes[place] = code;
  }
  return { codes, values };
}

/** The cell of an item at a site; -1 when either is not here: it lies outside the user's scope. */
export function cellOf(ground: StockGround, item_id: number, site_id: number): number {
  const item = ground.items.placeOf.get(item_id);
  const site = ground.sitePlaceOf.get(site_id);
  return item === undefined || site === undefined ? -1 : item * ground.sites.length + site;
}
