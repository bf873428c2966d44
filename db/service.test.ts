import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DRAFTS_KEPT } from './drafts.ts';
import { lockedByKeychain } from './keys/keyFile.ts';
import { knownReplicas } from './keys/place.ts';
import type { ReplicaService } from './service.ts';
import { ownKeys } from './session/ownFiles.ts';
import type { ResumeTicket } from './session/resume.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from './testing/scriptedServer.ts';
import { testKeychain } from './testing/testKeychain.ts';
import { codeOf, freshFolder, testService } from './testing/testService.ts';

let server: ScriptedServer;
let dataDir: string;
let service: ReplicaService;
let now_ms: number;
const open: ReplicaService[] = [];

const start = (more: Parameters<typeof testService>[0] | object = {}) => {
  const made = testService({
    dataDir,
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
    clock: () => now_ms,
    ...more,
  });
  open.push(made);
  return made;
};
const planner = { user_name: 'planner', password: 'right' };

beforeEach(() => {
  server = scriptedServer();
  smallDistributor(server);
  dataDir = freshFolder();
  now_ms = Date.now();
  service = start();
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describe('signing in', () => {
  test('needs the server the first time, then works without it', async () => {
    server.down = true;
    expect(await codeOf(service.signIn(planner))).toBe('offline');
    server.down = false;
    expect(await codeOf(service.signIn({ ...planner, password: 'wrong' }))).toBe('wrong_password');
    await service.signIn(planner);
    await service.syncOnce();
    await service.close();
    server.down = true;
    service = start();
    expect(await codeOf(service.signIn({ ...planner, password: 'wrong' }))).toBe('wrong_password');
    const session = await service.signIn(planner);
    expect(session).toMatchObject({ user_name: 'planner', may: { write_notes: true, prepare_close: false } });
    expect(await service.call('companies', {})).toHaveLength(1);
    expect(await service.call('signInState', {})).toMatchObject({
      signed_in: true,
      server_reachable: false,
      known_users: ['planner'],
    });
  });

  test('before it, nothing is answered', async () => {
    expect(await codeOf(service.call('companies', {}))).toBe('not_signed_in');
    expect(await codeOf(service.call('addItemNote', { item_id: 840, body: 'x' }))).toBe('not_signed_in');
    expect(await codeOf(service.call('syncStatus', {}))).toBe('not_signed_in');
    expect(await codeOf(service.call('adminUsers', {}))).toBe('not_signed_in');
  });

  test('as another person shows and sends nothing of the first', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    server.down = true;
    await service.call('addItemNote', { item_id: 840, body: 'private to planner' });
    server.down = false;
    server.user_name = 'sales';
    server.role = 'sales';
    const events: string[] = [];
    service.onEvent((event) => events.push(event.event));
    await service.signIn({ user_name: 'sales', password: 'right' });
    expect(events).toContain('session');
    expect((await service.call('outbox', {})).total_rows).toBe(0);
    await service.syncOnce();
    expect(server.pushed.size).toBe(0);
    expect((await service.call('itemDetail', { item_id: 840 })).notes).toEqual([]);
    // and it is still there for the first
    server.user_name = 'planner';
    await service.signIn(planner);
    expect((await service.call('outbox', {})).counts.pending).toBe(1);
    expect(knownReplicas(dataDir).map((each) => each.user_name)).toEqual(['planner', 'sales']);
  });

  test('a password changed on the server: the previous one is asked for once', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    server.down = true;
    await service.call('addItemNote', { item_id: 840, body: 'kept' });
    server.down = false;
    await service.close();
    server.password = 'changed';
    service = start();
    const changed = { user_name: 'planner', password: 'changed' };
    await expect(service.signIn(changed)).rejects.toMatchObject({ code: 'previous_password' });
    // the previous password, typed next, opens the files and the new one seals them
    await service.signIn({ user_name: 'planner', password: 'right' });
    expect((await service.call('outbox', {})).counts.pending).toBe(1);
    await service.close();
    service = start();
    await service.signIn(changed);
    await service.close();
    server.password = 'again';
    service = start();
    await service.signIn({ user_name: 'planner', password: 'again', previous_password: 'changed' });
    expect((await service.call('outbox', {})).counts.pending).toBe(1);
  });

  test('a lost previous password: the files are set aside, not deleted', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    await service.close();
    server.password = 'changed';
    service = start();
    await service.signIn({ user_name: 'planner', password: 'changed', set_aside: true });
    await service.syncOnce();
    const [known] = knownReplicas(dataDir);
    const names = readdirSync(known?.place.folder ?? '');
    for (const name of ['replica.db', 'work.db', 'keys.json']) {
      expect(
        names.some((each) => each.startsWith(`${name}.aside-`)),
        name,
      ).toBe(true);
    }
    expect(await service.call('companies', {})).toHaveLength(1);
  });

  test('too long without the server locks the copy and keeps the outbox', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    server.down = true;
    await service.call('addItemNote', { item_id: 840, body: 'kept' });
    await service.close();
    now_ms += 31 * 86_400_000;
    service = start();
    expect(await codeOf(service.signIn(planner))).toBe('locked_out');
    server.down = false;
    await service.signIn(planner);
    await service.syncOnce();
    expect((await service.call('outbox', {})).counts.accepted).toBe(1);
  });

  test('a clock set back does not lengthen the time without the server, and contact ends the absence', async () => {
    const day_ms = 86_400_000;
    const startsOn = async (day: number): Promise<string> => {
      now_ms = begun_ms + day * day_ms;
      service = start();
      const said = await codeOf(service.signIn(planner));
      await service.close();
      return said;
    };
    const begun_ms = now_ms;
    await service.signIn(planner);
    await service.syncOnce();
    await service.close();
    server.down = true;
    // twenty days pass, the clock is set back by all of them, and eleven more pass
    expect(await startsOn(20)).toBe('ok');
    expect(await startsOn(0)).toBe('ok');
    expect(await startsOn(10)).toBe('ok');
    expect(await startsOn(5)).toBe('ok');
    expect(await startsOn(6)).toBe('locked_out');
    // nor does setting it back once it is locked
    expect(await startsOn(-400)).toBe('locked_out');
    server.down = false;
    service = start();
    await service.signIn(planner);
    await service.syncOnce();
    await service.close();
    server.down = true;
    expect(await startsOn(-371)).toBe('ok');
    expect(await startsOn(-369)).toBe('locked_out');
  });

  test('a server that comes back on another port keeps its replicas; another server on the same port gets none', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    await service.close();
    const { place } = knownReplicas(dataDir, 'planner')[0] ?? { place: null };

    const moved = 'http://127.0.0.1:10';
    service = start({ serverUrl: moved });
    await service.signIn(planner);
    expect(await service.call('companies', {})).toHaveLength(1);
    await service.close();
    expect(knownReplicas(dataDir)).toMatchObject([{ server_url: moved, place }]);

    server.server_id = 'another';
    service = start({ serverUrl: moved });
    await service.signIn(planner);
    expect(await service.call('companies', {})).toHaveLength(0);
    expect(knownReplicas(dataDir)).toHaveLength(2);
  });

  test('user names that would lead out of the folder are refused', async () => {
    for (const user_name of ['../planner', 'a/b', 'A', '', '..', 'a'.repeat(41)]) {
      expect(await codeOf(service.signIn({ user_name, password: 'right' })), user_name).toBe('bad_arguments');
    }
  });
});

