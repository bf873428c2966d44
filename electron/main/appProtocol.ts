/** Serves the built renderer as app://binnacle/…, and nothing outside its folder. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { APP_HOST, APP_SCHEME } from './origin.ts';

const NONCE_PLACEHOLDER = '__STYLE_NONCE__';

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** The privileges of the scheme; registered before the app is ready. */
export const APP_SCHEME_PRIVILEGES = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

export interface AppProtocolParts {
  /** Absolute folder of the built renderer. */
  readonly rendererFolder: string;
  /** A fresh random text for each page; the grid's style elements carry it. */
  readonly nonce: () => string;
}

export interface AppRequest {
  readonly url: string;
  readonly method: string;
}

/** Handler for `protocol.handle('app', …)`: 405 for other methods, 403 outside the folder, 404 for what is not there. */
export function createAppProtocol(parts: AppProtocolParts): (request: AppRequest) => Promise<Response> {
  return async (request) => {
    const nonce = parts.nonce();
    const headers = securityHeaders(nonce);
    const refuse = (status: number, text: string): Response =>
      new Response(text, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });

    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD.');
    const path = pathOf(request.url);
    if (path === null) return refuse(403, 'Not an address of this app.');
    const type = MIME[extname(path)];
    if (type === undefined) return refuse(404, 'Not found.');
    const found = await containedFile(parts.rendererFolder, path);
    if ('refused' in found) {
      return found.refused === 'outside' ? refuse(403, 'Outside the app.') : refuse(404, 'Not found.');
    }
    const body = await readFile(found.file);
    const bytes =
      extname(path) === '.html' ? Buffer.from(body.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : body;
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(bytes), {
      status: 200,
      headers: { ...headers, 'content-type': type, 'content-length': String(bytes.byteLength) },
    });
  };
}

/** The decoded path within the app, beginning with '/'; null for another host or an address that hides something. */
function pathOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // A backslash separates folders on Windows; NUL ends a path in native code.
  if (path.includes('\0') || path.includes('\\') || path.split('/').includes('..')) return null;
  return path === '/' || path === '' ? '/index.html' : path;
}

type FoundFile = { readonly file: string } | { readonly refused: 'outside' | 'missing' };

/** Links are followed before the comparison: what counts is where the bytes lie. */
async function containedFile(folder: string, path: string): Promise<FoundFile> {
  const root = await realpath(folder);
  const wanted = join(root, path);
  if (!wanted.startsWith(root + sep)) return { refused: 'outside' };
  const real = await realpath(wanted).catch(() => null);
  if (real === null) return { refused: 'missing' };
  if (!real.startsWith(root + sep)) return { refused: 'outside' };
  const found = await stat(real);
  return found.isFile() ? { file: real } : { refused: 'missing' };
}

/** Nothing but the app's own files; styles of the grid by nonce; no frames, no forms, no plug-ins, no other hosts. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function securityHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}
