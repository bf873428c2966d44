/** Reconciliations of what is bought and sold: receivables, payables, receipts, shipments, accruals. */
import {
  accountLines,
  type CloseMonth,
  type DraftLine,
  differenceLines,
  openLines,
  subledger,
  total,
} from './draft.ts';

/** Customers' open balances against the ledger. */
export function receivables(month: CloseMonth): readonly DraftLine[] {
  return [
    ...accountLines(month, 'ar'),
    ...openLines(month, month.books.receivables, 'customers'),
    ...differenceLines(month, 'ar'),
  ];
}

export function payables(month: CloseMonth): readonly DraftLine[] {
  return [
    ...accountLines(month, 'ap', -1),
    ...openLines(month, month.books.payables, 'suppliers'),
    ...differenceLines(month, 'ap', -1, month.end),
  ];
}

/** Receipts without a bill. The last of them was entered when the preparer of the open month had signed. */
export function goodsReceivedNotInvoiced(month: CloseMonth): readonly DraftLine[] {
  const open = openLines(month, month.books.goods_received, 'receipts');
  const last = open.toSorted((a, b) => b.booked_on - a.booked_on || (a.ref < b.ref ? 1 : -1))[0];
  const account = accountLines(month, 'grni', -1);
  const received = account.find((line) => line.ref.startsWith('RCV'));
  const differences = differenceLines(month, 'grni', -1, month.end);
  if (!last || !received || last.booked_on < month.start) return [...account, ...open, ...differences];
  return [...account, ...open, ...differences].map((line) =>
    line === received || line === last ? { ...line, late_minor: last.amount_minor } : line,
  );
}

/** Deliveries whose invoice falls into a later month. */
export function shippedNotBilled(month: CloseMonth): readonly DraftLine[] {
  return [
    ...accountLines(month, 'shipped_not_billed'),
    ...openLines(month, month.books.shipped, 'deliveries'),
    ...differenceLines(month, 'shipped_not_billed'),
  ];
}

/** Bills that came before their goods. */
export function billedNotReceived(month: CloseMonth): readonly DraftLine[] {
  return [
    ...accountLines(month, 'billed_not_received'),
    ...openLines(month, month.books.billed_early, 'orders'),
    ...differenceLines(month, 'billed_not_received'),
  ];
}

/** Freight and duty on the way in that the forwarder has not billed, by site. */
export function landedCost(month: CloseMonth): readonly DraftLine[] {
  return [
    ...accountLines(month, 'landed_cost_clearing', -1),
    ...openLines(month, month.books.landed_by_site, 'sites'),
    ...differenceLines(month, 'landed_cost_clearing', -1),
  ];
}

/** Bonuses of the quarter so far, the portal's fee and the carrier's bill of the month. */
export function rebatesAndFees(month: CloseMonth): readonly DraftLine[] {
  const { books, nth, end, horizon } = month;
  const quarter = ((month.period % 100) - 1) % 3;
  const bonuses: DraftLine[] = [];
  for (let back = Math.min(quarter, nth); back >= 0; back--) {
    const name = `Bonuses of ${horizon.months[nth - back]}`;
    bonuses.push(subledger(name, end, books.rebate_due[nth - back] ?? 0));
  }
  const sub = [
    ...bonuses,
    subledger(`Portal and payment fees of ${month.period}`, end, books.fee_due[nth] ?? 0),
    subledger(`Outbound freight of ${month.period}`, end, books.freight_due[nth] ?? 0),
  ];
  const roles = ['rebate_accrual', 'fee_accrual', 'freight_accrual'] as const;
  return [
    ...roles.flatMap((role) => accountLines(month, role, -1)),
    ...sub.filter((line) => line.amount_minor !== 0),
    ...roles.flatMap((role) => differenceLines(month, role, -1)),
  ];
}

export function unexplained(lines: readonly DraftLine[]): number {
  const of = (side: DraftLine['side']) => total(lines.filter((line) => line.side === side));
  return of('ledger') - of('subledger') - of('item');
}
