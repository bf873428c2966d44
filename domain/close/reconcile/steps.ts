/** Work that may be interrupted: between two steps whoever drives it sees to something else. What comes out is the same. */
export type Steps<T> = Generator<undefined, T>;

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
