import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wireTable } from '#contract/wire/tables.ts';
import { knownReplicas } from '#db/keys/place.ts';
import type { ReplicaService } from '#db/service.ts';
import { expectEqualCopy, lookAtCopy } from '#db/testing/copyOnDisk.ts';
import { orderLine, type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';

let server: ScriptedServer;
let dataDir: string;
let service: ReplicaService;
let crash_at: string | undefined;

class Crash extends Error {}

const start = () =>
  testService({
    dataDir,
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
    crashAt: (point) => {
      if (point === crash_at) throw new Crash(point);
    },
  });
const signIn = () => service.signIn({ user_name: 'planner', password: 'right' });

const look = <T>(read: (all: (sql: string) => unknown[]) => T): Promise<T> => lookAtCopy(dataDir, server, read);
const expectEqual = (buckets: readonly number[]): Promise<void> => expectEqualCopy(dataDir, server, buckets);

beforeEach(async () => {
  crash_at = undefined;
  server = scriptedServer();
  smallDistributor(server);
  dataDir = freshFolder();
  service = start();
  await signIn();
});
afterEach(() => service.close());

describe('bringing the copy to the head', () => {
  test('a first sync loads every bucket and verifies', async () => {
    const pulled = await service.syncOnce();
    expect(pulled).toEqual({ checkpoint: server.head().number, rows: 18 });
    await expectEqual([10, 20, 50, 100, 101, 102]);
    expect(await service.verify()).toMatchObject({ equal: true, rows: 18, unequal_tables: [] });
    expect(await service.syncOnce()).toEqual({ checkpoint: server.head().number, rows: 0 });
  });

  test('a bucket larger than one answer is read in parts', async () => {
    server.bucket(103, 'order_line', { company: 1, month: 202608 });
    for (let n = 0; n < 45_000; n++) server.put(103, n + 1, orderLine(202608, n));
    server.checkpoint();
    await service.syncOnce();
    expect(server.requests.filter((path) => path === '/sync/snapshot').length).toBeGreaterThan(1);
    await look((all) => expect(all('SELECT rows FROM bucket WHERE id = 103')).toEqual([{ rows: 45_000 }]));
    expect((await service.verify()).equal).toBe(true);
  });

  test('newest months come before older ones', async () => {
    let asked: number[] = [];
    server.before = (path, body) => {
      if (path === '/sync/snapshot')
        asked = (body as { buckets: { bucket: number }[] }).buckets.map((each) => each.bucket);
    };
    await service.syncOnce();
    expect(asked).toEqual([10, 20, 50, 102, 101, 100]);
  });

  test('updates, deletes, a delete with re-insert, and a row that moves to another bucket', async () => {
    await service.syncOnce();
    server.put(20, 840, [1, 'FA-0840', 'renamed', null, 'pcs', null, 0]);
    server.remove(100, 202609000);
    server.remove(101, 202610001);
    server.put(101, 202610001, orderLine(202610, 9));
    // moved: gone from its old bucket, present in the new one, and the other way round within one checkpoint
    server.remove(102, 202611002);
    server.put(100, 202611002, orderLine(202609, 2));
    server.put(102, 202609001, orderLine(202611, 1));
    server.remove(100, 202609001);
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102]);
    expect((await service.verify()).equal).toBe(true);
  });

  test('a table has another version after every change of its rows, and only then', async () => {
    const versions = async () => {
      const found = new Map<string, number>();
      await look((all) => {
        for (const name of ['company', 'item', 'item_note', 'order_line'] as const) {
          const rows = all(`SELECT version FROM table_version WHERE tbl = ${wireTable(name).id}`);
          found.set(name, (rows as { version: number }[])[0]?.version ?? 0);
        }
      });
      return found;
    };
    const raised = async (change: () => void) => {
      const before = await versions();
      change();
      await service.syncOnce();
      return [...(await versions())].flatMap(([name, version]) => (version === before.get(name) ? [] : [name]));
    };
    // a bucket that came whole counts, empty or not
    expect(await raised(() => undefined)).toEqual(['company', 'item', 'item_note', 'order_line']);
    expect(await raised(() => undefined)).toEqual([]);
    expect(await raised(() => server.put(20, 840, [1, 'FA-0840', 'renamed', null, 'pcs', null, 0]))).toEqual(['item']);
    expect(await raised(() => server.remove(100, 202609000))).toEqual(['order_line']);
    expect(await raised(() => server.dropBucket(20))).toEqual(['item']);
  });

  test('rows that change while a snapshot is read are neither lost nor doubled', async () => {
    let times = 0;
    server.before = (path) => {
      if (path !== '/sync/open' || ++times !== 2) return;
      // after the parts were read, before the closing checkpoint is drained
      server.put(100, 202609000, orderLine(202609, 77));
      server.remove(101, 202610000);
      server.remove(102, 202611000);
      server.put(101, 202611000, orderLine(202610, 50));
      server.put(102, 999, orderLine(202611, 51));
    };
    await service.syncOnce();
    expect(times).toBeGreaterThanOrEqual(2);
    await expectEqual([100, 101, 102]);
    expect((await service.verify()).equal).toBe(true);
  });

  test('of a checkpoint with too many rows the largest buckets are loaded afresh, whenever it comes', async () => {
    server.most_delta_rows = 4;
    const tooMany = (n: number) => {
      for (let id = 0; id < 5; id++) server.put(100, 300 + id, orderLine(202609, n + id));
      server.remove(100, 202609000);
      // out of a bucket that is loaded afresh, and into it
      server.remove(100, 202609001);
      server.put(101, 202609001, orderLine(202610, n));
      server.remove(101, 202610001);
      server.put(100, 202610001, orderLine(202609, n));
      server.put(20, 840, [1, 'FA-0840', `renamed ${n}`, null, 'pcs', null, 0]);
    };
    const all = [10, 20, 50, 100, 101, 102];
    let times = 0;
    server.before = (path) => {
      // while a first load is under way, after its parts were read
      if (path === '/sync/open' && ++times === 2) tooMany(1);
    };
    await service.syncOnce();
    expect(times).toBeGreaterThanOrEqual(2);
    await expectEqual(all);
    server.requests.length = 0;
    server.put(102, 202611000, orderLine(202611, 7));
    await service.syncOnce();
    expect(server.requests).not.toContain('/sync/snapshot');

    tooMany(2);
    await service.syncOnce();
    expect(server.requests).toContain('/sync/snapshot');
    await expectEqual(all);
    expect((await service.verify()).equal).toBe(true);

    // its loading cut off: what was said to be missing stays so, and is loaded the next time
    tooMany(3);
    server.bend = (path, text) => (path === '/sync/snapshot' ? undefined : text);
    await expect(service.syncOnce()).rejects.toThrow();
    await look((rows) => expect(rows("SELECT id FROM bucket WHERE state = 'missing'")).toEqual([{ id: 100 }]));
    server.bend = (_path, text) => text;
    await service.syncOnce();
    await expectEqual(all);
  });

  test('a new bucket in the scope is loaded, and one that appears while following', async () => {
    await service.syncOnce();
    server.bucket(104, 'order_line', { company: 1, month: 202612 });
    server.put(104, 5, orderLine(202612, 5));
    const told: boolean[] = [];
    const stop = service.onEvent((message) => {
      if (message.event === 'status') told.push(message.data.progress !== null);
    });
    await service.syncOnce();
    await expectEqual([104, 100]);
    // a row or two are no load that anybody is told of
    expect(told).not.toContain(true);
    for (let nth = 0; nth < 13; nth++) server.bucket(200 + nth, 'order_line', { company: 1, month: 202401 + nth });
    await service.syncOnce();
    stop();
    expect(told).toContain(true);
  });

  test('a grant lost and regained between opening and reading leaves no hole', async () => {
    await service.syncOnce();
    server.put(101, 202610000, orderLine(202610, 8));
    server.before = (path) => {
      if (path === '/sync/delta') server.dropBucket(101);
    };
    server.bend = (path, text) => {
      if (path === '/sync/delta') {
        server.before = () => undefined;
        server.bucket(101, 'order_line', { company: 1, site: 2, channel: 3, month: 202610 });
      }
      return text;
    };
    await service.syncOnce();
    await expectEqual([100, 101, 102]);
    expect((await service.verify()).equal).toBe(true);
  });

  test('a lost grant removes its rows, from the file too', async () => {
    await service.syncOnce();
    const before = await look((all) => all('SELECT count(*) AS n FROM order_line'));
    expect(before).toEqual([{ n: 15 }]);
    const withdrawals = async () => await look((all) => all('SELECT withdrawals FROM replica_meta'));
    expect(await withdrawals()).toEqual([{ withdrawals: 0 }]);
    server.dropBucket(101);
    await service.syncOnce();
    expect(await withdrawals()).toEqual([{ withdrawals: 1 }]);
    await look((all) => {
      expect(all('SELECT count(*) AS n FROM order_line WHERE month = 202610')).toEqual([{ n: 0 }]);
      expect(all('SELECT id FROM bucket WHERE id = 101')).toEqual([]);
    });
    // regained: loaded again, changes made meanwhile included
    server.put(101, 202610000, orderLine(202610, 8));
    server.bucket(101, 'order_line', { company: 1, site: 2, channel: 3, month: 202610 });
    await service.syncOnce();
    await expectEqual([100, 101, 102]);
    expect(await withdrawals()).toEqual([{ withdrawals: 1 }]);
  });
});

