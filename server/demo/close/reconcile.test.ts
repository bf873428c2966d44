/** Every planted difference is found by the right reconciliation, with its cause, amount and document, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { JournalKind } from '#domain/close/journalKinds.ts';
import { FIRST_LOOK_MONTHS } from '#domain/close/reconcile/plan.ts';
import type { Reconciliation } from '#domain/close/reconcile/reconcile.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { CLEAN_SEED, DIFFERENCE_KINDS, type DifferenceKind } from '../differences/kinds.ts';
import { plantedDifferences } from '../generate.ts';
import { horizonOf } from '../size.ts';
import { collect, type CollectedRows, optionsFor, SMALL } from '../testing.ts';
import { markedAgainst } from './marking.ts';
import { rowSource } from './rowSource.ts';

const SEEDS = [CLEAN_SEED, ...Array.from({ length: 20 }, (_, nth) => nth + 1)];

/** What is planted where somebody looks for it. */
const looked_for = new Set<DifferenceKind>();

describe.each(SEEDS)('reconciliations of seed %i', (seed) => {
  const options = optionsFor(SMALL, seed);
  const rows = collect(options);
  const planted = plantedDifferences(options);
  const { closed_period, open_period } = horizonOf(options.today);
  for (const { kind, from_on, until_on } of planted) {
    const ends = [closed_period, open_period].map(lastDayOfMonth);
    if (ends.some((end) => from_on <= end && (until_on === null || end < until_on))) looked_for.add(kind);
  }

  test('find what was planted and nothing else, in the month closed and the one under way', async () => {
    const { found, expected } = await markedAgainst(rows, planted, options.today);
    expect(found.toSorted()).toEqual(expected.toSorted());
    if (seed === CLEAN_SEED) expect(found).toEqual([]);
  });
});

test('each kind of difference is looked for in one seed at least', () => {
  expect([...looked_for].toSorted()).toEqual([...DIFFERENCE_KINDS].toSorted());
});

/** Codes as another system has them. */
const ODOO = new Map(
  'INV:INV CSH:POSS CRN:RINV REC:BNK1 PAY:BNK2 BIL:BILL RCV:STJ1 SHP:STJ2 STK:STJ3 VAL:STJ4 BNK:BNK3 CLM:CLM DEP:AMRT ICO:ICO FXR:EXCH OPN:OPEN ADJ:MISC GEN:CABA'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);
/** Such a system keeps one journal for what others keep apart. */
const IN_ONE = new Map<string, { readonly code: string; readonly kind: JournalKind }>(
  Object.entries({
    all_sales: ['INV', 'INV', 'CSH', 'CRN'],
    all_payments: ['BNK1', 'REC', 'PAY'],
    all_stock: ['STJ', 'RCV', 'SHP', 'STK'],
  } as const).flatMap(([kind, [code, ...parts]]) =>
    parts.map((part) => [part, { code, kind: kind as JournalKind }] as const),
  ),
);

function renamed(rows: CollectedRows, code: (journal: string) => string, kind?: (code: string) => string | undefined) {
  const gl_journal = rows.gl_journal.map((row) => ({
    ...row,
    code: code(row.code),
    kind: kind?.(row.code) ?? row.kind,
  }));
  return { ...rows, gl_journal, gl_entry: rows.gl_entry.map((row) => ({ ...row, journal: code(row.journal) })) };
}

async function reconciledOf(rows: CollectedRows, today: number): Promise<readonly Reconciliation[]> {
  const { open_period } = horizonOf(today);
  const from = firstDayOfMonth(addMonths(open_period, -FIRST_LOOK_MONTHS));
  const asked = { cut_off: lastDayOfMonth(open_period), from, first_look: true, today, carried: [] };
  const all: Reconciliation[] = [];
  for (const { id } of rows.company) all.push(...(await computeReconciliations(rowSource(rows, id), asked)));
  return all;
}

/** Of a journal's sum a line says the code. */
const withoutCodes = (results: readonly Reconciliation[]) =>
  results.map(({ lines, ...result }) => ({ ...result, lines: lines.map(({ ref: _ref, ...line }) => line) }));

