/**
 * OTIF, perfect orders, order cycle time and backorder read off the columns: the tallies the tables give, in one pass.
 * Lines of one order lie next to each other, so that an order is known to be over when the next one begins.
 */
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { cycleDaysMilli } from '#domain/kpi/cycleTime.ts';
import { OTIF_DATES } from '#domain/kpi/otif.ts';
import { addSpells, emptyTally, type Tally } from '#domain/kpi/tally.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import { deliveryCounts, STILL_OPEN } from '#db/analysis/deliveryFacts.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import { type CodeColumn, codeColumn, type Segment, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts, keepCompanies, keepFiltered } from '../facts.ts';
import type { FillPeriod } from './columns.ts';
import type { KpiScope } from './scope.ts';

const FAMILIES: ReadonlySet<string> = new Set(['OTIF', 'Order cycle time', 'Backorder']);

export function isDelivery(family: string): boolean {
  return FAMILIES.has(family);
}

export interface DeliveryTallies {
  /** KPI → month → what it is made of; orders are counted and not named. */
  readonly byMonth: ReadonlyMap<string, ReadonlyMap<number, Tally>>;
  /** Of perfect orders: those of the whole period, in which an order due in two months is one. */
  readonly ofPeriod: ReadonlyMap<string, Tally['apart']>;
}

export async function deliveriesFromColumns(
  context: QueryContext,
  view: FactView,
  scope: KpiScope,
  period: FillPeriod,
  families: ReadonlySet<string>,
): Promise<DeliveryTallies> {
  const layout = createCellLayout(view);
  keepCompanies(layout, [scope.company.id]);
  keepFiltered(view, layout, scope.slice, await itemFacts(context), 'ordered_on');
  const monthly = new Map<string, Map<number, Tally>>();
  const tallyOf = (kpi: string, month: number): Tally => {
    const months = monthly.get(kpi) ?? new Map<number, Tally>();
    monthly.set(kpi, months);
    const tally = months.get(month) ?? emptyTally();
    months.set(month, tally);
    return tally;
  };
  const months = monthIndex(scope.months);
  const cycle = cycleCounter(scope, months, tallyOf);
  const otif = otifCounter(scope, months, period, tallyOf);
  const of_cycle = families.has('Order cycle time');
  const of_otif = families.has('OTIF');
  let orders = 0;
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, keys) => {
      if (families.has('Backorder')) addOwed(part, keys, scope, tallyOf);
      if (!of_cycle && !of_otif) return;
      const columns = columnsOf(part.general);
      const { order_codes } = columns;
      // an order's cycle lies in the month of its entry; what is due may lie in any later one
      const looked_at = of_otif ? null : columns.ordered_on.days.map((day) => (months(day) < 0 ? 0 : 1));
      if (looked_at?.every((wanted) => wanted === 0)) return;
      const ordered_codes = columns.ordered_on.codes;
      let last = -1;
      for (let row = 0; row < part.general.rows; row += 1) {
        if ((keys[row] as number) < 0) continue;
        if (looked_at !== null && looked_at[ordered_codes === null ? 0 : (ordered_codes[row] as number)] === 0)
          continue;
        const order = order_codes === null ? 0 : (order_codes[row] as number);
        if (order !== last) {
          cycle.end();
          orders += 1;
          last = order;
        }
        const counts = columns.counts[columns.delivery === null ? 0 : (columns.delivery[row] as number)];
        if (counts === undefined || counts.due_parts + counts.missing === 0) continue;
        const ordered_on = dayAt(columns.ordered_on, row);
        if (of_cycle) cycle.add(ordered_on, dayAt(columns.arrived, row), counts.parts, counts.known);
        if (!of_otif) continue;
        otif.add(orders, 0, ordered_on + dayAt(columns.requested, row), counts);
        otif.add(orders, 1, dayAt(columns.committed_on, row), counts);
      }
      cycle.end();
    },
  });
  otif.finish();
  return { byMonth: monthly, ofPeriod: otif.ofPeriod() };
}

type TallyOf = (kpi: string, month: number) => Tally;

interface DayColumn {
  readonly codes: CodeColumn['codes'];
  readonly days: Float64Array;
}

function columnsOf(segment: Segment) {
  const column = (name: string): DayColumn => {
    const { codes, dictionary } = codeColumn(segment, name);
    return { codes, days: Float64Array.from<number | string>(dictionary, Number) };
  };
  const delivery = codeColumn(segment, 'delivery');
  return {
    order_codes: codeColumn(segment, 'order').codes,
    ordered_on: column('ordered_on'),
    committed_on: column('committed_on'),
    requested: column('requested'),
    arrived: column('arrived'),
    delivery: delivery.codes,
    counts: [...delivery.dictionary].map((entry: number | string) => deliveryCounts(String(entry))),
  };
}

function dayAt({ codes, days }: DayColumn, row: number): number {
  return days[codes === null ? 0 : (codes[row] as number)] as number;
}

/** Place of a day's month among the months; negative = not looked at. */
type MonthIndex = (day: number) => number;

function monthIndex(months: readonly number[]): MonthIndex {
  const first_on = firstDayOfMonth(months[0] ?? 197001);
  const places: number[] = [];
  for (const [place, month] of months.entries()) {
    for (let day = firstDayOfMonth(month); day <= lastDayOfMonth(month); day += 1) places[day - first_on] = place;
  }
  const table = Int32Array.from({ length: places.length }, (_, at) => places[at] ?? -1);
  return (day) => table[day - first_on] ?? -1;
}

const CYCLE = ['order_cycle_median', 'order_cycle_p90'] as const;

