/** The rows of the distributor before anything happens, made once a process and loaded afresh for each seed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { keepClosePeople } from '#server/auth/closePeople.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { hashPassword } from '#server/auth/passwords.ts';
import type { ServerSchema } from '#server/schema/database.ts';
import { prepareDatabase } from '#server/server.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { whatIsDecided } from './decided.ts';
import {
  CHANNELS,
  CLOSED_PERIOD,
  COMPANY,
  costOf,
  CUSTOMER,
  grantSql,
  ITEMS,
  LEDGER_QTY_MILLI,
  LOCKED_PERIOD,
  MONTHS,
  MOVED_ITEMS,
  MOVED_QTY_MILLI,
  OTHER_COMPANY,
  PASSWORDS,
  SITES,
  SUPPLIER,
  tag,
  TASKS,
  USERS,
} from './world.ts';

export interface World {
  readonly image: Blob;
  readonly wasm: WebAssembly.Module;
}

let made: Promise<World> | undefined;

export async function world(): Promise<World> {
  made ??= makeWorld();
  return await made;
}

async function makeWorld(): Promise<World> {
  const dist = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  const wasm = await WebAssembly.compile(new Uint8Array(readFileSync(join(dist, 'pglite.wasm'))));
  const { template } = await (await PGLITE.start()).fresh();
  const pglite = await PGlite.create({ pgliteWasmModule: wasm, ...(template && { loadDataDir: template }) });
  const db = new Kysely<ServerSchema>({ dialect: new PGliteDialect({ pglite }) });
  await prepareDatabase(
    { db, engine: 'pglite', local: true, listen: async () => async () => {}, copyFiles: null, close: async () => {} },
    { clock: () => 1_795_500_000_000 },
  );
  for (const statement of fixture(await hashPassword(PASSWORDS[0], { memory_kib: 8, passes: 1, lanes: 1 }))) {
    await pglite.exec(statement);
  }
  await keepClosePeople(db);
  const image = await pglite.dumpDataDir('none');
  await pglite.close();
  return { image, wasm };
}

function fixture(password_hash: string): readonly string[] {
  const users = Object.entries(USERS);
  const id = (name: string): number => 61 + users.findIndex(([user]) => user === name);
  return [
    `insert into company (id, code, name, currency, time_zone) values
      (${COMPANY}, 'HAL', 'Halvorsen ${tag('g')}', 'EUR', 'Europe/Amsterdam'),
      (${OTHER_COMPANY}, 'BRK', 'Brook ${tag('g', 0, 0, OTHER_COMPANY)}', 'GBP', 'Europe/London')`,
    `insert into site (id, company_id, code, name, kind) values
      (${SITES[0]}, ${COMPANY}, 'AMS', 'Amsterdam ${tag('g', SITES[0])}', 'dc'),
      (${SITES[1]}, ${COMPANY}, 'RTM', 'Rotterdam ${tag('g', SITES[1])}', 'counter')`,
    `insert into channel (id, company_id, code, name, kind, grace_days) values
      (${CHANNELS[0]}, ${COMPANY}, 'IN', 'Inside ${tag('g', 0, CHANNELS[0])}', 'inside_sales', 1),
      (${CHANNELS[1]}, ${COMPANY}, 'CO', 'Counter ${tag('g', 0, CHANNELS[1])}', 'counter', 0)`,
    `insert into party (id, company_id, code, name, kind, credit_limit_minor) values
      (${SUPPLIER}, ${COMPANY}, 'SKF', 'Bearings ${tag('g')}', 'supplier', null),
      (${CUSTOMER}, ${COMPANY}, 'NORTH', 'Northern ${tag('g')}', 'customer', 1)`,
    ...ITEMS.map(
      (item) => `insert into item (id, company_id, code, name, uom, active, supplier_id)
        values (${item}, ${COMPANY}, 'FA-${item}', 'Bolt ${item} ${tag('g')}', 'pcs', true, ${SUPPLIER})`,
    ),
    ...MOVED_ITEMS.flatMap((item) => [
      `insert into item (id, company_id, code, name, uom, active)
        values (${item}, ${COMPANY}, 'FA-${item}', 'Chain ${item} ${tag('g')}', 'pcs', true)`,
      ...SITES.map(
        (site) => `insert into stock_balance (company_id, site_id, item_id, on_hand_qty_milli, reserved_qty_milli)
          values (${COMPANY}, ${site}, ${item}, ${MOVED_QTY_MILLI}, 0)`,
      ),
    ]),
    `insert into item (id, company_id, code, name, uom, active)
      values (39, ${OTHER_COMPANY}, 'GB-1', 'Nut ${tag('g', 0, 0, OTHER_COMPANY)}', 'pcs', true)`,
    ...ITEMS.map(
      (item) =>
        `insert into item_cost (id, company_id, unit_cost_micro) values (${item}, ${COMPANY}, ${costOf(0, item)})`,
    ),
    ...ITEMS.flatMap((item) =>
      SITES.map(
        (site) => `insert into stock_balance (company_id, site_id, item_id, on_hand_qty_milli, reserved_qty_milli)
          values (${COMPANY}, ${site}, ${item}, ${LEDGER_QTY_MILLI / 8}, 0)`,
      ),
    ),
    ...SITES.flatMap((_, index) => firstOrder(index)),
    `insert into close_period (id, company_id, period, state, cut_off_on) values (${CLOSED_PERIOD}, ${COMPANY}, 202610, 'open', '2026-10-31')`,
    `insert into close_period (id, company_id, period, state, cut_off_on, locked) values (${LOCKED_PERIOD}, ${COMPANY}, 202608,
      'open', '2026-08-31', '{"sales":null,"purchasing":null}')`,
    // both sides of an entry for an item of either task; no task of theirs is reconciled
    `insert into gl_account (id, company_id, code, name, kind, role) values
      (43, ${COMPANY}, '8900', 'Rates ${tag('f')}', 'income', 'fx_gain'),
      (44, ${COMPANY}, '1800', 'Sister ${tag('f')}', 'asset', 'intercompany')`,
    ...TASKS.flatMap((task, index) => closeTask(task, index === 0 ? 'grni' : 'stock')),
    // both tasks are reconciled: nobody signs the second before its item has words, the first's is below its threshold
    `insert into reconciliation (id, company_id, ledger_minor, subledger_minor, difference_minor, threshold_minor, computed_at)
      values (${TASKS[0]}, ${COMPANY}, 123400, 122500, 900, 1000, '2026-11-01T06:00:00Z'),
        (${TASKS[1]}, ${COMPANY}, 123400, 122500, 900, 500, '2026-11-01T06:00:00Z')`,
    `insert into app_user (id, name, display_name, password_hash, active, demo, created_at) values ${users
      .map(([name]) => `(${id(name)}, '${name}', '${name}', '${password_hash}', true, false, '2026-01-01')`)
      .join(', ')}`,
    ...users.flatMap(([name, grants]) => grants.map((grant) => grantSql(id(name), grant))),
    ...whatIsDecided(),
    // seconds apart from every id given above
    `select setval('row_id', 1000)`,
  ];
}

/** What every copy holds from the first moment, so that figures say something. */
function firstOrder(index: number): readonly string[] {
  const [site, channel, month] = [SITES[index] ?? 0, CHANNELS[index] ?? 0, MONTHS[1]];
  const text = tag('g', site, channel);
  const place = `${COMPANY}, ${site}, ${channel}, ${month}`;
  const [order, line] = [71 + index, 81 + index];
  return [
    `insert into sales_order (id, company_id, site_id, channel_id, month, number, ordered_on, ordered_at, country, state,
      party_id) values (${order}, ${place}, 'SO-${order}', '2026-10-05', '2026-10-05T10:00:00.123Z', '${text}', 'open',
      ${CUSTOMER})`,
    `insert into order_line (id, company_id, site_id, channel_id, month, order_id, ordinal, item_id, description, kind,
      ordered_on, committed_on, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor,
      net_minor) values (${line}, ${place}, ${order}, 1, ${ITEMS[index]}, '${text}', 'goods', '2026-10-05', '2026-10-05',
      2000, 0, 3500000, 700, 50, 650)`,
    `insert into order_line_cost (id, company_id, site_id, channel_id, month, cost_minor)
      values (${line}, ${place}, ${costOf(site, index)})`,
  ];
}

