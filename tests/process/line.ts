/** One machine's way to the server: a relay that can be cut and mended while everybody else stays connected. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class Line {
  readonly url: string;
  private readonly relay: Server;
  private readonly near = new Set<Socket>();
  private up = true;

  private constructor(relay: Server, port: number) {
    this.relay = relay;
    this.url = `http://127.0.0.1:${port}`;
    relay.on('connection', (socket: Socket) => {
      if (!this.up) {
        socket.destroy();
        return;
      }
      this.near.add(socket);
      socket.once('close', () => this.near.delete(socket));
    });
  }

  /** To the server on a port of this computer, from a port that is free. */
  static async to(target: number): Promise<Line> {
    const relay = createServer((asked, answer) => passOn(asked, answer, target));
    await new Promise<void>((resolve, reject) => {
      relay.once('error', reject);
      relay.listen(0, '127.0.0.1', resolve);
    });
    const address = relay.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Line(relay, address.port);
  }

  /** What is under way breaks off, and nothing gets through until it is mended. */
  cut(): void {
    this.up = false;
    for (const socket of this.near) socket.destroy();
  }

  mend(): void {
    this.up = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.relay.close(resolve));
  }
}

/** The server answers to its own name only, so the request goes on under that. */
function passOn(asked: IncomingMessage, answer: ServerResponse, port: number): void {
  const headers = { ...asked.headers, host: `127.0.0.1:${port}` };
  const onwards = request({ host: '127.0.0.1', port, method: asked.method, path: asked.url, headers }, (back) => {
    answer.writeHead(back.statusCode ?? 502, back.headers);
    back.pipe(answer);
    back.once('error', () => answer.destroy());
  });
  onwards.once('error', () => answer.destroy());
  answer.once('close', () => onwards.destroy());
  asked.pipe(onwards);
}
