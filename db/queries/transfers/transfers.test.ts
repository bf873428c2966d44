/** Transfers over a small distributor: who could give, what is held back and expected, where it shows. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUERIES } from '#contract/queries.ts';
import { fulfilment } from '../fulfilment/fulfilment.ts';
import { fulfilmentLine } from '../fulfilment/fulfilmentLine.ts';
import { itemDetail } from '../stock/itemDetail.ts';
import { promiseDate } from '../stock/promiseDate.ts';
import { stockPositions } from '../stock/stockPositions.ts';
import type { ContextOptions, TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptionDetail } from '../today/exceptionDetail.ts';
import { today } from '../today/today.ts';
import { transferOffers } from './transferOffers.ts';
import { transfers } from './transfers.ts';

const [HERE, THERE, ITEM] = [11, 12, 41];

let replica: TestReplica;
/** 60 of what runs out at Rotterdam lie at Antwerp, which orders at 20. */
beforeEach(() => {
  replica = troubledDistributor();
  replica.insert('site', [{ id: THERE, company_id: COMPANY, code: 'ANR', name: 'Antwerp', kind: 'counter' }]);
  replica.insert('stock_balance', [
    { id: 59, company_id: COMPANY, site_id: THERE, item_id: ITEM, on_hand_qty_milli: 60_000, reserved_qty_milli: 0 },
  ]);
  replica.insert('policy', [
    {
      id: 58,
      company_id: COMPANY,
      site_id: THERE,
      item_id: ITEM,
      kind: 'min_max',
      min_qty_milli: 20_000,
      max_qty_milli: 50_000,
      multiple_qty_milli: 1,
    },
  ]);
  replica.insert('transfer_lane', [{ id: 57, company_id: COMPANY, from_site_id: THERE, to_site_id: HERE, days: 2 }]);
});
afterEach(() => replica.close());

const context = (options: ContextOptions = {}) =>
  replica.context({ role: 'planner', as_of_ms: AS_OF_MS, user_name: 'ingrid', ...options });
const REQUESTS = ['018f5c1e-0000-7000-8000-000000000001/0', '018f5c1e-0000-7000-8000-000000000002/0'] as const;
const say = (step: string, qty_milli: number, { id_of = step, ...more }: Record<string, unknown> = {}): void =>
  replica.insert(
    'transfer_event',
    [THERE, HERE].map((site_id) => ({
      id: `${String(id_of)}-${site_id}`,
      company_id: COMPANY,
      site_id,
      transfer_id: 't/0',
      step,
      number: 'TR-00001',
      item_id: ITEM,
      from_site_id: THERE,
      to_site_id: HERE,
      qty_milli,
      due_on: TODAY_ON + 2,
      reason: 'Runs out',
      author: step === 'requested' ? 'ingrid' : 'samir',
      written_at: AS_OF_MS,
      accepted_at: AS_OF_MS,
      ...more,
    })),
  );
const takesInOn = (receives_on: string): void =>
  replica.insert('buying_calendar', [{ id: 1, company_id: COMPANY, site_id: HERE, receives_on, owner: 'samir' }]);
const list = async (options: ContextOptions = {}) =>
  await transfers(context(options), QUERIES.transfers.args.parse({ company_id: COMPANY }));
const lineOf = async () => {
  const { rows } = await fulfilment(context(), QUERIES.fulfilment.args.parse({ company_id: COMPANY }));
  return rows.find((row) => row.item_id === ITEM);
};
const at = async (site_id: number) => {
  const detail = await itemDetail(context(), QUERIES.itemDetail.args.parse({ item_id: ITEM, site_id }));
  return { free: detail.free_to_promise, weeks: detail.projected.slice(0, 2) };
};

