/** For tests: the facts of a company's reconciliations from generated rows in memory, by plain loops. */
import { monthOfDay } from '#domain/calendar.ts';
import { methodsOf } from '#domain/close/reconcile/methods.ts';
import { isReconciledRole, type ReconciledRole } from '#domain/close/reconcile/plan.ts';
import { allocationIn } from './allocationIn.ts';
import { journalsOf } from '#domain/close/journalKinds.ts';
import type { ForeignMonth } from '#domain/close/reconcile/foreign.ts';
import { foreignMonthsOf } from '#domain/close/reconcile/foreignMonths.ts';
import type { Found, LedgerMovement, OpenDocument } from '#domain/close/reconcile/facts.ts';
import type { DeliveredLine } from '#domain/close/reconcile/documentRows.ts';
import { countsIn, purchaseRows, type ReceivedGoods, type SupplierBill } from '#domain/close/reconcile/purchases.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import type { CloseSource, Days } from '#server/close/source.ts';
import type { DemoRow } from '../rows.ts';
import { byId, type CollectedRows, groupBy } from '../testing.ts';

const within = (day: number, { from, to, only }: Days): boolean =>
  day >= from && day <= to && (only === null || only.has(day));

async function* page<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

const amountOf = (qty: number, price: number, currency: string): number =>
  safeNumber(lineAmountMinor(BigInt(qty), BigInt(price), currency));

