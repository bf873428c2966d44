/** What may be said of an answer while the rows it is made of are on their way. */
import type { Provenance } from '#contract/queries.ts';

interface Covered {
  readonly provenance: Pick<Provenance, 'coverage'>;
}

/** The answer, if every row it is made of is here: a sum of a part would pass for the sum of all. */
export function told<A extends Covered>(answer: A | null | undefined): A | undefined {
  return answer?.provenance.coverage === 'complete' ? answer : undefined;
}

export interface NoneWords {
  readonly title: string;
  readonly text: string;
}

/** What an empty list says: that there is nothing, only once everything is here. */
export function noneWords(answer: Covered | null | undefined, none: NoneWords): NoneWords {
  const coverage = answer?.provenance.coverage ?? 'complete';
  return coverage === 'complete'
    ? none
    : { title: 'Not all of it is here yet', text: `This machine is ${coverage}. What there is appears as it arrives.` };
}

/** The same of the months in view, in a sentence: `words` is 'Oct 2026'. */
export function noneOfMonths(answer: Covered, words: string): string {
  const { coverage } = answer.provenance;
  return coverage === 'complete'
    ? `No order lines in ${words}.`
    : `Nothing of ${words} is told yet: this machine is ${coverage}.`;
}

/** In place of figures that wait for their rows: `what` is plural, 'Balances'. */
export function waitWords(answer: Covered, what: string): NoneWords {
  return {
    title: `${what} are told once all their rows are here`,
    text: `This machine is ${answer.provenance.coverage}. They appear by themselves.`,
  };
}
