/** What happens to the business beside the feed: whole transactions in plain SQL, some of which are rolled back. */
import { createHash } from 'node:crypto';
import { type SignedEvidence, type SignedLine, signoffContent } from '#domain/close/signoffContent.ts';
import type { Transaction } from '@electric-sql/pglite';
import type { Fault } from './faults.ts';
import type { Random } from './random.ts';
import type { SharedDatabase } from './sharedDatabase.ts';
import { CHANNELS, COMPANY, costOf, CUSTOMER, ITEMS, MONTHS, SITES, tag, TASKS } from './world.ts';

class ChangedMind extends Error {}

type Deed = (tx: Transaction, random: Random, hit: (fault: Fault) => void) => Promise<void>;

const one = async (tx: Transaction, text: string, ...values: unknown[]): Promise<number | undefined> => {
  const { rows } = await tx.query<{ id: number }>(text, values);
  return rows[0]?.id;
};

/** An order with its lines and their costs, each in its own table. */
const takeOrder: Deed = async (tx, random) => {
  const at = random.below(SITES.length);
  const [site, channel] = [SITES[at] ?? 0, CHANNELS[at] ?? 0];
  const month = random.pick(MONTHS);
  const day = `${String(month).slice(0, 4)}-${String(month).slice(4)}-05`;
  const order = await one(
    tx,
    `insert into sales_order (company_id, site_id, channel_id, month, number, ordered_on, ordered_at, country, state,
       party_id) values ($1, $2, $3, $4, 'SO-' || nextval('row_id'), $5, $6, $7, 'open', $8) returning id`,
    COMPANY,
    site,
    channel,
    month,
    day,
    `${day}T10:00:00.123Z`,
    tag('g', site, channel),
    CUSTOMER,
  );
  for (let ordinal = 1; ordinal <= 1 + random.below(3); ordinal++) {
    const line = await one(
      tx,
      `insert into order_line (company_id, site_id, channel_id, month, order_id, ordinal, item_id, description, kind,
         ordered_on, committed_on, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor, net_minor)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'goods', $9, $9, $10, 0, 3500000, 700, 50, 650) returning id`,
      COMPANY,
      site,
      channel,
      month,
      order,
      ordinal,
      random.pick(ITEMS),
      tag('g', site, channel),
      day,
      1000 * (1 + random.below(9)),
    );
    await tx.query(
      `insert into order_line_cost (id, company_id, site_id, channel_id, month, cost_minor) values ($1, $2, $3, $4, $5, $6)`,
      [line, COMPANY, site, channel, month, costOf(site, random.below(900_000))],
    );
  }
};

const anyOrder = async (tx: Transaction, random: Random): Promise<number | undefined> => {
  const { rows } = await tx.query<{ id: number }>('select id from sales_order order by id');
  return rows.length === 0 ? undefined : random.pick(rows).id;
};

/** What one site gives the other gets, and both moves are written down. */
const moveStock: Deed = async (tx, random) => {
  const [from, to] = random.chance(0.5) ? [SITES[0], SITES[1]] : [SITES[1], SITES[0]];
  const item = random.pick(ITEMS);
  const qty_milli = 1 + random.below(500);
  for (const [site, qty, kind] of [
    [from, -qty_milli, 'transfer_out'],
    [to, qty_milli, 'transfer_in'],
  ] as const) {
    await tx.query(
      'update stock_balance set on_hand_qty_milli = on_hand_qty_milli + $1 where site_id = $2 and item_id = $3',
      [qty, site, item],
    );
    await tx.query(
      `insert into stock_move (company_id, site_id, item_id, kind, moved_on, qty_milli, ref)
       values ($1, $2, $3, $4, '2026-11-02', $5, $6)`,
      [COMPANY, site, item, kind, qty, tag('g', site)],
    );
  }
};

/** The same key goes and comes back, with what another balance gives to it. */
const insertAgain: Deed = async (tx, random, hit) => {
  const { rows } = await tx.query<{ id: number; site_id: number; item_id: number; qty: number }>(
    'select id, site_id, item_id, on_hand_qty_milli as qty from stock_balance where item_id = any($1) order by id',
    [ITEMS],
  );
  const row = random.pick(rows);
  const giver = random.pick(rows.filter(({ id }) => id !== row.id));
  await tx.query('delete from stock_balance where id = $1', [row.id]);
  await tx.query('update stock_balance set on_hand_qty_milli = on_hand_qty_milli - 3 where id = $1', [giver.id]);
  await tx.query(
    `insert into stock_balance (id, company_id, site_id, item_id, on_hand_qty_milli, reserved_qty_milli)
     values ($1, $2, $3, $4, $5, 0)`,
    [row.id, COMPANY, row.site_id, row.item_id, row.qty + 3],
  );
  hit('row deleted and inserted again');
};

