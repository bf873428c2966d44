import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('notes on close tasks on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('by several people', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const note = (body: string, more: { assigned_to?: string; answers_id?: string } = {}) =>
      mutation('addCloseNote', {
        task_id: running.data.task.id,
        body,
        assigned_to: more.assigned_to ?? null,
        answers_id: more.answers_id ?? null,
      });

    test('reach whoever sees the books, and nobody else', async () => {
      const said = note('@controller the bank sent no statement');
      expect(await running.push('finance', said)).toEqual(['accepted']);
      const controller = await running.replica('controller');
      await controller.sync();
      expect(controller.rows('close_note').map((row) => [row['id'], row['author']])).toEqual([[said.id, 'finance']]);
      const planner = await running.replica('planner');
      await planner.sync();
      expect(planner.rows('close_note')).toEqual([]);
      expect(await running.push('planner', note('x'))).toEqual(['rejected:not_found']);
      expect(await running.push('auditor', note('x'))).toEqual(['rejected:not_permitted']);
    });

    test('give work to somebody who sees them, which is done once', async () => {
      expect(await running.push('finance', note('x', { assigned_to: 'nobody.here' }))).toEqual([
        'rejected:unknown_user',
      ]);
      expect(await running.push('finance', note('x', { assigned_to: 'planner' }))).toEqual(['rejected:unknown_user']);
      const work = note('get the statement', { assigned_to: 'finance2' });
      expect(await running.push('finance', work)).toEqual(['accepted']);
      const done = () => note('sent', { answers_id: work.id });
      expect(await running.push('controller', done())).toEqual(['rejected:not_permitted']);
      const [one, two] = await Promise.all([running.push('finance', done()), running.push('finance2', done())]);
      expect([...one, ...two].toSorted()).toEqual(['accepted', 'conflict:already_done']);
      const plain = note('nothing to do');
      expect(await running.push('finance', plain, note('done', { answers_id: plain.id }))).toEqual([
        'accepted',
        'rejected:not_found',
      ]);
    });

    test('end with the month', async () => {
      const { db } = running.server.database;
      await db.updateTable('close_period').set({ state: 'hard_locked' }).execute();
      expect(await running.push('finance', note('too late'))).toEqual(['rejected:period_locked']);
      await db.updateTable('close_period').set({ state: 'open' }).execute();
    });
  });
});