describe('a keychain beside the password', () => {
  const keysFile = () => knownReplicas(dataDir)[0]?.place.keys_file ?? '';
  const notices = async () => (await service.call('syncStatus', {})).notices.map((notice) => notice.text);

  test('a copy made without one goes on opening and is locked by both from the next sign-in', async () => {
    await service.signIn(planner);
    await service.close();
    expect(lockedByKeychain(keysFile())).toBe(false);
    const keychain = testKeychain();
    server.down = true;
    service = start({ keychain });
    expect(await codeOf(service.signIn({ ...planner, password: 'wrong' }))).toBe('wrong_password');
    expect(lockedByKeychain(keysFile())).toBe(false);
    await service.signIn(planner);
    expect(lockedByKeychain(keysFile())).toBe(true);
    await service.close();
    // without the server, with both
    service = start({ keychain });
    expect(await codeOf(service.signIn({ ...planner, password: 'wrong' }))).toBe('wrong_password');
    expect(await codeOf(service.signIn(planner))).toBe('ok');
    await service.close();
    service = start();
    expect(await codeOf(service.signIn(planner))).toBe('not_permitted');
    service = start({ keychain: testKeychain() });
    expect(await codeOf(service.signIn(planner))).toBe('not_permitted');
    const mine = { dataDir, server_url: server.url, user_name: 'planner', password: 'right' };
    expect(await codeOf(ownKeys(mine))).toBe('not_permitted');
    expect(await codeOf(ownKeys({ ...mine, keychain }))).toBe('ok');
  });

  test('one that fails leaves the copy openable by the password', async () => {
    await service.signIn(planner);
    await service.close();
    const broken = { wrap: () => Promise.reject(new Error('no')), unwrap: () => Promise.reject(new Error('no')) };
    service = start({ keychain: broken });
    expect(await codeOf(service.signIn(planner))).toBe('ok');
    expect(lockedByKeychain(keysFile())).toBe(false);
  });

  test('a computer without one is told of once, and not where none is expected', async () => {
    await service.signIn(planner);
    expect(await notices()).toEqual([]);
    for (let start_no = 0; start_no < 2; start_no++) {
      await service.close();
      service = start({ keychain: 'unavailable' });
      await service.signIn(planner);
    }
    expect((await notices()).filter((text) => text.includes('no keychain'))).toHaveLength(1);
    expect(lockedByKeychain(keysFile())).toBe(false);
  });
});

