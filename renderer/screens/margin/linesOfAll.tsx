/** The lines behind a margin or a leak of all companies: which company has some, and what each comes to. */
import { type ReactNode, useMemo } from 'react';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { BridgeEffect } from '#domain/kpi/priceVolumeMix.ts';
import type { QueryInput } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { LinesOfAll } from '#renderer/screens/figures/CompanyLines.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { askedCompanies } from '#renderer/screens/figures/useFigures.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { bridgeValue } from './bridgeView.ts';
import { amountOf, ASKED, ladderOf, type LineFigure, type StepFigure } from './marginView.ts';

/** Which of the companies have lines behind the figure, and what each comes to in the currency shown. */
export function MarginLinesOfAll({
  about,
  figure,
  way,
  title,
  children,
}: {
  readonly about: Pick<QueryInput<'marginPivot'>, 'from_month' | 'to_month'>;
  readonly figure: LineFigure | StepFigure;
  readonly way: readonly TrailStep[];
  readonly title: ReactNode;
  readonly children: (companies: ReactNode) => ReactNode;
}) {
  const { scope } = useWorkplace();
  const { data, error, refetch } = useAsk('marginPivot', {
    ...askedCompanies(scope, way),
    ...about,
    rows: ['company'],
    columns: 'none',
    measures: [...ASKED],
  });
  const parts = useMemo(
    () =>
      (data?.rows ?? []).flatMap(({ filter, total }) => {
        const ladder = ladderOf(total);
        const amount_minor = ladder ? amountOf(ladder, figure) : null;
        const amount = amount_minor === null ? null : ledgerMoney(amount_minor, scope.currency);
        return filter.company_id === undefined ? [] : [{ company_id: filter.company_id, amount }];
      }),
    [data, figure, scope.currency],
  );
  return (
    <LinesOfAll parts={parts} read={data !== undefined} error={error} onRetry={() => void refetch()} title={title}>
      {children}
    </LinesOfAll>
  );
}

/** The same of a leak. */
export function LeakageLinesOfAll({
  cause,
  from,
  to,
  way,
  title,
  children,
}: {
  readonly cause: LeakageCause;
  readonly from: number;
  readonly to: number;
  readonly way: readonly TrailStep[];
  readonly title: ReactNode;
  readonly children: (companies: ReactNode) => ReactNode;
}) {
  const { scope } = useWorkplace();
  const { data, error, refetch } = useAsk('marginLeakage', {
    ...askedCompanies(scope, way),
    from_month: from,
    to_month: to,
    ...trailFilter(way),
  });
  const parts = useMemo(
    () =>
      (data?.rows.find((row) => row.cause === cause)?.companies ?? []).map(({ company_id, leak_minor }) => ({
        company_id,
        amount: leak_minor === null ? null : ledgerMoney(leak_minor, scope.currency),
      })),
    [data, cause, scope.currency],
  );
  return (
    <LinesOfAll parts={parts} read={data !== undefined} error={error} onRetry={() => void refetch()} title={title}>
      {children}
    </LinesOfAll>
  );
}

/** The same of an effect of the bridge. */
export function BridgeLinesOfAll({
  asked,
  effect,
  way,
  title,
  children,
}: {
  readonly asked: Omit<QueryInput<'marginBridge'>, 'company_ids' | 'reporting_currency' | 'rows'>;
  readonly effect: BridgeEffect;
  readonly way: readonly TrailStep[];
  readonly title: ReactNode;
  readonly children: (companies: ReactNode) => ReactNode;
}) {
  const { scope } = useWorkplace();
  const { data, error, refetch } = useAsk('marginBridge', {
    ...askedCompanies(scope, way),
    ...asked,
    rows: ['company'],
  });
  const parts = useMemo(
    () =>
      (data?.rows ?? []).flatMap(({ filter, total }) => {
        const amount_minor = bridgeValue(total, effect);
        const amount = amount_minor === null ? null : ledgerMoney(amount_minor, scope.currency);
        return filter.company_id === undefined ? [] : [{ company_id: filter.company_id, amount }];
      }),
    [data, effect, scope.currency],
  );
  return (
    <LinesOfAll parts={parts} read={data !== undefined} error={error} onRetry={() => void refetch()} title={title}>
      {children}
    </LinesOfAll>
  );
}
