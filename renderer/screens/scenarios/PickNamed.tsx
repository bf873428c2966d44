/** One thing by what it is called: typed, chosen with the arrows and Enter. */
import { type KeyboardEvent, useId, useState } from 'react';
import type { FindHit, FindKind } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field } from '#renderer/ui/Field.tsx';
import styles from './scenarios.module.css';

/** Shown of those found: what is in use before what is done. */
const MOST = 6;
const FOUND = 24;

export function PickNamed({
  label,
  kind,
  chosen,
  autoFocus = false,
  onChoose,
}: {
  readonly label: string;
  readonly kind: FindKind;
  /** What is chosen, in words; '' = nothing yet. */
  readonly chosen: string;
  readonly autoFocus?: boolean;
  readonly onChoose: (hit: FindHit) => void;
}) {
  const { company } = useWorkplace();
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const listId = useId();
  const typed = text?.trim() ?? '';
  const found = useAsk(
    'find',
    { text: typed, company_id: company.id, kinds: [kind], limit: FOUND },
    { enabled: typed !== '' },
  );
  const hits =
    typed === ''
      ? []
      : (found.data?.groups ?? [])
          .flatMap((group) => group.hits)
          .filter((hit) => hit.company_id === company.id)
          .toSorted((a, b) => Number(b.active) - Number(a.active))
          .slice(0, MOST);
  const choose = (hit: FindHit | undefined): void => {
    if (hit === undefined) return;
    setText(null);
    onChoose(hit);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (hits.length === 0) return;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0) setAt((at + by + hits.length) % hits.length);
    else if (event.key === 'Enter') choose(hits[at] ?? hits[0]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles['pick']}>
      <Field
        label={label}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={listId}
        aria-activedescendant={hits.length > 0 ? `${listId}-${at}` : undefined}
        autoComplete="off"
        autoFocus={autoFocus}
        placeholder="Code, number or name"
        value={text ?? chosen}
        hint={typed !== '' && hits.length === 0 && found.isSuccess ? 'Nothing here is called that.' : undefined}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      {hits.length > 0 ? (
        <div id={listId} role="listbox" aria-label={label} className={styles['hits']}>
          {hits.map((hit, place) => (
            <button
              key={hit.id}
              id={`${listId}-${place}`}
              type="button"
              role="option"
              aria-selected={place === at}
              tabIndex={-1}
              onClick={() => choose(hit)}
            >
              <strong>{hit.code}</strong> {hit.title}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
