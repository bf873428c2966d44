/** Which side of a close task moved since it was signed, each by how much. */
import type { ChangedSides } from '#domain/close/changedSides.ts';
import { ledgerMoney } from './money.ts';
import { counted, signed } from './numbers.ts';

/** 'subledger −€2,804.00, 2 items +€2,804.00'. */
export function sidesWords(
  { ledger_minor, subledger_minor, items_minor, items }: ChangedSides,
  currency: string,
): string {
  const by = (minor: number): string => signed(ledgerMoney(minor, currency), minor);
  const said = [
    ...(ledger_minor === 0 ? [] : [`ledger ${by(ledger_minor)}`]),
    ...(subledger_minor === 0 ? [] : [`subledger ${by(subledger_minor)}`]),
    ...(items === 0 ? [] : [`${counted(items, 'item')}${items_minor === 0 ? '' : ` ${by(items_minor)}`}`]),
  ];
  return said.length === 0 ? 'the amounts stand; lines, words or files are others' : said.join(', ');
}
