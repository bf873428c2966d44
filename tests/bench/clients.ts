/**
 * Two hundred clients of one server: each listens to the live stream and fetches the delta it is told of, over sockets of
 * its own address. First all of them behave; then, in the same run, some read a byte a second and some stopped reading.
 */
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type Checkpoint, PROTOCOL_HEADER, type ScopeBucket } from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION } from '#contract/wire/tables.ts';
import { findPostgres, startCluster } from '#server/testing/postgres.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#server/demo/accounts.ts';
import { percentiles, type Report } from './harness.ts';
import { type ServerProcess, startServerProcess } from './serverProcess.ts';

const CLIENTS = 200;
/** Each installation has a session of its own; here a few share one, or signing in would take most of the bench. */
const CLIENTS_PER_SESSION = 4;
const SLOW = 20;
const VANISHED = 20;
const CHANGES = 100;
const CHANGE_EVERY_MS = 100;
/** A shipment or a count changes some rows at once: its delta is packed, that of a single row is too small. */
const SOME_ROWS = 20;
const SOME_CHANGES = 50;
const LARGE_TRANSACTION_ROWS = 5_000;
const SEEN_WITHIN_MS = 60_000;
/** Who may read stock. */
const READERS = ['planner', 'buyer', 'warehouse', 'finance', 'controller', 'executive', 'auditor'];

export async function benchClients(report: Report, options: { readonly order_lines: number }): Promise<void> {
  const { order_lines } = options;
  await onServer(report, 'clients', await startServerProcess({ order_lines }));
  const postgres = findPostgres();
  if (postgres.bin === null) {
    console.warn(`not measured on PostgreSQL: ${postgres.why}`);
    return;
  }
  const cluster = await startCluster(postgres.bin, { durable: true });
  try {
    const database_url = await cluster.createDatabase();
    await onServer(report, 'clients on PostgreSQL', await startServerProcess({ order_lines, database_url }));
  } finally {
    await cluster.stop();
  }
}

async function onServer(report: Report, name: string, server: ServerProcess): Promise<void> {
  const url = new URL(server.started.url ?? '');
  const readers = DEMO_ACCOUNTS.filter(({ name }) => READERS.includes(name));
  const tokens: string[] = [];
  for (let session = 0; session < CLIENTS / CLIENTS_PER_SESSION; session++) {
    tokens.push(await tokenOf(url, readers[session % readers.length]?.name ?? ''));
  }
  const tokenFor = (number: number): string => tokens[number % tokens.length] ?? '';
  const all = Array.from({ length: CLIENTS }, (_, number) => new LightClient(url, number, tokenFor(number)));
  const idle: Socket[] = [];
  try {
    for (const client of all) await client.start();
    report.value(`load of the machine, ${name} connected`, loadavg()[0] ?? 0, 'load');
    const before = await measure(report, server, all, name);
    const [troubled, well] = [all.slice(0, SLOW + VANISHED), all.slice(SLOW + VANISHED)];
    for (const client of troubled) client.stop();
    for (let number = 0; number < SLOW + VANISHED; number++) {
      // every other one in the middle of a first load, which is megabytes
      const wanted = number % 2 === 0 ? troubled[number]?.firstLoad() : undefined;
      idle.push(await neverDone(url, number, tokenFor(number), number < SLOW ? 1_000 : null, wanted));
    }
    const beside = await measure(report, server, well, `${name} beside slow and vanished ones`);
    report.ratio(`${name} beside slow and vanished ones: a change seen, p95`, `${name}: a change seen, p95`);
    const grown_mb = beside.rss_mb - before.rss_mb;
    report.value(`${name}: server memory more than without slow and vanished ones`, Math.max(0, grown_mb), 'MB');
  } finally {
    for (const client of all) client.stop();
    for (const socket of idle) socket.destroy();
    await server.stop();
  }
}

