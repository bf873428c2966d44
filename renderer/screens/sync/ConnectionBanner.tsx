/**
 * One line about the way to the server: that it is there; or since when it is not, what is safe, when it is tried again.
 * It stands there all the time, so that a connection that comes and goes moves nothing.
 */
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SyncStatus } from '#contract/queries.ts';
import { age, clock } from '#renderer/format/dates.ts';
import { integer } from '#renderer/format/numbers.ts';
import { SignInAgain } from '#renderer/shell/SignIn.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Banner } from '#renderer/ui/States.tsx';
import styles from './sync.module.css';

export function ConnectionBanner({
  status,
  busy,
  onTry,
}: {
  readonly status: SyncStatus;
  readonly busy: boolean;
  readonly onTry: () => void;
}) {
  const { session } = useWorkplace();
  const now_ms = useNow(1000);
  const [asking, setAsking] = useState(false);
  const { pill, next_try_at_ms } = status;
  if (pill.connection === 'sign_in_needed') {
    return (
      <>
        <Banner action={<Button onClick={() => setAsking(true)}>Sign in again</Button>}>
          <strong>Your session on the server ended.</strong> Keep working: your changes are safe here and go out after
          you sign in.
        </Banner>
        <SignInAgain userName={session.user_name} open={asking} onClose={() => setAsking(false)} />
      </>
    );
  }
  if (pill.connection !== 'offline') {
    return (
      <Banner tone="good">
        <strong>Connected to the server.</strong> Your changes go out at once.
      </Banner>
    );
  }
  const since = age(pill.since_ms, now_ms);
  const wait_s = next_try_at_ms === null ? null : Math.max(0, Math.ceil((next_try_at_ms - now_ms) / 1000));
  return (
    <Banner
      action={
        <>
          <span className={styles['nextTry']} aria-live="off">
            {busy || wait_s === 0 ? 'trying' : wait_s === null ? '' : `next try in ${integer(wait_s)} s`}
          </span>
          <Button icon={<RefreshCw size={13} aria-hidden="true" />} disabled={busy} onClick={onTry}>
            Try now
          </Button>
        </>
      }
    >
      <strong>No connection to the server {since === 'now' ? 'since a moment ago' : `for ${since}`}.</strong> Keep
      working: your changes are safe and go out in order.
      {pill.as_of_ms === null ? '' : ` Figures are as of ${clock(pill.as_of_ms)}.`}
    </Banner>
  );
}
