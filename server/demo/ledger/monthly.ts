/** What the books get once a month: opening balances, bills of carriers, fees, bonuses, depreciation, the sister company. */
import { addMonths, addWorkdays, firstDayOfMonth, isWorkday, lastDayOfMonth } from '#domain/calendar.ts';
import { divideRounded, safeNumber } from '#domain/money.ts';
import { CARRIER_TERMS_DAYS } from '../parties.ts';
import type { Rate } from '../pricing/rules.ts';
import { Bills, carrierDay, forwarderDay } from '../purchases/bills.ts';
import { randomStream } from '../random.ts';
import type { DemoBatch } from '../rows.ts';
import { DEMO_SIZES, type DemoOptions } from '../size.ts';
import type { CompanyWorld } from '../world.ts';
import type { AccountRole } from './accounts.ts';
import type { DailyJournal } from './journals.ts';

/** Of the smaller amounts the second company has so much less. */
const ASSETS_MINOR = 184_000_000;
const DEPRECIATION_MONTHS = 120;
const INSURANCE_MINOR = 4_620_000;

export function* monthlyBatches(
  world: CompanyWorld,
  rates: readonly Rate[],
  { seed, size }: Pick<DemoOptions, 'seed' | 'size'>,
): Generator<DemoBatch> {
  const monthly = new Monthly(world);
  monthly.opening(size.order_lines);
  for (const [nth, month] of world.horizon.months.entries()) {
    monthly.accruals(nth, month);
    monthly.overhead(nth, month);
    monthly.sister(nth, rates, seed);
  }
  monthly.byHand();
  yield* monthly.flush();
}

class Monthly {
  private readonly world: CompanyWorld;
  private readonly bills: Bills;
  private readonly size: number;

  constructor(world: CompanyWorld) {
    this.world = world;
    this.bills = new Bills({ ...world, stream: (subject) => world.stream(`monthly ${subject}`) }, 90_001);
    this.size = world.company.share;
  }

  *flush(): Generator<DemoBatch> {
    for (const batch of this.bills.flush()) if (batch.rows.length > 0) yield batch;
  }

  /** People and rooms are those of a company with the orders of size `demo`: one with fewer began with what they do not earn of them. */
  opening(order_lines: number): void {
    const { horizon } = this.world;
    const lacking = Math.max(0, DEMO_SIZES.demo.order_lines - order_lines) / DEMO_SIZES.demo.order_lines;
    const overheads = horizon.months.reduce((sum, _, nth) => sum + this.personnel(nth) + this.premises(), 0);
    const bank = this.scaled(91_350_000) + Math.round(lacking * overheads);
    const assets = this.scaled(ASSETS_MINOR);
    this.entry('OPN', horizon.first_day, 'Opening balances', null, [
      ['bank', bank],
      ['fixed_assets', assets],
      ['accumulated_depreciation', -this.scaled(ASSETS_MINOR / 4)],
      ['equity', -(bank + assets - this.scaled(ASSETS_MINOR / 4))],
    ]);
  }

  /** Carriers and forwarders bill the month before, the portal keeps its fee, customers get their bonus each quarter. */
  accruals(nth: number, month: number): void {
    const { books, horizon, carrier } = this.world;
    const { today } = horizon;
    const freight = books.freight_due[nth] ?? 0;
    if (carrierDay(month) <= today && freight !== 0) {
      this.post('BIL', carrierDay(month), 'freight_accrual', 'ap', freight);
      this.bills.monthly(carrier, carrierDay(month), `Freight ${month}`, freight, CARRIER_TERMS_DAYS);
    }
    const landed = books.landed_due[nth] ?? 0;
    if (forwarderDay(month) <= today && landed !== 0) {
      this.post('BIL', forwarderDay(month), 'landed_cost_clearing', 'ap', landed);
      this.bills.monthly(carrier, forwarderDay(month), `Forwarding and duty ${month}`, landed, CARRIER_TERMS_DAYS);
    }
    const next = addMonths(month, 1);
    const fee = books.fee_due[nth] ?? 0;
    this.entry('BNK', firstDayOfMonth(next) + 7, `Portal and payment fees of ${month}`, null, [
      ['fee_accrual', fee],
      ['bank', -fee],
    ]);
    if ((month % 100) % 3 !== 0) return;
    let bonus = 0;
    for (let back = 0; back < 3; back++) bonus += books.rebate_due[nth - back] ?? 0;
    this.entry('BNK', firstDayOfMonth(next) + 19, `Bonuses of the quarter to ${month}`, null, [
      ['rebate_accrual', bonus],
      ['bank', -bonus],
    ]);
  }

