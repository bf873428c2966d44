/** A planner’s own figure for some months, with a reason and the day it ends. Works without a connection. */
import { type SubmitEvent, useId, useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { MOST_EXPIRY_DAYS } from '#domain/forecast/override.ts';
import type { ForecastOverride, ItemForecast } from '#contract/queries.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { localDate, monthSpan, monthYear } from '#renderer/format/dates.ts';
import { quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './forecast.module.css';

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
  const pill = useSyncPill();
  const form = useId();
  const held = overrideInForce(forecast);
  const months = forecast.periods.filter((each) => each.expected_qty_milli !== null);
  const first = months[0]?.month ?? 0;
  const known = (month: number | undefined): number =>
    months.some((each) => each.month === month) && month !== undefined ? month : first;
  const [from, setFrom] = useState(known(held?.from_month ?? months[1]?.month));
  const [to, setTo] = useState(known(held?.to_month ?? months[1]?.month));
  const [how, setHow] = useState<How>(held !== null && held.factor_bp !== null ? 'factor' : 'qty');
  const [figure, setFigure] = useState(figureOf(held));
  const [reason, setReason] = useState(held?.reason ?? '');
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
  const reasonWrong = reason.trim().length < 3;
  const disabled = figureWrong !== null || spanWrong !== null || expiryWrong !== null || reasonWrong || run.isPending;
  const options = months.map((each) => ({
    value: String(each.month),
    label: `${monthYear(each.month)}, forecast ${roughQuantity(each.expected_qty_milli ?? 0)}`,
  }));
  const chooseTo = (month: number): void => {
    setTo(month);
    if (!touched) setExpires(isoDate(lastDayOfMonth(month)));
  };
  const send = (): void =>
    run.mutate(
      {
        item_id: forecast.item_id,
        site_id: forecast.site_id,
        from_month: from,
        to_month: to,
        qty_milli: how === 'qty' ? Math.round(value * 1000) : null,
        factor_bp: how === 'factor' ? Math.round(value * 100) : null,
        reason: reason.trim(),
        expires_on,
        replaces: held?.id ?? null,
      },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Override ${forecast.code} at ${forecast.site}`}
      foot={
        <>
          <Button kind="solid" type="submit" form={form} disabled={disabled}>
            {disabled ? 'Override' : `Override ${monthSpan(from, to)}`}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        id={form}
        className={styles['override']}
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!disabled) send();
        }}
      >
        <p className={styles['note']}>
          {held
            ? `Takes the place of ${held.author}’s override of ${monthSpan(held.from_month, held.to_month)}.`
            : 'Stands in the forecast’s place until it expires; what it was worth is reckoned when its months are over.'}
          {pill?.connection === 'offline' ? ' Kept on this machine and sent when the connection is back.' : ''}
        </p>
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
          value={figure}
          wrong={figure === '' ? null : figureWrong}
          onChange={(event) => setFigure(event.target.value)}
        />
        <Field
          label="Reason"
          maxLength={500}
          autoComplete="off"
          value={reason}
          hint="What you know that the past does not show."
          onChange={(event) => setReason(event.target.value)}
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
        {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      </form>
    </Dialog>
  );
}

function figureOf(held: ForecastOverride | null): string {
  if (held === null) return '';
  return held.factor_bp === null ? quantity(held.qty_milli) : String(held.factor_bp / 100);
}
