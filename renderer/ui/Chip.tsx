import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from './Button.tsx';
import styles from './controls.module.css';
import { Menu, type MenuEntry } from './Menu.tsx';

/** A filter in force: its field, its value, the way to lift it. */
export function Chip({
  field,
  value,
  onRemove,
}: {
  readonly field: string;
  readonly value: string;
  readonly onRemove?: () => void;
}) {
  return (
    <span className={styles['chip']}>
      <span data-print="said">
        {field} <strong>{value}</strong>
      </span>
      {onRemove ? (
        <button type="button" aria-label={`Remove filter ${field} ${value}`} onClick={onRemove}>
          <X size={12} aria-hidden="true" />
        </button>
      ) : (
        <span />
      )}
    </span>
  );
}

/** The dashed '+ Filter' button with its menu. */
export function AddFilter({
  entries,
  id,
  onOpen,
}: {
  readonly entries: readonly MenuEntry[];
  readonly id?: string;
  /** Told when the menu opens and closes: what it offers may be read only then. */
  readonly onOpen?: (open: boolean) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Menu
      label="Add a filter"
      entries={entries}
      open={open}
      onOpen={(next) => {
        setOpen(next);
        onOpen?.(next);
      }}
      trigger={
        <Button className={styles['add'] ?? ''} icon={<Plus size={12} aria-hidden="true" />} {...(id ? { id } : {})}>
          Filter
        </Button>
      }
    />
  );
}
