import { describe, expect, test } from 'vitest';
import type { ProposedOrder } from '#contract/queries.ts';
import {
  calendarWords,
  lastsWords,
  madeOfWords,
  proposalHeadline,
  proposalInShort,
  refusalWords,
  warningWords,
  withoutWords,
  workingRows,
} from './proposalWords.ts';

const order: ProposedOrder = {
  qty_milli: 10_000_000,
  value_minor: 111_000,
  order_on: '2026-11-05',
  receive_on: '2026-11-19',
  order_by_on: '2026-11-05',
  steps: [],
  warnings: [],
  without: { runs_out_on: null, short_qty_milli: 0 },
};

describe('a proposal in words', () => {
  test('says what to do, or until when nothing is to be done', () => {
    expect(proposalHeadline(order, 'pcs', 'Würth', null)).toBe('Order 10,000 pcs from Würth today');
    const nothing = { ...order, qty_milli: 0 };
    expect(proposalHeadline({ ...nothing, order_by_on: '2026-11-25' }, 'pcs', 'Würth', null)).toMatch(
      /^Nothing to order before 25\sNov/,
    );
    expect(proposalHeadline({ ...nothing, order_by_on: null }, 'pcs', 'Würth', null)).toBe(
      'Nothing to order: nothing is asked for',
    );
    expect(proposalInShort({ proposal: order, refusal: null })).toBe('order today');
    expect(proposalInShort({ proposal: null, refusal: { reason: 'no_supplier' } })).toBe('no supplier');
    expect(proposalInShort({ proposal: null, refusal: null })).toBe('still loading');
  });
  test('each step with its figure, and only what was taken', () => {
    const levels = { reorder_qty_milli: 30_000, up_to_qty_milli: 50_000, lot_qty_milli: null, made_of: null };
    const rows = workingRows([
      { step: 'levels', levels },
      { step: 'need', qty_milli: 23_800 },
      { step: 'supplier', minimum_qty_milli: 5_000, multiple_qty_milli: 10_000, qty_milli: 30_000 },
      { step: 'days', limit: 'shelf_life_days', days: 1, qty_milli: 20_000 },
    ]);
    expect(rows.map((row) => [row.label, row.note, row.value])).toEqual([
      ['Order at', 'minimum', '30'],
      ['Up to', 'maximum', '50'],
      ['Needed', '', '23.8'],
      ['As sold', 'from 5 in steps of 10', '30'],
      ['While it keeps', '1 day of demand', '20'],
    ]);
    expect(workingRows([{ step: 'need', qty_milli: 0 }])).toEqual([]);
  });
  test('every fault of a figure is said and where it is mended', () => {
    const faults = {
      policy: ['not_whole', 'too_large', 'lead_time_too_long', 'review_too_long'],
      supplier_terms: ['minimum_negative', 'multiple_negative', 'not_a_number', 'not_whole', 'too_large'],
    } as const;
    const refusals: readonly Parameters<typeof refusalWords>[0][] = [
      ...faults.policy.map((fault) => ({ reason: 'policy' as const, fault })),
      ...faults.supplier_terms.map((fault) => ({ reason: 'supplier_terms' as const, fault })),
      ...(['on_hand', 'orders', 'receipts'] as const).flatMap((which) =>
        (['not_a_number', 'negative', 'not_whole', 'too_large'] as const).map((fault) => ({
          reason: 'figures' as const,
          which,
          fault,
        })),
      ),
    ];
    const said = refusals.map(refusalWords);
    expect(new Set(said).size).toBe(said.length);
    for (const words of said) expect(words).toMatch(/^(The|What) .{15,}\.$/);
    expect(said.at(-1)).toBe('What is on order is more than there can be: count it, or correct the documents.');
    expect(refusalWords({ reason: 'policy', fault: 'lead_time_too_long' })).toBe(
      'The policy cannot be used: the lead time is longer than 2 years. Correct it where it comes from.',
    );
    expect(warningWords({ warning: 'far_documents', orders: 1, receipts: 0 }, 'pcs')).toBe(
      'Left out: 1 open order due more than 2 years from now. Correct the dates',
    );
  });
  test('a supplier’s step of nothing and a minimum for years are said, with what to do', () => {
    expect(warningWords({ warning: 'any_quantity' }, 'pcs')).toBe(
      'No order step is known, so any quantity is proposed. Write what it is sold in, 1 for single units',
    );
    expect(warningWords({ warning: 'smallest_order_too_large', limit: 'any', lasts_days: 9_995 }, 'pcs')).toBe(
      'The smallest order lasts 9,995 days: check the supplier’s minimum and order step',
    );
  });
  test('warnings and refusals say what to do', () => {
    expect(warningWords({ warning: 'stale_documents', orders: 2, receipts: 1 }, 'pcs')).toBe(
      'Left out: 2 open orders and 1 open purchase line more than 2 years old. Close or correct them',
    );
    expect(warningWords({ warning: 'short_before_receipt', on: '2026-12-01', short_qty_milli: 75_000 }, 'pcs')).toMatch(
      /^Runs out on Tue 1\sDec.*, 75 pcs short before/,
    );
    expect(refusalWords({ reason: 'policy', fault: 'maximum_below_minimum' })).toBe(
      'The policy cannot be used: its maximum lies below its minimum. Correct it where it comes from.',
    );
    expect(withoutWords({ runs_out_on: '2026-12-01', short_qty_milli: 75_000 }, 'pcs')).toMatch(
      /Tue 1\sDec.*75 pcs are missing\.$/,
    );
  });
  test('what is reckoned ahead is not said to the thousandth', () => {
    const short = { warning: 'short_before_receipt', on: '2026-12-01', short_qty_milli: 32_222 } as const;
    expect(warningWords(short, 'pcs')).toContain(', 32 pcs short before');
    expect(withoutWords({ runs_out_on: '2026-12-01', short_qty_milli: 6_111 }, 'pcs')).toContain(
      '6.11 pcs are missing',
    );
  });
  test('what runs out for a while and is covered later lacks nothing in the end', () => {
    const short = { warning: 'short_before_receipt', on: '2026-12-01', short_qty_milli: 0 } as const;
    const without = { runs_out_on: '2026-12-01', short_qty_milli: 2 };
    for (const words of [warningWords(short, 'pcs'), withoutWords(without, 'pcs')]) {
      expect(words).toMatch(/uns out on Tue 1\sDec, for a while only: what/);
      expect(words).not.toContain('0 pcs');
    }
  });
  test('days of order and receipt are said with the next of each', () => {
    const calendar = {
      orders_on: 'mon thu',
      orders_from: null,
      receives_from: null,
      receives_on: 'tue',
      closed_on: '2026-12-25 2026-12-26',
      order_on: '2026-11-09',
      receive_on: '2026-11-24',
    };
    expect(proposalHeadline(order, 'pcs', 'Würth', calendar)).toMatch(/^Order 10,000 pcs from Würth on Mon 9\sNov/);
    expect(calendarWords(calendar)).toMatch(
      /^Ordered Mon, Thu · Taken in Tue · 2 days closed · Ordered on Mon 9\sNov.* it comes on Tue 24\sNov/,
    );
    const later = calendarWords({ ...calendar, orders_from: '2026-12-01' });
    expect(later).toMatch(/^Ordered Mon, Thu from 1\sDec on · Taken in Tue ·/);
    expect(calendarWords(null)).toBe('');
  });
  test('says where the lead time comes from', () => {
    const made_of = {
      demand_by: 'no_history' as const,
      forecast: null,
      daily_demand_qty_milli: 404_444.4,
      daily_deviation_qty_milli: 0,
      lead_time_days: 13.6,
      lead_time_deviation_days: 4,
      calendar: null,
    };
    expect(madeOfWords({ made_of: { ...made_of, lead_time_measured: null } }, 'pcs')).toBe(
      'Lead time 13.6 days, as agreed · 404 pcs a day by the last 90 days',
    );
    const lead_time_measured = { days: 13.6, deviation_days: 4.2, lines: 9 };
    expect(madeOfWords({ made_of: { ...made_of, lead_time_measured } }, 'pcs')).toMatch(
      /^Lead time 13\.6 days ± 4\.2, measured on 9 deliveries/,
    );
    const told = { method: 'TSB', demand_class: 'lumpy', overridden: true, made_at_ms: 0 } as const;
    const forecast = { ...made_of, demand_by: 'forecast' as const, forecast: told, lead_time_measured };
    expect(madeOfWords({ made_of: forecast }, 'pcs')).toMatch(/by the forecast, TSB, overridden by a planner$/);
    // 5,000 there at 404 a day: the grid's days go by what was ordered, and both are told apart
    const position = {
      step: 'position' as const,
      on_hand_qty_milli: 5_000_000,
      on_order_qty_milli: 0,
      backorder_qty_milli: 0,
      ordered_ahead_qty_milli: 0,
      qty_milli: 5_000_000,
    };
    const proposal = { ...order, steps: [position] };
    expect(lastsWords({ made_of: forecast, proposal })).toMatch(/^At the forecast what lies there lasts 12 days; /);
    expect(lastsWords({ made_of: { ...made_of, lead_time_measured }, proposal })).toBe('');
  });
});
