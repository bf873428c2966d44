/** 'By channel', 'Then by category': what rows are, and what each unfolds into. */
import { ChevronDown } from 'lucide-react';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import styles from './figures.module.css';
import { DIMENSION_WORDS, type Dimension } from './trail.ts';

export function GroupingMenus<G extends Dimension>({
  groups,
  by,
  below,
  belows,
  onBy,
  onBelow,
}: {
  readonly groups: readonly G[];
  readonly by: G;
  readonly below: G | null;
  readonly belows: readonly G[];
  readonly onBy: (by: G) => void;
  readonly onBelow: (below: G | 'none') => void;
}) {
  return (
    <>
      <GroupingMenu
        label="By"
        word={DIMENSION_WORDS[by].one}
        entries={groups.map((group) => choice(group, group === by, () => onBy(group)))}
      />
      {belows.length > 0 ? (
        <GroupingMenu
          label="Then by"
          word={below === null ? 'nothing' : DIMENSION_WORDS[below].one}
          entries={[
            ...belows.map((group) => choice(group, group === below, () => onBelow(group))),
            { kind: 'line' },
            { kind: 'choice', label: 'Nothing', chosen: below === null, onPick: () => onBelow('none') },
          ]}
        />
      ) : null}
    </>
  );
}

function choice(group: Dimension, chosen: boolean, onPick: () => void): MenuEntry {
  const word = DIMENSION_WORDS[group].one;
  return { kind: 'choice', label: word.charAt(0).toUpperCase() + word.slice(1), chosen, onPick };
}

function GroupingMenu({
  label,
  word,
  entries,
}: {
  readonly label: string;
  readonly word: string;
  readonly entries: readonly MenuEntry[];
}) {
  return (
    <Menu
      label={label}
      entries={entries}
      trigger={
        <Button kind="plain" className={styles['grouping'] ?? ''}>
          <span>{label}</span> <strong>{word}</strong>
          <ChevronDown size={13} aria-hidden="true" />
        </Button>
      }
    />
  );
}
