import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { codeOf, freshFolder, testService } from '#db/testing/testService.ts';

let server: ScriptedServer;
let dataDir: string;
let service: ReplicaService;
let crash_at: string | undefined;

const start = () =>
  testService({
    dataDir,
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
    crashAt: (point) => {
      if (point === crash_at) throw new Error(point);
    },
  });
const restart = async () => {
  await service.close();
  service = start();
  await service.signIn({ user_name: 'planner', password: 'right' });
};
const notes = async (item_id = 840) =>
  (await service.call('itemDetail', { item_id })).notes.map(({ id, body, state }) => ({ id, body, state }));
const outbox = () => service.call('outbox', {});

beforeEach(async () => {
  crash_at = undefined;
  server = scriptedServer();
  smallDistributor(server);
  dataDir = freshFolder();
  service = start();
  await service.signIn({ user_name: 'planner', password: 'right' });
  await service.syncOnce();
});
afterEach(() => service.close());

describe('a note written here', () => {
  test('shows at once, survives a restart without the server, and is delivered once', async () => {
    server.down = true;
    const { id } = await service.call('addItemNote', { item_id: 840, body: ' first ' });
    expect(await notes()).toEqual([{ id, body: 'first', state: 'pending' }]);
    await restart();
    expect(await notes()).toEqual([{ id, body: 'first', state: 'pending' }]);
    expect((await outbox()).rows[0]).toMatchObject({
      id,
      title: 'Note on item FA-0840',
      state: 'pending',
      attempts: 0,
    });
    server.down = false;
    await service.syncOnce();
    expect(await notes()).toEqual([{ id, body: 'first', state: 'accepted' }]);
    expect(server.pushed.get(id)).toBe(1);
    await service.syncOnce();
    expect(server.pushed.get(id)).toBe(1);
  });

  test.each(['host.push.before_send', 'host.push.sent', 'host.apply.before_commit', 'host.apply.committed'])(
    'is there exactly once when the process ends at %s',
    async (point) => {
      const { id } = await service.call('addItemNote', { item_id: 840, body: 'once' });
      crash_at = point;
      await service.syncOnce().catch(() => undefined);
      crash_at = undefined;
      // whatever was reached, it is neither doubled nor gone
      expect((await notes()).map((note) => note.id)).toEqual([id]);
      await restart();
      expect((await notes()).map((note) => note.id)).toEqual([id]);
      await service.syncOnce();
      expect(await notes()).toEqual([{ id, body: 'once', state: 'accepted' }]);
      expect(server.rows(50)).toHaveLength(1);
      expect((await outbox()).counts).toMatchObject({ accepted: 1, pending: 0, sent: 0 });
    },
  );

  test('a lost answer is asked for again with the same id', async () => {
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'lost answer' });
    server.bend = (path, text) => (path === '/sync/push' ? undefined : text);
    expect(await codeOf(service.syncOnce())).toBe('offline');
    // the server may have it: it can no longer be taken back here
    expect(await codeOf(service.call('discardMutation', { id }))).toBe('conflict');
    server.bend = (_path, text) => text;
    await service.pushPending();
    expect(server.pushed.get(id)).toBe(2);
    expect(server.rows(50)).toHaveLength(1);
    expect(await notes()).toEqual([{ id, body: 'lost answer', state: 'accepted' }]);
  });

  test('never holds up rows that come in', async () => {
    await service.call('addItemNote', { item_id: 840, body: 'stuck' });
    server.outcome = () => 500;
    server.put(20, 840, [1, 'FA-0840', 'renamed', null, 'pcs', null, 1]);
    await service.syncOnce();
    expect((await service.call('itemDetail', { item_id: 840 })).name).toBe('renamed');
    expect(await notes()).toHaveLength(1);
  });
});

