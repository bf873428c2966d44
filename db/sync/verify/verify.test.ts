import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wireTable } from '#contract/wire/tables.ts';
import type { RepairedRow } from '#contract/actions.ts';
import type { ReplicaService } from '#db/service.ts';
import { damageCopy, expectEqualCopy } from '#db/testing/copyOnDisk.ts';
import { orderLine, type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';

const BUCKETS = [10, 20, 50, 100, 101, 102];
const LINE = wireTable('order_line').columns.map(({ name }) => name);
const TEXT = LINE[8] ?? '';
const MINOR = LINE[17] ?? '';

let server: ScriptedServer;
let dataDir: string;
let service: ReplicaService;
let now_ms = 1_780_000_000_000;

const start = (background: boolean): ReplicaService =>
  testService({
    dataDir,
    serverUrl: server.url,
    background,
    clock: () => (now_ms += 1),
    fetch: (input, init) => server.fetch(input, init),
  });
const damage = (...statements: string[]): Promise<void> => damageCopy(dataDir, server, ...statements);

beforeEach(async () => {
  server = scriptedServer();
  smallDistributor(server);
  dataDir = freshFolder();
  service = start(false);
  await service.signIn({ user_name: 'planner', password: 'right' });
  await service.syncOnce();
});
afterEach(() => service.close());

const DAMAGED = 202610003;
const EXTRA = 202610999;

describe('one damaged row', () => {
  const cases: readonly (readonly [string, string, readonly Partial<RepairedRow>[]])[] = [
    [
      'a flipped column',
      `UPDATE order_line SET ${MINOR} = ${MINOR} + 1 WHERE id = ${DAMAGED}`,
      [{ what: 'replaced', columns: [MINOR] }],
    ],
    [
      'a number no server sends',
      `UPDATE order_line SET ${MINOR} = 1 << 60 WHERE id = ${DAMAGED}`,
      [{ what: 'replaced', columns: [MINOR] }],
    ],
    [
      'a stale row',
      `UPDATE order_line SET ver = ver - 1, ${TEXT} = 'old' WHERE id = ${DAMAGED}`,
      [{ what: 'replaced', columns: [TEXT, 'ver'] }],
    ],
    ['a missing row', `DELETE FROM order_line WHERE id = ${DAMAGED}`, [{ what: 'added', columns: [] }]],
    [
      'an extra row',
      `INSERT INTO order_line (id, ver, bucket, ${LINE.join(', ')}) SELECT ${EXTRA}, ver, bucket, ${LINE.join(', ')}
         FROM order_line WHERE id = ${DAMAGED}`,
      [{ what: 'removed', id: String(EXTRA), columns: [] }],
    ],
    [
      'a row in the bucket of another month',
      `UPDATE order_line SET bucket = 100 WHERE id = ${DAMAGED}`,
      [{ what: 'replaced', columns: ['bucket'] }],
    ],
    [
      'a row in no bucket',
      `UPDATE order_line SET bucket = 77 WHERE id = ${DAMAGED}`,
      [{ what: 'removed' }, { what: 'added' }],
    ],
  ];
  test.each(cases)('%s is found, mended alone, and said', async (_what, statement, repairs) => {
    expect(await service.verify()).toMatchObject({ equal: true, rows: 18, repaired: [] });
    const snapshots = server.requests.filter((path) => path === '/sync/snapshot').length;
    await damage(statement);
    const verified = await service.verify();
    expect(verified).toMatchObject({ equal: false, unequal_tables: ['order_line'], repaired_buckets: 0, stubborn: [] });
    const said = repairs.map((repair) => ({ label: 'Order lines', id: String(DAMAGED), ...repair }));
    expect(verified.repaired).toMatchObject(said);
    expect(verified.repaired_rows).toBe(said.length);
    await expectEqualCopy(dataDir, server, BUCKETS);
    expect(await service.verify()).toMatchObject({ equal: true, repaired_rows: 0 });
    expect(server.requests.filter((path) => path === '/sync/snapshot').length).toBe(snapshots);
    const { verification, notices, last_verified } = service.status();
    expect(verification.repaired).toMatchObject(said.toReversed());
    expect(notices[0]?.text).toContain('Order lines: 1');
    expect(last_verified).toMatchObject({ equal: true, rows: 18 });
  });
});

describe('a large bucket', () => {
  beforeEach(async () => {
    server.bucket(103, 'order_line', { company: 1, month: 202608 });
    for (let n = 0; n < 6000; n++) server.put(103, n * 10 + 1, orderLine(202608, n));
    await service.syncOnce();
  });

  test('is cut into ranges: only the rows that differ are fetched', async () => {
    await damage(
      `UPDATE order_line SET ${MINOR} = 7 WHERE id = 20001`,
      'DELETE FROM order_line WHERE id = 1',
      'DELETE FROM order_line WHERE id = 59991',
      'UPDATE order_line SET id = 41235 WHERE id = 41231',
    );
    const verified = await service.verify();
    expect(verified).toMatchObject({ equal: false, repaired_buckets: 0, repaired_rows: 5 });
    expect(verified.repaired_words).toBe('Order lines: 3 added, 1 replaced, 1 removed');
    expect(new Set(verified.repaired.map(({ id }) => id))).toEqual(new Set(['1', '20001', '41231', '41235', '59991']));
    await expectEqualCopy(dataDir, server, [103]);
    expect(server.verified.filter(({ ranges }) => ranges > 0).length).toBeLessThan(6);
  });

  test('that differs in everything is loaded again as a whole', async () => {
    await damage(`UPDATE order_line SET ${MINOR} = 7 WHERE bucket = 103`);
    expect(await service.verify()).toMatchObject({ equal: false, repaired_buckets: 1, repaired_rows: 0, stubborn: [] });
    expect(service.status().notices[0]?.text).toContain('1 part was loaded again (Order lines)');
    await expectEqualCopy(dataDir, server, [103]);
  });

  test('is mended while the server goes on writing', async () => {
    await damage(`UPDATE order_line SET ${MINOR} = 7 WHERE id = 20001`);
    let changes = 0;
    server.before = (path) => {
      if (path === '/sync/verify' && ++changes % 3 !== 0 && changes < 9)
        server.put(103, 20011, orderLine(202608, changes));
    };
    expect(await service.verify()).toMatchObject({ equal: false, repaired_rows: 1, repaired_buckets: 0 });
    expect(changes).toBeGreaterThan(3);
    await expectEqualCopy(dataDir, server, [103]);
  });
});

test('an older server that knows no ranges sends the bucket again', async () => {
  server.knowsRanges = false;
  await damage('DELETE FROM order_line WHERE id = 202610003');
  expect(await service.verify()).toMatchObject({ equal: false, repaired_buckets: 1, repaired_rows: 0 });
  expect((await service.verify()).equal).toBe(true);
});

test('what differs again right after it was mended is left alone, said, and gone with a full reload', async () => {
  // the server's sum of one bucket is of other rows than those it sends
  server.bend = (path, text) =>
    path === '/sync/verify' ? text.replace(/(?<=\[101,5,")[0-9a-f]/, (digit) => (digit === '0' ? '1' : '0')) : text;
  const first = await service.verify();
  expect(first).toMatchObject({ equal: false, repaired_buckets: 1, stubborn: ['Order lines'] });
  const snapshots = server.requests.filter((path) => path === '/sync/snapshot').length;
  for (let again = 0; again < 3; again++) {
    expect(await service.verify()).toMatchObject({ equal: false, repaired_buckets: 0, stubborn: ['Order lines'] });
  }
  expect(server.requests.filter((path) => path === '/sync/snapshot').length).toBe(snapshots);
  expect(service.status().verification.stubborn).toEqual(['Order lines']);
  expect(service.status().notices[0]?.text).toContain('Load all data again');
  server.bend = (_path, text) => text;
  await service.call('addItemNote', { item_id: 840, body: 'stays' });
  await service.call('reloadData', {});
  await expectEqualCopy(dataDir, server, BUCKETS);
  expect(service.status().verification.stubborn).toEqual([]);
  expect((await service.call('outbox', { offset: 0, limit: 10 })).counts.pending).toBe(1);
  expect((await service.verify()).equal).toBe(true);
});

test('no data is forgotten while the server does not answer', async () => {
  server.down = true;
  await expect(service.call('reloadData', {})).rejects.toThrow();
  expect(service.status().rows).toBe(18);
});

describe('in two steps', () => {
  /** Many parts of the data, so that the rest takes several portions. */
  const manyMonths = async (): Promise<void> => {
    for (let n = 0; n < 1200; n++) {
      server.bucket(2000 + n, 'order_line', { company: 1, site: n, month: 202601 });
      server.put(2000 + n, 500_000 + n, orderLine(202601, n));
    }
    await service.syncOnce();
  };
  const finished = async (): Promise<void> => {
    await vi.waitFor(() => expect(service.status().verification.pass).toBeNull(), { timeout: 20_000, interval: 20 });
  };

  test('at once what is worked with is read and the rest compared by its sums', async () => {
    await manyMonths();
    server.forgets = (bucket) => bucket >= 3100;
    const first = await service.verify({ depth: 'quick' });
    expect(first).toMatchObject({ equal: true, parts: { by_sum: 0, left: 0 } });
    server.verified.length = 0;
    // a month that nobody looks at changes, and one is damaged
    server.put(2005, 500_005, orderLine(202601, 77));
    await damage(`UPDATE order_line SET ${MINOR} = 7 WHERE id = 500009`);
    const { parts, equal } = await service.verify({ depth: 'quick' });
    // every bucket was read moments ago: the newest month, what has none, and what changed
    expect(parts).toEqual({ read: 5, by_sum: 1200 - 1 - 100 + 2, left: 100 });
    expect(equal).toBe(true);
    expect(server.verified.map(({ read }) => read)).toEqual(['nothing', 'changed']);
    // a row changed behind its back is found by reading only
    expect(await service.verify()).toMatchObject({ equal: false, repaired_rows: 1, repaired: [{ id: '500009' }] });
  });

  test('the rest is read in the background, held, resumed after a restart, and its result kept', async () => {
    await manyMonths();
    await service.verify();
    await damage(`UPDATE order_line SET ${MINOR} = 7 WHERE id = 500009`);
    await service.close();
    service = start(true);
    await service.signIn({ user_name: 'planner', password: 'right' });
    await vi.waitFor(() => expect(service.pill().connection).toBe('live'));
    expect(await service.call('verifyNow', { depth: 'quick' })).toMatchObject({ equal: true });
    expect(await service.call('verifyRest', { paused: true })).toEqual({ paused: true });
    const held = service.status().verification.pass;
    expect(held).toMatchObject({ total_parts: 1206, paused: true });
    expect(held?.done_parts).toBeLessThan(1206);
    await service.close();
    service = start(true);
    await service.signIn({ user_name: 'planner', password: 'right' });
    await vi.waitFor(() => expect(service.pill().connection).toBe('live'));
    expect(service.status().verification.pass).toMatchObject({ paused: true });
    await service.call('verifyRest', { paused: false });
    await finished();
    const { full, repaired } = service.status().verification;
    expect(full).toMatchObject({ equal: false, rows: 1218 });
    expect(repaired).toMatchObject([{ id: '500009', what: 'replaced', columns: [MINOR] }]);
    await expectEqualCopy(dataDir, server, BUCKETS);
    await service.call('verifyNow', { depth: 'quick' });
    await finished();
    expect(service.status().verification.full).toMatchObject({ equal: true, rows: 1218 });
  });

  test('a restored server ends what was under way, and the new data verifies', async () => {
    await service.verify({ depth: 'quick' });
    server.restore();
    await service.syncOnce();
    expect(service.status().verification).toMatchObject({ pass: null, full: null });
    expect(await service.verify({ depth: 'quick' })).toMatchObject({ equal: true, parts: { by_sum: 0, left: 0 } });
  });
});
