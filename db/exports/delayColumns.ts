/** What the file of open lines by their risk of delay holds. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import { mainReasons, reasonWords } from '#domain/risk/reasonWords.ts';
import type { DelayJudge, DelayRow } from '#contract/queries.ts';
import { type Column, decimal, integer, text } from './table.ts';

export const JUDGE_WORDS: Readonly<Record<DelayJudge, string>> = {
  model: 'a model learned from the company’s own lines',
  base_rate: 'the rate of all lines: no model was better',
  site_channel: 'the rates of site and channel: no model was better',
  not_covered: 'whether stock and receipts cover the line: no model was better',
  nothing: 'nothing: there are too few late lines to learn from',
};

export function delayColumns(currency: string): readonly Column<DelayRow>[] {
  const places = minorDigits(currency);
  return [
    text('order', 'Order', (row) => row.order_number, 18),
    text('party', 'Customer', (row) => row.party, 28),
    text('channel', 'Channel', (row) => row.channel, 18),
    text('item', 'Item', (row) => row.item_code, 14),
    text('item', 'Description', (row) => row.description, 32),
    text('supplier', 'Supplier', (row) => row.supplier, 24),
    text('site', 'Site', (row) => row.site, 18),
    text('country', 'Country', (row) => row.country, 10),
    text('committed', 'Committed', (row) => row.committed_on, 12),
    text('cut_off', 'Last day in time', (row) => row.cut_off_on, 14),
    decimal('open', 'Open', 3, (row) => row.open_qty_milli),
    text('open', 'Unit', (row) => row.uom, 6),
    decimal('probability', 'Probability, %', 2, (row) => row.probability_bp),
    integer('delay', 'If late, days', (row) => row.typical_delay_days),
    decimal('value', `Value, ${currency}`, places, (row) => row.value_minor),
    decimal('at_risk', `At risk, ${currency}`, places, (row) => row.at_risk_minor),
    text(
      'reasons',
      'Main reasons',
      (row) =>
        mainReasons(row.reasons)
          .map(({ family }) =>
            reasonWords(family, row.facts, { covered: row.facts.covered_on, channel: row.channel, site: row.site }),
          )
          .join('; '),
      60,
    ),
  ];
}
