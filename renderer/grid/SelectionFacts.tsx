import type { ReactNode } from 'react';
import { integer } from '#renderer/format/numbers.ts';
import type { RangeSummary } from './range.ts';

/** Foot bar, right: what the selected cells add up to, then the view's own facts. */
export function SelectionFacts({
  summary,
  children,
}: {
  readonly summary: RangeSummary | null;
  readonly children?: ReactNode;
}) {
  return (
    <>
      {summary && summary.cells > 1 ? (
        <>
          <span>
            Selected <strong>{integer(summary.cells)}</strong>
          </span>
          {summary.sum === null ? null : (
            <>
              <span>
                Sum <strong>{summary.sum}</strong> {summary.unit}
              </span>
              <span>
                Average <strong>{summary.average}</strong>
              </span>
              {summary.figures > 1 ? (
                <span>
                  Count <strong>{integer(summary.figures)}</strong> · {summary.least} to {summary.most}
                </span>
              ) : null}
            </>
          )}
          {summary.figures > 0 && summary.unit === 'mixed' ? <span>mixed units, no sum</span> : null}
          {summary.unread > 0 ? <span>{integer(summary.unread)} rows not read yet, no sum</span> : null}
        </>
      ) : null}
      {children}
    </>
  );
}
