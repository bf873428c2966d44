/** A very small distributor: two companies, enough of everything that scope, moves and signing have something to bite on. */
import { createHash } from 'node:crypto';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { createUser } from '#server/auth/accounts.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';

export interface Distributor {
  readonly company_id: number;
  readonly other_company_id: number;
  readonly sites: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly items: readonly number[];
  readonly orders: readonly number[];
  readonly lines: readonly number[];
  readonly foreign_item_id: number;
  readonly task: {
    readonly id: number;
    readonly period_id: number;
    readonly content_hash: string;
    readonly amount_minor: number;
  };
  readonly dependent_task: { readonly id: number; readonly content_hash: string };
}

/** Text that must never reach a role without the cost area. */
export const SENTINEL_COST_MICRO = 987_654_321_123;
export const SENTINEL_COST_MINOR = 77_665_544_332;

export async function createDistributor(db: Database, clock: Clock): Promise<Distributor> {
  const [company_id, other_company_id] = await ids(
    db
      .insertInto('company')
      .values([
        { code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'Europe/Amsterdam' },
        { code: 'BRK', name: 'Brook', currency: 'GBP', time_zone: 'Europe/London' },
      ])
      .returning('id')
      .execute(),
  );
  const [site_a, site_b] = await ids(
    db
      .insertInto('site')
      .values([
        { company_id, code: 'AMS', name: 'Amsterdam', kind: 'dc' },
        { company_id, code: 'RTM', name: 'Rotterdam', kind: 'counter' },
      ])
      .returning('id')
      .execute(),
  );
  const [channel_a, channel_b] = await ids(
    db
      .insertInto('channel')
      .values([
        { company_id, code: 'IN', name: 'Inside sales', kind: 'inside_sales', grace_days: 1 },
        { company_id, code: 'CO', name: 'Counter', kind: 'counter', grace_days: 0 },
      ])
      .returning('id')
      .execute(),
  );
  const items = await ids(
    db
      .insertInto('item')
      .values(
        ['FA-1', 'FA-2', 'FA-3'].map((code) => ({ company_id, code, name: `Bolt ${code}`, uom: 'pcs', active: true })),
      )
      .returning('id')
      .execute(),
  );
  const [foreign_item_id] = await ids(
    db
      .insertInto('item')
      .values({ company_id: other_company_id, code: 'GB-1', name: 'Nut', uom: 'pcs', active: true })
      .returning('id')
      .execute(),
  );
  await db
    .insertInto('item_cost')
    .values(items.map((id) => ({ id, company_id, unit_cost_micro: SENTINEL_COST_MICRO })))
    .execute();
  await db
    .insertInto('stock_balance')
    .values(
      items.flatMap((item_id) =>
        [site_a, site_b].map((site_id) => ({
          company_id,
          site_id,
          item_id,
          on_hand_qty_milli: 5000,
          reserved_qty_milli: 0,
        })),
      ),
    )
    .execute();
  const orders = await ids(
    db
      .insertInto('sales_order')
      .values(
        [site_a, site_b, null].map((site_id, index) => ({
          company_id,
          site_id,
          channel_id: index === 0 ? channel_a : index === 1 ? channel_b : null,
          month: 202610 + (index % 2),
          number: `SO-${index}`,
          ordered_on: '2026-10-05',
          ordered_at: new Date('2026-10-05T10:00:00.123Z'),
          state: 'open',
        })),
      )
      .returning('id')
      .execute(),
  );
  const lines = await ids(
    db
      .insertInto('order_line')
      .values(
        orders.map((order_id, index) => ({
          company_id,
          site_id: index === 0 ? site_a : index === 1 ? site_b : null,
          channel_id: index === 0 ? channel_a : index === 1 ? channel_b : null,
          month: 202610 + (index % 2),
          order_id,
          ordinal: 1,
          item_id: items[0] ?? null,
          kind: 'goods',
          ordered_on: '2026-10-05',
          committed_on: '2026-10-12',
          ordered_qty_milli: 2000,
          cancelled_qty_milli: 0,
          unit_price_micro: 3_500_000,
          gross_minor: 700,
          discount_minor: 50,
          net_minor: 650,
        })),
      )
      .returning('id')
      .execute(),
  );
  await db
    .insertInto('order_line_cost')
    .values(
      lines.map((id, index) => ({
        id,
        company_id,
        site_id: index === 0 ? site_a : index === 1 ? site_b : null,
        channel_id: index === 0 ? channel_a : index === 1 ? channel_b : null,
        month: 202610 + (index % 2),
        cost_minor: SENTINEL_COST_MINOR,
      })),
    )
    .execute();
  const tasks = await createClose(db, company_id);
  await createAccounts(db, clock);
  return {
    company_id,
    other_company_id,
    sites: [site_a, site_b],
    channels: [channel_a, channel_b],
    items,
    orders,
    lines,
    foreign_item_id,
    ...tasks,
  };
}

