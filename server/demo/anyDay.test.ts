/** What a visitor finds does not depend on the day the demo is made: not on the first of a month, nor between the years. */
import { afterAll, expect, test } from 'vitest';
import { firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { markedAgainst, standsAt } from './close/marking.ts';
import { plantedDifferences } from './generate.ts';
import { horizonOf } from './size.ts';
import { collect, optionsFor, type CollectedRows } from './testing.ts';

const DAYS = [
  '2026-11-30',
  '2026-12-01',
  '2026-12-02',
  '2027-01-01',
  '2027-01-02',
  '2027-01-31',
  '2027-03-29',
  '2027-05-03',
  '2028-02-29',
  '2028-03-01',
] as const;
const DAY_MS = 86_400_000;
const SIZE = { order_lines: 3_000, items: 180, customers: 110 };

let made = new Map<string, CollectedRows>();
function rowsOn(day: string): CollectedRows {
  const rows = made.get(day) ?? collect(optionsFor(SIZE, 1, day));
  made.set(day, rows);
  return rows;
}
afterAll(() => {
  made = new Map();
});

/** How often each task of the open month was signed, by company and code. */
function openClose(rows: CollectedRows): readonly string[] {
  const open = new Set(rows.close_period.filter(({ state }) => state === 'open').map(({ id }) => id));
  const signed = Map.groupBy(rows.signoff, ({ task_id }) => task_id);
  return rows.close_task
    .filter(({ period_id }) => open.has(period_id))
    .map(({ id, company_id, code }) => `${company_id} ${code} ${signed.get(id)?.length ?? 0}`);
}

test('the open month is as far closed on every day, and nothing was signed later than that day or before it ended', () => {
  const usual = openClose(rowsOn('2026-11-23'));
  for (const day of DAYS) {
    const rows = rowsOn(day);
    expect(openClose(rows), day).toEqual(usual);
    for (const { signed_at } of rows.signoff)
      expect(signed_at, day).toBeLessThan((optionsFor(SIZE, 1, day).today + 1) * DAY_MS);
    const cut_off = new Map(rows.close_period.map(({ id, cut_off_on }) => [id, cut_off_on]));
    const month = new Map(rows.close_task.map(({ id, period_id }) => [id, cut_off.get(period_id) ?? Number.NaN]));
    const early = rows.signoff.filter(
      ({ task_id, signed_at }) => signed_at < ((month.get(task_id) ?? Number.NaN) + 1) * DAY_MS,
    );
    expect(early.map(({ signed_at }) => isoDate(Math.floor(signed_at / DAY_MS)))).toEqual([]);
  }
});

test('claims wait for us and for the customer, and one of them far too long', () => {
  for (const day of DAYS) {
    const { today } = optionsFor(SIZE, 1, day);
    const rows = rowsOn(day);
    const company = rows.company.find(({ code }) => code === 'HAL');
    const open = rows.claim.filter(({ company_id, state }) => company_id === company?.id && state !== 'resolved');
    expect([...new Set(open.map(({ state }) => state))].toSorted(), day).toEqual(['open', 'waiting']);
    expect(Math.min(...open.map(({ opened_on }) => opened_on)), day).toBeLessThan(today - 20);
    expect(Math.max(...open.map(({ opened_on }) => opened_on)), day).toBeLessThanOrEqual(today);
  }
});

test('in the month being closed each company has differences of its own on every day, and each is found with its cause', async () => {
  for (const day of DAYS) {
    const options = optionsFor(SIZE, 1, day);
    const planted = plantedDifferences(options);
    const { open_period } = horizonOf(options.today);
    for (const { code } of rowsOn(day).company) {
      const of_month = planted.filter(
        (each) =>
          each.company_code === code &&
          each.from_on >= firstDayOfMonth(open_period) &&
          standsAt(each, lastDayOfMonth(open_period)),
      );
      expect(of_month.length, `${day} ${code}`).toBeGreaterThan(0);
    }
    expect(
      planted.map(({ kind }) => kind),
      day,
    ).toContain('payment_not_at_bank');
    const { found, expected } = await markedAgainst(rowsOn(day), planted, options.today);
    expect(found.toSorted(), day).toEqual(expected.toSorted());
  }
});
