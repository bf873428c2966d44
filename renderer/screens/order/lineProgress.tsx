import type { OrderLineView } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { type MarkShape, Status } from '#renderer/ui/Mark.tsx';

/** How far a line is delivered, in a shape and a word. */
export function lineProgress(line: OrderLineView): { readonly shape: MarkShape; readonly word: string } {
  if (line.kind !== 'goods') return { shape: 'waiting', word: line.kind };
  if (line.shipped_qty_milli === null) return { shape: 'waiting', word: 'no shipment data' };
  if (line.shipped_qty_milli >= line.ordered_qty_milli) return { shape: 'good', word: 'Shipped' };
  if (line.shipped_qty_milli > 0) return { shape: 'working', word: 'Part shipped' };
  return { shape: 'ring', word: line.committed_on ? `Due ${shortDate(line.committed_on)}` : 'Open' };
}

export function LineProgress({ line }: { readonly line: OrderLineView }) {
  const { shape, word } = lineProgress(line);
  return <Status shape={shape}>{word}</Status>;
}
