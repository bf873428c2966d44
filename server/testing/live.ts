/** Listens to a live stream as a client does. */
import { type LiveEvent, PROTOCOL_HEADER } from '#contract/wire/protocol.ts';
import type { TestReplica } from './replica.ts';

export interface Live {
  readonly next: () => Promise<LiveEvent>;
  /** True when the server ended the stream. */
  readonly ended: Promise<boolean>;
  readonly close: () => void;
}

export async function listenLive(replica: TestReplica, scope_hash?: string): Promise<Live> {
  const abort = new AbortController();
  const known = scope_hash === undefined ? '' : `&scope_hash=${scope_hash}`;
  const response = await fetch(`${replica.url}/sync/live?client_id=${replica.client_id}${known}`, {
    headers: { authorization: `Bearer ${replica.access_token}`, [PROTOCOL_HEADER]: '1' },
    signal: abort.signal,
  });
  if (response.status !== 200 || !response.body) throw new Error(`the live stream answered ${response.status}`);
  const type = response.headers.get('content-type');
  if (!type?.includes('text/event-stream')) throw new Error(`the live stream came as ${type}`);
  const events: LiveEvent[] = [];
  const waiting: ((event: LiveEvent) => void)[] = [];
  const read = async (body: ReadableStream<Uint8Array>): Promise<boolean> => {
    let text = '';
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = text
          .slice(0, end)
          .split('\n')
          .find((line) => line.startsWith('data: '));
        text = text.slice(end + 2);
        if (data === undefined) continue;
        const event = JSON.parse(data.slice(6)) as LiveEvent;
        const next = waiting.shift();
        if (next) next(event);
        else events.push(event);
      }
    }
    return true;
  };
  const ended = read(response.body).catch(() => false);
  return {
    next: async () => events.shift() ?? (await new Promise<LiveEvent>((resolve) => waiting.push(resolve))),
    ended,
    close: () => abort.abort(),
  };
}
