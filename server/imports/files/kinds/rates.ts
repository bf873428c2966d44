import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { monthOfText } from '#domain/imports/kinds/month.ts';
import type { RATES } from '#domain/imports/kinds/rates.ts';
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
    await storeEach(job, 'fx_rate', lines, ({ row }) => ({ key: keyOf(row), set: figuresOf(row) }), true);
  },
};

function keyOf(row: RateRow) {
  return { month: monthOfText(row.month), currency: row.currency.toUpperCase() };
}

function figuresOf(row: RateRow) {
  return { average_rate_micro: row.average_rate, closing_rate_micro: row.closing_rate };
}

/** Reasons for what says otherwise of a locked month; what stands so already passes. */
async function heldRates(job: Job, lines: readonly Line<RateRow>[]): Promise<Map<number, string>> {
  const locked = await lockedRates(
    job,
    lines.map(({ row }) => keyOf(row)),
  );
  const { rows } = await sql<{ readonly kept: Readonly<Record<string, unknown>> }>`
    select to_jsonb(r) as kept from fx_rate r where r.company_id = ${job.company_id}::bigint`.execute(job.tx);
  const stands = new Map(rows.map(({ kept }) => [`${String(kept['month'])} ${String(kept['currency'])}`, kept]));
  const reasons = new Map<number, string>();
  for (const { line_number, row } of lines) {
    const { month, currency } = keyOf(row);
    const kept = stands.get(`${month} ${currency}`);
    if (month === null || (kept && Object.entries(figuresOf(row)).every(([name, value]) => kept[name] === value)))
      continue;
    const why = locked(month, currency, kept === undefined);
    if (why !== null) reasons.set(line_number, why);
  }
  return reasons;
}

async function flagTurned(job: Job, lines: readonly Line<RateRow>[]): Promise<void> {
  const { rows } = await sql<{ readonly month: number; readonly currency: string; readonly closing: number }>`
    select month, currency, closing_rate_micro as closing from fx_rate where company_id = ${job.company_id}::bigint`.execute(
    job.tx,
  );
  const closing = new Map(rows.map((row) => [`${row.month} ${row.currency}`, row.closing]));
  for (const line of lines) {
    const month = monthOfText(line.row.month);
    const currency = line.row.currency.toUpperCase();
    const before = month === null ? undefined : closing.get(`${addMonths(month, -1)} ${currency}`);
    if (before === undefined) continue;
    const change = line.row.closing_rate / before;
    if (change > USUAL_CHANGE || change < 1 / USUAL_CHANGE) {
      job.changes.flag(
        line,
        `The rate is ${line.row.closing_rate / 1e6}, a month before it was ${before / 1e6}. A rate says how much ${currency} one ${job.currency} is worth.`,
      );
    }
  }
}
