/**
 * The virtual network. A client's fetch only puts a request on its way; the simulation decides when it arrives and whether,
 * how often, and what becomes of the answer. Whoever gave up waiting may still be heard by the server, much later.
 */
import type { AppNode, NodeAnswer, NodeRequest } from './appNode.ts';
import type { Pulse } from './pulse.ts';

export interface Exchange {
  readonly number: number;
  readonly client: string;
  readonly user: string;
  readonly request: NodeRequest;
  state: 'asked' | 'at the server' | 'answered' | 'streaming' | 'broken' | 'over';
  answer: NodeAnswer | undefined;
  /** Nobody waits for the answer any more. */
  abandoned: boolean;
  node: AppNode | undefined;
  /** Of an answer that goes on: what is on its way, null = its end. */
  readonly pieces: (Buffer | null)[];
  body: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}

/** Sees every answer as the server gave it, before the network does anything to it. */
export type Witness = (exchange: Exchange, answer: NodeAnswer) => void;

const BROKEN = 'the connection broke (simulated)';

export class Network {
  private readonly pulse: Pulse;
  private readonly exchanges: Exchange[] = [];
  private count = 0;
  witness: Witness = () => {};
  /** Told before a request is given to a node. */
  arriving: (exchange: Exchange) => void = () => {};

  constructor(pulse: Pulse) {
    this.pulse = pulse;
  }

  fetchOf(client: string, user: () => string, isAlive: () => boolean): typeof fetch {
    return (input, init) =>
      new Promise<Response>((resolve, reject) => {
        if (!isAlive()) return;
        const url = new URL(String(input instanceof Request ? input.url : input));
        const headers = Object.fromEntries(new Headers(init?.headers).entries());
        // packing runs in threads, whose order nobody decides
        delete headers['accept-encoding'];
        this.count += 1;
        const exchange: Exchange = {
          number: this.count,
          client,
          user: user(),
          request: {
            method: init?.method ?? 'GET',
            path: `${url.pathname}${url.search}`,
            headers,
            body: bodyOf(init?.body),
            address: client,
          },
          state: 'asked',
          answer: undefined,
          abandoned: false,
          node: undefined,
          pieces: [],
          body: undefined,
          resolve: (response) => {
            if (isAlive()) resolve(response);
          },
          reject: (error) => {
            if (isAlive()) reject(error);
          },
        };
        this.exchanges.push(exchange);
        const { signal } = init ?? {};
        signal?.addEventListener('abort', () => {
          if (exchange.state === 'over') return;
          exchange.abandoned = true;
          exchange.reject(new DOMException('aborted', 'AbortError'));
          if (exchange.state === 'streaming') this.cut(exchange, new DOMException('aborted', 'AbortError'));
          this.pulse.beat();
        });
        this.pulse.beat();
      });
  }

  asked(): Exchange[] {
    return this.exchanges.filter(({ state }) => state === 'asked');
  }

  /** Answers on their way, and connections that broke. */
  ready(): Exchange[] {
    return this.exchanges.filter(
      ({ state, pieces }) => state === 'answered' || state === 'broken' || (state === 'streaming' && pieces.length > 0),
    );
  }

  /** Live streams that are open, wherever what they say is. */
  streaming(): Exchange[] {
    return this.exchanges.filter(({ state }) => state === 'streaming');
  }

  underWay(): number {
    return this.exchanges.length;
  }

  /** The request reaches a node. A second arrival of the same bytes answers nobody. */
  async arrive(exchange: Exchange, node: AppNode, again: boolean): Promise<void> {
    if (!again) {
      exchange.state = 'at the server';
      exchange.node = node;
    }
    this.arriving(exchange);
    const isLive = exchange.request.path.startsWith('/sync/live');
    (isLive ? node.open(exchange.request) : node.ask(exchange.request)).then(
      (answer) => {
        this.witness(exchange, answer);
        if (!again) this.answered(exchange, answer);
        else answer.stream?.hangUp();
        this.pulse.beat();
      },
      () => {
        if (!again) this.broken(exchange);
        this.pulse.beat();
      },
    );
    await this.pulse.settle();
  }