export function rowSource(rows: CollectedRows, company_id: number): CloseSource {
  const own = <R extends { readonly company_id: number }>(list: readonly R[]): readonly R[] =>
    list.filter((row) => row.company_id === company_id);
  const company = rows.company.find((each) => each.id === company_id);
  const sister = rows.company.find((each) => each.id !== company_id);
  const currency = company?.currency ?? 'EUR';
  const fiscal_year_start_month = company?.fiscal_year_start_month ?? 1;
  const settings = own(rows.reconciliation_setting);
  const parties = byId(rows.party);
  const sites = byId(rows.site);
  const invoices = own(rows.invoice);
  const payments = own(rows.payment);
  const orders = byId(rows.purchase_order);
  const po_lines = byId(rows.po_line);
  const prices = byId(rows.po_line_price);
  const costs = byId(rows.order_line_cost);
  const sales = byId(rows.sales_order);
  const item_costs = byId(rows.item_cost);
  const movements = movementsIn(rows);
  const billed = new Map(invoices.map((row) => [`${row.order_id}/${row.ref}`, row]));
  const paymentsOf = (days: Days) =>
    payments
      .filter(({ paid_on, settled_on }) => within(paid_on, days) || (settled_on !== null && within(settled_on, days)))
      .map((row) => ({ ...row, kind: kindOf(row.kind) }));
  const invoicesOf = (days: Days) =>
    invoices.filter((row) => within(row.posted_on, days)).map((row) => ({ ...row, kind: kindOf(row.kind) }));
  const shipments = groupBy(own(rows.shipment_line), (part) => part.order_line_id);
  const named = (id: number) => ({ supplier_id: id, supplier_name: parties.get(id)?.name ?? '' });
  const orderOf = (line: DemoRow<'receipt_line'>) => po_lines.get(line.po_line_id)?.purchase_order_id ?? 0;
  const received = [...groupBy(own(rows.receipt_line), (line) => JSON.stringify([line.number, orderOf(line)]))].flatMap(
    ([, lines]): readonly ReceivedGoods[] => {
      const [first] = lines;
      if (!first) return [];
      const order = orderOf(first);
      return [
        {
          id: Math.min(...lines.map((line) => line.id)),
          order,
          number: first.number,
          day: Math.min(...lines.map((line) => line.received_on)),
          amount_minor: lines.reduce(
            (sum, line) => sum + amountOf(line.qty_milli, prices.get(line.po_line_id)?.unit_price_micro ?? 0, currency),
            0,
          ),
          order_number: orders.get(order)?.number ?? '',
          ...named(orders.get(order)?.supplier_id ?? 0),
        },
      ];
    },
  );
  const bills = invoices.flatMap((row): readonly SupplierBill[] => {
    if (row.kind !== 'supplier' || (row.purchase_order_id === null && row.ref === null)) return [];
    const { id, number, party_id, purchase_order_id: order, ref: names, posted_on: day, amount_minor } = row;
    const bill = { id, number, party_id, order, names, day, amount_minor };
    const of = orders.get(order ?? 0);
    return [{ ...bill, ...named(of?.supplier_id ?? party_id), order_number: of?.number ?? null }];
  });
  const purchases = purchaseRows(received, bills);
  const worth = (line: DemoRow<'order_line'>) => {
    const cost = costs.get(line.id);
    const { id, order_id, party_id, channel_id, ordered_on, net_minor } = line;
    return {
      id,
      order_id,
      party_id,
      channel_id,
      ordered_on,
      net_minor,
      freight_minor: cost?.freight_minor ?? 0,
      rebate_minor: cost?.rebate_minor ?? 0,
      fee_minor: cost?.fee_minor ?? 0,
    };
  };
  return {
    currency,
    fiscal_year_start_month,
    methods: (month) => methodsOf(settings, month),
    stillHere: () => Promise.resolve(),
    accounts: async () =>
      new Map(
        own(rows.gl_account).flatMap(({ role, code }) => (isReconciledRole(role) ? [[role, code] as const] : [])),
      ),
    balancesBefore: async (day) => {
      const sums = new Map<ReconciledRole, number>();
      for (const each of movements.get(company_id) ?? []) {
        if (each.booked_on < day) sums.set(each.role, (sums.get(each.role) ?? 0) + each.amount_minor);
      }
      return sums;
    },
    movements: async (days) => (movements.get(company_id) ?? []).filter((each) => within(each.booked_on, days)),
    movementsOf: async (role, days) =>
      (movements.get(company_id) ?? []).filter((each) => each.role === role && within(each.booked_on, days)),
    bankAccounts: async (since, until, named) => {
      const ids = (kind: string) => new Set(named.flatMap((each) => (each.kind === kind ? [each.id] : [])));
      const asked = { entries: ids('entry'), lines: ids('statement_line') };
      const moved = (movements.get(company_id) ?? []).filter(({ role }) => role === 'bank');
      const stated = own(rows.bank_statement_line).toSorted(
        (a, b) => a.booked_on - b.booked_on || a.day_line - b.day_line,
      );
      return own(rows.gl_account)
        .filter(({ role }) => role === 'bank')
        .map(({ code }) => ({
          code,
          since,
          opening_minor: moved.reduce((sum, each) => (each.booked_on < since ? sum + each.amount_minor : sum), 0),
          statement_opening_minor: stated.findLast(({ booked_on }) => booked_on < since)?.balance_after_minor ?? null,
          entries: moved
            .map((each) => ({ ...each, id: each.entry_id }))
            .filter(({ id, booked_on }) => booked_on <= until && (booked_on >= since || asked.entries.has(id))),
          statement: stated.filter(
            ({ id, booked_on }) => booked_on <= until && (booked_on >= since || asked.lines.has(id)),
          ),
        }));
    },
    proposed: async () => [],
    invoices: (days) => page(invoicesOf(days)),
    payments: (days) => page(paymentsOf(days)),
    invoicesInSum: async (days) => invoicesOf(days),
    paymentsInSum: async (days) => paymentsOf(days),
    claimCosts: (days) =>
      page(
        own(rows.claim_cost)
          .filter((row) => within(row.booked_on, days))
          .map(({ id, claim_id, booked_on, amount_minor }) => ({
            id,
            ref: `Claim ${claim_id}`,
            booked_on,
            amount_minor,
          })),
      ),
    purchases: async (from, until, cut_off) => ({
      ...purchases,
      receipts: purchases.receipts.filter((row) => countsIn(row, from, until, cut_off)),
    }),
    deliveriesInSum: async () => ({ whole: [], other_lines: null }),
    deliveries: (days) =>
      page(
        own(rows.order_line).flatMap((line): readonly DeliveredLine[] => {
          const parts = (shipments.get(line.id) ?? []).toSorted((a, b) => a.shipped_on - b.shipped_on || a.id - b.id);
          if (line.kind !== 'goods' || !parts.some((part) => within(part.shipped_on, days))) return [];
          return [
            {
              ...worth(line),
              sold_qty_milli: line.ordered_qty_milli - line.cancelled_qty_milli,
              parts: parts.map(({ id, number, shipped_on, qty_milli }) => ({
                id,
                number,
                shipped_on,
                qty_milli,
                billed_on: billed.get(`${line.order_id}/${number}`)?.posted_on ?? null,
                in_parts: null,
              })),
            },
          ];
        }),
      ),
    returns: (days) =>
      page(
        own(rows.order_line)
          .filter((line) => line.kind === 'return' && within(line.ordered_on, days))
          .map((line) => ({ ...worth(line), number: sales.get(line.order_id)?.number ?? '' })),
      ),
    landed: (days) =>
      page(
        own(rows.landed_cost)
          .filter((row) => within(row.booked_on, days))
          .map(({ id, purchase_order_id, kind, booked_on, amount_minor, site_id }) => ({
            id,
            booked_on,
            amount_minor,
            ref: `${orders.get(purchase_order_id)?.number} ${kind}`,
            site: `${sites.get(site_id)?.code} ${sites.get(site_id)?.name}`,
          })),
      ),
    orderNumbers: async (ids) => new Map(ids.map((id) => [id, sales.get(id)?.number ?? ''])),
    foreignMonths: async (until, cut_off) => foreignIn(invoices, payments, until, cut_off),
    rates: async () => {
      const byCurrency = groupBy(own(rows.fx_rate), ({ currency: of }) => of);
      return new Map([...byCurrency].map(([of, rates]) => [of, new Map(rates.map(rateOf))]));
    },
    partyBalances: async (cut_off) => {
      const open = new Map<string, { role: 'ar' | 'ap'; ref: string; booked_on: number; amount_minor: number }>();
      const add = (kind: string, party_id: number, day: number, amount: number): void => {
        if (day > cut_off || amount === 0) return;
        const role = kind === 'customer' ? 'ar' : 'ap';
        const key = `${role}/${party_id}`;
        const party = parties.get(party_id);
        const known = open.get(key) ?? { role, ref: `${party?.code} ${party?.name}`, booked_on: day, amount_minor: 0 };
        known.amount_minor += role === 'ar' ? amount : -amount;
        known.booked_on = Math.max(known.booked_on, day);
        open.set(key, known);
      };
      for (const row of invoices) add(row.kind, row.party_id, row.posted_on, row.amount_minor);
      for (const row of payments) {
        add(row.kind, row.party_id, row.paid_on, -row.amount_minor);
        if (row.settled_on !== null) add(row.kind, row.party_id, row.settled_on, row.exchange_minor);
      }
      return [...open.values()].filter(({ amount_minor }) => amount_minor !== 0);
    },
    stockValues: async (cut_off) =>
      own(rows.inventory_month)
        .filter(({ month }) => month === monthOfDay(cut_off))
        .map(({ site_id, category, closing_value_minor }): OpenDocument => {
          const ref = `${sites.get(site_id)?.code} ${category}`;
          return { role: 'inventory', ref, booked_on: cut_off, amount_minor: closing_value_minor };
        }),
    sister: async (until) => {
      const of = (id: number | undefined) =>
        (movements.get(id ?? 0) ?? []).filter(
          ({ role, ref, booked_on }) => role === 'intercompany' && ref !== null && booked_on <= until,
        );
      const ours = of(company_id);
      const [first] = ours;
      const delivers = first !== undefined && first.amount_minor > 0;
      const rates = rows.fx_rate
        .filter((rate) => rate.company_id === sister?.id && rate.currency === currency)
        .map(rateOf);
      const hers = delivers ? [] : of(sister?.id);
      return { ours, hers, currency: sister?.currency ?? currency, rates: new Map(rates) };
    },
    counts: async (days) => {
      const counts = byId(rows.stock_count);
      const unit = byId(rows.stock_count_line_cost);
      const items = byId(rows.item);
      return own(rows.stock_count_line).flatMap((line) => {
        const count = counts.get(line.stock_count_id);
        if (!count || count.state !== 'posted' || !within(count.counted_on, days)) return [];
        const off = line.counted_qty_milli - line.book_qty_milli;
        const amount_minor = amountOf(off, unit.get(line.id)?.unit_cost_micro ?? 0, currency);
        if (amount_minor === 0) return [];
        const ref = `${count.number} ${items.get(line.item_id)?.code}`;
        return [{ id: line.id, ref, counted_on: count.counted_on, amount_minor }];
      });
    },
    scrapped: async (days) => {
      const byDay = new Map<number, number>();
      for (const { kind, moved_on, qty_milli, item_id } of own(rows.stock_move)) {
        if (kind !== 'scrap' || !within(moved_on, days)) continue;
        const value = amountOf(qty_milli, item_costs.get(item_id)?.unit_cost_micro ?? 0, currency);
        byDay.set(moved_on, (byDay.get(moved_on) ?? 0) + value);
      }
      return byDay;
    },
    receiptValues: async (numbers) => {
      const values = new Map<string, number>();
      for (const { number, qty_milli, po_line_id } of own(rows.receipt_line)) {
        if (!numbers.includes(number)) continue;
        const item = po_lines.get(po_line_id)?.item_id ?? 0;
        const value = amountOf(qty_milli, item_costs.get(item)?.unit_cost_micro ?? 0, currency);
        values.set(number, (values.get(number) ?? 0) + value);
      }
      return values;
    },
    wrongParties: async (days, payment_ids) => {
      const known = byId(invoices);
      return payments.flatMap((payment): readonly Found[] => {
        const invoice = payment.invoice_id === null ? undefined : known.get(payment.invoice_id);
        if (!invoice || invoice.party_id === payment.party_id) return [];
        if (!within(payment.paid_on, days) && !payment_ids.includes(payment.id)) return [];
        return [
          {
            role: payment.kind === 'customer' ? 'ar' : 'ap',
            cause: 'with_another_party',
            amount_minor: 0,
            ref: payment.number,
            arose_on: payment.paid_on,
            documents: [
              { kind: 'payment', id: payment.id, ref: payment.number },
              { kind: 'invoice', id: invoice.id, ref: invoice.number },
            ],
            settles_on: null,
          },
        ];
      });
    },
    unallocated: async (cut_off) => {
      const split = new Set(rows.landed_cost_line.map((line) => line.landed_cost_id));
      return own(rows.landed_cost).flatMap((row): readonly Found[] => {
        if (split.has(row.id) || row.booked_on > cut_off) return [];
        const ref = `${orders.get(row.purchase_order_id)?.number} ${row.kind}`;
        return [
          {
            role: 'landed_cost_clearing',
            cause: 'cost_not_allocated',
            amount_minor: 0,
            ref,
            arose_on: row.booked_on,
            documents: [{ kind: 'landed_cost', id: row.id, ref }],
            settles_on: null,
            allocation: allocationIn(rows, row, cut_off, currency),
          },
        ];
      });
    },
    fees: async () => own(rows.channel_fee),
    rebates: async () => own(rows.rebate_agreement),
    parties: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const party = parties.get(id);
          return party ? [[id, party] as const] : [];
        }),
      ),
  };
}