/** An order goes to the other site and channel, or to another month: its rows leave their buckets. */
const moveOrder: Deed = async (tx, random, hit) => {
  const order = await anyOrder(tx, random);
  if (order === undefined) return;
  const at = random.below(SITES.length);
  const [site, channel] = [SITES[at] ?? 0, CHANNELS[at] ?? 0];
  const month = random.pick(MONTHS);
  const text = tag('g', site, channel);
  await tx.query('update sales_order set site_id = $2, channel_id = $3, month = $4, country = $5 where id = $1', [
    order,
    site,
    channel,
    month,
    text,
  ]);
  await tx.query(
    `update order_line_cost set site_id = $2, channel_id = $3, month = $4, cost_minor = $5
     where id in (select id from order_line where order_id = $1)`,
    [order, site, channel, month, costOf(site, random.below(900_000))],
  );
  await tx.query(
    'update order_line set site_id = $2, channel_id = $3, month = $4, description = $5 where order_id = $1',
    [order, site, channel, month, text],
  );
  hit('row moved bucket');
};

const changeLines: Deed = async (tx, random) => {
  const order = await anyOrder(tx, random);
  await tx.query('update order_line set ordered_qty_milli = $2 where order_id = $1', [
    order,
    1000 + random.below(9000),
  ]);
  // nothing changed: nothing may be told
  await tx.query('update order_line set kind = kind where order_id = $1', [order]);
};

/** What is said of an order: accepted, it has to be found at the end. */
const SAID_OF_ORDER = [
  'order_note',
  'fulfilment_override',
  'order_approval',
  'order_approval_cost',
  'order_approval_finance',
];

/** Only an order nobody said anything of. */
const removeOrder: Deed = async (tx, random) => {
  const unsaid = SAID_OF_ORDER.map((name) => `not exists (select from ${name} n where n.order_id = o.id)`);
  const { rows } = await tx.query<{ id: number }>(
    `select id from sales_order o where ${unsaid.join(' and ')} order by id`,
  );
  if (rows.length === 0) return;
  const order = random.pick(rows).id;
  await tx.query('delete from order_line_cost where id in (select id from order_line where order_id = $1)', [order]);
  await tx.query('delete from order_line where order_id = $1', [order]);
  await tx.query('delete from sales_order where id = $1', [order]);
};

const changeCosts: Deed = async (tx, random) => {
  await tx.query('update item_cost set unit_cost_micro = $2 where id = $1', [
    random.pick(ITEMS),
    costOf(0, random.below(900_000)),
  ]);
  const order = await anyOrder(tx, random);
  await tx.query(
    `update order_line_cost set cost_minor = 7700000000 + site_id * 1000000 + $2
     where id in (select id from order_line where order_id = $1)`,
    [order, random.below(900_000)],
  );
};

const rename: Deed = async (tx, random) => {
  await tx.query('update item set name = $2 where id = $1', [
    random.pick(ITEMS),
    `Bolt "${random.below(1000)}" \\ Ü\u0007 ${tag('g')}`,
  ]);
};

const changeTask: Deed = async (tx, random) => {
  const id = random.pick(TASKS);
  // in the order a signature locks them
  await tx.query('select id from close_period where id = (select period_id from close_task where id = $1) for update', [
    id,
  ]);
  const { rows: tasks } = await tx.query<{ code: string }>('select code from close_task where id = $1 for update', [
    id,
  ]);
  await tx.query(`update close_task_line set amount_minor = amount_minor + $2 where task_id = $1 and side = 'ledger'`, [
    id,
    1 + random.below(99),
  ]);
  const { rows: lines } = await tx.query<SignedLine>(
    `select id::int, side, account, booked_on::text, amount_minor::int, currency, explanation from close_task_line
     where task_id = $1`,
    [id],
  );
  const { rows: files } = await tx.query<SignedEvidence>(
    `select id, item_ref, sha256, name from close_evidence a where task_id = $1 and step = 'attached'
       and not exists (select 1 from close_evidence r where r.removes_id = a.id)`,
    [id],
  );
  const content = signoffContent({ id, code: tasks[0]?.code ?? '' }, lines, files);
  await tx.query(
    `update close_task set content_hash = $2, amount_minor =
       (select coalesce(sum(amount_minor), 0) from close_task_line where task_id = $1 and side = 'ledger') where id = $1`,
    [id, createHash('sha256').update(content).digest('hex')],
  );
};

const DEEDS: readonly Deed[] = [
  takeOrder,
  takeOrder,
  moveStock,
  moveStock,
  insertAgain,
  moveOrder,
  moveOrder,
  changeLines,
  removeOrder,
  changeCosts,
  rename,
  changeTask,
];

/** One to three deeds in one transaction; call it only while nobody else has the connection. */
export async function doBusiness(shared: SharedDatabase, random: Random, hit: (fault: Fault) => void): Promise<void> {
  const deeds = Array.from({ length: 1 + random.below(3) }, () => random.pick(DEEDS));
  const changesItsMind = random.chance(0.12);
  const found: Fault[] = [];
  try {
    await shared.pglite.transaction(async (tx) => {
      for (const deed of deeds) await deed(tx, random, (fault) => found.push(fault));
      if (changesItsMind) throw new ChangedMind('changed its mind');
    });
    for (const fault of found) hit(fault);
  } catch (error) {
    if (!(error instanceof ChangedMind)) throw error;
    hit('business rolled back');
  }
}
