/** An app node of the simulated server: the real routes and sequencer, asked in process. */
import type { FastifyInstance } from 'fastify';
import type { OpenDatabase } from '#server/database.ts';
import type { Database } from '#server/schema/database.ts';
import type { ServerLog } from '#server/log.ts';
import { createNode, prepareDatabase, type ServerNode } from '#server/server.ts';
import type { SharedDatabase, Tenant } from './sharedDatabase.ts';

/** The safety poll runs on a real timer; the simulation drains by itself. */
const NEVER_MS = 2_000_000_000;

export interface NodeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly address: string;
}
/** An answer that goes on: what the server writes, as it writes it. */
export interface NodeStream {
  /** Whoever asked is gone. */
  readonly hangUp: () => void;
  /** The server ends it in good order, as when the token's time is over. */
  readonly end: () => void;
  /** Told each piece, and null when the server ended it. */
  readonly listen: (heard: (piece: Buffer | null) => void) => void;
}
export interface NodeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly stream?: NodeStream;
}

export class AppNode {
  readonly tenant: Tenant;
  private node: ServerNode | undefined;
  private database: OpenDatabase | undefined;
  /** Of the live streams that are open. */
  private readonly beats = new Set<() => void>();

  constructor(name: string) {
    this.tenant = { name, alive: true };
  }

  async start(
    shared: SharedDatabase,
    options: {
      readonly clock: () => number;
      readonly log: ServerLog;
      readonly prepare: boolean;
      readonly most_delta_rows: number | undefined;
    },
  ): Promise<void> {
    const database = shared.open(this.tenant);
    this.database = database;
    if (options.prepare) await prepareDatabase(database, { clock: options.clock });
    const { server_id } = await database.db.selectFrom('server_meta').select('server_id').executeTakeFirstOrThrow();
    this.node = await createNode(database, server_id, {
      clock: options.clock,
      log: options.log,
      crashAt: () => {},
      poll_ms: NEVER_MS,
      // a short history makes deltas of several answers
      deltaRows: 60,
      most_delta_rows: options.most_delta_rows,
      heartbeat: (beat) => {
        this.beats.add(beat);
        return () => this.beats.delete(beat);
      },
      isOwnHost: () => true,
    });
    await this.app().ready();
  }

  app(): FastifyInstance {
    if (!this.node) throw new Error('the node has not started');
    return this.node.app;
  }

  db(): Database {
    if (!this.database) throw new Error('the node has not started');
    return this.database.db;
  }

  kick(): void {
    this.node?.sequencer.kick();
  }

  streams(): number {
    return this.beats.size;
  }

  /** The heartbeat of every live stream of this node. */
  beat(): void {
    for (const beat of this.beats) beat();
  }

  /** Rejects when the connection broke. */
  async open(request: NodeRequest): Promise<NodeAnswer> {
    const answer = await this.app().inject({
      method: 'GET',
      url: request.path,
      headers: { ...request.headers, host: 'simulation' },
      remoteAddress: request.address,
      payloadAsStream: true,
    });
    const { statusCode: status, raw } = answer;
    const written = answer.stream();
    const headers = { 'content-type': answer.headers['content-type'] ?? '' };
    if (status !== 200) return { status, headers, body: Buffer.concat(await written.toArray()) };
    written.on('error', () => undefined);
    return {
      status,
      headers,
      body: Buffer.alloc(0),
      stream: {
        hangUp: () => raw.res.destroy(),
        end: () => raw.res.end(),
        listen: (heard) => {
          written.on('data', heard);
          written.once('close', () => heard(null));
        },
      },
    };
  }

  /** Rejects when the connection broke. */
  async ask(request: NodeRequest): Promise<NodeAnswer> {
    const answer = await this.app().inject({
      method: request.method as 'GET' | 'POST' | 'PUT',
      url: request.path,
      headers: { ...request.headers, host: 'simulation' },
      remoteAddress: request.address,
      ...(request.body === undefined ? {} : { payload: request.body }),
    });
    const headers = Object.fromEntries(
      Object.entries(answer.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    return { status: answer.statusCode, headers, body: answer.rawPayload };
  }
}