function kindOf(kind: string): 'customer' | 'supplier' {
  return kind === 'customer' ? 'customer' : 'supplier';
}

function rateOf(rate: DemoRow<'fx_rate'>) {
  const { average_rate_micro, closing_rate_micro, per_units } = rate;
  const average = { rate_micro: average_rate_micro, per_units };
  return [rate.month, { average, closing: { rate_micro: closing_rate_micro, per_units } }] as const;
}

/** Each document and payment in another currency for itself: who reads them adds up. */
function foreignIn(
  invoices: readonly DemoRow<'invoice'>[],
  payments: readonly DemoRow<'payment'>[],
  until: number,
  cut_off: number,
): readonly ForeignMonth[] {
  const found: ForeignMonth[] = [];
  const add = (
    row: { kind: string; currency: string | null },
    day: number,
    of: Omit<ForeignMonth, 'kind' | 'currency' | 'month'>,
  ) => {
    if (row.currency === null || day > until) return;
    const kind = row.kind === 'customer' ? 'customer' : 'supplier';
    found.push({ kind, currency: row.currency, month: monthOfDay(day), ...of });
  };
  for (const row of invoices) {
    const { foreign_minor, amount_minor: booked_minor } = row;
    add(row, row.posted_on, { foreign_minor: foreign_minor ?? 0, booked_minor, realised_minor: 0 });
  }
  const steps = payments.flatMap(({ currency, kind, foreign_minor, ...row }) =>
    currency === null
      ? []
      : foreignMonthsOf(
          { ...row, kind: kindOf(kind), currency, foreign_minor: foreign_minor ?? 0 },
          { until, cut_off },
        ),
  );
  return [...found, ...steps];
}

