/** How do the companies stand: each KPI's figure of a period, its target, and the months before. */
import { addMonths, isoDate, monthOfDay, monthRange } from '#domain/calendar.ts';
import { COMPANY_KPI_IDS, type KpiDefinition, kpiDefinition } from '#domain/kpi/definitions.ts';
import { combineFigures } from '#domain/kpi/combine.ts';
import { addTally, emptyTally, figureOf, type KpiFigure, NO_FIGURE, type Tally } from '#domain/kpi/tally.ts';
import { standing, type TargetRow, targetOfSlice } from '#domain/kpi/targets.ts';
import type { KpiValue, KpiValues, QueryArgs } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { type Measured, measure } from './measure.ts';
import { hindrances, neededTables } from './needs.ts';
import { reasonOf } from './reasons.ts';
import { kpiScope } from './scope.ts';

/** Months of a sparkline: a year and the month to compare with. */
const SERIES_MONTHS = 13;

type Args = QueryArgs<'kpiValues'>;

interface Cell {
  readonly measured: Measured;
  readonly months: readonly { readonly month: number; readonly measured: Measured }[];
}

interface CompanyAnswer {
  readonly company: TableRow<'company'>;
  readonly as_of_on: number;
  readonly values: readonly KpiValue[];
  /** What the total is made of; a KPI that could not be computed is missing. */
  readonly cells: ReadonlyMap<string, Cell>;
}

const NOTHING: Measured = { figure: NO_FIGURE, tally: null };

/** Everything of an answer but where it comes from. */
export type KpiAnswer = Omit<KpiValues, 'provenance'>;

export const kpiValues: QueryHandler<'kpiValues'> = async (context, args) => {
  const kpis = [...new Set(args.kpis ?? COMPANY_KPI_IDS)];
  const { as_of_ms, loading_tables } = context.replica;
  // without an as-of moment the figures speak of now, which is not kept
  const moment = as_of_ms ?? context.now_ms;
  const answer = await remembered(
    context,
    (cache) => cache.kpis,
    JSON.stringify([
      context.user.grants,
      args.company_ids,
      args.from_month,
      args.to_month,
      [args.channel_id, args.site_id, args.category],
      kpis,
      moment,
      [...loading_tables].toSorted(),
    ]),
    () => answerOf(context, args, kpis),
  );
  return { ...answer, provenance: provenance(context, neededTables(kpis.map(kpiDefinition))) };
};

async function answerOf(context: QueryContext, args: Args, kpis: readonly string[]): Promise<KpiAnswer> {
  const answers: CompanyAnswer[] = [];
  for (const company_id of new Set(args.company_ids))
    answers.push(await companyAnswer(context, args, company_id, kpis));
  const currencies = [...new Set(answers.map(({ company }) => company.currency))];
  return {
    companies: answers.map(({ company, as_of_on, values }) => ({
      company_id: company.id,
      name: company.name,
      currency: company.currency,
      as_of_date: isoDate(as_of_on),
      values,
    })),
    total: kpis.map((kpi) => totalOf(kpi, args, answers, currencies)),
    currency: currencies.length === 1 ? (currencies[0] ?? null) : null,
  };
}

const seriesOf = (args: Args): number[] => monthRange(addMonths(args.to_month, 1 - SERIES_MONTHS), args.to_month);

