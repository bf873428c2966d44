/** What the server computed of a close task's account: the difference, its items with their causes, and how its lines changed. */
import { date, dateOrNull, instant, int, intOrNull, json, jsonOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

const OF_COMPANY = { area: 'finance', dimensions: ['company'], loadOrder: 1 } as const;

export const RECONCILIATION_TABLES = [
  {
    id: 94,
    name: 'reconciliation',
    ...OF_COMPANY,
    idType: 'integer',
    // id = the task's; computed_at: when it last came out otherwise
    columns: [
      int('company_id'),
      int('ledger_minor'),
      int('subledger_minor'),
      int('difference_minor'),
      int('threshold_minor'),
      instant('computed_at'),
    ],
  },
  {
    id: 95,
    name: 'rec_item',
    ...OF_COMPANY,
    idType: 'integer',
    // id = the task line's of side 'item'; role: the account's; cause: domain/close/reconcile/causes.ts; settles_on: the day it
    // stands in the ledger after all; documents: JSON list of {kind, id, ref}; allocation: domain/close/journal/allocation.ts, of
    // a cost no goods bear yet
    columns: [
      int('company_id'),
      int('task_id'),
      text('role'),
      text('cause'),
      int('origin_period'),
      date('arose_on'),
      int('age_days'),
      dateOrNull('settles_on'),
      json('documents'),
      jsonOrNull('allocation'),
    ],
  },
  {
    id: 96,
    name: 'close_line_change',
    ...OF_COMPANY,
    idType: 'integer',
    // of tasks that were signed before; change: 'added' | 'removed' | 'altered'; before null = there was none, after null = there is
    // none; changed_by: who or what brought it
    columns: [
      int('company_id'),
      int('task_id'),
      text('side'),
      text('ref'),
      textOrNull('account'),
      text('change'),
      intOrNull('before_minor'),
      intOrNull('after_minor'),
      text('changed_by'),
      instant('changed_at'),
    ],
  },
  {
    id: 97,
    name: 'item_explanation',
    ...OF_COMPANY,
    idType: 'text',
    // id = the mutation that wrote it; the newest of a line stands on the line too, and a sign-off is bound to it
    columns: [
      int('company_id'),
      int('task_id'),
      int('line_id'),
      text('explanation'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
  {
    id: 98,
    name: 'reconciliation_setting',
    ...OF_COMPANY,
    idType: 'integer',
    // what a company said: domain/close/reconcile/methods.ts. code: 'inventory_valuation', or the role of an account; valuation
    // 'perpetual' | 'periodic'; settlement: of an accrual; what, to_month, amount_minor: of what a reserve is made, of what is paid ahead
    columns: [
      int('company_id'),
      text('code'),
      textOrNull('valuation'),
      int('from_month'),
      text('what'),
      textOrNull('settlement'),
      intOrNull('settlement_day'),
      intOrNull('to_month'),
      intOrNull('amount_minor'),
    ],
  },
] as const satisfies readonly TableEntry[];
