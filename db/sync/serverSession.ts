/** The signed-in session on the server: sign-in, the short-lived access token, its refresh. One refresh at a time. */
import type { LoginResponse } from '#contract/wire/protocol.ts';
import type { Timers } from '#db/machine.ts';
import { ErrorAnswer, LoginAnswer } from './answers.ts';
import { askedAgain } from './askedAgain.ts';
import { bodyJson } from './body.ts';
import { brokenAnswer, WireFailure } from './failure.ts';

const MAX_ANSWER_BYTES = 1024 * 1024;
const ANSWER_WITHIN_MS = 20_000;

export interface ServerSessionParts {
  readonly server_url: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly timers: Timers;
  /** Called before a new refresh token is used for anything: the old one is spent. */
  readonly onRotated: (login: LoginResponse) => void;
}

export interface ServerSession {
  adopt(login: LoginResponse): void;
  /** Resumes with a refresh token kept from before. */
  resume(refresh_token: string): void;
  /** A token that is good for a while; throws WireFailure `signed_out` when there is none to be had. */
  accessToken(): Promise<string>;
  /** The server refused this token: the next accessToken() refreshes. */
  refused(token: string): void;
  signedIn(): boolean;
  logout(): Promise<void>;
}

/** Throws WireFailure: `refused` or `signed_out` with the server's words, `busy`, `unreachable`. */
export async function login(
  parts: Pick<ServerSessionParts, 'server_url' | 'fetch' | 'timers'>,
  user_name: string,
  password: string,
): Promise<LoginResponse> {
  return checkLogin(await post(parts, '/auth/login', { user_name, password }));
}

function checkLogin(body: unknown): LoginResponse {
  const parsed = LoginAnswer.safeParse(body);
  if (!parsed.success) throw brokenAnswer('a sign-in answer has another shape');
  return parsed.data;
}

async function post(
  parts: Pick<ServerSessionParts, 'server_url' | 'fetch' | 'timers'>,
  path: string,
  body: unknown,
  token?: string,
): Promise<unknown> {
  const stop = new AbortController();
  const timer = parts.timers.after(ANSWER_WITHIN_MS, () => stop.abort());
  try {
    // a refresh token that was used and not answered is good for a while yet
    const ask = path === '/auth/refresh' ? askedAgain(parts.fetch) : parts.fetch;
    const response = await ask(new URL(path, parts.server_url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: stop.signal,
      redirect: 'error',
    });
    const answer = await bodyJson(response, MAX_ANSWER_BYTES);
    if (response.ok) return answer;
    throw failureOf(response.status, answer);
  } catch (error) {
    if (error instanceof WireFailure) throw error;
    throw new WireFailure('unreachable', 'The server does not answer.');
  } finally {
    timer.cancel();
  }
}

/** A status and its body in terms of what to do next. */
export function failureOf(status: number, answer: unknown): WireFailure {
  const parsed = ErrorAnswer.safeParse(answer);
  const code = parsed.success ? parsed.data.error.code : '';
  const message = parsed.success ? parsed.data.error.message : `The server answered ${status}.`;
  if (status === 401) return new WireFailure('signed_out', message, status, code);
  if (status === 429 || status >= 500) return new WireFailure('busy', message, status, code);
  return new WireFailure('refused', message, status, code);
}

export function createServerSession(parts: ServerSessionParts): ServerSession {
  let access: { token: string; good_until_ms: number } | undefined;
  let refresh: string | undefined;
  let refreshing: Promise<string> | undefined;

  const adopt = (answer: LoginResponse) => {
    const ttl_ms = answer.access_ttl_s * 1000;
    // asked for anew a little early: a request under way must not outlive its token
    access = { token: answer.access_token, good_until_ms: parts.clock() + ttl_ms - Math.min(30_000, ttl_ms / 5) };
    refresh = answer.refresh_token;
    parts.onRotated(answer);
  };

  const renew = async (): Promise<string> => {
    const spent = refresh;
    if (spent === undefined) throw new WireFailure('signed_out', 'Sign in to go on sending and receiving.', 401);
    try {
      const answer = checkLogin(await post(parts, '/auth/refresh', { refresh_token: spent }));
      if (refresh !== spent) throw new WireFailure('signed_out', 'The session changed meanwhile.', 401);
      adopt(answer);
      return answer.access_token;
    } catch (error) {
      if (error instanceof WireFailure && (error.kind === 'signed_out' || error.kind === 'refused')) {
        if (refresh === spent) refresh = undefined;
        access = undefined;
        throw new WireFailure('signed_out', 'The session on the server ended. Sign in to go on.', 401);
      }
      throw error;
    }
  };

  return {
    adopt,
    resume: (token) => {
      refresh = token;
    },
    accessToken: async () => {
      if (access && parts.clock() < access.good_until_ms) return access.token;
      refreshing ??= renew().finally(() => {
        refreshing = undefined;
      });
      return await refreshing;
    },
    refused: (token) => {
      if (access?.token === token) access = undefined;
    },
    signedIn: () => refresh !== undefined,
    logout: async () => {
      const token = access?.token;
      const spent = refresh;
      access = undefined;
      refresh = undefined;
      if (token === undefined || spent === undefined) return;
      await post(parts, '/auth/logout', { refresh_token: spent }, token).catch(() => undefined);
    },
  };
}
