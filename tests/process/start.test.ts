/** `npm start` as a person runs it, and what the command line says of itself. */
import { afterAll, describe, expect, test } from 'vitest';
import { World } from './world.ts';

const world = new World('from source');
const LONG = 300_000;
afterAll(() => world.close());

const healthOf = (url: string): Promise<boolean> =>
  fetch(new URL('/health', url)).then(
    (response) => response.ok,
    () => false,
  );

describe('start', () => {
  test('fills a demo once, a second start finds the first, Ctrl+C stops everything', { timeout: LONG }, async () => {
    const args = ['start', '--data-dir', world.path('home'), '--size', 'small', '--no-open', '--json'];
    const first = world.start(args);
    const listening = await first.waitFor('listening');
    const url = String(listening['url']);
    const page = await fetch(String(listening['open']), { redirect: 'manual' });
    expect(page.status).toBe(303);
    expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    // the code works once
    expect((await fetch(String(listening['open']), { redirect: 'manual' })).status).toBe(401);
    expect((await fetch(url)).status).toBe(401);

    const second = await world.start(args).finished;
    expect(second.code).toBe(0);
    expect(second.events[0]).toMatchObject({ event: 'listening', url, already_running: true });
    const again = await fetch(String(second.events[0]?.['open']), { redirect: 'manual' });
    expect(again.status).toBe(303);

    const stopped = await first.stop('SIGINT');
    expect(stopped).toMatchObject({ code: 0, signal: null, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();

    // the planner's copy was made on the first run, and opens without the server
    const status = await world.run([
      'status',
      '--data-dir',
      world.path('home'),
      '--user',
      'planner',
      '--password-file',
      world.passwordFile('planner'),
    ]);
    expect(status.events[0]).toMatchObject({ event: 'status', pill: { connection: 'offline' } });
    expect(Number(status.events[0]?.['rows'])).toBeGreaterThan(10_000);

    const later = world.start(args);
    expect((await later.waitFor('listening'))['already_running']).toBeUndefined();

    const rival = await world.run(['server', '--data-dir', world.path('home'), '--empty']);
    expect(rival.code).toBe(1);
    expect(rival.stderr).toContain('Another Binnacle server');
    await later.stop('SIGTERM');
  });

  test('a server that dies comes back; one whose starter is killed closes by itself', { timeout: LONG }, async () => {
    const args = ['start', '--data-dir', world.path('home'), '--size', 'small', '--no-open', '--json'];
    const first = world.start(args);
    const { server, server_pid } = await first.waitFor('listening');
    process.kill(Number(server_pid), 'SIGKILL');
    await expect.poll(() => healthOf(String(server)), { timeout: 30_000 }).toBe(false);
    await expect.poll(() => healthOf(String(server)), { timeout: 30_000 }).toBe(true);
    expect(first.stderr).toContain('the server stopped by itself and is started again');
    await first.stop('SIGKILL');
    const last = world.start(args);
    await last.waitFor('listening');
    expect(await last.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test('a port that is taken is said plainly', { timeout: LONG }, async () => {
    const { url, process } = await world.server(['--data-dir', world.path('a'), '--empty']);
    const taken = await world.run(['server', '--data-dir', world.path('b'), '--empty', '--port', new URL(url).port]);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toMatch(/Port \d+ is taken.*--port/);
    await process.stop();
  });

  test('a server stopped in the moment it says that it listens ends as any other', { timeout: LONG }, async () => {
    const { process } = await world.server(['--data-dir', world.path('a'), '--empty']);
    expect(await process.stop()).toMatchObject({ code: 0, signal: null });
  });
});

describe('an empty server', () => {
  test('has one administrator, who claims the printed code once', { timeout: LONG }, async () => {
    const { url, process } = await world.server(['--data-dir', world.path('empty'), '--empty']);
    const code = process.events.find((event) => event.event === 'admin_code');
    const codeFile = world.passwordFile('code', String(code?.['code']));
    const password = world.passwordFile('admin', 'a long enough password');
    const list = ['user', 'list', '--server', url, '--password-file', password];
    expect((await world.run(list)).code).toBe(1);

    const claim = ['user', 'claim-admin', '--server', url, '--code-file', codeFile, '--new-password-file', password];
    expect((await world.run(claim)).code).toBe(0);
    expect((await world.run(claim)).code).toBe(1);
    expect((await world.run(list)).events).toMatchObject([
      { event: 'user', user: { name: 'admin', grants: [{ role: 'admin' }] } },
    ]);

    // accounts and grants by command line
    const admin = ['--server', url, '--user', 'admin', '--password-file', password];
    const noCompany = await world.run([
      'user',
      'add',
      'ines',
      '--role',
      'planner',
      '--company',
      'NOPE',
      ...admin,
      '--new-password-file',
      password,
    ]);
    expect(noCompany.code).toBe(1);
    expect(noCompany.stderr).toContain('NOPE');
    expect(
      (
        await world.run([
          'user',
          'add',
          'ines',
          '--role',
          'planner',
          '--company',
          'all',
          ...admin,
          '--new-password-file',
          password,
        ])
      ).code,
    ).toBe(0);
    expect(
      (await world.run(['user', 'grant', 'ines', '--role', 'auditor', '--company', 'all', ...admin])).events,
    ).toMatchObject([{ user: { grants: [{ role: 'planner' }, { role: 'auditor' }] } }]);
    expect(
      (await world.run(['user', 'revoke', 'ines', '--role', 'planner', '--company', 'all', ...admin])).events,
    ).toMatchObject([{ user: { grants: [{ role: 'auditor' }] } }]);
    const other = world.passwordFile('other', 'another long password');
    expect((await world.run(['user', 'reset', 'ines', ...admin, '--new-password-file', other])).code).toBe(0);
    const pull = (file: string) =>
      world.run(['pull', '--server', url, '--user', 'ines', '--password-file', file, '--data-dir', world.path('ines')]);
    expect((await pull(password)).code).toBe(1);
    expect((await pull(other)).code).toBe(0);

    // what was done to that account, by the one who may read it; the latest first
    const auditor = ['--server', url, '--user', 'ines', '--password-file', other];
    const trail = await world.run(['audit', ...auditor, '--about', 'ines', '--since', '2020-01-01', '--limit', '3']);
    expect(trail.events).toMatchObject([
      { event: 'audit', entry: { kind: 'password_set', user_name: 'admin', about: 'ines' } },
      { entry: { kind: 'grant_taken', detail: { role: 'planner', company: 'all' } } },
      { entry: { kind: 'grant_given', detail: { role: 'auditor' } } },
    ]);
    expect((await world.run(['audit', ...auditor, '--until', '2020-01-01'])).events).toEqual([]);
    expect((await world.run(['audit', ...auditor, '--since', 'yesterday'])).code).toBe(1);
    await process.stop();
  });

  test('says in --help what it can do, and lists queries and commands with their schemas', {
    timeout: LONG,
  }, async () => {
    const help = await world.start(['--help']).finished;
    expect(help.stdout).toContain('BINNACLE_CRASH_AT');
    expect(help.stdout).toContain('server.push.committed');
    expect(help.stdout).toContain('host.apply.before_commit');
    const queries = (await world.run(['query', '--list'])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; args: object });
    expect(queries.map((each) => each.name)).toContain('marginByChannel');
    expect(queries.every((each) => typeof each.args === 'object')).toBe(true);
    const commands = (await world.run(['command', '--list'])).stdout;
    expect(commands).toContain('signCloseTask');
    const unknown = await world.start(['nonsense']).finished;
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('nonsense');
  });
});
