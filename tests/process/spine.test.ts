/** The whole way of the data with real processes: server, replicas on several machines, decisions back. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthInWords } from '#domain/calendarWords.ts';
import type {
  CloseBoard,
  ClosePeriodView,
  CloseTaskView,
  CompanyView,
  ItemDetail,
  StockPositions,
} from '#contract/queries.ts';
import { openConnection } from '#db/connection.ts';
import { freePort, type Process, World } from './world.ts';

const world = new World();
const LONG = 300_000;
let port = 0;
let url = '';
let server: Process;

async function startServer(env: Readonly<Record<string, string>> = {}, more: readonly string[] = []): Promise<void> {
  const started = await world.server(['--data-dir', world.path('central'), '--port', String(port), ...more], env);
  server = started.process;
  url = started.url;
}

beforeAll(async () => {
  port = await freePort();
  await world.copyDemo('central');
  await startServer();
}, LONG);
afterAll(() => world.close());

const machine = (name: string, user: string) => [
  '--data-dir',
  world.path(name),
  '--user',
  user,
  '--password-file',
  world.passwordFile(user),
];
const pull = (name: string, user: string) => world.run(['pull', '--server', url, ...machine(name, user)]);

async function query<T>(name: string, user: string, asked: string, args: object = {}): Promise<T> {
  const done = await world.run(['query', asked, '--args', JSON.stringify(args), ...machine(name, user)]);
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout) as T;
}
async function send(name: string, user: string, command: string, args: object, more: readonly string[] = []) {
  return await world.run(['command', command, '--args', JSON.stringify(args), ...machine(name, user), ...more]);
}
const state = (done: { events: readonly { event: string }[] }) => done.events.find((each) => each.event === 'mutation');

type First = { readonly company_id: number; readonly item_id: number };
const firsts = new Map<string, First>();
/** Asked once of each machine: it is the same afterwards. */
async function firstItem(name: string, user: string): Promise<First> {
  const known = firsts.get(name);
  if (known) return known;
  const companies = await query<readonly CompanyView[]>(name, user, 'companies');
  const company_id = companies[0]?.id ?? 0;
  const stock = await query<StockPositions>(name, user, 'stockPositions', { company_id, group_by: 'none', limit: 5 });
  const item_id = stock.rows[0]?.item_id ?? 0;
  expect(stock.total_rows).toBeGreaterThan(100);
  firsts.set(name, { company_id, item_id });
  return { company_id, item_id };
}

async function notesOf(name: string, user: string, item_id: number, body: string) {
  const detail = await query<ItemDetail>(name, user, 'itemDetail', { item_id });
  return detail.notes.filter((note) => note.body === body);
}

describe('a note', () => {
  test('written while the server is down is delivered exactly once', { timeout: LONG }, async () => {
    const pulled = await pull('laptop', 'planner');
    expect(pulled.code).toBe(0);
    expect(Number(pulled.events[0]?.['rows'])).toBeGreaterThan(10_000);
    const { item_id } = await firstItem('laptop', 'planner');

    await server.stop('SIGKILL');
    const body = `Supplier called, ${randomUUID()}`;
    const queued = await send('laptop', 'planner', 'addItemNote', { item_id, body });
    expect(queued.code).toBe(0);
    expect(state(queued)).toMatchObject({ state: 'pending' });
    expect(queued.stderr).toContain('queued');
    expect(await notesOf('laptop', 'planner', item_id, body)).toMatchObject([{ state: 'pending' }]);

    await startServer();
    await pull('laptop', 'planner');
    const outbox = await world.run(['outbox', ...machine('laptop', 'planner')]);
    expect(outbox.events).toMatchObject([{ event: 'mutation', state: 'accepted' }]);
    expect(await notesOf('laptop', 'planner', item_id, body)).toMatchObject([{ state: 'accepted' }]);

    await pull('desk', 'warehouse');
    expect(await notesOf('desk', 'warehouse', item_id, body)).toHaveLength(1);
  });

  test('survives a server that dies between commit and answer, once', { timeout: LONG }, async () => {
    await pull('laptop', 'planner');
    const { item_id } = await firstItem('laptop', 'planner');
    await server.stop();
    await startServer({ BINNACLE_CRASH_AT: 'server.push.committed' });
    const body = `Between commit and answer, ${randomUUID()}`;
    const id = randomUUID();
    const sent = await send('laptop', 'planner', 'addItemNote', { item_id, body }, ['--id', id]);
    expect((await server.finished).signal).toBe('SIGKILL');
    expect(['pending', 'sent']).toContain(state(sent)?.['state' as never]);

    await startServer();
    // the same command with the same id is the same change
    const again = await send('laptop', 'planner', 'addItemNote', { item_id, body }, ['--id', id]);
    expect(state(again)).toMatchObject({ id, state: 'accepted' });
    expect(await notesOf('laptop', 'planner', item_id, body)).toHaveLength(1);
    await pull('desk', 'warehouse');
    expect(await notesOf('desk', 'warehouse', item_id, body)).toHaveLength(1);
  });
});

