/** End-to-end tests: a real browser on real server and replica processes. `npm test -- --only e2e` runs them alone. */
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from '../../build/findBrowser.ts';
import { SLOW } from './slowly.ts';

const browser = await findBrowser();
if (browser.path === null) throw new Error(browser.reason);

const ROOT = join(import.meta.dirname, '..', '..');

/** A crowded CI machine may miss a moment once; a developer's run hides nothing. */
const SECOND_TRIES = process.env['CI'] === undefined ? 0 : 1;

export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '**/*.spec.ts',
  outputDir: join(ROOT, 'test-results', 'e2e'),
  globalSetup: join(import.meta.dirname, 'setUp.ts'),
  // One more than the cores of a small machine: a test waits for its page as often as for a core.
  workers: 3,
  fullyParallel: false,
  retries: SECOND_TRIES,
  forbidOnly: true,
  timeout: 240_000 * SLOW,
  expect: { timeout: 30_000 * SLOW },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    // an action that waits for what never comes fails where it waits, and not at the end of a long play
    actionTimeout: 60_000 * SLOW,
    navigationTimeout: 60_000 * SLOW,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    screenshot: 'only-on-failure',
    // what a test does is recorded at a cost: where there is a second try, of that one alone
    trace: SECOND_TRIES > 0 ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: browser.path,
      args: [
        // Chromium refuses its sandbox as root, which is what a build container is.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--disable-dev-shm-usage',
      ],
    },
  },
});