test.each([CLEAN_SEED, 3])(
  'seed %i: another system’s codes, once mapped, reconcile exactly as the usual ones',
  async (seed) => {
    const options = optionsFor(SMALL, seed);
    const rows = collect(options);
    const usual = await reconciledOf(rows, options.today);
    // nobody gave any: as it was
    expect(await reconciledOf({ ...rows, gl_journal: [] }, options.today)).toEqual(usual);
    const odoo = renamed(rows, (code) => ODOO.get(code) ?? code);
    expect(new Set(odoo.gl_entry.map(({ journal }) => journal)).has('SHP')).toBe(false);
    expect(withoutCodes(await reconciledOf(odoo, options.today))).toEqual(withoutCodes(usual));
    // one journal for several: the accounts and their items are the same, the lines of a month are fewer
    const inOne = renamed(
      rows,
      (code) => IN_ONE.get(code)?.code ?? code,
      (code) => IN_ONE.get(code)?.kind,
    );
    const sums = (results: readonly Reconciliation[]) =>
      results.map(({ lines: _lines, ...result }) => ({
        ...result,
        // what a count should have posted is not told apart in one journal of all stock
        items: result.code === 'inventory_valuation' ? null : result.items,
      }));
    expect(sums(await reconciledOf(inOne, options.today))).toEqual(sums(usual));
    // and unmapped it is told as by hand what documents explain
    const unmapped = await reconciledOf({ ...odoo, gl_journal: rows.gl_journal }, options.today);
    const byHand = (results: readonly Reconciliation[]): number =>
      results.flatMap(({ items }) => items).filter(({ cause }) => cause === 'entry_by_hand').length;
    expect(byHand(unmapped)).toBeGreaterThan(byHand(usual));
  },
);

test('a currency without a rate for the month is told of, never valued at nothing', async () => {
  const options = optionsFor(SMALL, CLEAN_SEED);
  const all = collect(options);
  const { open_period } = horizonOf(options.today);
  const rows = { ...all, fx_rate: all.fx_rate.filter(({ month }) => month !== open_period) };
  for (const { id, currency } of rows.company) {
    const other = currency === 'EUR' ? 'GBP' : 'EUR';
    const from = firstDayOfMonth(open_period);
    const asked = { cut_off: lastDayOfMonth(open_period), from, first_look: true, today: options.today };
    const results = await computeReconciliations(rowSource(rows, id), { ...asked, carried: [] });
    const told = results.flatMap(({ code, items, difference_minor }) => {
      expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
      return items.filter(({ cause }) => cause === 'not_revalued').map((item) => ({ code, ...item }));
    });
    expect(told.map(({ ref }) => ref)).toContain(`FXR ${open_period} ${other} receivables: no closing rate`);
    // what is owed to a sister is said on its account
    for (const { code, amount_minor, ref } of told)
      expect([code, amount_minor]).toEqual([ref.includes(' sister') ? 'intercompany' : 'fx_revaluation', 0]);
  }
});

test('a bonus the ledger has at two thirds of its rate is told with that rate and its money', async () => {
  const options = optionsFor(SMALL, CLEAN_SEED);
  const rows = collect(options);
  const { open_period } = horizonOf(options.today);
  const cut_off = lastDayOfMonth(open_period);
  const from = firstDayOfMonth(open_period);
  const shipments = Map.groupBy(rows.shipment_line, ({ order_line_id }) => order_line_id);
  const lines = rows.order_line.filter(({ kind, id }) => kind === 'goods' && shipments.has(id));
  // one whose goods of the month left in it whole: what was agreed is raised, and with it every document of the month
  const bonus = rows.rebate_agreement.find(({ party_id }) => {
    const own = lines.filter((line) => line.party_id === party_id);
    const days = own.flatMap(({ id }) => (shipments.get(id) ?? []).map(({ shipped_on }) => shipped_on));
    const ofMonth = days.filter((day) => day >= from && day <= cut_off);
    const whole = own.every(
      ({ id }) => new Set((shipments.get(id) ?? []).map((each) => each.shipped_on >= from)).size < 2,
    );
    return whole && new Set(ofMonth).size >= 4;
  });
  if (!bonus) throw new Error('no customer with a bonus bought often enough');
  const raised = new Map(
    lines.flatMap(({ id, party_id, net_minor }) =>
      party_id === bonus.party_id && (shipments.get(id) ?? []).every(({ shipped_on }) => shipped_on >= from)
        ? [[id, Math.round((net_minor * bonus.rate_bp * 3) / 20_000)] as const]
        : [],
    ),
  );
  const agreed = {
    ...rows,
    rebate_agreement: rows.rebate_agreement.map((each) =>
      each.id === bonus.id ? { ...each, rate_bp: (bonus.rate_bp * 3) / 2 } : each,
    ),
    order_line_cost: rows.order_line_cost.map((each) =>
      raised.has(each.id) ? { ...each, rebate_minor: raised.get(each.id) ?? 0 } : each,
    ),
  };
  const asked = { cut_off, from, first_look: true, today: options.today, carried: [] };
  const results = await computeReconciliations(rowSource(agreed, bonus.company_id), asked);
  const rebates = results.find(({ code }) => code === 'rebates_fees');
  const code = rows.party.find(({ id }) => id === bonus.party_id)?.code;
  expect(rebates?.items).toMatchObject([
    { cause: 'accrued_at_old_rate', ref: `${code} ${open_period}, ${bonus.rate_bp / 100} %` },
  ]);
  const parts = rebates?.items.map(({ amount_minor }) => amount_minor);
  expect(parts).toEqual([rebates?.difference_minor]);
  expect(Math.abs(rebates?.difference_minor ?? 0)).toBeGreaterThan(0);
});
