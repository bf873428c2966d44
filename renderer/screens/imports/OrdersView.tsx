/** What a file of orders says, and what became of it: the tie-out, and the lines that cannot be taken in. */
import { useMemo } from 'react';
import type { OrdersRead } from '#domain/imports/orders/readOrders.ts';
import type { OrderImportReport } from '#contract/wire/imports.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import styles from './imports.module.css';
import { groupedFigure } from './outcomeRows.ts';

type Refused = OrdersRead['refused'][number];

export function OrdersView({
  read,
  report,
  company,
}: {
  readonly read: OrdersRead;
  /** null while nothing is sent. */
  readonly report: OrderImportReport | null;
  readonly company: { readonly name: string; readonly currency: string };
}) {
  const totals = report?.totals ?? read.totals;
  const reasons = report?.reasons ?? read.reasons;
  const columns = useMemo(() => COLUMNS, []);
  const figure = (text: string): string => groupedFigure(text, 2);
  return (
    <>
      <section className={styles['summary']} aria-label="Tie-out">
        <p>
          <Status shape={report ? 'good' : 'waiting'}>{report ? 'Imported' : 'Read'}</Status>
          <span>
            {counted(totals.lines, 'order line')} for {company.name}:{' '}
            {report
              ? `${integer(totals.created)} new, ${integer(report.changed)} changed, ${integer(totals.imported - totals.created - report.changed)} as they were, `
              : `${integer(totals.imported)} can be imported, `}
            {integer(totals.quarantined)} {report ? 'quarantined' : 'will wait in quarantine'}.
            {report ? '' : ' Nothing is sent yet; what is new and what changes is told by the import.'}
            {report && report.corrected_earlier > 0
              ? ` ${integer(report.corrected_earlier)} of the quarantined were corrected earlier; their corrected values stay.`
              : ''}
          </span>
        </p>
        <table>
          <thead>
            <tr>
              <th scope="col">Ties out</th>
              <th scope="col">In the file</th>
              <th scope="col">{report ? 'Imported' : 'Can be imported'}</th>
              <th scope="col">Quarantined</th>
              <th scope="col">Rounding</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Lines</th>
              <td>{integer(totals.lines)}</td>
              <td>{integer(totals.imported)}</td>
              <td>{integer(totals.quarantined)}</td>
              <td>–</td>
            </tr>
            <tr>
              <th scope="row">Amount, {company.currency}</th>
              <td>{figure(totals.source_total)}</td>
              <td>{figure(totals.imported_total)}</td>
              <td>{figure(totals.quarantined_total)}</td>
              <td>{figure(totals.rounding)}</td>
            </tr>
          </tbody>
        </table>
        {reasons.length > 0 ? (
          <ul className={styles['reasons']}>
            {reasons.slice(0, 4).map(({ reason, lines }) => (
              <li key={reason}>
                {integer(lines)} × {reason}
              </li>
            ))}
            {reasons.length > 4 ? <li>and {counted(reasons.length - 4, 'other reason')}</li> : null}
          </ul>
        ) : null}
      </section>
      <MemoryGrid<Refused>
        label="Lines that wait"
        viewId="import-orders-refused"
        columns={columns}
        rows={read.refused}
        rowKey={(row) => String(row.line_number)}
        overlay={read.refused.length === 0 ? <Empty good title="No line is refused" /> : null}
      />
    </>
  );
}

const COLUMNS: readonly GridColumn<Refused>[] = [
  { id: 'label', header: 'Order', width: 160, sort: 'label', text: (row) => row.label || '–' },
  {
    id: 'line',
    header: 'Line',
    width: 80,
    align: 'right',
    text: (row) => integer(row.line_number),
    tone: () => 'quiet',
  },
  { id: 'reason', header: 'Reason', width: 460, sort: 'reason', text: (row) => row.reason },
  { id: 'cells', header: 'Cells', width: 480, text: (row) => row.fields.join(' | '), tone: () => 'quiet' },
];
