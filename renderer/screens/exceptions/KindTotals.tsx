/** What there is of each kind, as filters. */
import type { ExceptionKind } from '#domain/exceptions/exception.ts';
import { KIND_NAMES } from '#domain/exceptions/kindNames.ts';
import type { Exceptions } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { integer } from '#renderer/format/numbers.ts';
import styles from './exceptions.module.css';

/** What there is of each kind, as filters: grouped by something else, kinds are not rows. */
export function KindTotals({
  result,
  kind,
  onKind,
}: {
  readonly result: Exceptions;
  readonly kind: ExceptionKind | null;
  readonly onKind: (kind: ExceptionKind | null) => void;
}) {
  return (
    <div className={styles['kinds']} role="group" aria-label="Kinds">
      {result.kinds.map((each) => (
        <button
          key={each.kind}
          type="button"
          aria-pressed={each.kind === kind}
          onClick={() => onKind(each.kind === kind ? null : each.kind)}
        >
          {KIND_NAMES[each.kind]} <strong>{integer(each.count)}</strong>
          <span>{overviewMoney(each.shown_minor, result.currency)}</span>
        </button>
      ))}
    </div>
  );
}
