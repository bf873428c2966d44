/** Where Binnacle keeps its data when --data-dir does not say: the platform's place for application data. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Binnacle');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Binnacle');
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'binnacle');
}

export function dataDirOf(option: string | undefined): string {
  return resolve(option ?? defaultDataDir(process.platform, process.env));
}

/** What may be deleted at any time: images of an empty database, from which a new one starts faster. */
export function cacheDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(defaultDataDir(platform, env), 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Binnacle');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'binnacle');
}
