/** Signing in, with and without the server. */
import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { SignInState } from '#contract/actions.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { Logo } from './Logo.tsx';
import styles from './signin.module.css';

/** The password of the demonstration accounts; they exist only on a loopback server with demo data. */
const DEMO_PASSWORD = 'demo';

const ASK_WHILE_OFFLINE_MS = 3000;
const ASK_EVERY_MS = 20_000;

function useSignIn() {
  const queries = useQueryClient();
  const run = useRun('signIn');
  /** What the server accepted while the files of this machine are locked with another password. */
  const [accepted, setAccepted] = useState<{ readonly user_name: string; readonly password: string } | null>(null);
  const signIn = (user_name: string, password: string, then?: () => void, set_aside = false): void => {
    const who = { user_name: user_name.trim(), password };
    run.mutate(
      { ...who, ...(set_aside ? { set_aside } : {}) },
      {
        onSuccess: () => {
          void queries.invalidateQueries();
          then?.();
        },
        onError: ({ code }) => {
          if (code === 'previous_password') setAccepted(who);
        },
      },
    );
  };
  return { signIn, busy: run.isPending, error: run.error, accepted };
}

export function SignIn({ state }: { readonly state: SignInState }) {
  const { signIn, busy, error, accepted } = useSignIn();
  const [name, setName] = useState(state.known_users[0] ?? '');
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState('');
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const host = state.server_url.replace(/^https?:\/\//, '');
  const offline = !state.server_reachable;
  // Nobody is signed in, so nothing else hears that the server came or went.
  useAsk('signInState', {}, { every_ms: offline ? ASK_WHILE_OFFLINE_MS : ASK_EVERY_MS });
  const [wasOffline, setWasOffline] = useState(offline);
  if (offline && !wasOffline) setWasOffline(true);

  useEffect(() => {
    (nameField.current?.value ? passwordField : nameField).current?.focus();
  }, []);
  useEffect(() => {
    if (error?.code === 'wrong_password') passwordField.current?.select();
    if (error?.code !== 'previous_password') return;
    setPassword('');
    passwordField.current?.focus();
  }, [error]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn(name, password);
  };
  const locked = accepted?.user_name === name.trim() ? accepted : null;
  const keychain = error?.code === 'not_permitted' && !offline && state.known_users.includes(name.trim());

  return (
    <main className={styles['page']}>
      <div className={styles['column']}>
        <h1>
          <Logo size={24} /> Binnacle
        </h1>
        <p className={styles['server']}>
          <Shape shape={offline ? 'warn' : 'good'} />
          {offline ? `No connection to ${host}` : host}
        </p>
        {wasOffline ? (
          <p className={styles['offline']} data-over={offline ? undefined : ''} role="status">
            {!offline
              ? 'The server is back.'
              : state.known_users.length > 0
                ? `Sign in works offline for who has used this machine: ${state.known_users.join(', ')}. Changes wait here and go out when the connection is back.`
                : 'Nobody has signed in on this machine yet, so the first sign-in needs the server. Binnacle keeps trying.'}
          </p>
        ) : null}
        <form onSubmit={submit} className={styles['form']}>
          <Field
            label="User name"
            name="user_name"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={40}
            ref={nameField}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Field
            label={locked ? 'Previous password' : 'Password'}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
            ref={passwordField}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            wrong={error?.code === 'wrong_password' ? error.message : null}
          />
          {error && error.code !== 'wrong_password' ? (
            <InlineMessage tone={error.code === 'previous_password' ? 'warn' : 'bad'}>{error.message}</InlineMessage>
          ) : null}
          <Button kind="solid" wide type="submit" disabled={busy}>
            {busy ? 'Signing in' : offline ? 'Sign in offline' : 'Sign in'}
          </Button>
          {keychain || locked ? (
            <p className={styles['aside']}>
              <Button disabled={busy} onClick={() => setAsking(true)}>
                Set this data aside and load it afresh
              </Button>
              {locked ? 'For when the previous password is lost.' : null}
            </p>
          ) : null}
        </form>
        {state.demo_accounts.length > 0 ? (
          <section className={styles['demo']} aria-label="Demo accounts">
            <h2>Demo accounts</h2>
            <p>This server holds a made-up distributor. Each account sees what its role may see.</p>
            <ul>
              {state.demo_accounts.map((account) => (
                <li key={account}>
                  <Button disabled={busy} onClick={() => signIn(account, DEMO_PASSWORD)}>
                    {account}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
      <SetAside
        userName={name.trim()}
        lockedWith={locked ? 'the previous password' : 'the keychain they were locked with'}
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          signIn(name, locked?.password ?? password, undefined, true);
        }}
      />
    </main>
  );
}

/** Files are kept, but what they hold is out of reach until they are put back: that is said before it is done. */
function SetAside({
  userName,
  lockedWith,
  open,
  onClose,
  onConfirm,
}: {
  readonly userName: string;
  readonly lockedWith: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Set the data of ${userName} aside`}
      foot={
        <>
          <Button kind="solid" onClick={onConfirm}>
            Set aside and load afresh
          </Button>
          <Button onClick={onClose}>Keep it and go back</Button>
        </>
      }
    >
      <div className={styles['question']}>
        <p>
          The data comes from the server again. Nothing is deleted: the files stay on this machine under other names.
        </p>
        <p>
          What {userName} did here and had not sent yet, and saved views and drafts, stay in those files and are not
          sent. They can be put back later, as the operations guide says, with {lockedWith}.
        </p>
      </div>
    </Dialog>
  );
}

/** The server ended the session: work goes on locally, sending waits for the password. */
export function SignInAgain({
  userName,
  open,
  onClose,
}: {
  readonly userName: string;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const { signIn, busy, error } = useSignIn();
  const [password, setPassword] = useState('');
  return (
    <Dialog open={open} onClose={onClose} title="Sign in again">
      <form
        className={styles['again']}
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          signIn(userName, password, () => {
            setPassword('');
            onClose();
          });
        }}
      >
        <p>The session of {userName} on the server ended. Your changes are safe here; they go out after you sign in.</p>
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          wrong={error?.message ?? null}
        />
        <Button kind="solid" type="submit" disabled={busy}>
          Sign in
        </Button>
      </form>
    </Dialog>
  );
}
