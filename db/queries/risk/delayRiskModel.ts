/** What the judgement of delays was learned from, how good it was on lines it had not seen, and what it weighs. */
import { isoDate } from '#domain/calendar.ts';
import { WEEKDAY_NAMES } from '#domain/calendarWords.ts';
import { type Contender, FEWEST_LATE, type Span } from '#domain/risk/delayModel.ts';
import { calibrationError } from '#domain/risk/evaluate.ts';
import type { DelayRiskModel, DelayScores, DelaySpan } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { channelsOf, sitesOf } from '../reference/names.ts';
import { judgeOf } from './delayRows.ts';
import { DELAY_TABLES } from './delays.ts';
import { readyDelays } from './ready.ts';

export const delayRiskModel: QueryHandler<'delayRiskModel'> = async (context, { company_id }) => {
  const { as_of_on, delays, missing } = await readyDelays(context, company_id);
  const learned = delays?.learned;
  const nothing: Omit<DelayRiskModel, 'provenance'> = {
    judge: 'nothing',
    needed_late: FEWEST_LATE.teach + FEWEST_LATE.calibrate + FEWEST_LATE.test,
    looks: learned?.kind === 'too_little' ? learned.lines : 0,
    late_looks: learned?.kind === 'too_little' ? learned.late : 0,
    one_order_in: delays?.one_order_in ?? 1,
    evaluation: null,
    taught: null,
    calibrated: null,
    families: [],
    weights: [],
    missing,
    as_of_date: isoDate(as_of_on),
  };
  if (!delays || learned?.kind !== 'model') return { ...nothing, provenance: provenance(context, DELAY_TABLES) };
  const { model } = learned;
  const { evaluation } = model;
  const channels = await channelsOf(context.db, company_id);
  const sites = await sitesOf(context.db, company_id);
  const named = (factor: string, choice: string): string => {
    if (factor === 'channel') return channels.get(Number(choice))?.name ?? 'Unmapped';
    if (factor === 'site') return sites.get(Number(choice))?.name ?? 'No site';
    return factor === 'day of entry' ? (WEEKDAY_NAMES[Number(choice)] ?? choice) : choice;
  };
  const spans = [evaluation.taught, evaluation.calibrated, evaluation.tested];
  return {
    ...nothing,
    judge: judgeOf(delays),
    looks: spans.reduce((sum, { lines }) => sum + lines, 0),
    late_looks: spans.reduce((sum, { late }) => sum + late, 0),
    evaluation: {
      taught: spanOf(evaluation.taught),
      calibrated: spanOf(evaluation.calibrated),
      tested: spanOf(evaluation.tested),
      contenders: evaluation.contenders.map(scoresOf),
    },
    taught: spanOf(model.taught),
    calibrated: spanOf(model.calibrated),
    families: model.families,
    weights: model.weights.map(({ factor, family, choice, weight }) => ({
      factor,
      family,
      choice: choice === null ? null : named(factor, choice),
      weight,
    })),
    provenance: provenance(context, DELAY_TABLES),
  };
};

function spanOf({ from_on, to_on, lines, late }: Span): DelaySpan {
  return { from_date: isoDate(from_on), to_date: isoDate(to_on), looks: lines, late };
}

function scoresOf({ name, scores }: Contender): DelayScores {
  const { bins, ...plain } = scores;
  return {
    name,
    ...plain,
    calibration_error: calibrationError(bins),
    bins: bins.map(({ lines, mean_p, late }) => ({ lines, mean_bp: Math.round(mean_p * 10_000), late })),
  };
}
