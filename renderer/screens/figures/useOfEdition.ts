/** Figures beside a list of lines: those of the list's moment, while newer lines wait to be shown. */
import { useRef } from 'react';
import type { Provenance } from '#contract/queries.ts';

interface Answered {
  readonly provenance: Provenance;
}

/**
 * The first answer that is not older than the list, kept until the list moves on: what comes in meanwhile belongs to rows
 * that are not shown yet. `of`: what the answer is about, which may change while the list is read anew.
 */
export function useOfEdition<T extends Answered>(
  answer: T | undefined,
  list: (Answered & { readonly edition: string }) | null,
  of: object,
): T | undefined {
  const held = useRef<{ readonly edition: string | null; readonly of: object; readonly answer: T | undefined }>({
    edition: null,
    of,
    answer: undefined,
  });
  const { current } = held;
  const edition = list?.edition ?? null;
  if (current.of !== of || current.answer === undefined || current.edition === null) {
    held.current = { edition, of, answer };
  } else if (
    current.edition !== edition &&
    (answer?.provenance.checkpoint ?? -1) >= (list?.provenance.checkpoint ?? 0)
  ) {
    held.current = { edition, of, answer };
  }
  return held.current.answer;
}
