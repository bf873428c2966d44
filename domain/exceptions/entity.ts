/** What an exception is about, told by its key: whoever decides about it must be allowed to where that lies. */
import { type ExceptionKind, kindOfKey } from './exception.ts';

export type ExceptionEntity =
  | { readonly of: 'position'; readonly item_id: number; readonly site_id: number }
  /** null = orders of no channel. */
  | { readonly of: 'channel'; readonly channel_id: number | null }
  /** A month of a company, yyyymm. */
  | { readonly of: 'month'; readonly month: number }
  /** A request of another site, by its id: what is said of it says nothing of the next one. */
  | { readonly of: 'transfer'; readonly id: string }
  /** A change of rules that was drafted, by its id. */
  | { readonly of: 'rule_change'; readonly id: string }
  | {
      readonly of:
        | 'count_line'
        | 'purchase_order'
        | 'supplier'
        | 'customer'
        | 'close_task'
        | 'close_period'
        | 'claim'
        | 'item'
        | 'site';
      readonly id: number;
    };

const OF: Readonly<Record<ExceptionKind, ExceptionEntity['of']>> = {
  runs_out: 'position',
  oversold: 'position',
  late_receipt: 'purchase_order',
  unit_error: 'count_line',
  below_floor: 'channel',
  discount_not_approved: 'channel',
  freight_not_charged: 'channel',
  cost_rise: 'supplier',
  rebate_not_accrued: 'channel',
  over_credit_limit: 'customer',
  overdue_invoices: 'customer',
  close_changed: 'close_task',
  close_late: 'close_task',
  claim_waiting: 'claim',
  overdue_purchase: 'purchase_order',
  ready_to_ship: 'site',
  negative_stock: 'position',
  excess_stock: 'position',
  obsolete_stock: 'item',
  supplier_slipping: 'supplier',
  no_supplier: 'item',
  no_policy: 'site',
  negative_risk: 'position',
  demand_shift: 'position',
  demand_spike: 'position',
  demand_unit_error: 'position',
  transfer_asked: 'transfer',
  close_asked: 'close_task',
  journal_asked: 'close_period',
  margin_fell: 'month',
  left_out_orders: 'site',
  unplaced_orders: 'channel',
  rules_asked: 'rule_change',
  purchases_asked: 'site',
};

const TEXT_IDS = {
  transfer: /^[0-9a-f-]{36}\/[0-9]{1,3}$/,
  rule_change: /^[0-9a-f-]{36}$/,
} as const;

/** null: not the key of an exception. */
export function entityOfKey(key: string): ExceptionEntity | null {
  const kind = kindOfKey(key);
  if (kind === null) return null;
  const of = OF[kind];
  const said = key.split(':').slice(1);
  if (of === 'transfer' || of === 'rule_change') {
    const [named = ''] = said;
    return said.length === 1 && TEXT_IDS[of].test(named) ? { of, id: named } : null;
  }
  const ids = said.map(idOf);
  const [id, site_id] = ids;
  if (id === undefined || ids.length !== (of === 'position' ? 2 : 1) || ids.includes(null)) return null;
  if (of === 'channel') return { of, channel_id: id === 0 ? null : id };
  if (!id) return null;
  if (of === 'month')
    return id >= 190_001 && id <= 299_912 && id % 100 >= 1 && id % 100 <= 12 ? { of, month: id } : null;
  if (of !== 'position') return { of, id };
  return site_id ? { of, item_id: id, site_id } : null;
}

function idOf(text: string): number | null {
  const id = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : null;
}