async function measure(
  report: Report,
  server: ServerProcess,
  clients: readonly LightClient[],
  name: string,
): Promise<{ readonly rss_mb: number }> {
  const usage = await server.ask('stats');
  const started = performance.now();
  const made: { number: number; at_ms: number }[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const next = sleep(CHANGE_EVERY_MS);
    const { checkpoint = 0, at_ms = 0 } = await server.ask({ touch: 1 });
    made.push({ number: checkpoint, at_ms });
    await next;
  }
  const last = made.at(-1)?.number ?? 0;
  await everyone(clients, last);
  const spent_ms = performance.now() - started;
  const after = await server.ask('stats');
  const cpu_ms = (after.cpu_ms ?? 0) - (usage.cpu_ms ?? 0);
  const delays = clients.flatMap((client) => made.map(({ number, at_ms }) => client.seenAt(number) - at_ms));
  const [p50, p95, p99] = percentiles(delays);
  report.value(`${name}: how many`, clients.length, 'rows');
  report.value(`${name}: a change seen, p50`, p50, 'ms');
  report.value(`${name}: a change seen, p95`, p95, 'ms');
  report.value(`${name}: a change seen, p99`, p99, 'ms');
  report.value(`${name}: processor time of the server`, cpu_ms / spent_ms, 'cores');
  report.value(`${name}: server memory`, after.rss_mb ?? 0, 'MB');
  const deltas = clients.reduce((sum, client) => sum + client.takeDeltas(), 0);
  report.value(`${name}: processor time of the server to a delta`, cpu_ms / deltas, 'ms');
  report.value(`${name}: deltas asked for a second`, (deltas / spent_ms) * 1000, 'rows/s');
  await measureSome(report, server, clients, name);
  const before_large = await server.ask('stats');
  const large = await server.ask({ touch: LARGE_TRANSACTION_ROWS });
  await everyone(clients, large.checkpoint ?? 0);
  const after_large = await server.ask('stats');
  const large_ms = (after_large.cpu_ms ?? 0) - (before_large.cpu_ms ?? 0);
  report.value(`${name}: processor time of the server to a 5,000-row delta`, large_ms / clients.length, 'ms');
  const [half, most] = percentiles(clients.map((client) => client.seenAt(large.checkpoint ?? 0) - (large.at_ms ?? 0)));
  report.value(`${name}: a 5,000-row transaction seen, p50`, half, 'ms');
  report.value(`${name}: a 5,000-row transaction seen, p95`, most, 'ms');
  return { rss_mb: (await server.ask('stats')).rss_mb ?? 0 };
}

async function measureSome(
  report: Report,
  server: ServerProcess,
  clients: readonly LightClient[],
  name: string,
): Promise<void> {
  const before = await server.ask('stats');
  for (let change = 0; change < SOME_CHANGES; change++) {
    const next = sleep(CHANGE_EVERY_MS);
    const { checkpoint = 0 } = await server.ask({ touch: SOME_ROWS });
    await Promise.all([next, change === SOME_CHANGES - 1 ? everyone(clients, checkpoint) : undefined]);
  }
  const after = await server.ask('stats');
  const deltas = clients.reduce((sum, client) => sum + client.takeDeltas(), 0);
  const cpu_ms = (after.cpu_ms ?? 0) - (before.cpu_ms ?? 0);
  report.value(`${name}: processor time of the server to a delta of ${SOME_ROWS} rows`, cpu_ms / deltas, 'ms');
}

async function everyone(clients: readonly LightClient[], number: number): Promise<void> {
  const started = performance.now();
  while (clients.some((client) => client.stands() < number)) {
    const failed = clients.find((client) => client.failed !== null);
    if (failed) throw new Error(`a client broke off: ${failed.failed}`);
    if (performance.now() - started > SEEN_WITHIN_MS) throw new Error(`checkpoint ${number} did not reach everyone`);
    await sleep(5);
  }
}

/** No replica: it knows where it stands and reads every byte it is sent. */
class LightClient {
  failed: string | null = null;
  private readonly url: URL;
  private readonly token: string;
  private readonly client_id = randomUUID();
  private readonly agent: Agent;
  private readonly seen: { readonly number: number; readonly at_ms: number }[] = [];
  private checkpoint: Checkpoint | null = null;
  private epoch = '';
  private buckets: readonly number[] = [];
  private told = 0;
  private asking = false;
  private stopped = false;
  private deltas = 0;
  private live: IncomingMessage | undefined;

  constructor(url: URL, number: number, token: string) {
    this.url = url;
    this.token = token;
    this.agent = new Agent({ keepAlive: true, localAddress: addressOf(number) });
  }

