/** Delay risk in words: who judges, what a cause is called, and how good the judgement was. */
import { mainReasons, reasonWords } from '#domain/risk/reasonWords.ts';
import type { DelayFamily, DelayJudge, DelayReason, DelayRiskModel, DelayRow } from '#contract/queries.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { integer, NBSP, scaled, signed } from '#renderer/format/numbers.ts';

export const JUDGE_NAMES: Readonly<Record<DelayJudge, string>> = {
  model: 'Learned from your lines',
  base_rate: 'Rate of all lines',
  site_channel: 'Rate of site and channel',
  not_covered: 'Whether stock covers it',
  nothing: 'Nothing',
};

/** Said above the lines when no model judges. */
export function judgeNote(judge: DelayJudge): string | null {
  if (judge === 'model') return null;
  if (judge === 'nothing') {
    return 'There are too few late lines to learn from: lines stand by their value, without a probability.';
  }
  return `What was learned did not beat a plain rate on the last two months, so that rate is shown: ${JUDGE_NAMES[judge].toLowerCase()}.`;
}

export const FAMILY_NAMES: Readonly<Record<DelayFamily, string>> = {
  time_left: 'Time left',
  begun: 'Part shipped',
  promise: 'Promise',
  supplier: 'Supplier',
  item: 'Item',
  lane: 'Site to country',
  channel: 'Channel',
  site: 'Site',
  order_size: 'Lines of the order',
  quantity: 'Quantity',
  entry_day: 'Day of entry',
  cover: 'Stock and receipts',
  lately: 'All lines lately',
};

export function reasonText({ facts, channel, site }: DelayRow, family: DelayFamily): string {
  const covered = facts.covered_on === null ? null : weekdayDate(facts.covered_on);
  return reasonWords(family, facts, { covered, channel, site });
}

/** The main reasons of a row in one line; '' when nothing raises its risk. */
export function mainReasonsText(row: DelayRow): string {
  return mainReasons(row.reasons)
    .map(({ family }) => reasonText(row, family))
    .join(', ');
}

/** Odds times what a cause makes of them: 0.69 → '× 2.0', −0.69 → '÷ 2.0'. */
export function oddsText({ log_odds }: Pick<DelayReason, 'log_odds'>): string {
  const factor = Math.exp(Math.abs(log_odds));
  const shown = factor >= 99.5 ? '99' : factor >= 9.95 ? factor.toFixed(0) : factor.toFixed(1);
  if (shown === '1.0') return 'as usual';
  return `${log_odds > 0 ? '×' : '÷'}${NBSP}${shown}`;
}

/** 0.12345 → '0.1235' */
export function scoreText(score: number | null): string {
  return score === null ? '–' : scaled(Math.round(score * 10_000), 4, 4);
}

/** By how much a score is better than another, smaller being better: '−15 %'. */
export function betterBy(score: number, other: number): string {
  const percent = Math.round((score / other - 1) * 100);
  return `${signed(integer(percent), percent)}${NBSP}%`;
}

/** How good it is, in plain sentences. */
export function verdict({ judge, evaluation, needed_late, late_looks }: DelayRiskModel): string[] {
  if (evaluation === null) {
    return [
      `Learning needs at least ${integer(needed_late)} looks at lines that came late, spread over the time it learns from, sets itself right by and is tested on; there are ${integer(late_looks)}.`,
    ];
  }
  const [model, ...others] = evaluation.contenders;
  if (!model) return [];
  const used = judge === 'model';
  const base = others.find(({ name }) => name === 'base_rate');
  const sentences = [
    used
      ? 'On lines it had not seen it was better than every plain rate, by both measures; so it is used.'
      : 'On lines it had not seen it did not beat every plain rate; so the best of those is used.',
    `Of the ${integer(model.top_lines)} lines it held most at risk, ${integer(model.top_late)} were late${
      base ? `; picked by the rate of all lines it would have been ${integer(base.top_late)}` : ''
    }.`,
    `Where it said a number, the share that was late lay ${scaled(Math.round(model.calibration_error * 1000), 1, 1)} points away on average.`,
  ];
  return sentences;
}
