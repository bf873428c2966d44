/**
 * Money that lies in stock: more than will be needed for long, asked for by nobody, less than nothing; and positions and
 * items that nobody can replenish because something about them is not recorded. From the columns of stock, at cost.
 */
import { monthOfDay } from '#domain/calendar.ts';
import { exceptionKey, type StakePart } from '#domain/exceptions/exception.ts';
import { lineAmountsIn } from '#domain/money.ts';
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { excessQtyMilli, isObsolete, OBSOLETE_DAYS } from '#domain/planning/idleStock.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { seesWholeCompany, seesWholeSite } from '../rights.ts';
import { askedItems } from '../stock/askedItems.ts';
import { type StockColumns, stockColumns } from '../stock/stockColumns.ts';
import { positionKey } from '../stock/stockModel.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';
import { ownersOf } from './itemWords.ts';

/** Less than this in one place is not worth a decision of its own, minor units: 500.00. It is still 'excess' in Stock. */
export const WORTH_A_DECISION_MINOR = 50_000;

export async function idleStock(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const question = { company_id: company.id, currency: company.currency, as_of_on, cost_visible: true, item_id: null };
  // the columns are looked through once and what is found is kept: keeping them too would hold them twice
  const { cache: _kept, ...once } = context;
  const columns = await stockColumns(once, question);
  context.checkCancelled();
  const places = new Places(finding, columns);
  return [...excessAndObsolete(finding, columns, places), ...notRecorded(finding, columns, places)];
}

/** What is below zero on the books: sold before it was received, or received and never booked. */
export function negativeStock(finding: Finding): Promise<FoundException[]> {
  const { context, company } = finding;
  const rows = context.scan<
    readonly [item_id: number, site_id: number, on_hand: number, code: string, name: string, uom: string, cost: number]
  >(
    `SELECT b.item_id, b.site_id, b.on_hand_qty_milli, i.code, i.name, i.uom, c.unit_cost_micro
     FROM main.stock_balance b NOT INDEXED JOIN main.item i ON i.id = b.item_id JOIN main.item_cost c ON c.id = i.id
     WHERE b.company_id = ? AND b.on_hand_qty_milli < 0`,
    [company.id],
  );
  if (rows.length === 0) return Promise.resolve([]);
  const sites = new Map(
    context.scan<readonly [number, string]>('SELECT id, name FROM main.site WHERE company_id = ?', [company.id]),
  );
  const owners = ownersOf(
    context,
    company.id,
    new Set(rows.map(([item_id, site_id]) => positionKey(item_id, site_id))),
  );
  const amount = lineAmountsIn(company.currency);
  return Promise.resolve(
    rows.map(([item_id, site_id, on_hand, item_code, item_name, uom, cost]): FoundException => {
      const site = sites.get(site_id) ?? `Site ${site_id}`;
      const lines = [
        lineOf('below_zero', {
          number: item_code,
          about: site,
          qty_milli: -on_hand,
          uom,
          amount_minor: amount(-on_hand, cost),
        }),
      ];
      return {
        key: exceptionKey('negative_stock', item_id, site_id),
        facts: { kind: 'negative_stock', item_id, item_code, item_name, uom, site_id, site, below_qty_milli: -on_hand },
        severity: 'warn',
        company_id: company.id,
        site_id,
        channel_id: null,
        ...partsOf(lines),
        due_on: null,
        since_on: null,
        owner: owners.get(positionKey(item_id, site_id)) ?? null,
        lines,
        po_line_ids: [],
      };
    }),
  );
}

function lineOf(
  part: StakePart['part'],
  of: Pick<FoundLine, 'number' | 'qty_milli' | 'uom' | 'amount_minor'> & { readonly about: string },
): FoundLine {
  return { part, ...of, order_id: null, party_id: null, channel_id: null, on: null };
}

/** Positions by their places in the columns, in words. */
class Places {
  private readonly finding: Finding;
  private readonly columns: StockColumns;
  private readonly whole = new Map<number, boolean>();

  constructor(finding: Finding, columns: StockColumns) {
    this.finding = finding;
    this.columns = columns;
  }

  at(place: number) {
    const { ground, item, site } = this.columns;
    const nth = item[place] as number;
    const { items } = ground;
    const where = ground.sites[site[place] as number];
    return {
      item_id: items.ids[nth] as number,
      item_code: items.codes[nth] ?? '',
      item_name: items.names[nth] ?? '',
      uom: items.uoms.values[items.uoms.codes[nth] as number] ?? '',
      site_id: where?.id ?? 0,
      site: where?.name ?? '',
    };
  }

