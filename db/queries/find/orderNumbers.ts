/**
 * Orders by number, from the index on it: a number begins as typed, with or without the letters before its digits and
 * without regard to separators there. Numbers are never scanned; there may be millions.
 */
import { sql } from 'kysely';
import { bare, fold } from '#domain/names/fold.ts';
import type { QueryContext } from '../context.ts';

/** A company whose numbers begin in more ways than this is searched in the first of them. */
const MAX_BEGINNINGS = 40;

export interface FoundOrder {
  readonly id: number;
  readonly number: string;
  readonly company_id: number;
  readonly exact: boolean;
}
export interface FoundOrders {
  readonly orders: readonly FoundOrder[];
  readonly more: boolean;
}

/** Of the companies in turn, up to `limit`. */
export async function findOrders(
  context: QueryContext,
  typed: string,
  companies: readonly number[],
  limit: number,
): Promise<FoundOrders> {
  const text = typed.trim();
  const code = bare(fold(text));
  // a number is looked for by its digits; letters alone are the beginning of every one
  if (!/\d/.test(code) || code.length < 2) return { orders: [], more: false };
  const found = new Map<number, FoundOrder>();
  for (const company_id of companies) {
    for (const beginning of await beginningsOf(context, company_id)) {
      for (const start of startsWith(beginning, text, code)) {
        if (found.size > limit) break;
        context.checkCancelled();
        const { rows } = await sql<{ id: number; number: string }>`
          SELECT id, number FROM sales_order
          WHERE company_id = ${company_id} AND number >= ${start} AND number < ${`${start}\u{10ffff}`}
          ORDER BY number LIMIT ${limit + 1}`.execute(context.db);
        for (const { id, number } of rows) {
          found.set(id, { id, number, company_id, exact: isNumber(number, beginning, code) });
        }
      }
    }
  }
  const orders = [...found.values()].toSorted((a, b) => Number(b.exact) - Number(a.exact));
  return { orders: orders.slice(0, limit), more: orders.length > limit };
}

function isNumber(number: string, beginning: string, code: string): boolean {
  const whole = bare(fold(number));
  return whole === code || whole === bare(fold(beginning)) + code;
}

/** The texts a number of that beginning must start with to be what was typed. */
function startsWith(beginning: string, text: string, code: string): string[] {
  const short = bare(fold(beginning));
  const letters = /^\P{Nd}*/u.exec(code)?.[0] ?? '';
  if (letters !== '' && letters !== short) return [];
  const digits = code.slice(letters.length);
  const written = text.replace(/^\P{Nd}*/u, '');
  const rests = new Set([digits, written, digits.toUpperCase(), written.toUpperCase()]);
  return [...rests].map((rest) => beginning + rest);
}

/** What stands before the first digit of a company's numbers, each once; steps over the index instead of reading it. */
async function beginningsOf(context: QueryContext, company_id: number): Promise<string[]> {
  const beginnings: string[] = [];
  let from = '';
  while (beginnings.length < MAX_BEGINNINGS) {
    const { rows } = await sql<{ number: string | null }>`
      SELECT min(number) AS number FROM sales_order WHERE company_id = ${company_id} AND number >= ${from}`.execute(
      context.db,
    );
    const number = rows[0]?.number;
    if (number === null || number === undefined) break;
    const beginning = /^[^0-9]*/.exec(number)?.[0] ?? '';
    // ':' is the character after '9': past every number with these letters and a digit
    if (beginning === number) from = `${number}\0`;
    else {
      beginnings.push(beginning);
      from = `${beginning}:`;
    }
  }
  return beginnings;
}
