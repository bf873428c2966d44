/** A month whose margins fell unusually: one exception of the company, its falls the rows behind it. */
import { firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { foundErosions } from '../erosion/found.ts';
import { erosionMonths } from '../erosion/erosionColumns.ts';
import { columnsSince } from '../wholeSince.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';

/** So many days of a month have to have passed before it is set beside whole ones. */
const DAYS_OF_MONTH = 14;

/** The month that is looked at on a day: the running one from its middle on, else the one before. */
export function fellMonth(as_of_on: number): number {
  return monthOfDay(as_of_on - DAYS_OF_MONTH);
}

/** Whether the columns are here that falls are found in: without them none is looked for. */
export function mayHaveFallen({ context, company, as_of_on }: Finding): boolean {
  const [first = 0] = erosionMonths(fellMonth(as_of_on));
  return columnsSince(context, [company.id], first) !== null;
}

export async function marginsFell(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  if (!mayHaveFallen(finding)) return [];
  const month = fellMonth(as_of_on);
  const { told } = await foundErosions(context, company.id, month);
  const rows = told.map(({ row }) => row).toSorted((a, b) => b.fall_minor - a.fall_minor || (a.key < b.key ? -1 : 1));
  const [most] = rows;
  if (most === undefined) return [];
  const lines = rows.map(
    (row): FoundLine => ({
      part: 'below_usual',
      order_id: null,
      number: row.name,
      party_id: null,
      about: row.words,
      channel_id: null,
      on: null,
      qty_milli: null,
      uom: null,
      amount_minor: row.fall_minor,
    }),
  );
  return [
    {
      key: exceptionKey('margin_fell', month),
      facts: { kind: 'margin_fell', month, falls: rows.length, most: most.name, why: most.words },
      severity: 'warn',
      company_id: company.id,
      site_id: null,
      channel_id: null,
      ...partsOf(lines),
      due_on: null,
      since_on: firstDayOfMonth(month),
      owner: most.owner,
      lines,
      po_line_ids: [],
    },
  ];
}
