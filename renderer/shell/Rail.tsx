import { Lock } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { useSyncPill } from '#renderer/client/useContract.ts';
import { usePreference } from './preferences.ts';
import { SCREENS, type ScreenEntry } from './screens.ts';
import styles from './shell.module.css';
import { useWorkplace } from './workplace.ts';

/** Width at which 'auto' keeps the rail open even beside a wide grid. */
const ROOMY_PX = 1680;

/** Whether the rail shows words, by choice or by the screen's need for width. */
export function useRailOpen(): boolean {
  const rail = usePreference((preferences) => preferences.rail);
  const [location] = useLocation();
  if (rail !== 'auto') return rail === 'open';
  return screenAt(location)?.wide !== true || window.innerWidth >= ROOMY_PX;
}

export function screenAt(location: string): ScreenEntry | undefined {
  return SCREENS.find((screen) => location === screen.path || location.startsWith(`${screen.path}/`));
}

export function Rail() {
  const open = useRailOpen();
  const { session } = useWorkplace();
  const groups = (['work', 'money', 'machine'] as const).map((group) => ({
    group,
    entries: SCREENS.filter((screen) => screen.group === group && screen.access?.(session) !== 'hidden'),
  }));
  return (
    <nav className={`${styles['rail']} ${open ? '' : styles['railNarrow']}`} aria-label="Screens">
      {groups
        .filter(({ entries }) => entries.length > 0)
        .map(({ group, entries }) => (
          <ul key={group} className={styles[group]}>
            {entries.map((entry) => (
              <li key={entry.path}>
                <RailLink entry={entry} open={open} locked={entry.access?.(session) === 'locked'} />
              </li>
            ))}
          </ul>
        ))}
    </nav>
  );
}

function RailLink({
  entry,
  open,
  locked,
}: {
  readonly entry: ScreenEntry;
  readonly open: boolean;
  readonly locked: boolean;
}) {
  const [location] = useLocation();
  const here = screenAt(location) === entry;
  const pill = useSyncPill();
  const needs = entry.path === '/sync' ? (pill?.needs_you ?? 0) : 0;
  const Icon = entry.icon;
  return (
    <Link
      href={entry.path}
      className={styles['entry'] ?? ''}
      aria-current={here ? 'page' : undefined}
      aria-label={open ? undefined : entry.title}
      title={open ? undefined : entry.title}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
      {open ? <span>{entry.title}</span> : null}
      {open && locked ? <Lock className={styles['entryLock']} size={12} aria-label="locked" /> : null}
      {open && needs > 0 ? <b className={styles['entryBad']}>{needs}</b> : null}
    </Link>
  );
}
