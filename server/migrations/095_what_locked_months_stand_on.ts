/**
 * What a locked month's figures stand on, held behind every command and file: what lies before the first close, or before a month that
 * is locked for good, stands in its balances and is held by it; and the prices, charges, plans, values and costs its documents are
 * reckoned by (docs/decisions/0051). Frozen.
 */
import { type Kysely, sql } from 'kysely';

type Event = 'insert' | 'update' | 'delete';
const EVENTS: readonly Event[] = ['insert', 'update', 'delete'];

/** Columns that say where a row came from and who receives it. */
const SAYS_NOTHING = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at'];
const TRANSITION: Readonly<Record<Event, string>> = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
};
const monthOf = (day: string): string => `(extract(year from ${day}) * 100 + extract(month from ${day}))::int`;

// SQL of `holderOf` (server/close/lockedDays.ts); null = nothing is closed from that month on
const HELD_MONTH = `create function held_month(of_company bigint, of_month int) returns int language sql stable as $body$
  select coalesce(min(p.period) filter (where p.state = 'hard_locked'), min(p.period))
  from close_period p where p.company_id = of_company and p.period >= of_month $body$`;

const LOCKED = `(held.state = 'hard_locked' or (held.locked ? held.area
      and coalesce((held.locked ->> held.area)::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000))`;
const refuse = (what: string): string => `raise exception 'The month %-% is locked for %${what}.', held.period / 100,
        lpad((held.period % 100)::text, 2, '0'), held.area using errcode = 'BNLCK'`;

const PERIODS = {
  own: 'p.period = x.month',
  held: 'p.period = held_month(x.company_id, x.month)',
  from: 'p.period >= x.month',
};

interface Guard {
  readonly table: string;
  readonly event: Event;
  /** Rows (company_id, month, area) that a statement touches. */
  readonly places: string;
  /** By which periods: that of the month itself, the one whose balances it stands in, or every one from it on. */
  readonly by?: keyof typeof PERIODS;
  readonly what?: string;
  /** The table has no such trigger yet. */
  readonly first?: boolean;
}

/** Periods are taken FOR SHARE, open ones too: a lock that comes meanwhile waits for the statement's transaction, and it for the lock's. */
function guard({ table, event, places, by = 'held', what = '', first = false }: Guard): string[] {
  const made = `create or replace function refuse_locked_${table}_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked, x.area from (select distinct company_id, month, area from (${places}) r) x
    join close_period p on p.company_id = x.company_id and ${PERIODS[by]}
    order by p.id for share of p
  loop
    if ${LOCKED} then
      ${refuse(what)};
    end if;
  end loop;
  return null;
end $body$`;
  const trigger = `create trigger locked_${event} after ${event} on ${table} referencing ${TRANSITION[event]}
    for each statement execute function refuse_locked_${table}_${event}()`;
  return first ? [made, trigger] : [made];
}

/** Rows of an update that say something else. */
function changed(side: 'o' | 'n', free: readonly string[] = []): string {
  const without = (row: string): string =>
    `to_jsonb(${row}) - array[${[...SAYS_NOTHING, ...free].map((name) => `'${name}'`).join(', ')}]`;
  return `select ${side}.* from old_rows o join new_rows n using (id) where ${without('o')} <> ${without('n')}`;
}

const differing = (side: 'o' | 'n', columns: readonly string[]): string =>
  `select ${side}.* from old_rows o join new_rows n using (id)
    where (${columns.map((name) => `o.${name}`).join(', ')}) is distinct from (${columns.map((name) => `n.${name}`).join(', ')})`;

const ROWS: Readonly<Record<Event, readonly string[]>> = {
  insert: ['select * from new_rows'],
  delete: ['select * from old_rows'],
  update: [],
};
const touched = (event: Event, free: readonly string[]): readonly string[] =>
  event === 'update' ? [changed('o', free), changed('n', free)] : ROWS[event];

