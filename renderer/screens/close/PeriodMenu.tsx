/** Which month’s close is looked at, and opening the next. */
import { ChevronDown } from 'lucide-react';
import type { ClosePeriodView } from '#contract/queries.ts';
import { monthYear, monthYearLong } from '#renderer/format/dates.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { periodStateWord } from './closeStates.ts';

export function PeriodMenu({
  periods,
  period,
  next,
  onPick,
  onOpenNext,
}: {
  readonly periods: readonly ClosePeriodView[];
  readonly period: ClosePeriodView;
  /** The close that can be opened next; null where this person may not, or its month has not begun. */
  readonly next: number | null;
  readonly onPick: (period: number) => void;
  readonly onOpenNext: () => void;
}) {
  return (
    <Menu
      label="Period to close"
      align="end"
      trigger={
        <Button kind="plain">
          {monthYear(period.period)}
          <ChevronDown size={13} aria-hidden="true" />
        </Button>
      }
      entries={[
        ...periods.map((candidate) => ({
          kind: 'choice' as const,
          label: monthYearLong(candidate.period),
          hint: `${periodStateWord(candidate.state)} · ${candidate.signed} of ${candidate.tasks} signed`,
          chosen: candidate.period === period.period,
          onPick: () => onPick(candidate.period),
        })),
        ...(next === null
          ? []
          : [
              { kind: 'line' as const },
              { kind: 'action' as const, label: `Open ${monthYearLong(next)}`, onPick: onOpenNext },
            ]),
      ]}
    />
  );
}
