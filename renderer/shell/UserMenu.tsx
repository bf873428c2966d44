import { useQueryClient } from '@tanstack/react-query';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import type { ThemeChoice } from '#renderer/theme/theme.ts';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { usePreference, usePreferenceStore } from './preferences.ts';
import styles from './shell.module.css';
import { useWorkplace } from './workplace.ts';

const THEMES: readonly { readonly value: ThemeChoice; readonly label: string }[] = [
  { value: 'system', label: 'Colours as the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function UserMenu({
  onKeys,
  onSignInAgain,
}: {
  readonly onKeys: () => void;
  readonly onSignInAgain: () => void;
}) {
  const { session } = useWorkplace();
  const store = usePreferenceStore();
  const theme = usePreference((preferences) => preferences.theme);
  const pill = useSyncPill();
  const signOut = useRun('signOut');
  const queries = useQueryClient();
  const entries: MenuEntry[] = [
    ...(pill?.connection === 'sign_in_needed'
      ? [{ kind: 'action' as const, label: 'Sign in again to send', onPick: onSignInAgain }, { kind: 'line' as const }]
      : []),
    ...THEMES.map(({ value, label }) => ({
      kind: 'choice' as const,
      label,
      chosen: theme === value,
      onPick: () => store.setState({ theme: value }),
    })),
    { kind: 'line' },
    { kind: 'action', label: 'All keys', hint: '?', onPick: onKeys },
    { kind: 'line' },
    {
      kind: 'action',
      label: 'Sign out',
      hint: pill && pill.waiting > 0 ? 'changes stay on this machine' : '',
      onPick: () =>
        signOut.mutate({}, { onSettled: () => void queries.invalidateQueries({ queryKey: ['signInState'] }) }),
    },
  ];
  const roles = [...new Set(session.grants.map((grant) => grant.role))].join(', ');
  return (
    <Menu
      label="User"
      align="end"
      trigger={
        <button
          type="button"
          className={styles['avatar']}
          aria-label={`${session.initials}, ${session.display_name}, user menu`}
        >
          {session.initials}
        </button>
      }
      header={
        <div className={styles['who']}>
          <strong>{session.display_name}</strong>
          <span>{roles}</span>
          <span>{session.server_url.replace(/^https?:\/\//, '')}</span>
        </div>
      }
      entries={entries}
    />
  );
}
