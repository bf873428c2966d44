import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { QUERIES, type ReplenishmentLine } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { positionColumns, stockParts } from '../stock/stockColumns.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { positionDocuments } from './positionDocuments.ts';
import { replenishment } from './replenishment.ts';
import { replenishmentDesk } from './replenishmentDesk.ts';
import { replenishmentWorking } from './replenishmentWorking.ts';
import { insertBuying, insertLanes, insertSuppliers } from './testing/randomBuying.ts';

const AS_OF_ON = dayNumber('2026-11-05') ?? 0;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
  insertSuppliers(replica, 12, AS_OF_ON);
  insertBuying(replica, 7);
  insertLanes(replica, AS_OF_ON);
});
afterEach(() => replica.close());

async function linesOf(now_ms = AS_OF_MS): Promise<readonly ReplenishmentLine[]> {
  const { rows } = await replenishment(
    // each question reckons anew: what is kept is another test's matter
    { ...replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }), now_ms },
    QUERIES.replenishment.args.parse({ company_id: COMPANY, limit: 500 }),
  );
  return rows.flatMap((row) => (row.kind === 'group' ? [] : [row]));
}

const workingOf = (key: string) =>
  replenishmentWorking(replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }), { company_id: COMPANY, key });

function decide(line: ReplenishmentLine, verdict: 'accepted' | 'rejected', qty_milli = line.qty_milli): void {
  replica.insert('replenishment_decision', [
    {
      id: `${line.key}/0`,
      company_id: COMPANY,
      site_id: line.site_id,
      item_id: line.item_id,
      kind: line.kind,
      supplier_id: line.supplier_id,
      from_site_id: line.from_site_id,
      verdict,
      proposed_qty_milli: line.qty_milli,
      qty_milli: verdict === 'accepted' ? qty_milli : 0,
      receive_on: dayNumber(line.receive_on),
      reason: null,
      inputs: '{}',
      rule_version: 1,
      author: 'planner',
      written_at: AS_OF_MS,
      accepted_at: AS_OF_MS,
    },
  ]);
}

async function firstTransfer(): Promise<ReplenishmentLine> {
  const transfer = (await linesOf()).find((line) => line.kind === 'transfer');
  if (!transfer) throw new Error('nothing is moved');
  return transfer;
}