/** One order after the other; `end` is called when its lines are over. */
function cycleCounter({ as_of_on, months }: KpiScope, monthOf: MonthIndex, tallyOf: TallyOf) {
  let wanted = false;
  let complete = true;
  let from_on = 0;
  let last_on = 0;
  let weight = 0;
  let known = 0;
  const tallies = months.map((month) => CYCLE.map((kpi) => () => tallyOf(kpi, month)));
  return {
    add: (ordered_on: number, arrived_days: number, parts: number, known_parts: number): void => {
      if (Number.isNaN(arrived_days)) return;
      if (!wanted) {
        wanted = true;
        complete = true;
        from_on = ordered_on;
        last_on = ordered_on;
        weight = 0;
        known = 0;
      }
      if (arrived_days === STILL_OPEN) complete = false;
      else if (ordered_on + arrived_days > last_on) last_on = ordered_on + arrived_days;
      weight += parts;
      known += known_parts;
    },
    end: (): void => {
      if (!wanted) return;
      wanted = false;
      const place = monthOf(from_on);
      if (place < 0) return;
      const days_milli = cycleDaysMilli(from_on, complete, last_on, as_of_on);
      for (const tally_of of tallies[place] ?? []) {
        const tally = tally_of();
        tally.rows += 1;
        tally.weight += weight;
        tally.known += known;
        addSpells(tally.spells, days_milli, complete ? ENDED : OPEN);
      }
    },
  };
}
const ENDED = { ended: 1, open: 0 };
const OPEN = { ended: 0, open: 1 };

const SUMS = 5;

/** Sums by date and month, and orders counted once in each month and once in the period. */
function otifCounter({ as_of_on, months }: KpiScope, monthOf: MonthIndex, period: FillPeriod, tallyOf: TallyOf) {
  const whole = months.length;
  const places = whole + 1;
  const in_period = months.map((month) => month >= period.from_month && month <= period.to_month);
  const sums = new Float64Array(OTIF_DATES.length * whole * SUMS);
  const orders = new Int32Array(OTIF_DATES.length * places);
  const broken = new Int32Array(OTIF_DATES.length * places);
  const seen = new Int32Array(OTIF_DATES.length * places);
  const seen_broken = new Int32Array(OTIF_DATES.length * places);
  const count = (at: number, order: number, perfect: boolean): void => {
    if (seen[at] !== order) {
      seen[at] = order;
      orders[at] = (orders[at] as number) + 1;
    }
    if (!perfect && seen_broken[at] !== order) {
      seen_broken[at] = order;
      broken[at] = (broken[at] as number) + 1;
    }
  };
  const apart = (at: number): Tally['apart'] => ({
    of: orders[at] ?? 0,
    counting: (orders[at] ?? 0) - (broken[at] ?? 0),
  });
  return {
    add: (order: number, date: 0 | 1, due_on: number, counts: ReturnType<typeof deliveryCounts>): void => {
      if (!(due_on < as_of_on)) return;
      const place = monthOf(due_on);
      if (place < 0) return;
      const in_time = date === 0 ? counts.requested_in_time : counts.committed_in_time;
      const due = counts.due_parts + counts.missing;
      const at = (date * whole + place) * SUMS;
      sums[at] = (sums[at] as number) + 1;
      sums[at + 1] = (sums[at + 1] as number) + in_time;
      sums[at + 2] = (sums[at + 2] as number) + due;
      sums[at + 3] = (sums[at + 3] as number) + counts.due_parts;
      sums[at + 4] = (sums[at + 4] as number) + counts.due_known;
      count(date * places + place, order, in_time === due);
      if (in_period[place] === true) count(date * places + whole, order, in_time === due);
    },
    finish: (): void => {
      for (const [date, { parts, orders: perfect }] of OTIF_DATES.entries()) {
        for (const [place, month] of months.entries()) {
          const [rows = 0, in_time = 0, due = 0, weight = 0, known = 0] = sums.subarray((date * whole + place) * SUMS);
          if (rows === 0) continue;
          Object.assign(tallyOf(parts, month), { rows, numerator: in_time, denominator: due, weight, known });
          Object.assign(tallyOf(perfect, month), { rows, weight, known, apart: apart(date * places + place) });
        }
      }
    },
    ofPeriod: () =>
      new Map(OTIF_DATES.map(({ orders: perfect }, date) => [perfect as string, apart(date * places + whole)])),
  };
}

/** What was owed on the snapshots' days: only lines that came late or never have such spans. */
function addOwed({ general }: FactPart, keys: Int32Array, { snapshots }: KpiScope, tallyOf: TallyOf): void {
  const packed = (name: string) => {
    const { values, length } = valueColumn(general, name);
    return values ?? new Int32Array(length);
  };
  const rows = packed('owed_row');
  const from = packed('owed_from');
  const until = packed('owed_until');
  const qty = packed('owed_qty');
  const value = packed('owed_value');
  const { codes, dictionary } = codeColumn(general, 'committed_on');
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    if ((keys[row] as number) < 0) continue;
    const committed_on = Number(dictionary[codes === null ? 0 : (codes[row] as number)]);
    for (const { month, on } of snapshots) {
      const days = on - committed_on;
      if (days < (from[at] as number) || days >= (until[at] as number)) continue;
      addOne(tallyOf('backorder_qty', month), qty[at] as number);
      addOne(tallyOf('backorder_value', month), value[at] as number);
      const age = tallyOf('backorder_age', month);
      age.rows += 1;
      addSpells(age.spells, days * 1000, ENDED);
    }
  }
}

function addOne(tally: Tally, amount: number): void {
  tally.rows += 1;
  tally.numerator += amount;
  tally.denominator += 1;
}
