/** The working behind a forecast: which method and why, how good it was, what the lead time asks for, who buys. */
import type { ItemForecast } from '#contract/queries.ts';
import { monthYear } from '#renderer/format/dates.ts';
import {
  counted,
  leadDays,
  NO_DATA,
  percent,
  quantity,
  roughQuantity,
  scaled,
  signed,
  tenthsOfDays,
} from '#renderer/format/numbers.ts';
import { ChannelMark, Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { CLASS_WORDS, FLAGS, METHOD_WORDS } from './forecastWords.ts';
import { Overrides } from './Overrides.tsx';
import styles from './forecast.module.css';

const WHY: Readonly<Record<ItemForecast['demand_class'], string>> = {
  smooth: 'sold nearly every month, in even sizes: the mean of dynamic Theta, smoothing and autoregression',
  erratic: 'sold nearly every month, in uneven sizes: the mean of dynamic Theta, smoothing and autoregression',
  intermittent: 'months without demand between even sizes: TSB, chance of demand × its size',
  lumpy: 'months without demand between uneven sizes: TSB, chance of demand × its size',
  new: 'fewer than 4 months since the first order: their mean',
  obsolete: 'silent for a year and five of its usual intervals: TSB, which forgets it',
};

export function ForecastPanel({
  forecast,
  onClose,
  onItem,
  onOverride,
}: {
  readonly forecast: ItemForecast;
  readonly onClose: () => void;
  readonly onItem: () => void;
  readonly onOverride: () => void;
}) {
  const { accuracy, lead_time, uom } = forecast;
  const mase = (milli: number | null): string => (milli === null ? NO_DATA : scaled(milli, 3, 2));
  return (
    <Panel title={`${forecast.code} · ${forecast.site}`} aside={forecast.uom} onClose={onClose}>
      <PanelSection title={forecast.name}>
        <Verdict forecast={forecast} />
        <PanelRow label="Class" value={CLASS_WORDS[forecast.demand_class]} />
        <PanelRow label="Forecast by" value={METHOD_WORDS[forecast.method]} />
        <p className={styles['note']}>
          {CLASS_WORDS[forecast.demand_class]}: {WHY[forecast.demand_class]}.
          {forecast.interval_milli === null
            ? ''
            : ` A demand every ${scaled(forecast.interval_milli, 3, 2)} months, squared variation of sizes ${mase(forecast.variation_milli)}.`}
        </p>
        <DrillLink onClick={onItem}>Stock of this item</DrillLink>
      </PanelSection>
      <PanelSection
        title="How good it was"
        aside={accuracy ? `forecast again at ${counted(accuracy.origins, 'point')} of its past` : ''}
      >
        {accuracy ? (
          <>
            <PanelRow label="WAPE" note="Σ|error| ÷ Σ ordered" value={percent(accuracy.wape_bp)} />
            <PanelRow
              label="MASE"
              note={forecast.method === 'seasonal naive' ? 'the forecast not used' : 'this forecast'}
              value={mase(accuracy.mase_milli)}
            />
            <PanelRow label="" note="last year again" value={mase(accuracy.naive_mase_milli)} />
            <PanelRow
              label="Bias"
              note="Σ forecast ÷ Σ ordered − 1"
              value={accuracy.bias_bp === null ? NO_DATA : signed(percent(accuracy.bias_bp), accuracy.bias_bp)}
            />
            <PanelRow
              label="Runs behind"
              value={accuracy.lag_periods === null ? NO_DATA : counted(accuracy.lag_periods, 'month')}
            />
          </>
        ) : (
          <p className={styles['note']}>Fewer than 14 months: too short to look back on.</p>
        )}
      </PanelSection>
      {lead_time ? (
        <PanelSection title="Over the lead time" aside={leadTimeWords(lead_time)}>
          <PanelRow
            label="Expected"
            note={`of ${counted(lead_time.periods, 'month')}`}
            value={roughQuantity(lead_time.expected_qty_milli)}
          />
          <PanelRow
            label="Enough in"
            note={`${percent(lead_time.service_bp)} of cases`}
            value={`${roughQuantity(lead_time.quantile_qty_milli)} ${uom}`}
            total
          />
          <PanelRow
            label="WAPE"
            note={`said ${counted(lead_time.periods, 'month')} ahead`}
            value={percent(lead_time.wape_bp)}
          />
          <p className={styles['note']}>
            Order proposals go by this forecast over lead time and review, day by day, as it was last made in the
            background.
          </p>
        </PanelSection>
      ) : null}
      {forecast.break ? (
        <PanelSection title="Break">
          <PanelRow
            label={FLAGS[forecast.break.kind].word}
            note={`since ${monthYear(forecast.break.from_month)}`}
            value={`${scaled(forecast.break.score_milli, 3, 1)} σ`}
          />
          <PanelRow label="Came" note="a month" value={quantity(forecast.break.actual_qty_milli)} />
          <PanelRow label="Was expected" note="a month" value={roughQuantity(forecast.break.expected_qty_milli)} />
        </PanelSection>
      ) : null}
      <Overrides forecast={forecast} onOverride={onOverride} />
      <PanelSection title="Channels" aside="ordered, last 12 months">
        {forecast.channels.length === 0 ? (
          <p className={styles['note']}>Nothing was ordered in the last twelve months.</p>
        ) : (
          <PanelList>
            {forecast.channels.map((each) => (
              <li key={each.channel_id ?? 0}>
                <ChannelMark kind={each.channel_kind} />
                <span className={styles['channel']}>{each.channel}</span>
                <span className={styles['amount']}>{quantity(each.demand_qty_milli)}</span>
                <span className={styles['amount']}>{percent(each.share_bp)}</span>
              </li>
            ))}
          </PanelList>
        )}
      </PanelSection>
      {forecast.stockouts_known ? null : (
        <PanelSection>
          <p className={styles['note']}>
            Whether it was out of stock is not known: not all movements of this site are on this machine.
          </p>
        </PanelSection>
      )}
    </Panel>
  );
}

function Verdict({ forecast: { accuracy, method } }: { readonly forecast: ItemForecast }) {
  if (accuracy === null) return null;
  const { beats_naive, mase_milli, naive_mase_milli } = accuracy;
  if (!beats_naive || method === 'seasonal naive') {
    return (
      <p className={styles['verdict']}>
        <Shape shape="ring" /> It does not beat last year again: the naive is used.
      </p>
    );
  }
  const better =
    mase_milli !== null && naive_mase_milli !== null && naive_mase_milli > 0
      ? Math.round((1 - mase_milli / naive_mase_milli) * 10_000)
      : null;
  return (
    <p className={styles['verdict']}>
      <Shape shape="done" />
      {better === null || better <= 0
        ? 'It beats last year again in its squared errors, not in its absolute ones.'
        : `It beats last year again by ${percent(better)} of its error.`}
    </p>
  );
}

function leadTimeWords({ days, measured }: NonNullable<ItemForecast['lead_time']>): string {
  return measured === null
    ? `${leadDays(days)}, as agreed`
    : `${leadDays(days)} ± ${tenthsOfDays(measured.deviation_days)}, measured on ${counted(measured.lines, 'delivery', 'deliveries')}`;
}
