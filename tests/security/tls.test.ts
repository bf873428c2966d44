/** Beyond this machine only with TLS: what the server refuses to be started as, and a real conversation with a certificate. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConnection } from '#electron/main/connection.ts';
import { createUser } from '#server/auth/accounts.ts';
import { checkExposure, hostNames } from '#server/http/exposure.ts';
import { countedAddress } from '#server/http/address.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { testService } from '#db/testing/testService.ts';

const dir = mkdtempSync(join(tmpdir(), 'binnacle-tls-'));
const PROXY = '127.0.0.1';
let tls: { cert: string; key: string };
let server: RunningServer;
let proxied: RunningServer;

/** An authority made for this run, and a certificate of it: openssl is on every machine that runs the tests of PostgreSQL. */
function makeCertificates(): void {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...fresh, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority');
  openssl(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    'server.key',
    '-out',
    'server.pem',
    '-subj',
    '/CN=binnacle.test',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  );
  tls = { cert: readFileSync(join(dir, 'server.pem'), 'utf8'), key: readFileSync(join(dir, 'server.key'), 'utf8') };
}

beforeAll(async () => {
  makeCertificates();
  const engine = await PGLITE.start();
  const common = { port: 0, clock: Date.now, log: SILENT_LOG };
  server = await startServer({
    ...common,
    ...(await engine.prepared()),
    host: '0.0.0.0',
    publicHosts: ['localhost', '127.0.0.1'],
    tls,
    prepare: async ({ db }) => {
      const user = { name: 'planner', display_name: 'Planner', password: 'a real password' };
      await createUser(db, user, [{ role: 'planner', company_code: null }], Date.now);
    },
  });
  proxied = await startServer({
    ...common,
    ...(await engine.prepared()),
    host: '0.0.0.0',
    publicHosts: ['binnacle.example.com'],
    trustedProxies: [PROXY],
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await proxied?.close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = (options: {
  ca?: string;
  path?: string;
}): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> =>
  new Promise((resolve, reject) => {
    const { port } = server;
    request({ host: 'localhost', port, path: options.path ?? '/health', ca: options.ca }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });

test('a server is not started where passwords would cross a network in plain', async () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.5', 'binnacle.example.com']) {
    expect(() => checkExposure({ host }, Date.now())).toThrow('--tls-cert and --tls-key');
    await expect(startServer({ port: 0, host, clock: Date.now, log: SILENT_LOG })).rejects.toThrow('in plain');
  }
  for (const host of ['127.0.0.1', '::1', 'localhost']) checkExposure({ host }, Date.now());
  const other = readFileSync(join(dir, 'ca.key'), 'utf8');
  expect(() => checkExposure({ host: '0.0.0.0', tls: { ...tls, key: other } }, Date.now())).toThrow('belong together');
  expect(() => checkExposure({ host: '0.0.0.0', tls }, Date.now() + 3 * 86_400_000)).toThrow('expired');
  expect(() => checkExposure({ host: '0.0.0.0', tls, trustedProxies: [PROXY] }, Date.now())).toThrow('not both');
  for (const proxy of ['proxy.example.com', '0.0.0.0/0', '10.0.0.0/33', 'true', '']) {
    expect(() => checkExposure({ host: '0.0.0.0', trustedProxies: [proxy] }, Date.now())).toThrow('no address');
  }
});

test('TLS is real: the certificate is checked, plain HTTP gets nothing, and HSTS holds browsers to it', async () => {
  expect(server.url).toBe(`https://0.0.0.0:${server.port}`);
  const ca = readFileSync(join(dir, 'ca.pem'), 'utf8');
  const { status, headers } = await ask({ ca });
  expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
  await expect(ask({})).rejects.toThrow(/self-signed|unable to verify|unable to get/);
  await expect(fetch(`http://127.0.0.1:${server.port}/health`)).rejects.toThrow();
});

test('a replica trusts the authority it is given, and no other', async () => {
  const script = `
    import { trustAuthorities } from '#db/authorities.ts';
    if (process.argv[2] !== '') trustAuthorities(process.argv[2]);
    const answer = await fetch(process.argv[1] + '/health').then((response) => response.status, (error) => error.cause?.code ?? String(error));
    console.log(answer);`;
  const run = promisify(execFile);
  const ask = async (file: string): Promise<string> => {
    const args = ['--input-type=module', '-e', script, `https://localhost:${server.port}`, file];
    return (await run(process.execPath, args)).stdout.trim();
  };
  expect(await ask(join(dir, 'ca.pem'))).toBe('200');
  expect(await ask('')).toMatch(/SELF_SIGNED|UNABLE/);
  await expect(ask(join(dir, 'ca.key'))).rejects.toThrow('holds no certificate');
});

test('a client sends nothing to a server beyond this machine without https', () => {
  const asked: unknown[] = [];
  const start = () =>
    testService({
      dataDir: join(dir, 'client'),
      serverUrl: 'http://binnacle.example.com',
      fetch: async (input) => {
        asked.push(input);
        throw new TypeError('asked');
      },
    });
  expect(start).toThrow('in plain over the network');
  expect(asked).toEqual([]);
  expect(readConnection(['--server-url=http://10.0.0.5'], dir)).toEqual({
    problem: expect.stringContaining('in plain'),
  });
  expect(readConnection(['--server-url=https://10.0.0.5'], dir)).toMatchObject({ ca_file: null });
});

test('behind a proxy only the proxy is answered, by the caller it names, and only what came by TLS', async () => {
  const from = async (address: string, headers: Record<string, string>): Promise<number> => {
    return await new Promise((resolve, reject) => {
      plainRequest(
        { host: address, port: proxied.port, path: '/health', headers: { host: 'binnacle.example.com', ...headers } },
        (response) => {
          response.resume();
          if (response.statusCode === 200) expect(response.headers['strict-transport-security']).toBeDefined();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      )
        .on('error', reject)
        .end();
    });
  };
  const https = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
  expect(await from(PROXY, https)).toBe(200);
  expect(await from(PROXY, { ...https, 'x-forwarded-proto': 'http' })).toBe(403);
  expect(await from(PROXY, {})).toBe(403);
  expect(await from(PROXY, { ...https, host: 'evil.example' })).toBe(421);
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find((each) => !each.internal && each.family === 'IPv4');
  // a machine without a network has no other address to come from
  if (own) expect(await from(own.address, https)).toBe(403);
});

test('addresses are counted per IPv4 and per network of IPv6; host names hold the port', () => {
  expect(
    ['10.0.0.5', '::ffff:10.0.0.5', '::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', 'fe80::1%eth0', '2001:db8::'].map(
      countedAddress,
    ),
  ).toEqual([
    '10.0.0.5',
    '10.0.0.5',
    '::1',
    '2001:db8:1:2::/64',
    '2001:db8:1:2::/64',
    'fe80:0:0:0::/64',
    '2001:db8:0:0::/64',
  ]);
  expect([...hostNames({ host: '0.0.0.0', tls, publicHosts: ['A.example'] }, 443)]).toContain('a.example');
  expect([...hostNames({ host: '0.0.0.0', tls, publicHosts: ['a.example'] }, 8443)]).not.toContain('a.example');
});