describe('what was decided', () => {
  test('what is taken from a site is asked of it beside what it reserved for orders nobody here may see', async () => {
    const question = { company_id: COMPANY, currency: 'EUR', as_of_on: AS_OF_ON, cost_visible: false, item_id: null };
    const context = replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
    const parts = await stockParts(context, question);
    const stock = positionColumns(question, parts);
    const before = positionDocuments(stock, parts.open, AS_OF_ON);
    const from = before.unseen.findIndex((qty_milli) => qty_milli > 9_000);
    const taken = { place: from === 0 ? 1 : 0, from, qty_milli: 5_000, on: AS_OF_ON };
    const after = positionDocuments(stock, parts.open, AS_OF_ON, [taken]);
    expect((after.asked[from] ?? 0) - (before.asked[from] ?? 0)).toBe(5_000);
    expect((after.position[from] ?? 0) - (before.position[from] ?? 0)).toBe(-5_000);
    expect(after.unseen[from]).toBe(before.unseen[from]);
  });

  test('a line the rule comes to stays as it is, so that it can be shown as decided', async () => {
    const before = await linesOf();
    const line = before.find((each) => each.kind === 'buy');
    if (!line) throw new Error('nothing is bought');
    decide(line, 'accepted');
    const after = await linesOf();
    expect(after.map((each) => each.key)).toEqual(before.map((each) => each.key));
    expect(after.find((each) => each.key === line.key)).toMatchObject({ qty_milli: line.qty_milli });
  });

  test('days of stock are of the quantity that was decided, in the list and in the working; of a rejected one as proposed', async () => {
    const before = await linesOf();
    const asked = before.filter((each) => each.lasts_days !== null && each.lasts_days > 0);
    const [buy, other] = asked.filter((each) => each.kind === 'buy');
    const transfer = asked.find((each) => each.kind === 'transfer');
    if (!buy || !other || !transfer) throw new Error('too little is proposed');
    const daily = async ({ key }: ReplenishmentLine): Promise<number> =>
      (await workingOf(key)).made_of?.daily_demand_qty_milli ?? Number.NaN;
    const more = 10_000_000;
    decide(buy, 'accepted', buy.qty_milli + more);
    decide(transfer, 'accepted', transfer.qty_milli + more);
    decide(other, 'rejected');
    const after = await linesOf();
    for (const line of [buy, transfer]) {
      const now = after.find((each) => each.key === line.key);
      const longer = (now?.lasts_days ?? 0) - (line.lasts_days ?? 0);
      expect(Math.abs(longer - more / (await daily(line)))).toBeLessThanOrEqual(1);
      expect((await workingOf(line.key)).checks?.lasts_days).toBe(now?.lasts_days);
    }
    expect(after.find((each) => each.key === other.key)?.lasts_days).toBe(other.lasts_days);
  });

  test('a rejection is over on the day of the clock, on the proposals and on the desk alike, however old the copy is', async () => {
    const line = (await linesOf()).find((each) => each.kind === 'buy');
    if (!line) throw new Error('nothing is bought');
    decide(line, 'rejected');
    const on = async (days: number) => {
      const now_ms = AS_OF_MS + days * 86_400_000;
      const context = { ...replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }), now_ms };
      const desk = await replenishmentDesk(context, { company_id: COMPANY });
      return [(await linesOf(now_ms)).find((each) => each.key === line.key)?.state, desk.decisions.length];
    };
    expect(await on(6)).toEqual(['rejected', 1]);
    expect(await on(7)).toEqual(['new', 0]);
  });

  test('the desk reads what decisions were made of in one look, however many wait or can be ordered', async () => {
    const [first, ...others] = (await linesOf()).filter((each) => each.kind === 'buy');
    if (!first || others.length < 2) throw new Error('too little is bought');
    const desk = async () => {
      const context = replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
      let looks = 0;
      const scan: typeof context.scan = (sql, values) => {
        if (sql.includes('v_replenishment_decision')) looks++;
        return context.scan(sql, values);
      };
      return { ...(await replenishmentDesk({ ...context, scan }, { company_id: COMPANY })), looks: () => looks };
    };
    decide(first, 'accepted');
    const one = await desk();
    for (const line of others) decide(line, 'accepted');
    replica.writer.exec(`UPDATE main.replenishment_decision SET approval = 'not_recomputed',
      inputs = '{"own_qty_milli":7000}' WHERE id = '${others[0]?.key}/0'`);
    replica.writer.exec(`UPDATE main.replenishment_decision SET
      inputs = '{"because":"for_freight","order_by_on":"2026-11-09"}' WHERE id = '${others[1]?.key}/0'`);
    const all = await desk();
    expect(all.looks()).toBe(one.looks());
    expect(all.approvals.map(({ own_qty_milli }) => own_qty_milli)).toEqual([7_000]);
    const ready = all.ready.flatMap(({ lines }) => lines);
    expect(ready).toHaveLength(others.length);
    expect(ready.find(({ decision_id }) => decision_id === `${others[1]?.key}/0`)).toMatchObject({
      because: 'for_freight',
      order_by_on: '2026-11-09',
    });
    expect(ready.filter(({ because }) => because === 'needed')).toHaveLength(others.length - 1);
  });

  test('an accepted transfer is on its way although no lane leads there any more: as much less is bought', async () => {
    const transfer = await firstTransfer();
    replica.writer.exec('DELETE FROM main.transfer_lane');
    const key = `buy:${transfer.item_id}:${transfer.site_id}`;
    const bought = (await linesOf()).find((line) => line.key === key);
    decide(transfer, 'accepted');
    const after = (await linesOf()).find((line) => line.key === key);
    expect(bought?.reason).toBe('needed');
    expect(after?.qty_milli ?? 0).toBeLessThan(bought?.qty_milli ?? 0);
  });

  test('a rejected transfer is not planned again: what it would have brought is bought or comes from elsewhere', async () => {
    const transfer = await firstTransfer();
    decide(transfer, 'rejected');
    const after = await linesOf();
    expect(after.some((line) => line.key === transfer.key)).toBe(false);
    const instead = after.filter((line) => line.item_id === transfer.item_id && line.site_id === transfer.site_id);
    expect(instead.length).toBeGreaterThan(0);
  });
});
