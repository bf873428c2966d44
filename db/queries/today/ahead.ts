/**
 * What will be missing, and where demand is not what it was: stock that falls below zero before an order of today could
 * come, and forecasts that broke with the past. Both go by the forecasts in force.
 */
import { firstDayOfMonth } from '#domain/calendar.ts';
import { exceptionKey, type ExceptionKind, type StakePart } from '#domain/exceptions/exception.ts';
import type { BreakKind } from '#domain/forecast/breaks.ts';
import { lineAmountsIn } from '#domain/money.ts';
import { refusalOf } from '#domain/planning/replenishment/proposal.ts';
import { demandInForce } from '../forecast/demandInForce.ts';
import type { MadeBreak } from '../forecast/madeForecasts.ts';
import { proposer } from '../replenishment/engine.ts';
import { termsOfPositions } from '../replenishment/positionTerms.ts';
import { engineFacts, engineQuestion } from '../replenishment/replenishmentEdition.ts';
import { seesWholeSite } from '../rights.ts';
import { openParts } from '../stock/stockColumns.ts';
import { stockEdition } from '../stock/stockEditions.ts';
import { positionKey } from '../stock/stockModel.ts';
import { WORTH_A_DECISION_MINOR } from './idleStock.ts';
import { type Finding, type FoundException, type FoundLine, partsOf, SOON_DAYS } from './found.ts';
import { itemsOf, ownersOf } from './itemWords.ts';

/** By promises, receipts and the demand expected, as the proposals reckon it. */
export async function negativeRisk(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const { currency, id: company_id } = company;
  const question = { company_id, currency, as_of_on, cost_visible: true, item_id: null };
  const forecasts = demandInForce(context, company_id, as_of_on);
  // looked through once: keeping the columns in this reader too would hold them twice
  const { cache: _kept, ...once } = context;
  const { columns: stock } = (await stockEdition(once, question, undefined)).edition.value;
  const open = await openParts(once, question, stock.ground);
  const facts = await engineFacts(once, question, { stock, open }, forecasts);
  const { buying, demand, decided } = facts;
  context.checkCancelled();
  const asked = engineQuestion(context, question, facts, decided.coming);
  const { items, sites } = stock.ground;
  const termsOf = termsOfPositions(stock, buying, demand, as_of_on);
  const propose = proposer(asked, []);
  const amount = lineAmountsIn(currency);
  const whole = sites.map((site) => seesWholeSite(context.user, company_id, site.id) === 'whole');
  const risks: { readonly exception: Omit<FoundException, 'owner'>; readonly at: string }[] = [];
  for (let place = 0; place < stock.count; place++) {
    const site = stock.site[place] as number;
    const terms = termsOf(place);
    const expected = (demand.daily[place] as number) * (terms.lead_time_days + 1);
    const worst = (stock.on_hand[place] as number) - Math.max(asked.documents.asked[place] as number, expected);
    if (worst >= 0 || whole[site] !== true || refusalOf(terms) !== null) continue;
    const nth = stock.item[place] as number;
    const cost = items.unit_cost_micro[nth] as number;
    if (Number.isNaN(cost)) continue;
    const answer = propose(place);
    if (!('proposal' in answer)) continue;
    const { receive_on, warnings } = answer.proposal;
    const short = warnings.find((each) => each.warning === 'short_before_receipt');
    if (short?.warning !== 'short_before_receipt') continue;
    const short_qty_milli = Math.round(short.short_qty_milli);
    const amount_minor = amount(short_qty_milli, cost);
    // not worth it, or of a cost that cannot be reckoned with
    if (!(amount_minor >= WORTH_A_DECISION_MINOR)) continue;
    const place_words = {
      item_id: items.ids[nth] as number,
      item_code: items.codes[nth] ?? '',
      item_name: items.names[nth] ?? '',
      uom: items.uoms.values[items.uoms.codes[nth] as number] ?? '',
      site_id: sites[site]?.id ?? 0,
      site: sites[site]?.name ?? '',
    };
    const lines = [lineOf('short_ahead', place_words, { qty_milli: short_qty_milli, amount_minor, on: short.on })];
    risks.push({
      at: positionKey(place_words.item_id, place_words.site_id),
      exception: {
        key: exceptionKey('negative_risk', place_words.item_id, place_words.site_id),
        facts: {
          kind: 'negative_risk',
          ...place_words,
          below_zero_on: short.on,
          short_qty_milli,
          receive_on,
          order_qty_milli: answer.proposal.qty_milli,
          by_forecast: forecasts.basisOf(place_words.item_id, place_words.site_id) === 'forecast',
        },
        severity: short.on - as_of_on <= SOON_DAYS ? 'bad' : 'warn',
        company_id,
        site_id: place_words.site_id,
        channel_id: null,
        ...partsOf(lines),
        due_on: short.on,
        since_on: null,
        lines,
        po_line_ids: [],
      },
    });
  }
  const owners = ownersOf(context, company_id, new Set(risks.map(({ at }) => at)));
  return risks.map(({ exception, at }) => ({ ...exception, owner: owners.get(at) ?? null }));
}