test('signing out closes the files while the server is told, however long that takes', async () => {
  const left = Promise.withResolvers<void>();
  service = start({
    fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      if (new URL(input instanceof Request ? input.url : input).pathname === '/auth/logout') await left.promise;
      return await server.fetch(input, init);
    },
  });
  service.onEvent((each) => {
    if (each.event === 'session' && !each.data.signed_in) left.resolve();
  });
  await service.signIn(planner);
  expect(await service.call('signOut', {})).toEqual({ signed_in: false });
  expect(server.requests).toContain('/auth/logout');
});

describe('a service that died', () => {
  test('goes on for the same person without the password, and not after they left', async () => {
    const tickets: (ResumeTicket | null)[] = [];
    service = start({ onTicket: (ticket: ResumeTicket | null) => tickets.push(ticket) });
    await service.signIn(planner);
    await service.syncOnce();
    const [ticket] = tickets;
    if (!ticket) throw new Error('no ticket was given');
    await service.close();
    server.down = true;
    service = start();
    expect(service.resume({ ...ticket, keys: { ...ticket.keys, work: 'f'.repeat(64) } })).toBe(false);
    expect(service.resume(ticket)).toBe(true);
    expect(service.resume(ticket)).toBe(false);
    expect(service.signedIn()).toMatchObject({ user_name: 'planner' });
    expect(await service.call('companies', {})).toHaveLength(1);
    await service.call('signOut', {});
    expect(tickets.at(-1)).toBeNull();
  });

  test('a ticket leads to no folder outside', async () => {
    const keys = { replica: 'a'.repeat(64), work: 'b'.repeat(64) };
    expect(service.resume({ server_id: '../..', user_name: 'planner', keys })).toBe(false);
    expect(service.resume({ server_id: 'central', user_name: '../x', keys })).toBe(false);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

describe('text that is being typed', () => {
  const about = 'note-item-840';
  const keep = (text: string, user_name = 'planner') => service.call('saveDraft', { user_name, about, text });
  test('outlives the service, and is forgotten when it was sent', async () => {
    await service.signIn(planner);
    expect(await service.call('readDraft', { about })).toEqual({ text: '' });
    await keep('half a sent');
    await keep('half a sentence 😀');
    await service.close();
    service = start();
    await service.signIn(planner);
    expect(await service.call('readDraft', { about })).toEqual({ text: 'half a sentence 😀' });
    await keep('');
    expect(await service.call('readDraft', { about })).toEqual({ text: '' });
  });

  test('belongs to who typed it', async () => {
    await service.signIn(planner);
    await keep('of the planner');
    server.user_name = 'sales';
    await service.signIn({ user_name: 'sales', password: 'right' });
    expect(await service.call('readDraft', { about })).toEqual({ text: '' });
    expect(await codeOf(keep('typed by the planner, saved too late'))).toBe('not_signed_in');
    expect(await service.call('readDraft', { about })).toEqual({ text: '' });
  });

  test('is bounded in length and number', async () => {
    await service.signIn(planner);
    expect(await codeOf(keep('x'.repeat(20_001)))).toBe('bad_arguments');
    for (let n = 0; n <= DRAFTS_KEPT; n++) {
      now_ms += 1;
      await service.call('saveDraft', { user_name: 'planner', about: `note-item-${n}`, text: String(n) });
    }
    expect(await service.call('readDraft', { about: 'note-item-0' })).toEqual({ text: '' });
    expect(await service.call('readDraft', { about: `note-item-${DRAFTS_KEPT}` })).toEqual({
      text: String(DRAFTS_KEPT),
    });
  });
});

describe('files that go bad while they are open', () => {
  test('a damaged replica is set aside and loaded again; the outbox stays', async () => {
    await service.signIn(planner);
    await service.syncOnce();
    server.down = true;
    await service.call('addItemNote', { item_id: 840, body: 'kept' });
    await service.close();
    server.down = false;
    const [known] = knownReplicas(dataDir);
    if (!known) throw new Error('no replica');
    // the first page stays: the damage shows only when the rows are read
    const { closeSync, openSync, statSync, writeSync } = await import('node:fs');
    const size = statSync(known.place.replica_file).size;
    const file = openSync(known.place.replica_file, 'r+');
    for (let at = 8192; at < size - 4096; at += 4096) writeSync(file, Buffer.alloc(4096, 3), 0, 4096, at);
    closeSync(file);
    service = start();
    await service.signIn(planner).catch(() => undefined);
    await service.call('companies', {}).catch(() => undefined);
    await service.signIn(planner);
    await service.syncOnce();
    expect(await service.call('companies', {})).toHaveLength(1);
    expect((await service.call('outbox', {})).counts).toMatchObject({ accepted: 1 });
    expect(readdirSync(known.place.folder).some((name) => name.startsWith('replica.db.aside-'))).toBe(true);
    expect(service.status().notices.length).toBeGreaterThan(0);
  });
});

describe('following in the background', () => {
  test('goes live, says so, goes offline and comes back, and sends what waited', async () => {
    service = start({ background: true, clock: () => Date.now() });
    const states: string[] = [];
    service.onEvent((event) => {
      if (event.event === 'status') states.push(event.data.connection);
    });
    await service.signIn(planner);
    await expect.poll(() => service.pill().connection, { timeout: 5000 }).toBe('live');
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'by itself' });
    await expect.poll(() => server.rows(50).length, { timeout: 5000 }).toBe(1);
    await expect.poll(async () => (await service.call('outbox', {})).counts.accepted).toBe(1);
    expect(server.pushed.get(id)).toBe(1);
    server.down = true;
    await service.call('addItemNote', { item_id: 841, body: 'while away' });
    await expect.poll(() => service.pill().connection, { timeout: 5000 }).toBe('offline');
    expect(service.status().next_try_at_ms).not.toBeNull();
    server.down = false;
    await expect.poll(() => service.pill(), { timeout: 8000 }).toMatchObject({ connection: 'live', waiting: 0 });
    expect(server.rows(50)).toHaveLength(2);
    expect(states).toContain('offline');
  });

  test('an ended session says so, works on, and resumes with the next sign-in', async () => {
    server.refuseTokens = true;
    server.refuseRefresh = true;
    service = start({ background: true, clock: () => Date.now() });
    await service.signIn(planner);
    await expect.poll(() => service.pill().connection, { timeout: 5000 }).toBe('sign_in_needed');
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(server.requests.length).toBe(asked);
    server.refuseTokens = false;
    server.refuseRefresh = false;
    await service.signIn(planner);
    await expect.poll(() => service.pill().connection, { timeout: 5000 }).toBe('live');
  });
});

test('the data folder holds nothing outside replicas/', async () => {
  await service.signIn(planner);
  expect(readdirSync(dataDir)).toEqual(['replicas']);
  expect(readdirSync(path.join(dataDir, 'replicas'))).toEqual(['scripted']);
});

describe('closing', () => {
  test.each(['/sync/open', '/sync/snapshot', '/sync/delta', '/sync/live'])(
    'while the first load is at %s ends it, and nothing is asked of the server after',
    async (at) => {
      service = start({ background: true });
      let closing: Promise<void> | undefined;
      let asked_after = 0;
      server.before = (pathname) => {
        if (closing) asked_after += 1;
        else if (pathname === at) closing = service.close();
      };
      await service.signIn(planner);
      await expect.poll(() => closing !== undefined, { timeout: 10_000 }).toBe(true);
      await expect(Promise.race([closing?.then(() => 'closed'), after(10_000, 'still there')])).resolves.toBe('closed');
      expect(asked_after).toBe(0);
    },
  );
});
