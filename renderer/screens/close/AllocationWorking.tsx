/** How a landed cost comes to its entry: each line's part, and what of it is still on hand by the receipts it came with. */
import type { Allocation, AllocatedLine } from '#domain/close/journal/allocation.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import { counted, quantity } from '#renderer/format/numbers.ts';
import styles from './journal.module.css';

/** Those an accountant reads; the rest is in their sum. */
const MOST_LINES = 12;

export function AllocationWorking({
  name,
  allocation,
  currency,
}: {
  readonly name: string;
  readonly allocation: Allocation;
  readonly currency: string;
}) {
  const { lines, amount_minor, on_hand_minor, gone_minor, split_by, valuation } = allocation;
  if (lines.length === 0) return null;
  const amount = (value_minor: number): string => ledgerAmount(value_minor, currency);
  const shown = lines.slice(0, MOST_LINES);
  const more = lines.length - shown.length;
  return (
    <section aria-label={`Working of ${name}`}>
      <table className={styles['entry']}>
        <thead>
          <tr>
            <th scope="col">
              {name}, by {split_by}
            </th>
            <th scope="col">On hand of what came</th>
            <th scope="col">Part, {currencySymbol(currency)}</th>
            <th scope="col">On hand, {currencySymbol(currency)}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line, nth) => (
            <tr key={`${line.code}/${nth}`}>
              <th scope="row" title={layersInWords(line)}>
                {line.code}
              </th>
              <td title={layersInWords(line)}>{leftInWords(line)}</td>
              <td>{amount(line.amount_minor)}</td>
              <td>{amount(line.on_hand_minor)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {more > 0 ? `Sum, with ${counted(more, 'line')} more` : 'Sum'}
            </th>
            <td>{amount(amount_minor)}</td>
            <td>{amount(on_hand_minor)}</td>
          </tr>
        </tfoot>
      </table>
      <p className={styles['quiet']}>
        What lies there came with the newest receipts. {amount(gone_minor)} {currencySymbol(currency)} is sold or gone:{' '}
        {valuation === 'perpetual' ? 'cost of sales takes it.' : 'the purchases of the month bear it already.'}
      </p>
    </section>
  );
}

function sums({ layers }: AllocatedLine): { readonly came: number; readonly left: number } {
  return {
    came: layers.reduce((sum, layer) => sum + layer.qty_milli, 0),
    left: layers.reduce((sum, layer) => sum + layer.left_qty_milli, 0),
  };
}

function leftInWords(line: AllocatedLine): string {
  const { came, left } = sums(line);
  const [only, ...others] = line.layers;
  const where =
    only && others.length === 0
      ? `${only.ref}, ${shortDate(only.received_on, 0)}`
      : counted(line.layers.length, 'receipt');
  return `${quantity(left)} of ${quantity(came)} ${line.uom}, ${where}`;
}

function layersInWords({ layers, uom }: AllocatedLine): string {
  return layers
    .map(
      ({ ref, received_on, qty_milli, left_qty_milli }) =>
        `${ref}, ${shortDate(received_on, 0)}: ${quantity(left_qty_milli)} of ${quantity(qty_milli)} ${uom} left`,
    )
    .join('\n');
}