/** What each entry moved on each reconciled account, by company, in the order of entries. */
function movementsIn(rows: CollectedRows): ReadonlyMap<number, readonly LedgerMovement[]> {
  const roles = new Map(rows.gl_account.map((account) => [account.id, account.role]));
  const entries = byId(rows.gl_entry);
  const given = Map.groupBy(rows.gl_journal, ({ company_id }) => company_id);
  const journals = new Map(rows.company.map(({ id }) => [id, journalsOf(given.get(id) ?? [])]));
  const moved = new Map<string, LedgerMovement & { company_id: number }>();
  for (const line of rows.gl_line) {
    const role = roles.get(line.account_id) ?? null;
    const entry = entries.get(line.entry_id);
    if (!isReconciledRole(role) || !entry) continue;
    const key = `${entry.id}/${role}`;
    const { journal, number, memo, ref, booked_on, company_id } = entry;
    const amount_minor = (moved.get(key)?.amount_minor ?? 0) + line.amount_minor;
    const own = journals.get(company_id);
    const told = {
      journal,
      journal_kind: own?.kindOf(journal) ?? 'by_hand',
      journal_name: own?.nameOf(journal) ?? null,
    } as const;
    moved.set(key, { company_id, role, entry_id: entry.id, ...told, number, memo, ref, booked_on, amount_minor });
  }
  return groupBy(
    [...moved.values()].filter(({ amount_minor }) => amount_minor !== 0),
    (each) => each.company_id,
  );
}
