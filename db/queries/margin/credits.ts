/** Credit notes and claim costs: the part of the margin that stands in no order line, filtered and grouped as lines are. */
import { sql } from 'kysely';
import { monthOfDay } from '#domain/calendar.ts';
import { addClaimCost, addCredit, type LadderSums } from '#domain/kpi/marginLadder.ts';
import type { LineDimension } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import type { KnownFacts } from '../facts.ts';
import { type LineFilter, wantedKeys } from '../orders/linePredicate.ts';
import { keepsDay, type PeriodRange } from '../pivot/periods.ts';

/** What is no order line and is filtered and grouped as one. */
export interface FiledRow {
  readonly company_id: number;
  readonly channel_id: number | null;
  readonly site_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly country: string | null;
}

export interface CreditRow extends FiledRow {
  readonly source: 'credit_note' | 'claim_cost';
  readonly id: number;
  readonly day: number;
  /** null = of no claim; a claim cost always has one. */
  readonly claim_id: number | null;
  readonly amount_minor: number;
}

/** Those of the range; a country is that of the order line they are about. Without the cost area, no claims. */
export async function creditRows(
  context: QueryContext,
  company_ids: readonly number[],
  range: PeriodRange,
  with_cost: boolean,
): Promise<CreditRow[]> {
  const part = (table: 'credit_note' | 'claim_cost', day: string, claim: string) => sql`
    SELECT ${table} AS source, c.id, c.company_id, c.channel_id, c.site_id, c.party_id, c.item_id, l.country,
      ${sql.ref(`c.${day}`)} AS day, ${sql.ref(`c.${claim}`)} AS claim_id, c.amount_minor
    FROM ${sql.table(table)} c LEFT JOIN order_line l ON l.id = c.order_line_id
    WHERE c.company_id IN (${sql.join(company_ids)}) AND c.month BETWEEN ${range.from_month} AND ${range.to_month}`;
  const notes = part('credit_note', 'issued_on', 'claim_id');
  const { rows } = await (with_cost
    ? sql<CreditRow>`${notes} UNION ALL ${part('claim_cost', 'booked_on', 'claim_id')}`
    : sql<CreditRow>`${notes} AND c.claim_id IS NULL`
  ).execute(context.db);
  const inRange = keepsDay(range);
  return rows.filter((row) => inRange(row.day));
}

/** The group a row falls into, as lines name theirs. */
export function creditKey(row: FiledRow, dimension: LineDimension, items: KnownFacts): string {
  const item = row.item_id === null ? undefined : items.get(row.item_id);
  switch (dimension) {
    case 'company':
      return String(row.company_id);
    case 'channel':
      return textOf(row.channel_id);
    case 'site':
      return textOf(row.site_id);
    case 'country':
      return row.country ?? '';
    case 'category':
      return item?.category ?? '';
    case 'supplier':
      return textOf(item?.supplier_id ?? null);
    case 'customer':
      return textOf(row.party_id);
    case 'salesperson':
      return row.party_id === null ? '' : items.salespersonOf(row.party_id);
    case 'item':
      return textOf(row.item_id);
  }
}

function textOf(id: number | null): string {
  return id === null ? '' : String(id);
}

/** Does the filter keep the row? The twin of facts.ts keepFiltered for what is no line. */
export function keepsCredit(row: FiledRow, filter: Partial<LineFilter>, items: KnownFacts): boolean {
  return (
    wantedKeys(filter).every(([dimension, key]) => {
      if (key === undefined) return true;
      return creditKey(row, dimension, items) === (key === 0 ? '' : String(key));
    }) && (filter.others ?? []).every(({ dimension, keys }) => !keys.includes(creditKey(row, dimension, items)))
  );
}

export function addCreditRow(sums: LadderSums, row: CreditRow): void {
  if (row.source === 'claim_cost') addClaimCost(sums, row.amount_minor);
  else addCredit(sums, row);
}

/** group key → month → Σ of the rows the filter keeps. */
export type CreditsByGroup = ReadonlyMap<string, ReadonlyMap<number, number>>;

export function creditsByGroup(
  rows: readonly CreditRow[],
  dimension: LineDimension,
  filter: Partial<LineFilter>,
  items: KnownFacts,
): CreditsByGroup {
  const groups = new Map<string, Map<number, number>>();
  for (const row of rows) {
    if (!keepsCredit(row, filter, items)) continue;
    const key = creditKey(row, dimension, items);
    const byMonth = groups.get(key) ?? new Map<number, number>();
    groups.set(key, byMonth);
    const month = monthOfDay(row.day);
    byMonth.set(month, (byMonth.get(month) ?? 0) + row.amount_minor);
  }
  return groups;
}
