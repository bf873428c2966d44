/** A planner’s own figure for some months, with a reason and the day it ends. Works without a connection. */
import { useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { MOST_EXPIRY_DAYS } from '#domain/forecast/override.ts';
import type { ForecastOverride, ItemForecast } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { localDate, monthSpan, monthYear } from '#renderer/format/dates.ts';
import { quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

const HOW = [
  { value: 'qty', label: 'Quantity a month' },
  { value: 'factor', label: '% of the forecast' },
] as const;
type How = (typeof HOW)[number]['value'];

/** The override in force for one of the months ahead, which a new one takes the place of. */
export function overrideInForce(forecast: ItemForecast): ForecastOverride | null {
  return forecast.overrides.find((each) => each.state === 'in_force') ?? null;
}

export function OverrideDialog({
  forecast,
  onClose,
}: {
  readonly forecast: ItemForecast;
  readonly onClose: () => void;
}) {
  const run = useRun('overrideForecast');
  const held = overrideInForce(forecast);
  const months = forecast.periods.filter((each) => each.expected_qty_milli !== null);
  const first = months[0]?.month ?? 0;
  const known = (month: number | undefined): number =>
    months.some((each) => each.month === month) && month !== undefined ? month : first;
  const [from, setFrom] = useState(known(held?.from_month ?? months[1]?.month));
  const [to, setTo] = useState(known(held?.to_month ?? months[1]?.month));
  const [how, setHow] = useState<How>(held !== null && held.factor_bp !== null ? 'factor' : 'qty');
  const [figure, setFigure] = useState(figureOf(held));
  const [expires_on, setExpires] = useState(held?.expires_on ?? isoDate(lastDayOfMonth(to || 202601)));
  const [touched, setTouched] = useState(held !== null);
  const { as_of_ms } = forecast.provenance;
  const today = as_of_ms === null ? isoDate(firstDayOfMonth(first || 202601)) : localDate(as_of_ms);
  const value = Number(figure.replaceAll(',', '').replaceAll(' ', ''));
  const figureWrong = figure.trim() === '' || !Number.isFinite(value) || value < 0 ? 'A number, 0 or more.' : null;
  const spanWrong = from > to ? 'The last month lies before the first.' : null;
  const expiryWrong =
    dayNumber(expires_on) === null || expires_on < today
      ? 'A day from today on.'
      : (dayNumber(expires_on) ?? 0) > (dayNumber(today) ?? 0) + MOST_EXPIRY_DAYS
        ? 'An override expires within two years.'
        : null;
  const blocked = figureWrong !== null || spanWrong !== null || expiryWrong !== null;
  const options = months.map((each) => ({
    value: String(each.month),
    label: `${monthYear(each.month)}, forecast ${roughQuantity(each.expected_qty_milli ?? 0)}`,
  }));
  const chooseTo = (month: number): void => {
    setTo(month);
    if (!touched) setExpires(isoDate(lastDayOfMonth(month)));
  };
  const send = (reason: string): void =>
    run.mutate(
      {
        item_id: forecast.item_id,
        site_id: forecast.site_id,
        from_month: from,
        to_month: to,
        qty_milli: how === 'qty' ? Math.round(value * 1000) : null,
        factor_bp: how === 'factor' ? Math.round(value * 100) : null,
        reason,
        expires_on,
        replaces: held?.id ?? null,
      },
      { onSuccess: onClose },
    );
  return (
    <ReasonDialog
      title={`Override ${forecast.code} at ${forecast.site}`}
      says={
        held
          ? `Takes the place of ${held.author}’s override of ${monthSpan(held.from_month, held.to_month)}.`
          : 'Stands in the forecast’s place until it expires; what it was worth is reckoned when its months are over.'
      }
      button={blocked ? 'Override' : `Override ${monthSpan(from, to)}`}
      label="Reason"
      hint="What you know that the past does not show."
      reason={held?.reason ?? ''}
      least={3}
      blocked={blocked}
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      ownFocus
      onDecide={send}
      onClose={onClose}
    >
      <Select
        label="From"
        value={String(from)}
        options={options}
        onChange={(month) => {
          setFrom(Number(month));
          if (Number(month) > to) chooseTo(Number(month));
        }}
      />
      <Select label="To" value={String(to)} options={options} onChange={(month) => chooseTo(Number(month))} />
      {spanWrong ? <InlineMessage tone="bad">{spanWrong}</InlineMessage> : null}
      <SegmentedControl label="Given as" options={HOW} value={how} onChange={setHow} />
      <Field
        label={how === 'qty' ? `Quantity a month, ${forecast.uom}` : 'Per cent of the forecast'}
        inputMode="decimal"
        autoComplete="off"
        autoFocus
        value={figure}
        wrong={figure === '' ? null : figureWrong}
        onChange={(event) => setFigure(event.target.value)}
      />
      <Field
        label="Expires after"
        type="date"
        value={expires_on}
        min={today}
        wrong={expiryWrong}
        onChange={(event) => {
          setTouched(true);
          setExpires(event.target.value);
        }}
      />
    </ReasonDialog>
  );
}

function figureOf(held: ForecastOverride | null): string {
  if (held === null) return '';
  return held.factor_bp === null ? quantity(held.qty_milli) : String(held.factor_bp / 100);
}
