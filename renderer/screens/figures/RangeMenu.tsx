import { ChevronDown } from 'lucide-react';
import { monthSpan } from '#renderer/format/dates.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { monthRangeOf, RANGE_WORDS, RANGES, type RangeChoice } from './monthRange.ts';

/** 'Jan–Oct 2026': which months a figure screen covers. */
export function RangeMenu({
  range,
  month,
  months,
  onChange,
}: {
  readonly range: RangeChoice;
  readonly month: number;
  readonly months: readonly number[];
  readonly onChange: (range: RangeChoice) => void;
}) {
  const span = (choice: RangeChoice): string => {
    const { from, to } = monthRangeOf(choice, month, months);
    return monthSpan(from, to);
  };
  return (
    <Menu
      label="Months"
      trigger={
        <Button kind="plain">
          {span(range)}
          <ChevronDown size={13} aria-hidden="true" />
        </Button>
      }
      entries={RANGES.map((choice) => ({
        kind: 'choice' as const,
        label: RANGE_WORDS[choice],
        hint: span(choice),
        chosen: choice === range,
        onPick: () => onChange(choice),
      }))}
    />
  );
}