describe('a sign-off', () => {
  async function openTask(
    name: string,
    user: string,
  ): Promise<{ period: number; task: CloseTaskView; company_id: number }> {
    const companies = await query<readonly CompanyView[]>(name, user, 'companies');
    const company_id = companies[0]?.id ?? 0;
    const periods = await query<readonly { period: number; state: string }[]>(name, user, 'closePeriods', {
      company_id,
    });
    const period = periods.find((each) => each.state === 'open')?.period ?? 0;
    const board = await query<CloseBoard>(name, user, 'closeBoard', { company_id, period });
    const task = board.tasks.find((each) => each.state === 'open' && each.next.role === 'preparer');
    if (!task) throw new Error('no task is open for the preparer');
    return { period, task, company_id };
  }
  const signing = (task: CloseTaskView, role: 'preparer' | 'reviewer') => ({
    task_id: task.id,
    role,
    task_ver: task.ver,
    content_hash: task.content_hash,
    amount_minor: task.amount_minor,
  });

  test('made on two machines offline ends in one accepted and one visible conflict', { timeout: LONG }, async () => {
    await pull('office', 'finance');
    await pull('train', 'controller');
    const { task, company_id, period } = await openTask('office', 'finance');
    const first = await send('office', 'finance', 'signCloseTask', signing(task, 'preparer'), ['--offline']);
    const second = await send(
      'train',
      'controller',
      'signCloseTask',
      { ...signing(task, 'preparer'), stands_in_for: task.owner },
      ['--offline'],
    );
    expect(state(first)).toMatchObject({ state: 'pending' });
    expect(state(second)).toMatchObject({ state: 'pending' });

    await pull('office', 'finance');
    await pull('train', 'controller');
    const office = await world.run(['outbox', ...machine('office', 'finance')]);
    const train = await world.run(['outbox', ...machine('train', 'controller')]);
    expect(office.events[0]).toMatchObject({ state: 'accepted' });
    expect(train.events[0]).toMatchObject({
      state: 'conflict',
      reason: { code: 'already_signed', detail: { by: 'finance' } },
    });

    // the very person who prepared may not review; another may
    const prepared = await query<CloseBoard>('train', 'controller', 'closeBoard', { company_id, period });
    const now = prepared.tasks.find((each) => each.id === task.id);
    if (!now) throw new Error('the task is gone');
    expect(now.state).toBe('in_review');
    const own = await send('office', 'finance', 'signCloseTask', signing(now, 'reviewer'));
    expect(own.code).toBe(1);
    expect(state(own)).toMatchObject({ state: 'rejected' });
    expect(state(await send('train', 'controller', 'signCloseTask', signing(now, 'reviewer')))).toMatchObject({
      state: 'accepted',
    });
    await pull('office', 'finance');
    const after = await query<CloseBoard>('office', 'finance', 'closeBoard', { company_id, period });
    expect(after.tasks.find((each) => each.id === task.id)?.state).toBe('signed');
  });
});

