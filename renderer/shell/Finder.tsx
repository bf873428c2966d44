/** Ctrl+K: items by the stock query, screens and companies by name. Arrow keys choose, Enter goes there. */
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useAsk } from '#renderer/client/useContract.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ToolField } from '#renderer/ui/Field.tsx';
import { SCREENS } from './screens.ts';
import styles from './shell.module.css';
import { useWorkplace } from './workplace.ts';

interface Found {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly go: () => void;
}

export function Finder({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Find">
      <FinderBody onClose={onClose} />
    </Dialog>
  );
}

function FinderBody({ onClose }: { readonly onClose: () => void }) {
  const { session, company, companies, chooseCompany } = useWorkplace();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const wanted = text.trim();
  const { data: positions } = useAsk(
    'stockPositions',
    { company_id: company.id, group_by: 'none', text: wanted, limit: 60 },
    { enabled: wanted.length >= 2 },
  );

  const found = useMemo<readonly Found[]>(() => {
    const has = (name: string): boolean => name.toLowerCase().includes(wanted.toLowerCase());
    const screens = SCREENS.filter((screen) => screen.access?.(session) !== 'hidden' && has(screen.title)).map(
      (screen) => ({ key: screen.path, label: screen.title, kind: 'Screen', go: () => navigate(screen.path) }),
    );
    const firms = companies
      .filter((candidate) => candidate.id !== company.id && has(candidate.name))
      .map((candidate) => ({
        key: `company-${candidate.id}`,
        label: candidate.name,
        kind: 'Company',
        go: () => chooseCompany(candidate.id),
      }));
    const items = new Map<number, Found>();
    for (const row of wanted.length >= 2 ? (positions?.rows ?? []) : []) {
      if (row.item_id === null || items.has(row.item_id) || items.size >= 12) continue;
      const { item_id } = row;
      items.set(item_id, {
        key: `item-${item_id}`,
        label: [row.code, row.label].filter(Boolean).join(' '),
        kind: 'Item',
        go: () => navigate(`/stock/${item_id}`),
      });
    }
    return [...items.values(), ...screens, ...firms];
  }, [wanted, positions, session, companies, company.id, chooseCompany, navigate]);

  const chosen = Math.min(at, found.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, chosen + (event.key === 'ArrowDown' ? 1 : -1))));
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      found[chosen]?.go();
      onClose();
    }
  };

  return (
    <>
      <div className={styles['findBox']}>
        <ToolField
          label="Find"
          autoFocus
          placeholder="Item code or name, screen, company"
          value={text}
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[chosen] ? `${listId}-${chosen}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={listId} role="listbox" aria-label="Found" className={styles['findList']}>
        {found.map((entry, index) => (
          <div
            key={entry.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            onMouseMove={() => setAt(index)}
            onClick={() => {
              entry.go();
              onClose();
            }}
          >
            {entry.label} <small>{entry.kind}</small>
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={styles['findNone']}>Nothing is called “{wanted}”.</p> : null}
    </>
  );
}
