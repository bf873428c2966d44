/** Where does margin leak, by cause? */
import { monthOfDay } from '#domain/calendar.ts';
import { converterOf, convertParts } from '#domain/currency/convert.ts';
import { divideRounded, safeNumber } from '#domain/money.ts';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import type { LeakageRow } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { companiesTogether } from '../pivot/scope.ts';
import { provenance } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import { channelsOf } from '../reference/names.ts';
import { givenTo } from './givenTo.ts';
import { type Leak, LEAKS_NEED, type SelectedLeaks, selectedLeaks, sumOf } from './leaks.ts';
import { partyNames } from './marginLeakageLines.ts';

const COST_CAUSES: ReadonlySet<LeakageCause> = new Set(['below_floor', 'cost_rise', 'rebate_not_accrued']);

/** What the leaks of one company come to in the currency shown, by cause: the company's month is converted as a whole. */
function shownByCause(leaks: readonly Leak[], company_id: number, book: RateBook): Map<LeakageCause, number | null> {
  const shown = new Map<LeakageCause, number | null>();
  for (const [month, own] of Map.groupBy(leaks, (leak) => monthOfDay(leak.on))) {
    const causes = [...Map.groupBy(own, (leak) => leak.cause)];
    const parts = causes.map(([, of_cause]) => sumOf(of_cause));
    const rate = book.rateOf(company_id, month, 'average');
    const converted = rate === null ? null : convertParts(parts, rate, converterOf(rate)(sumOf(own)));
    for (const [nth, [cause]] of causes.entries()) {
      const held = shown.get(cause);
      const more = converted?.[nth] ?? null;
      shown.set(cause, held === null || more === null ? null : (held ?? 0) + more);
    }
  }
  return shown;
}

interface OfCompany {
  readonly company_id: number;
  readonly leaks: readonly Leak[];
  readonly given: Awaited<ReturnType<typeof givenTo>>;
  readonly shown: ReadonlyMap<LeakageCause, number | null>;
  readonly allowed: readonly Leak[];
  readonly shown_allowed: ReadonlyMap<LeakageCause, number | null>;
}

export const marginLeakage: QueryHandler<'marginLeakage'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const found: OfCompany[] = [];
  let cost_visible = true;
  let left_out: SelectedLeaks['left_out'] = [];
  const { company_ids: _companies, reporting_currency: _currency, ...filter } = args;
  for (const { id: company_id } of companies) {
    const own = await selectedLeaks(context, { ...filter, company_id });
    cost_visible &&= own.cost_visible;
    if (own.left_out.length > left_out.length) left_out = own.left_out;
    const given = await givenTo(context, company_id);
    found.push({
      company_id,
      leaks: own.leaks,
      given,
      shown: shownByCause(own.leaks, company_id, book),
      allowed: own.allowed,
      shown_allowed: shownByCause(own.allowed, company_id, book),
    });
  }
  const rows: LeakageRow[] = [];
  for (const cause of LEAKAGE_CAUSES) {
    const row = await rowOf(context, cause, found);
    // a total over companies of which one hides its costs would not be what it says
    if (row !== null && (cost_visible || !COST_CAUSES.has(cause))) rows.push(row);
  }
  return {
    rows: rows.toSorted((a, b) => (b.leak_minor ?? 0) - (a.leak_minor ?? 0) || (a.cause < b.cause ? -1 : 1)),
    total_minor: added(rows.map((row) => row.leak_minor)),
    allowed: LEAKAGE_CAUSES.flatMap((cause) => {
      if (!cost_visible && COST_CAUSES.has(cause)) return [];
      const lines = found.flatMap(({ allowed }) => allowed.filter((each) => each.cause === cause));
      if (lines.length === 0) return [];
      const parts = found.filter(({ allowed }) => allowed.some((each) => each.cause === cause));
      const allowed_minor = added(parts.map(({ shown_allowed }) => shown_allowed.get(cause) ?? null));
      return [{ cause, lines: lines.length, allowed_minor }];
    }),
    not_for_you: cost_visible ? [] : LEAKAGE_CAUSES.filter((cause) => COST_CAUSES.has(cause)),
    left_out,
    currency: book.currency,
    conversion: book.used(),
    provenance: provenance(context, [
      ...LEAKS_NEED,
      ...(book.converts ? (['fx_rate'] as const) : []),
      ...(cost_visible ? (['order_line_cost', 'price_floor'] as const) : []),
    ]),
  };
};

async function rowOf(
  context: QueryContext,
  cause: LeakageCause,
  found: readonly OfCompany[],
): Promise<LeakageRow | null> {
  const companies = found
    .map(({ company_id, leaks, given, shown }) => {
      const own = leaks.filter((leak) => leak.cause === cause);
      return { company_id, own, given: given(cause, own), lines: own.length, leak_minor: shown.get(cause) ?? null };
    })
    .filter(({ lines }) => lines > 0)
    .toSorted((a, b) => (b.leak_minor ?? 0) - (a.leak_minor ?? 0));
  const [first] = companies;
  if (first === undefined) return null;
  // channels and customers are one company's: those named are of the company that leaks most
  const channel = largest(first.own, (leak) => leak.channel_id);
  const party = largest(first.own, (leak) => leak.party_id);
  const owner = largest(first.own, (leak) => leak.owner);
  const names = await partyNames(context, party === null ? [] : [party.id]);
  const channels = await channelsOf(context.db, first.company_id);
  const shown = channel === null ? undefined : channels.get(channel.id);
  const own_minor = sumOf(first.own);
  return {
    cause,
    lines: companies.reduce((sum, each) => sum + each.lines, 0),
    leak_minor: added(companies.map((each) => each.leak_minor)),
    channel: shown?.name ?? null,
    channel_kind: shown?.kind ?? null,
    party: party === null ? null : (names.get(party.id) ?? null),
    party_minor: partOf(party?.minor ?? 0, own_minor, first.leak_minor),
    owner: owner?.id ?? null,
    owners: new Set(companies.flatMap(({ own }) => own.flatMap((leak) => leak.owner ?? []))).size,
    given_to: [...new Set(companies.flatMap(({ given }) => given))].toSorted(),
    companies: companies.map(({ company_id, lines, leak_minor }) => ({ company_id, lines, leak_minor })),
  };
}

/** null with any that is not known. */
function added(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

/** The same share of what the whole was converted to. */
function partOf(part_minor: number, whole_minor: number, shown_minor: number | null): number | null {
  if (shown_minor === null) return null;
  if (shown_minor === whole_minor || whole_minor === 0) return part_minor;
  return safeNumber(divideRounded(BigInt(part_minor) * BigInt(shown_minor), BigInt(whole_minor)));
}

function largest<K extends number | string>(
  leaks: readonly Leak[],
  keyOf: (leak: Leak) => K | null,
): { readonly id: K; readonly minor: number } | null {
  const sums = new Map<K, number>();
  for (const leak of leaks) {
    const key = keyOf(leak);
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + leak.leak_minor);
  }
  const [first] = [...sums].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return first ? { id: first[0], minor: first[1] } : null;
}