describe('order and lanes', () => {
  test('a lane keeps its order, and one that is stuck does not hold the others', async () => {
    const a1 = await service.call('addItemNote', { item_id: 840, body: 'a1' });
    const b1 = await service.call('addItemNote', { item_id: 841, body: 'b1' });
    const a2 = await service.call('addItemNote', { item_id: 840, body: 'a2' });
    server.outcome = ({ id }) => (id === a1.id ? 500 : { state: 'accepted', reason: null });
    expect(await service.pushPending()).toEqual({ answered: 1, stuck: 2 });
    expect((await outbox()).rows.map(({ id, state }) => [id, state])).toEqual([
      [a2.id, 'pending'],
      [a1.id, 'pending'],
      [b1.id, 'accepted'],
    ]);
    expect(server.rows(50).map((row) => row.id)).toEqual([b1.id]);
    server.outcome = () => ({ state: 'accepted', reason: null });
    await service.pushPending();
    expect(server.rows(50).map((row) => row.id)).toEqual([b1.id, a1.id, a2.id]);
  });

  test('a poison mutation is kept with its reason and its lane moves on', async () => {
    const poison = await service.call('addItemNote', { item_id: 840, body: 'poison' });
    const next = await service.call('addItemNote', { item_id: 840, body: 'next' });
    server.outcome = ({ id }) => (id === poison.id ? 409 : { state: 'accepted', reason: null });
    expect(await service.pushPending()).toEqual({ answered: 2, stuck: 0 });
    const { rows } = await outbox();
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      [poison.id, 'rejected'],
      [next.id, 'accepted'],
    ]);
    expect(rows[0]?.reason?.code).toBe('conflict');
    expect((await notes()).map((note) => note.id)).toEqual([next.id]);
  });

  test('an ended session pauses and drops nothing', async () => {
    await service.call('addItemNote', { item_id: 840, body: 'kept' });
    server.refuseTokens = true;
    server.refuseRefresh = true;
    expect(await codeOf(service.syncOnce())).toBe('not_signed_in');
    expect((await outbox()).counts.pending).toBe(1);
    expect(await notes()).toHaveLength(1);
    server.refuseTokens = false;
    server.refuseRefresh = false;
    await service.signIn({ user_name: 'planner', password: 'right' });
    await service.syncOnce();
    expect((await outbox()).counts.accepted).toBe(1);
  });
});

describe('what the person does about a decision', () => {
  const refused = async () => {
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'no' });
    server.outcome = () => ({
      state: 'conflict',
      reason: '{"code":"already","message":"Already there.","detail":{"by":"x"}}',
    });
    await service.syncOnce();
    server.outcome = () => ({ state: 'accepted', reason: null });
    return id;
  };

  test('a conflict is kept with its reason; the prediction is gone from the entity', async () => {
    const id = await refused();
    expect(await notes()).toEqual([]);
    expect((await outbox()).rows[0]).toMatchObject({
      id,
      state: 'conflict',
      reason: { code: 'already', message: 'Already there.', detail: { by: 'x' } },
      actions: ['edit', 'retry', 'discard', 'export'],
    });
    expect(service.pill()).toMatchObject({ needs_you: 1, waiting: 0 });
  });

  test('retry is another mutation, edit carries other words, discard takes it out of sight', async () => {
    const first = await refused();
    const again = await service.call('retryMutation', { id: first });
    expect(again.id).not.toBe(first);
    await service.syncOnce();
    expect(await notes()).toEqual([{ id: again.id, body: 'no', state: 'accepted' }]);

    const second = await refused();
    const edited = await service.call('editMutation', { id: second, args: { item_id: 841, body: 'better' } });
    await service.syncOnce();
    expect(await notes(841)).toEqual([{ id: edited.id, body: 'better', state: 'accepted' }]);

    const third = await refused();
    await service.call('discardMutation', { id: third });
    expect((await outbox()).counts).toMatchObject({ conflict: 0, accepted: 2 });
    expect(await codeOf(service.call('discardMutation', { id: third }))).toBe('not_found');
  });

  test('a waiting change can be taken back before it was ever sent', async () => {
    const { id } = await service.call('addItemNote', { item_id: 840, body: 'oh' });
    await service.call('discardMutation', { id });
    expect(await notes()).toEqual([]);
    await service.syncOnce();
    expect(server.pushed.has(id)).toBe(false);
  });
});

describe('what is refused before it is queued', () => {
  test('unknown items, empty words, a role without the right', async () => {
    expect(await codeOf(service.call('addItemNote', { item_id: 99_999, body: 'x' }))).toBe('not_found');
    expect(await codeOf(service.call('addItemNote', { item_id: 840, body: '   ' }))).toBe('bad_arguments');
    await service.close();
    server.role = 'auditor';
    service = start();
    await service.signIn({ user_name: 'planner', password: 'right' });
    expect(await codeOf(service.call('addItemNote', { item_id: 840, body: 'x' }))).toBe('not_permitted');
    expect((await outbox()).total_rows).toBe(0);
  });

  test('the same id with the same body is the same change, with another body it is refused', async () => {
    const mutation_id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    const send = (body: string) => service.dispatch('addItemNote', { item_id: 840, body }, { mutation_id });
    await send('one');
    await send('one');
    expect((await outbox()).total_rows).toBe(1);
    expect(await codeOf(send('two'))).toBe('conflict');
    expect(await notes()).toEqual([{ id: mutation_id, body: 'one', state: 'pending' }]);
  });

  test('many at once are all queued', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => service.call('addItemNote', { item_id: 840, body: `n${n}` })),
    );
    expect(await notes()).toHaveLength(20);
  });
});
