/** What a file of orders says before any of it is sent: how many lines can be read, what they add up to, why others cannot. */
import { addDecimals, type Decimal, subtractDecimals } from '#domain/decimal.ts';
import { minorDigits } from '#domain/money.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { orderLineParser } from './orderLine.ts';
import type { OrderMap } from './orderMap.ts';
import { type ImportTotals, NO_TOTALS, type ReportedTotals, reportedTotals, ZERO } from './totals.ts';

export interface OrdersRead {
  /** `created` is the server's to say and 0 here. */
  readonly totals: ReportedTotals;
  readonly reasons: readonly { readonly reason: string; readonly lines: number }[];
  /** The first of them. */
  readonly refused: readonly {
    readonly line_number: number;
    readonly label: string;
    readonly reason: string;
    readonly fields: readonly string[];
  }[];
}

/** Reasons are counted by their kind; a file of nonsense has as many reasons as lines. */
const MAX_REASONS = 1000;
const MAX_REFUSED = 500;

/** Takes records as they come and holds none but the first refused. Throws RangeError if the map does not fit the header. */
export function orderReader(
  map: OrderMap,
  header: readonly string[],
  currency: string,
): { take(records: readonly SourceRecord[]): void; result(): OrdersRead } {
  const parse = orderLineParser(map, header, currency);
  const invoiceAt = header.indexOf(map.columns.invoice ?? '');
  const places = minorDigits(currency);
  const reasons = new Map<string, number>();
  const refused: OrdersRead['refused'][number][] = [];
  let totals: ImportTotals = NO_TOTALS;
  const refuse = ({ line_number, fields }: SourceRecord, reason: string, exact: Decimal | null): void => {
    totals = {
      ...totals,
      lines: totals.lines + 1,
      quarantined: totals.quarantined + 1,
      source_total: addDecimals(totals.source_total, exact ?? ZERO),
      quarantined_total: addDecimals(totals.quarantined_total, exact ?? ZERO),
    };
    if (reasons.has(reason) || reasons.size < MAX_REASONS) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (refused.length < MAX_REFUSED)
      refused.push({
        line_number,
        label: (fields[invoiceAt] ?? '').slice(0, 200),
        reason,
        fields: fields.slice(0, 60),
      });
  };
  return {
    take: (records) => {
      for (const record of records) {
        if (record.problem !== null) {
          refuse(record, record.problem, null);
          continue;
        }
        const read = parse(record.fields);
        if (!read.ok) {
          refuse(record, read.refused.reason, read.refused.exact_amount);
          continue;
        }
        const { exact_amount, gross_minor } = read.line;
        const stored = { units: BigInt(gross_minor), places };
        totals = {
          ...totals,
          lines: totals.lines + 1,
          imported: totals.imported + 1,
          source_total: addDecimals(totals.source_total, exact_amount),
          imported_total: addDecimals(totals.imported_total, stored),
          rounding: addDecimals(totals.rounding, subtractDecimals(exact_amount, stored)),
        };
      }
    },
    result: () => ({
      totals: reportedTotals(totals),
      reasons: [...reasons].map(([reason, lines]) => ({ reason, lines })).toSorted((a, b) => b.lines - a.lines),
      refused,
    }),
  };
}
