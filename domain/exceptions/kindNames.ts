/** What a kind of exception is called in lists and files. */
import { monthInWords } from '../calendarWords.ts';
import type { ExceptionFacts } from './facts.ts';
import type { ExceptionKind } from './exception.ts';

export const KIND_NAMES: Readonly<Record<ExceptionKind, string>> = {
  runs_out: 'Runs out',
  oversold: 'Oversold',
  late_receipt: 'Late receipt',
  unit_error: 'Unit error',
  below_floor: 'Below the floor',
  discount_not_approved: 'Discount not approved',
  freight_not_charged: 'Freight not charged',
  cost_rise: 'Cost rise',
  rebate_not_accrued: 'Rebate not accrued',
  over_credit_limit: 'Invoices over credit limit',
  overdue_invoices: 'Overdue invoices',
  close_changed: 'Changed after sign-off',
  close_late: 'Late close task',
  claim_waiting: 'Claim waiting',
  overdue_purchase: 'Overdue purchase',
  ready_to_ship: 'Ready to ship',
  negative_stock: 'Negative stock',
  excess_stock: 'Excess stock',
  obsolete_stock: 'Obsolete stock',
  supplier_slipping: 'Supplier slipping',
  no_supplier: 'No supplier',
  no_policy: 'No policy',
  negative_risk: 'Falls below zero',
  demand_shift: 'Demand shifted',
  demand_spike: 'Demand spike',
  demand_unit_error: 'Unit error in orders',
  transfer_asked: 'Transfer asked for',
  close_asked: 'Asked in the close',
  journal_asked: 'Entries to approve',
  margin_fell: 'Margin fell unusually',
  left_out_orders: 'Orders left out',
  unplaced_orders: 'No item or site',
  rules_asked: 'Rules to approve',
  purchases_asked: 'Purchases to approve',
};

/** What it is about, by name: the item, the order, the customer. */
export function subjectOf(facts: ExceptionFacts): string {
  switch (facts.kind) {
    case 'late_receipt':
    case 'overdue_purchase':
      return `${facts.po_number}, ${facts.supplier}`;
    case 'below_floor':
    case 'discount_not_approved':
    case 'freight_not_charged':
    case 'rebate_not_accrued':
    case 'unplaced_orders':
      return facts.channel;
    case 'cost_rise':
    case 'supplier_slipping':
      return facts.supplier;
    case 'over_credit_limit':
    case 'overdue_invoices':
      return facts.party;
    case 'close_changed':
    case 'close_late':
    case 'close_asked':
      return facts.title;
    case 'rules_asked':
      return facts.title;
    case 'journal_asked':
      return `Journal of ${monthInWords(facts.period)}`;
    case 'claim_waiting':
      return facts.party === null ? facts.number : `${facts.number}, ${facts.party}`;
    case 'margin_fell':
      return facts.most;
    case 'ready_to_ship':
    case 'left_out_orders':
    case 'no_policy':
    case 'purchases_asked':
      return facts.site;
    default:
      return `${facts.item_code} ${facts.item_name}`;
  }
}

/** The supplier it has to do with; null = none. */
export function supplierOf(facts: ExceptionFacts): string | null {
  switch (facts.kind) {
    case 'late_receipt':
    case 'overdue_purchase':
    case 'cost_rise':
    case 'supplier_slipping':
    case 'runs_out':
      return facts.supplier;
    default:
      return null;
  }
}
