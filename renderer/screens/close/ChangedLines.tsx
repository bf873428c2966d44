/** What changed in the lines since somebody signed them, newest first: what, by how much, by whom. */
import type { LineChange } from '#contract/queries.ts';
import { moment } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { counted, signed } from '#renderer/format/numbers.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import styles from './close.module.css';

/** More are counted, not listed. */
const MOST_LISTED = 6;

export function ChangedLines({
  changes,
  currency,
}: {
  readonly changes: readonly LineChange[];
  readonly currency: string;
}) {
  const now_ms = useNow();
  if (changes.length === 0) return null;
  return (
    <>
      <h3>Changed since signed</h3>
      <ul className={styles['changes']}>
        {changes.slice(0, MOST_LISTED).map((change) => (
          <li key={change.id}>
            <strong>{change.ref}</strong> {changeWords(change, currency)}
            <span>
              {change.changed_by}, {moment(change.changed_at_ms, now_ms)}
            </span>
          </li>
        ))}
      </ul>
      {changes.length > MOST_LISTED ? (
        <p className={styles['fine']}>And {counted(changes.length - MOST_LISTED, 'more change')}.</p>
      ) : null}
    </>
  );
}

/** 'added to the subledger, 50.15'. */
export function changeWords({ side, change, before_minor, after_minor }: LineChange, currency: string): string {
  const where = side === 'item' ? 'items' : side;
  const amount = (value: number): string => ledgerAmount(value, currency);
  if (change === 'added') return `added to the ${where}, ${amount(after_minor ?? 0)}`;
  if (change === 'removed') return `gone from the ${where}, ${amount(before_minor ?? 0)}`;
  const moved = (after_minor ?? 0) - (before_minor ?? 0);
  if (moved === 0) return side === 'item' ? 'explained anew' : `dated anew in the ${where}`;
  return `in the ${where} by ${signed(amount(moved), moved)}`;
}
