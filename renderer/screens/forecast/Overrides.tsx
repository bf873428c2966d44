/** The overrides of an item at a site: what stands, what it was worth, and taking it back. */
import { useState } from 'react';
import type { ForecastOverride, ItemForecast } from '#contract/queries.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { monthSpan, shortDate } from '#renderer/format/dates.ts';
import { counted, percent, quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { PanelList, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './forecast.module.css';

export const STATE_WORDS: Readonly<Record<ForecastOverride['state'], string>> = {
  in_force: 'in force',
  expired: 'over',
  replaced: 'replaced',
  withdrawn: 'withdrawn',
};
const SHOWN = 6;

export function Overrides({
  forecast,
  onOverride,
}: {
  readonly forecast: ItemForecast;
  readonly onOverride: () => void;
}) {
  const { overrides, may_override, uom } = forecast;
  const [all, setAll] = useState(false);
  const shown = all ? overrides : overrides.slice(0, SHOWN);
  return (
    <PanelSection title="Overrides" aside={overrides.length === 0 ? '' : counted(overrides.length, 'override')}>
      {overrides.length === 0 ? (
        <p className={styles['note']}>Nobody has overridden this forecast.</p>
      ) : (
        <PanelList blocks>
          {shown.map((each) => (
            <OverrideRow key={each.id} override={each} uom={uom} forecast={forecast} />
          ))}
        </PanelList>
      )}
      {overrides.length > shown.length ? (
        <Button kind="plain" onClick={() => setAll(true)}>
          Show {counted(overrides.length - shown.length, 'older override')}
        </Button>
      ) : null}
      {may_override ? (
        <Button keyCap="E" onClick={onOverride}>
          Override
        </Button>
      ) : (
        <p className={styles['note']}>Planners and buyers override forecasts.</p>
      )}
    </PanelSection>
  );
}

function OverrideRow({
  override,
  uom,
  forecast,
}: {
  readonly override: ForecastOverride;
  readonly uom: string;
  readonly forecast: ItemForecast;
}) {
  const run = useRun('withdrawOverride');
  const { value } = override;
  const helped = value === null ? 0 : value.error_without_qty_milli - value.error_with_qty_milli;
  return (
    <li>
      <div className={styles['overrideHead']}>
        <b>{monthSpan(override.from_month, override.to_month)}</b>
        <span>
          {override.qty_milli === null ? percent(override.factor_bp) : `${quantity(override.qty_milli)} ${uom} a month`}
        </span>
        <small>{override.waiting ? 'waiting to be sent' : STATE_WORDS[override.state]}</small>
      </div>
      <div>
        {override.author}: {override.reason}
        {override.state === 'in_force' ? ` · until ${shortDate(override.expires_on)}` : ''}
      </div>
      {value === null ? null : helped >= 0 ? (
        <Status shape="done">
          {helped === 0
            ? 'Neither helped nor hurt'
            : `Helped: ${roughQuantity(helped)} ${uom} less error over ${counted(value.months, 'month')}`}
        </Status>
      ) : (
        <span className={styles['flag']}>
          <Shape shape="warn" />
          Hurt: {roughQuantity(-helped)} {uom} more error over {counted(value.months, 'month')}
        </span>
      )}
      {override.state === 'in_force' && forecast.may_override ? (
        <Button
          kind="link"
          disabled={run.isPending}
          onClick={() =>
            run.mutate({
              item_id: forecast.item_id,
              site_id: forecast.site_id,
              override_id: override.id,
              reason: 'Withdrawn on the forecast screen',
            })
          }
        >
          Withdraw
        </Button>
      ) : null}
      {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
    </li>
  );
}
