import { type KeyboardEvent, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react';
import type { FindHit } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { ToolField } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { ALL_ID } from '../companyScope.ts';
import { usePreference } from '../preferences.ts';
import { useWorkplace } from '../workplace.ts';
import { matchCommands } from './commandMatch.ts';
import { FinderFoot, FinderNothing, LoadingKinds } from './FinderStates.tsx';
import { FIND_SCOPES, type FindRow, type FindScope, findSections, nextScope, scopeWord } from './findRows.ts';
import { FoundRow } from './FoundRow.tsx';
import styles from './find.module.css';
import { useFindCommands } from './useFindCommands.ts';

/** Hits of each kind beside others, and of one kind alone. */
const FEW = 6;
const MANY = 50;
const NOTHING_OPENED: readonly { readonly kind: FindHit['kind']; readonly id: number }[] = [];

export function FinderBody({
  onClose,
  onOpen,
}: {
  readonly onClose: () => void;
  readonly onOpen: (hit: FindHit, second: boolean) => void;
}) {
  const { session, company, scope: shown, has_company, companies } = useWorkplace();
  const [text, setText] = useState('');
  const [scope, setScope] = useState<FindScope>('all');
  const [at, setAt] = useState(0);
  const [waiting, setWaiting] = useState<'first' | 'second' | null>(null);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const typed = text.trim() !== '';

  const opened = usePreference((preferences) => preferences.opened[session.user_name] ?? NOTHING_OPENED);
  const recent = useAsk('named', { rows: [...opened] }, { enabled: opened.length > 0 });
  const rowsWanted = scope !== 'command';
  // an empty text makes the reader ready while the person begins to type
  const asked = useAsk(
    'find',
    {
      text: text.trim().slice(0, 200),
      company_id: company.id,
      ...(scope === 'all' || scope === 'command' ? { limit: FEW } : { kinds: [scope], limit: MANY }),
    },
    { enabled: rowsWanted && has_company },
  );
  const { commands, said } = useFindCommands();
  const matched = useMemo(() => matchCommands(commands, text), [commands, text]);
  const sections = useMemo(
    () => findSections({ typed, scope, found: asked.data, commands: matched, recent: recent.data?.hits ?? [] }),
    [typed, scope, asked.data, matched, recent.data],
  );
  const rows = sections.flatMap((section) => section.rows);
  const chosen = Math.min(at, rows.length - 1);
  const row = rows[chosen];
  // before a letter is typed, what was opened last is the answer
  const answer = typed ? asked : recent;
  const wanted = typed ? rowsWanted : opened.length > 0;
  const reading = wanted && (answer.isPlaceholderData || answer.isPending) && answer.error === null;

  const act = (target: FindRow | undefined, second: boolean): void => {
    if (!target) return;
    if (target.kind === 'command' && target.command.stays) {
      target.command.run();
      return;
    }
    onClose();
    if (target.kind === 'hit') onOpen(target.hit, second);
    // the focus first goes back to where it was: keys act there
    else setTimeout(target.command.run, 0);
  };
  // Enter pressed before the answer to the last letter opens what that answer says, not what stood there before.
  const openWaiting = useEffectEvent(() => {
    setWaiting(null);
    act(rows[0], waiting === 'second');
  });
  const answered = waiting !== null && !reading;
  useEffect(() => {
    if (answered) openWaiting();
  }, [answered]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, sections]);

  const type = (value: string): void => {
    setText(value);
    setAt(0);
    setWaiting(null);
  };
  const choose = (next: FindScope): void => {
    setScope(next);
    setAt(0);
    setWaiting(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt(rows.length === 0 ? 0 : (chosen + step + rows.length) % rows.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const second = event.ctrlKey || event.metaKey;
      if (reading && at === 0) setWaiting(second ? 'second' : 'first');
      else act(row, second);
    } else if (event.key === 'Tab') {
      event.preventDefault();
      choose(nextScope(scope, event.shiftKey ? -1 : 1));
    }
  };

  const counts = new Map(typed ? (asked.data?.groups ?? []).map((group) => [group.kind, group]) : []);
  return (
    <div className={styles['finder']}>
      <div className={styles['box']}>
        <ToolField
          label="Find"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder="Code, name, order number, or what to do"
          value={text}
          role="combobox"
          aria-expanded={rows.length > 0}
          aria-controls={listId}
          aria-activedescendant={row ? `${listId}-${chosen}` : undefined}
          aria-describedby={`${listId}-foot`}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className={styles['scopes']} role="group" aria-label="Kinds">
          {FIND_SCOPES.map((each) => {
            const group = each === 'all' || each === 'command' ? undefined : counts.get(each);
            return (
              <button
                key={each}
                type="button"
                tabIndex={-1}
                aria-pressed={each === scope}
                onClick={() => choose(each)}
                onMouseDown={(event) => event.preventDefault()}
              >
                {scopeWord(each)}
                {group && scope === 'all' ? <small>{`${group.found}${group.more ? '+' : ''}`}</small> : null}
              </button>
            );
          })}
        </div>
      </div>
      <div ref={list} id={listId} role="listbox" aria-label="Found" className={styles['list']} aria-busy={reading}>
        {sections.map((section) => (
          <div key={section.key} role="group" aria-labelledby={`${listId}-${section.key}`}>
            <div id={`${listId}-${section.key}`} className={styles['heading']}>
              <span>{section.title}</span>
              <span className={styles['count']}>{section.count}</span>
            </div>
            {section.rows.map((each) => {
              const index = rows.indexOf(each);
              return (
                <FoundRow
                  key={each.key}
                  id={`${listId}-${index}`}
                  row={each}
                  chosen={index === chosen}
                  home={shown.all ? ALL_ID : company.id}
                  companies={companies}
                  showKind={section.key === 'recent'}
                  onPoint={() => setAt(index)}
                  onPick={(second) => act(each, second)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {asked.error ? <InlineMessage tone="bad">{asked.error.message}</InlineMessage> : null}
      {rows.length === 0 && !reading ? (
        <FinderNothing text={text.trim()} scope={scope} company={company.name} onAll={() => choose('all')} />
      ) : null}
      <LoadingKinds kinds={rowsWanted ? (asked.data?.loading ?? []) : []} />
      <FinderFoot
        id={`${listId}-foot`}
        row={row}
        said={said}
        reading={reading}
        elapsed_ms={typed ? asked.data?.provenance.elapsed_ms : undefined}
      />
    </div>
  );
}
