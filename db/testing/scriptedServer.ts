/**
 * The sync wire written by hand for tests of the client: rows, a log and checkpoints in memory, answered through a
 * `fetch`. Every answer's text can be bent before it is sent. It shares no code with the real server.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Checkpoint, ScopeBucket } from '#contract/wire/protocol.ts';
import { type WireTable, type WireTableName, wireTable } from '#contract/wire/tables.ts';

type Value = string | number | null;
interface Row {
  readonly id: string | number;
  readonly ver: number;
  readonly image: readonly Value[];
}
interface Change {
  readonly cp: number;
  readonly line: readonly unknown[];
  readonly bucket: number;
}

export interface ScriptedServer {
  readonly fetch: typeof fetch;
  readonly url: string;
  server_id: string;
  epoch: string;
  /** Names of the requests so far, such as '/sync/delta'. */
  readonly requests: string[];
  /** Bodies pushed so far, by mutation id, with how often each came. */
  readonly pushed: Map<string, number>;
  down: boolean;
  /** How snapshots are answered to a client that asks for columns. */
  encoding: 'rows' | 'columns';
  /** 401 to everything but sign-in and refresh. */
  refuseTokens: boolean;
  refuseRefresh: boolean;
  /** Rows of a delta beyond which its largest buckets are to be loaded afresh. */
  most_delta_rows: number;
  password: string;
  user_name: string;
  role: string;
  /** An older server answers no ranges. */
  knowsRanges: boolean;
  /** Of which buckets no sum is kept. */
  forgets: (bucket: number) => boolean;
  /** What verifications asked for. */
  readonly verified: { readonly read: string; readonly buckets: number; readonly ranges: number }[];
  /** Bends the text of an answer; return undefined to drop the connection. */
  bend: (path: string, text: string) => string | undefined;
  /** Runs before a request is answered. */
  before: (path: string, body: unknown) => void;
  /** What becomes of a pushed mutation; 'accepted' unless told. */
  outcome: (mutation: { id: string; command: string }) => { state: string; reason: string | null } | number;
  bucket(
    id: number,
    table: WireTableName,
    key?: Partial<Record<'company' | 'site' | 'channel' | 'month', number>>,
  ): void;
  dropBucket(id: number): void;
  /** Columns appended to the table's end may be left out: they are null. */
  put(bucket: number, id: string | number, image: readonly Value[]): void;
  remove(bucket: number, id: string | number): void;
  /** Everything put or removed since the last call becomes one checkpoint. */
  checkpoint(): Checkpoint;
  head(): Checkpoint;
  rows(bucket: number): readonly Row[];
  /** The log up to now is gone, as after years offline; the epoch stays. */
  forgetLog(): void;
  /** A restored backup: another epoch, today's rows, no memory of outcomes. */
  restore(): void;
}

function hashOf(id: string | number, ver: number, image: readonly Value[]): string {
  const text = `[${image.map((value) => JSON.stringify(value)).join(', ')}]`;
  return createHash('md5').update(`${id}|${ver}|${text}`).digest('hex').slice(0, 16);
}

/** Blocks of at most 1,000 rows: the columns, then what they hold. */
function columnLines(bucket: number, rows: readonly Row[]): unknown[] {
  const lines: unknown[] = [];
  for (let from = 0; from < rows.length; from += 1000) {
    const part = rows.slice(from, from + 1000);
    const width = part[0]?.image.length ?? 0;
    const columns = [
      part.map(({ id }) => id),
      part.map(({ ver }) => ver),
      ...Array.from({ length: width }, (_, at) => part.map(({ image }) => image[at])),
    ];
    const hash = createHash('sha256').update(JSON.stringify(columns)).digest('hex');
    lines.push(columns, {
      block: { rows: part.length, runs: [[bucket, part.length]], last_id: part.at(-1)?.id, hash },
    });
  }
  return lines;
}

