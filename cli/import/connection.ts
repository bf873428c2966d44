/** The conversation of a long import with the server: refreshes its token, and waits out a server that restarts. */
import { BinnacleError, type ErrorCode } from '#contract/errors.ts';
import { serverAddressProblem } from '#contract/serverAddress.ts';
import { type LoginResponse, PROTOCOL_HEADER, PROTOCOL_VERSION, type WireError } from '#contract/wire/protocol.ts';

export interface ImportConnection {
  /**
   * Throws BinnacleError with the server's own sentence. `repeatable` requests are sent again when no answer came: the
   * server recognises a block it has.
   */
  post<T>(path: string, body: unknown, repeatable: boolean): Promise<T>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly fetch: typeof fetch;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly server: string;
  readonly user: string;
  readonly password: string;
}

const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000];

class StatusError extends BinnacleError {
  readonly status: number;
  constructor(status: number, error: WireError) {
    super(error.code as ErrorCode, error.message, error.retryable);
    this.status = status;
  }
}

/** Signs in. Throws BinnacleError when the server does not answer or refuses. */
export async function connectForImport(options: ConnectionOptions): Promise<ImportConnection> {
  const problem = serverAddressProblem(options.server);
  if (problem !== null) throw new BinnacleError('bad_arguments', problem);
  const base = options.server.replace(/\/+$/, '');

  const send = async <T>(path: string, body: unknown, token: string | null): Promise<T> => {
    let response: Response;
    let text: string;
    try {
      response = await options.fetch(`${base}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
      text = await response.text();
    } catch {
      throw new BinnacleError('offline', `No answer from ${base}. Check the address and that the server runs.`, true);
    }
    if (response.ok) return JSON.parse(text) as T;
    throw new StatusError(response.status, wireError(response.status, path, text));
  };

  const signIn = () =>
    send<LoginResponse>('/auth/login', { user_name: options.user, password: options.password }, null);
  let login = await signIn();

  const renew = async (): Promise<void> => {
    try {
      login = await send<LoginResponse>('/auth/refresh', { refresh_token: login.refresh_token }, null);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 401) throw error;
      login = await signIn();
    }
  };

  const authorised = async <T>(path: string, body: unknown): Promise<T> => {
    try {
      return await send<T>(path, body, login.access_token);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 401) throw error;
      await renew();
      return await send<T>(path, body, login.access_token);
    }
  };

  return {
    post: async <T>(path: string, body: unknown, repeatable: boolean): Promise<T> => {
      for (let attempt = 0; ; attempt++) {
        const wait_ms = WAITS_MS[attempt];
        try {
          return await authorised<T>(path, body);
        } catch (error) {
          const again = repeatable && error instanceof BinnacleError && error.retryable;
          if (!again || wait_ms === undefined) throw error;
          await options.sleep(wait_ms);
        }
      }
    },
    close: async () => {
      await send('/auth/logout', {}, login.access_token);
    },
  };
}

function wireError(status: number, path: string, text: string): WireError {
  try {
    const error = (JSON.parse(text) as { error?: WireError } | null)?.error;
    if (error) return error;
  } catch {
    // Not an answer of ours, perhaps a proxy's: the status says what there is to say.
  }
  const retryable = status === 429 || status >= 500;
  return { code: 'server_error', message: `The server answered ${status} to ${path}.`, retryable };
}
