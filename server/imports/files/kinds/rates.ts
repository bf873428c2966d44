import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { monthOfText } from '#domain/imports/kinds/month.ts';
import { type RATES, ratesOf } from '#domain/imports/kinds/rates.ts';
import { rateDecimalText, type RateValue } from '#domain/currency/rateValue.ts';
import { lockedRates } from '#server/close/lockedRates.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';

type RateRow = RowOf<(typeof RATES)['fields']>;

/** A month on month change beyond this is rather a rate written the other way round. */
const USUAL_CHANGE = 1.1;

export const rateStore: KindStore<RateRow> = {
  check: async (job, lines) => {
    const reasons = await heldRates(job, lines);
    for (const { line_number, row } of lines) {
      if (row.currency.toUpperCase() !== job.currency) continue;
      reasons.set(
        line_number,
        `${job.currency} is the company’s own currency: its rate is always 1. Leave the line out.`,
      );
    }
    return reasons;
  },
  store: async (job, lines) => {
    await flagTurned(job, lines);
    await storeEach(job, 'fx_rate', lines, ({ row }) => ({ key: keyOf(row), set: kept(row) }), true);
  },
};

function kept(row: RateRow): Exclude<ReturnType<typeof ratesOf>, string> {
  const rates = ratesOf(row);
  if (typeof rates === 'string') throw new Error(`rates that cannot be kept were taken in: ${rates}`);
  return rates;
}

function keyOf(row: RateRow) {
  return { month: monthOfText(row.month), currency: row.currency.toUpperCase() };
}

/** Reasons for what says otherwise of a locked month; what stands so already passes. */
async function heldRates(job: Job, lines: readonly Line<RateRow>[]): Promise<Map<number, string>> {
  const locked = await lockedRates(
    job,
    lines.map(({ row }) => keyOf(row)),
  );
  const { rows } = await sql<{ readonly row: Readonly<Record<string, unknown>> }>`
    select to_jsonb(r) as row from fx_rate r where r.company_id = ${job.company_id}::bigint`.execute(job.tx);
  const stands = new Map(rows.map(({ row }) => [`${String(row['month'])} ${String(row['currency'])}`, row]));
  const reasons = new Map<number, string>();
  for (const { line_number, row } of lines) {
    const { month, currency } = keyOf(row);
    const standing = stands.get(`${month} ${currency}`);
    if (month === null || (standing && Object.entries(kept(row)).every(([name, value]) => standing[name] === value)))
      continue;
    const why = locked(month, currency, standing === undefined);
    if (why !== null) reasons.set(line_number, why);
  }
  return reasons;
}

async function flagTurned(job: Job, lines: readonly Line<RateRow>[]): Promise<void> {
  const { rows } = await sql<RateValue & { readonly month: number; readonly currency: string }>`
    select month, currency, closing_rate_micro as rate_micro, per_units from fx_rate where company_id = ${job.company_id}::bigint`.execute(
    job.tx,
  );
  const closing = new Map(rows.map((row) => [`${row.month} ${row.currency}`, row]));
  for (const line of lines) {
    const month = monthOfText(line.row.month);
    const currency = line.row.currency.toUpperCase();
    const before = month === null ? undefined : closing.get(`${addMonths(month, -1)} ${currency}`);
    if (before === undefined) continue;
    const { closing_rate_micro: rate_micro, per_units } = kept(line.row);
    const change = rate_micro / per_units / (before.rate_micro / before.per_units);
    if (change > USUAL_CHANGE || change < 1 / USUAL_CHANGE) {
      job.changes.flag(
        line,
        `The rate is ${rateDecimalText({ rate_micro, per_units })}, a month before it was ${rateDecimalText(before)}. A rate says how much ${currency} one ${job.currency} is worth.`,
      );
    }
  }
}
