/** How do the companies stand: each KPI's figure of a period, its target, and the months before. */
import { addMonths, isoDate, monthOfDay, monthRange } from '#domain/calendar.ts';
import { converterOf } from '#domain/currency/convert.ts';
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
import { type RateBook, rateBook } from '../reference/rates.ts';
import { type Measured, measure } from './measure.ts';
import { moneyTogether, rateKindOf } from './money.ts';
import { hindrances, neededTables } from './needs.ts';
import { reasonOf } from './reasons.ts';
import { kpiScope } from './scope.ts';

/** Months of a sparkline: a year and the month to compare with. */
const SERIES_MONTHS = 13;

type Args = QueryArgs<'kpiValues'>;

interface Cell {
  readonly measured: Measured;
  readonly months: readonly { readonly month: number; readonly measured: Measured }[];
  /** Any month by itself. */
  readonly of: (month: number) => Measured;
}

interface CompanyAnswer {
  readonly company: TableRow<'company'>;
  readonly as_of_on: number;
  readonly values: readonly KpiValue[];
  /** What the total is made of; a KPI that could not be computed is missing. */
  readonly cells: ReadonlyMap<string, Cell>;
}

const NOTHING: Measured = { figure: NO_FIGURE, tally: null, ladder: null };

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
      args.reporting_currency,
      [args.channel_id, args.site_id, args.category],
      kpis,
      moment,
      [...loading_tables].toSorted(),
    ]),
    () => answerOf(context, args, kpis),
  );
  const needed = neededTables(kpis.map(kpiDefinition));
  return { ...answer, provenance: provenance(context, answer.conversion === null ? needed : [...needed, 'fx_rate']) };
};

async function answerOf(context: QueryContext, args: Args, kpis: readonly string[]): Promise<KpiAnswer> {
  const answers: CompanyAnswer[] = [];
  for (const company_id of new Set(args.company_ids))
    answers.push(await companyAnswer(context, args, company_id, kpis));
  const currencies = [...new Set(answers.map(({ company }) => company.currency))];
  const currency = args.reporting_currency ?? (currencies.length === 1 ? (currencies[0] ?? null) : null);
  const book =
    currency === null
      ? null
      : await rateBook(
          context,
          answers.map(({ company }) => company),
          currency,
        );
  return {
    companies: answers.map(({ company, as_of_on, values }) => ({
      company_id: company.id,
      name: company.name,
      currency: company.currency,
      as_of_date: isoDate(as_of_on),
      values,
    })),
    total: kpis.map((kpi) => totalOf(kpi, args, answers, book ?? currencies)),
    currency,
    conversion: book?.used() ?? null,
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
      of: (month: number) => at(month, month),
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
function totalOf(
  kpi: string,
  args: Args,
  answers: readonly CompanyAnswer[],
  book: RateBook | readonly string[],
): KpiValue {
  const definition = kpiDefinition(kpi);
  const own = answers.map(({ values }) => values.find((value) => value.kpi === kpi));
  const [only] = own;
  const converts = 'rateOf' in book && book.converts;
  if (answers.length === 1 && only && !converts) return only;
  const without = { kpi, ...NO_FIGURE, target: null, standing: null, months: [] };
  const hindered = answers.findIndex(({ cells }) => !cells.has(kpi));
  if (hindered >= 0) {
    const name = answers[hindered]?.company.name ?? '';
    return { ...without, visible: own[hindered]?.visible ?? false, reason: `${name}: ${own[hindered]?.reason ?? ''}` };
  }
  const money = definition.parts === 'money';
  if (money && !('rateOf' in book)) {
    return { ...without, visible: true, reason: `Different currencies: ${book.join(', ')}` };
  }
  const cells = answers.flatMap(({ cells: each }) => each.get(kpi) ?? []);
  const figureOver = (from: number, to: number, measured: (cell: Cell) => Measured): KpiFigure | null => {
    if (!money || !('rateOf' in book)) return together(kpi, cells.map(measured));
    const companies = answers.map(({ company }, nth) => ({
      company_id: company.id,
      month: (month: number) => cells[nth]?.of(month) ?? NOTHING,
    }));
    return moneyTogether(definition, companies, from, to, book);
  };
  const this_month = monthOfDay(Math.max(...answers.map(({ as_of_on }) => as_of_on)));
  const begun = args.from_month <= this_month;
  const figure = begun
    ? figureOver(args.from_month, Math.min(args.to_month, this_month), (cell) => cell.measured)
    : NO_FIGURE;
  const target = targetTogether(definition, args, answers, own, book);
  return {
    kpi,
    ...(figure ?? NO_FIGURE),
    target,
    standing: standing(definition.better, figure ?? NO_FIGURE, target),
    reason:
      notYet(definition, args.from_month, this_month) ?? (figure === null ? NO_RATE : reasonOf(definition, figure)),
    visible: true,
    months: seriesOf(args).map((month, at) => ({
      month,
      ...((month > this_month ? null : figureOver(month, month, (cell) => cell.months[at]?.measured ?? NOTHING)) ??
        NO_FIGURE),
    })),
  };
}

/** The rates that are not here stand beside the answer. */
const NO_RATE = 'An exchange rate is not here';

/** Of an amount what the companies are to reach together; of a rate the one they share. */
function targetTogether(
  definition: KpiDefinition,
  { to_month }: Args,
  answers: readonly CompanyAnswer[],
  own: readonly (KpiValue | undefined)[],
  book: RateBook | readonly string[],
): number | null {
  const targets = own.map((value) => value?.target ?? null);
  if (definition.format !== 'money') {
    const [first = null, ...others] = new Set(targets);
    return others.length === 0 ? first : null;
  }
  let sum = 0;
  for (const [nth, target] of targets.entries()) {
    const company_id = answers[nth]?.company.id ?? 0;
    const rate = 'rateOf' in book ? book.rateOf(company_id, to_month, rateKindOf(definition)) : null;
    if (target === null || rate === null) return null;
    sum += converterOf(rate)(target);
  }
  return sum;
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