async function companyAnswer(
  context: QueryContext,
  args: Args,
  company_id: number,
  kpis: readonly string[],
): Promise<CompanyAnswer> {
  const company = await companyById(context, company_id);
  const series = seriesOf(args);
  const scope = kpiScope(
    context,
    company,
    Math.min(args.from_month, series[0] ?? args.from_month),
    args.to_month,
    args,
  );
  const hindered = await hindrances(context, company_id, kpis.map(kpiDefinition), scope.slice);
  const figures = await measure(
    context,
    scope,
    kpis.filter((kpi) => !hindered.has(kpi)),
    { from_month: args.from_month, to_month: Math.min(args.to_month, monthOfDay(scope.as_of_on)) },
  );
  const targets = await targetsOf(context, company_id);
  const this_month = monthOfDay(scope.as_of_on);
  const cells = new Map<string, Cell>();
  const values = kpis.map((kpi): KpiValue => {
    const definition = kpiDefinition(kpi);
    const target = targetOfSlice(targets, kpi, args.to_month, scope.slice);
    const hindrance = hindered.get(kpi);
    if (hindrance) return { kpi, ...NO_FIGURE, target, standing: null, ...hindrance, months: [] };
    const at = (from: number, to: number): Measured =>
      from > this_month ? NOTHING : figures(kpi, from, Math.min(to, this_month));
    const cell = {
      measured: at(args.from_month, args.to_month),
      months: series.map((month) => ({ month, measured: at(month, month) })),
    };
    cells.set(kpi, cell);
    const { figure } = cell.measured;
    return {
      kpi,
      ...figure,
      target,
      standing: standing(definition.better, figure, target),
      reason: notYet(definition, args.from_month, this_month) ?? reasonOf(definition, figure),
      visible: true,
      months: cell.months.map(({ month, measured }) => ({ month, ...measured.figure })),
    };
  });
  return { company, as_of_on: scope.as_of_on, values, cells };
}

function notYet({ only_past = false }: KpiDefinition, from_month: number, this_month: number): string | null {
  if (from_month > this_month) return 'This month has not begun';
  return only_past && from_month === this_month ? 'This month is not over' : null;
}

function targetsOf(context: QueryContext, company_id: number): Promise<TargetRow[]> {
  return context.db
    .selectFrom('kpi_target')
    .select(['kpi', 'channel_id', 'from_month', 'target'])
    .where('company_id', '=', company_id)
    .execute();
}

/** All companies together; one that cannot say the figure leaves the whole without it. */
function totalOf(kpi: string, args: Args, answers: readonly CompanyAnswer[], currencies: readonly string[]): KpiValue {
  const definition = kpiDefinition(kpi);
  const own = answers.map(({ values }) => values.find((value) => value.kpi === kpi));
  const [only] = own;
  if (answers.length === 1 && only) return only;
  const without = { kpi, ...NO_FIGURE, target: null, standing: null, months: [] };
  const hindered = answers.findIndex(({ cells }) => !cells.has(kpi));
  if (hindered >= 0) {
    const name = answers[hindered]?.company.name ?? '';
    return { ...without, visible: own[hindered]?.visible ?? false, reason: `${name}: ${own[hindered]?.reason ?? ''}` };
  }
  if (definition.parts === 'money' && currencies.length > 1) {
    return { ...without, visible: true, reason: `Different currencies: ${currencies.join(', ')}` };
  }
  const cells = answers.flatMap(({ cells: each }) => each.get(kpi) ?? []);
  const figure = together(
    kpi,
    cells.map((cell) => cell.measured),
  );
  const targets = new Set(own.map((value) => value?.target ?? null));
  const target = targets.size === 1 ? ([...targets][0] ?? null) : null;
  return {
    kpi,
    ...figure,
    target,
    standing: standing(definition.better, figure, target),
    reason: reasonOf(definition, figure),
    visible: true,
    months: seriesOf(args).map((month, at) => ({
      month,
      ...together(
        kpi,
        cells.map((cell) => cell.months[at]?.measured ?? NOTHING),
      ),
    })),
  };
}

function together(kpi: string, parts: readonly Measured[]): KpiFigure {
  const definition = kpiDefinition(kpi);
  const tallies = parts.flatMap(({ tally }) => tally ?? []);
  if (tallies.length < parts.length)
    return combineFigures(
      definition,
      parts.map(({ figure }) => figure),
    );
  const total: Tally = emptyTally();
  for (const tally of tallies) addTally(total, tally);
  return figureOf(definition, total);
}
