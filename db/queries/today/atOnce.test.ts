/** Asked at once, Today leaves out what takes long to find and says so; found once, it is in every answer. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type Today } from '#contract/queries.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, troubledDistributor } from '../testing/troubledDistributor.ts';
import { today } from './today.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
});
afterEach(() => replica.close());

const ask = (at_once: boolean): Promise<Today> =>
  today(
    replica.context({ role: 'controller', as_of_ms: AS_OF_MS, cached: true }),
    QUERIES.today.args.parse({ company_ids: [COMPANY], at_once }),
  );
const credit = ({ rows }: Today) => rows.filter(({ group }) => group === 'credit').length;

/** As the copy would count them, had it so many. */
function tellInvoices(rows: number): void {
  replica.writer
    .prepare(
      `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
       VALUES (900001, ?, ?, 0, 0, 202610, '', 'complete', ?)`,
    )
    .run(wireTable('invoice').id, COMPANY, rows);
}

test('few rows are looked through at once', async () => {
  tellInvoices(1000);
  const answer = await ask(true);
  expect(credit(answer)).toBeGreaterThan(0);
  expect([answer.still_looking, answer.waiting]).toEqual([false, []]);
});

test('millions are left out, and named, until they were looked through', async () => {
  tellInvoices(2_000_000);
  const first = await ask(true);
  expect([first.still_looking, first.waiting, first.provenance.coverage]).toEqual([true, ['credit'], 'still looking']);
  expect(credit(first)).toBe(0);
  const whole = await ask(false);
  expect(credit(whole)).toBeGreaterThan(0);
  expect(whole.total_rows).toBe(first.total_rows + credit(whole));
  expect(whole.provenance.coverage).toBe('complete');
  expect(await ask(true)).toEqual(whole);
  replica.writer.exec('UPDATE invoice SET amount_minor = amount_minor + 1');
  expect((await ask(true)).waiting).toEqual(['credit']);
});
