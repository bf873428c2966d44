/** Entry of Electron's main process: Electron's parts, this machine's facts, and nothing else. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { startShell } from './shell.ts';

const dist = dirname(dirname(fileURLToPath(import.meta.url)));
const icon = join(dirname(dist), 'resources', 'icon.png');

startShell({
  electron,
  argv: process.argv.slice(1),
  platform: process.platform,
  dist,
  icon: existsSync(icon) ? icon : undefined,
  device: hostname().slice(0, 100),
  nonce: () => randomBytes(16).toString('base64'),
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after: (delay_ms, run) => {
    const timer = setTimeout(run, delay_ms);
    return () => clearTimeout(timer);
  },
  loadUpdater: async () => (await import('electron-updater')).default.autoUpdater,
});