export function scriptedServer(): ScriptedServer {
  const scope = new Map<number, ScopeBucket>();
  /** Of every bucket there ever was. */
  const tables = new Map<number, WireTable>();
  const data = new Map<number, Map<string | number, Row>>();
  const log: Change[] = [];
  const checkpoints: Checkpoint[] = [{ number: 1, id: randomUUID() }];
  const outcomeBucket = new Map<string, number>();
  let pending: Omit<Change, 'cp'>[] = [];
  let ver = 100;

  const whole = (bucket: number, image: readonly Value[]): readonly Value[] => {
    const table = tables.get(bucket);
    const missing = table?.columns.slice(image.length) ?? [];
    if (missing.some((column) => !column.nullable)) throw new Error(`a row of ${table?.name} is too short`);
    return [...image, ...missing.map(() => null)];
  };
  const head = (): Checkpoint => checkpoints.at(-1) ?? { number: 0, id: randomUUID() };
  const checkpoint = (): Checkpoint => {
    if (pending.length === 0) return head();
    const next = { number: head().number + 1, id: randomUUID() };
    for (const change of pending) log.push({ ...change, cp: next.number });
    pending = [];
    checkpoints.push(next);
    return next;
  };
  const scopeHash = () =>
    createHash('sha256')
      .update([...scope.keys()].toSorted((a, b) => a - b).join(','))
      .digest('hex');

  const server: ScriptedServer = {
    url: 'http://127.0.0.1:9',
    server_id: 'scripted',
    epoch: randomUUID(),
    requests: [],
    pushed: new Map(),
    down: false,
    encoding: 'columns',
    refuseTokens: false,
    refuseRefresh: false,
    most_delta_rows: Number.POSITIVE_INFINITY,
    password: 'right',
    user_name: 'planner',
    role: 'planner',
    knowsRanges: true,
    forgets: () => false,
    verified: [],
    bend: (_path, text) => text,
    before: () => undefined,
    outcome: () => ({ state: 'accepted', reason: null }),
    bucket: (id, table, key = {}) => {
      tables.set(id, wireTable(table));
      const { company = 0, site = 0, channel = 0, month = 0 } = key;
      scope.set(id, [id, wireTable(table).id, company, site, channel, month, '']);
      if (!data.has(id)) data.set(id, new Map());
    },
    dropBucket: (id) => {
      scope.delete(id);
    },
    put: (bucket, id, given) => {
      const image = whole(bucket, given);
      const row = { id, ver: ++ver, image };
      data.get(bucket)?.set(id, row);
      pending.push({ bucket, line: [bucket, 'U', id, row.ver, image, hashOf(id, row.ver, image)] });
    },
    remove: (bucket, id) => {
      data.get(bucket)?.delete(id);
      pending.push({ bucket, line: [bucket, 'D', id, ++ver] });
    },
    checkpoint,
    head,
    rows: (bucket) => [...(data.get(bucket)?.values() ?? [])],
    forgetLog: () => {
      checkpoint();
      log.length = 0;
      checkpoints.splice(0, checkpoints.length, { number: head().number + 1, id: randomUUID() });
    },
    restore: () => {
      server.epoch = randomUUID();
      checkpoints.splice(0, checkpoints.length, { number: 1, id: randomUUID() });
      log.length = 0;
      pending = [];
      for (const bucket of outcomeBucket.values()) data.get(bucket)?.clear();
    },
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      init?.signal?.throwIfAborted();
      server.requests.push(pathname);
      if (server.down) throw new TypeError('fetch failed');
      server.before(pathname, body);
      if (server.down) throw new TypeError('fetch failed');
      init?.signal?.throwIfAborted();
      if (pathname === '/sync/live') return live(init?.signal ?? undefined);
      const { status, text } = answer(pathname, body as Record<string, unknown>);
      const bent = server.bend(pathname, text);
      if (bent === undefined) throw new TypeError('fetch failed');
      return new Response(bent, { status, headers: { 'content-type': 'application/json' } });
    },
  };

  const live = (signal: AbortSignal | undefined): Response => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(': here\n\n'));
        signal?.addEventListener('abort', () => controller.error(new Error('aborted')), { once: true });
      },
    });
    return new Response(stream, { status: 200 });
  };

  const refusal = (status: number, code: string) => ({
    status,
    text: JSON.stringify({ error: { code, message: code, retryable: false } }),
  });

  const loginAnswer = () => ({
    access_token: randomUUID(),
    access_ttl_s: 900,
    refresh_token: randomUUID(),
    server_id: server.server_id,
    user: {
      name: server.user_name,
      display_name: 'Test Person',
      grants: [
        {
          id: 1,
          role: server.role,
          company_id: null,
          company_code: null,
          site_id: null,
          site_code: null,
          channel_id: null,
          channel_code: null,
        },
      ],
    },
  });

  const answer = (path: string, body: Record<string, unknown>): { status: number; text: string } => {
    const json = (value: unknown) => ({ status: 200, text: JSON.stringify(value) });
    if (path === '/auth/login') {
      return body['password'] === server.password && body['user_name'] === server.user_name
        ? json(loginAnswer())
        : refusal(401, 'wrong_password');
    }
    if (path === '/auth/refresh') return server.refuseRefresh ? refusal(401, 'not_signed_in') : json(loginAnswer());
    if (path === '/health') return json({ ok: true, demo_accounts: [] });
    if (server.refuseTokens) return refusal(401, 'token_expired');
    if (path === '/sync/open') {
      checkpoint();
      const at = body['checkpoint'] as Checkpoint | null;
      const known = body['epoch'] === server.epoch && checkpoints.some((each) => each.id === at?.id);
      return json({
        epoch: server.epoch,
        plan: known ? 'continue' : 'reset',
        head: head(),
        scope_hash: scopeHash(),
        ...(body['scope_hash'] === scopeHash() ? {} : { scope: [...scope.values()] }),
        offline_days: 30,
      });
    }
    if (path === '/sync/delta') {
      const from = body['from'] as Checkpoint;
      if (body['epoch'] !== server.epoch) return refusal(409, 'unknown_checkpoint');
      let lines = log.filter((change) => change.cp > from.number && scope.has(change.bucket));
      const reload: number[] = [];
      while (body['reloads'] === true && lines.length > server.most_delta_rows) {
        const rowsOf = (bucket: number) => lines.filter((change) => change.bucket === bucket).length;
        const largest = lines.map(({ bucket }) => bucket).toSorted((a, b) => rowsOf(b) - rowsOf(a))[0] ?? 0;
        reload.push(largest);
        lines = lines.filter((change) => change.bucket !== largest);
      }
      return {
        status: 200,
        text: [
          { epoch: server.epoch, from, to: head(), head: head(), scope_hash: scopeHash(), reload },
          ...lines.map((change) => change.line),
          { end: true, rows: lines.length },
        ]
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(''),
      };
    }
    if (path === '/sync/snapshot') return snapshot(body);
    if (path === '/sync/push') return push(body);
    if (path === '/sync/verify') {
      checkpoint();
      if ((body['checkpoint'] as Checkpoint).number !== head().number) return json({ moved: true, head: head() });
      return verified(body, json);
    }
    return refusal(404, 'not_found');
  };

  const sumOf = (rows: readonly Row[]): string => {
    const sum = rows.reduce((total, row) => total + BigInt(`0x${hashOf(row.id, row.ver, row.image)}`), 0n);
    return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
  };

  /** Rows are always read; `forgets` says of which buckets a server that keeps sums has none. */
  const verified = (body: Record<string, unknown>, json: (value: unknown) => { status: number; text: string }) => {
    const ranges = body['ranges'] as
      | readonly { bucket: number; after: string | number | null; upto: string | number | null; rows: boolean }[]
      | undefined;
    const wanted = (body['buckets'] ?? (ranges ? [] : [...scope.keys()])) as readonly number[];
    if ([...wanted, ...(ranges ?? []).map(({ bucket }) => bucket)].some((bucket) => !scope.has(bucket))) {
      return refusal(403, 'not_permitted');
    }
    const unread = body['read'] === 'nothing' ? wanted.filter((bucket) => server.forgets(bucket)) : [];
    server.verified.push({ read: String(body['read']), buckets: wanted.length, ranges: ranges?.length ?? 0 });
    return json({
      moved: false,
      buckets: wanted
        .filter((bucket) => !unread.includes(bucket) && server.rows(bucket).length > 0)
        .map((bucket) => [bucket, server.rows(bucket).length, sumOf(server.rows(bucket))]),
      ...(body['read'] === 'nothing' ? { unread } : {}),
      ...(ranges && server.knowsRanges
        ? {
            ranges: ranges.map(({ bucket, after, upto, rows }) => {
              const within = server
                .rows(bucket)
                .filter(({ id }) => (after === null || id > after) && (upto === null || id <= upto))
                .toSorted((a, b) => (a.id < b.id ? -1 : 1));
              const lines = within.map(({ id, ver: at, image }) => [id, at, image, hashOf(id, at, image)]);
              return { rows: within.length, hash: sumOf(within), ...(rows && lines.length <= 500 ? { lines } : {}) };
            }),
          }
        : {}),
    });
  };

  const snapshot = (body: Record<string, unknown>) => {
    const inColumns = body['encoding'] === 'columns' && server.encoding === 'columns';
    const lines: unknown[] = [{ epoch: server.epoch, ...(inColumns ? { encoding: 'columns' } : {}) }];
    const limit = body['limit_rows'] as number;
    let total = 0;
    for (const { bucket, after } of body['buckets'] as { bucket: number; after: string | number | null }[]) {
      if (!scope.has(bucket)) return refusal(403, 'not_permitted');
      if (total >= limit) break;
      const rows = server
        .rows(bucket)
        .filter((row) => after === null || row.id > after)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const sent = rows.slice(0, limit - total);
      if (inColumns) lines.push(...columnLines(bucket, sent));
      else for (const row of sent) lines.push([bucket, row.id, row.ver, row.image, hashOf(row.id, row.ver, row.image)]);
      total += sent.length;
      lines.push({ bucket, complete: sent.length === rows.length, rows: sent.length });
    }
    lines.push({ end: true, rows: total });
    return { status: 200, text: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
  };

  const push = (body: Record<string, unknown>) => {
    const client_id = String(body['client_id']);
    let bucket = outcomeBucket.get(client_id);
    if (bucket === undefined) {
      bucket = 9000 + outcomeBucket.size;
      outcomeBucket.set(client_id, bucket);
      scope.set(bucket, [bucket, wireTable('mutation_outcome').id, 0, 0, 0, 0, client_id]);
      data.set(bucket, new Map());
    }
    const outcomes: unknown[] = [];
    for (const mutation of body['mutations'] as { id: string; command: string; args: Record<string, unknown> }[]) {
      server.pushed.set(mutation.id, (server.pushed.get(mutation.id) ?? 0) + 1);
      const decided = server.outcome(mutation);
      if (typeof decided === 'number') return refusal(decided, decided === 409 ? 'conflict' : 'server_error');
      if (!data.get(bucket)?.has(mutation.id)) {
        if (decided.state === 'accepted' && mutation.command === 'addItemNote') {
          server.put(50, mutation.id, [
            1,
            Number(mutation.args['item_id']),
            String(mutation.args['body']),
            server.user_name,
            1,
            2,
          ]);
        }
        server.put(bucket, mutation.id, [client_id, mutation.command, decided.state, decided.reason, Date.now()]);
      }
      outcomes.push({
        id: mutation.id,
        state: decided.state,
        reason: decided.reason === null ? null : (JSON.parse(decided.reason) as unknown),
      });
    }
    checkpoint();
    return { status: 200, text: JSON.stringify({ outcomes }) };
  };

  return server;
}

