/** The figures of the morning: one row of tiles, each opening to its working. */
import type { KpiDefinition, KpiValues } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthName } from '#renderer/format/dates.ts';
import { KpiTile } from '#renderer/kpi/KpiTile.tsx';
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
  readonly month: number;
}

/** What the strip asks for; the panel reads the same answer. */
export function useKpis(company_id: number, month: number | null) {
  const definitions = useAsk('kpiDefinitions', {});
  const values = useAsk(
    'kpiValues',
    {
      company_ids: [company_id],
      from_month: month ?? 200001,
      to_month: month ?? 200001,
      kpis: STRIP.map((tile) => tile.kpi),
    },
    { enabled: month !== null },
  );
  const company = values.data?.companies[0];
  const find = (kpi: string): OpenKpi | null => {
    const definition = definitions.data?.find((each) => each.id === kpi);
    const value = company?.values.find((each) => each.kpi === kpi);
    if (!definition || !value || !company || month === null) return null;
    return { definition, value, currency: company.currency, month };
  };
  return { find, error: values.error ?? definitions.error };
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
