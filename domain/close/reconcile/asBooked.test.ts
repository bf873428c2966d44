/** A company with unsettled September accruals, worked by hand: what its ledger debits settles, and what it does not is open. */
import { NO_EVIDENCE } from './documentTesting.ts';
import { describe, expect, test } from 'vitest';
import { dayNumber } from '../../calendar.ts';
import type { JournalKind } from '../journalKinds.ts';
import { openAsBooked, settlementsAsBooked } from './asBooked.ts';
import { carriedFrom } from './carry.ts';
import { differingCells } from './cells.ts';
import type { CompanyFacts, Found, LedgerMovement } from './facts.ts';
import { ACCRUAL_ROLES, type AccrualRole, methodsOf, type Settlement } from './methods.ts';
import type { ReconciledRole } from './plan.ts';
import { DocumentBooks } from './postings.ts';
import { reconcileCompany } from './reconcile.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const CUT_OFF = day('2026-10-31');
const ACCOUNTS = new Map<ReconciledRole, string>([
  ['landed_cost_clearing', '2100'],
  ['freight_accrual', '2320'],
  ['fee_accrual', '2310'],
  ['rebate_accrual', '2300'],
]);
let entries = 0;
const booked = (role: AccrualRole, on: string, amount_minor: number, journal_kind: JournalKind = 'by_hand') => {
  entries += 1;
  const told = { journal: 'X', journal_kind, journal_name: null, number: `X/${entries}`, memo: '', ref: null };
  return { role, entry_id: entries, ...told, booked_on: day(on), amount_minor } satisfies LedgerMovement;
};

/** Two deliveries and a charge, with what they owe in the order of the roles below: freight, fee, rebate. */
const DELIVERED = [
  { id: 1, on: '2026-09-12', owed: [2_100, 1_693, 167] },
  { id: 2, on: '2026-10-08', owed: [13_543, 6_515, 946] },
] as const;
const BOOKED: readonly LedgerMovement[] = [
  booked('landed_cost_clearing', '2026-09-10', -23_000),
  ...DELIVERED.flatMap(({ on, owed: [freight, fee, rebate] }) => [
    booked('freight_accrual', on, -freight),
    booked('fee_accrual', on, -fee),
    booked('rebate_accrual', on, -rebate),
  ]),
];

function books(movements: readonly LedgerMovement[], from: number, carried: readonly Found[], of?: Settlement) {
  const asked = { from, cut_off: CUT_OFF, until: CUT_OFF, keeps: () => true };
  const made = new DocumentBooks(of ? { ...asked, settlementOf: () => of } : asked);
  made.landed({ id: 9, ref: 'PO-1 duty', booked_on: day('2026-09-10'), amount_minor: 23_000, site: 'AMS' });
  for (const { id, on, owed } of DELIVERED) {
    const [freight_minor, fee_minor, rebate_minor] = owed;
    made.delivered({
      id,
      order_id: id,
      party_id: 1,
      channel_id: 1,
      ordered_on: day(on),
      sold_qty_milli: 1_000,
      net_minor: 0,
      freight_minor,
      rebate_minor,
      fee_minor,
      parts: [{ id, number: `SHP-${id}`, shipped_on: day(on), qty_milli: 1_000, billed_on: day(on), in_parts: null }],
    });
  }
  made.finish({ movements: movements.filter(({ booked_on }) => booked_on >= from), carried });
  return made;
}

interface Given {
  readonly from?: string;
  readonly opening?: ReadonlyMap<ReconciledRole, number>;
  readonly carried?: readonly Found[];
  readonly settlement?: Settlement;
}

function reconciled(
  all: readonly LedgerMovement[],
  { from: first = '2026-09-01', opening = new Map(), carried = [], settlement }: Given = {},
) {
  const from = day(first);
  const made = books(all, from, carried, settlement);
  const facts: CompanyFacts = {
    currency: 'EUR',
    cut_off: CUT_OFF,
    from,
    until: CUT_OFF,
    valuation: 'perpetual',
    accounts: ACCOUNTS,
    opening,
    movements: all.filter(({ booked_on }) => booked_on >= from),
    proposed: [],
    expected: made.expected,
    open: made.openDocuments(),
    bank_items: null,
    give_backs: [],
    stock_valued: true,
  };
  const open = settlement
    ? facts.open
    : [...facts.open, ...ACCRUAL_ROLES.flatMap((role) => openAsBooked(facts, role, made.accruedOf(role), carried))];
  const cells = new Set(differingCells(facts).map((cell) => `${cell.role}/${cell.day}`));
  const evidence = {
    ...NO_EVIDENCE,
    postings: made.postings.filter((each) => cells.has(`${each.role}/${each.day}`)),
    parties: new Map([[1, { id: 1, code: 'C-1', name: 'Meyer' }]]),
  };
  return reconcileCompany({ ...facts, open }, evidence, carried);
}
const subledger = (results: ReturnType<typeof reconciled>) =>
  results.flatMap(({ lines }) =>
    lines.flatMap(({ side, ref, amount_minor }) => (side === 'subledger' ? [`${ref}: ${amount_minor}`] : [])),
  );
const items = (results: ReturnType<typeof reconciled>) =>
  results.flatMap((each) => each.items.map(({ cause, ref, amount_minor }) => `${cause} ${ref} ${amount_minor}`));

