/** Imports: a file of one kind, its columns, what it would do, and what it did; the quarantine; earlier imports. */
import { useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { useClient, useSyncPill } from '#renderer/client/useContract.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { Banner, NoPermission } from '#renderer/ui/States.tsx';
import { EarlierImports } from './EarlierImports.tsx';
import { chooseKind, importStore } from './importState.ts';
import { NewImport } from './NewImport.tsx';
import { Quarantine } from './Quarantine.tsx';
import { importChoices } from './Target.tsx';

type View = 'new' | 'quarantine' | 'earlier';
const VIEWS: readonly { readonly value: View; readonly label: string }[] = [
  { value: 'new', label: 'New import' },
  { value: 'quarantine', label: 'Quarantine' },
  { value: 'earlier', label: 'Earlier imports' },
];

export default function ImportsScreen() {
  const { session } = useWorkplace();
  const client = useClient();
  const [location, navigate] = useLocation();
  const pill = useSyncPill();
  const store = useMemo(() => importStore(client, session.user_name), [client, session.user_name]);
  const state = useStore(store);
  // from another screen: /imports/tasks, a file of that kind
  const asked = importChoices(session.may.see_finance).find((kind) => kind === location.split('/')[2]);
  useEffect(() => {
    if (asked === undefined) return;
    if (store.getState().chosen === null) chooseKind(store, asked);
    navigate('/imports', { replace: true });
  }, [asked, store, navigate]);
  const view = VIEWS.find(({ value }) => value === location.split('/')[2])?.value ?? 'new';
  const offline = pill?.connection === 'offline' || pill?.connection === 'sign_in_needed';
  const tabs = (
    <Tabs
      label="Imports"
      options={VIEWS}
      value={view}
      onChange={(next) => navigate(next === 'new' ? '/imports' : `/imports/${next}`, { replace: true })}
    />
  );
  if (!session.may.import_data) {
    return (
      <ScreenFrame title="Imports">
        <NoPermission
          title="Imports are not part of your role"
          text="Planners, buyers, Finance and administrators bring files in."
        />
      </ScreenFrame>
    );
  }
  const banner = offline ? (
    <Banner>
      <strong>Imports need the connection.</strong>{' '}
      {state.chosen
        ? `${state.chosen.table.name} and its columns stay as they are; nothing is kept for later on the server.`
        : 'Files go straight to the server and are never kept for later. The other screens work.'}
    </Banner>
  ) : null;
  if (view === 'quarantine') return <Quarantine tabs={tabs} banner={banner} offline={offline} store={store} />;
  if (view === 'earlier') return <EarlierImports tabs={tabs} banner={banner} />;
  return <NewImport tabs={tabs} banner={banner} offline={offline} store={store} />;
}
