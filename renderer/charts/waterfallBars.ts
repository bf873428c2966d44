/** From steps to the ranges a waterfall draws. Pure; amounts stay integers in minor units. */

export interface WaterfallStep {
  readonly id: string;
  readonly label: string;
  readonly value_minor: number;
  /** 'start' and 'sum' stand on zero; 'result' does too, in the accent; 'change' hangs where the one before ended. */
  readonly kind: 'start' | 'change' | 'sum' | 'result';
  /** What it is compared with; null = not known, absent = nothing is compared. */
  readonly before_minor?: number | null;
}

export interface WaterfallBar extends WaterfallStep {
  readonly from_minor: number;
  readonly to_minor: number;
}

/** Each bar as a range. Throws when a sum does not equal what the steps before it add up to: the picture must not lie. */
export function waterfallBars(steps: readonly WaterfallStep[]): readonly WaterfallBar[] {
  let level = 0;
  return steps.map((step) => {
    if (step.kind === 'change') {
      const from_minor = level;
      level += step.value_minor;
      return { ...step, from_minor, to_minor: level };
    }
    if (step.kind !== 'start' && step.value_minor !== level) {
      throw new RangeError(`${step.id} is ${step.value_minor}, the steps before it add up to ${level}`);
    }
    level = step.value_minor;
    return { ...step, from_minor: 0, to_minor: level };
  });
}