interface Booked {
  readonly table: string;
  readonly area: string;
  readonly month: string;
  readonly free?: readonly string[];
  readonly by?: keyof typeof PERIODS;
  readonly first?: boolean;
}

const KIND = `case r.kind when 'customer' then 'sales' else 'purchasing' end`;
/** What is booked in which area, the month it is booked in, and what of a row may still change: 025, 070 and what they had not. */
const BOOKED: readonly Booked[] = [
  { table: 'gl_entry', area: `'ledger'`, month: 'r.month', free: ['posted_at'] },
  { table: 'gl_line', area: `'ledger'`, month: 'r.month' },
  { table: 'invoice', area: KIND, month: 'r.month', free: ['due_on'] },
  { table: 'credit_note', area: `'sales'`, month: 'r.month' },
  {
    table: 'shipment_line',
    area: `'sales'`,
    month: monthOf('r.shipped_on'),
    free: ['delivered_on', 'month', 'site_id', 'channel_id'],
  },
  { table: 'stock_move', area: `'stock'`, month: monthOf('r.moved_on') },
  { table: 'bank_statement_line', area: `'ledger'`, month: 'r.month' },
  { table: 'landed_cost', area: `'purchasing'`, month: monthOf('r.booked_on'), first: true },
  { table: 'claim_cost', area: `'sales'`, month: monthOf('r.booked_on'), first: true },
  { table: 'inventory_month', area: `'stock'`, month: 'r.month', by: 'own', first: true },
  { table: 'plan_line', area: `'sales'`, month: 'r.month', by: 'own', first: true },
];

function booked({ table, area, month, free = [], ...rest }: Booked): readonly string[] {
  return EVENTS.flatMap((event) => {
    const places = touched(event, free).map(
      (rows) => `select r.company_id, ${month} as month, ${area} as area from (${rows}) r`,
    );
    return guard({ table, event, places: places.join(' union all '), ...rest });
  });
}

// goods that came under one number are one receipt, of the first day
const RECEIPTS = EVENTS.flatMap((event) => {
  const own = touched(event, ['site_id']).map(
    (rows) => `select r.company_id, ${monthOf('r.received_on')} as month, 'purchasing' as area from (${rows}) r`,
  );
  const now = event === 'delete' ? [] : [event === 'insert' ? 'select * from new_rows' : changed('n', ['site_id'])];
  const beside = now.map(
    (rows) => `select b.company_id, ${monthOf('b.received_on')}, 'purchasing' from (${rows}) r
      join receipt_line b on b.company_id = r.company_id and b.number = r.number and b.id <> r.id`,
  );
  return guard({ table: 'receipt_line', event, places: [...own, ...beside].join(' union all ') });
});

const OF_RECEIPTS = ', and what goods received until then are valued at';
const received = (rows: string, line: string): string =>
  `select g.company_id, ${monthOf('g.received_on')} as month, 'purchasing' as area from (${rows}) r join receipt_line g on ${line}`;
const received_by = (rows: readonly string[], line: string): string =>
  rows.map((each) => received(each, line)).join(' union all ');
const PURCHASES = [
  ...EVENTS.flatMap((event) =>
    guard({
      table: 'po_line_price',
      event,
      places: received_by(
        event === 'update' ? [differing('n', ['unit_price_micro'])] : ROWS[event],
        'g.po_line_id = r.id',
      ),
      what: OF_RECEIPTS,
      first: true,
    }),
  ),
  ...guard({
    table: 'po_line',
    event: 'update',
    places: received_by([differing('n', ['item_id', 'purchase_order_id'])], 'g.po_line_id = r.id'),
    what: OF_RECEIPTS,
    first: true,
  }),
  ...guard({
    table: 'purchase_order',
    event: 'update',
    places: received(
      differing('n', ['supplier_id', 'company_id']),
      'g.po_line_id in (select l.id from po_line l where l.purchase_order_id = r.id)',
    ),
    what: OF_RECEIPTS,
    first: true,
  }),
];

