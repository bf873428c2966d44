import type { FindKind } from '#contract/queries.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { type FindRow, type FindScope, scopeWord } from './findRows.ts';
import styles from './find.module.css';
import { useWorkplace } from '../workplace.ts';
import { KIND_WORDS, placesOf } from './places.ts';
import type { FindCommands } from './useFindCommands.ts';

/** Nothing found says what to try next. */
export function FinderNothing({
  text,
  scope,
  company,
  onAll,
}: {
  readonly text: string;
  readonly scope: FindScope;
  readonly company: string;
  readonly onAll: () => void;
}) {
  const among = scope === 'all' ? '' : ` among ${scopeWord(scope).toLowerCase()}`;
  if (text === '') {
    return (
      <div className={styles['nothing']} role="status">
        <p>{scope === 'all' ? 'Type a code, a name or a number.' : `Nothing opened lately${among}. Type to look.`}</p>
      </div>
    );
  }
  return (
    <div className={styles['nothing']} role="status">
      <p>
        Nothing{among} is called “{text}”.
      </p>
      <ul>
        <li>Part of a word is enough, and fewer words find more.</li>
        <li>Codes and numbers are found without their separators; order numbers from their first digits.</li>
        <li>
          Looked in {company} and every other company of yours; what your role does not cover is not on this machine.
        </li>
      </ul>
      {scope === 'all' ? null : <Button onClick={onAll}>Look at everything</Button>}
    </div>
  );
}

/** What is not here yet cannot be found yet, which is not the same as not being there. */
export function LoadingKinds({ kinds }: { readonly kinds: readonly FindKind[] }) {
  if (kinds.length === 0) return null;
  const words = kinds.map((kind) => KIND_WORDS[kind].many.toLowerCase());
  const list = words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return (
    <p className={styles['loading']} role="status">
      Still loading to this machine: {list}. Those already here are found.
    </p>
  );
}

export function FinderFoot({
  id,
  row,
  said,
  reading,
  elapsed_ms,
}: {
  readonly id: string;
  readonly row: FindRow | undefined;
  readonly said: FindCommands['said'];
  readonly reading: boolean;
  readonly elapsed_ms: number | undefined;
}) {
  const { session } = useWorkplace();
  const places = row?.kind === 'hit' ? placesOf(row.hit, session.may) : null;
  return (
    <footer className={styles['foot']}>
      <span id={id} className={styles['keys']}>
        {row ? (
          <>
            <KeyHint cap="↑↓" /> choose
            <KeyHint cap="↵" /> {places ? `open ${places[0].word}` : 'do it'}
          </>
        ) : null}
        {places?.[1] ? (
          <>
            <KeyHint cap="Ctrl ↵" /> {places[1].word}
          </>
        ) : null}
        <KeyHint cap="Tab" /> kinds
        <KeyHint cap="Esc" /> close
      </span>
      <span className={styles['said']} data-tone={said?.tone} role="status">
        {said ? said.text : reading || elapsed_ms === undefined ? '' : `${elapsed_ms} ms`}
      </span>
    </footer>
  );
}