  private personnel(nth: number): number {
    return this.scaled(8_900_000 + nth * 40_000);
  }

  private premises(): number {
    return this.scaled(2_600_000);
  }

  overhead(nth: number, month: number): void {
    const end = lastDayOfMonth(month);
    const personnel = this.personnel(nth);
    const premises = this.premises();
    this.entry('BNK', this.workday(firstDayOfMonth(month) + 24), `Salaries ${month}`, null, [
      ['personnel', personnel],
      ['bank', -personnel],
    ]);
    this.entry('BNK', this.workday(firstDayOfMonth(month)), `Rent ${month}`, null, [
      ['premises', premises],
      ['bank', -premises],
    ]);
    const charge = Math.round(this.scaled(ASSETS_MINOR) / DEPRECIATION_MONTHS);
    this.entry('DEP', end, `Depreciation ${month}`, null, [
      ['depreciation', charge],
      ['accumulated_depreciation', -charge],
    ]);
    // insurance is paid in January for the year; the rest of the first year was paid before the books begin
    const part = insurancePart(this.world);
    if (month % 100 === 1 || nth === 0) {
      const months = 13 - (month % 100);
      this.entry(
        nth === 0 ? 'OPN' : 'BNK',
        firstDayOfMonth(month) + (nth === 0 ? 0 : 9),
        `Insurance and licences ${month}`,
        null,
        [
          ['prepaid', part * months],
          [nth === 0 ? 'equity' : 'bank', -part * months],
        ],
      );
    }
    this.entry('DEP', end, `Insurance and licences ${month}`, null, [
      ['insurance', part],
      ['prepaid', -part],
    ]);
    this.writeDown(nth, month);
  }

  /** Half of what lies there without demand, adjusted as its share of the stock moves. */
  private writeDown(nth: number, month: number): void {
    const { horizon } = this.world;
    const change = reserveAt(this.world, nth) - reserveAt(this.world, nth - 1);
    this.entry(
      nth === 0 ? 'OPN' : 'DEP',
      nth === 0 ? horizon.first_day : lastDayOfMonth(month),
      `Reserve on stock ${month}`,
      null,
      [
        [nth === 0 ? 'equity' : 'write_down', change],
        ['inventory_reserve', -change],
      ],
    );
  }

  /** The first company delivers to the second every month, in euro; the second owes it in its own currency. */
  sister(nth: number, rates: readonly Rate[], seed: number): void {
    const { company, horizon, differences } = this.world;
    const rate = rates[nth];
    if (!rate) return;
    const { month } = rate;
    const amount = sisterAmount(seed, month);
    const delivered = lastDayOfMonth(month) - 3;
    const paid = firstDayOfMonth(addMonths(month, 1)) + 14;
    const ref = `IC ${month}`;
    if (company.currency === 'EUR') {
      this.entry('ICO', delivered, `Deliveries to the sister company ${month}`, ref, [
        ['intercompany', amount],
        ['intercompany_sales', -amount],
      ]);
      this.entry('BNK', paid, `Paid by the sister company for ${month}`, ref, [
        ['bank', amount],
        ['intercompany', -amount],
      ]);
      return;
    }
    const booked = inPounds(amount, rate.average_micro);
    const closing = inPounds(amount, rate.closing_micro);
    const end = lastDayOfMonth(month);
    const unmatched =
      delivered <= horizon.today && end <= horizon.today && differences.strikes('intercompany_unmatched', delivered);
    if (unmatched) {
      differences.plant({
        kind: 'intercompany_unmatched',
        from_on: delivered,
        ref,
        role: 'intercompany',
        amount_minor: booked,
      });
    } else {
      this.entry('ICO', delivered, `Purchases from the sister company ${month}`, ref, [
        ['intercompany_purchases', booked],
        ['intercompany', -booked],
      ]);
    }
    const before = rates[nth - 1];
    const wrong = end <= horizon.today && before !== undefined && differences.strikes('rate_of_wrong_day', end);
    const used = wrong && before ? inPounds(amount, before.closing_micro) : closing;
    // two rates that come to the same amount are no difference
    if (used !== closing) {
      const found = { from_on: end, until_on: paid, ref: `FXR ${month}`, role: 'intercompany' as const };
      differences.plant({ kind: 'rate_of_wrong_day', ...found, amount_minor: closing - used });
      differences.plant({ kind: 'rate_of_wrong_day', ...found, role: 'fx_gain', amount_minor: used - closing });
    }
    this.entry('FXR', end, `Open balance at the closing rate ${month}`, ref, [
      ['fx_gain', used - booked],
      ['intercompany', booked - used],
    ]);
    this.entry('BNK', paid, `Paid to the sister company for ${month}`, ref, [
      ['intercompany', used],
      ['fx_gain', closing - used],
      ['bank', -closing],
    ]);
  }