  async start(): Promise<void> {
    const open = await this.post('/sync/open', {
      schema: WIRE_SCHEMA_VERSION,
      client_id: this.client_id,
      epoch: null,
      checkpoint: null,
      scope_hash: null,
    });
    const opened = JSON.parse(open) as { epoch: string; head: Checkpoint; scope: readonly ScopeBucket[] };
    this.epoch = opened.epoch;
    this.buckets = opened.scope.map(([bucket]) => bucket);
    this.checkpoint = opened.head;
    this.live = await this.send('GET', `/sync/live?client_id=${this.client_id}`, undefined);
    let text = '';
    this.live.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const number = /^id: (\d+)$/m.exec(text.slice(0, end))?.[1];
        if (number !== undefined) this.hear(Number(number));
        text = text.slice(end + 2);
      }
    });
    this.live.on('close', () => {
      if (!this.stopped) this.failed = 'the live stream ended';
    });
  }

  /** The body of a request for everything this client may have. */
  firstLoad(): string {
    return JSON.stringify({
      client_id: this.client_id,
      epoch: this.epoch,
      buckets: this.buckets.slice(0, 2_000).map((bucket) => ({ bucket, after: null })),
      limit_rows: 100_000,
    });
  }

  stop(): void {
    this.stopped = true;
    this.live?.destroy();
    this.agent.destroy();
  }

  stands(): number {
    return this.checkpoint?.number ?? 0;
  }

  seenAt(number: number): number {
    return this.seen.find((each) => each.number >= number)?.at_ms ?? Number.NaN;
  }

  takeDeltas(): number {
    const { deltas } = this;
    this.deltas = 0;
    return deltas;
  }

  private hear(number: number): void {
    this.told = Math.max(this.told, number);
    if (this.asking) return;
    this.asking = true;
    this.follow()
      .catch((error: unknown) => {
        if (!this.stopped) this.failed = String(error);
      })
      .finally(() => {
        this.asking = false;
      });
  }

  private async follow(): Promise<void> {
    while (this.stands() < this.told && !this.stopped) {
      const text = await this.post('/sync/delta', {
        client_id: this.client_id,
        epoch: this.epoch,
        from: this.checkpoint,
      });
      if (!text.includes('{"end":true')) throw new Error('the delta was cut off');
      const { to } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { to: Checkpoint };
      this.checkpoint = to;
      this.deltas += 1;
      this.seen.push({ number: to.number, at_ms: Date.now() });
    }
  }

  private async post(path: string, body: unknown): Promise<string> {
    const answer = await this.send('POST', path, JSON.stringify(body));
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    const text = String(answer.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(bytes) : bytes);
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
    return text;
  }

  private async send(method: string, path: string, body: string | undefined): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.token}`,
        [PROTOCOL_HEADER]: '1',
        'accept-encoding': 'zstd',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const outgoing = request(new URL(path, this.url), { method, headers, agent: this.agent }, resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** Asks for the live stream and reads a byte now and then, or nothing ever again without closing. */
async function neverDone(
  url: URL,
  number: number,
  token: string,
  every_ms: number | null,
  snapshot: string | undefined,
): Promise<Socket> {
  const socket = connect({ host: url.hostname, port: Number(url.port), localAddress: addressOf(number) });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.on('error', () => undefined);
  socket.pause();
  const asked = snapshot === undefined ? `GET /sync/live?client_id=${randomUUID()}` : 'POST /sync/snapshot';
  const body =
    snapshot === undefined
      ? '\r\n'
      : `content-type: application/json\r\ncontent-length: ${snapshot.length}\r\n\r\n${snapshot}`;
  socket.write(
    `${asked} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${token}\r\n${PROTOCOL_HEADER}: 1\r\n${body}`,
  );
  if (every_ms !== null) {
    const reading = setInterval(() => void socket.read(1), every_ms).unref();
    socket.on('close', () => clearInterval(reading));
  }
  return socket;
}

/** Loopback has sixteen million addresses: the server's limits are by address, as they are for real machines. */
function addressOf(number: number): string {
  return `127.0.1.${(number % 250) + 1}`;
}

async function tokenOf(url: URL, user_name: string): Promise<string> {
  const response = await fetch(new URL('/auth/login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_name, password: DEMO_PASSWORD }),
  });
  const { access_token } = (await response.json()) as { access_token?: string };
  if (access_token === undefined) throw new Error(`${user_name} could not sign in: ${response.status}`);
  return access_token;
}