describe('refusals', () => {
  test('say what is wrong and exit non-zero', { timeout: LONG }, async () => {
    const wrong = world.passwordFile('wrong', 'not the password');
    const refused = await world.run([
      'pull',
      '--server',
      url,
      '--data-dir',
      world.path('stranger'),
      '--user',
      'planner',
      '--password-file',
      wrong,
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/password/i);

    await pull('laptop', 'planner');
    for (const [args, words] of [
      [['query', 'constructor'], 'no query constructor'],
      [['query', 'companies', '--args', '{"surplus":1}'], 'surplus'],
      [['query', 'companies', '--args', '[1]'], 'JSON object'],
      [['query', 'stockPositions', '--args', JSON.stringify({ company_id: 1, text: 'x'.repeat(1000) })], 'text'],
      [['command', 'addItemNote', '--args', '{"item_id":999999999,"body":"x"}'], 'item'],
    ] as const) {
      const done = await world.run([...args, ...machine('laptop', 'planner')]);
      expect(done.code, words).not.toBe(0);
      expect(done.stderr).toContain(words);
    }
  });

  test('SQL in a filter is only text', { timeout: LONG }, async () => {
    const { company_id } = await firstItem('laptop', 'planner');
    const found = await query<StockPositions>('laptop', 'planner', 'stockPositions', {
      company_id,
      text: "'; DROP TABLE item; --",
    });
    expect(found.total_rows).toBe(0);
    const percent = await query<StockPositions>('laptop', 'planner', 'stockPositions', { company_id, text: '%' });
    const all = await query<StockPositions>('laptop', 'planner', 'stockPositions', { company_id });
    expect(percent.total_rows).toBeLessThan(all.total_rows);
  });

  test('a role without the close gets no close', { timeout: LONG }, async () => {
    await pull('counter', 'sales');
    const companies = await query<readonly CompanyView[]>('counter', 'sales', 'companies');
    expect(companies).toHaveLength(1);
    const periods = await world.run([
      'query',
      'closePeriods',
      '--args',
      JSON.stringify({ company_id: companies[0]?.id }),
      ...machine('counter', 'sales'),
    ]);
    expect(periods.stdout.trim() === '[]' || periods.code === 1).toBe(true);
  });
});

describe('verifying quickly', () => {
  test('names the row that was mended, then finds all of it equal', { timeout: LONG }, async () => {
    const who = ['--server', url, ...machine('store', 'buyer')];
    await pull('store', 'buyer');
    const key = await world.run(['key', ...machine('store', 'buyer')]);
    const own = key.events.find((each) => String(each['file']).endsWith('replica.db'));
    const replica = openConnection({
      file: String(own?.['file']),
      raw_hex: String(own?.['raw_hex']),
      synchronous: 'NORMAL',
      cache_kib: 1000,
    });
    const item_id = Number(replica.prepare('SELECT max(id) FROM item').pluck().get());
    replica.prepare("UPDATE item SET name = name || '!' WHERE id = ?").run(item_id);
    replica.close();
    const mended = await world.run(['verify', '--quick', ...who]);
    expect(mended.code).toBe(1);
    expect(mended.events.at(-1)).toMatchObject({ event: 'done', equal: false, repaired_rows: 1 });
    expect(JSON.stringify(mended.events.at(-1)?.['repaired'])).toContain(String(item_id));
    const again = await world.run(['verify', '--quick', ...who]);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.events.at(-1)).toMatchObject({ event: 'done', equal: true, parts: { left: 0 } });
    const detail = await query<ItemDetail>('store', 'buyer', 'itemDetail', { item_id });
    expect(detail.name).not.toContain('!');
  });
});

describe('the audit trail in a copy', () => {
  test('that was rewritten is found by verify, which names the entry, and then mended', { timeout: LONG }, async () => {
    const who = ['--server', url, ...machine('desk', 'auditor')];
    await pull('desk', 'auditor');
    const before = await world.run(['verify', '--quick', ...who]);
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(before.events[0]).toMatchObject({ event: 'audit_chain', broken: null, equal: true });
    const key = await world.run(['key', ...machine('desk', 'auditor')]);
    const own = key.events.find((each) => String(each['file']).endsWith('replica.db'));
    const replica = openConnection({
      file: String(own?.['file']),
      raw_hex: String(own?.['raw_hex']),
      synchronous: 'NORMAL',
      cache_kib: 1000,
    });
    const seq = Number(replica.prepare('SELECT max(id) FROM audit_entry').pluck().get());
    replica.prepare(`UPDATE audit_entry SET user_name = 'nobody' WHERE id = ?`).run(seq);
    replica.close();
    const found = await world.run(['verify', '--quick', ...who]);
    expect(found.code).toBe(1);
    expect(found.events[0]).toMatchObject({ event: 'audit_chain', broken: { seq } });
    expect(found.events.at(-1)).toMatchObject({ event: 'done', equal: false, repaired_rows: 1 });
    const again = await world.run(['verify', '--quick', ...who]);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.events[0]).toMatchObject({ event: 'audit_chain', broken: null });
  });
});