/** Of an order's lines what its deliveries are reckoned by, once one of them stands in a locked month. */
const delivered = (rows: string, line: string): string =>
  `select s.company_id, ${monthOf('s.shipped_on')} as month, 'sales' as area from (${rows}) r
    join shipment_line s on s.order_line_id = ${line}`;
/** The month itself where it has a close; what was delivered goes by the balances it stands in. */
const ownOr = (own: readonly string[], deliveries: readonly string[]): string =>
  [
    ...own.map(
      (rows) => `select r.company_id, r.month, 'sales' as area from (${rows}) r
        where exists (select from close_period p where p.company_id = r.company_id and p.period = r.month)`,
    ),
    ...deliveries,
  ].join(' union all ');
const OF_MARGIN = (
  'company_id month ordered_on order_id kind site_id channel_id item_id party_id country ' +
  'ordered_qty_milli unit_price_micro gross_minor discount_minor net_minor deleted_at'
).split(' ');
const OF_COST = 'company_id month cost_minor freight_minor rebate_minor fee_minor'.split(' ');
const costs = (event: Event): readonly string[] =>
  event === 'update' ? [differing('o', OF_COST), differing('n', OF_COST)] : ROWS[event];
const SALES = [
  ...guard({
    table: 'order_line',
    event: 'update',
    places: ownOr(
      [differing('o', OF_MARGIN), differing('n', OF_MARGIN)],
      [delivered(differing('n', OF_MARGIN), 'r.id')],
    ),
  }),
  ...EVENTS.flatMap((event) =>
    guard({
      table: 'order_line_cost',
      event,
      places: ownOr(costs(event), [delivered(costs(event).at(-1) ?? '', 'r.id')]),
      first: true,
    }),
  ),
];

const USED_RATES = `(select r.* from new_rows r
  where exists (select from invoice i where i.company_id = r.company_id and i.currency = r.currency and i.month <= MONTH)
    or exists (select from payment y where y.company_id = r.company_id and y.currency = r.currency and y.month <= MONTH)
    or exists (select from gl_account a where a.company_id = r.company_id and a.currency = r.currency
      and (exists (select from gl_line l where l.account_id = a.id and l.month <= MONTH)
        or exists (select from bank_statement_line s where s.account_id = a.id and s.month <= MONTH)))
    or exists (select from company c join gl_account a on a.company_id = c.id
      where c.currency = r.currency and c.id <> r.company_id and a.role = 'intercompany'))`.replaceAll(
  'MONTH',
  'coalesce(held_month(r.company_id, r.month), r.month)',
);

/** A company's rate reaches its own books, and those of a sister in that currency that it owes or is owed by. */
const ofRates = (rows: string): string => `select r.company_id, r.month, 'ledger' as area from ${rows} r
  union all
  select c.id, r.month, 'ledger' from ${rows} r join company c on c.currency = r.currency and c.id <> r.company_id
    where exists (select from gl_account a where a.company_id = c.id and a.role = 'intercompany')
      and exists (select from gl_account a where a.company_id = r.company_id and a.role = 'intercompany')`;
const RATES = (
  [
    ['insert', USED_RATES],
    ['delete', 'old_rows'],
    ['update', `(${changed('o')} union all ${changed('n')})`],
  ] as const
).flatMap(([event, rows]) =>
  guard({ table: 'fx_rate', event, places: ofRates(rows), what: ', and its rates with it' }),
);

// domain/close/journalKinds.ts: what codes mean for a company that gave none
const USUAL = `(values ('INV', 'sales_invoices'), ('CSH', 'cash_sales'), ('CRN', 'credit_notes'), ('REC', 'customer_receipts'),
  ('BIL', 'purchase_bills'), ('PAY', 'supplier_payments'), ('RCV', 'goods_received'), ('SHP', 'goods_shipped'), ('STK', 'stock_moves'),
  ('VAL', 'stock_valuation'), ('BNK', 'bank'), ('CLM', 'claims'), ('DEP', 'schedules'), ('ICO', 'intercompany'),
  ('FXR', 'exchange_differences'), ('OPN', 'opening_balances'), ('CLO', 'closing_entries')) as usual(code, kind)`;
