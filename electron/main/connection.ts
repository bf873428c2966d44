/** Which server this window talks to and where its replica lies: from the command line, else from the settings file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Connection {
  readonly server_url: string;
  readonly data_dir: string;
}

/** `--server-url=U --data-dir=D`; without them `connection.json` in the app's own folder: {"server_url": "…"}. */
export function readConnection(argv: readonly string[], userData: string): Connection | { readonly problem: string } {
  const settings = join(userData, 'connection.json');
  const server_url = argument(argv, 'server-url') ?? serverUrlFrom(settings);
  if (server_url === undefined) {
    return { problem: `No server is set. Write {"server_url": "https://…"} to ${settings} and start again.` };
  }
  if (!isServerUrl(server_url))
    return { problem: `“${server_url}” is not the address of a server (http:// or https://).` };
  return { server_url, data_dir: argument(argv, 'data-dir') ?? userData };
}

export function argument(argv: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  return argv.find((each) => each.startsWith(prefix))?.slice(prefix.length);
}

function serverUrlFrom(file: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && 'server_url' in value && typeof value.server_url === 'string') {
      return value.server_url;
    }
  } catch {
    // no file, or no JSON: as if nothing were set
  }
  return undefined;
}

function isServerUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
