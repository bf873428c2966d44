/** Which server this window talks to and where its replica lies: from the command line, else from the settings file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverAddressProblem } from '#contract/serverAddress.ts';
import { isFeedUrl } from './updater.ts';

export interface Connection {
  readonly server_url: string;
  readonly data_dir: string;
  /** Certificates of the site's own authority, beside those the system knows; only from the settings file. */
  readonly ca_file: string | null;
  /** Where this site keeps new versions; only from the settings file, so that no link or script can name another. */
  readonly update_url: string | null;
}

/** `--server-url=U --data-dir=D`; else `connection.json` in the app's own folder: {"server_url", "update_url", "ca_file"}. */
export function readConnection(argv: readonly string[], userData: string): Connection | { readonly problem: string } {
  const settings = join(userData, 'connection.json');
  const server_url = argument(argv, 'server-url') ?? setting(settings, 'server_url');
  if (server_url === undefined) {
    return { problem: `No server is set. Write {"server_url": "https://…"} to ${settings} and start again.` };
  }
  const wrong = serverAddressProblem(server_url);
  if (wrong !== null) return { problem: wrong };
  const update_url = setting(settings, 'update_url') ?? null;
  if (update_url !== null && !isFeedUrl(update_url)) {
    return { problem: `“${update_url}” in ${settings} is not an https address, so no new version is taken from it.` };
  }
  const ca_file = setting(settings, 'ca_file') ?? null;
  return { server_url, data_dir: argument(argv, 'data-dir') ?? userData, update_url, ca_file };
}

export function argument(argv: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  return argv.find((each) => each.startsWith(prefix))?.slice(prefix.length);
}

function setting(file: string, name: 'server_url' | 'update_url' | 'ca_file'): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // no file, or no JSON: as if nothing were set
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : undefined;
}
