/** How the company's claims stand, and where a claim is decided. */
import type { Claims } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { integer } from '#renderer/format/numbers.ts';
import { DECIDED_ELSEWHERE, tooLongWords } from './claimWords.ts';
import styles from './claims.module.css';

export function ClaimStrip({
  result,
  says_where,
}: {
  readonly result: Claims;
  /** The panel says it where it is open. */
  readonly says_where: boolean;
}) {
  const { counts, currency, target_days } = result;
  return (
    <div className={styles['strip']} role="group" aria-label="Open claims">
      <span>
        <strong>{integer(counts.open)} open</strong>, {overviewMoney(counts.claimed_minor, currency)} claimed
      </span>
      <span>
        <strong>
          {integer(counts.too_long)} {tooLongWords(target_days)}
        </strong>
        , {overviewMoney(counts.too_long_minor, currency)}
      </span>
      <span>{integer(counts.customer)} wait for the customer</span>
      {says_where ? <span className={styles['quiet']}>{DECIDED_ELSEWHERE}</span> : null}
    </div>
  );
}
