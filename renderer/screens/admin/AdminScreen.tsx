/** Administration: who has an account, what each may see and do, and what was done. Online only: nothing is queued. */
import { UserPlus } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { AdminUser } from '#contract/actions.ts';
import { useAsk, useSyncPill } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { ToolField } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Banner, EmptyByFilter, ErrorState, LoadingRows, NoPermission } from '#renderer/ui/States.tsx';
import { grantScope, roleWord } from './accounts.ts';
import { AddUserDialog } from './AddUserDialog.tsx';
import styles from './admin.module.css';
import { Trail } from './Trail.tsx';
import { UserPanel } from './UserPanel.tsx';

const VIEWS = [
  { value: 'accounts', label: 'Accounts' },
  { value: 'trail', label: 'Audit trail' },
] as const;

export default function AdminScreen() {
  const { session } = useWorkplace();
  const [location, navigate] = useLocation();
  const { administer, read_audit } = session.may;
  const view = read_audit && (!administer || location.startsWith('/admin/trail=')) ? 'trail' : 'accounts';
  const tabs =
    administer && read_audit ? (
      <Tabs
        label="Administration"
        options={VIEWS}
        value={view}
        onChange={(next) => navigate(next === 'trail' ? '/admin/trail=' : '/admin', { replace: true })}
      />
    ) : null;
  if (view === 'trail') return <Trail tabs={tabs} />;
  return administer ? (
    <Accounts tabs={tabs} />
  ) : (
    <ScreenFrame title="Administration">
      <NoPermission
        title="Administration is for administrators"
        text="Accounts and grants are changed by whoever holds the role Administrator for all companies; auditors of all companies read the audit trail."
      />
    </ScreenFrame>
  );
}

function Accounts({ tabs }: { readonly tabs: ReactNode }) {
  const now_ms = useNow();
  const pill = useSyncPill();
  const [location, navigate] = useLocation();
  const users = useAsk('adminUsers', {});
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const { refetch } = users;
  // While it is asked again and again the first refusal already says why nothing is there.
  const problem = users.error ?? users.failureReason;
  const open_name = location.split('/')[2] ?? null;
  const open = users.data?.find((user) => user.name === open_name) ?? null;
  const unreachable = pill?.connection === 'offline' || pill?.connection === 'sign_in_needed';

  const columns = useMemo(() => userColumns(now_ms), [now_ms]);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return (users.data ?? []).filter((user) =>
      `${user.name} ${user.display_name} ${grantsText(user)}`.toLowerCase().includes(wanted),
    );
  }, [users.data, text]);
  const show = useCallback(
    (name: string | null) => navigate(name ? `/admin/${name}` : '/admin', { replace: true }),
    [navigate],
  );
  const changed = useCallback(() => void refetch(), [refetch]);

  const isOpen = open !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open user' },
      { key: 'a', cap: 'A', word: 'add user', run: () => setAdding(true) },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => show(null), quiet: true }] : []),
    ],
    [isOpen, show],
  );
  useKeys('Administration', keys);

  return (
    <ScreenFrame
      title="Administration"
      subtitle="Accounts and what they may see and do"
      headerRight={
        <>
          {tabs}
          <Button
            kind="solid"
            keyCap="A"
            icon={<UserPlus size={14} aria-hidden="true" />}
            disabled={!users.data || unreachable}
            onClick={() => setAdding(true)}
          >
            Add a user
          </Button>
        </>
      }
      tools={
        <span className={styles['find']}>
          <ToolField
            type="search"
            label="Filter by name, role or company"
            placeholder="Name, role or company"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </span>
      }
      facts={users.data ? <span>{counted(users.data.length, 'account')} on the server</span> : null}
      panelLabel="User"
      panel={open ? <UserPanel key={open.name} user={open} onClose={() => show(null)} onChanged={changed} /> : null}
    >
      {unreachable && users.data ? (
        <Banner action={<Button onClick={changed}>Try now</Button>}>
          <strong>Administration needs the connection.</strong> The list is as it was; changes to accounts are never
          kept for later.
        </Banner>
      ) : null}
      <MemoryGrid<AdminUser>
        label="Accounts"
        viewId="accounts"
        columns={columns}
        rows={shown}
        rowKey={(user) => user.name}
        currentKey={open?.name ?? null}
        onDrill={(user) => show(user.name)}
        onWorking={(user) => show(user.name)}
        overlay={
          users.data ? (
            shown.length === 0 ? (
              <EmptyByFilter title="No account matches" filters={[{ name: text, onRemove: () => setText('') }]} />
            ) : null
          ) : problem ? (
            problem.code === 'offline' || problem.code === 'not_signed_in' ? (
              <ErrorState
                title="Administration needs the connection"
                text="Accounts live on the server and are changed there at once, never kept for later. The other screens work."
                onRetry={changed}
              />
            ) : (
              <ErrorState title="The accounts could not be read" text={problem.message} onRetry={changed} />
            )
          ) : (
            <LoadingRows rows={9} />
          )
        }
      />
      {adding ? (
        <AddUserDialog
          onClose={() => setAdding(false)}
          onAdded={(user) => {
            setAdding(false);
            changed();
            show(user.name);
          }}
        />
      ) : null}
    </ScreenFrame>
  );
}

function grantsText(user: AdminUser): string {
  return user.grants.map((grant) => `${roleWord(grant.role)}, ${grantScope(grant)}`).join('; ');
}

function userColumns(now_ms: number): readonly GridColumn<AdminUser>[] {
  return [
    {
      id: 'display_name',
      header: 'Name',
      width: 210,
      sort: 'display_name',
      text: (user) => user.display_name,
    },
    { id: 'name', header: 'User name', width: 130, sort: 'name', text: (user) => user.name },
    {
      id: 'grants',
      header: 'Roles and what they cover',
      width: 380,
      sort: 'grants',
      text: (user) => grantsText(user) || 'none',
      tone: (user) => (user.grants.length === 0 ? 'quiet' : undefined),
    },
    {
      id: 'state',
      header: 'State',
      width: 90,
      sort: 'state',
      text: (user) => (user.active ? 'active' : 'closed'),
      cell: (user) => <Status shape={user.active ? 'good' : 'refused'}>{user.active ? 'active' : 'closed'}</Status>,
    },
    {
      id: 'last',
      header: 'Last sign-in',
      width: 140,
      text: (user) => (user.last_sign_in_at_ms === null ? 'never' : moment(user.last_sign_in_at_ms, now_ms)),
    },
    { id: 'created', header: 'Since', width: 140, text: (user) => moment(user.created_at_ms, now_ms) },
  ];
}