  /** Whoever sees a part of what is asked for takes too much for idle. */
  seesAll(place: number): boolean {
    const nth = this.columns.site[place] as number;
    let sees = this.whole.get(nth);
    if (sees === undefined) {
      const { context, company } = this.finding;
      sees = seesWholeSite(context.user, company.id, this.columns.ground.sites[nth]?.id ?? null) === 'whole';
      this.whole.set(nth, sees);
    }
    return sees;
  }
}

function excessAndObsolete(finding: Finding, columns: StockColumns, places: Places): FoundException[] {
  const { context, company, as_of_on } = finding;
  const { items } = columns.ground;
  const amount = lineAmountsIn(company.currency);
  const young = introducedSince(finding, as_of_on - OBSOLETE_DAYS);
  const obsolete = obsoleteItems(finding, columns, young);
  const excess: { readonly place: number; readonly qty_milli: number; readonly amount_minor: number }[] = [];
  const idle = new Map<number, number[]>();
  for (let place = 0; place < columns.count; place++) {
    const there = columns.on_hand[place] as number;
    if (there <= 0) continue;
    const nth = columns.item[place] as number;
    const cost = items.unit_cost_micro[nth] as number;
    if (Number.isNaN(cost)) continue;
    if (obsolete?.[nth] === 1) {
      idle.set(nth, [...(idle.get(nth) ?? []), place]);
      continue;
    }
    const max = columns.max[place] as number;
    const usage = columns.usage[place] as number;
    // without a policy and without demand nobody can say what is too much; what is new was bought for what is to come
    if ((Number.isNaN(max) && usage <= 0) || young.has(items.ids[nth] as number) || !places.seesAll(place)) continue;
    const qty_milli = excessQtyMilli({
      on_hand_qty_milli: there,
      reserved_qty_milli: columns.reserved[place] as number,
      max_qty_milli: Number.isNaN(max) ? 0 : max,
      usage_qty_milli_in_window: usage,
    });
    const amount_minor = qty_milli === 0 ? 0 : amount(qty_milli, cost);
    if (amount_minor >= WORTH_A_DECISION_MINOR) excess.push({ place, qty_milli, amount_minor });
  }
  const owners = ownersOf(
    context,
    company.id,
    new Set(excess.map(({ place }) => positionKey(places.at(place).item_id, places.at(place).site_id))),
  );
  const common = { severity: 'info', company_id: company.id, channel_id: null, due_on: null, since_on: null } as const;
  const found = excess.map(({ place, qty_milli, amount_minor }): FoundException => {
    const at = places.at(place);
    const lines = [
      lineOf('beyond_need', { number: at.item_code, about: at.site, qty_milli, uom: at.uom, amount_minor }),
    ];
    const on_hand_qty_milli = columns.on_hand[place] as number;
    const days = daysOnHand(on_hand_qty_milli, columns.usage[place] as number);
    return {
      ...common,
      key: exceptionKey('excess_stock', at.item_id, at.site_id),
      facts: { kind: 'excess_stock', ...at, on_hand_qty_milli, excess_qty_milli: qty_milli, days },
      site_id: at.site_id,
      ...partsOf(lines),
      owner: owners.get(positionKey(at.item_id, at.site_id)) ?? null,
      lines,
      po_line_ids: [],
    };
  });
  for (const [nth, held] of idle) {
    const cost = items.unit_cost_micro[nth] as number;
    const lines = held
      .map((place) => {
        const { item_code: number, site: about, uom } = places.at(place);
        const qty_milli = columns.on_hand[place] as number;
        return {
          place,
          line: lineOf('idle', { number, about, qty_milli, uom, amount_minor: amount(qty_milli, cost) }),
        };
      })
      .toSorted((a, b) => b.line.amount_minor - a.line.amount_minor || a.place - b.place);
    const stake = partsOf(lines.map(({ line }) => line));
    const [most] = lines;
    if (!most || stake.stake_minor < WORTH_A_DECISION_MINOR) continue;
    const { site: _site, ...at } = places.at(most.place);
    found.push({
      ...common,
      key: exceptionKey('obsolete_stock', at.item_id),
      facts: {
        kind: 'obsolete_stock',
        ...at,
        sites: lines.map(({ line }) => line.about ?? ''),
        on_hand_qty_milli: lines.reduce((sum, { line }) => sum + (line.qty_milli ?? 0), 0),
      },
      site_id: null,
      ...stake,
      owner: null,
      lines: lines.map(({ line }) => line),
      po_line_ids: [],
    });
  }
  return found;
}

