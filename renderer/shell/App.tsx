/** From the first contact to the workplace: connecting, signing in, the first rows, the screens. */
import { Suspense, useCallback, useMemo, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import type { CompanyView, Session } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useSyncPill } from '#renderer/client/useContract.ts';
import { OrderDialog } from '#renderer/screens/order/OrderDialog.tsx';
import { PurchaseDialog } from '#renderer/screens/purchase/PurchaseDialog.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty, ErrorState, LoadingRows, NoPermission } from '#renderer/ui/States.tsx';
import { ALL_ID, allCompanies, oneCompany } from './companyScope.ts';
import { ChooseCompany } from './ChooseCompany.tsx';
import { Finder } from './find/Finder.tsx';
import { Connecting, FirstSync } from './FirstSync.tsx';
import { KeysOverlay } from './KeysOverlay.tsx';
import { type KeyAction, KeysProvider, useKeys } from './keys.tsx';
import { NO_COMPANY } from './noCompany.ts';
import { Printing } from './print/Printing.tsx';
import { usePreference, usePreferenceStore } from './preferences.ts';
import { Rail, screenAt, useRailOpen } from './Rail.tsx';
import { ScreenBoundary } from './ScreenBoundary.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { SignIn, SignInAgain } from './SignIn.tsx';
import { SCREENS } from './screens.ts';
import styles from './shell.module.css';
import { TopBar } from './TopBar.tsx';
import { useWorkplace, type Workplace, WorkplaceContext } from './workplace.ts';

export function App() {
  const signIn = useAsk('signInState', {});
  if (!signIn.data) {
    return signIn.error && signIn.error.code !== 'offline' ? (
      <ErrorState
        title="Binnacle could not start"
        text={errorMessage(signIn.error)}
        onRetry={() => void signIn.refetch()}
      />
    ) : (
      <Connecting />
    );
  }
  return signIn.data.signed_in ? <SignedIn /> : <SignIn state={signIn.data} />;
}

function SignedIn() {
  const session = useAsk('session', {});
  const companies = useAsk('companies', {});
  const pill = useSyncPill();
  const failed = session.error ?? companies.error;
  if (!session.data || !companies.data) {
    return failed ? (
      <ErrorState
        title="Your workplace could not be read"
        text={errorMessage(failed)}
        onRetry={() => {
          void session.refetch();
          void companies.refetch();
        }}
      />
    ) : (
      <Connecting />
    );
  }
  const complete = pill !== null && pill.as_of_ms !== null;
  // Whoever can make the first company comes in; everyone else waits for it.
  if (companies.data.length === 0 && !(complete && session.data.may.administer))
    return <FirstSync hasNoCompany={complete} />;
  return (
    <KeysProvider>
      <Shell session={session.data} companies={companies.data} />
    </KeysProvider>
  );
}

