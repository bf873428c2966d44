/** One account: its grants, a further one, a new password, its end. */
import { type SubmitEvent, useState } from 'react';
import { useLocation } from 'wouter';
import type { AdminUser } from '#contract/actions.ts';
import type { GrantView } from '#contract/wire/protocol.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { grantArgs, type GrantFields, grantScope, NO_GRANT, roleWord, wrongPassword } from './accounts.ts';
import { AccountState } from './AccountState.tsx';
import styles from './admin.module.css';
import { GrantForm } from './GrantForm.tsx';

export function UserPanel({
  user,
  onClose,
  onChanged,
}: {
  readonly user: AdminUser;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const { session } = useWorkplace();
  const [, navigate] = useLocation();
  return (
    <Panel title={user.display_name} aside={user.name} onClose={onClose}>
      <PanelSection>
        <PanelRow
          label="State"
          value={<Status shape={user.active ? 'good' : 'refused'}>{user.active ? 'active' : 'closed'}</Status>}
        />
        <PanelRow label="Since" value={dateAndTime(user.created_at_ms)} />
        <PanelRow
          label="Last sign-in"
          value={user.last_sign_in_at_ms === null ? 'never' : dateAndTime(user.last_sign_in_at_ms)}
        />
      </PanelSection>
      <Grants user={user} onChanged={onChanged} />
      <FurtherGrant user={user} onChanged={onChanged} />
      <NewPassword user={user} />
      <AccountState user={user} onChanged={onChanged} />
      {session.may.read_audit ? (
        <PanelSection>
          <Button kind="link" onClick={() => navigate(`/admin/trail=${encodeURIComponent(user.name)}`)}>
            What was done to this account ›
          </Button>
        </PanelSection>
      ) : null}
    </Panel>
  );
}

function Grants({ user, onChanged }: { readonly user: AdminUser; readonly onChanged: () => void }) {
  const { session } = useWorkplace();
  const run = useRun('adminRevoke');
  const [asking, setAsking] = useState<number | null>(null);
  const revoke = (grant: GrantView): void =>
    run.mutate(
      { name: user.name, grant_id: grant.id },
      {
        onSuccess: () => {
          setAsking(null);
          onChanged();
        },
      },
    );
  return (
    <PanelSection title="Grants" aside={String(user.grants.length)}>
      {user.grants.length === 0 ? (
        <InlineMessage tone="quiet">No grants: this user signs in and sees nothing.</InlineMessage>
      ) : (
        <ul className={styles['grants']}>
          {user.grants.map((grant) => (
            <li key={grant.id}>
              <div>
                <strong>{roleWord(grant.role)}</strong> <span>{grantScope(grant)}</span>
              </div>
              {asking === grant.id ? null : (
                <Button
                  kind="link"
                  aria-label={`Revoke ${roleWord(grant.role)}, ${grantScope(grant)}`}
                  onClick={() => setAsking(grant.id)}
                >
                  Revoke ›
                </Button>
              )}
              {asking === grant.id ? (
                <div className={styles['confirm']}>
                  <p>
                    {user.name === session.user_name ? 'This is your own account. ' : ''}The rows it covers leave every
                    machine of {user.display_name} at the next contact. Changes that wait there are not lost.
                  </p>
                  <Button disabled={run.isPending} onClick={() => revoke(grant)}>
                    Revoke {roleWord(grant.role)}
                  </Button>
                  <Button kind="plain" onClick={() => setAsking(null)}>
                    Keep it
                  </Button>
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
    </PanelSection>
  );
}

function FurtherGrant({ user, onChanged }: { readonly user: AdminUser; readonly onChanged: () => void }) {
  const { companies } = useWorkplace();
  const run = useRun('adminGrant');
  const [open, setOpen] = useState(false);
  const [fields, setFields] = useState<GrantFields>(NO_GRANT);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    run.mutate(
      { name: user.name, ...grantArgs(fields) },
      {
        onSuccess: () => {
          setOpen(false);
          setFields(NO_GRANT);
          onChanged();
        },
      },
    );
  };
  if (!open) {
    return (
      <PanelSection>
        <Button onClick={() => setOpen(true)}>Give a further role</Button>
      </PanelSection>
    );
  }
  return (
    <PanelSection title="Further role">
      <form className={styles['inline']} onSubmit={submit}>
        <GrantForm fields={fields} companies={companies} onChange={setFields} />
        {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
        <div className={styles['buttons']}>
          <Button kind="solid" type="submit" disabled={run.isPending}>
            Grant {roleWord(fields.role)}
          </Button>
          <Button kind="plain" onClick={() => setOpen(false)}>
            Cancel
          </Button>
        </div>
      </form>
    </PanelSection>
  );
}

function NewPassword({ user }: { readonly user: AdminUser }) {
  const run = useRun('adminResetPassword');
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrongPassword(password)) return;
    run.mutate(
      { name: user.name, password },
      {
        onSuccess: () => {
          setOpen(false);
          setPassword('');
          setTried(false);
        },
      },
    );
  };
  if (!open) {
    return (
      <PanelSection>
        <div className={styles['inline']}>
          <div>
            <Button onClick={() => setOpen(true)}>Reset the password</Button>
          </div>
          {run.isSuccess ? (
            <InlineMessage tone="good">
              Password reset. Sessions of {user.name} end; the next sign-in asks for it.
            </InlineMessage>
          ) : null}
        </div>
      </PanelSection>
    );
  }
  return (
    <PanelSection title="New password">
      <form className={styles['inline']} onSubmit={submit} noValidate>
        <Field
          label={`Password for ${user.name}`}
          hint="At least 8 characters."
          type="password"
          autoComplete="new-password"
          maxLength={200}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          wrong={tried ? (wrongPassword(password) ?? run.error?.message ?? null) : null}
        />
        <div className={styles['buttons']}>
          <Button kind="solid" type="submit" disabled={run.isPending}>
            Reset the password
          </Button>
          <Button
            kind="plain"
            onClick={() => {
              setOpen(false);
              setPassword('');
              setTried(false);
            }}
          >
            Cancel
          </Button>
        </div>
      </form>
    </PanelSection>
  );
}
