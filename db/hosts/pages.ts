/** The built renderer's files over HTTP: only what lies inside its folder, with the policy a page may not step out of. */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly isPage: boolean;
  /** Files with a digest in their name never change. */
  readonly immutable: boolean;
}

/** undefined = there is no such file inside the folder. Links that lead outside are not followed. */
export async function readPageFile(folder: string, url_path: string): Promise<PageFile | undefined> {
  let name: string;
  try {
    name = decodeURIComponent(url_path);
  } catch {
    return undefined;
  }
  if (name.includes('\0') || name.includes('\\')) return undefined;
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return undefined;
  const wanted = path.join(root, name === '/' ? 'index.html' : name);
  const file = await realpath(wanted).catch(() => undefined);
  if (file === undefined || !file.startsWith(root + path.sep)) return undefined;
  const type = TYPES[path.extname(file).toLowerCase()];
  if (type === undefined || !(await stat(file)).isFile()) return undefined;
  return {
    body: await readFile(file),
    type,
    isPage: file.endsWith('.html'),
    immutable: /-[\w-]{8,}\.\w+$/.test(path.basename(file)) && !file.endsWith('.html'),
  };
}

/** The grid writes style elements of its own: they carry this response's nonce, and no other inline style runs. */
export function withStyleNonce(page: Buffer, nonce: string): Buffer {
  const html = page.toString('utf8');
  const marked = html.includes('__STYLE_NONCE__')
    ? html.replaceAll('__STYLE_NONCE__', nonce)
    : html.replace(/<head([^>]*)>/i, `<head$1><meta name="style-nonce" content="${nonce}">`);
  return Buffer.from(marked, 'utf8');
}

export function contentSecurityPolicy(nonce: string | undefined, socket_origin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ${socket_origin}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