describe('a branch asks another', () => {
  test('which sites could give is told with their figures, and who asked already', async () => {
    const ask = async () =>
      await transferOffers(
        context(),
        QUERIES.transferOffers.args.parse({ company_id: COMPANY, item_id: ITEM, to_site_id: HERE }),
      );
    expect((await ask()).sites).toEqual([
      {
        site_id: THERE,
        site: 'ANR',
        name: 'Antwerp',
        on_hand_qty_milli: 60_000,
        asked_qty_milli: 0,
        on_order_qty_milli: 0,
        reorder_qty_milli: 20_000,
        spare_qty_milli: 39_000,
        days: 2,
        days_known: true,
        arrive_on: '2026-11-07',
        next_in_on: null,
        open: null,
        leads_back: false,
      },
    ]);
    say('requested', 6_000);
    expect((await ask()).sites[0]).toMatchObject({
      spare_qty_milli: 39_000,
      open: { number: 'TR-00001', qty_milli: 6_000, by: 'ingrid' },
    });
    say('approved', 6_000);
    expect((await ask()).sites[0]).toMatchObject({ spare_qty_milli: 33_000, asked_qty_milli: 6_000 });
  });

  test('what it can spare makes a promise possible where nobody asked for it yet', async () => {
    const ask = async (qty_milli: number) => {
      const args = QUERIES.promiseDate.args.parse({ item_id: ITEM, site_id: HERE, qty_milli });
      return (await promiseDate(context(), args)).sites[0]?.ways;
    };
    // 4 lie there and 10 are promised for the 11th: 6 more than what is asked for must come
    expect(await ask(5_000)).toEqual([
      {
        way: 'transfer',
        on: '2026-11-07',
        arrive_on: '2026-11-07',
        from_site_id: THERE,
        from_site: 'ANR',
        qty_milli: 11_000,
        days: 2,
        days_known: true,
      },
    ]);
    expect(await ask(33_001)).toEqual([]);
    takesInOn('tue');
    expect(await ask(5_000)).toMatchObject([{ way: 'transfer', on: '2026-11-10', arrive_on: '2026-11-10', days: 2 }]);
    say('requested', 6_000);
    expect(await ask(5_000)).toEqual([]);
  });

  test('a request counts nowhere and waits for somebody else at the giving site', async () => {
    const before = [await lineOf(), await at(HERE), await at(THERE)];
    say('requested', 6_000);
    expect([await lineOf(), await at(HERE), await at(THERE)]).toEqual(before);
    const own = await list();
    expect(own).toMatchObject({ open: 1, for_you: 0 });
    expect(own.rows[0]).toMatchObject({
      state: 'requested',
      giving: { spare_qty_milli: 39_000 },
      may: { answer: false, not_answer_because: 'own', end: true },
    });
    const theirs = await list({ role: 'warehouse', user_name: 'samir' });
    expect(theirs).toMatchObject({ for_you: 1 });
    expect(theirs.rows[0]?.may).toEqual({
      answer: true,
      not_answer_because: null,
      dispatch: false,
      receive: false,
      end: false,
    });
  });

  test('it is on Today of whoever may answer it, before what money ranks, until it is answered', async () => {
    const rows = async (options: ContextOptions, more: object = {}) =>
      (await today(context(options), QUERIES.today.args.parse({ company_ids: [COMPANY], ...more }))).rows;
    const isAsked = ({ facts }: { readonly facts: { readonly kind: string } }) => facts.kind === 'transfer_asked';
    const samir = { role: 'warehouse', user_name: 'samir' };
    say('requested', 6_000);
    const key = 'transfer_asked:t/0';
    expect((await rows(samir))[0]).toMatchObject({
      key,
      site_id: THERE,
      stake_minor: 0,
      due_on: '2026-11-07',
      facts: {
        transfer_id: 't/0',
        number: 'TR-00001',
        qty_milli: 6_000,
        to_site: 'Rotterdam',
        asked_by: 'ingrid',
        others: 0,
      },
    });
    // theirs, though nobody gave it to them
    expect((await rows(samir, { whose: 'mine' })).map((row) => row.key)).toEqual([key]);
    const detail = await exceptionDetail(
      context(samir),
      QUERIES.exceptionDetail.args.parse({ company_id: COMPANY, key }),
    );
    expect(detail.lines).toMatchObject([{ number: 'TR-00001', party: 'Rotterdam, ingrid', qty_milli: 6_000 }]);
    // who asked, who may not give the site's goods, and who works elsewhere
    expect((await rows({})).filter(isAsked)).toEqual([]);
    expect((await rows({ role: 'sales', user_name: 'sam' })).filter(isAsked)).toEqual([]);
    const there = context(samir);
    const grants = there.user.grants.map((grant) => ({ ...grant, company_id: COMPANY, site_id: HERE }));
    const here = { ...there, user: { ...there.user, grants } };
    expect((await today(here, QUERIES.today.args.parse({ company_ids: [COMPANY] }))).rows.filter(isAsked)).toEqual([]);
    say('refused', 6_000);
    expect((await rows(samir)).filter(isAsked)).toEqual([]);
  });

  test('a request that is snoozed hides no newer one of the same item and site', async () => {
    const options = { role: 'warehouse', user_name: 'samir' };
    const asked = async () =>
      (await today(context(options), QUERIES.today.args.parse({ company_ids: [COMPANY] }))).rows.flatMap(({ facts }) =>
        facts.kind === 'transfer_asked' ? [[facts.number, facts.qty_milli, facts.others]] : [],
      );
    const [first] = REQUESTS;
    say('requested', 6_000, { transfer_id: first });
    replica.insert('exception_mark', [
      {
        id: 'm-1',
        company_id: COMPANY,
        site_id: THERE,
        exception_key: `transfer_asked:${first}`,
        kind: 'snoozed',
        until_on: TODAY_ON + 5,
        author: 'samir',
        written_at: AS_OF_MS,
        accepted_at: AS_OF_MS,
      },
    ]);
    expect(await asked()).toEqual([]);
    say('requested', 2_000, { transfer_id: REQUESTS[1], number: 'TR-00002', id_of: 'newer' });
    expect(await asked()).toEqual([['TR-00002', 2_000, 1]]);
  });

  test('what is given is held back there and expected here: queue, free to promise, weeks and grid say the same', async () => {
    say('requested', 10_000);
    say('approved', 6_000);
    // 4 lie here, 6 come in two days, before the line's day
    expect(await lineOf()).toMatchObject({
      state: 'coming',
      in_time_qty_milli: 10_000,
      waits_for: { purchase_order_id: null, number: 'TR-00001', on: '2026-11-07' },
    });
    takesInOn('tue');
    expect((await lineOf())?.waits_for).toMatchObject({ number: 'TR-00001', on: '2026-11-10' });
    replica.writer.exec('DELETE FROM main.buying_calendar');
    expect((await at(THERE)).free).toMatchObject({ reserved_qty_milli: 6_000, free_qty_milli: 54_000 });
    expect((await at(THERE)).weeks[0]).toMatchObject({ committed_qty_milli: 6_000, promise_qty_milli: 54_000 });
    expect((await at(HERE)).weeks[0]).toMatchObject({ receipts_qty_milli: 6_000 });
    const line = await lineOf();
    const working = await fulfilmentLine(
      context(),
      QUERIES.fulfilmentLine.args.parse({ company_id: COMPANY, order_line_id: line?.order_line_id ?? 0 }),
    );
    expect(working.receipts).toMatchObject([{ purchase_order_id: null, number: 'TR-00001', to_line_qty_milli: 6_000 }]);
    expect(working.elsewhere).toEqual([{ site_id: THERE, site: 'Antwerp', left_qty_milli: 54_000 }]);
    const { rows } = await stockPositions(
      context({ cached: true }),
      QUERIES.stockPositions.args.parse({ company_id: COMPANY, expanded: [`i:${ITEM}`], group_by: 'none' }),
    );
    expect(
      rows.flatMap((row) =>
        row.kind === 'position' && row.item_id === ITEM
          ? [[row.site_id, row.reserved_qty_milli, row.incoming_qty_milli]]
          : [],
      ),
    ).toEqual([
      [HERE, 10_000, 6_000],
      [THERE, 6_000, 0],
    ]);
  });

  test('sent off it holds nothing back any more; arrived it is over', async () => {
    say('requested', 6_000);
    say('approved', 6_000);
    say('dispatched', 5_000);
    expect((await at(THERE)).free).toMatchObject({ reserved_qty_milli: 0 });
    expect((await at(HERE)).weeks[0]).toMatchObject({ receipts_qty_milli: 5_000 });
    expect((await list({ role: 'warehouse' })).rows[0]).toMatchObject({
      state: 'in_transit',
      given_qty_milli: 6_000,
      sent_qty_milli: 5_000,
      may: { receive: true, dispatch: false, end: false },
    });
    say('received', 5_000);
    expect(await list()).toMatchObject({ open: 0, over: 1, rows: [] });
    expect((await at(HERE)).weeks[0]).toMatchObject({ receipts_qty_milli: 0 });
  });

  test('what was given and not sent off in time is free again', async () => {
    const long_ago = AS_OF_MS - 20 * 86_400_000;
    say('requested', 6_000, { accepted_at: long_ago });
    say('approved', 6_000, { accepted_at: long_ago });
    expect((await at(THERE)).free).toMatchObject({ reserved_qty_milli: 0 });
    const over = await transfers(context(), QUERIES.transfers.args.parse({ company_id: COMPANY, show: 'over' }));
    expect(over.rows[0]).toMatchObject({ state: 'expired' });
  });
});
