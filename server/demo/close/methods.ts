/** How each company of the demo is reconciled: forwarders, carriers and portals settle on days, bonuses are paid after the quarter. */
import { VALUATION_CODE } from '#domain/close/reconcile/methods.ts';
import { prepaidSchedules, reserveAt } from '../ledger/monthly.ts';
import type { DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';

type Row = DemoRow<'reconciliation_setting'>;

/** What the demo's stock reserve is, by its own figures. */
export const RESERVE_BASIS = 'Stock without demand, 50 %';
export const INSURANCE = 'Insurance and licences';

const ACCRUALS = [
  ['landed_cost_clearing', 'next_month', 5],
  ['freight_accrual', 'next_month', 6],
  ['fee_accrual', 'next_month', 8],
  ['rebate_accrual', 'after_quarter', 20],
] as const;

export function methodRows(world: CompanyWorld): readonly Row[] {
  const { ids, company, horizon, books } = world;
  const [first = horizon.closed_period] = horizon.months;
  const row = (code: string, said: Partial<Row>): Row => ({
    id: ids.next(),
    company_id: company.id,
    code,
    valuation: null,
    from_month: first,
    what: '',
    settlement: null,
    settlement_day: null,
    to_month: null,
    amount_minor: null,
    ...said,
  });
  return [
    row(VALUATION_CODE, { valuation: 'perpetual' }),
    ...ACCRUALS.map(([code, settlement, settlement_day]) => row(code, { settlement, settlement_day })),
    ...[horizon.closed_period, horizon.open_period].map((from_month) =>
      row('inventory_reserve', {
        from_month,
        to_month: from_month,
        what: RESERVE_BASIS,
        amount_minor: reserveAt(world, books.monthIndex(from_month)),
      }),
    ),
    ...prepaidSchedules(world).map((schedule) => row('prepaid', { ...schedule, what: INSURANCE })),
  ];
}
