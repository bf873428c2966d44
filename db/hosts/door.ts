/** Who may come in: single-use codes that live a minute, exchanged for a cookie that lives as long as the host. */
import { createHash } from 'node:crypto';
import type { RandomSource } from '#db/machine.ts';

const CODE_LIVES_MS = 60_000;
const MAX_CODES = 32;
const MAX_COOKIES = 64;

export interface Door {
  newCode(): string;
  /** The Set-Cookie value, or undefined for a code that is unknown, used or too old. */
  exchange(code: string): string | undefined;
  admits(cookie_header: string | undefined): boolean;
}

/** `port` names the cookie: a browser sends cookies of one host to all its ports, and each host has its own. */
export function createDoor(parts: {
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly port: number;
}): Door {
  const name = `binnacle_${parts.port}`;
  // only digests are kept: neither a look-up's duration nor a heap dump tells a code or a cookie
  const codes = new Map<string, number>();
  const cookies = new Set<string>();
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const secret = () => Buffer.from(parts.random.bytes(32)).toString('base64url');
  const keepNewest = (
    keys: { keys(): Iterator<string>; delete(key: string): boolean; readonly size: number },
    max: number,
  ) => {
    while (keys.size > max) {
      const oldest = keys.keys().next();
      if (oldest.done === true) return;
      keys.delete(oldest.value);
    }
  };
  return {
    newCode: () => {
      const code = secret();
      codes.set(digest(code), parts.clock() + CODE_LIVES_MS);
      keepNewest(codes, MAX_CODES);
      return code;
    },
    exchange: (code) => {
      const key = digest(code);
      const until_ms = codes.get(key);
      codes.delete(key);
      if (until_ms === undefined || parts.clock() >= until_ms) return undefined;
      const cookie = secret();
      cookies.add(digest(cookie));
      keepNewest(cookies, MAX_COOKIES);
      return `${name}=${cookie}; HttpOnly; SameSite=Strict; Path=/`;
    },
    admits: (header) => {
      if (header === undefined) return false;
      return header
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part.startsWith(`${name}=`))
        .some((part) => cookies.has(digest(part.slice(name.length + 1))));
    },
  };
}
