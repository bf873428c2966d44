/** What a sign-off binds to: the task's lines of both sides, its items, their explanations and its evidence; never only the total. */
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

/** A file that stands on the task: attached and not taken off. */
export interface SignedEvidence {
  readonly id: string;
  readonly item_ref: string | null;
  readonly sha256: string;
  readonly name: string;
}

/** Canonical text whose SHA-256 (hex) is the content hash of a close task. Order of the given lines and files does not matter. */
export function signoffContent(
  task: { readonly id: number; readonly code: string },
  lines: readonly SignedLine[],
  evidence: readonly SignedEvidence[],
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
  // a line begins with its number, a file with this word: neither can be taken for the other
  const files = evidence
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, item_ref, sha256, name }) => JSON.stringify(['evidence', id, item_ref, sha256, name]));
  return [JSON.stringify([task.id, task.code]), ...body, ...files].join('\n');
}