const KIND_OF: Readonly<Partial<Record<BreakKind, Extract<ExceptionKind, `demand_${string}`>>>> = {
  level_shift: 'demand_shift',
  spike: 'demand_spike',
  unit_error: 'demand_unit_error',
};

/** Of the last whole months; one that a planner answered with a figure of their own is none any more. */
export function demandBreaks(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const forecasts = demandInForce(context, company.id, as_of_on);
  const breaks = (forecasts.made?.breaks ?? []).filter(
    (each) =>
      KIND_OF[each.kind] !== undefined &&
      seesWholeSite(context.user, company.id, each.site_id) === 'whole' &&
      forecasts.toldOf(each.item_id, each.site_id)?.overridden !== true,
  );
  if (breaks.length === 0) return Promise.resolve([]);
  const items = itemsOf(
    context,
    breaks.map((each) => each.item_id),
  );
  const costs = costsOf(finding, breaks);
  const sites = new Map(
    context.scan<readonly [number, string]>('SELECT id, name FROM main.site WHERE company_id = ?', [company.id]),
  );
  const owners = ownersOf(context, company.id, new Set(breaks.map((each) => positionKey(each.item_id, each.site_id))));
  const amount = lineAmountsIn(company.currency);
  return Promise.resolve(
    breaks.flatMap((each): FoundException[] => {
      const kind = KIND_OF[each.kind];
      const cost = costs.get(each.item_id);
      const off_qty_milli = Math.abs(each.actual_qty_milli - each.expected_qty_milli) * each.months;
      const amount_minor = cost === undefined ? 0 : amount(off_qty_milli, cost);
      if (kind === undefined || !(amount_minor >= WORTH_A_DECISION_MINOR)) return [];
      const item = items.get(each.item_id);
      const place = {
        item_id: each.item_id,
        item_code: item?.code ?? String(each.item_id),
        item_name: item?.name ?? `Item ${each.item_id}`,
        uom: item?.uom ?? '',
        site_id: each.site_id,
        site: sites.get(each.site_id) ?? `Site ${each.site_id}`,
      };
      const lines = [
        lineOf('off_forecast', place, { qty_milli: off_qty_milli, amount_minor, on: firstDayOfMonth(each.from_month) }),
      ];
      return [
        {
          key: exceptionKey(kind, each.item_id, each.site_id),
          facts: {
            kind,
            ...place,
            from_month: each.from_month,
            months: each.months,
            actual_qty_milli: each.actual_qty_milli,
            expected_qty_milli: each.expected_qty_milli,
          },
          severity: kind === 'demand_spike' ? 'info' : 'warn',
          company_id: company.id,
          site_id: each.site_id,
          channel_id: null,
          ...partsOf(lines),
          due_on: null,
          since_on: firstDayOfMonth(each.from_month),
          owner: owners.get(positionKey(each.item_id, each.site_id)) ?? null,
          lines,
          po_line_ids: [],
        },
      ];
    }),
  );
}

/** Changes when other forecasts or other overrides count. */
export function forecastsKey({ context, company, as_of_on }: Finding): string {
  return demandInForce(context, company.id, as_of_on).key;
}

function costsOf({ context }: Finding, breaks: readonly MadeBreak[]): ReadonlyMap<number, number> {
  const ids = JSON.stringify([...new Set(breaks.map((each) => each.item_id))]);
  return new Map(
    context.scan<readonly [number, number]>(
      'SELECT id, unit_cost_micro FROM main.item_cost WHERE id IN (SELECT value FROM json_each(?))',
      [ids],
    ),
  );
}

function lineOf(
  part: StakePart['part'],
  place: { readonly item_code: string; readonly site: string; readonly uom: string },
  of: Pick<FoundLine, 'qty_milli' | 'amount_minor' | 'on'>,
): FoundLine {
  return {
    part,
    ...of,
    number: place.item_code,
    about: place.site,
    uom: place.uom,
    order_id: null,
    party_id: null,
    channel_id: null,
  };
}