  /** Somebody posts on the stock account by hand: in the month being closed where nothing else is to be found there. */
  byHand(): void {
    const { differences, horizon } = this.world;
    const random = this.world.stream('by hand');
    const lacks_open = differences.lacksOpen;
    for (const month of horizon.months) {
      const day = this.workday(firstDayOfMonth(month) + 17);
      if (lacks_open ? month !== horizon.open_period : !differences.strikes('manual_journal_on_inventory', day))
        continue;
      const amount_minor = random.whole(900, 9_000) * 25;
      const number = this.entry('GEN', day, 'Correction of stock, see mail', null, [
        ['inventory', amount_minor],
        ['premises', -amount_minor],
      ]);
      const found = { from_on: day, ref: number, role: 'inventory' as const, amount_minor };
      differences.plant({ kind: 'manual_journal_on_inventory', ...found });
    }
  }

  private entry(
    journal: string,
    booked_on: number,
    memo: string,
    ref: string | null,
    amounts: readonly (readonly [AccountRole, number])[],
  ): string {
    const { journals } = this.world.books;
    const number = `${journal}/${journals.singles.length + 1}`;
    const lines = amounts.map(([role, amount_minor]) => ({ role, channel_id: null, party_id: null, amount_minor }));
    journals.single({ journal, number, booked_on, ref, memo, lines });
    return number;
  }

  private post(journal: DailyJournal, day: number, debit: AccountRole, credit: AccountRole, amount: number): void {
    this.world.books.journals.pair(journal, day, debit, credit, null, amount);
  }

  private scaled(amount_minor: number): number {
    return Math.round(amount_minor * this.size);
  }

  private workday(day: number): number {
    return isWorkday(day) ? day : addWorkdays(day, 1);
  }
}

/** What the stock's write-down stands at: half of the idle share of a month's stock. */
export function reserveAt({ books, horizon }: CompanyWorld, nth: number): number {
  const width = books.site_categories;
  const value = (of: number) =>
    of < 0 ? 0 : books.closing_value.subarray(of * width, (of + 1) * width).reduce((sum, each) => sum + each, 0);
  const now = value(horizon.months.length - 1);
  const idle = books.idle_value.reduce((sum, each) => sum + each, 0);
  return now > 0 ? Math.round((value(nth) * idle) / now / 2) : 0;
}

/** What a month's insurance costs, and what is paid ahead at the end of a month. */
function insurancePart(world: CompanyWorld): number {
  return Math.round((INSURANCE_MINOR / 12) * world.company.share);
}
/** Insurance as it is paid: in January for the year, and before the books begin for the rest of the first one. */
export function prepaidSchedules(
  world: CompanyWorld,
): readonly { readonly from_month: number; readonly to_month: number; readonly amount_minor: number }[] {
  return world.horizon.months
    .filter((month, nth) => nth === 0 || month % 100 === 1)
    .map((month) => ({
      from_month: month,
      to_month: month - (month % 100) + 12,
      amount_minor: insurancePart(world) * (13 - (month % 100)),
    }));
}
export function prepaidAt(month: CompanyWorld & { readonly period: number }): number {
  return insurancePart(month) * (12 - (month.period % 100));
}

/** Euro cents the first company delivers for in a month; both companies know the same. */
export function sisterAmount(seed: number, month: number): number {
  return randomStream(seed, `sister ${month}`).whole(300_000, 800_000);
}

export function inPounds(euro_minor: number, rate_micro: number): number {
  return safeNumber(divideRounded(BigInt(euro_minor) * BigInt(rate_micro), 1_000_000n));
}
