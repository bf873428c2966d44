/** Between the first sign-in and the first rows: what is on its way, in figures. */
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { loadingWords } from './loadingWords.ts';
import styles from './signin.module.css';

export function FirstSync({ hasNoCompany }: { readonly hasNoCompany: boolean }) {
  const pill = useSyncPill();
  const signOut = useRun('signOut');
  const progress = pill?.progress ?? null;
  const words = progress && loadingWords(progress);
  const done = progress && progress.buckets_total > 0 ? progress.buckets_done / progress.buckets_total : 0;
  return (
    <main className={styles['first']}>
      <div>
        {hasNoCompany ? (
          <>
            <h1>No company to show yet</h1>
            <p>
              The data on this machine is complete, and there is no company in it for you. An administrator grants
              access or imports the first orders; this screen opens by itself then.
            </p>
          </>
        ) : (
          <>
            <h1>Loading your data onto this machine</h1>
            <p>Once it is here, every screen works without a connection. It is stored encrypted.</p>
            <div
              className={styles['bar']}
              role="progressbar"
              aria-label="Loading"
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(done * 100)}
            >
              <div style={{ width: `${Math.round(done * 100)}%` }} />
            </div>
            <p role="status">
              {words ? [words.amount, words.left].filter((part) => part !== null).join(', ') : 'Asking the server'}
            </p>
            {words?.months ? <p>{words.months}.</p> : null}
          </>
        )}
        {pill?.connection === 'offline' ? (
          <InlineMessage tone="warn">
            No connection to the server. Loading goes on by itself when it is back; nothing is read twice.
          </InlineMessage>
        ) : null}
        <p>
          <Button onClick={() => signOut.mutate({})}>Sign out</Button>
        </p>
      </div>
    </main>
  );
}

/** Before the service on this machine answered; words only after a moment. */
export function Connecting() {
  return (
    <main className={styles['first']}>
      <div className={styles['late']} role="status">
        <h1>Connecting to Binnacle on this machine</h1>
        <p>If this stays, start it again with npm start or open the app anew. Your data is safe.</p>
      </div>
    </main>
  );
}
