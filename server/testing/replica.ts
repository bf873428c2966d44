/** A client for tests: speaks the sync wire over HTTP and keeps its rows in plain maps. Shares no code with the feed. */
import { createHash, randomUUID } from 'node:crypto';
import { canonicalImage, rowHashInput, type RowImage } from '#contract/wire/image.ts';
import { bodyText } from '#contract/wire/mutation.ts';
import {
  type Checkpoint,
  type LoginResponse,
  type OpenResponse,
  PROTOCOL_HEADER,
  type PushMutation,
  type ScopeBucket,
} from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION, wireTableById } from '#contract/wire/tables.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}
interface Row {
  readonly id: string | number;
  readonly ver: number;
  readonly image: RowImage;
}

export async function login(url: string, user_name: string, password = 'demo'): Promise<LoginResponse> {
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_name, password }),
  });
  if (response.status !== 200) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  // A test helper trusts the wire type of its own server.
  return (await response.json()) as LoginResponse;
}

/** The column encoding turned back into lines of rows, each with the hash of its own text. */
function blocksAsRows(text: string): unknown[] {
  const [header, ...rest] = text.trimEnd().split('\n');
  const lines: unknown[] = [JSON.parse(header ?? '')];
  for (let at = 0; at < rest.length; at++) {
    const line = rest[at] ?? '';
    if (!line.startsWith('[')) {
      lines.push(JSON.parse(line));
      continue;
    }
    const [ids = [], vers = [], ...columns] = JSON.parse(line) as (string | number)[][];
    const { block } = JSON.parse(rest[++at] ?? '') as {
      block: { rows: number; runs: [number, number][]; last_id: string | number; hash: string };
    };
    const hash = createHash('sha256').update(line).digest('hex');
    if (block.hash !== hash || block.rows !== ids.length || block.last_id !== ids.at(-1)) throw new Error(line);
    let row = 0;
    for (const [bucket, rows] of block.runs) {
      for (const end = row + rows; row < end; row++) {
        const [id = '', ver = 0] = [ids[row], vers[row]];
        const image: RowImage = columns.map((column) => column[row] ?? null);
        lines.push([bucket, id, ver, image, rowHash(id, Number(ver), image)]);
      }
    }
    if (row !== block.rows) throw new Error('the runs of a block do not add up');
  }
  return lines;
}

export class TestReplica {
  readonly client_id: string = randomUUID();
  readonly url: string;
  access_token: string;
  /** Every byte of every answer, for searching what must not be there. */
  received = '';
  /** How it asks for snapshots. */
  encoding: 'rows' | 'columns' = 'rows';
  epoch: string | null = null;
  checkpoint: Checkpoint | null = null;
  scope_hash: string | null = null;
  scope: readonly ScopeBucket[] = [];
  readonly buckets = new Map<number, Map<string | number, Row>>();

