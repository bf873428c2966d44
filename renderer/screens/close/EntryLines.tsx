/** The lines of an entry as a ledger shows them: account, debit, credit, and both sums. */
import { roleName } from '#domain/close/roleNames.ts';
import type { JournalLine } from '#domain/close/journal/entry.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import styles from './journal.module.css';

export function EntryLines({ lines, currency }: { readonly lines: readonly JournalLine[]; readonly currency: string }) {
  const amount = (value_minor: number): string => ledgerAmount(value_minor, currency);
  const debits = lines.reduce((sum, { amount_minor }) => sum + Math.max(0, amount_minor), 0);
  return (
    <table className={styles['entry']} aria-label="Lines of the entry">
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Text</th>
          <th scope="col">Debit, {currencySymbol(currency)}</th>
          <th scope="col">Credit, {currencySymbol(currency)}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, nth) => (
          <tr key={`${line.account}/${nth}`}>
            <th scope="row" title={line.role === null ? '' : roleName(line.role)}>
              {line.account}
            </th>
            <td title={line.text}>{line.text}</td>
            <td>{line.amount_minor > 0 ? amount(line.amount_minor) : ''}</td>
            <td>{line.amount_minor < 0 ? amount(-line.amount_minor) : ''}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            Sum
          </th>
          <td>{amount(debits)}</td>
          <td>{amount(debits)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
