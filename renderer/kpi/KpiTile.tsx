/** One figure with its age, target and trend; opens to the working behind it. */
import { Lock } from 'lucide-react';
import type { KpiDefinition, KpiValue } from '#contract/queries.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import styles from './kpi.module.css';
import { kpiBare, kpiText, trendWords } from './kpiText.ts';

export function KpiTile({
  name,
  definition,
  value,
  currency,
  open,
  onOpen,
}: {
  /** Short, with its period where it has one: 'Fill rate, unit, Oct'. */
  readonly name: string;
  readonly definition: KpiDefinition;
  readonly value: KpiValue;
  readonly currency: string;
  readonly open: boolean;
  readonly onOpen: () => void;
}) {
  const { format } = definition;
  return (
    <button type="button" className={styles['tile']} aria-expanded={open} onClick={onOpen} title={definition.name}>
      <span className={styles['name']}>{name}</span>
      {value.visible ? (
        <>
          <span className={styles['value']}>{kpiText(value.value, format, currency, value.beyond)}</span>
          <span className={styles['foot']}>
            <Standing value={value} definition={definition} currency={currency} />
            {value.value === null ? null : (
              <Sparkline
                values={value.months.map((month) => month.value)}
                width={44}
                height={20}
                label={trendWords(value, format, currency)}
              />
            )}
          </span>
        </>
      ) : (
        <>
          <span className={styles['locked']}>
            <Lock size={13} aria-hidden="true" />
          </span>
          <span className={styles['foot']}>
            <span className={styles['reason']}>{value.reason ?? 'not part of your role'}</span>
          </span>
        </>
      )}
    </button>
  );
}

function Standing({
  value,
  definition,
  currency,
}: {
  readonly value: KpiValue;
  readonly definition: KpiDefinition;
  readonly currency: string;
}) {
  if (value.value === null) return <span className={styles['reason']}>{value.reason ?? 'no data'}</span>;
  if (value.target === null) return <span className={styles['reason']}>no target set</span>;
  return (
    <span className={styles['standing']}>
      <Shape shape={value.standing === 'missed' ? 'bad' : value.standing === 'met' ? 'good' : 'ring'} />
      target {kpiBare(value.target, definition.format, currency)}
    </span>
  );
}