function Shell({ session, companies }: { readonly session: Session; readonly companies: readonly CompanyView[] }) {
  const store = usePreferenceStore();
  const company_id = usePreference((preferences) => preferences.company_id);
  const wants_all = usePreference((preferences) => preferences.all_companies);
  const reporting_currency = usePreference((preferences) => preferences.reporting_currency);
  const months = usePreference((preferences) => preferences.months);
  const [order_id, setOrder] = useState<number | null>(null);
  const [purchase_order_id, setPurchase] = useState<number | null>(null);
  const [overlay, setOverlay] = useState<'keys' | 'find' | 'sign-in' | null>(null);
  const railOpen = useRailOpen();

  const company = companies.find((candidate) => candidate.id === company_id) ?? companies[0] ?? NO_COMPANY;
  const has_company = companies.length > 0;
  const all = wants_all && companies.length > 1;
  const scope = useMemo(
    () => (all ? allCompanies(companies, reporting_currency) : oneCompany(company)),
    [all, companies, reporting_currency, company],
  );
  const month_of = all ? ALL_ID : company.id;
  const chosen = months[month_of];
  const month = scope.months.find((candidate) => candidate === chosen) ?? scope.months.at(-1) ?? null;

  const chooseCompany = useCallback((id: number) => store.setState({ company_id: id, all_companies: false }), [store]);
  const chooseAll = useCallback(
    (currency: string | null) =>
      store.setState({ all_companies: true, ...(currency === null ? {} : { reporting_currency: currency }) }),
    [store],
  );
  const chooseMonth = useCallback(
    (picked: number) => {
      store.setState((state) => ({ months: { ...state.months, [month_of]: picked } }));
    },
    [store, month_of],
  );
  const workplace = useMemo<Workplace>(
    () => ({
      session,
      companies,
      company,
      scope,
      has_company,
      month,
      chooseCompany,
      chooseAll,
      chooseMonth,
      openOrder: setOrder,
      openPurchase: setPurchase,
    }),
    [session, companies, company, scope, has_company, month, chooseCompany, chooseAll, chooseMonth],
  );

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'ctrl+k', cap: 'Ctrl K', word: 'find', run: () => setOverlay('find'), quiet: true },
      {
        key: '[',
        cap: '[',
        word: 'rail',
        help: railOpen ? 'narrow the rail' : 'widen the rail',
        run: () => store.setState({ rail: railOpen ? 'narrow' : 'open' }),
        everywhere: true,
        quiet: true,
      },
      { key: '?', cap: '?', word: 'all keys', run: () => setOverlay('keys'), everywhere: true, quiet: true },
    ],
    [railOpen, store],
  );
  useKeys('Everywhere', keys);

  const close = useCallback(() => setOverlay(null), []);
  return (
    <WorkplaceContext value={workplace}>
      <div className={styles['shell']}>
        <a className={styles['skip']} href="#screen" onClick={skipToScreen}>
          Go to the screen
        </a>
        <TopBar
          onFind={() => setOverlay('find')}
          onKeys={() => setOverlay('keys')}
          onSignInAgain={() => setOverlay('sign-in')}
        />
        <Rail />
        <div className={styles['stage']} id="screen" tabIndex={-1}>
          <Printing>
            <Stage />
          </Printing>
        </div>
      </div>
      {order_id === null ? null : <OrderDialog order_id={order_id} onClose={() => setOrder(null)} />}
      {purchase_order_id === null ? null : (
        <PurchaseDialog purchase_order_id={purchase_order_id} onClose={() => setPurchase(null)} />
      )}
      <Finder open={overlay === 'find'} onClose={close} />
      <KeysOverlay open={overlay === 'keys'} onClose={close} />
      <SignInAgain userName={session.user_name} open={overlay === 'sign-in'} onClose={close} />
    </WorkplaceContext>
  );
}

function Stage() {
  const [location] = useLocation();
  const entry = screenAt(location);
  const session = useAsk('session', {}).data;
  const { has_company, scope } = useWorkplace();
  if (!entry) return <Redirect to={SCREENS[0]?.path ?? '/'} replace />;
  if (session && entry.access && entry.access(session) !== 'open') {
    return (
      <ScreenFrame title={entry.title}>
        <NoPermission
          title={`${entry.title} is not part of your role`}
          text={entry.lockedText ?? 'An administrator can grant it.'}
        />
      </ScreenFrame>
    );
  }
  if (!has_company && entry.withoutCompany !== true) return <NothingYet title={entry.title} />;
  if (scope.all && entry.ofOneCompany !== undefined) {
    return <ChooseCompany title={entry.title} text={entry.ofOneCompany} />;
  }
  const Screen = entry.screen;
  return (
    <ScreenBoundary key={entry.path} title={entry.title}>
      <Suspense
        fallback={
          <ScreenFrame title={entry.title}>
            <LoadingRows rows={16} />
          </ScreenFrame>
        }
      >
        <Screen />
      </Suspense>
    </ScreenBoundary>
  );
}

/** On an empty server, for whoever can make the first company. */
function NothingYet({ title }: { readonly title: string }) {
  const [, navigate] = useLocation();
  return (
    <ScreenFrame title={title}>
      <Empty
        title="No company yet"
        text="This server is empty. Import a first file, such as the items, and the company is made with it; accounts can be made at any time."
        action={
          <>
            <Button kind="solid" onClick={() => navigate('/imports')}>
              Import the first file
            </Button>
            <Button onClick={() => navigate('/admin')}>Open Administration</Button>
          </>
        }
      />
    </ScreenFrame>
  );
}

/** The hash carries the route, so the skip link moves the focus instead of the address. */
function skipToScreen(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('screen')?.focus();
}
