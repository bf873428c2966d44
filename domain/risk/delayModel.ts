/**
 * The chance that an open order line is late, learned from the company's own lines. Lines are looked at as they stood on
 * days of the past. Older ones teach the weights, later ones set them right (Platt 1999), the latest show how good that
 * is; only if it beats what a person would say without a model is it used.
 */
import { type Baseline, BASELINES, baselineOf, type Judge } from './baselines.ts';
import { type Column, contributionsOf, createEncoder, type Encoder } from './encoder.ts';
import { type Scores, scoresOf } from './evaluate.ts';
import { type Family, FAMILIES, type LineCase } from './lineCase.ts';
import { type Design, fitLogistic, linearOf, type LogisticFit, sigmoid } from './logistic.ts';

/** A line as it stood on a day, and how it came out. */
export interface PastCase {
  readonly line: LineCase;
  readonly seen_on: number;
  /** The last day that was in time: the outcome is known when it has passed. */
  readonly cut_off_on: number;
  readonly late: boolean;
}

/** The last days of history test, those before set the probabilities right. */
export const TEST_DAYS = 60;
export const CALIBRATE_DAYS = 45;
/** Fewer late lines teach nothing, or show nothing. */
export const FEWEST_LATE = { teach: 60, calibrate: 20, test: 20 } as const;
const PENALTY = 3;

export interface Span {
  readonly from_on: number;
  readonly to_on: number;
  readonly lines: number;
  readonly late: number;
}

export interface Contender {
  readonly name: 'model' | Baseline;
  readonly scores: Scores;
}

export interface Evaluation {
  readonly taught: Span;
  readonly calibrated: Span;
  readonly tested: Span;
  /** The model first. */
  readonly contenders: readonly Contender[];
}

export interface Weight extends Column {
  /** Log-odds of one standard deviation of a number, or of the choice. */
  readonly weight: number;
}

export interface Judgement {
  readonly probability: number;
  /** Log-odds of the usual line, and what each family adds; together the probability's. null: a baseline judges. */
  readonly usual_log_odds: number | null;
  readonly reasons: readonly { readonly family: Family; readonly log_odds: number }[];
}

export interface DelayModel {
  readonly used: 'model' | Baseline;
  readonly evaluation: Evaluation;
  /** What the weights in use were learned and set right from. */
  readonly taught: Span;
  readonly calibrated: Span;
  readonly weights: readonly Weight[];
  /** How much of the difference between lines each family makes: mean distance from the usual, in log-odds. */
  readonly families: readonly { readonly family: Family; readonly mean_log_odds: number }[];
  readonly judge: (lines: readonly LineCase[]) => Judgement[];
}

export type Learned =
  | { readonly kind: 'model'; readonly model: DelayModel }
  | { readonly kind: 'too_little'; readonly lines: number; readonly late: number; readonly needed_late: number };

interface Taught {
  readonly encoder: Encoder;
  readonly fit: LogisticFit;
}

/** `as_of_on`: today. `pause` is called now and then and may throw. */
export function learnDelays(
  cases: readonly PastCase[],
  as_of_on: number,
  pause: () => void = () => undefined,
): Learned {
  const test_from = as_of_on - TEST_DAYS;
  const past = split(cases, test_from - CALIBRATE_DAYS, test_from);
  const tested = cases.filter((each) => each.seen_on >= test_from);
  const enough =
    lateOf(past.teach) >= FEWEST_LATE.teach &&
    lateOf(past.calibrate) >= FEWEST_LATE.calibrate &&
    lateOf(tested) >= FEWEST_LATE.test;
  if (!enough) {
    const needed_late = FEWEST_LATE.teach + FEWEST_LATE.calibrate + FEWEST_LATE.test;
    return { kind: 'too_little', lines: cases.length, late: lateOf(cases), needed_late };
  }
  const before = calibrated(teach(past.teach, pause), past.calibrate, pause);
  const evaluation = evaluate(before, past, tested);
  const now = split(cases, as_of_on - CALIBRATE_DAYS, as_of_on);
  const current = calibrated(teach(now.teach, pause), now.calibrate, pause);
  const used = bestOf(evaluation.contenders);
  const known = [...now.teach, ...now.calibrate];
  const baseline = used === 'model' ? null : baselineOf(used, linesOf(known), outcomesOf(known));
  const judge = (lines: readonly LineCase[]) =>
    baseline === null ? judgeAll(current, lines) : plainly(baseline, lines);
  const { columns } = current.encoder;
  const weights = columns.map((column, at) => ({ ...column, weight: current.fit.weights[at] ?? 0 }));
  return {
    kind: 'model',
    model: {
      used,
      evaluation,
      taught: spanOf(now.teach),
      calibrated: spanOf(now.calibrate),
      weights,
      families: familyShares(judgeAll(current, linesOf(now.calibrate))),
      judge,
    },
  };
}

/** Lines whose outcome was known by the first day, and later ones whose outcome was known by the second. */
function split(cases: readonly PastCase[], first_on: number, second_on: number) {
  return {
    teach: cases.filter((each) => each.cut_off_on < first_on),
    calibrate: cases.filter((each) => each.seen_on >= first_on && each.cut_off_on < second_on),
  };
}

