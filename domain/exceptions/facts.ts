/** What the words about an exception are made of, by kind. Days are day numbers, quantities thousandths. */
import type { ChangedSides } from '../close/changedSides.ts';
import type { RuleSubject } from '../governance/subjects.ts';
import type { SupplierSlip } from '../planning/supplierSlip.ts';

interface ItemAtSite {
  readonly item_id: number;
  readonly item_code: string;
  readonly item_name: string;
  readonly uom: string;
  readonly site_id: number;
  readonly site: string;
}

export type ExceptionFacts =
  | (ItemAtSite & {
      readonly kind: 'runs_out';
      readonly runs_out_on: number;
      readonly next_in_on: number | null;
      /** The next receipt's order, and the supplier's first promise if it moved. */
      readonly po_number: string | null;
      readonly supplier: string | null;
      readonly moved_from_on: number | null;
      readonly lines: number;
      readonly late_qty_milli: number;
    })
  | (ItemAtSite & {
      readonly kind: 'oversold';
      readonly oversold_qty_milli: number;
      readonly channels: readonly string[];
      readonly po_number: string | null;
      readonly lines: number;
    })
  | {
      readonly kind: 'late_receipt';
      readonly purchase_order_id: number;
      readonly po_number: string;
      readonly supplier_id: number;
      readonly supplier: string;
      readonly site: string;
      /** The item that most money waits for. */
      readonly item_id: number;
      readonly item_name: string;
      readonly days_late: number;
      /** When the first of it is taken to come, as receipts as late came; null = it is too long ago to be waited for. */
      readonly comes_on: number | null;
      readonly lines: number;
      readonly po_lines: number;
    }
  | (ItemAtSite & {
      readonly kind: 'unit_error';
      readonly location: string;
      readonly counted_on: number;
      readonly book_qty_milli: number;
      readonly counted_qty_milli: number;
      /** About how many times the one is the other. */
      readonly factor: number;
    })
  | {
      readonly kind: 'below_floor' | 'discount_not_approved' | 'freight_not_charged' | 'rebate_not_accrued';
      readonly channel_id: number;
      readonly channel: string;
      readonly lines: number;
      /** The customer with the largest part, and that part. */
      readonly party: string | null;
      readonly party_minor: number;
      /** Of what is told by item, the one with the largest part. */
      readonly item_code: string | null;
      readonly from_on: number;
      readonly to_on: number;
    }
  | {
      readonly kind: 'cost_rise';
      readonly supplier_id: number;
      readonly supplier: string;
      readonly items: number;
      /** The one with most of the money. */
      readonly item_code: string;
      readonly item_name: string;
      readonly rise_bp: number;
      readonly since_on: number;
    }
  | {
      readonly kind: 'margin_fell';
      readonly month: number;
      readonly falls: number;
      /** The one with the most money: where, and why in a sentence without its full stop. */
      readonly most: string;
      readonly why: string;
    }
  | {
      readonly kind: 'over_credit_limit' | 'overdue_invoices';
      readonly party_id: number;
      readonly party: string;
      readonly open_minor: number;
      readonly limit_minor: number | null;
      readonly oldest_days: number;
      readonly invoices: number;
    }
  | {
      readonly kind: 'close_changed';
      readonly task_id: number;
      readonly period: number;
      readonly title: string;
      readonly account: string | null;
      readonly due_on: number;
      /** Null where the sums of the lines mean nothing: months of the result beside balances. */
      readonly changed: ChangedSides | null;
      /** Titles of tasks it depends on that were signed again after it; its own content is as it was signed. */
      readonly signed_again: readonly string[];
      readonly waiting_for: number;
    }
  | {
      readonly kind: 'close_late';
      readonly task_id: number;
      readonly period: number;
      readonly title: string;
      readonly account: string | null;
      readonly due_on: number;
      readonly difference_minor: number;
      readonly waiting_for: number;
    }
  | {
      readonly kind: 'close_asked';
      readonly task_id: number;
      readonly period: number;
      readonly title: string;
      /** Of the newest note that asks: who, what, and whether work was given or a word is wanted. */
      readonly asked_by: string;
      readonly says: string;
      readonly asks: 'work' | 'word';
      /** Notes on this task that ask this person. */
      readonly notes: number;
    }
  | {
      readonly kind: 'journal_asked';
      readonly period_id: number;
      readonly period: number;
      /** Proposed entries of the month that this person may approve, and the sum of their debits. */
      readonly entries: number;
      readonly amount_minor: number;
      /** Of the newest. */
      readonly proposed_by: string;
      readonly says: string;
    }
  | {
      readonly kind: 'rules_asked';
      readonly change_id: string;
      readonly subject: RuleSubject;
      readonly title: string;
      /** Rules it changes. */
      readonly rules: number;
      readonly effective_on: number;
      /** Its day has come: it can be refused, and drafted again. */
      readonly too_late: boolean;
      readonly drafted_by: string;
      readonly says: string;
    }
  | {
      readonly kind: 'purchases_asked';
      readonly site_id: number;
      readonly site: string;
      /** Decisions and draft orders of the site that this person may approve, and what they are worth where prices are known. */
      readonly decisions: number;
      readonly orders: number;
      readonly amount_minor: number;
      /** Of the newest. */
      readonly asked_by: string;
    }
  | {
      readonly kind: 'claim_waiting';
      readonly claim_id: number;
      readonly number: string;
      readonly party: string | null;
      readonly item_id: number | null;
      readonly item_name: string | null;
      readonly claim_kind: string;
      readonly days_open: number;
      readonly waiting_on_customer: boolean;
    }
  | {
      readonly kind: 'overdue_purchase';
      readonly purchase_order_id: number;
      readonly po_number: string;
      readonly supplier_id: number;
      readonly supplier: string;
      readonly site: string;
      readonly days_late: number;
      readonly po_lines: number;
    }
  | {
      readonly kind: 'ready_to_ship';
      readonly site_id: number;
      readonly site: string;
      readonly lines: number;
      readonly orders: number;
      readonly oldest_days: number;
    }
  | {
      /** Open lines that take nothing any more, or yet (staleDocuments.ts). */
      readonly kind: 'left_out_orders';
      readonly site_id: number;
      readonly site: string;
      readonly lines: number;
      readonly orders: number;
      /** The days the first and the last of them are due. */
      readonly first_on: number;
      readonly last_on: number;
    }
  | {
      /** Open lines of which no item, or no site, is recorded (domain/orders/placed.ts). */
      readonly kind: 'unplaced_orders';
      readonly channel: string;
      readonly lines: number;
      readonly orders: number;
      readonly without_item: number;
      readonly without_site: number;
    }
  | (ItemAtSite & {
      /** `site`: the giving one. */
      readonly kind: 'transfer_asked';
      readonly transfer_id: string;
      readonly number: string | null;
      readonly asked_by: string;
      readonly wanted_on: number | null;
      readonly until_on: number | null;
      readonly qty_milli: number;
      readonly to_site: string;
      /** So many more requests wait for the item there. */
      readonly others: number;
    })
  | (ItemAtSite & { readonly kind: 'negative_stock'; readonly below_qty_milli: number })
  | (ItemAtSite & {
      readonly kind: 'negative_risk';
      readonly below_zero_on: number;
      /** When an order of today comes, and what is missing by then. */
      readonly receive_on: number;
      readonly short_qty_milli: number;
      /** Proposed to order; 0 = what is on order comes too late. */
      readonly order_qty_milli: number;
      /** The demand expected goes by the forecast; else by the last 90 days. */
      readonly by_forecast: boolean;
    })
  | (ItemAtSite & {
      readonly kind: 'demand_shift' | 'demand_spike' | 'demand_unit_error';
      /** yyyymm of its first month, and how many it has lasted. */
      readonly from_month: number;
      readonly months: number;
      /** A month. */
      readonly actual_qty_milli: number;
      readonly expected_qty_milli: number;
    })
  | (ItemAtSite & {
      readonly kind: 'excess_stock';
      readonly on_hand_qty_milli: number;
      readonly excess_qty_milli: number;
      /** How long what lies there lasts; null = nothing was asked for lately. */
      readonly days: number | null;
    })
  | (Omit<ItemAtSite, 'site'> & {
      readonly kind: 'obsolete_stock';
      /** `site_id`: where most of it lies. */
      readonly sites: readonly string[];
      readonly on_hand_qty_milli: number;
    })
  | {
      readonly kind: 'supplier_slipping';
      readonly supplier_id: number;
      readonly supplier: string;
      readonly slip: SupplierSlip;
      readonly open_lines: number;
    }
  | {
      readonly kind: 'no_supplier';
      readonly item_id: number;
      readonly item_code: string;
      readonly item_name: string;
      readonly sites: number;
    }
  | { readonly kind: 'no_policy'; readonly site_id: number; readonly site: string; readonly positions: number };
