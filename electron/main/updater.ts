/**
 * New versions: looked for, downloaded and checked in the background, installed when the person restarts or quits.
 * Nothing is ever restarted unasked. The updater itself is electron-updater, which compares the feed's sha512.
 */
import type { AppUpdater } from 'electron-updater';

export type UpdaterEngine = Pick<
  AppUpdater,
  | 'on'
  | 'setFeedURL'
  | 'checkForUpdates'
  | 'quitAndInstall'
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
> & { logger: AppUpdater['logger'] };

export type UpdateState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'newest' }
  | { readonly kind: 'downloading'; readonly version: string }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface UpdaterParts {
  readonly engine: UpdaterEngine;
  /** Folder of the site's releases, from connection.json. */
  readonly feedUrl: string;
  readonly after: (delay_ms: number, run: () => void) => () => void;
  readonly log: (line: string) => void;
  readonly onState: (state: UpdateState) => void;
}

export interface Updater {
  state(): UpdateState;
  check(): Promise<void>;
  /** Replaces the program and starts it; only after the windows are closed and the data service has ended. */
  install(): void;
}

/** Not while the first screen is being drawn. */
const FIRST_CHECK_MS = 60_000;
const CHECK_EVERY_MS = 6 * 3_600_000;

/** https, or this machine itself: the feed's checksums are only as good as the way they come. */
export function isFeedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'));
}

export function createUpdater(parts: UpdaterParts): Updater {
  const { engine } = parts;
  if (!isFeedUrl(parts.feedUrl)) throw new Error('the address of the releases is no https address');
  let state: UpdateState = { kind: 'idle' };
  const become = (next: UpdateState): void => {
    state = next;
    parts.log(
      `updates: ${next.kind}${'version' in next ? ` ${next.version}` : ''}${'reason' in next ? ` (${next.reason})` : ''}`,
    );
    parts.onState(next);
  };

  engine.logger = null;
  engine.autoDownload = true;
  engine.autoInstallOnAppQuit = true;
  // an old version with a known hole must not come back as an update
  engine.allowDowngrade = false;
  engine.setFeedURL({ provider: 'generic', url: parts.feedUrl });
  engine.on('update-available', ({ version }) => become({ kind: 'downloading', version }));
  engine.on('update-not-available', () => become({ kind: 'newest' }));
  engine.on('update-downloaded', ({ version }) => become({ kind: 'ready', version }));
  engine.on('error', (error) => become({ kind: 'failed', reason: reasonOf(error) }));

  const check = async (): Promise<void> => {
    // what is downloaded waits for the restart; a second look would download it again
    if (state.kind === 'ready' || state.kind === 'downloading' || state.kind === 'checking') return;
    become({ kind: 'checking' });
    try {
      const found = await engine.checkForUpdates();
      if (found === null) become({ kind: 'failed', reason: 'this copy cannot be updated' });
      // its failure is told by the error event as well
      else found.downloadPromise?.catch(() => undefined);
    } catch (error) {
      become({ kind: 'failed', reason: reasonOf(error) });
    }
  };
  const checkAgain = (delay_ms: number): void => {
    parts.after(delay_ms, () => {
      void check();
      checkAgain(CHECK_EVERY_MS);
    });
  };
  checkAgain(FIRST_CHECK_MS);

  return {
    state: () => state,
    check,
    install: () => {
      if (state.kind !== 'ready') throw new Error('nothing is there to install');
      engine.quitAndInstall(false, true);
    },
  };
}

/** A code where there is one: messages of the network hold whole addresses and pages. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message.split('\n', 1)[0]?.slice(0, 120) ?? 'unknown error';
}
