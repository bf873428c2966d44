/** A signed-in conversation with the central server, for commands that act there and then (administration). */
import { BinnacleError, type ErrorCode } from '#contract/errors.ts';
import { serverAddressProblem } from '#contract/serverAddress.ts';
import { type LoginResponse, PROTOCOL_HEADER, PROTOCOL_VERSION, type WireError } from '#contract/wire/protocol.ts';

export interface ServerSession {
  /** Resolves with the parsed JSON answer; throws BinnacleError with the server's own sentence. */
  request<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

/** One request; throws BinnacleError with the server's own sentence. */
export async function requestServer<T>(
  fetchFn: typeof fetch,
  serverUrl: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  const problem = serverAddressProblem(serverUrl);
  if (problem !== null) throw new BinnacleError('bad_arguments', problem);
  const base = serverUrl.replace(/\/+$/, '');
  let response: Response;
  try {
    response = await fetchFn(`${base}${path}`, {
      method,
      headers: {
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new BinnacleError('offline', `No answer from ${base}. Check the address and that the server runs.`, true);
  }
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) {
    const error = (answer as { error?: WireError } | null)?.error;
    throw new BinnacleError(
      (error?.code ?? 'server_error') as ErrorCode,
      error?.message ?? `The server answered ${response.status} to ${method} ${path}.`,
      error?.retryable ?? false,
    );
  }
  return answer as T;
}

export async function openServerSession(
  fetchFn: typeof fetch,
  serverUrl: string,
  user_name: string,
  password: string,
): Promise<ServerSession> {
  const login = await requestServer<LoginResponse>(fetchFn, serverUrl, 'POST', '/auth/login', { user_name, password });
  const request: ServerSession['request'] = (method, path, body) =>
    requestServer(fetchFn, serverUrl, method, path, body, login.access_token);
  return {
    request,
    async close() {
      await request('POST', '/auth/logout', {});
    },
  };
}
