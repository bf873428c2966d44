/**
 * What an order line is. Figures depend on it: goods and returns are sales, discounts reduce them, freight, fees and
 * adjustments are billed on orders without being sales.
 */
export const LINE_KINDS = ['goods', 'return', 'discount', 'freight', 'fee', 'adjustment'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** Codes (compared without regard to case) that are no goods, and how a cancelling document's number begins. */
export interface LineKindRules {
  readonly freight_codes: readonly string[];
  readonly discount_codes: readonly string[];
  readonly fee_codes: readonly string[];
  readonly adjustment_codes: readonly string[];
  /** A document number that is one of these followed by a digit cancels sales: 'C536379'. */
  readonly cancellation_prefixes: readonly string[];
}

/**
 * What most order systems use; a map file may replace any list.
 * S = samples, M = manual entry, B = bad debt; C2 and C3 = carriage; DOT = postage of a web shop.
 */
export const DEFAULT_LINE_KIND_RULES: LineKindRules = {
  freight_codes: ['POST', 'POSTAGE', 'DOT', 'C2', 'C3', 'CARRIAGE', 'FREIGHT', 'SHIPPING', 'DELIVERY'],
  discount_codes: ['D', 'DISC', 'DISCOUNT'],
  fee_codes: ['BANK CHARGES', 'AMAZONFEE', 'CRUK', 'FEE'],
  adjustment_codes: ['M', 'S', 'B', 'ADJUST', 'ADJUSTMENT', 'MANUAL'],
  cancellation_prefixes: ['C'],
};

/** A line without a code is known by a description that is just one of these words. */
const WORDS: ReadonlyMap<string, LineKind> = new Map<string, LineKind>([
  ['POSTAGE', 'freight'],
  ['CARRIAGE', 'freight'],
  ['FREIGHT', 'freight'],
  ['SHIPPING', 'freight'],
  ['DELIVERY', 'freight'],
  ['DISCOUNT', 'discount'],
  ['FEE', 'fee'],
  ['ADJUSTMENT', 'adjustment'],
  ['MANUAL', 'adjustment'],
]);

export interface LineToClassify {
  /** The document's number as its system wrote it. */
  readonly invoice: string;
  readonly code: string | null;
  readonly description: string | null;
  readonly qty_milli: bigint;
  readonly unit_price_micro: bigint;
}

export type LineClassifier = (line: LineToClassify) => LineKind;

/** Prepares the code lists once; an import classifies hundreds of thousands of lines. */
export function lineClassifier(rules: LineKindRules): LineClassifier {
  const kindOfCode = new Map<string, LineKind>();
  const lists: readonly (readonly [LineKind, readonly string[]])[] = [
    ['adjustment', rules.adjustment_codes],
    ['fee', rules.fee_codes],
    ['discount', rules.discount_codes],
    ['freight', rules.freight_codes],
  ];
  for (const [kind, codes] of lists) for (const code of codes) kindOfCode.set(code.trim().toUpperCase(), kind);
  const prefixes = rules.cancellation_prefixes.filter((prefix) => prefix !== '');
  return (line) => {
    const byCode = line.code
      ? kindOfCode.get(line.code.toUpperCase())
      : WORDS.get((line.description ?? '').trim().toUpperCase());
    if (byCode) return byCode;
    if (line.qty_milli < 0n) {
      if (isCancellation(line.invoice, prefixes)) return 'return';
      // Goods written off or found missing are booked as a negative sale at no price.
      return line.unit_price_micro === 0n ? 'adjustment' : 'return';
    }
    // A negative price on a positive quantity corrects an amount; nothing came back.
    return line.unit_price_micro < 0n ? 'adjustment' : 'goods';
  };
}

function isCancellation(invoice: string, prefixes: readonly string[]): boolean {
  return prefixes.some(
    (prefix) =>
      invoice.slice(0, prefix.length).toUpperCase() === prefix.toUpperCase() &&
      /^\d/.test(invoice.slice(prefix.length)),
  );
}
