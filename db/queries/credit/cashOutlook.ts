/** What will the bank hold, week by week, from what is open today? */
import { isoDate, weekday } from '#domain/calendar.ts';
import { type CashItem, cashOutlook as outlookOf, expectedOn, lessPaidAhead } from '#domain/credit/cashOutlook.ts';
import { companyDaysOff } from '#db/close/daysOff.ts';
import type { CashItemView, OwnAmount } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { BANK_TABLES, bankHoldings } from './bankHoldings.ts';
import { CREDIT_TABLES, creditGround, usualDaysOf } from './ground.ts';

/** Parties named of a week. */
const MOST_ITEMS = 12;

export const cashOutlook: QueryHandler<'cashOutlook'> = async (context, { company_id, weeks }) => {
  const company = await companyById(context, company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const ground = await creditGround(context, company_id, as_of_on);
  const open = [...ground.open.values()].flat().map((invoice) => ({
    kind: invoice.kind,
    party_id: invoice.party_id,
    due_on: invoice.due_on,
    open_minor: invoice.open_minor,
    whole_minor: invoice.open_minor,
    own: invoice.own,
    habit_days: usualDaysOf(ground, invoice),
  }));
  const items = lessPaidAhead(open, ground.paid_ahead_minor).map((item) =>
    // of a part of an invoice in dollars nobody knows how many are left
    item.open_minor === item.whole_minor ? item : { ...item, own: null },
  );
  const off = companyDaysOff(context.scan, company_id);
  const held = await bankHoldings(context, company, as_of_on);
  const opening_minor = held?.amount_minor ?? null;
  const outlook = outlookOf(items, opening_minor ?? 0, as_of_on, weeks, off);
  const names = new Map(
    (await context.db.selectFrom('party').select(['id', 'name']).where('company_id', '=', company_id).execute()).map(
      ({ id, name }) => [id, name],
    ),
  );
  const byWeek = Map.groupBy(items, (item) => {
    const on = expectedOn(item, as_of_on, off);
    return on - weekday(on);
  });
  return {
    as_of_on: isoDate(as_of_on),
    opening_minor,
    opening_own: held?.own ?? [],
    weeks: outlook.weeks.map((week) => {
      const parties = partiesOf(byWeek.get(week.from_on) ?? [], names);
      return {
        ...week,
        from_on: isoDate(week.from_on),
        items: parties.slice(0, MOST_ITEMS),
        other_items: Math.max(0, parties.length - MOST_ITEMS),
      };
    }),
    later_in_minor: outlook.later_in_minor,
    later_out_minor: outlook.later_out_minor,
    lowest: outlook.lowest && { ...outlook.lowest, from_on: isoDate(outlook.lowest.from_on) },
    usual_days: ground.usual_days,
    currency: company.currency,
    provenance: provenance(context, [...CREDIT_TABLES, ...BANK_TABLES]),
  };
};

/** The largest first. */
function partiesOf(
  items: readonly (CashItem & { readonly party_id: number; readonly own: OwnAmount | null })[],
  names: ReadonlyMap<number, string>,
): CashItemView[] {
  return [...Map.groupBy(items, ({ party_id }) => party_id)]
    .map(([party_id, of]) => {
      const [first] = of;
      const kind = first?.kind ?? 'customer';
      const sum = of.reduce((total, { open_minor }) => total + open_minor, 0);
      return {
        kind,
        party: names.get(party_id) ?? '',
        invoices: of.length,
        amount_minor: kind === 'customer' ? sum : 0 - sum,
        own: [...Map.groupBy(of, ({ own }) => own?.currency)].flatMap(([currency, each]) => {
          const own_minor = each.reduce((total, { own }) => total + (own?.amount_minor ?? 0), 0);
          return currency === undefined
            ? []
            : [{ currency, amount_minor: kind === 'customer' ? own_minor : 0 - own_minor }];
        }),
      };
    })
    .toSorted((a, b) => Math.abs(b.amount_minor) - Math.abs(a.amount_minor) || (a.party < b.party ? -1 : 1));
}