const kindIn = (given: string): string => `case when exists (select from (${given}) g where g.company_id = b.company_id)
    then coalesce((select g.kind from (${given}) g where g.company_id = b.company_id and g.code = b.journal), 'by_hand')
    else coalesce((select kind from ${USUAL} where code = b.journal), 'by_hand') end`;
/** Of codes with entries that come to count as something else: the first month of those. */
function turned(event: Event): string {
  const before = [
    `select j.company_id, j.code, j.kind from gl_journal j ${event === 'delete' ? '' : 'where j.id not in (select id from new_rows)'}`,
    ...(event === 'insert' ? [] : ['select company_id, code, kind from old_rows']),
  ].join(' union all ');
  return `select b.company_id, b.month, 'ledger' as area from (
      select e.company_id, e.journal, min(e.month) as month from gl_entry e
      where e.company_id in (select company_id from ${event === 'delete' ? 'old_rows' : 'new_rows'}) group by 1, 2) b
    where ${kindIn(before)} <> ${kindIn('select company_id, code, kind from gl_journal')}`;
}
const JOURNALS = EVENTS.flatMap((event) =>
  guard({
    table: 'gl_journal',
    event,
    places: turned(event),
    by: 'from',
    what: ' and has entries of the journal',
    first: true,
  }),
);

/** As in 076, by the period a month stands in. */
function paymentGuard(event: Event, moves: string, settles: string): string {
  return `create or replace function refuse_locked_payment_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.company_id, p.period, p.state, p.locked, x.month, x.area, x.settles
    from (select company_id, month, area, bool_or(settles) as settles from (
        select company_id, month, area, false as settles from (${moves}) m
        union all select company_id, month, area, true from (${settles}) s) all_of
      group by company_id, month, area) x
    join close_period p on p.company_id = x.company_id and p.period = held_month(x.company_id, x.month)
    order by p.id for share of p
  loop
    if ${LOCKED} then
      if held.settles then ${refuse('')}; end if;
      insert into payment_moved (company_id, period, area, kind, party_id, number, paid_on, currency, amount_minor, foreign_minor)
        select m.company_id, held.period, m.area, m.kind, m.party_id, coalesce(m.number, ''), m.paid_on, coalesce(m.currency, ''),
          m.sign * m.amount_minor, m.sign * coalesce(m.foreign_minor, 0)
        from (${moves}) m
        where m.company_id = held.company_id and m.month = held.month and m.area = held.area;
    end if;
  end loop;
  return null;
end $body$`;
}
const came = (rows: string, sign: 1 | -1): string => `select r.*, ${sign} as sign, ${KIND} as area from (${rows}) r`;
const settled = (rows: string): string =>
  `select r.company_id, ${monthOf('r.settled_on')} as month, ${KIND} as area from (${rows}) r where r.settled_on is not null`;
const SETTLES = ['settled_on', 'exchange_minor', 'invoice_id'];
const PAYMENTS = [
  paymentGuard('insert', came('select * from new_rows', 1), settled('select * from new_rows')),
  paymentGuard('delete', came('select * from old_rows', -1), settled('select * from old_rows')),
  paymentGuard(
    'update',
    `${came(changed('o', SETTLES), -1)} union all ${came(changed('n', SETTLES), 1)}`,
    `${settled(changed('o'))} union all ${settled(changed('n'))}`,
  ),
];

const STATEMENTS = [
  HELD_MONTH,
  'create index receipt_line_number on receipt_line (company_id, number)',
  ...BOOKED.flatMap(booked),
  ...RECEIPTS,
  ...PURCHASES,
  ...SALES,
  ...RATES,
  ...JOURNALS,
  ...PAYMENTS,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
