/** What a reconciliation could not count, since nothing says what delivered goods cost or what is owed for them. */
import { monthInWords } from '../../calendarWords.ts';

/** Goods lines delivered in a month of which something is not known, and their net sales. */
export interface UnknownPart {
  readonly lines: number;
  readonly net_minor: number;
}

export interface UnknownCosts {
  readonly cost: UnknownPart;
  readonly freight: UnknownPart;
  /** Rebate or channel fee. */
  readonly owed: UnknownPart;
}

/** Reconciliations that count by a line's cost, freight, rebate or fee; what is billed later counts at its sales. */
export const NEEDS_COSTS: ReadonlySet<string> = new Set(['rebates_fees', 'inventory_valuation']);

/** Beside the figures, a sentence each; empty = nothing is missing. `money` writes minor units with their currency. */
export function unknownCostWords(
  code: string,
  unknown: UnknownCosts | null,
  month: number,
  money: (minor: number) => string,
): readonly string[] {
  if (unknown === null) return [];
  const { cost, freight, owed } = unknown;
  const sentence = ({ lines, net_minor }: UnknownPart, what: string, so: string): readonly string[] =>
    lines === 0
      ? []
      : [
          `Of ${lines} ${lines === 1 ? 'line' : 'lines'} delivered in ${monthInWords(month)}, net sales ${money(net_minor)}, ${what} is known: ${so}`,
        ];
  if (code === 'inventory_valuation')
    return sentence(
      cost,
      'no cost',
      'what they took from stock has no value. Import their items’ cost, or their purchases with receipts.',
    );
  if (code !== 'rebates_fees') return [];
  return [
    ...sentence(
      freight,
      'no freight',
      'none is counted as owed for them. Import what the carriers charged, 0 where they charged nothing.',
    ),
    ...sentence(owed, 'no rebate or channel fee', 'none is counted as owed for them.'),
  ];
}