function closeTask(task: number, code: string): readonly string[] {
  const line = {
    id: task + 100,
    side: 'ledger',
    account: '2150',
    booked_on: '2026-10-30',
    amount_minor: 123_400,
    currency: 'EUR',
    explanation: `in transit ${tag('f')}`,
  } as const;
  const item = { ...line, id: task + 200, side: 'item', amount_minor: 900, explanation: null } as const;
  const content_hash = createHash('sha256')
    .update(signoffContent({ id: task, code }, [line, item], []))
    .digest('hex');
  return [
    `insert into close_task (id, company_id, period_id, code, title, account, depends_on, due_day, due_on, state,
      amount_minor, content_hash) values (${task}, ${COMPANY}, ${CLOSED_PERIOD}, '${code}', '${code} ${tag('f')}', '2150', '[]', 3,
      '2026-11-04', 'open', ${line.amount_minor}, '${content_hash}')`,
    `insert into close_task_line (id, company_id, task_id, side, ref, account, booked_on, amount_minor, currency, explanation)
      values (${line.id}, ${COMPANY}, ${task}, 'ledger', 'GL-1', '2150', '2026-10-30', ${line.amount_minor}, 'EUR',
      '${line.explanation}')`,
    `insert into close_task_line (id, company_id, task_id, side, ref, account, booked_on, amount_minor, currency)
      values (${item.id}, ${COMPANY}, ${task}, 'item', 'GL-2', '2150', '2026-10-30', ${item.amount_minor}, 'EUR')`,
    `insert into rec_item (id, company_id, task_id, role, cause, origin_period, arose_on, age_days, documents)
      values (${item.id}, ${COMPANY}, ${task}, 'fx_gain', 'revalued_at_another_rate', 202610, '2026-10-30', 1, '[]')`,
  ];
}
