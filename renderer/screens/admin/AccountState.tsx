/** Closing an account and opening it again. */
import { useState } from 'react';
import type { AdminUser } from '#contract/actions.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './admin.module.css';

export function AccountState({ user, onChanged }: { readonly user: AdminUser; readonly onChanged: () => void }) {
  const { session } = useWorkplace();
  const run = useRun('adminSetActive');
  const [asking, setAsking] = useState(false);
  const set = (active: boolean): void =>
    run.mutate(
      { name: user.name, active },
      {
        onSuccess: () => {
          setAsking(false);
          onChanged();
        },
      },
    );
  return (
    <PanelSection {...(asking ? { title: user.active ? 'Close the account' : 'Open the account' } : {})}>
      <div className={styles['inline']}>
        {asking ? (
          <div className={styles['confirm']}>
            {user.active ? (
              <p>
                {user.name === session.user_name ? 'This is your own account. ' : ''}
                {user.display_name} is signed out everywhere at once and cannot sign in again. Work not yet sent stays
                on their machine and is not lost; the name stays in the records, and grants and password are kept.
              </p>
            ) : (
              <p>
                {user.display_name} signs in again with the password and the grants from before; work left unsent on
                their machine is sent then.
              </p>
            )}
            <Button disabled={run.isPending} onClick={() => set(!user.active)}>
              {user.active ? `Close ${user.name}` : `Open ${user.name}`}
            </Button>
            <Button kind="plain" onClick={() => setAsking(false)}>
              Leave as it is
            </Button>
          </div>
        ) : (
          <div>
            <Button onClick={() => setAsking(true)}>
              {user.active ? 'Close the account' : 'Open the account again'}
            </Button>
          </div>
        )}
        {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      </div>
    </PanelSection>
  );
}
