/** Every KPI of a company and month on the server, in PostgreSQL's SQL; the same figures as the replica's. */
import { type RawBuilder, sql } from 'kysely';
import { monthOfDay } from '#domain/calendar.ts';
import { COMPANY_KPI_IDS, kpiDefinition } from '#domain/kpi/definitions.ts';
import { refusalOf } from '#domain/kpi/slice.ts';
import { ladderFigures } from '#domain/kpi/marginLadder.ts';
import { coverageBp } from '#domain/kpi/ratio.ts';
import {
  addSpells,
  emptyTally,
  figureOf,
  type KpiFigure,
  NO_FIGURE,
  ratioFigure,
  type Tally,
} from '#domain/kpi/tally.ts';
import { turnoverFigures } from '#domain/kpi/turnover.ts';
import type { Database } from '#server/schema/database.ts';
import { billedOtherwise } from './billing.ts';
import { claimsSql, countsSql, forecastSql, receivablesSql, suppliersSql, valueDaysSql } from './factRows.ts';
import { forwardSql } from './forward.ts';
import { ladderSums } from './ladder.ts';
import { cycleSql, fillSql, otifSql, owedSql } from './lineRows.ts';
import { boundsOf, type KpiQuestion } from './question.ts';

/** What PostgreSQL has added up: of whole ids `numerator` of `denominator` count. */
interface SumRow {
  readonly kpi: string;
  readonly how: 'sum' | 'whole' | 'spell';
  /** Of a spell: its length, thousandths of a day; `numerator` ended, `denominator` still open. */
  readonly at: number | null;
  readonly rows: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly squares: number;
  readonly weight: number;
  readonly known: number;
  readonly unknown_rows: number;
}

const idsOf = (...measures: readonly string[]): string[] =>
  COMPANY_KPI_IDS.filter((kpi) => measures.includes(kpiDefinition(kpi).measure));
const WHOLE = idsOf('whole');
const SPELLS = idsOf('median', 'p90');
const SQUARED = idsOf('deviation');

/**
 * KPI → figure. `question.month` must have begun. A KPI that has no such slice as the question asks of is left out:
 * domain/kpi/slice.ts says why.
 */
export async function kpiFigures(db: Database, question: KpiQuestion): Promise<Map<string, KpiFigure>> {
  const tallies = new Map<string, Tally>();
  const whole = new Map<string, SumRow>();
  const past = question.month < monthOfDay(question.as_of_on);
  const otherwise = await billedOtherwise(db, question.company_id, boundsOf(question).snapshot);
  const statements = [
    fillSql,
    otifSql,
    cycleSql,
    (asked: KpiQuestion) => owedSql(asked, otherwise),
    claimsSql,
    countsSql,
    suppliersSql,
    receivablesSql,
    forwardSql,
  ];
  for (const statement of past ? [...statements, forecastSql] : statements) {
    for (const row of await sumsOf(db, statement(question))) {
      if (row.how === 'whole') whole.set(row.kpi, row);
      else addSum(tallies, row);
    }
  }
  const sums = await ladderSums(db, question);
  const { rows } = await valueDaysSql(question).execute(db);
  const summed = new Map([...ladderFigures(sums, true), ...turnoverFigures(sums, rows[0]?.value_days_minor ?? 0)]);
  return new Map(
    COMPANY_KPI_IDS.filter((kpi) => refusalOf(kpiDefinition(kpi), question.slice ?? {}) === null).map((kpi) => {
      const definition = kpiDefinition(kpi);
      const tally = tallies.get(kpi) ?? emptyTally();
      if (definition.measure !== 'whole') return [kpi, summed.get(kpi) ?? figureOf(definition, tally) ?? NO_FIGURE];
      const { numerator = 0, denominator = 0 } = whole.get(kpi) ?? {};
      return [kpi, ratioFigure(numerator, denominator, definition.format, coverageBp(tally.known, tally.weight))];
    }),
  );
}

async function sumsOf(db: Database, statement: RawBuilder<unknown>): Promise<readonly SumRow[]> {
  const { rows } = await sql<SumRow>`
    with fact as (${statement}),
    whole as (select kpi, id, bool_and(numerator = denominator) as counts from fact where kpi = any(${WHOLE}) group by 1, 2)
    select kpi, 'sum' as how, null::bigint as at, count(*) as rows, sum(numerator)::bigint as numerator,
      sum(denominator)::bigint as denominator,
      sum(case when kpi = any(${SQUARED}) then numerator * numerator else 0 end)::bigint as squares,
      sum(weight)::bigint as weight, sum(known)::bigint as known, count(*) filter (where unknown) as unknown_rows
    from fact group by kpi
    union all
    select kpi, 'whole', null, count(*), count(*) filter (where counts), count(*), 0, 0, 0, 0 from whole group by kpi
    union all
    select kpi, 'spell', numerator::bigint, count(*), count(*) filter (where denominator = 1),
      count(*) filter (where denominator = 0), 0, 0, 0, 0
    from fact where kpi = any(${SPELLS}) group by kpi, numerator`.execute(db);
  return rows;
}

function addSum(tallies: Map<string, Tally>, row: SumRow): void {
  const tally = tallies.get(row.kpi) ?? emptyTally();
  tallies.set(row.kpi, tally);
  if (row.how === 'spell') {
    addSpells(tally.spells, row.at ?? 0, { ended: row.numerator, open: row.denominator });
    return;
  }
  tally.rows += row.rows;
  tally.numerator += row.numerator;
  tally.denominator += row.denominator;
  tally.squares += row.squares;
  tally.weight += row.weight;
  tally.known += row.known;
  tally.unknown_rows += row.unknown_rows;
}
