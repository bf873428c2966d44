/** What would a scenario make of today's figures, and why? */
import { isoDate } from '#domain/calendar.ts';
import { promiseByWeek } from '#domain/planning/promiseByWeek.ts';
import { problemsOf } from '#domain/scenario/assumption.ts';
import { overlayOf, placesOf } from '#domain/scenario/overlay.ts';
import type {
  QueryArgs,
  ScenarioCompare,
  ScenarioDifference,
  ScenarioFigure,
  ScenarioPromise,
  ScenarioWeek,
} from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { assumptionsOf, knownFacts } from '#db/scenarios/knownFacts.ts';
import { scenarioById, type StoredScenario } from '#db/scenarios/scenarioStore.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { type Edition, editionOf, type Editions } from '../editions.ts';
import { demandInForce } from '../forecast/demandInForce.ts';
import { isWaiting } from '../fulfilment/fulfilment.ts';
import { FULFILMENT_NEEDS } from '../fulfilment/ground.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { REPLENISHMENT_TABLES } from '../replenishment/replenishmentEdition.ts';
import { stockQuestion } from '../stock/stockAhead.ts';
import { demandParts } from './demandParts.ts';
import { differencesOf, namedPlaces } from './differences.ts';
import { balanceQuestion, type Evaluation, evaluateToday, evaluateUnder, WEEKS_AHEAD } from './evaluate.ts';

export const SCENARIO_TABLES: readonly WireTableName[] = [
  ...new Set<WireTableName>([...REPLENISHMENT_TABLES, ...FULFILMENT_NEEDS, 'channel', 'company']),
];

/** `rows`: all that are kept. */
export type KeptComparison = Pick<
  ScenarioCompare,
  'figures' | 'weeks' | 'promises' | 'promise_places' | 'rows' | 'cut' | 'counts' | 'reached' | 'counting' | 'left_out'
>;

const MOST_EDITIONS = 2;
const MOST_ROWS = 20_000;
const MOST_PROMISES = 50;

export const scenarioCompare: QueryHandler<'scenarioCompare'> = async (context, args) => {
  const stored = scenarioById(context.scan, 'work', args.scenario_id);
  const company = await companyById(context, stored.company_id);
  const question = stockQuestion(context, company);
  const { currency, cost_visible, as_of_on } = question;
  const of = {
    scenario_id: stored.id,
    company_id: company.id,
    name: stored.name,
    currency,
    cost_visible,
    as_of_date: isoDate(as_of_on),
  };
  if (isWaiting(context)) return { ...of, ...NOTHING_YET, provenance: provenance(context, SCENARIO_TABLES) };
  const { edition, newer } = await comparisonEdition(context, company, stored, args.edition);
  const kept = edition.value;
  const rows = kept.rows.filter(isWanted(args));
  const { rows: _all, ...rest } = kept;
  return {
    ...of,
    ...rest,
    rows: rows.slice(args.offset, args.offset + args.limit),
    total_rows: rows.length,
    waiting: false,
    edition: edition.id,
    newer,
    located: args.locate.map((key) => {
      const at = rows.findIndex((row) => row.key === key);
      return at < 0 ? null : at;
    }),
    provenance: provenance({ ...context, replica: edition.standing }, SCENARIO_TABLES),
  };
};

async function comparisonEdition(
  context: QueryContext,
  company: TableRow<'company'>,
  stored: StoredScenario,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<KeptComparison>; readonly newer: boolean }> {
  const kept: Editions<KeptComparison> = context.cache?.scenarios ?? [];
  const as_of_on = asOfDay(context, company.time_zone);
  return await editionOf(
    context,
    kept,
    {
      // another set of assumptions is another comparison, not a newer one of the same
      of: [company.id, stored.id, JSON.stringify(stored.assumptions)],
      tables: SCENARIO_TABLES,
      as_of_on,
      // forecasts are made aside of the tables: others are another comparison
      also: demandInForce(context, company.id, as_of_on).key,
      most: MOST_EDITIONS,
      make: () => compare(context, company, stored),
    },
    wanted,
  );
}

async function compare(
  context: QueryContext,
  company: TableRow<'company'>,
  stored: StoredScenario,
): Promise<KeptComparison> {
  const question = stockQuestion(context, company);
  const all = assumptionsOf(stored.assumptions);
  const known = knownFacts(context.scan, company.id, question.as_of_on, stored.assumptions);
  const problems = problemsOf(all, known);
  const assumptions = all.filter(({ id }) => !problems.has(id));
  const today = await evaluateToday(context, company, question);
  context.checkCancelled();
  const overlay = overlayOf(assumptions, known);
  const of = { company_id: company.id, as_of_on: question.as_of_on };
  const asked = await demandParts(context, of, today.reckoned.question.stock.ground, overlay);
  const scenario =
    assumptions.length === 0 ? today : await evaluateUnder(context, question, today, assumptions, overlay, asked);
  context.checkCancelled();
  const rows = differencesOf(today, scenario, assumptions, known, asked);
  const reached: Record<string, number> = {};
  const counts: Record<string, number> = { ...NO_COUNTS };
  for (const { because, change } of rows) {
    counts[change] = (counts[change] ?? 0) + 1;
    for (const id of because) reached[id] = (reached[id] ?? 0) + 1;
  }
  const places = namedPlaces(assumptions.flatMap((each) => placesOf(each, known)));
  return {
    figures: figuresOf(today, scenario),
    weeks: weeksOf(today, scenario),
    promises: promisesOf(places.slice(0, MOST_PROMISES), today, scenario),
    promise_places: places.length,
    rows: rows.slice(0, MOST_ROWS),
    cut: rows.length > MOST_ROWS,
    counts: counts as ScenarioCompare['counts'],
    reached,
    counting: assumptions.length,
    left_out: problems.size,
  };
}

