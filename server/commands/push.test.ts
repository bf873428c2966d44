import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, outcomesOf } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('push on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    let crash: string | null = null;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {
        crashAt: (point) => {
          if (point !== crash) return;
          crash = null;
          throw new Error(`crash at ${point}`);
        },
      });
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const notes = async (): Promise<readonly { id: string; body: string; author: string }[]> =>
      await running.server.database.db.selectFrom('item_note').select(['id', 'body', 'author']).execute();
    const outcomes = async (id: string): Promise<number> =>
      (await running.server.database.db.selectFrom('mutation_outcome').select('id').where('id', '=', id).execute())
        .length;

    test('the same mutation twice, also at once, has one effect and one outcome', async () => {
      const replica = await running.replica('sales');
      const note = mutation('addItemNote', { item_id: running.data.items[0], body: '  count again  ' });
      const answers = await Promise.all([replica.push(note), replica.push(note), replica.push(note)]);
      for (const answer of answers) {
        expect([answer.status, answer.body]).toEqual([
          200,
          { outcomes: [{ id: note.id, state: 'accepted', reason: null }] },
        ]);
      }
      expect((await notes()).filter((each) => each.id === note.id)).toEqual([
        { id: note.id, body: 'count again', author: 'sales' },
      ]);
      expect(await outcomes(note.id)).toBe(1);
    });

    test('the same id with another body is 409 and decides nothing of that push', async () => {
      const replica = await running.replica('sales');
      const first = mutation('addItemNote', { item_id: running.data.items[0], body: 'one' });
      await replica.push(first);
      const fresh = mutation('addItemNote', { item_id: running.data.items[0], body: 'fresh' });
      const other = mutation('addItemNote', { item_id: running.data.items[0], body: 'two' }, first.id);
      const answer = await replica.push(fresh, other);
      expect([answer.status, answer.body]).toEqual([
        409,
        { error: expect.objectContaining({ code: 'mutation_id_reused' }) },
      ]);
      expect(await outcomes(fresh.id)).toBe(0);
      const stranger = await running.replica('finance');
      expect((await stranger.push(first)).status).toBe(409);
    });

    test('unknown commands, bad arguments and a damaged body are rejected with a reason, and block nothing', async () => {
      const replica = await running.replica('sales');
      const damaged = {
        ...mutation('addItemNote', { item_id: running.data.items[0], body: 'x' }),
        body_hash: 'f'.repeat(64),
      };
      const good = mutation('addItemNote', { item_id: running.data.items[0], body: 'good' });
      const answer = await replica.push(
        mutation('constructor', {}),
        mutation('addItemNote', { item_id: running.data.items[0], body: '' }),
        mutation('addItemNote', { item_id: running.data.items[0], body: 'x', extra: 1 }),
        mutation('addItemNote', { item_id: '1; drop table item', body: 'x' }),
        mutation('add\u0000', {}),
        mutation('addItemNote', { item_id: running.data.items[0], body: 'x', 'a\u0000b': 1 }),
        damaged,
        good,
      );
      expect(outcomesOf(answer)).toEqual([
        'rejected:unknown_command',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:unknown_command',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'accepted',
      ]);
      const big = await replica.post('/sync/push', {
        client_id: replica.client_id,
        mutations: [mutation('addItemNote', { item_id: 1, body: 'x'.repeat(1_100_000) })],
      });
      expect([big.status, big.body]).toEqual([413, { error: expect.objectContaining({ code: 'too_large' }) }]);
    });

    test('what lies outside the scope is not found, what the role may not do is not permitted', async () => {
      const { data } = running;
      const note = (item_id: number | undefined): ReturnType<typeof mutation> =>
        mutation('addItemNote', { item_id, body: 'x' });
      const onOrder = (order_id: number | undefined): ReturnType<typeof mutation> =>
        mutation('addOrderNote', { order_id, body: 'y' });
      const sales = await running.replica('sales');
      expect(
        outcomesOf(await sales.push(note(data.foreign_item_id), note(99_999_999), onOrder(data.orders[2]))),
      ).toEqual(['rejected:not_found', 'rejected:not_found', 'accepted']);
      const counter = await running.replica('counter');
      const answer = await counter.push(
        onOrder(data.orders[0]),
        onOrder(data.orders[1]),
        onOrder(data.orders[2]),
        note(data.items[0]),
      );
      // the third order has no site or channel: only unrestricted grants reach it
      expect(outcomesOf(answer)).toEqual(['rejected:not_found', 'accepted', 'rejected:not_found', 'accepted']);
      const auditor = await running.replica('auditor');
      expect(outcomesOf(await auditor.push(note(data.items[0])))).toEqual(['rejected:not_permitted']);
      const sign = mutation('signCloseTask', signing(running, 'preparer'));
      expect(outcomesOf(await sales.push(sign))).toEqual(['rejected:not_found']);
      expect(outcomesOf(await auditor.push(mutation('signCloseTask', signing(running, 'preparer'))))).toEqual([
        'rejected:not_permitted',
      ]);
      // the note carries its order's bucket
      await counter.sync();
      expect(counter.rows('order_note').map((row) => row['body'])).toEqual(['y']);
    });

    test('a crash before the commit leaves nothing, after it everything; sending again ends with one note', async () => {
      const replica = await running.replica('sales');
      for (const point of ['server.push.before_commit', 'server.push.committed']) {
        const note = mutation('addItemNote', { item_id: running.data.items[1], body: point });
        crash = point;
        const broken = await replica.push(note);
        expect([broken.status, broken.body]).toEqual([503, { error: expect.objectContaining({ retryable: true }) }]);
        const committed = point === 'server.push.committed';
        expect((await notes()).filter((each) => each.body === point)).toHaveLength(committed ? 1 : 0);
        expect(await outcomes(note.id)).toBe(committed ? 1 : 0);
        expect(outcomesOf(await replica.push(note))).toEqual(['accepted']);
        expect((await notes()).filter((each) => each.body === point)).toHaveLength(1);
        expect(await outcomes(note.id)).toBe(1);
      }
    });

    test('a change that can never be decided is held, and the next one goes on', async () => {
      const replica = await running.replica('sales');
      // PostgreSQL holds no NUL in text: the statement fails every time.
      const poison = mutation('addItemNote', { item_id: running.data.items[0], body: 'a\u0000b' });
      const next = mutation('addItemNote', { item_id: running.data.items[0], body: 'behind' });
      expect(outcomesOf(await replica.push(poison, next))).toEqual(['held:server_error', 'accepted']);
    });

    test('a change the database ends each time is held after a while, and what its person did after it goes on', async () => {
      const { db } = running.server.database;
      await sql`create function ends_overlong() returns trigger language plpgsql as $$ begin
        if new.body = 'overlong' then raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end if;
        return new; end $$`.execute(db);
      await sql`create trigger overlong before insert on item_note for each row execute function ends_overlong()`.execute(
        db,
      );
      const replica = await running.replica('sales');
      const overlong = mutation('addItemNote', { item_id: running.data.items[0], body: 'overlong' });
      const before_ms = running.time.now_ms;
      for (const minutes of [0, 1, 2, 9]) {
        running.time.now_ms = before_ms + minutes * 60_000;
        expect((await replica.push(overlong)).status).toBe(503);
      }
      expect(await outcomes(overlong.id)).toBe(0);
      running.time.now_ms = before_ms + 10 * 60_000;
      const behind = mutation('addItemNote', { item_id: running.data.items[0], body: 'behind it' });
      expect(outcomesOf(await replica.push(overlong, behind))).toEqual(['held:takes_too_long', 'accepted']);
      // what was decided stays decided, also once the database would let it through
      await sql`drop trigger overlong on item_note`.execute(db);
      expect(outcomesOf(await replica.push(overlong))).toEqual(['held:takes_too_long']);
      running.time.now_ms = before_ms;
    });

    test('a device clock that is ahead makes nothing of tomorrow, one that is behind is kept as it said', async () => {
      const replica = await running.replica('sales');
      const { time, data } = running;
      const note = (made_at_ms: number) => ({
        ...mutation('addItemNote', { item_id: data.items[0], body: `at ${made_at_ms}` }),
        made_at_ms,
      });
      const notes = [note(Date.UTC(2198, 0, 1)), note(time.now_ms + 1), note(time.now_ms - 60_000), note(0)];
      expect(outcomesOf(await replica.push(...notes))).toEqual(Array(4).fill('accepted'));
      const { db } = running.server.database;
      const rows = await db
        .selectFrom('item_note')
        .select(['id', 'written_at', 'accepted_at'])
        .where(
          'id',
          'in',
          notes.map(({ id }) => id),
        )
        .execute();
      const told = notes.map(({ id }) => rows.find((row) => row.id === id));
      expect(told.map((row) => row?.written_at.getTime())).toEqual([
        time.now_ms,
        time.now_ms,
        time.now_ms - 60_000,
        Date.UTC(1990, 0, 1),
      ]);
      expect(told.map((row) => row?.accepted_at.getTime())).toEqual(Array(4).fill(time.now_ms));
    });

    test('two machines sign the same: one is accepted, the other sees by whom and when', async () => {
      const first = await running.replica('finance');
      const second = await running.replica('finance2');
      const args = signing(running, 'preparer', await version(running));
      const one = mutation('signCloseTask', args);
      const two = mutation('signCloseTask', args);
      const [a, b] = await Promise.all([first.push(one), second.push(two)]);
      const states = [outcomesOf(a)[0], outcomesOf(b)[0]];
      expect(new Set(states)).toEqual(new Set(['accepted', 'conflict:already_signed']));
      const [loser, winner] = states[0] === 'accepted' ? [b, 'finance'] : [a, 'finance2'];
      expect(loser.body).toMatchObject({
        outcomes: [
          {
            reason: {
              detail: {
                by: winner,
                at_ms: one.made_at_ms,
                theirs: running.data.task.content_hash,
                theirs_amount_minor: 123_400,
              },
            },
          },
        ],
      });
      const { db } = running.server.database;
      const task = await db
        .selectFrom('close_task')
        .select('state')
        .where('id', '=', running.data.task.id)
        .executeTakeFirstOrThrow();
      expect(task.state).toBe('prepared');
      expect(await db.selectFrom('signoff').select('user_name').execute()).toEqual([{ user_name: winner }]);
    });

    test('the reviewer is another person with the right, and sees what was prepared', async () => {
      const { db } = running.server.database;
      const { task } = running.data;
      const controller = await running.replica('controller');
      const finance = await running.replica('finance');
      // a line that moves alters what is signed; back where it was, it is what was signed, whatever its version
      const lines = db.updateTable('close_task_line').where('task_id', '=', task.id);
      await lines.set({ amount_minor: 123_401 }).execute();
      const stale = mutation('signCloseTask', signing(running, 'reviewer', await version(running)));
      expect(outcomesOf(await controller.push(stale))).toEqual(['conflict:content_changed']);
      await lines.set({ amount_minor: 123_400 }).execute();
      expect(
        outcomesOf(await finance.push(mutation('signCloseTask', signing(running, 'reviewer', await version(running))))),
      ).toEqual(['rejected:not_permitted']);
      const waits = mutation('signCloseTask', {
        ...signing(running, 'preparer', 0),
        task_id: running.data.dependent_task.id,
        content_hash: running.data.dependent_task.content_hash,
      });
      expect(outcomesOf(await finance.push(waits))).toEqual(['rejected:waiting_for']);
      expect(outcomesOf(await controller.push(mutation('signCloseTask', signing(running, 'reviewer', 1))))).toEqual([
        'accepted',
      ]);
      const signed = await db
        .selectFrom('close_task')
        .select('state')
        .where('id', '=', task.id)
        .executeTakeFirstOrThrow();
      expect(signed.state).toBe('signed');
      // a line that changes after the signature: the server recomputes and refuses what was seen before
      await db.updateTable('close_task_line').set({ amount_minor: 1 }).where('task_id', '=', task.id).execute();
      expect(
        outcomesOf(
          await controller.push(mutation('signCloseTask', signing(running, 'reviewer', await version(running)))),
        ),
      ).toEqual(['conflict:content_changed']);
      await db.updateTable('close_period').set({ state: 'hard_locked' }).execute();
      expect(
        outcomesOf(await finance.push(mutation('signCloseTask', signing(running, 'preparer', await version(running))))),
      ).toEqual(['rejected:period_locked']);
    });

    test('outcome and effect arrive in one checkpoint', async () => {
      const replica = await running.replica('sales');
      await replica.sync();
      const note = mutation('addItemNote', { item_id: running.data.items[2], body: 'together' });
      await replica.push(note);
      const { db } = running.server.database;
      await running.server.drainNow();
      const log = await db.selectFrom('sync_log').select('cp').where('pk', '=', note.id).execute();
      expect(log).toHaveLength(2);
      expect(new Set(log.map((entry) => entry.cp)).size).toBe(1);
      await replica.sync();
      expect(replica.rows('mutation_outcome').map((row) => row['id'])).toContain(note.id);
    });

    test('nothing of a body or a token is in the log', async () => {
      const replica = await running.replica('sales');
      const secret = `secret-${randomUUID()}`;
      await replica.push(mutation('addItemNote', { item_id: running.data.items[0], body: `${secret}\u0000` }));
      const all = running.logged.join('\n');
      expect(all).toContain('mutation held');
      expect(all).not.toContain(secret);
      expect(all).not.toContain(replica.access_token);
    });
  });
});

function signing(running: TestServer, role: 'preparer' | 'reviewer', task_ver = 0): Record<string, unknown> {
  const { task } = running.data;
  return { task_id: task.id, role, task_ver, content_hash: task.content_hash, amount_minor: task.amount_minor };
}

async function version(running: TestServer): Promise<number> {
  const { db } = running.server.database;
  const task = await db
    .selectFrom('close_task')
    .select('ver')
    .where('id', '=', running.data.task.id)
    .executeTakeFirstOrThrow();
  return task.ver;
}
