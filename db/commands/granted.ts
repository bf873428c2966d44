/** A rule's answer as the copy tells it: what is refused is thrown, before anything waits for the server. */
import type { refuse } from '#domain/answer.ts';
import { BinnacleError } from '#contract/errors.ts';

export function granted<Given extends { readonly ok: true }>(answer: Given | ReturnType<typeof refuse<string>>): Given {
  if (answer.ok) return answer;
  throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
}
