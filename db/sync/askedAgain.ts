/**
 * A connection that was kept for the next request may be gone when it comes: the other side closed it while this thread had
 * no time to notice. Such a request was never answered, and whoever may ask twice asks once more on a new connection.
 */

const GONE: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Only for what the server does once however often it is asked. */
export function askedAgain(fetchOnce: typeof fetch): typeof fetch {
  return async (input, init) => {
    try {
      return await fetchOnce(input, init);
    } catch (error) {
      if (init?.signal?.aborted === true || !connectionWasGone(error)) throw error;
      return await fetchOnce(input, init);
    }
  };
}

function connectionWasGone(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && GONE.has(cause.code);
}
