/** What happened to an item at a site that its demand may have answered to: prices, campaigns, breaks, a planner's word. */
import { firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { pastBreaks, type ValueChange, valueChanges, type ValueVersion } from '#domain/forecast/events.ts';
import type { DemandEvent, ForecastOverride } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { channelsOf } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { SEASON } from './forecastGround.ts';
import type { DemandPlace } from './itemLines.ts';

interface Asked {
  readonly months: readonly number[];
  readonly fed: Float64Array;
  readonly as_of_on: number;
  readonly overrides: readonly ForecastOverride[];
}

/** Oldest first. Prices known to begin later count too: they are in force in the months ahead. */
export async function demandEvents(
  context: QueryContext,
  place: DemandPlace,
  { months, fed, as_of_on, overrides }: Asked,
): Promise<DemandEvent[]> {
  const span = { from_on: firstDayOfMonth(months[0] ?? monthOfDay(as_of_on)), to_on: Number.MAX_SAFE_INTEGER };
  const events: DemandEvent[] = [
    ...(await priceEvents(context, place, span)),
    ...supplierPriceEvents(context, place, span),
    ...pastBreaks(fed, SEASON).map((found): DemandEvent => {
      const month = months[found.at] ?? 0;
      const { kind, actual, expected } = found;
      const qty = { actual_qty_milli: milli(actual), expected_qty_milli: milli(expected) };
      return { kind: 'break', month, on: null, break: kind, ...qty };
    }),
    // a promotion is what a planner expects of it, for its months, with the reason why
    ...overrides
      .filter(({ state }) => state === 'in_force' || state === 'expired')
      .map(({ from_month, to_month, reason, author }): DemandEvent => {
        return { kind: 'override', month: from_month, on: null, to_month, reason, author };
      }),
  ];
  return events.toSorted((a, b) => a.month - b.month || ((a.on ?? '') < (b.on ?? '') ? -1 : 1));
}

interface Span {
  readonly from_on: number;
  readonly to_on: number;
}

type PriceRow = readonly [
  channel_id: number | null,
  category: string | null,
  item_id: number | null,
  list_price_micro: number | null,
  max_discount_bp: number | null,
  valid_from: number,
  valid_to: number | null,
];

/** List prices of the item and discounts that reach it; what one customer was promised is no event. */
async function priceEvents({ scan, db }: QueryContext, { item, company }: DemandPlace, span: Span) {
  const rows = scan<PriceRow>(
    `SELECT channel_id, category, item_id, list_price_micro, max_discount_bp, valid_from, valid_to FROM main.price_rule
     WHERE company_id = ? AND party_id IS NULL
       AND (item_id = ? OR (item_id IS NULL AND (category = ? OR (category IS NULL AND channel_id IS NOT NULL))))`,
    [company.id, item.id, item.category ?? ''],
  );
  const channels = await channelsOf(db, company.id);
  const channelName = (id: number | null): string | null => (id === null ? null : (channels.get(id)?.name ?? null));
  const of = (row: PriceRow): string => JSON.stringify([row[0], row[1], row[2], row[3] === null]);
  const events: DemandEvent[] = [];
  for (const versions of Map.groupBy(rows, of).values()) {
    const [first] = versions;
    if (first === undefined) continue;
    const [channel_id, , item_id, list] = first;
    const channel = channelName(channel_id);
    const value = (row: PriceRow): number => (list === null ? row[4] : row[3]) ?? 0;
    for (const change of valueChanges(
      versions.map((row) => versionOf(value(row), row[5], row[6])),
      span.from_on,
      span.to_on,
    )) {
      // a price that appears for the first time, or that nothing follows, did not rise or fall
      if (list !== null && (change.before === null || change.after === null)) continue;
      if (list === null && item_id === null && first[1] === null && isSmallStep(change)) continue;
      const at = dated(change);
      const price = { before_micro: change.before ?? 0, after_micro: change.after ?? 0 };
      events.push(
        list === null
          ? {
              kind: 'discount',
              ...at,
              channel,
              reach: item_id !== null ? 'item' : first[1] !== null ? 'category' : 'channel',
              before_bp: change.before,
              after_bp: change.after,
            }
          : { kind: 'list_price', ...at, channel, ...price },
      );
    }
  }
  return events;
}

/** What a whole channel is allowed moves a little with every month's decision: of everything it has, that is no event. */
const SMALL_STEP_BP = 200;

function isSmallStep({ before, after }: ValueChange): boolean {
  return before !== null && after !== null && Math.abs(after - before) < SMALL_STEP_BP;
}

/** Of whom it is bought, for who may see cost. */
function supplierPriceEvents({ scan, user }: QueryContext, { item, company }: DemandPlace, span: Span): DemandEvent[] {
  if (!seesArea(user, company.id, 'cost')) return [];
  const rows = scan<readonly [name: string, price_micro: number, valid_from: number, valid_to: number | null]>(
    `SELECT p.name, sp.unit_price_micro, sp.valid_from, sp.valid_to FROM main.supplier_item_price sp
     JOIN main.supplier_item s ON s.id = sp.supplier_item_id JOIN main.party p ON p.id = s.supplier_id
     WHERE s.id = (SELECT id FROM main.supplier_item WHERE item_id = ? ORDER BY preferred DESC, id LIMIT 1)`,
    [item.id],
  );
  const versions = rows.map(([, price, from, to]) => versionOf(price, from, to));
  return valueChanges(versions, span.from_on, span.to_on).flatMap((change): DemandEvent[] =>
    change.before === null || change.after === null
      ? []
      : [
          {
            kind: 'supplier_price',
            ...dated(change),
            supplier: rows[0]?.[0] ?? '',
            before_micro: change.before,
            after_micro: change.after,
          },
        ],
  );
}

function versionOf(value: number, valid_from: number, valid_to: number | null): ValueVersion {
  return { value, valid_from, valid_to };
}

function dated({ on }: ValueChange): { readonly month: number; readonly on: string } {
  return { month: monthOfDay(on), on: isoDate(on) };
}

function milli(value: number): number {
  return Math.round(value * 1000);
}
