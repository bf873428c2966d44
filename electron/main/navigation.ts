/** Locks a page to the app: it opens no window, embeds no page, and goes nowhere else. */
import type { WebContents } from 'electron';
import { isAppUrl } from './origin.ts';

type LockedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

export function lockNavigation(contents: LockedContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    // The app has no frames: a frame that navigates is not ours.
    if (!event.isMainFrame || !isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
