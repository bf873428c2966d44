/** A server whose clock was wrong for a while: what it gave out then does not outlive the mistake. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOG_KEPT_MS, pruneLog } from '#server/sync/retention.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { login } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const DAY_MS = 86_400_000;
let engine: TestEngine;
let running: TestServer;

beforeAll(async () => {
  engine = await PGLITE.start();
  running = await startTestServer(engine);
});
afterAll(async () => {
  await running.close();
  await engine.stop();
});

/** The same clock, forty days ahead or behind, for as long as `during` takes. */
async function withWrongClock<T>(days: number, during: () => Promise<T>): Promise<T> {
  running.time.now_ms += days * DAY_MS;
  try {
    return await during();
  } finally {
    running.time.now_ms -= days * DAY_MS;
  }
}

async function signIn(user_name: string, password: string): Promise<readonly [number, string | undefined]> {
  const response = await fetch(`${running.server.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_name, password }),
  });
  const answer = (await response.json()) as { readonly error?: { readonly code: string } };
  return [response.status, answer.error?.code];
}

test.each([-40, 40])('a token given out %i days off is renewed when the clock is right again', async (days) => {
  const session = await withWrongClock(days, () => login(running.server.url, 'finance'));
  const answer = await fetch(`${running.server.url}/admin/users`, {
    headers: { authorization: `Bearer ${session.access_token}` },
  });
  expect(await answer.json()).toMatchObject({ error: { code: 'token_expired' } });
});

test('a name that waited on a clock forty days ahead does not wait forty days', async () => {
  await withWrongClock(40, async () => {
    for (let attempt = 0; attempt < 5; attempt++) await signIn('sales', 'wrong');
    expect(await signIn('sales', 'wrong')).toEqual([429, 'locked_out']);
  });
  expect(await signIn('sales', 'demo')).toEqual([200, undefined]);
});

test('the log behind a checkpoint that a wrong clock made is kept', async () => {
  const { db } = running.server.database;
  const change = async (name: string): Promise<number> => {
    await db.updateTable('item').set({ name }).execute();
    return (await running.server.drainNow()).number;
  };
  const right = await change('on the right day');
  await withWrongClock(-(LOG_KEPT_MS / DAY_MS) - 1, () => change('on a day long ago'));
  await change('on the right day again');
  await pruneLog(db, () => running.time.now_ms);
  const { rows } = await sql<{ first: number }>`select min(cp)::int as first from sync_log`.execute(db);
  expect(rows[0]?.first).toBeLessThanOrEqual(right);
});

test('a clock set back takes no cut of the log back: what was removed stays announced as removed', async () => {
  const { db } = running.server.database;
  const change = async (name: string): Promise<void> => {
    await db.updateTable('item').set({ name }).execute();
    await running.server.drainNow();
  };
  await change('long ago');
  await withWrongClock(1, () => change('a day later'));
  const after = (days: number) => () => running.time.now_ms + LOG_KEPT_MS + days * DAY_MS;
  // a run that ended before it removed the checkpoints it cut off
  let pauses = 0;
  const ends = async (): Promise<void> => {
    pauses += 1;
    if (pauses > 1) throw new Error('the server ended');
  };
  await expect(pruneLog(db, after(2), () => {}, ends)).rejects.toThrow('the server ended');
  const cut = async (): Promise<number> =>
    (await db.selectFrom('sync_epoch').select('log_from').executeTakeFirstOrThrow()).log_from;
  const before = await cut();
  await pruneLog(db, after(0.5));
  expect(await cut()).toBe(before);
});
