import type { refuse } from '#domain/answer.ts';
import type { OutcomeReason, OutcomeState } from '#contract/wire/protocol.ts';

/** Thrown by a command to decide against it: the effect is rolled back and the outcome recorded with this reason. */
export class Refusal extends Error {
  readonly state: Exclude<OutcomeState, 'accepted'>;
  readonly reason: OutcomeReason;
  /** What was written on the way stays: it is why. */
  readonly stays: boolean;
  constructor(
    state: Exclude<OutcomeState, 'accepted'>,
    reason: OutcomeReason,
    { stays = false }: { readonly stays?: boolean } = {},
  ) {
    super(reason.message);
    this.name = 'Refusal';
    this.state = state;
    this.reason = reason;
    this.stays = stays;
  }
}

/** What the domain's rule gave, or thrown: its refusal as the outcome. */
export function granted<Given extends { readonly ok: true }>(answer: Given | ReturnType<typeof refuse<string>>): Given {
  if (!answer.ok) throw new Refusal(answer.outcome, { code: answer.code, message: answer.message });
  return answer;
}

/** Also for what exists outside the user's scope: the answer must not tell that it is there. */
export function notFound(what: string): Refusal {
  return new Refusal('rejected', {
    code: 'not_found',
    message: `That ${what} does not exist, or is not yours to see.`,
  });
}

export function notPermitted(what: string): Refusal {
  return new Refusal('rejected', { code: 'not_permitted', message: `Your role may not ${what}.` });
}
