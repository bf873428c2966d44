import { expect, test } from 'vitest';
import type { PromiseWay } from '#contract/queries.ts';
import { dayAndSite, noWayWords, weekWords, whyWords } from './promiseWords.ts';

/** As lines are read: the spaces that do not break as plain ones. */
const plain = (text: string | null): string | null => text?.replaceAll('\u00A0', ' ') ?? null;
const receipt = {
  kind: 'purchase',
  number: 'PO 40862',
  purchase_order_id: 1,
  from: 'Würth',
  expected_on: '2026-11-19',
  wait: null,
  qty_milli: 24_000_000,
} as const;
const here: PromiseWay = { way: 'here', on: '2026-11-19', receipts: [receipt], receipts_total: 1 };

test('says the day, the site and the receipt', () => {
  expect(plain(dayAndSite(here, { site: 'RTM' }, '2026-11-05'))).toBe('Thu 19 Nov at RTM');
  expect(dayAndSite({ ...here, on: '2026-11-05' }, { site: 'RTM' }, '2026-11-05')).toBe('Today at RTM');
  expect(plain(whyWords(here, 'pcs', '2026-11-05'))).toBe('PO 40862 brings 24,000 pcs from Würth.');
  expect(plain(whyWords({ ...here, receipts_total: 3 }, 'pcs', '2026-11-05'))).toBe(
    'PO 40862 brings 24,000 pcs from Würth, and 2 more receipts.',
  );
  expect(plain(whyWords({ ...here, on: '2026-11-26' }, 'pcs', '2026-11-05'))).toContain(
    'overdue since 19 Nov and taken to come then',
  );
  const wait = { days: 4, by: 'supplier', lines: 23 } as const;
  const overdue: PromiseWay = { ...here, on: '2026-11-26', receipts: [{ ...receipt, wait }] };
  expect(plain(whyWords(overdue, 'pcs', '2026-11-22'))).toBe(
    'PO 40862 brings 24,000 pcs from Würth, overdue since 19 Nov and taken to come then (half of 23 lines of this supplier that were as late came within 4 days).',
  );
  expect(whyWords({ ...here, receipts: [], receipts_total: 0 }, 'pcs', '2026-11-05')).toBe(
    'It lies there and is promised to nobody.',
  );
});

test('says what has to be done today where nothing that comes is enough, or that nothing helps', () => {
  const transfer: PromiseWay = {
    way: 'transfer',
    on: '2026-11-08',
    arrive_on: '2026-11-08',
    from_site_id: 2,
    from_site: 'ANR',
    qty_milli: 11_000,
    days: 3,
    days_known: false,
  };
  expect(plain(whyWords(transfer, 'pcs', '2026-11-05'))).toBe('If ANR sends 11 pcs today: 3 days of way, assumed.');
  expect(plain(whyWords({ ...transfer, on: '2026-11-19' }, 'pcs', '2026-11-05'))).toMatch(
    /assumed, and with what comes here by then\.$/,
  );
  expect(plain(whyWords({ ...transfer, on: '2026-11-09', arrive_on: '2026-11-09' }, 'pcs', '2026-11-05'))).toBe(
    'If ANR sends 11 pcs today: 3 days of way, assumed, taken in on Mon 9 Nov.',
  );
  const purchase: PromiseWay = {
    way: 'purchase',
    on: '2026-11-19',
    order_on: '2026-11-05',
    supplier: 'Würth',
    qty_milli: 5_000_000,
    lead_time_days: 13.4,
    measured: true,
  };
  expect(plain(whyWords(purchase, 'pcs', '2026-11-05'))).toBe(
    'If 5,000 pcs are ordered from Würth today: 13.4 days as measured.',
  );
  expect(plain(whyWords({ ...purchase, order_on: '2026-11-09' }, 'pcs', '2026-11-05'))).toContain(
    'Würth on Mon 9 Nov:',
  );
  expect(noWayWords({ no_order: 'no_supplier' })).toMatch(/spare\. It has no supplier to order from\.$/);
  expect(noWayWords({ no_order: null })).toMatch(/spare\.$/);
});

test('says why the weeks show it sooner, only where they do', () => {
  const weeks = ['2026-11-05', '2026-11-09', '2026-11-16', '2026-11-23'];
  expect(plain(weekWords({ first_week: '2026-11-05', ways: [here] }, weeks))).toMatch(
    /^The week of 5 Nov shows as many/,
  );
  expect(weekWords({ first_week: '2026-11-16', ways: [here] }, weeks)).toBeNull();
  expect(weekWords({ first_week: null, ways: [] }, weeks)).toBeNull();
});
