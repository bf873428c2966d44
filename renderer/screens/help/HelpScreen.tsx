/** How Binnacle works, in the program: what the marks say, what is safe without a connection, what each figure means. */
import type { ReactNode } from 'react';
import { useAsk } from '#renderer/client/useContract.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { type MarkShape, Shape } from '#renderer/ui/Mark.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './help.module.css';

const PILL: readonly (readonly [MarkShape, string, string])[] = [
  ['good', 'Live', 'The figures are those of the server at the time beside it.'],
  ['working', 'Loading, or changes sending', 'Rows or your changes are on their way. Work goes on meanwhile.'],
  [
    'warn',
    'Offline since',
    'No connection. Every screen works on the data of this machine; changes wait and go out later.',
  ],
  ['warn', 'Sign in to send', 'Your session on the server ended. Work goes on here; changes go out once you sign in.'],
  ['bad', '1 needs you', 'The server did not take a change, or another person was first. Sync shows both sides.'],
];

const CHANGES: readonly (readonly [MarkShape, string, string])[] = [
  ['waiting', 'Waiting', 'Kept on this machine, not sent yet.'],
  ['working', 'Sent', 'The server has it and has not decided.'],
  ['done', 'Accepted', 'The server recorded it; everyone sees it.'],
  ['bad', 'Conflict', 'Something changed before yours arrived. Nothing was overwritten.'],
  ['refused', 'Refused', 'The server did not take it and says why.'],
];

const CONTENTS = [
  { id: 'help-pill', words: 'The sync pill, top right' },
  { id: 'help-change', words: 'What becomes of a change' },
  { id: 'help-data', words: 'Your data on this machine' },
  { id: 'help-keys', words: 'Keys' },
  { id: 'help-figures', words: 'What each figure means' },
] as const;

/** Where to, by keyboard too; the hash carries the route, so these are no links. */
function Contents() {
  return (
    <nav className={styles['contents']} aria-label="On this page">
      {CONTENTS.map(({ id, words }) => (
        <Button key={id} kind="link" onClick={() => document.getElementById(id)?.scrollIntoView()}>
          {words}
        </Button>
      ))}
    </nav>
  );
}

export default function HelpScreen() {
  const definitions = useAsk('kpiDefinitions', {});
  return (
    <ScreenFrame title="Help" subtitle="How Binnacle works">
      <div className={styles['page']}>
        <Contents />
        <section>
          <h2 id="help-pill">The sync pill, top right</h2>
          <Marks marks={PILL} />
        </section>
        <section>
          <h2 id="help-change">What becomes of a change</h2>
          <Marks marks={CHANGES} />
        </section>
        <section>
          <h2 id="help-data">Your data on this machine</h2>
          <p>
            It is a copy of what your role may see, encrypted. Your password opens it, together with the keychain of
            this computer where there is one. Without the server you sign in with the same password.
          </p>
          <p>
            Text that you are typing is kept as you type: it comes back after a crash, a restart or an update, for you
            alone. Passwords are not kept.
          </p>
          <p>
            A file that can no longer be read is set aside under another name, never deleted; a notice on Sync says so.
          </p>
        </section>
        <section>
          <h2 id="help-keys">Keys</h2>
          <p>
            <KeyHint cap="?" /> shows every key that acts where you are, <KeyHint cap="Ctrl K" /> finds a screen, an
            item or an order.
          </p>
        </section>
        <section>
          <h2 id="help-figures">What each figure means</h2>
          {definitions.data ? (
            <dl className={styles['figures']}>
              {definitions.data.map((figure) => (
                <div key={figure.id}>
                  <dt>{figure.name}</dt>
                  <dd>
                    {figure.denominator === '' ? figure.numerator : `${figure.numerator} ÷ ${figure.denominator}`}
                    <small>
                      {[figure.grain, ...figure.exclusions, figure.null_rule].filter((text) => text !== '').join('; ')}
                    </small>
                  </dd>
                </div>
              ))}
            </dl>
          ) : definitions.error ? (
            <ErrorState
              title="The definitions could not be read"
              text={errorMessage(definitions.error)}
              onRetry={() => void definitions.refetch()}
            />
          ) : (
            <LoadingRows rows={8} />
          )}
        </section>
      </div>
    </ScreenFrame>
  );
}

function Marks({ marks }: { readonly marks: readonly (readonly [MarkShape, string, ReactNode])[] }) {
  return (
    <dl className={styles['marks']}>
      {marks.map(([shape, word, text]) => (
        <div key={word}>
          <dt>
            <Shape shape={shape} /> {word}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
