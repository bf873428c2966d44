import { ChevronDown } from 'lucide-react';
import { AGAINST, type Against } from '#renderer/screens/figures/address.ts';
import styles from '#renderer/screens/figures/figures.module.css';
import type { MonthRange } from '#renderer/screens/figures/monthRange.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { againstWords } from './against.ts';

/** 'Compare with plan': what stands beside the figures in view, or nothing. */
export function AgainstMenu({
  against,
  months,
  onAgainst,
  always = false,
}: {
  readonly against: Against | null;
  readonly months: MonthRange;
  readonly onAgainst: (against: Against | null) => void;
  /** Something is always compared. */
  readonly always?: boolean;
}) {
  return (
    <Menu
      label="Compare with"
      trigger={
        <Button kind="plain" className={styles['grouping'] ?? ''}>
          <span>Against</span> <strong>{against === null ? 'nothing' : againstWords(against, months).short}</strong>
          <ChevronDown size={13} aria-hidden="true" />
        </Button>
      }
      entries={[
        ...AGAINST.map((kind) => {
          const words = againstWords(kind, months);
          return {
            kind: 'choice' as const,
            label: words.choice,
            hint: words.months,
            chosen: kind === against,
            onPick: () => onAgainst(kind),
          };
        }),
        ...(always
          ? []
          : [
              { kind: 'line' as const },
              { kind: 'choice' as const, label: 'Nothing', chosen: against === null, onPick: () => onAgainst(null) },
            ]),
      ]}
    />
  );
}
