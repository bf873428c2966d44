import { describe, expect, test } from 'vitest';
import {
  age,
  ageOld,
  clock,
  clockSeconds,
  dateAndTime,
  dateList,
  daysBetween,
  moment,
  monthsBack,
  monthSpan,
  monthYear,
  shortDate,
  weekdayDate,
  weekdayList,
} from './dates.ts';
import { ledgerAmount, ledgerMoney, overviewMoney, unitPrice } from './money.ts';
import {
  bytes,
  censored,
  counted,
  integer,
  leadDays,
  percent,
  plainNumber,
  points,
  predicted,
  quantity,
  quantityBounds,
  quantityWithUnit,
  scaled,
  tenthsOfDays,
  typedUnits,
} from './numbers.ts';

describe('figures', () => {
  test('integers are grouped and carry U+2212', () => {
    expect(integer(1_248_300)).toBe('1,248,300');
    expect(integer(-22_400)).toBe('\u221222,400');
    expect(integer(0)).toBe('0');
  });

  test('quantities show decimals only where they carry something; null is an en dash, zero is zero', () => {
    expect(quantity(24_600_000)).toBe('24,600');
    expect(quantity(2_500)).toBe('2.5');
    expect(quantity(-1)).toBe('\u22120.001');
    expect(quantity(0)).toBe('0');
    expect(quantity(null)).toBe('–');
    expect(quantityWithUnit(24_000_000, 'pcs')).toBe('24,000\u00A0pcs');
  });

  test('policy bounds share one scale', () => {
    expect(quantityBounds(18_000_000, 36_000_000)).toBe('18,000–36,000');
    expect(quantityBounds(800_000, 2_000_000)).toBe('800–2,000');
    expect(quantityBounds(600_000, 1_000_000)).toBe('600–1,000');
    expect(quantityBounds(12_400, 40_000)).toBe('12–40');
    expect(quantityBounds(null, 1_500_000)).toBe('≤ 1,500');
    expect(quantityBounds(null, null)).toBe('–');
    expect(quantityBounds(12_000, null)).toBe('≥ 12');
  });

  test('rates and differences of rates', () => {
    expect(percent(9620)).toBe('96.2\u00A0%');
    expect(percent(null)).toBe('–');
    expect(points(-520)).toBe('\u22125.2\u00A0pp');
    expect(points(40)).toBe('+0.4\u00A0pp');
    expect(points(0)).toBe('0.0\u00A0pp');
  });

  test('rounding is half away from zero and never writes a negative zero', () => {
    expect(scaled(5, 1, 0)).toBe('1');
    expect(scaled(-5, 1, 0)).toBe('\u22121');
    expect(scaled(-4, 1, 0)).toBe('0');
    expect(() => scaled(1.5, 2, 2)).toThrow('exact');
  });

  test('predicted and censored figures say so', () => {
    expect(predicted(integer(1300))).toBe('≈\u00A01,300');
    expect(censored('3.2\u00A0d')).toBe('>\u00A03.2\u00A0d');
  });

  test('counts, bytes and plain numbers for a spreadsheet', () => {
    expect(counted(1, 'change')).toBe('1 change');
    expect(counted(2567, 'item')).toBe('2,567 items');
    expect(bytes(412_000_000)).toBe('412\u00A0MB');
    expect(plainNumber(-24_600, 3)).toBe('-24.6');
    expect(plainNumber(24_600_000, 3)).toBe('24600');
    expect(plainNumber(100, 0)).toBe('100');
  });
  test('a lead time reads the same wherever it stands, one decimal at most', () => {
    expect([leadDays(13.64), leadDays(14), leadDays(13.96), leadDays(1), leadDays(0.5)]).toEqual([
      '13.6 days',
      '14 days',
      '14 days',
      '1 day',
      '0.5 days',
    ]);
    expect(tenthsOfDays(4.24)).toBe('4.2');
  });
  test('and back again, as a person types it', () => {
    expect(typedUnits('1,200.5', 3)).toBe(1_200_500);
    expect(typedUnits(' 12.5 %', 2)).toBe(1250);
    for (const text of ['', 'x', '1.2.3', '0.1234']) expect(typedUnits(text, 3), text).toBeNull();
    expect(typedUnits(plainNumber(-24_600, 3), 3)).toBe(-24_600);
  });
});

describe('money', () => {
  test('ledger, overview, walls', () => {
    expect(ledgerMoney(-218_000, 'EUR')).toBe('\u2212€2,180.00');
    expect(overviewMoney(31_824_000, 'EUR')).toBe('€318,240');
    expect(ledgerMoney(100, 'CHF')).toBe('CHF\u00A01.00');
    expect(ledgerAmount(null, 'EUR')).toBe('–');
    expect(ledgerMoney(1500, 'JPY')).toBe('¥1,500');
  });

  test('unit prices keep what two decimals would lose', () => {
    expect(unitPrice(2_550_000)).toBe('2.55');
    expect(unitPrice(1_000)).toBe('0.001');
    expect(unitPrice(-11_062_060_000)).toBe('\u221211,062.06');
  });
});

describe('dates', () => {
  const noon = new Date(2026, 10, 5, 10, 41, 56).getTime();

  test('lists of days as rules keep them', () => {
    expect(weekdayList('mon thu')).toBe('Mon, Thu');
    expect(dateList('2026-12-24 2027-01-01').replaceAll('\u00A0', ' ')).toBe('24 Dec 2026, 1 Jan 2027');
    expect(dateList('Christmas')).toBe('Christmas');
  });
  test('business dates', () => {
    expect(weekdayDate('2026-11-05')).toBe('Thu 5\u00A0Nov');
    expect(shortDate('2026-11-05', 2026)).toBe('5\u00A0Nov');
    expect(shortDate('2025-11-05', 2026)).toBe('5\u00A0Nov\u00A02025');
    expect(shortDate(null)).toBe('–');
    expect(daysBetween('2026-11-13', '2026-11-19')).toBe(6);
  });

  test('instants', () => {
    expect(clock(noon)).toBe('10:41');
    expect(clockSeconds(noon)).toBe('10:41:56');
    expect(dateAndTime(noon)).toBe('Thu 5\u00A0Nov, 10:41');
    expect(moment(noon, noon + 1000)).toBe('today 10:41');
    expect(moment(noon, noon + 86_400_000)).toBe('Thu 5\u00A0Nov, 10:41');
    expect(moment(noon, noon + 365 * 86_400_000)).toBe('Thu 5\u00A0Nov\u00A02026, 10:41');
  });

  test('ages', () => {
    expect(ageOld(noon - 45 * 60_000, noon)).toBe('45\u00A0min old');
    expect(age(noon - 3 * 3_600_000, noon)).toBe('3\u00A0h');
    expect(age(noon - 3 * 86_400_000, noon)).toBe('3\u00A0d');
    expect(age(noon + 5_000, noon)).toBe('now');
  });

  test('months', () => {
    expect(monthYear(202610)).toBe('Oct\u00A02026');
    expect(monthSpan(202601, 202610)).toBe('Jan–Oct\u00A02026');
    expect(monthSpan(202511, 202610)).toBe('Nov\u00A02025–Oct\u00A02026');
    expect(monthsBack(202602, 4)).toEqual({ from: 202511, to: 202602 });
  });
});
