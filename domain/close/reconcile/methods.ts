/** How a company is reconciled, as it says itself and from which month on (decision 0056); what it does not say is as booked. */
import { addMonths, firstDayOfMonth } from '../../calendar.ts';
import type { Valuation } from './facts.ts';

export const ACCRUAL_ROLES = ['landed_cost_clearing', 'freight_accrual', 'fee_accrual', 'rebate_accrual'] as const;
export type AccrualRole = (typeof ACCRUAL_ROLES)[number];

/** By what the ledger debits, or on a day (1–28) of the month after, or of the first month after the quarter. */
export const SETTLEMENTS = ['as_booked', 'next_month', 'after_quarter'] as const;
export type SettlementKind = (typeof SETTLEMENTS)[number];
export type Settlement =
  | { readonly kind: 'as_booked' }
  | { readonly kind: 'next_month' | 'after_quarter'; readonly day: number };

/** So that every month has it. */
export const LAST_SETTLEMENT_DAY = 28;

/** The code of the row that says how stock is valued; those of accruals are their roles. */
export const VALUATION_CODE = 'inventory_valuation';

/** Accounts nobody's documents reach: what should be there is what the company states, or nothing is known of it. */
export const STATED_ROLES = ['inventory_reserve', 'prepaid'] as const;
export type StatedRole = (typeof STATED_ROLES)[number];

/** What a company says a reserve is made of, in the months it holds in. */
export interface StatedReserve {
  readonly what: string;
  readonly amount_minor: number;
}

/** What was paid ahead of months, spread over them in equal parts. */
export interface PrepaidSchedule extends StatedReserve {
  readonly from_month: number;
  readonly to_month: number;
}

/** A row of the company's settings. */
export interface MethodRow {
  readonly code: string;
  readonly from_month: number;
  readonly valuation: string | null;
  readonly settlement: string | null;
  readonly settlement_day: number | null;
  readonly what: string;
  readonly to_month: number | null;
  readonly amount_minor: number | null;
}

export interface Methods {
  readonly valuation: Valuation;
  readonly settlementOf: (role: AccrualRole) => Settlement;
  /** What the month's reserves should be; none = nobody said. */
  readonly reserves: readonly StatedReserve[];
  /** All the company gave, of whatever months; none = nobody gave any. */
  readonly prepaids: readonly PrepaidSchedule[];
}

const AS_BOOKED: Settlement = { kind: 'as_booked' };
export const UNSET_METHODS: Methods = {
  valuation: 'perpetual',
  settlementOf: () => AS_BOOKED,
  reserves: [],
  prepaids: [],
};

/** What holds in a month (yyyymm): of each code the newest row that has begun. */
export function methodsOf(rows: readonly MethodRow[], month: number): Methods {
  const holds = new Map<string, MethodRow>();
  const stated = rows
    .flatMap(({ code, what, from_month, to_month, amount_minor }) =>
      amount_minor === null ? [] : [{ code, what, from_month, to_month: to_month ?? from_month, amount_minor }],
    )
    .toSorted((a, b) => a.from_month - b.from_month || (a.what < b.what ? -1 : 1));
  for (const row of rows) {
    if (row.from_month <= month && row.from_month >= (holds.get(row.code)?.from_month ?? 0)) holds.set(row.code, row);
  }
  return {
    valuation: holds.get(VALUATION_CODE)?.valuation === 'periodic' ? 'periodic' : 'perpetual',
    settlementOf: (role) => settlementIn(holds.get(role)),
    reserves: stated
      .filter(
        ({ code, from_month, to_month }) => code === 'inventory_reserve' && from_month <= month && month <= to_month,
      )
      .map(({ what, amount_minor }) => ({ what, amount_minor })),
    prepaids: stated
      .filter(({ code }) => code === 'prepaid')
      .map(({ what, from_month, to_month, amount_minor }) => ({ what, from_month, to_month, amount_minor })),
  };
}

function settlementIn(row: MethodRow | undefined): Settlement {
  const { settlement = null, settlement_day: day = null } = row ?? {};
  return (settlement === 'next_month' || settlement === 'after_quarter') && day !== null
    ? { kind: settlement, day }
    : AS_BOOKED;
}

/** The day a month's accruals are settled; null = when the ledger says so. */
export function settledOn(settlement: Settlement, month: number): number | null {
  if (settlement.kind === 'as_booked') return null;
  const last = settlement.kind === 'next_month' ? month : addMonths(month, (3 - ((month % 100) % 3)) % 3);
  return firstDayOfMonth(addMonths(last, 1)) + settlement.day - 1;
}
