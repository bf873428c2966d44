/** Every invoice or bill that is open, each with its party and its own currency: the list behind receivables and payables. */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { minorDigits } from '#domain/money.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { CREDIT_TABLES, creditGround } from './ground.ts';
import { invoiceView } from './invoiceView.ts';

export const openInvoices: QueryHandler<'openInvoices'> = async (
  context,
  { company_id, kind, offset, limit, ...args },
) => {
  const company = await companyById(context, company_id);
  const today_on = asOfDay(context, company.time_zone);
  const as_of_on = args.as_of_on === null ? today_on : (dayNumber(args.as_of_on) ?? today_on);
  const ground = await creditGround(context, company.id, as_of_on);
  const open = [...ground.open.values()]
    .flat()
    .filter((invoice) => invoice.kind === kind)
    .toSorted((a, b) => a.due_on - b.due_on || a.id - b.id);
  const parties = new Map(
    (
      await context.db.selectFrom('party').select(['id', 'code', 'name']).where('company_id', '=', company.id).execute()
    ).map((party) => [party.id, party]),
  );
  return {
    as_of_on: isoDate(as_of_on),
    rows: open.slice(offset, offset + limit).map((invoice) => {
      const party = parties.get(invoice.party_id);
      return {
        ...invoiceView(ground, invoice, as_of_on),
        party_code: party?.code ?? '',
        party: party?.name ?? '',
      };
    }),
    total_rows: open.length,
    currency: company.currency,
    own_places: Math.max(0, ...new Set(open.map(({ own }) => (own === null ? 0 : minorDigits(own.currency))))),
    provenance: provenance(context, CREDIT_TABLES),
  };
};
