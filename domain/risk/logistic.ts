/**
 * Logistic regression with a penalty on the squared weights (ridge), fitted by Newton's method; le Cessie and van
 * Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41 (1992). Few weights and no random
 * numbers: the same rows always give the same weights.
 */

/** Rows of a few entries each; a row's entries lie from `starts[row]` up to `starts[row + 1]`. */
export interface Design {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly column_of: Int32Array;
  readonly values: Float64Array;
}

export interface LogisticFit {
  readonly intercept: number;
  readonly weights: Float64Array;
}

const MOST_STEPS = 30;
const SETTLED = 1e-7;

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

export function linearOf(design: Design, { intercept, weights }: LogisticFit, row: number): number {
  let sum = intercept;
  for (let at = design.starts[row] ?? 0; at < (design.starts[row + 1] ?? 0); at++) {
    sum += (weights[design.column_of[at] as number] as number) * (design.values[at] as number);
  }
  return sum;
}

/** `penalty` holds the weights back, never the intercept. `pause` is called once a step and may throw. */
export function fitLogistic(
  design: Design,
  happened: Uint8Array,
  penalty: number,
  pause: () => void = () => undefined,
): LogisticFit {
  const size = design.columns + 1;
  let beta = new Float64Array(size);
  const rate = (happened.reduce((sum, each) => sum + each, 0) + 0.5) / (happened.length + 1);
  beta[0] = logit(rate);
  let loss = penalisedLoss(design, happened, beta, penalty);
  for (let step = 0; step < MOST_STEPS; step++) {
    pause();
    const change = newtonStep(design, happened, beta, penalty);
    let share = 1;
    let next = moved(beta, change, share);
    let next_loss = penalisedLoss(design, happened, next, penalty);
    // a whole step may overshoot where the rows are nearly told apart
    while (next_loss > loss + 1e-9 && share > 1e-4) {
      share /= 2;
      next = moved(beta, change, share);
      next_loss = penalisedLoss(design, happened, next, penalty);
    }
    if (next_loss > loss) break;
    const largest = change.reduce((most, each) => Math.max(most, Math.abs(each * share)), 0);
    beta = next;
    loss = next_loss;
    if (largest < SETTLED) break;
  }
  return { intercept: beta[0] ?? 0, weights: beta.slice(1) };
}

function moved(beta: Float64Array, change: Float64Array, share: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(beta, (value, at) => value + share * (change[at] ?? 0));
}

function penalisedLoss(design: Design, happened: Uint8Array, beta: Float64Array, penalty: number): number {
  const fit = { intercept: beta[0] ?? 0, weights: beta.subarray(1) };
  let loss = 0;
  for (let row = 0; row < design.rows; row++) {
    const z = linearOf(design, fit, row);
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (happened[row] === 1 ? z : 0);
  }
  for (const weight of fit.weights) loss += (penalty / 2) * weight * weight;
  return loss;
}

/** Solves (XᵀWX + penalty) change = Xᵀ(y − p) − penalty · weights. */
function newtonStep(design: Design, happened: Uint8Array, beta: Float64Array, penalty: number): Float64Array {
  const size = design.columns + 1;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const fit = { intercept: beta[0] ?? 0, weights: beta.subarray(1) };
  const { starts, column_of, values } = design;
  for (let row = 0; row < design.rows; row++) {
    const p = sigmoid(linearOf(design, fit, row));
    const residual = (happened[row] as number) - p;
    const w = p * (1 - p);
    gradient[0] = (gradient[0] as number) + residual;
    hessian[0] = (hessian[0] as number) + w;
    const end = starts[row + 1] as number;
    for (let a = starts[row] as number; a < end; a++) {
      const at = (column_of[a] as number) + 1;
      const value = values[a] as number;
      gradient[at] = (gradient[at] as number) + residual * value;
      hessian[at * size] = (hessian[at * size] as number) + w * value;
      // entries lie by ascending column: the lower triangle is all that is needed
      for (let b = starts[row] as number; b <= a; b++) {
        const cell = at * size + (column_of[b] as number) + 1;
        hessian[cell] = (hessian[cell] as number) + w * value * (values[b] as number);
      }
    }
  }
  hessian[0] = (hessian[0] as number) + 1e-9;
  for (let at = 1; at < size; at++) {
    hessian[at * size + at] = (hessian[at * size + at] as number) + penalty;
    gradient[at] = (gradient[at] as number) - penalty * (beta[at] as number);
  }
  return solveSymmetric(hessian, gradient, size);
}

/** Cholesky: `lower` holds the lower triangle of a positive definite matrix, row by row, and is overwritten. */
function solveSymmetric(lower: Float64Array, right: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j * size + j] as number);
    }
  }
  const answer = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++)
      answer[i] = (answer[i] as number) - (lower[i * size + k] as number) * (answer[k] as number);
    answer[i] = (answer[i] as number) / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) {
      answer[i] = (answer[i] as number) - (lower[k * size + i] as number) * (answer[k] as number);
    }
    answer[i] = (answer[i] as number) / (lower[i * size + i] as number);
  }
  return answer;
}
