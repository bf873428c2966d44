/** What a sign-off binds to: the task's lines of both sides, its items and their explanations; never only the total. */
export interface SignedLine {
  readonly id: number;
  readonly side: string;
  readonly account: string | null;
  /** ISO date */
  readonly booked_on: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly explanation: string | null;
}

/** Canonical text whose SHA-256 (hex) is the content hash of a close task. Order of the given lines does not matter. */
export function signoffContent(
  task: { readonly id: number; readonly code: string },
  lines: readonly SignedLine[],
): string {
  const body = lines
    .toSorted((a, b) => a.id - b.id)
    .map((line) =>
      JSON.stringify([
        line.id,
        line.side,
        line.account,
        line.booked_on,
        line.amount_minor,
        line.currency,
        line.explanation,
      ]),
    );
  return [JSON.stringify([task.id, task.code]), ...body].join('\n');
}