describe('answers that are not what they should be', () => {
  const unchanged = async (act: () => Promise<unknown>) => {
    await service.syncOnce();
    const before = await look((all) => [
      all('SELECT * FROM replica_meta'),
      all('SELECT id, ver FROM order_line ORDER BY id'),
    ]);
    server.put(100, 202609000, orderLine(202609, 66));
    server.put(101, 202610000, orderLine(202610, 67));
    await expect(act()).rejects.toThrow();
    server.bend = (_path, text) => text;
    expect(
      await look((all) => [all('SELECT * FROM replica_meta'), all('SELECT id, ver FROM order_line ORDER BY id')]),
    ).toEqual(before);
    await service.syncOnce();
    await expectEqual([100, 101, 102]);
  };

  test.each([
    ['cut short', (text: string) => text.slice(0, -30)],
    ['without its end line', (text: string) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`],
    ['with a row missing', (text: string) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['with a changed value', (text: string) => text.replace('line 66', 'line 99')],
    ['with a changed version', (text: string) => text.replace(/"U",(\d+),(\d+)/, '"U",$1,1$2')],
    ['from elsewhere', (text: string) => text.replace(/"from":\{"number":\d+/, '"from":{"number":0')],
    ['with a fraction where a whole number belongs', (text: string) => text.replace('1500000', '1500000.5')],
  ])('a delta %s changes nothing', async (_what, bend) => {
    await unchanged(async () => {
      server.bend = (path, text) => (path === '/sync/delta' ? bend(text) : text);
      await service.syncOnce();
    });
  });

  test.each(['rows', 'columns'] as const)('a snapshot of %s with a wrong hash is refused whole', async (encoding) => {
    server.encoding = encoding;
    server.bend = (path, text) => (path === '/sync/snapshot' ? text.replace('Halvorsen', 'Halverson') : text);
    await expect(service.syncOnce()).rejects.toThrow('hash');
    await look((all) => expect(all('SELECT * FROM company')).toEqual([]));
  });

  /** Changes the block of the column encoding that holds `text`, and gives it a hash again. */
  const bendBlock = (text: string, bend: (columns: unknown[][]) => void, facts: object = {}) => {
    server.bend = (path, answer) => {
      if (path !== '/sync/snapshot') return answer;
      const lines = answer.split('\n');
      const at = lines.findIndex((line) => line.startsWith('[[') && line.includes(text));
      const columns = JSON.parse(lines[at] ?? '') as unknown[][];
      const { block } = JSON.parse(lines[at + 1] ?? '') as { block: object };
      bend(columns);
      lines[at] = JSON.stringify(columns);
      const hash = createHash('sha256').update(lines[at]).digest('hex');
      lines[at + 1] = JSON.stringify({ block: { ...block, hash, ...facts } });
      return lines.join('\n');
    };
  };

  test.each([
    ['a fraction', (columns: unknown[][]) => columns.at(-3)?.splice(0, 1, 0.5), {}],
    ['an object', (columns: unknown[][]) => columns.at(-3)?.splice(0, 1, {}), {}],
    ['a column too few', (columns: unknown[][]) => columns.pop(), {}],
    ['a short column', (columns: unknown[][]) => columns[4]?.pop(), {}],
    ['an id of another type', (columns: unknown[][]) => columns[0]?.splice(0, 1, 'x'), {}],
    ['no version', (columns: unknown[][]) => columns[1]?.splice(0, 1, null), {}],
    ['another last row', () => undefined, { last_id: 5 }],
    ['more rows than it says', () => undefined, { rows: 4 }],
    ['rows of a bucket not asked for', () => undefined, { runs: [[77, 5]] }],
    ['rows counted to another bucket', () => undefined, { runs: [[101, 5]] }],
  ])('a block with %s is refused, and nothing of it written', async (_what, bend, facts) => {
    bendBlock('"line 4"', bend, facts);
    await expect(service.syncOnce()).rejects.toThrow('refused');
    await look((all) => expect(all('SELECT id FROM order_line')).toEqual([]));
    server.bend = (_path, text) => text;
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102]);
  });

  test('a comparison goes on while the server does', async () => {
    await service.syncOnce();
    let changes = 0;
    server.before = (path) => {
      if (path === '/sync/verify' && ++changes <= 3) server.put(101, 202610000, orderLine(202610, changes));
    };
    expect(await service.verify()).toMatchObject({ equal: true, rows: 18, checkpoint: server.head().number });
    expect(changes).toBe(4);
  });

  test('a difference is found, named, and repaired', async () => {
    await service.syncOnce();
    // the server forgets to log a change: exactly what a comparison of contents must find
    const [row] = server.rows(101);
    if (!row) throw new Error('no row');
    server.put(101, row.id, orderLine(202610, 5000));
    const line = JSON.stringify([101, 'U', row.id]).slice(0, -1);
    server.bend = (path, text) => {
      if (path !== '/sync/delta') return text;
      const kept = text.split('\n').filter((each) => !each.startsWith(line));
      const rows = kept.filter((each) => each.startsWith('[')).length;
      return kept.map((each) => each.replace(/"rows":\d+/, `"rows":${rows}`)).join('\n');
    };
    const verified = await service.verify();
    expect(verified).toMatchObject({ equal: false, unequal_tables: ['order_line'], repaired_rows: 1 });
    expect((await service.verify()).equal).toBe(true);
    await expectEqual([100, 101, 102]);
    expect(service.status().notices[0]?.text).toContain('Order lines: 1 replaced');
  });
});

describe('crashes', () => {
  test.each(['host.apply.before_commit', 'host.apply.committed'])(
    'at %s: data and cursor agree after the restart',
    async (point) => {
      await service.syncOnce();
      server.put(100, 202609000, orderLine(202609, 66));
      crash_at = point;
      await expect(service.syncOnce()).rejects.toThrow();
      crash_at = undefined;
      const applied = point === 'host.apply.committed';
      await look((all) => {
        expect(all('SELECT checkpoint_number FROM replica_meta')).toEqual([
          { checkpoint_number: applied ? server.head().number : server.head().number - 1 },
        ]);
        const found = all("SELECT id FROM order_line WHERE description = 'line 66'");
        expect(found.length).toBe(applied ? 1 : 0);
      });
      await service.close();
      service = start();
      await signIn();
      await service.syncOnce();
      await expectEqual([100, 101, 102]);
    },
  );

  test('during the first load: complete buckets stay, the rest follows', async () => {
    crash_at = 'host.apply.before_commit';
    await expect(service.syncOnce()).rejects.toThrow();
    await look((all) => expect(all("SELECT count(*) AS n FROM bucket WHERE state = 'complete'")).toEqual([{ n: 0 }]));
    crash_at = undefined;
    await service.close();
    service = start();
    await signIn();
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102]);
  });
});

describe('a server that was restored', () => {
  test('everything is loaded afresh, the outbox stays, accepted work is offered again once', async () => {
    await service.syncOnce();
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'kept' });
    await service.syncOnce();
    expect((await service.call('outbox', {})).counts.accepted).toBe(1);
    const waiting = await service.call('addItemNote', { item_id: 841, body: 'waiting' });
    server.remove(50, id);
    server.restore();
    await service.syncOnce();
    expect(server.pushed.get(id)).toBe(2);
    expect(server.pushed.get(waiting.id)).toBe(1);
    expect((await service.call('outbox', {})).counts).toMatchObject({ accepted: 2, pending: 0, sent: 0 });
    await expectEqual([10, 20, 50, 100, 101, 102]);
    expect(new Set(server.rows(50).map((row) => row.id))).toEqual(new Set([id, waiting.id]));
    expect(service.status().notices[0]?.text).toContain('offered again');
    // settled: not offered a third time
    await service.syncOnce();
    expect(server.pushed.get(id)).toBe(2);
  });
});

describe('a copy that was lost while the server was restored', () => {
  test('what the server once accepted is offered again, though no copy remembers the old epoch', async () => {
    await service.syncOnce();
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'kept' });
    await service.syncOnce();
    expect((await service.call('outbox', {})).counts.accepted).toBe(1);
    await service.close();
    const [known] = knownReplicas(dataDir, 'planner');
    if (!known) throw new Error('no replica');
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${known.place.replica_file}${suffix}`, { force: true });
    server.remove(50, id);
    server.restore();
    service = start();
    await signIn();
    await service.syncOnce();
    expect(server.pushed.get(id)).toBe(2);
    expect(server.rows(50).map((row) => row.id)).toEqual([id]);
    expect((await service.call('outbox', {})).counts).toMatchObject({ accepted: 1, pending: 0, sent: 0 });
    expect(service.status().notices[0]?.text).toContain('offered again');
  });
});

describe('what lies on the disk', () => {
  test('is not plain text, in no file of the replica', async () => {
    server.put(20, 842, [1, 'FA-0842', 'SENTINEL-IN-A-ROW', null, 'pcs', null, 1]);
    await service.syncOnce();
    await service.call('addItemNote', { item_id: 840, body: 'SENTINEL-IN-A-NOTE' });
    const [known] = knownReplicas(dataDir, 'planner');
    if (!known) throw new Error('no replica');
    const { place } = known;
    for (const file of [place.replica_file, place.work_file]) {
      for (const suffix of ['', '-wal', '-shm']) {
        const bytes = readFileSync(`${file}${suffix}`);
        expect(bytes.includes('SENTINEL'), `${file}${suffix}`).toBe(false);
        expect(bytes.includes('Halvorsen'), `${file}${suffix}`).toBe(false);
        expect(bytes.subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
      }
    }
    const record = Buffer.from(readFileSync(place.record_file, 'utf8'), 'base64');
    expect(record.length).toBeGreaterThan(100);
    expect(record.includes('SENTINEL')).toBe(false);
    expect(readFileSync(place.keys_file, 'utf8')).not.toContain('"replica"');
  });
});
