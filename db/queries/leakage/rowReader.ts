/** What a row of a block says, by name: for questions that look at lines one by one. NaN = has none. */
import type { FactPart } from '#db/analysis/factMemory.ts';
import { codeColumn, type Segment, valueColumn } from '#db/analysis/segment.ts';

type ReadRow = (row: number) => number;
export type RowReader = ReturnType<typeof rowReader>;

export function rowReader({ general, cost }: FactPart) {
  const code = (name: string): ReadRow => {
    const { codes, dictionary } = codeColumn(general, name);
    const entries = Float64Array.from<number | string>(dictionary, Number);
    return (row) => entries[codes === null ? 0 : (codes[row] as number)] as number;
  };
  const value = (segment: Segment | null, name: string): ReadRow => {
    const column = segment === null ? null : valueColumn(segment, name);
    const values = column?.values ?? null;
    const origin = column?.origin ?? 0;
    return (row) => (values === null ? origin : origin + (values[row] as number));
  };
  return {
    order: code('order'),
    class: code('class'),
    channel: code('channel'),
    site: code('site'),
    item: code('item'),
    party: code('party'),
    month: code('month'),
    ordered_on: code('ordered_on'),
    line: value(general, 'line'),
    gross: value(general, 'gross'),
    discount: value(general, 'discount'),
    qty: value(general, 'qty'),
    rebate: value(cost, 'rebate'),
  };
}
