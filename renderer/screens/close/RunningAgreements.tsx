/** How near running agreements are to the sales their rebates begin at, the nearest first. */
import { isoDate } from '#domain/calendar.ts';
import { percentOf, type RebateThresholds, runningBelow } from '#domain/close/reconcile/thresholdWords.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import styles from './close.module.css';

/** Beside the figures; the binder names each. */
const MOST = 8;

export function RunningAgreements({
  running,
  currency,
}: {
  readonly running: RebateThresholds['running'];
  readonly currency: string;
}) {
  const below = runningBelow(running);
  if (below.length === 0) return null;
  const others = below.length - MOST;
  return (
    <>
      <h3>Below their threshold</h3>
      {below.slice(0, MOST).map(({ party_id, party_code, name, net_minor, threshold_minor, to, from }) => (
        <PanelRow
          key={`${party_id} ${name} ${from}`}
          label={
            <>
              {name}
              <br />
              <small className={styles['fine']}>
                {party_code}: {ledgerAmount(net_minor, currency)} of {ledgerAmount(threshold_minor, currency)},{' '}
                {to === null ? 'no end agreed' : `ends ${shortDate(isoDate(to))}`}
              </small>
            </>
          }
          value={percentOf(net_minor, threshold_minor)}
        />
      ))}
      {others > 0 ? (
        <p className={styles['fine']}>
          {others} more {others === 1 ? 'is' : 'are'} below: the binder names each.
        </p>
      ) : null}
    </>
  );
}