  constructor(url: string, access_token: string) {
    this.url = url;
    this.access_token = access_token;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.access_token}`,
        [PROTOCOL_HEADER]: '1',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    this.received += text;
    const lines = response.headers.get('content-type')?.includes('ndjson') ?? false;
    return { status: response.status, text, body: lines || text === '' ? null : JSON.parse(text) };
  }

  async open(): Promise<OpenResponse> {
    const answer = await this.post('/sync/open', {
      schema: WIRE_SCHEMA_VERSION,
      client_id: this.client_id,
      epoch: this.epoch,
      checkpoint: this.checkpoint,
      scope_hash: this.scope_hash,
    });
    if (answer.status !== 200) throw new Error(answer.text);
    const open = answer.body as OpenResponse;
    if (open.plan === 'reset') {
      this.buckets.clear();
      this.checkpoint = null;
    }
    this.epoch = open.epoch;
    this.scope_hash = open.scope_hash;
    if (open.scope) this.scope = open.scope;
    const inScope = new Set(this.scope.map(([bucket]) => bucket));
    for (const bucket of this.buckets.keys()) if (!inScope.has(bucket)) this.buckets.delete(bucket);
    return open;
  }

  /** Brings the replica to a head that was the newest when it ended. */
  async sync(limit_rows = 100_000): Promise<void> {
    const open = await this.open();
    this.checkpoint ??= open.head;
    const missing = this.scope.map(([bucket]) => bucket).filter((bucket) => !this.buckets.has(bucket));
    let wanted: { bucket: number; after: string | number | null }[] = missing.map((bucket) => ({
      bucket,
      after: null,
    }));
    const staged = new Map<number, Map<string | number, Row>>(missing.map((bucket) => [bucket, new Map()]));
    while (wanted.length > 0) {
      const answer = await this.post('/sync/snapshot', {
        client_id: this.client_id,
        epoch: this.epoch,
        buckets: wanted.slice(0, 2000),
        limit_rows,
        ...(this.encoding === 'rows' ? {} : { encoding: this.encoding }),
      });
      if (answer.status !== 200) throw new Error(answer.text);
      const lines = this.encoding === 'rows' ? ndjson(answer.text) : blocksAsRows(answer.text);
      if (!isEnd(lines.at(-1))) throw new Error('the snapshot was cut off');
      let after: string | number | null = null;
      const done = new Set<number>();
      for (const line of lines.slice(1, -1)) {
        if (Array.isArray(line)) {
          const [bucket, id, ver, image, hash] = line as [number, string | number, number, RowImage, string];
          assertHash(id, ver, image, hash);
          staged.get(bucket)?.set(id, { id, ver, image });
          after = id;
        } else {
          const end = line as { bucket: number; complete: boolean };
          if (end.complete) done.add(end.bucket);
          else wanted = wanted.map((each) => (each.bucket === end.bucket ? { bucket: each.bucket, after } : each));
        }
      }
      wanted = wanted.filter(({ bucket }) => !done.has(bucket));
    }
    for (const [bucket, rows] of staged) this.buckets.set(bucket, rows);
    // A scope that changed under way: open again and load what is new.
    let step = await this.delta();
    while (step === 'more') step = await this.delta();
    if (step === 'other scope') await this.sync(limit_rows);
  }

  /** Applies one delta, unless its rows were chosen by another scope than the one known here. */
  async delta(): Promise<'more' | 'at head' | 'other scope'> {
    const answer = await this.post('/sync/delta', {
      client_id: this.client_id,
      epoch: this.epoch,
      from: this.checkpoint,
    });
    if (answer.status !== 200) throw new Error(answer.text);
    const lines = ndjson(answer.text);
    if (!isEnd(lines.at(-1))) throw new Error('the delta was cut off');
    const header = lines[0] as { to: Checkpoint; head: Checkpoint; scope_hash: string };
    if (header.scope_hash !== this.scope_hash) return 'other scope';
    for (const line of lines.slice(1, -1)) {
      const [bucket, op, id, ver, image, hash] = line as [number, 'U' | 'D', string | number, number, RowImage, string];
      const rows = this.buckets.get(bucket) ?? new Map<string | number, Row>();
      this.buckets.set(bucket, rows);
      if (op === 'D') rows.delete(id);
      else {
        assertHash(id, ver, image, hash);
        rows.set(id, { id, ver, image });
      }
    }
    this.checkpoint = header.to;
    return header.to.number < header.head.number ? 'more' : 'at head';
  }

  /** [bucket, rows, hash] of every bucket with rows, computed from the rows held here. */
  sums(): readonly (readonly [number, number, string])[] {
    return [...this.buckets]
      .filter(([, rows]) => rows.size > 0)
      .map(([bucket, rows]): readonly [number, number, string] => {
        let sum = 0n;
        for (const row of rows.values()) sum += BigInt(`0x${rowHash(row.id, row.ver, row.image)}`);
        return [bucket, rows.size, BigInt.asUintN(64, sum).toString(16).padStart(16, '0')];
      })
      .toSorted((a, b) => a[0] - b[0]);
  }

  async verify(how: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return await this.post('/sync/verify', {
      ...how,
      client_id: this.client_id,
      epoch: this.epoch,
      checkpoint: this.checkpoint,
    });
  }

  /** Rows of a table, by wire column name. */
  rows(table: string): readonly Record<string, string | number | null>[] {
    const found: Record<string, string | number | null>[] = [];
    for (const [bucket, tbl] of this.scope) {
      const wire = wireTableById(tbl);
      if (wire?.name !== table) continue;
      for (const row of this.buckets.get(bucket)?.values() ?? []) {
        const values = wire.columns.map((column, index): [string, string | number | null] => [
          column.name,
          row.image[index] ?? null,
        ]);
        found.push({ id: row.id, ver: row.ver, ...Object.fromEntries(values) });
      }
    }
    return found;
  }

  async push(...mutations: readonly PushMutation[]): Promise<Answer> {
    return await this.post('/sync/push', { client_id: this.client_id, mutations });
  }
}

export function mutation(command: string, args: Record<string, unknown>, id: string = randomUUID()): PushMutation {
  return {
    id,
    command,
    args,
    body_hash: createHash('sha256').update(bodyText(command, args)).digest('hex'),
    made_at_ms: 1_780_000_000_000,
    device: 'test',
  };
}

/** What became of each mutation of a push: its state, with the code of the reason where there is one. */
export function outcomesOf({ body }: Answer): readonly string[] {
  const { outcomes } = body as { outcomes: readonly { state: string; reason: { code: string } | null }[] };
  return outcomes.map(({ state, reason }) => (reason ? `${state}:${reason.code}` : state));
}

export function ndjson(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

function isEnd(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'end' in line && line.end === true;
}

function rowHash(id: string | number, ver: number, image: RowImage): string {
  return createHash('md5')
    .update(rowHashInput(id, ver, canonicalImage(image)))
    .digest('hex')
    .slice(0, 16);
}

function assertHash(id: string | number, ver: number, image: RowImage, hash: string): void {
  const own = rowHash(id, ver, image);
  if (own !== hash) throw new Error(`row ${id} came with hash ${hash}, computed ${own}`);
}
