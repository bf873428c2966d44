/** 'Jan–Oct 2026': which months a figure screen covers. P opens it; any months are two pick lists away. */
import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { monthRange } from '#domain/calendar.ts';
import { monthSpan, monthYear } from '#renderer/format/dates.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import {
  freeRange,
  type MonthRange,
  monthRangeOf,
  MOST_MONTHS,
  RANGE_WORDS,
  RANGES,
  type RangeChoice,
} from './monthRange.ts';

export function RangeMenu({
  range,
  month,
  months,
  yearStart,
  onChange,
}: {
  readonly range: RangeChoice;
  readonly month: number;
  readonly months: readonly number[];
  readonly yearStart: number;
  readonly onChange: (range: RangeChoice) => void;
}) {
  const [open, setOpen] = useState(false);
  const [free, setFree] = useState(false);
  const span = (choice: RangeChoice): string => {
    const { from, to } = monthRangeOf(choice, month, months, yearStart);
    return monthSpan(from, to);
  };
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'p', cap: 'P', word: 'months', help: 'which months are shown', run: () => setOpen(true), quiet: true },
    ],
    [],
  );
  useKeys('Months', keys);
  const named = RANGES.some((choice) => choice === range);
  return (
    <>
      <Menu
        label="Months"
        open={open}
        onOpen={setOpen}
        trigger={
          <Button kind="plain">
            {span(range)}
            <ChevronDown size={13} aria-hidden="true" />
          </Button>
        }
        entries={[
          ...RANGES.map((choice) => ({
            kind: 'choice' as const,
            label: RANGE_WORDS[choice],
            hint: span(choice),
            chosen: choice === range,
            onPick: () => onChange(choice),
          })),
          { kind: 'line' },
          {
            kind: 'choice',
            label: 'Other months…',
            ...(named ? {} : { hint: span(range) }),
            chosen: !named,
            onPick: () => setFree(true),
          },
        ]}
      />
      {free ? (
        <FreeRange
          range={monthRangeOf(range, month, months, yearStart)}
          months={months}
          onClose={() => setFree(false)}
          onChange={(choice) => {
            setFree(false);
            onChange(choice);
          }}
        />
      ) : null}
    </>
  );
}

/** From one month to another, of those with order lines and between them. */
function FreeRange({
  range,
  months,
  onChange,
  onClose,
}: {
  readonly range: MonthRange;
  readonly months: readonly number[];
  readonly onChange: (range: RangeChoice) => void;
  readonly onClose: () => void;
}) {
  const offered = monthRange(
    Math.min(months[0] ?? range.from, range.from),
    Math.max(months.at(-1) ?? range.to, range.to),
  );
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const choice = freeRange(from, to);
  const options = offered.map((each) => ({ value: String(each), label: monthYear(each) }));
  return (
    <Dialog
      open
      onClose={onClose}
      title="Months"
      onSubmit={() => {
        if (choice !== null) onChange(choice);
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={choice === null}>
            {choice === null ? 'Show these months' : `Show ${monthSpan(from, to)}`}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Select label="From" value={String(from)} options={options} onChange={(value) => setFrom(Number(value))} />
      <Select label="To" value={String(to)} options={options} onChange={(value) => setTo(Number(value))} />
      {choice === null ? (
        <p role="status">{from > to ? 'The last month lies before the first.' : `At most ${MOST_MONTHS} months.`}</p>
      ) : null}
    </Dialog>
  );
}
