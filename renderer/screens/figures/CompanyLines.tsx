/**
 * The lines behind a figure of all companies: those of one after the other, each in its own currency. Below it the
 * workplace is that company's.
 */
import { type ReactNode, useMemo, useState } from 'react';
import type { CompanyView } from '#contract/queries.ts';
import { type CallError, errorMessage } from '#renderer/client/callError.ts';
import { oneCompany } from '#renderer/shell/companyScope.ts';
import { useWorkplace, WorkplaceContext } from '#renderer/shell/workplace.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './figures.module.css';

export interface CompanyPart {
  readonly company_id: number;
  /** What the figure is of this company in the currency shown: '€116,550.10'; null = not known. */
  readonly amount: string | null;
}

function CompanyLines({
  parts,
  children,
}: {
  /** Companies with lines, the largest first. */
  readonly parts: readonly CompanyPart[];
  readonly children: (choice: ReactNode) => ReactNode;
}) {
  const workplace = useWorkplace();
  const { companies, scope } = workplace;
  const [wanted, setWanted] = useState<number | null>(null);
  const part = parts.find((each) => each.company_id === wanted) ?? parts[0];
  const company = companies.find((each) => each.id === part?.company_id);
  const own = useMemo(
    () => (company ? { ...workplace, company, scope: oneCompany(company) } : workplace),
    [workplace, company],
  );
  if (!company || !part) return null;
  const converted = company.currency !== scope.currency;
  return (
    <WorkplaceContext value={own}>
      {children(
        <>
          {parts.length > 1 ? (
            <SegmentedControl
              label="Lines of"
              options={parts.map(({ company_id }) => ({
                value: company_id,
                label: labelOf(companies.find((each) => each.id === company_id)),
              }))}
              value={company.id}
              onChange={setWanted}
            />
          ) : null}
          <span className={styles['ownCurrency']} data-print="said">
            {converted && part.amount !== null
              ? `In ${company.currency}; converted ${part.amount}`
              : `In ${company.currency}`}
          </span>
        </>,
      )}
    </WorkplaceContext>
  );
}

/** Short, because several stand beside the tools: 'PEN · GBP'. */
function labelOf(company: CompanyView | undefined): string {
  return company ? `${company.code} · ${company.currency}` : '';
}

/** Until it is known which companies have lines, and where none has. */
export function LinesOfAll({
  parts,
  read,
  error,
  onRetry,
  title,
  children,
}: {
  readonly parts: readonly CompanyPart[];
  readonly read: boolean;
  readonly error: CallError | null;
  readonly onRetry: () => void;
  readonly title: ReactNode;
  readonly children: (companies: ReactNode) => ReactNode;
}) {
  if (parts.length > 0) return <CompanyLines parts={parts}>{children}</CompanyLines>;
  return (
    <ScreenFrame title={title}>
      {read ? (
        <Empty title="No lines here" text="None of the companies has a line behind this figure." />
      ) : error ? (
        <ErrorState title="These lines could not be read" text={errorMessage(error)} onRetry={onRetry} />
      ) : (
        <LoadingRows rows={14} />
      )}
    </ScreenFrame>
  );
}