describe('accruals that are settled as booked', () => {
  test('what an agreement below its threshold gave back settles nothing, on whatever day the ledger books it', () => {
    const made = books(BOOKED, day('2026-10-01'), []);
    const given = [{ day: day('2026-10-31'), amount: 700 }];
    const { months, grown } = made.accruedOf('rebate_accrual');
    const settled = (...debits: readonly (readonly [string, number])[]) =>
      settlementsAsBooked(
        'rebate_accrual',
        debits.map(([on, amount]) => booked('rebate_accrual', on, amount)),
        { months, grown, taken_back: new Map([[day('2026-10-31'), 700]]), given_back: given },
        [],
      ).map((each) => each.amount_minor);
    expect(settled(['2026-10-20', 700], ['2026-10-22', 90])).toEqual([90]);
    expect(settled(['2026-10-31', 700], ['2026-10-31', 90])).toEqual([90]);
    expect(settled(['2026-10-20', 700], ['2026-10-31', 700])).toEqual([700]);
  });

  test('what nothing settled ties to the cent and stays open by month; on days of the demo it did not', () => {
    const found = reconciled(BOOKED);
    expect(found.map(({ code, ledger_minor, difference_minor }) => [code, ledger_minor, difference_minor])).toEqual([
      ['landed_cost', 23_000, 0],
      ['rebates_fees', 24_964, 0],
    ]);
    expect(items(found)).toEqual([]);
    expect(subledger(found)).toEqual([
      'Landed costs of September 2026, not settled: 23000',
      'Bonuses of September 2026, not settled: 167',
      'Bonuses of October 2026, not settled: 946',
      'Portal and payment fees of September 2026, not settled: 1693',
      'Portal and payment fees of October 2026, not settled: 6515',
      'Outbound freight of September 2026, not settled: 2100',
      'Outbound freight of October 2026, not settled: 13543',
    ]);
    const demo = reconciled(BOOKED, { settlement: { kind: 'next_month', day: 5 } });
    expect(items(demo)).toContain('document_not_posted Settlement 202609 23000');
  });

  test('a bill for part of it, and one that pays too much, whatever journal they went through', () => {
    const found = reconciled([
      ...BOOKED,
      booked('freight_accrual', '2026-10-20', 1_500, 'purchase_bills'),
      booked('fee_accrual', '2026-10-09', 9_000, 'bank'),
      booked('rebate_accrual', '2026-10-31', 500),
    ]);
    expect(items(found)).toEqual([]);
    expect(subledger(found).slice(1)).toEqual([
      'Bonuses of October 2026, not settled: 613',
      'Portal and payment fees: settled beyond what accrued: -792',
      'Outbound freight of September 2026, not settled: 600',
      'Outbound freight of October 2026, not settled: 13543',
    ]);
  });

  test('an accrual the ledger lacks is found with its document, also where bills were paid', () => {
    const lacking = BOOKED.filter(
      ({ role, booked_on }) => role !== 'freight_accrual' || booked_on !== day('2026-10-08'),
    );
    const found = reconciled([...lacking, booked('freight_accrual', '2026-10-20', 2_100, 'purchase_bills')]);
    expect(items(found)).toEqual(['document_not_posted SHP-2 -13543']);
    expect(found.at(-1)?.items[0]?.documents).toMatchObject([{ kind: 'shipment', ref: 'SHP-2' }]);
    expect(subledger(found).at(-1)).toBe('Outbound freight of October 2026, not settled: 13543');
  });

  test('a credit without a document stays an item until a debit takes just that back, this month or the next', () => {
    const wrong = booked('freight_accrual', '2026-09-20', -777);
    expect(items(reconciled([...BOOKED, wrong]))).toEqual([`entry_by_hand ${wrong.number} 777`]);
    const back = booked('freight_accrual', '2026-10-03', 777);
    const within = reconciled([...BOOKED, wrong, back]);
    expect(within.at(-1)?.difference_minor).toBe(0);
    expect(subledger(within).at(-2)).toBe('Outbound freight of September 2026, not settled: 2100');
    // the month after it was found
    const opening = new Map<ReconciledRole, number>();
    for (const { role, booked_on, amount_minor } of [...BOOKED, wrong])
      if (booked_on < day('2026-10-01')) opening.set(role, (opening.get(role) ?? 0) + amount_minor);
    const carried = carriedFrom(reconciled([...BOOKED, wrong]));
    const next = reconciled([...BOOKED, wrong, back], { from: '2026-10-01', opening, carried });
    expect([items(next), next.at(-1)?.difference_minor]).toEqual([[], 0]);
    expect(subledger(next).slice(-2)).toEqual([
      'Outbound freight of September 2026, not settled: 2100',
      'Outbound freight of October 2026, not settled: 13543',
    ]);
    const without = reconciled([...BOOKED, wrong], { from: '2026-10-01', opening, carried });
    expect(items(without)).toEqual([`entry_by_hand ${wrong.number} 777`]);
  });
});

test('of each account the newest method that has begun holds; without one stock is perpetual and accruals are as booked', () => {
  const row = { what: '', valuation: null, settlement: null, settlement_day: null, to_month: null, amount_minor: null };
  const rows = [
    { ...row, code: 'inventory_valuation', from_month: 202610, valuation: 'periodic' },
    { ...row, code: 'freight_accrual', from_month: 202601, settlement: 'next_month', settlement_day: 6 },
    { ...row, code: 'freight_accrual', from_month: 202611, settlement: 'as_booked' },
    { ...row, code: 'inventory_reserve', from_month: 202609, what: 'Half', to_month: 202610, amount_minor: 5 },
  ];
  const said = [202512, 202609, 202610, 202611].map((month) => {
    const { valuation, settlementOf, reserves } = methodsOf(rows, month);
    return [valuation, settlementOf('freight_accrual').kind, settlementOf('fee_accrual').kind, reserves.length];
  });
  expect(said).toEqual([
    ['perpetual', 'as_booked', 'as_booked', 0],
    ['perpetual', 'next_month', 'as_booked', 1],
    ['periodic', 'next_month', 'as_booked', 1],
    ['periodic', 'as_booked', 'as_booked', 0],
  ]);
});