const NO_COUNTS: ScenarioCompare['counts'] = {
  short: 0,
  served: 0,
  later: 0,
  sooner: 0,
  held: 0,
  added: 0,
  appears: 0,
  goes: 0,
  changes: 0,
};

const NOTHING_YET = {
  figures: [],
  weeks: [],
  promises: [],
  promise_places: 0,
  rows: [],
  total_rows: 0,
  counts: NO_COUNTS,
  reached: {},
  cut: false,
  counting: 0,
  left_out: 0,
  waiting: true,
  edition: 'waiting',
  newer: false,
  located: [],
} as const;

function isWanted({ part, assumption_id, text }: QueryArgs<'scenarioCompare'>): (row: ScenarioDifference) => boolean {
  const words = text?.trim().toLowerCase() ?? '';
  return (row) =>
    (part === 'all' || (part === 'lines') === (row.kind === 'line')) &&
    (assumption_id === undefined || row.because.includes(assumption_id)) &&
    (words === '' || textOf(row).includes(words));
}

function textOf(row: ScenarioDifference): string {
  const more = row.kind === 'line' ? `${row.number ?? ''} ${row.party ?? ''}` : (row.supplier ?? '');
  return `${row.item_code} ${row.item} ${more}`.toLowerCase();
}

function figuresOf(today: Evaluation, scenario: Evaluation): ScenarioFigure[] {
  const [was, is] = [today.figures, scenario.figures];
  const share = (part: number, whole: number): number | null =>
    whole === 0 ? null : Math.round((part * 10_000) / whole);
  const worst = ({ ahead }: Evaluation): number =>
    ahead.positions_short.reduce((most, each) => Math.max(most, each), 0);
  const pair = <T>(of: (one: T) => number | null, a: T, b: T) => ({ today: of(a), scenario: of(b) });
  return [
    { id: 'lines_in_time', unit: 'bp', better: 'more', ...pair((one) => share(one.lines_in_time, one.lines), was, is) },
    {
      id: 'value_in_time',
      unit: 'bp',
      better: 'more',
      ...pair((one) => share(one.open_minor - one.short_minor, one.open_minor), was, is),
    },
    { id: 'lines_not_in_time', unit: 'count', better: 'less', ...pair((one) => one.lines_not_in_time, was, is) },
    { id: 'short_value', unit: 'minor', better: 'less', ...pair((one) => one.short_minor, was, is) },
    { id: 'orders_late', unit: 'count', better: 'less', ...pair((one) => one.orders_late, was, is) },
    { id: 'proposals', unit: 'count', better: null, ...pair((one) => one.proposals, was, is) },
    { id: 'order_value', unit: 'minor', better: null, ...pair((one) => one.order_value_minor, was, is) },
    { id: 'transfers', unit: 'count', better: null, ...pair((one) => one.transfers, was, is) },
    { id: 'stock_value', unit: 'minor', better: null, ...pair((one) => one.ahead.stock_minor, today, scenario) },
    { id: 'positions_short', unit: 'count', better: 'less', ...pair(worst, today, scenario) },
  ];
}

function weeksOf(today: Evaluation, scenario: Evaluation): ScenarioWeek[] {
  const week = ({ ahead }: Evaluation, at: number) => ({
    positions: ahead.positions_short[at] ?? 0,
    short_minor: ahead.short_minor?.[at] ?? null,
  });
  return today.ahead.week_starts_on.map((on, at) => ({
    week_start_on: isoDate(on),
    today: week(today, at),
    scenario: week(scenario, at),
  }));
}

function promisesOf(
  places: readonly { readonly item_id: number; readonly site_id: number }[],
  today: Evaluation,
  scenario: Evaluation,
): ScenarioPromise[] {
  const [before, after] = [promiseOf(today), promiseOf(scenario)];
  const { items, sites } = scenario.reckoned.question.stock.ground;
  return places.flatMap(({ item_id, site_id }) => {
    const item = items.placeOf.get(item_id);
    const site = sites.find((each) => each.id === site_id);
    if (item === undefined || site === undefined) return [];
    return [
      {
        item_id,
        item_code: items.codes[item] ?? '',
        item: items.names[item] ?? '',
        uom: items.uoms.values[items.uoms.codes[item] as number] ?? '',
        site_id,
        site: site.name,
        today_qty_milli: before(item_id, site_id),
        scenario_qty_milli: after(item_id, site_id),
      },
    ];
  });
}

/** By what is on order; what is only proposed promises nothing. */
function promiseOf({ reckoned }: Evaluation): (item_id: number, site_id: number) => readonly number[] {
  const { stock } = reckoned.question;
  const { items, sitePlaceOf, sites } = stock.ground;
  const placeOf = new Map<number, number>();
  for (let place = 0; place < stock.count; place++) {
    placeOf.set((stock.item[place] as number) * sites.length + (stock.site[place] as number), place);
  }
  return (item_id, site_id) => {
    const [item, site] = [items.placeOf.get(item_id), sitePlaceOf.get(site_id)];
    const place = item === undefined || site === undefined ? undefined : placeOf.get(item * sites.length + site);
    if (place === undefined) return Array.from({ length: WEEKS_AHEAD }, () => 0);
    return promiseByWeek(balanceQuestion(reckoned, place), WEEKS_AHEAD).weeks.map((week) => week.promise_qty_milli);
  };
}
