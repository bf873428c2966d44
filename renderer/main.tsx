/** Entry point: wiring only. Clock, storage, transport and nonce come in here and nowhere else. */
import '@fontsource-variable/ibm-plex-sans/wght.css';
import './theme/tokens.css';
import './theme/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { contractClient } from './client/contractClient.ts';
import { createDraftStore } from './client/drafts.ts';
import { followEvents } from './client/freshness.ts';
import { messagePortSource, openSocketPort } from './client/ports.ts';
import { ClientContext, queryDefaults } from './client/useContract.ts';
import { DraftContext } from './client/useDraft.ts';
import { registerGrid } from './grid/registerGrid.ts';
import { App } from './shell/App.tsx';
import { createPreferences, PreferencesContext } from './shell/preferences.ts';
import { SurroundingsContext } from './shell/workplace.ts';
import { applyTheme } from './theme/theme.ts';

const later = (ms: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

/** The host writes a nonce here; where it does not (development), the placeholder is left and no nonce is used. */
function styleNonce(): string | undefined {
  const content = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
  return content === '' || content.startsWith('__') ? undefined : content;
}

const preferences = createPreferences(window.localStorage);
applyTheme(document.documentElement, preferences.getState().theme);
preferences.subscribe(({ theme }) => applyTheme(document.documentElement, theme));

registerGrid();
const inBrowser = window.location.protocol.startsWith('http');
const client = contractClient({
  openPort: inBrowser ? () => openSocketPort(window.location.origin) : messagePortSource(window),
  delay: later,
  newId: () => crypto.randomUUID(),
});
const drafts = createDraftStore(client, later);
// a page that goes, or is put into the background, hands over what is being typed
window.addEventListener('pagehide', () => drafts.flush());
document.addEventListener('visibilitychange', () => drafts.flush());
const queries = new QueryClient(queryDefaults());
followEvents(client, queries, later);
const nonce = styleNonce();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <CSPProvider {...(nonce ? { nonce } : {})}>
      <SurroundingsContext value={{ now: () => Date.now(), styleNonce: nonce }}>
        <PreferencesContext value={preferences}>
          <ClientContext value={client}>
            <DraftContext value={drafts}>
              <QueryClientProvider client={queries}>
                <Router hook={useHashLocation}>
                  <App />
                </Router>
              </QueryClientProvider>
            </DraftContext>
          </ClientContext>
        </PreferencesContext>
      </SurroundingsContext>
    </CSPProvider>
  </StrictMode>,
);
