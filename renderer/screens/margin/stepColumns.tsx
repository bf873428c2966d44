/** Lines of a margin: net sales, every part down to the step, and the step itself; each column adds up to the waterfall. */
import type { MarginLineView } from '#contract/queries.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { documentColumns, type LineRow, moneyColumn, quantityColumn } from '#renderer/screens/figures/lineColumns.tsx';
import type { LadderFigures, StepFigure } from './marginView.ts';

type Row = LineRow<MarginLineView>;

/** From net sales down; `of` says from which step on the part is in it. */
const PARTS: readonly {
  readonly id: string;
  readonly header: string;
  readonly value: (line: MarginLineView) => number | null;
  readonly figure: keyof LadderFigures;
  readonly sign: 1 | -1;
  readonly of: readonly StepFigure[];
}[] = [
  {
    id: 'net',
    header: 'Net',
    value: (line) => line.net_minor,
    figure: 'net_sales',
    sign: 1,
    of: ['gm1', 'gm2', 'gm3'],
  },
  part('cost', 'Landed cost', (line) => line.cost_minor, 'landed_cost', ['gm1', 'gm2', 'gm3']),
  step('gm1', 'GM1', ['gm1', 'gm2', 'gm3']),
  part('freight', 'Freight out', (line) => line.freight_minor, 'outbound_freight', ['gm2', 'gm3']),
  step('gm2', 'GM2', ['gm2', 'gm3']),
  part('rebate', 'Rebates', (line) => line.rebate_minor, 'rebates', ['gm3']),
  part('fee', 'Channel fees', (line) => line.fee_minor, 'channel_fees', ['gm3']),
  part('claim', 'Claims', (line) => line.claim_minor, 'claims', ['gm3']),
  step('gm3', 'GM3', ['gm3']),
];

/** What lowers the margin is negative, as in the waterfall. */
function part(
  id: string,
  header: string,
  value: (line: MarginLineView) => number | null,
  figure: keyof LadderFigures,
  of: readonly StepFigure[],
) {
  return { id, header, value, figure, sign: -1, of } as const;
}
function step(id: StepFigure, header: string, of: readonly StepFigure[]) {
  return { id, header, value: (line: MarginLineView) => line[`${id}_minor`], figure: id, sign: 1, of } as const;
}

export function stepColumns(
  currency: string,
  wanted: StepFigure,
  /** Of all lines; null until it is there. */
  ladder: LadderFigures | null,
  year: number,
): readonly GridColumn<Row>[] {
  const signedOf = (value_minor: number | null, sign: 1 | -1): number | null =>
    value_minor === null ? null : value_minor === 0 ? 0 : value_minor * sign;
  return [
    ...documentColumns<MarginLineView>('All lines', year).map((column) => ({
      ...column,
      width: NARROW[column.id] ?? column.width,
      ...(column.id === 'kind' ? { hidden: true } : {}),
    })),
    quantityColumn<MarginLineView>('quantity', 'Quantity', (line) => line.ordered_qty_milli, {
      sort: 'quantity',
      hidden: wanted === 'gm3',
    }),
    ...PARTS.filter(({ of }) => of.includes(wanted)).map(({ id, header, value, figure, sign }): GridColumn<Row> => {
      const column = moneyColumn<MarginLineView>(id, header, currency, (line) => signedOf(value(line), sign), {
        sort: id,
        width: WIDTH[id] ?? 82,
        // the steps on the way would push the one that is looked at out of view
        hidden: id !== wanted && id.startsWith('gm'),
        tone: ({ line }) =>
          line === null || id === wanted
            ? (line === null ? 0 : (value(line) ?? 0)) < 0
              ? 'bad'
              : 'strong'
            : sign < 0
              ? 'quiet'
              : undefined,
      });
      return {
        ...column,
        text: (row) => (row.line ? column.text(row) : ledgerAmount(signedOf(ladder?.[figure] ?? null, sign), currency)),
      };
    }),
  ];
}
const NARROW: Readonly<Record<string, number>> = { document: 104, ordered: 72, item: 160, party: 128, channel: 100 };
/** Of headers and of a year's sums. */
const WIDTH: Readonly<Record<string, number>> = { net: 92, cost: 100, freight: 92, fee: 104 };
