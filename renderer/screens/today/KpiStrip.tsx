/** The figures of the morning: one row of tiles, each opening to its working. */
import type { Conversion, KpiDefinition, KpiValues } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthName } from '#renderer/format/dates.ts';
import type { CompanyKpi } from '#renderer/kpi/KpiPanel.tsx';
import { KpiTile } from '#renderer/kpi/KpiTile.tsx';
import type { CompanyScope } from '#renderer/shell/companyScope.ts';
import styles from './today.module.css';

/** Short names: the tile's title holds the whole one. */
const STRIP = [
  { kpi: 'fill_rate_unit', name: 'Fill rate, unit' },
  { kpi: 'backorder_value', name: 'Backorders' },
  { kpi: 'order_cycle_median', name: 'Order cycle, median' },
  { kpi: 'stock_accuracy_locations', name: 'Stock accuracy' },
  { kpi: 'gm3_rate', name: 'Margin GM3' },
  { kpi: 'claim_time_median', name: 'Claims, median' },
] as const;
type StripKpi = (typeof STRIP)[number]['kpi'];

export interface OpenKpi {
  readonly definition: KpiDefinition;
  readonly value: KpiValues['total'][number];
  readonly currency: string;
  readonly conversion: Conversion | null;
  /** What each company says by itself, in its own currency. */
  readonly companies: readonly CompanyKpi[];
  readonly month: number;
}

/** What the strip asks for; the panel reads the same answer. */
export function useKpis(scope: CompanyScope, month: number | null) {
  const definitions = useAsk('kpiDefinitions', {});
  const values = useAsk(
    'kpiValues',
    {
      ...scope.asked,
      from_month: month ?? 200001,
      to_month: month ?? 200001,
      kpis: STRIP.map((tile) => tile.kpi),
    },
    { enabled: month !== null },
  );
  const answer = values.data;
  const find = (kpi: string): OpenKpi | null => {
    const definition = definitions.data?.find((each) => each.id === kpi);
    const value = answer?.total.find((each) => each.kpi === kpi);
    if (!definition || !value || !answer || month === null) return null;
    return {
      definition,
      value,
      currency: answer.currency ?? scope.currency,
      conversion: definition.parts === 'money' ? conversionOf(answer.conversion, definition) : null,
      companies: answer.companies.flatMap((company) => {
        const own = company.values.find((each) => each.kpi === kpi);
        return own
          ? [{ company_id: company.company_id, name: company.name, currency: company.currency, value: own }]
          : [];
      }),
      month,
    };
  };
  return { find, error: values.error ?? definitions.error };
}

/** The rates of this figure among those of the whole strip. */
function conversionOf(conversion: Conversion | null, { period }: KpiDefinition): Conversion | null {
  const kind = period === 'snapshot' ? 'closing' : 'average';
  return conversion && { ...conversion, rates: conversion.rates.filter((rate) => rate.kind === kind) };
}

export function KpiStrip({
  find,
  open,
  onOpen,
}: {
  readonly find: (kpi: string) => OpenKpi | null;
  readonly open: string | null;
  readonly onOpen: (kpi: StripKpi | null) => void;
}) {
  return (
    <section className={styles['strip']} aria-label="Figures">
      {STRIP.map(({ kpi, name }) => {
        const figure = find(kpi);
        return figure ? (
          <KpiTile
            key={kpi}
            name={figure.definition.period === 'snapshot' ? name : `${name}, ${monthName(figure.month)}`}
            definition={figure.definition}
            value={figure.value}
            currency={figure.currency}
            open={open === kpi}
            onOpen={() => onOpen(open === kpi ? null : kpi)}
          />
        ) : (
          <span key={kpi} className={styles['tileLoading']}>
            {name}
          </span>
        );
      })}
    </section>
  );
}
