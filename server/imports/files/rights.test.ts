/** Which role may bring which kind of file: asked as any program could ask the server, not only ours. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '#domain/access/roles.ts';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import { createUser } from '#server/auth/accounts.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

// written by hand: what the kinds and the roles declare is what is tested
const GOODS: readonly Role[] = ['planner', 'buyer', 'finance', 'controller', 'admin'];
const BOOKS: readonly Role[] = ['finance', 'controller', 'admin'];
const MAY: Readonly<Record<KindName, readonly Role[]>> = {
  items: GOODS,
  stock: GOODS,
  suppliers: GOODS,
  purchases: GOODS,
  shipments: GOODS,
  customers: GOODS,
  prices: GOODS,
  gl: BOOKS,
  accounts: BOOKS,
  journals: BOOKS,
  rates: BOOKS,
  plan: BOOKS,
  rebates: BOOKS,
  fees: BOOKS,
  charges: BOOKS,
  freight: BOOKS,
  claims: GOODS,
  counts: GOODS,
  claimcosts: BOOKS,
  credits: BOOKS,
  valuation: BOOKS,
  statements: BOOKS,
  invoices: BOOKS,
  payments: BOOKS,
  tasks: BOOKS,
  methods: BOOKS,
};
const NEVER: readonly Role[] = ['warehouse', 'sales', 'executive', 'auditor'];

describe.skipIf(PGLITE.missing !== null)('who may import', () => {
  let engine: TestEngine;
  let running: TestServer;
  const clients = new Map<string, FileClient>();
  beforeAll(async () => {
    engine = await PGLITE.start();
    running = await startTestServer(engine);
    const { db } = running.server.database;
    const add = async (name: string, grants: Parameters<typeof createUser>[2]): Promise<void> => {
      await createUser(db, { name, display_name: name, password: 'demo' }, grants, () => running.time.now_ms);
      clients.set(name, await fileClient(running.server.url, name, running.time));
    };
    for (const role of ROLES) await add(`one.${role}`, [{ role, company_code: 'HAL' }]);
    await add('two.hats', [
      { role: 'planner', company_code: 'HAL' },
      { role: 'finance', company_code: 'BRK' },
    ]);
    await add('of.a.site', [{ role: 'finance', company_code: 'HAL', site_code: 'AMS' }]);
  });
  afterAll(async () => {
    await running?.close();
    await engine?.stop();
  });

  const client = (name: string): FileClient => {
    const found = clients.get(name);
    if (!found) throw new Error(`${name} did not sign in`);
    return found;
  };
  const csv = (kind: KindName): string => templateCsv(importKind(kind));
  /** The number of the opened file, or the server's words. */
  const opens = async (name: string, kind: KindName, company_code = 'HAL'): Promise<number | string> =>
    await client(name)
      .stage(kind, csv(kind), { company_code, make_missing: true })
      .catch((error: Error) => error.message);

  test('every role is asked for', () => {
    expect([...GOODS, ...NEVER].toSorted()).toEqual([...ROLES].toSorted());
  });

  test.each(KIND_NAMES)('%s', async (kind) => {
    const theirs = await opens('one.admin', kind);
    expect(theirs).toEqual(expect.any(Number));
    for (const role of ROLES) {
      const name = `one.${role}`;
      const may = MAY[kind].includes(role);
      const import_id = await opens(name, kind);
      if (may) {
        expect([role, import_id]).toEqual([role, expect.any(Number)]);
        if (role === 'controller') expect((await client(name).preview(Number(import_id))).applied).toBe(false);
      } else {
        // who may import nothing is not told that there is such a company
        const words = NEVER.includes(role) ? /^404: / : /^403: .+ are for Finance: your roles do not see the books\.$/;
        expect([role, import_id]).toEqual([role, expect.stringMatching(words)]);
      }
      const about = { kind, company_code: 'HAL' };
      for (const [path, body] of [
        ['/imports/files/refused', about],
        ['/imports/files/dismiss', { ...about, ids: [1], reason: 'A test' }],
        [kind === 'tasks' ? '/imports/files/held' : '/imports/files/refused', about],
      ] as const) {
        const { status } = await client(name).post(path, body);
        expect([role, path, status]).toEqual([role, path, may ? 200 : NEVER.includes(role) ? 404 : 403]);
      }
      // a file somebody else opened is nobody else's, whatever one's role
      if (role === 'admin') continue;
      for (const step of ['preview', 'apply', 'lines'])
        expect([
          role,
          step,
          (
            await client(name).post(
              `/imports/files/${theirs}/${step}`,
              step === 'lines' ? { block: 2, lines: [{ line_number: 9, fields: ['x'] }] } : { fingerprint: 'x' },
            )
          ).status,
        ]).toEqual([role, step, 404]);
    }
    // a right in one company is none in another; of a site, none over the company
    expect(await opens('two.hats', kind)).toEqual(
      MAY[kind] === GOODS ? expect.any(Number) : expect.stringContaining('403: '),
    );
    expect(await opens('two.hats', kind, 'BRK')).toEqual(expect.any(Number));
    expect(await opens('of.a.site', kind)).toMatch(/^404: /);
  });

  test('a kind that does not exist, or stands only on the prototype, is no kind', async () => {
    for (const kind of ['constructor', '__proto__', 'Items', ''])
      expect(
        (await client('one.admin').post('/imports/files/refused', { kind, company_code: 'HAL' })).status,
        kind,
      ).toBe(400);
  });
});
