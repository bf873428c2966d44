/** Accepted transfers nobody asked the giving sites for: one section a giving site, asked in one go. */
import { MOST_TRANSFERS } from '#domain/transfers/transfer.ts';
import type { ReadyTransfer } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { counted, quantity } from '#renderer/format/numbers.ts';
import { CellCode } from '#renderer/grid/cellParts.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './replenishment.module.css';

/** What the giving site reads. */
const REASON = 'Accepted transfer proposal';

export function ReadyTransfers({
  transfers,
  may_plan,
}: {
  readonly transfers: readonly ReadyTransfer[];
  readonly may_plan: boolean;
}) {
  return (
    <>
      <h2 className={styles['part']}>Accepted transfers, nobody asked yet</h2>
      {[...Map.groupBy(transfers, (each) => each.from_site)].map(([from_site, rows]) => (
        <OfSite key={from_site} from_site={from_site} rows={rows} may_plan={may_plan} />
      ))}
    </>
  );
}

function OfSite({
  from_site,
  rows,
  may_plan,
}: {
  readonly from_site: string;
  readonly rows: readonly ReadyTransfer[];
  readonly may_plan: boolean;
}) {
  const { company } = useWorkplace();
  const ask = useRun('requestTransfers');
  const lines = rows.slice(0, MOST_TRANSFERS);
  return (
    <section className={styles['order']} aria-label={`Transfers from ${from_site}`}>
      <header>
        <b>From {from_site}</b>
        <span>
          {counted(rows.length, 'transfer')} to {[...new Set(rows.map((each) => each.site))].join(', ')}
        </span>
        <span className={styles['grow']} />
        {may_plan ? (
          <Button
            disabled={ask.isPending}
            onClick={() =>
              ask.mutate({
                company_id: company.id,
                transfers: lines.map((line) => ({
                  item_id: line.item_id,
                  from_site_id: line.from_site_id,
                  to_site_id: line.site_id,
                  qty_milli: line.qty_milli,
                  wanted_on: line.receive_on,
                  reason: REASON,
                  decision_id: line.decision_id,
                })),
              })
            }
          >
            Ask {from_site} for {counted(lines.length, 'transfer')}
          </Button>
        ) : null}
      </header>
      {ask.error ? <InlineMessage tone="bad">{errorMessage(ask.error)}</InlineMessage> : null}
      <table className={styles['lines']}>
        <thead>
          <tr>
            <th>Item</th>
            <th>To</th>
            <th>Comes</th>
            <th className={styles['right']}>Quantity</th>
            <th>Unit</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.decision_id}>
              <td>
                <CellCode>{line.code}</CellCode> {line.name}
              </td>
              <td>{line.site}</td>
              <td>{shortDate(line.receive_on)}</td>
              <td className={styles['right']}>{quantity(line.qty_milli)}</td>
              <td>{line.uom}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
