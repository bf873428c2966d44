/** A new account with its first grant. Goes straight to the server; the password rests nowhere here, not as a draft either. */
import { type SubmitEvent, useState } from 'react';
import type { AdminUser } from '#contract/actions.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { useDraft } from '#renderer/client/useDraft.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { grantArgs, type GrantFields, NO_GRANT, wrongDisplayName, wrongName, wrongPassword } from './accounts.ts';
import styles from './admin.module.css';
import { GrantForm } from './GrantForm.tsx';

const FORM_ID = 'add-user';

export function AddUserDialog({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: (user: AdminUser) => void;
}) {
  const { companies } = useWorkplace();
  const run = useRun('adminAddUser');
  const { text: name, change: setName } = useDraft('account-new-name');
  const { text: display_name, change: setDisplayName } = useDraft('account-new-displayname');
  const [password, setPassword] = useState('');
  const [grant, setGrant] = useState<GrantFields>(NO_GRANT);
  const [tried, setTried] = useState(false);
  const wrong = {
    name: wrongName(name),
    display_name: wrongDisplayName(display_name),
    password: wrongPassword(password),
  };
  const taken = run.error?.code === 'conflict' && run.variables?.name === name ? run.error.message : null;

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrong.name ?? wrong.display_name ?? wrong.password) return;
    run.mutate(
      { name, display_name: display_name.trim(), password, ...grantArgs(grant) },
      {
        onSuccess: (user) => {
          forget();
          onAdded(user);
        },
      },
    );
  };
  const forget = (): void => {
    setName('');
    setDisplayName('');
  };
  const giveUp = (): void => {
    forget();
    onClose();
  };

  return (
    <Dialog
      open
      onClose={giveUp}
      title="Add a user"
      foot={
        <>
          <Button kind="solid" type="submit" form={FORM_ID} disabled={run.isPending}>
            {run.isPending ? 'Adding' : `Add ${name || 'the user'}`}
          </Button>
          <Button onClick={giveUp}>Cancel</Button>
        </>
      }
    >
      <form id={FORM_ID} className={styles['form']} onSubmit={submit} noValidate>
        <Field
          label="User name"
          hint="Signs in with it; small letters."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
          wrong={tried ? (wrong.name ?? taken) : null}
        />
        <Field
          label="Name"
          hint="As others read it: Dora Klein"
          autoComplete="off"
          maxLength={80}
          value={display_name}
          onChange={(event) => setDisplayName(event.target.value)}
          wrong={tried ? wrong.display_name : null}
        />
        <Field
          label="First password"
          hint="At least 8 characters. Tell it in person; it is stored as a hash only."
          type="password"
          autoComplete="new-password"
          maxLength={200}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          wrong={tried ? wrong.password : null}
        />
        <GrantForm fields={grant} companies={companies} onChange={setGrant} />
        {run.error && taken === null ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      </form>
    </Dialog>
  );
}
