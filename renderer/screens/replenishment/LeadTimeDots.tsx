/** The latest receipts by the days they took, a dot each, and what is reckoned with. */
import type { ReplenishmentWorking } from '#contract/queries.ts';
import { counted, leadDays, tenthsOfDays } from '#renderer/format/numbers.ts';
import styles from './replenishment.module.css';

const WIDTH = 200;
const HEIGHT = 46;
const PAD = 8;

export function LeadTimeDots({
  receipts,
  made_of,
}: {
  readonly receipts: ReplenishmentWorking['receipts'];
  readonly made_of: ReplenishmentWorking['made_of'];
}) {
  const days = made_of?.lead_time_days ?? 0;
  if (receipts.length === 0) {
    return <p className={styles['about']}>Nothing came yet to measure it on: {leadDays(days)} as agreed.</p>;
  }
  const all = [...receipts.map((each) => each.days), days];
  const from = Math.floor(Math.min(...all));
  const to = Math.max(from + 4, Math.ceil(Math.max(...all)));
  const x = (day: number): number => PAD + ((day - from) / (to - from)) * (WIDTH - 2 * PAD);
  const stacked = new Map<number, number>();
  const dots = receipts.map((each) => {
    const level = stacked.get(each.days) ?? 0;
    stacked.set(each.days, level + 1);
    return {
      key: `${each.number} ${level}`,
      x: x(each.days),
      y: HEIGHT - 16 - level * 6,
      title: `${each.number}: ${each.days} days`,
    };
  });
  return (
    <div className={styles['leadTime']}>
      <svg
        width={WIDTH}
        height={HEIGHT}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Days of the last receipts: ${receipts.map((each) => each.days).join(', ')}`}
      >
        <line x1={PAD} x2={WIDTH - PAD} y1={HEIGHT - 12} y2={HEIGHT - 12} stroke="var(--line2)" />
        <line x1={x(days)} x2={x(days)} y1={2} y2={HEIGHT - 12} stroke="var(--accent)" strokeWidth="1.6" />
        {dots.map((dot) => (
          <circle key={dot.key} cx={dot.x} cy={dot.y} r="2.5" fill="var(--step)">
            <title>{dot.title}</title>
          </circle>
        ))}
        <text x={PAD} y={HEIGHT - 1} className={styles['tickText']}>
          {from}
        </text>
        <text x={WIDTH - PAD} y={HEIGHT - 1} textAnchor="end" className={styles['tickText']}>
          {to}
        </text>
      </svg>
      <p className={styles['about']}>
        {made_of?.lead_time_measured ? 'reckoned with' : 'as agreed'} {leadDays(days)}
        {made_of && made_of.lead_time_deviation_days > 0 ? `, σ ${tenthsOfDays(made_of.lead_time_deviation_days)}` : ''}
        <br />
        last {counted(receipts.length, 'receipt')}
      </p>
    </div>
  );
}
