/** Menus: a list of actions, choices and ticks below a button. Keyboard and roles come from Base UI. */
import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './menu.module.css';

export type MenuEntry =
  | {
      readonly kind: 'action';
      readonly label: string;
      readonly hint?: string;
      readonly onPick: () => void;
      readonly disabled?: boolean;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly hint?: string;
      readonly chosen: boolean;
      readonly onPick: () => void;
    }
  | {
      readonly kind: 'tick';
      readonly label: string;
      readonly hint?: string;
      readonly ticked: boolean;
      readonly onToggle: (ticked: boolean) => void;
    }
  | { readonly kind: 'heading'; readonly label: string; readonly hint?: string }
  | { readonly kind: 'line' };

export function Menu({
  label,
  trigger,
  entries,
  align = 'start',
  header,
  open,
  onOpen,
}: {
  readonly label: string;
  /** A button element; Base UI gives it the menu's behaviour. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'end';
  readonly header?: ReactNode;
  /** Opened and closed from outside; with `onOpen`. */
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
}) {
  return (
    <Base.Root
      modal={false}
      {...(open === undefined ? {} : { open })}
      {...(onOpen ? { onOpenChange: (next: boolean) => onOpen(next) } : {})}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className={styles['positioner'] ?? ''}>
          <Base.Popup className={styles['popup'] ?? ''} aria-label={label}>
            {header}
            {entries.map((entry, index) => (
              <Entry key={`${index}-${'label' in entry ? entry.label : ''}`} entry={entry} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  const item = styles['item'] ?? '';
  switch (entry.kind) {
    case 'line':
      return <Base.Separator className={styles['line'] ?? ''} />;
    case 'heading':
      return (
        <div className={styles['heading']}>
          {entry.label}
          {entry.hint ? <small>{entry.hint}</small> : null}
        </div>
      );
    case 'tick':
      return (
        <Base.CheckboxItem
          className={item}
          checked={entry.ticked}
          onCheckedChange={(ticked) => entry.onToggle(ticked)}
          closeOnClick={false}
        >
          <span className={styles['mark']}>
            {entry.ticked ? <Check size={13} strokeWidth={2.5} aria-hidden="true" /> : null}
          </span>
          <span>{entry.label}</span>
          {entry.hint ? <small>{entry.hint}</small> : null}
        </Base.CheckboxItem>
      );
    case 'choice':
      return (
        <Base.Item className={item} onClick={entry.onPick} aria-current={entry.chosen ? 'true' : undefined}>
          <span className={styles['mark']}>
            {entry.chosen ? <Check size={13} strokeWidth={2.5} aria-hidden="true" /> : null}
          </span>
          <span>{entry.label}</span>
          {entry.hint ? <small>{entry.hint}</small> : null}
        </Base.Item>
      );
    case 'action':
      return (
        <Base.Item className={item} onClick={entry.onPick} disabled={entry.disabled ?? false}>
          <span className={styles['mark']} />
          <span>{entry.label}</span>
          {entry.hint ? <small>{entry.hint}</small> : null}
        </Base.Item>
      );
  }
}