function teach(cases: readonly PastCase[], pause: () => void): Taught {
  const lines = linesOf(cases);
  const encoder = createEncoder(lines);
  return { encoder, fit: fitLogistic(encoder.encode(lines), outcomesOf(cases), PENALTY, pause) };
}

/** Stretches and moves the log-odds as the later lines ask for. The slope is held near 1 by as much as few lines would. */
function calibrated({ encoder, fit }: Taught, cases: readonly PastCase[], pause: () => void): Taught {
  const design = encoder.encode(linesOf(cases));
  const z = Float64Array.from(cases, (_, row) => linearOf(design, fit, row));
  const outcomes = outcomesOf(cases);
  let slope = 1;
  let move = 0;
  for (let step = 0; step < 25; step++) {
    pause();
    // Newton in two dimensions, with a penalty on the distance from slope 1
    let [g0, g1, h00, h01, h11] = [0, -PENALTY * (slope - 1), 1e-9, 0, PENALTY];
    for (let row = 0; row < z.length; row++) {
      const x = z[row] as number;
      const p = sigmoid(slope * x + move);
      const w = p * (1 - p);
      const residual = (outcomes[row] as number) - p;
      g0 += residual;
      g1 += residual * x;
      h00 += w;
      h01 += w * x;
      h11 += w * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d_move, d_slope] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    move += Math.max(-1, Math.min(1, d_move));
    slope += Math.max(-0.5, Math.min(0.5, d_slope));
    if (Math.abs(d_move) + Math.abs(d_slope) < 1e-9) break;
  }
  return {
    encoder,
    fit: { intercept: slope * fit.intercept + move, weights: fit.weights.map((weight) => slope * weight) },
  };
}

function evaluate(model: Taught, past: ReturnType<typeof split>, tested: readonly PastCase[]): Evaluation {
  const known = [...past.teach, ...past.calibrate];
  const lines = linesOf(tested);
  const outcomes = outcomesOf(tested);
  const design = model.encoder.encode(lines);
  const contenders: Contender[] = [
    { name: 'model', scores: scoresOf(probabilitiesOf(model, design), outcomes) },
    ...BASELINES.map((name) => {
      const judge = baselineOf(name, linesOf(known), outcomesOf(known));
      return { name, scores: scoresOf(lines.map(judge), outcomes) };
    }),
  ];
  return { taught: spanOf(past.teach), calibrated: spanOf(past.calibrate), tested: spanOf(tested), contenders };
}

/** The model if it is better than every baseline by both measures; else the baseline of the smallest log loss. */
export function bestOf(contenders: readonly Contender[]): 'model' | Baseline {
  const model = contenders.find(({ name }) => name === 'model');
  const baselines = contenders.flatMap(({ name, scores }) => (name === 'model' ? [] : [{ name, scores }]));
  const beaten = baselines.every(
    ({ scores }) => model !== undefined && model.scores.log_loss < scores.log_loss && model.scores.brier < scores.brier,
  );
  if (beaten) return 'model';
  return baselines.toSorted((a, b) => a.scores.log_loss - b.scores.log_loss)[0]?.name ?? 'base_rate';
}

function probabilitiesOf({ fit }: Taught, design: Design): Float64Array {
  return Float64Array.from({ length: design.rows }, (_, row) => sigmoid(linearOf(design, fit, row)));
}

function judgeAll({ encoder, fit }: Taught, lines: readonly LineCase[]): Judgement[] {
  const design = encoder.encode(lines);
  return lines.map((_, row) => {
    const { usual, of } = contributionsOf(encoder, design, row, fit.weights);
    return {
      probability: sigmoid(linearOf(design, fit, row)),
      usual_log_odds: fit.intercept + usual,
      reasons: [...of]
        .map(([family, log_odds]) => ({ family, log_odds }))
        .toSorted((a, b) => Math.abs(b.log_odds) - Math.abs(a.log_odds)),
    };
  });
}

function plainly(judge: Judge, lines: readonly LineCase[]): Judgement[] {
  return lines.map((line) => ({ probability: judge(line), usual_log_odds: null, reasons: [] }));
}

function familyShares(judgements: readonly Judgement[]) {
  const sums = new Map<Family, number>(FAMILIES.map((family) => [family, 0]));
  for (const { reasons } of judgements) {
    for (const { family, log_odds } of reasons) sums.set(family, (sums.get(family) ?? 0) + Math.abs(log_odds));
  }
  return [...sums]
    .map(([family, sum]) => ({ family, mean_log_odds: sum / Math.max(1, judgements.length) }))
    .toSorted((a, b) => b.mean_log_odds - a.mean_log_odds);
}

function linesOf(cases: readonly PastCase[]): LineCase[] {
  return cases.map(({ line }) => line);
}

function outcomesOf(cases: readonly PastCase[]): Uint8Array {
  return Uint8Array.from(cases, ({ late }) => (late ? 1 : 0));
}

function lateOf(cases: readonly PastCase[]): number {
  return cases.reduce((sum, { late }) => sum + (late ? 1 : 0), 0);
}

function spanOf(cases: readonly PastCase[]): Span {
  let [from_on, to_on] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { seen_on } of cases) {
    from_on = Math.min(from_on, seen_on);
    to_on = Math.max(to_on, seen_on);
  }
  return { from_on, to_on, lines: cases.length, late: lateOf(cases) };
}