async function createClose(db: Database, company_id: number): Promise<Pick<Distributor, 'task' | 'dependent_task'>> {
  const [period_id] = await ids(
    db
      .insertInto('close_period')
      .values({ company_id, period: 202610, state: 'open', cut_off_on: '2026-10-31' })
      .returning('id')
      .execute(),
  );
  const [first, second] = await ids(
    db
      .insertInto('close_task')
      .values(
        ['grni', 'review'].map((code) => ({
          company_id,
          period_id,
          code,
          title: code,
          account: '2150',
          depends_on: JSON.stringify(code === 'review' ? ['grni'] : []),
          due_day: 3,
          due_on: '2026-11-04',
          state: 'open',
          amount_minor: 123_400,
          content_hash: '0'.repeat(64),
        })),
      )
      .returning('id')
      .execute(),
  );
  const content = async (id: number, code: string): Promise<string> => {
    const line = await db
      .insertInto('close_task_line')
      .values({
        company_id,
        task_id: id,
        side: 'ledger',
        ref: 'GL-1',
        account: '2150',
        booked_on: '2026-10-30',
        amount_minor: 123_400,
        currency: 'EUR',
        explanation: 'in transit',
      })
      .returning(['id', 'side', 'account', 'booked_on', 'amount_minor', 'currency', 'explanation'])
      .executeTakeFirstOrThrow();
    const content_hash = createHash('sha256')
      .update(signoffContent({ id, code }, [line], []))
      .digest('hex');
    await db.updateTable('close_task').set({ content_hash }).where('id', '=', id).execute();
    return content_hash;
  };
  // nobody signs an account that was not compared; its one line is the ledger's
  await db
    .insertInto('reconciliation')
    .values({
      id: first,
      company_id,
      ledger_minor: 123_400,
      subledger_minor: 0,
      difference_minor: 123_400,
      threshold_minor: 0,
      computed_at: new Date('2026-11-01T06:00:00Z'),
    })
    .execute();
  return {
    task: { id: first, period_id: period_id ?? 0, content_hash: await content(first, 'grni'), amount_minor: 123_400 },
    dependent_task: { id: second, content_hash: await content(second, 'review') },
  };
}

async function createAccounts(db: Database, clock: Clock): Promise<void> {
  const user = (name: string): { name: string; display_name: string; password: string } => ({
    name,
    display_name: name,
    password: 'demo',
  });
  const hal = { company_code: 'HAL' };
  await createUser(db, user('admin'), [{ role: 'admin', company_code: null }], clock);
  await createUser(db, user('finance'), [{ role: 'finance', ...hal }], clock);
  await createUser(db, user('finance2'), [{ role: 'finance', ...hal }], clock);
  await createUser(db, user('controller'), [{ role: 'controller', ...hal }], clock);
  await createUser(db, user('sales'), [{ role: 'sales', ...hal }], clock);
  await createUser(db, user('counter'), [{ role: 'sales', ...hal, site_code: 'RTM', channel_code: 'CO' }], clock);
  await createUser(db, user('planner'), [{ role: 'planner', ...hal }], clock);
  await createUser(db, user('buyer'), [{ role: 'buyer', ...hal }], clock);
  await createUser(db, user('auditor'), [{ role: 'auditor', ...hal }], clock);
}

type Ids = readonly [number, number, ...number[]];
async function ids(rows: Promise<readonly { readonly id: number }[]>): Promise<Ids> {
  const [first, ...rest] = (await rows).map((row) => row.id);
  if (first === undefined) throw new Error('no row came back');
  return [first, rest[0] ?? first, ...rest.slice(1)];
}
