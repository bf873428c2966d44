/** A stock row's state in words: the worst of what lies below it, and how many positions are in trouble. */
import type { StockRow, StockStatus } from '#contract/queries.ts';
import { integer } from '#renderer/format/numbers.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const STOCK_STATUS: Readonly<Record<StockStatus, { readonly word: string; readonly shape: MarkShape }>> = {
  negative: { word: 'Negative', shape: 'bad' },
  short: { word: 'Short', shape: 'bad' },
  below_min: { word: 'Below min', shape: 'warn' },
  near_min: { word: 'Near min', shape: 'warn' },
  in_policy: { word: 'In policy', shape: 'good' },
  excess: { word: 'Excess', shape: 'ring' },
  no_policy: { word: 'No policy', shape: 'waiting' },
};

export const STOCK_STATUS_NAMES = Object.keys(STOCK_STATUS) as readonly StockStatus[];

export function stockStatusWords(row: StockRow): { readonly word: string; readonly shape: MarkShape } {
  const own = STOCK_STATUS[row.status];
  if (row.kind === 'position' || row.troubled === 0) return own;
  if (row.kind === 'item') {
    if (row.children <= 1) return own;
    const sites = row.troubled === 1 ? '1 site' : `${integer(row.troubled)} sites`;
    return { shape: own.shape, word: row.status === 'short' && row.troubled === 1 ? `${sites} short` : `${sites} low` };
  }
  return { shape: own.shape, word: `${integer(row.troubled)} low` };
}
