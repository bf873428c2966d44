/** What planners put in the forecast’s place: one figure that helped, one that hurt, one for the months to come. */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { DemoItem } from './catalogue/items.ts';
import type { DemoBatch, DemoRow } from './rows.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The overridden months lie so far before the running one. */
const MONTHS_BACK = 2;
const LOOK_BACK = 6;

interface Seen {
  readonly item: DemoItem;
  readonly came_qty_milli: number;
  readonly usual_qty_milli: number;
}

export function* overrideBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, horizon } = world;
  const site = company.sites[0];
  const nth = horizon.months.length - 1 - MONTHS_BACK;
  if (company.code !== 'HAL' || !site || nth < LOOK_BACK) return;
  const random = world.stream('overrides');
  const month = addMonths(horizon.this_month, -MONTHS_BACK);
  const row = (
    item: DemoItem,
    of: Pick<DemoRow<'forecast_override'>, 'from_month' | 'to_month' | 'qty_milli' | 'factor_bp' | 'reason' | 'author'>,
    expires_on: number,
    said_on: number,
  ): DemoRow<'forecast_override'> => {
    const written_at = said_on * DAY_MS + 8 * HOUR_MS + random.whole(0, 200) * 60_000;
    const place = { company_id: company.id, site_id: site.id, item_id: item.id };
    const about = { kind: 'set', replaces: null, expires_on, written_at, accepted_at: written_at + 1_200 };
    return { id: random.uuid(), ...place, ...about, ...of };
  };
  const seen = itemsSeen(world, nth).toSorted((a, b) => surprise(b) - surprise(a));
  const [surprising] = seen;
  const usual = seen.slice(1).toSorted((a, b) => Math.abs(surprise(a)) - Math.abs(surprise(b)))[0];
  if (!surprising || !usual) return;
  const said_on = firstDayOfMonth(month) - 6;
  const past = { from_month: month, to_month: month, factor_bp: null };
  const known = {
    qty_milli: whole(surprising.came_qty_milli * 0.97),
    author: 'planner',
    reason: 'Project of Rijnmond Havens announced by key accounts',
  };
  const hoped = {
    qty_milli: whole(usual.came_qty_milli * 2.4),
    author: 'buyer',
    reason: 'Autumn campaign expected to more than double it',
  };
  const ahead = addMonths(horizon.this_month, 1);
  const to_come = {
    from_month: ahead,
    to_month: addMonths(ahead, 1),
    qty_milli: null,
    factor_bp: 12_500,
    author: 'planner',
    reason: 'New contract of a key account from next month on',
  };
  yield {
    table: 'forecast_override',
    rows: [
      row(surprising.item, { ...past, ...known }, lastDayOfMonth(month), said_on),
      row(usual.item, { ...past, ...hoped }, lastDayOfMonth(month), said_on - 3),
      row(surprising.item, to_come, lastDayOfMonth(to_come.to_month), horizon.today - 4),
    ],
  };
}

function itemsSeen({ company, books, items, horizon }: CompanyWorld, nth: number): Seen[] {
  const months = horizon.months.length;
  return [...books.forecast_slot].flatMap(([item_index, slot]) => {
    const item = items[item_index];
    const at = slot * company.sites.length * months;
    const came_qty_milli = books.forecast_qty_milli[at + nth] ?? 0;
    let usual_qty_milli = 0;
    for (let back = 1; back <= LOOK_BACK; back++)
      usual_qty_milli += (books.forecast_qty_milli[at + nth - back] ?? 0) / LOOK_BACK;
    return item && came_qty_milli > 0 && usual_qty_milli > 0 ? [{ item, came_qty_milli, usual_qty_milli }] : [];
  });
}

/** How far what came lay above what was usual, by ratio. */
function surprise({ came_qty_milli, usual_qty_milli }: Seen): number {
  return Math.log(came_qty_milli / usual_qty_milli);
}

function whole(qty_milli: number): number {
  return Math.round(qty_milli / 1000) * 1000;
}
