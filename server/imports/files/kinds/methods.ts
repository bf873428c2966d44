import { monthInWords } from '#domain/calendarWords.ts';
import type { MethodRow } from '#domain/close/reconcile/methods.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { cellsOfMethod, methodRowOf, type METHODS } from '#domain/imports/kinds/methods.ts';
import { minorText } from '#domain/money.ts';
import { closePeopleOf, setsUpClose } from '#server/auth/closePeople.ts';
import { heldPeriods, lockedHow } from '#server/close/lockedDays.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';

type MethodLine = RowOf<(typeof METHODS)['fields']>;

const NOT_YOURS =
  'Who reviews the close says how the company is reconciled. Have one of them, or an administrator, import the file.';

export const methodStore: KindStore<MethodLine> = {
  check: async (job, lines) => {
    const db: ImportDatabase = job.tx;
    if (!setsUpClose(await closePeopleOf(db, job.company_id), job.user_name))
      return new Map(lines.map(({ line_number }) => [line_number, NOT_YOURS]));
    return await heldMethods(job, lines);
  },
  store: async (job, lines) => {
    await storeEach(
      job,
      'reconciliation_setting',
      lines,
      ({ row }) => {
        const { code, from_month, what, ...set } = methodRowOf(row);
        return { key: { code, from_month, what }, set };
      },
      true,
    );
  },
  held: async (db, company_id) => {
    const { currency } = await db
      .selectFrom('company')
      .select('currency')
      .where('id', '=', company_id)
      .executeTakeFirstOrThrow();
    return (await methodsIn(db, company_id)).map((row) =>
      cellsOfMethod(row, (amount) => minorText(BigInt(amount), currency)),
    );
  },
};

async function methodsIn(db: ImportDatabase, company_id: number): Promise<readonly MethodRow[]> {
  return await db
    .selectFrom('reconciliation_setting')
    .select(['code', 'from_month', 'what', 'valuation', 'settlement', 'settlement_day', 'to_month', 'amount_minor'])
    .where('company_id', '=', company_id)
    .orderBy('code')
    .orderBy('from_month')
    .orderBy('what')
    .execute();
}

/** Reasons for what says otherwise of a locked month; what stands so already passes. The database refuses the same (migration 101). */
async function heldMethods(job: Job, lines: readonly Line<MethodLine>[]): Promise<Map<number, string>> {
  const db: ImportDatabase = job.tx;
  const periods = await heldPeriods(db, job.company_id);
  const locked = periods.filter((period) => lockedHow(period, 'ledger', job.now.getTime()) !== null);
  const reasons = new Map<number, string>();
  if (locked.length === 0) return reasons;
  const standing = await methodsIn(db, job.company_id);
  const text = (row: MethodRow): string => cellsOfMethod(row, String).join('|');
  const stands = new Map(standing.map((row) => [keyOf(row), row]));
  for (const { line_number, row: line } of lines) {
    const row = methodRowOf(line);
    const before = stands.get(keyOf(row));
    if (before && text(before) === text(row)) continue;
    const reached = locked
      .filter(({ period }) => reaches(row, period, standing) || (before && reaches(before, period, standing)))
      .toSorted((a, b) => b.period - a.period)[0];
    if (!reached) continue;
    const month = monthInWords(reached.period);
    reasons.set(
      line_number,
      lockedHow(reached, 'ledger', job.now.getTime()) === 'for_good'
        ? `${month} is locked for good, and how it is reconciled with it. Say it from an open month on.`
        : `Ledger of ${month} is locked, and how it is reconciled with it. Say it from an open month on, or have the month opened again under Close.`,
    );
  }
  return reasons;
}

function keyOf({ code, from_month, what }: MethodRow): string {
  return JSON.stringify([code, from_month, what]);
}

/** What is stated holds in its months, a method until the next of its account. */
function reaches(row: MethodRow, period: number, standing: readonly MethodRow[]): boolean {
  if (row.from_month > period) return false;
  if (row.amount_minor !== null) return period <= (row.to_month ?? row.from_month);
  return !standing.some(
    ({ code, from_month }) => code === row.code && from_month > row.from_month && from_month <= period,
  );
}
