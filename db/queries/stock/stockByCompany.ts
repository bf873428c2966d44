/** What do all companies have in stock, in one currency? Each company's groups as its own stock screen adds them up. */
import { monthOfDay } from '#domain/calendar.ts';
import { converterOf, convertParts, type Rate } from '#domain/currency/convert.ts';
import { type CompanyStock, QUERIES, type StockPart, type StockPositions } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { companiesTogether } from '../pivot/scope.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { stockPositions } from './stockPositions.ts';

/** Categories of a company; more are not told apart here. */
const MOST_CATEGORIES = 500;

export const stockByCompany: QueryHandler<'stockByCompany'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const cost_visible = companies.every((company) => seesArea(context.user, company.id, 'cost'));
  const shown: CompanyStock[] = [];
  for (const company of companies) {
    context.checkCancelled();
    const question = { company_id: company.id, group_by: 'category', limit: MOST_CATEGORIES } as const;
    const stock = await stockPositions(context, QUERIES.stockPositions.args.parse(question));
    const month = monthOfDay(asOfDay(context, company.time_zone));
    // nobody is told a rate for amounts they do not see
    const rate = cost_visible ? book.rateOf(company.id, month, 'closing') : null;
    shown.push({ company_id: company.id, currency: company.currency, ...companyStock(company.name, stock, rate) });
  }
  return {
    companies: shown,
    total_minor: shown.reduce<number | null>(
      (sum, { shown_minor }) => (sum === null || shown_minor === null ? null : sum + shown_minor),
      0,
    ),
    items: shown.reduce((sum, each) => sum + each.items, 0),
    troubled: shown.reduce((sum, each) => sum + each.troubled, 0),
    cost_visible,
    currency: book.currency,
    conversion: book.used(),
    provenance: provenance(context, [
      'item',
      'site',
      'policy',
      'stock_balance',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      ...(cost_visible ? (['item_cost'] as const) : []),
      ...(book.converts ? (['fx_rate'] as const) : []),
    ]),
  };
};

function companyStock(
  name: string,
  { rows, totals, items, sites }: StockPositions,
  rate: Rate | null,
): Omit<CompanyStock, 'company_id' | 'currency'> {
  const convert = rate === null ? null : converterOf(rate);
  const whole_minor = totals.value_minor === null ? null : (convert?.(totals.value_minor) ?? null);
  const values = rows.map((row) => row.value_minor);
  const known = values.flatMap((value) => value ?? []);
  // with an unknown cost there is no whole to share out: what is known is converted by itself
  const parts =
    rate === null
      ? null
      : whole_minor !== null && known.length === values.length
        ? convertParts(known, rate, whole_minor)
        : values.map((value) => (value === null ? null : (convert?.(value) ?? null)));
  const categories = rows.map(
    ({ label, children, troubled, value_minor }, nth): StockPart => ({
      label,
      items: children,
      troubled,
      value_minor,
      shown_minor: parts?.[nth] ?? null,
    }),
  );
  return {
    label: name,
    items,
    sites,
    troubled: totals.troubled,
    value_minor: totals.value_minor,
    shown_minor: whole_minor,
    categories,
  };
}
