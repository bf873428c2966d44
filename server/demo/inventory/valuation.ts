/**
 * What stock is worth at the end of every month, and how the ledger gets there: when a cost changes, what lies there is
 * revalued; at the month's end the cents of rounding, over-deliveries and orders at the month before's cost are settled.
 */
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { addAt } from '../books.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { costIn, type DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { amountOf } from '../orders/pricing.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';

export class Valuation {
  private readonly world: CompanyWorld;
  private readonly revalued: Float64Array;
  private opening_minor = 0;

  constructor(world: CompanyWorld) {
    this.world = world;
    this.revalued = new Float64Array(world.horizon.months.length * world.books.site_categories);
  }

  /** Stock of a position at the end of a month (the last: today). */
  closing(item: DemoItem, site: DemoSite, nth: number, qty_milli: number): void {
    const { books, horizon, company } = this.world;
    const value = amountOf(qty_milli, costIn(item, horizon.months[nth] ?? 0), company.currency);
    addAt(books.closing_value, nth * books.site_categories + books.siteCategory(site, item), value);
  }

  /** Stock of a position at the beginning of a month. */
  opening(item: DemoItem, site: DemoSite, nth: number, qty_milli: number): void {
    const { books, horizon, company } = this.world;
    const cost = costIn(item, horizon.months[nth] ?? 0);
    if (nth === 0) {
      this.opening_minor += amountOf(qty_milli, cost, company.currency);
      return;
    }
    const before = costIn(item, horizon.months[nth - 1] ?? 0);
    if (before === cost) return;
    const rise = amountOf(qty_milli, cost, company.currency) - amountOf(qty_milli, before, company.currency);
    addAt(this.revalued, nth * books.site_categories + books.siteCategory(site, item), rise);
  }

  /** The ledger's entries, and the months as rows. Called when every position has been walked. */
  *batches(): Generator<DemoBatch> {
    const { horizon, books, company, ids } = this.world;
    const width = books.site_categories;
    const rows: DemoRow<'inventory_month'>[] = [];
    const running = new Float64Array(width);
    this.post('OPN', 'Opening stock', horizon.first_day, 'equity', this.opening_minor);
    for (const [nth, month] of horizon.months.entries()) {
      const first = firstDayOfMonth(month);
      const last = Math.min(lastDayOfMonth(month), horizon.today);
      const sums = new Float64Array(width);
      let revalued = 0;
      for (let cell = 0; cell < width; cell++) {
        const rise = this.revalued[nth * width + cell] ?? 0;
        revalued += rise;
        addAt(running, cell, rise);
      }
      this.post('VAL', `Stock at new costs from ${month}`, first, 'valuation_difference', revalued);
      for (let day = first; day <= last; day++) {
        for (let cell = 0; cell < width; cell++) {
          addAt(running, cell, books.value_flow[(day - horizon.first_day) * width + cell] ?? 0);
          addAt(sums, cell, running[cell] ?? 0);
        }
      }
      let settled = 0;
      for (let cell = 0; cell < width; cell++) {
        const closing = books.closing_value[nth * width + cell] ?? 0;
        settled += closing - (running[cell] ?? 0);
        running[cell] = closing;
      }
      this.post('VAL', `Valuation of stock ${month}`, last, 'valuation_difference', settled);
      for (const site of company.sites) {
        for (const [index, category] of CATEGORIES.entries()) {
          const cell = site.index * CATEGORIES.length + index;
          rows.push({
            id: ids.next(),
            company_id: company.id,
            site_id: site.id,
            month,
            category: category.name,
            mean_value_minor: Math.round((sums[cell] ?? 0) / (last - first + 1)),
            closing_value_minor: books.closing_value[nth * width + cell] ?? 0,
          });
        }
      }
    }
    yield { table: 'inventory_month', rows };
  }

  private post(
    journal: string,
    memo: string,
    booked_on: number,
    other: 'equity' | 'valuation_difference',
    amount_minor: number,
  ): void {
    const place = { channel_id: null, party_id: null };
    const { singles } = this.world.books.journals;
    this.world.books.journals.single({
      journal,
      number: `${journal}/${singles.length + 1}`,
      booked_on,
      ref: null,
      memo,
      lines: [
        { role: 'inventory', ...place, amount_minor },
        { role: other, ...place, amount_minor: -amount_minor },
      ],
    });
  }
}
