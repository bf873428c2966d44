import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { QUERIES, type MarginByChannel } from '#contract/queries.ts';
import { createFactKeeper, type FactKeeper } from '#db/analysis/factKeeper.ts';
import { createFactSteps, forgetFacts, forgetWithdrawn } from '#db/analysis/factWriter.ts';
import { AS_OF_MS, COMPANY } from '#db/queries/testing/golden.ts';
import { insertRandomOrders } from '#db/queries/testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { machineTimers } from '#db/machine.ts';
import { createReaderPool } from './pool.ts';
import { factThreads, type Readers } from './readers.ts';

let replica: TestReplica;
let readers: Readers;
let keeper: FactKeeper;
let loading: boolean;
const logged: string[] = [];
beforeEach(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 3, lines: 2000, items: 30, months: 4, first_month: 202606 });
  logged.length = 0;
  loading = false;
  const log = (_level: string, message: string) => void logged.push(message);
  readers = createReaderPool(replica.files, log, machineTimers());
  keeper = createFactKeeper({
    steps: createFactSteps(replica.writer),
    clock: Date.now,
    threads: factThreads(readers),
    // a second of waiting is a hundredth of one here
    timers: {
      after: (delay_ms, run) => {
        const timer = setTimeout(run, delay_ms / 100);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    log,
    isLoading: () => loading,
  });
});
afterEach(async () => {
  await keeper.stop();
  await readers.close();
  await replica.close();
});

const blocks = () => Number(replica.writer.prepare('SELECT count(*) FROM fact_segment').pluck().get());
let asked = 0;
const gross = async (): Promise<number> => {
  // another limit is another question: nothing is remembered from the one before
  const limit = 100 + (asked += 1);
  const args = QUERIES.marginByChannel.args.parse({
    company_id: COMPANY,
    from_month: 202601,
    to_month: 202612,
    limit,
  });
  const { user, now_ms } = replica.context({ as_of_ms: AS_OF_MS });
  const answer = await readers.run(
    { kind: 'query', name: 'marginByChannel', args, asker: { user, now_ms, as_of_ms: null } },
    undefined,
  );
  return (answer as MarginByChannel).total.gross_minor;
};
/** A change nothing notes: only whoever reads the table itself sees it. */
const behindTheNotes = (sql: string) => {
  replica.writer.exec(`DROP TRIGGER IF EXISTS fact_order_line_update; ${sql}`);
};

test('blocks are made once a first load is through, and both threads answer from the same memory', async () => {
  loading = true;
  keeper.start();
  const before = await gross();
  expect(blocks()).toBe(0);
  loading = false;
  keeper.changed();
  await vi.waitFor(() => expect(blocks()).toBe(1), 25_000);
  // the threads were told before these questions
  behindTheNotes('UPDATE order_line SET gross_minor = gross_minor * 2, net_minor = net_minor + gross_minor');
  expect(await Promise.all([gross(), gross(), gross(), gross()])).toEqual([before, before, before, before]);
  expect(logged).toEqual([]);
});

test('a later start loads what rests in the file', async () => {
  keeper.start();
  await vi.waitFor(() => expect(blocks()).toBe(1), 25_000);
  const before = await gross();
  await keeper.stop();
  await readers.close();
  readers = createReaderPool(replica.files, () => undefined, machineTimers());
  keeper = createFactKeeper({
    steps: createFactSteps(replica.writer),
    clock: Date.now,
    threads: factThreads(readers),
    timers: { after: () => ({ cancel: () => undefined }) },
    log: () => undefined,
    isLoading: () => false,
  });
  behindTheNotes('UPDATE order_line SET gross_minor = gross_minor * 2, net_minor = net_minor + gross_minor');
  expect(await gross()).not.toBe(before);
  keeper.start();
  await vi.waitFor(async () => expect(await gross()).toBe(before), 25_000);
});

test('what was withdrawn or forgotten is answered by nobody', async () => {
  keeper.start();
  await vi.waitFor(() => expect(blocks()).toBe(1), 25_000);
  await gross();
  replica.writer.transaction(() => {
    replica.writer.exec("DELETE FROM order_line WHERE kind = 'goods'");
    forgetWithdrawn(replica.writer);
  })();
  keeper.changed();
  expect(await gross()).toBe(0);
  await vi.waitFor(() => expect(blocks()).toBe(1), 25_000);
  expect(await gross()).toBe(0);
  replica.writer.transaction(() => {
    forgetFacts(replica.writer);
    replica.writer.exec('DELETE FROM order_line');
  })();
  keeper.changed();
  expect(await gross()).toBe(0);
  expect(logged).toEqual([]);
});
