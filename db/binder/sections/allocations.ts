/**
 * Costs that no goods bear yet: what of each belongs to which line of its order, what of that still lies there and what is gone,
 * and the receipts that tell it.
 */
import type { Allocation, AllocatedLayer, AllocatedLine } from '#domain/close/journal/allocation.ts';
import { minorDigits } from '#domain/money.ts';
import { type Column, date, decimal, quantity, text } from '#db/exports/table.ts';
import { type BinderColumn, type BinderTable, binderTable } from '../section.ts';

export interface AllocatedCost {
  readonly ref: string;
  readonly allocation: Allocation;
  /** The entry that stands for it, and how that is; null = none does. */
  readonly entry: string | null;
}
interface Line extends AllocatedLine {
  readonly ref: string;
  readonly came_qty_milli: number;
  readonly left_qty_milli: number;
}
interface Layer extends AllocatedLayer {
  readonly cost: string;
  readonly code: string;
  readonly uom: string;
}

type Written<Row> = Column<Row> & Pick<BinderColumn, 'total' | 'difference'>;

const VALUATIONS: Readonly<Record<Allocation['valuation'], string>> = {
  perpetual: 'With every document',
  periodic: 'At the closing',
};

/** None where every cost is borne. @param word the task's, in the names of the files of rows */
export function allocationTables(costs: readonly AllocatedCost[], word: string, currency: string): BinderTable[] {
  if (costs.length === 0) return [];
  const places = minorDigits(currency);
  const money = <Row>(id: string, title: string, value: (row: Row) => number): Written<Row> => ({
    ...decimal<Row>(id, `${title}, ${currency}`, places, value),
    total: 'sum',
  });
  const lines = costs.flatMap(({ ref, allocation }) =>
    allocation.lines.map((line): Line => {
      const came_qty_milli = line.layers.reduce((sum, { qty_milli }) => sum + qty_milli, 0);
      const left_qty_milli = line.layers.reduce((sum, layer) => sum + layer.left_qty_milli, 0);
      return { ...line, ref, came_qty_milli, left_qty_milli };
    }),
  );
  const layers = costs.flatMap(({ ref: cost, allocation }) =>
    allocation.lines.flatMap(({ code, uom, layers: own }) =>
      own.map((layer): Layer => ({ ...layer, cost, code, uom })),
    ),
  );
  return [
    binderTable<AllocatedCost>(
      { id: `allocation-${word}`, title: 'Costs no goods bear yet' },
      [
        text('ref', 'Reference', ({ ref }) => ref, 16),
        text('split', 'Split by', ({ allocation }) => allocation.split_by, 9),
        text('valuation', 'Stock moves', ({ allocation }) => VALUATIONS[allocation.valuation], 16),
        money('amount', 'Cost', ({ allocation }) => allocation.amount_minor),
        money('on_hand', 'On hand', ({ allocation }) => allocation.on_hand_minor),
        money('gone', 'Gone', ({ allocation }) => allocation.gone_minor),
        text('problem', 'Why not split', ({ allocation }) => allocation.problem, 26),
        text('entry', 'Entry', ({ entry }) => entry, 24),
      ],
      costs,
    ),
    binderTable<Line>(
      { id: `allocation-lines-${word}`, title: 'Their split over lines', empty: 'No line can bear them yet.' },
      [
        text('ref', 'Reference', ({ ref }) => ref, 16),
        text('item', 'Item', ({ code }) => code, 14),
        text('uom', 'Unit', ({ uom }) => uom, 6),
        quantity('came', 'Came', (row) => row.came_qty_milli),
        quantity('left', 'On hand of it', (row) => row.left_qty_milli),
        money('part', 'Part', (row) => row.amount_minor),
        money('on_hand', 'On hand', (row) => row.on_hand_minor),
        {
          ...money<Line>('gone', 'Gone', (row) => row.amount_minor - row.on_hand_minor),
          difference: ['part', 'on_hand'],
        },
      ],
      lines,
    ),
    binderTable<Layer>(
      { id: `allocation-layers-${word}`, title: 'Receipts they came with, newest first', empty: 'Nothing came yet.' },
      [
        text('ref', 'Reference', ({ cost }) => cost, 16),
        text('item', 'Item', ({ code }) => code, 14),
        text('uom', 'Unit', ({ uom }) => uom, 6),
        text('receipt', 'Receipt', ({ ref }) => ref, 16),
        date('received', 'Received', ({ received_on }) => received_on),
        quantity('came', 'Came', ({ qty_milli }) => qty_milli),
        quantity('left', 'On hand of it', ({ left_qty_milli }) => left_qty_milli),
        {
          ...quantity<Layer>('gone', 'Gone', (row) => row.qty_milli - row.left_qty_milli),
          difference: ['came', 'left'],
        },
      ],
      layers,
    ),
  ];
}
