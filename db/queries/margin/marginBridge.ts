/** Why a margin changed, as a tree: for every row what it was, the effects that lead from there, and what it is. */
import { changeOf } from '#domain/kpi/change.ts';
import { planFigures, type PlannedSums, soldSums } from '#domain/kpi/comparison.ts';
import { ladderFigures } from '#domain/kpi/marginLadder.ts';
import {
  BRIDGE_EFFECTS,
  BRIDGE_FORMULA,
  BRIDGE_MEASURES,
  type BridgeMeasure,
  EFFECTS_OF,
  PLAN_BRIDGE_FORMULA,
} from '#domain/kpi/priceVolumeMix.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { LineDimension, PivotValues, QueryArgs, RowFilter } from '#contract/queries.ts';
import type { Grouping } from '#db/analysis/cells.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { narrowedBy } from '../orders/linePredicate.ts';
import type { Shown } from '../pivot/convertedCells.ts';
import { nothingOf, type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { convertedStrata, roughStrata } from '../pivot/strata.ts';
import { provenance } from '../provenance.ts';
import { bridgeGround, type BridgeRow, bridgeRows } from './bridgeScan.ts';
import { comparisonOf } from './comparison.ts';
import { type Ask, askMargin, EVERYTHING, groupingWithOthers, LADDER, PLANNED, scanRows } from './marginGround.ts';
import { planBridgeRows, planGround } from './planBridge.ts';

type Args = QueryArgs<'marginBridge'>;

/** A row: what its effects are, and where it is shown what it was and is. */
interface Bridged {
  readonly row: BridgeRow;
  /** Of a row without effects of its own, because the plan does not tell it apart: what it comes to. */
  readonly untold: Shown<PlannedSums> | null;
  readonly sides: { readonly now: Shown<PlannedSums>; readonly before: Shown<PlannedSums> } | null;
  /** What an opened row's own rows are parts of, for their conversion. */
  readonly part: Shown<PlannedSums> | null;
  readonly is_planned: boolean;
}

export const marginBridge: QueryHandler<'marginBridge'> = async (context, asked) => {
  const { ask, facts, since_month, ground, days } = await askBridge(context, asked);
  const of_plan = ground.with === 'plan';
  const effects = EFFECTS_OF[of_plan ? 'plan' : asked.step];
  const about = {
    measures: BRIDGE_MEASURES,
    effects,
    comparison: comparisonOf(ground),
    currency: ask.book.currency,
    formula: of_plan ? PLAN_BRIDGE_FORMULA : BRIDGE_FORMULA,
  };
  const said = () => ({
    conversion: ask.book.used(),
    provenance: provenance(
      context,
      [
        ...facts,
        'item',
        ...(ask.book.converts ? (['fx_rate'] as const) : []),
        ...(of_plan ? (['plan_line'] as const) : []),
      ],
      since_month,
    ),
  });
  if (ask.compares === null) {
    return { ...about, ...NO_COLUMNS, ...nothingOf(BRIDGE_MEASURES.length), lines: 0, ...said() };
  }
  const figure = bridgeFigure(ask, asked, days, await effectsOf(ask, asked));
  const { company_ids } = ask.args;
  const shape = { ...asked, company_ids, measures: BRIDGE_MEASURES, others: asked.others, sort: asked.sort };
  const { rows, groups } = await pivotTree(context, figure, shape, []);
  const all = figure.scan(EVERYTHING, {}, true, 'company', null).all();
  return { ...about, ...NO_COLUMNS, rows, total: figure.values(all), groups, lines: all.row.lines, ...said() };
};

/** The bridge's question as the ground of a margin takes it. */
export async function askBridge(
  context: QueryContext,
  asked: Omit<Args, 'expanded' | 'limit' | 'child_limit' | 'sort'>,
) {
  const { against, step, from_on: _from, to_on: _to, ...filter } = asked;
  const compare = { with: against, from_month: asked.from_month, to_month: asked.to_month };
  const { ask, facts, since_month, ground, also_on, plan_on } = await askMargin(context, { ...filter, compare });
  if (!ask.with_cost) throw new BinnacleError('not_permitted', 'Margins are made of cost, which is for Finance.');
  if (ground === null) throw new Error('a bridge compares');
  const made = { facts, since_month, days: [...also_on, ...plan_on] };
  const lacks = against === 'plan' && step !== 'gm3' ? `The plan has GM3, no ${step.toUpperCase()}` : null;
  if (ground.reason !== null || lacks === null) return { ...made, ask, ground };
  return { ...made, ask: { ...ask, compares: null }, ground: { ...ground, reason: lacks } };
}

type EffectRows = (rows: Grouping, dimension: LineDimension | null, filter: RowFilter) => readonly BridgeRow[];

async function effectsOf(ask: Ask, asked: Args): Promise<EffectRows> {
  const { against, step } = asked;
  const { compares } = ask;
  if (compares === null) throw new Error('nothing is compared');
  if (against === 'plan') {
    const ground = await planGround(ask);
    return (rows, dimension, filter) => planBridgeRows(ask, ground, rows, dimension, filter);
  }
  const ground = await bridgeGround(ask, step, compares);
  return foldedEffects(ask, asked, (rows, dimension, filter) => bridgeRows(ask, ground, rows, dimension, filter));
}

function bridgeFigure(
  ask: Ask,
  { step, against, sort }: Args,
  also_on: readonly number[],
  rowsOf: EffectRows,
): PivotFigure<Bridged> {
  const { view, args, book, wanted, compares } = ask;
  const of_plan = against === 'plan';
  const addable = of_plan ? PLANNED : LADDER;
  const strata = convertedStrata(view, {
    ...({ kind: 'none', days: 'ordered_on', range: args, periods: null, company_ids: args.company_ids, book } as const),
    also_on,
    wanted,
  });
  const rough = roughStrata(view, args.company_ids, book, wanted);
  // below a row, and of rows, that the plan does not tell apart no effect is known: they are there with what they earn
  const untold = new Set(compares?.without.map(({ dimension }) => dimension));
  const isTold = (dimension: LineDimension, filter: RowFilter): boolean =>
    ![dimension, ...narrowedBy(filter)].some((each) => untold.has(each));
  const marginOf = ({ sums, lacking }: Shown<PlannedSums>): number | null =>
    lacking ? null : (ladderFigures(soldSums(sums), true).get(step)?.value ?? null);
  const plannedOf = ({ sums, lacking }: Shown<PlannedSums>): number | null =>
    lacking || sums.plan === undefined ? null : (planFigures(sums.plan).get(step) ?? null);
  const values = ({ row, sides, is_planned }: Bridged): PivotValues => {
    const now = sides === null ? null : marginOf(sides.now);
    const before = sides === null || !is_planned ? null : of_plan ? plannedOf(sides.before) : marginOf(sides.before);
    const change = changeOf(now, before);
    const told = sumOf(row);
    if (change !== null && !book.converts && change !== told) {
      throw new Error(`the effects of a margin add up to ${told}, not to its change of ${change}`);
    }
    const known = change !== null;
    const named = new Map<BridgeMeasure, number | null>([
      ['before', before],
      ['fx', known && book.converts ? change - told : null],
      ['now', now],
      ['change', change],
    ]);
    const effects = new Set<string>(EFFECTS_OF[of_plan ? 'plan' : step]);
    return BRIDGE_MEASURES.map((measure) => {
      const effect = BRIDGE_EFFECTS.findIndex((each) => each === measure);
      if (effect < 0) return named.get(measure) ?? null;
      return known && effects.has(measure) ? (row.effects[effect] ?? 0) + 0 : null;
    });
  };
  return {
    grouping: (dimension) => groupingWithOthers(ask, dimension),
    present: ({ row, untold: sums }) =>
      sums === null ? row.lines > 0 || row.effects.some((effect) => effect !== 0) : addable.present(sums.sums),
    values,
    rank: ({ row, untold: sums }) => (sums === null ? rankOf(row, sort?.measure) : marginOf(sums)),
    scan: (rows, filter, final, dimension, within) => {
      const everything = rows === EVERYTHING;
      const by = everything ? null : dimension;
      const told = everything || isTold(dimension, filter);
      const own = told ? rowsOf(rows, by, filter) : [];
      const parts = within?.flatMap(({ part }) => part ?? []) ?? null;
      const found =
        final || !told ? scanRows(ask, addable, rows, by, filter, final ? strata : rough, final ? parts : null) : null;
      const sides = final ? found : null;
      const others = everything ? [] : otherKeys(ask, dimension, rows);
      const bridged = (slot: number): Bridged => {
        const key = rows.keys[slot] ?? '';
        const keys = slot === rows.keys.length - 1 && final ? others : [key];
        return {
          row: own[slot] ?? NOTHING,
          untold: told || found === null ? null : found.row(slot),
          sides: sides === null ? null : sides.sides(slot),
          part: null,
          is_planned: everything || (compares?.isPlanned({ dimension, filter, keys }) ?? false),
        };
      };
      const refuse = (): never => {
        throw new Error('a bridge has no columns');
      };
      const sums: PivotSums<Bridged> = {
        row: bridged,
        cell: refuse,
        column: refuse,
        all: () => bridged(0),
        parts: (slot) =>
          (sides?.parts(slot) ?? []).map((part) => ({
            row: NOTHING,
            untold: null,
            sides: null,
            part,
            is_planned: false,
          })),
        sides: refuse,
      };
      return sums;
    },
  };
}

/**
 * The same from one scan a level: the groups a level is ranked by are added up again for those it shows, the rest and all,
 * which whole minor units allow.
 */
function foldedEffects(ask: Ask, { rows: [first] }: Args, effectsBy: EffectRows): EffectRows {
  const levels = new Map<string, readonly (readonly [key: string, row: BridgeRow])[]>();
  const levelOf = (dimension: LineDimension, filter: RowFilter) => {
    const name = JSON.stringify([dimension, filter]);
    const grouping = groupingWithOthers(ask, dimension);
    const found = levels.get(name) ?? added(grouping, effectsBy(grouping, dimension, filter));
    levels.set(name, found);
    return found;
  };
  return (rows, dimension, filter) => {
    const level = levelOf(dimension ?? first ?? 'channel', filter);
    const sums = Array.from({ length: Math.max(1, rows.keys.length) }, () => ({
      effects: new Float64Array(BRIDGE_EFFECTS.length),
      lines: 0,
    }));
    const slotOf = new Map(rows.keys.map((key, slot) => [key, slot]));
    for (const [key, row] of level) {
      const sum = sums[dimension === null ? 0 : (slotOf.get(key) ?? sums.length - 1)];
      if (!sum) continue;
      sum.lines += row.lines;
      for (const [at, effect] of row.effects.entries()) sum.effects[at] = (sum.effects[at] ?? 0) + effect;
    }
    return sums;
  };
}

function added({ keys }: Grouping, rows: readonly BridgeRow[]): readonly (readonly [string, BridgeRow])[] {
  return rows.flatMap((row, slot) => (row.lines > 0 ? [[keys[slot] ?? '', row] as const] : []));
}

const NO_COLUMNS = { columns: [], column_totals: [], total_compared: null };

const NOTHING: BridgeRow = { effects: new Float64Array(BRIDGE_EFFECTS.length), lines: 0 };

function sumOf({ effects }: BridgeRow): number {
  return effects.reduce((sum, effect) => sum + effect, 0);
}

/** What moved most comes first, up or down. */
function rankOf(row: BridgeRow, measure: string | undefined): number {
  if (measure === undefined || measure === 'label') return Math.abs(sumOf(row));
  const effect = BRIDGE_EFFECTS.findIndex((each) => each === measure);
  return effect < 0 ? sumOf(row) : (row.effects[effect] ?? 0);
}

/** The groups that are in "Other". */
function otherKeys(ask: Ask, dimension: LineDimension, { keys }: Grouping): readonly string[] {
  const shown = new Set(keys);
  return groupingWithOthers(ask, dimension).keys.filter((key) => !shown.has(key));
}