/** By item, 1 = nobody asked for it for so long; null: nobody can tell, because too little of the past is here or is seen. */
function obsoleteItems(finding: Finding, columns: StockColumns, young: ReadonlySet<number>): Uint8Array | null {
  const { context, company, as_of_on } = finding;
  if (!seesWholeCompany(context.user, company.id, 'general')) return null;
  const from_on = as_of_on - OBSOLETE_DAYS;
  const [first] = context.scan<readonly [month: number | null]>(
    'SELECT min(month) FROM main.bucket WHERE tbl = ? AND company = ?',
    [wireTable('order_line').id, company.id],
  );
  if ((first?.[0] ?? Number.MAX_SAFE_INTEGER) >= monthOfDay(from_on)) return null;
  const asked = askedItems(context, { company_id: company.id, as_of_on, from_on }, columns.ground);
  return Uint8Array.from(asked, (lately, nth) => {
    const introduced_on = young.has(columns.ground.items.ids[nth] as number) ? as_of_on : null;
    return isObsolete({ introduced_on, last_asked_on: lately === 1 ? as_of_on : null }, as_of_on) ? 1 : 0;
  });
}

function introducedSince({ context, company }: Finding, day: number): ReadonlySet<number> {
  const rows = context.scan<readonly [number]>(
    'SELECT id FROM main.item NOT INDEXED WHERE company_id = ? AND introduced_on > ?',
    [company.id, day],
  );
  return new Set(rows.map(([id]) => id));
}

/** Positions that sell without a policy, a list for each site; items that sell and have no supplier. */
function notRecorded(finding: Finding, columns: StockColumns, places: Places): FoundException[] {
  const { context, company } = finding;
  const { items } = columns.ground;
  const bought = new Set(
    context
      .scan<readonly [number]>('SELECT DISTINCT item_id FROM main.supplier_item WHERE company_id = ?', [company.id])
      .map(([id]) => id),
  );
  const orphans = new Map<number, number[]>();
  const unplanned = new Map<number, number[]>();
  for (let place = 0; place < columns.count; place++) {
    const worth = columns.usage_value[place] as number;
    const nth = columns.item[place] as number;
    if (!(worth > 0) || items.active[nth] === 0) continue;
    const supplier = items.suppliers.values[items.suppliers.codes[nth] as number] ?? 0;
    if (supplier === 0 && !bought.has(items.ids[nth] as number)) {
      orphans.set(nth, [...(orphans.get(nth) ?? []), place]);
    }
    if (Number.isNaN(columns.min[place]) && places.seesAll(place)) {
      const site = columns.site[place] as number;
      const list = unplanned.get(site) ?? [];
      list.push(place);
      unplanned.set(site, list);
    }
  }
  const used = (place: number, aboutSite: boolean): FoundLine => {
    const at = places.at(place);
    return lineOf('used', {
      number: at.item_code,
      about: aboutSite ? at.site : at.item_name,
      qty_milli: columns.usage[place] as number,
      uom: at.uom,
      amount_minor: columns.usage_value[place] as number,
    });
  };
  const ranked = (held: readonly number[], aboutSite: boolean): FoundLine[] =>
    held.map((place) => used(place, aboutSite)).toSorted((a, b) => b.amount_minor - a.amount_minor);
  const common = { severity: 'info', company_id: company.id, channel_id: null, due_on: null, since_on: null } as const;
  const found: FoundException[] = [];
  for (const held of orphans.values()) {
    const lines = ranked(held, true);
    const [first] = held;
    if (first === undefined) continue;
    const { item_id, item_code, item_name } = places.at(first);
    found.push({
      ...common,
      key: exceptionKey('no_supplier', item_id),
      facts: { kind: 'no_supplier', item_id, item_code, item_name, sites: held.length },
      site_id: null,
      ...partsOf(lines),
      owner: null,
      lines,
      po_line_ids: [],
    });
  }
  for (const held of unplanned.values()) {
    const lines = ranked(held, false);
    const [first] = held;
    if (first === undefined) continue;
    const { site_id, site } = places.at(first);
    found.push({
      ...common,
      key: exceptionKey('no_policy', site_id),
      facts: { kind: 'no_policy', site_id, site, positions: held.length },
      site_id,
      ...partsOf(lines),
      owner: null,
      lines,
      po_line_ids: [],
    });
  }
  return found;
}