describe('a binder from the command line', () => {
  test('is made, recorded, and verified in its bytes and by its record apart', { timeout: LONG }, async () => {
    await pull('office', 'finance');
    const out = world.path('october');
    const companies = await query<readonly CompanyView[]>('office', 'finance', 'companies');
    const { id: company_id = 0, code = '' } = companies[0] ?? {};
    const periods = await query<readonly { period: number; state: string }[]>('office', 'finance', 'closePeriods', {
      company_id,
    });
    const open = periods.find((each) => each.state === 'open')?.period ?? 0;
    const month = `${Math.floor(open / 100)}-${String(open % 100).padStart(2, '0')}`;
    const asked = ['--period', month, '--company', code, '--out', out, ...machine('office', 'finance')];
    const made = await world.run(['binder', ...asked]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const manifest_hash = String(made.events[0]?.['manifest_hash']);
    expect(made.events).toMatchObject([
      { event: 'binder', final: false, lacking: expect.arrayContaining(['the month is not locked for good']) },
      { event: 'binder_record', state: 'accepted' },
    ]);
    const alone = await world.run(['binder', 'verify', out]);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(alone.events).toMatchObject([
      { event: 'binder_verified', manifest_hash, final: false },
      { event: 'trail_verified', of: 'sealed' },
      { event: 'binder_recorded', recorded: null },
    ]);
    const recorded = await world.run(['binder', 'verify', out, ...machine('office', 'finance')]);
    expect(recorded).toMatchObject({ code: 0, stderr: '' });
    expect(recorded.events[2]).toMatchObject({
      event: 'binder_recorded',
      recorded: true,
      by: [{ author: 'finance', final: false, state: 'accepted' }],
    });
    const entries = Number(recorded.events[1]?.['entries']);
    expect(entries).toBeGreaterThan(0);
    expect(recorded.events[3]).toMatchObject({ event: 'trail_held', entries, later: 0 });
    const pdf = join(out, 'draft-binder.pdf');
    const bytes = readFileSync(pdf);
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    writeFileSync(pdf, bytes);
    const changed = await world.run(['binder', 'verify', out, ...machine('office', 'finance')]);
    expect(changed.code).toBe(1);
    expect(changed.events).toMatchObject([{ event: 'binder_fault', path: 'draft-binder.pdf', fault: 'changed' }]);
    // the manifest and its seal rewritten with it: alone it agrees, beside the record it does not
    const sha256 = (of: string | Buffer): string => createHash('sha256').update(of).digest('hex');
    const told = (side: string): string => String((changed.events[0]?.[side] as { sha256?: string } | null)?.sha256);
    expect(told('found')).toBe(sha256(bytes));
    const manifest = readFileSync(join(out, 'manifest.json'), 'utf8').replace(told('expected'), told('found'));
    writeFileSync(join(out, 'manifest.json'), manifest);
    writeFileSync(join(out, 'manifest.sha256'), `${sha256(manifest)}  manifest.json\n`);
    expect((await world.run(['binder', 'verify', out])).code).toBe(0);
    const rewritten = await world.run(['binder', 'verify', out, ...machine('office', 'finance')]);
    expect(rewritten.code).toBe(1);
    expect(rewritten.events.at(-1)).toMatchObject({
      event: 'binder_fault',
      path: 'manifest.json',
      recorded: manifest_hash,
    });
  });
});

describe('rules from the command line', () => {
  test('export, see what a file would change, draft it: each end has its exit code', { timeout: LONG }, async () => {
    const who = ['--company', 'HAL', ...machine('store', 'buyer'), '--subject', 'price_rule'];
    const exported = await world.run(['rules', 'export', '--format', 'json', ...who]);
    expect(exported.stderr).toBe('');
    const rules = JSON.parse(exported.stdout) as Record<string, string | null>[];
    const rule = rules.find(({ customer }) => customer !== null);
    const from = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const bring = async (file: unknown, more: readonly string[] = []) => {
      const path = world.path('rules.json');
      writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
      return await world.run(['rules', 'import', '--file', path, '--from', from, ...who, ...more]);
    };
    expect(await bring(rules)).toMatchObject({ code: 0, stderr: '' });
    const changed = [{ ...rule, 'discount allowed, %': '7.25', owner: 'buyer' }];
    const unowned = await bring(`customer,"discount allowed, %",owner\n${rule?.['customer']},7.25,\n`);
    expect(unowned.code).toBe(2);
    expect(unowned.events).toContainEqual(
      expect.objectContaining({ event: 'refused', line_number: 2, reason: expect.stringContaining('no owner') }),
    );
    const seen = await bring(changed);
    expect(seen.code).toBe(3);
    expect(seen.events).toContainEqual(
      expect.objectContaining({ event: 'change', after: { max_discount_bp: 725, owner: 'buyer' } }),
    );
    expect((await bring(changed, ['--apply'])).stderr).toContain('--reason');
    const drafted = await bring(changed, ['--apply', '--reason', 'Agreed in spring']);
    expect(drafted).toMatchObject({ code: 0, stderr: '' });
    expect(drafted.events.at(-1)).toMatchObject({ event: 'mutation', state: 'accepted' });
    expect(await bring(changed, ['--company', 'NONE'])).toMatchObject({ code: 1 });
  });
});

describe('a damaged replica', () => {
  test('is set aside, its outbox kept, the person told', { timeout: LONG }, async () => {
    const { item_id } = await firstItem('store', 'buyer');
    const body = `Kept through damage, ${randomUUID()}`;
    await send('store', 'buyer', 'addItemNote', { item_id, body }, ['--offline']);
    const key = await world.run(['key', ...machine('store', 'buyer')]);
    const file = String(key.events.find((each) => String(each['file']).endsWith('replica.db'))?.['file']);
    writeFileSync(file, 'this is no database, not any more, and it is long enough to be read as one'.repeat(100));

    expect((await pull('store', 'buyer')).code).toBe(0);
    expect(readdirSync(dirname(file)).some((name) => name.startsWith('replica.db.aside-'))).toBe(true);
    const status = await world.run(['status', ...machine('store', 'buyer')]);
    expect(JSON.stringify(status.events)).toContain('aside');
    expect(await notesOf('store', 'buyer', item_id, body)).toMatchObject([{ state: 'accepted' }]);
    const rows = await world.run(['dump', ...machine('store', 'buyer')]);
    expect(rows.stdout).toContain(body);
    expect(join(dirname(file))).toContain('buyer');
  });
});

describe('a fiscal year', () => {
  test('is set while no locked month would come out otherwise, told who set it, and refused by month', {
    timeout: LONG,
  }, async () => {
    const admin = ['--server', url, '--user', 'admin', '--password-file', world.passwordFile('admin')];
    const begins = (code: string) => world.run(['company', 'fiscal-year', code, '--begins-with', 'April', ...admin]);
    await pull('books', 'controller');
    const companies = await query<readonly CompanyView[]>('books', 'controller', 'companies');
    const { id: company_id = 0, code = '' } = companies[0] ?? {};
    const periods = await query<readonly ClosePeriodView[]>('books', 'controller', 'closePeriods', { company_id });
    const locked = periods.find(({ state: as }) => as === 'hard_locked')?.period ?? 0;
    const refused = await begins(code);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      `The fiscal year of ${code} stays as it is: it would change the trial balance of ${monthInWords(locked)}, locked for good.`,
    );

    const file = world.path('first.csv');
    writeFileSync(file, 'code,name\nA-1,Bolt\n');
    const place = ['--company', 'NEW', '--company-name', 'New', '--currency', 'EUR', '--time-zone', 'Europe/Amsterdam'];
    const made = await world.run(['import', 'items', '--file', file, ...place, ...admin]);
    expect(made.code, made.stderr).toBe(0);
    expect((await begins('NEW')).events).toMatchObject([{ event: 'company', code: 'NEW', fiscal_year_start_month: 4 }]);
    for (const [about, detail] of [
      ['NEW', [{ before: 'January', fiscal_year_begins_with: 'April' }]],
      [code, []],
    ] as const) {
      const trail = await world.run(['audit', '--about', about, ...admin]);
      const entries = trail.events.map(({ entry }) => entry as { readonly kind: string });
      expect(entries.filter(({ kind }) => kind === 'company_changed')).toMatchObject(
        detail.map((told) => ({ user_name: 'admin', about, detail: told })),
      );
    }
  });
});