  private answered(exchange: Exchange, answer: NodeAnswer): void {
    exchange.answer = answer;
    exchange.state = 'answered';
    answer.stream?.listen((piece) => {
      if (piece) this.witness(exchange, { ...answer, body: piece });
      exchange.pieces.push(piece);
      this.pulse.beat();
    });
    if (exchange.abandoned) this.over(exchange);
  }

  private broken(exchange: Exchange): void {
    exchange.state = 'broken';
    if (exchange.abandoned) this.over(exchange);
  }

  /** The node died: nobody answers what it was asked. */
  nodeDied(node: AppNode): void {
    for (const exchange of this.exchanges.filter((each) => each.node === node && each.state === 'at the server')) {
      this.broken(exchange);
    }
    for (const exchange of this.exchanges.filter((each) => each.node === node && each.answer?.stream)) {
      if (exchange.state === 'streaming') this.cut(exchange, new TypeError(BROKEN));
      else this.broken(exchange);
    }
  }

  /** The client died: what it asked may still arrive, its answers go nowhere. */
  clientDied(client: string): void {
    for (const exchange of this.exchanges.filter((each) => each.client === client)) {
      exchange.abandoned = true;
      if (exchange.state !== 'asked' && exchange.state !== 'at the server') this.over(exchange);
    }
  }

  async drop(exchange: Exchange): Promise<void> {
    this.cut(exchange, new TypeError(BROKEN));
    exchange.reject(new TypeError(BROKEN));
    await this.pulse.settle();
  }

  /** Gives the answer to who asked; `keep_bytes` cuts it, with or without an error to be seen. */
  async deliver(exchange: Exchange, cut?: { readonly keep_bytes: number; readonly silently: boolean }): Promise<void> {
    const { answer, state } = exchange;
    if (state === 'streaming' || (state === 'answered' && answer?.stream)) {
      this.pass(exchange);
      await this.pulse.settle();
      return;
    }
    this.over(exchange);
    if (!answer || state === 'broken') exchange.reject(new TypeError(BROKEN));
    else exchange.resolve(responseOf(answer, cut));
    await this.pulse.settle();
  }

  /** The head of an answer that goes on, then a piece of it at a time. */
  private pass(exchange: Exchange): void {
    const { answer } = exchange;
    if (exchange.state === 'answered' && answer) {
      exchange.state = 'streaming';
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          exchange.body = controller;
        },
        cancel: () => this.cut(exchange, undefined),
      });
      exchange.resolve(new Response(body, { status: answer.status, headers: answer.headers }));
      return;
    }
    const piece = exchange.pieces.shift();
    if (piece) exchange.body?.enqueue(new Uint8Array(piece));
    else {
      const { body } = exchange;
      this.over(exchange);
      body?.close();
    }
  }

  /** Neither side hears of the other again. */
  private cut(exchange: Exchange, error: Error | undefined): void {
    const { body } = exchange;
    this.over(exchange);
    if (error) body?.error(error);
  }

  private over(exchange: Exchange): void {
    if (exchange.state === 'over') return;
    exchange.state = 'over';
    exchange.body = undefined;
    exchange.answer?.stream?.hangUp();
    this.exchanges.splice(this.exchanges.indexOf(exchange), 1);
  }
}

/** As the client of the wire writes it: text, or the bytes of a file. */
function bodyOf(body: unknown): string | Buffer | undefined {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return typeof body === 'string' ? body : undefined;
}

function responseOf(answer: NodeAnswer, cut?: { readonly keep_bytes: number; readonly silently: boolean }): Response {
  const { status } = answer;
  const headers = { 'content-type': answer.headers['content-type'] ?? 'application/json' };
  if (!cut) return new Response(new Uint8Array(answer.body), { status, headers });
  const part = new Uint8Array(answer.body.subarray(0, cut.keep_bytes));
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (part.length > 0) controller.enqueue(part);
      if (cut.silently) controller.close();
      else controller.error(new TypeError(BROKEN));
    },
  });
  return new Response(body, { status, headers });
}
