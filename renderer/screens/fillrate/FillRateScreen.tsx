/** Fill rate: how much of what was due went out in time, by channel and period, down to the line that was short. */
import { type ReactNode, useCallback, useMemo } from 'react';
import type { QueryInput } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { LinesOfAll } from '#renderer/screens/figures/CompanyLines.tsx';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { NoMonth } from '#renderer/screens/figures/NoMonth.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { askedCompanies, useFigures } from '#renderer/screens/figures/useFigures.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { FillLines } from './FillLines.tsx';
import { FillTable } from './FillTable.tsx';
import { FIGURE_WORDS, fillWords } from './fillView.ts';

export default function FillRateScreen() {
  const { scope, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Fill rate" subtitle={scope.name}>
        <NoMonth then="The rate appears with the first lines that fall due." />
      </ScreenFrame>
    );
  }
  return <Fill key={scope.key} month={month} />;
}

function Fill({ month }: { readonly month: number }) {
  const { scope } = useWorkplace();
  const figures = useFigures(fillWords(scope.all), month);
  const { view, change, crumbs } = figures;
  const { lines, trail } = view;
  const back = useCallback(() => change({ lines: null }), [change]);
  if (!lines) return <FillTable month={month} figures={figures} />;
  const { figure, from, to, days, rows } = lines;
  const way = [...trail, ...rows];
  const lineCrumbs = [...crumbs, { label: `${FIGURE_WORDS[figure]}, ${periodWords(from, to, days)}` }];
  const linesOf = (companies?: ReactNode) => (
    <FillLines
      figure={figure}
      from={from}
      to={to}
      days={days}
      way={way}
      crumbs={lineCrumbs}
      companies={companies}
      onFigure={(next) => change({ lines: { ...lines, figure: next } }, { replace: true })}
      onBack={back}
    />
  );
  if (!scope.all) return linesOf();
  return (
    <FillLinesOfAll
      about={{ from_month: from, to_month: to, ...days, ...trailFilter(way) }}
      way={way}
      title={<Crumbs crumbs={lineCrumbs} />}
    >
      {linesOf}
    </FillLinesOfAll>
  );
}

/** Which of the companies have lines due, and what was missing of each in the currency shown. */
function FillLinesOfAll({
  about,
  way,
  title,
  children,
}: {
  readonly about: Pick<QueryInput<'fillPivot'>, 'from_month' | 'to_month'>;
  readonly way: readonly TrailStep[];
  readonly title: ReactNode;
  readonly children: (companies: ReactNode) => ReactNode;
}) {
  const { scope } = useWorkplace();
  const { data, error, refetch } = useAsk('fillPivot', {
    ...askedCompanies(scope, way),
    ...about,
    rows: ['company'],
    columns: 'none',
    measures: ['missing_value'],
  });
  const parts = useMemo(
    () =>
      (data?.rows ?? []).flatMap(({ filter: { company_id }, total: [missing_minor = null] }) =>
        company_id === undefined
          ? []
          : [
              {
                company_id,
                amount: missing_minor === null ? null : `${ledgerMoney(missing_minor, scope.currency)} missing`,
              },
            ],
      ),
    [data, scope.currency],
  );
  return (
    <LinesOfAll parts={parts} read={data !== undefined} error={error} onRetry={() => void refetch()} title={title}>
      {children}
    </LinesOfAll>
  );
}
