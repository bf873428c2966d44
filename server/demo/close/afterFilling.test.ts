/** The close after filling: what was signed stays as it was, and what is there to be found is found, by the server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { reconcileOpenPeriods } from '#server/jobs/reconcile.ts';
import { prepareDatabase } from '#server/server.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { CLEAN_SEED } from '../differences/kinds.ts';
import { plantedDifferences } from '../generate.ts';
import { reconcileDemo } from '../reconcile.ts';
import { seedDemo } from '../seed.ts';
import { horizonOf } from '../size.ts';
import { collect, optionsFor, SMALL } from '../testing.ts';

const clock = (): number => 1_795_000_000_000;

describe.each([CLEAN_SEED, 1, 7])('the close of seed %i after filling', (seed) => {
  const options = optionsFor(SMALL, seed);
  const rows = collect(options);
  const planted = plantedDifferences(options);
  let engine: TestEngine;
  let database: OpenDatabase;
  beforeAll(async () => {
    engine = await PGLITE.start();
    database = await openDatabase(await engine.prepared());
    await prepareDatabase(database, { clock });
    await seedDemo(database.db, { ...options, clock });
    await reconcileDemo(database.db, clock);
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await engine?.stop();
  });

  test('every line the demo’s people signed is what the server computes, and stays', async () => {
    const stored = new Map(
      (await database.db.selectFrom('close_task_line').selectAll().execute()).map((line) => [line.id, line]),
    );
    for (const line of rows.close_task_line) {
      const own = stored.get(line.id);
      expect([own?.ref, own?.amount_minor, own?.explanation], line.ref).toEqual([
        line.ref,
        line.amount_minor,
        line.explanation,
      ]);
      stored.delete(line.id);
    }
    // what is new are items nobody has looked into
    expect([...stored.values()].filter((line) => line.side !== 'item' || line.explanation !== null)).toEqual([]);
    const { open_period, closed_period } = horizonOf(options.today);
    if (seed === CLEAN_SEED) expect(stored.size).toBe(0);
    else expect(planted.length).toBeGreaterThan(stored.size);
    const tasks = await database.db
      .selectFrom('close_task as t')
      .innerJoin('close_period as p', 'p.id', 't.period_id')
      .select(['t.id', 't.content_hash', 't.state', 'p.period'])
      .execute();
    const before = new Map(rows.close_task.map((task) => [task.id, task]));
    const touched = new Set([...stored.values()].map((line) => line.task_id));
    for (const task of tasks) {
      const own = before.get(task.id);
      expect([closed_period, open_period]).toContain(task.period);
      if (touched.has(task.id)) expect([task.period, own?.state]).toEqual([open_period, 'open']);
      else expect([task.content_hash, task.state]).toEqual([own?.content_hash, own?.state]);
    }
  });

  test('every item of both months has a cause, and computing again writes nothing', async () => {
    const { db } = database;
    const lines = await db.selectFrom('close_task_line').select('id').where('side', '=', 'item').execute();
    const items = await db
      .selectFrom('rec_item as i')
      .innerJoin('close_task as t', 't.id', 'i.task_id')
      .select(['i.id', 'i.cause'])
      .execute();
    const reconciled = await db
      .selectFrom('close_task_line as l')
      .innerJoin('reconciliation as r', 'r.id', 'l.task_id')
      .select('l.id')
      .where('l.side', '=', 'item')
      .execute();
    expect(items.map(({ id }) => id).toSorted()).toEqual(reconciled.map(({ id }) => id).toSorted());
    expect(lines.length).toBeGreaterThanOrEqual(items.length);
    expect(items.filter(({ cause }) => cause === 'not_found')).toEqual([]);
    expect(await reconcileOpenPeriods(db, clock)).toBe(0);
  });
});