/** Two companies' worth of small rows: company 1 with an item, its notes, and three months of order lines. */
export function smallDistributor(server: ScriptedServer, lines_per_month = 5): void {
  server.bucket(10, 'company', { company: 1 });
  server.bucket(20, 'item', { company: 1 });
  server.bucket(50, 'item_note', { company: 1 });
  server.put(10, 1, ['HAL', 'Halvorsen', 'EUR', 'Europe/Amsterdam', 1]);
  server.put(20, 840, [1, 'FA-0840', 'Hex bolt "M8×40"\t', 'Fasteners', 'pcs', null, 1]);
  server.put(20, 841, [1, 'FA-0841', '=cmd()', null, 'pcs', null, 1]);
  for (const [index, month] of [202609, 202610, 202611].entries()) {
    const bucket = 100 + index;
    server.bucket(bucket, 'order_line', { company: 1, site: 2, channel: 3, month });
    for (let n = 0; n < lines_per_month; n++) server.put(bucket, month * 1000 + n, orderLine(month, n));
  }
  server.checkpoint();
}

export function orderLine(month: number, n: number): readonly Value[] {
  return [
    1,
    2,
    3,
    month,
    7,
    n,
    840,
    null,
    `line ${n}`,
    'goods',
    20000,
    null,
    null,
    1000 * n,
    0,
    null,
    1_500_000,
    150 * n,
    0,
    150 * n,
    null,
  ];
}
