/** What a rule says to an act: it may be done, or why not. The copy predicts by it, the server decides by it. */
export type Answer<Code extends string> =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** 'conflict': somebody else's act came first. 'rejected': a rule forbids it. */
      readonly outcome: 'conflict' | 'rejected';
      readonly code: Code;
      readonly message: string;
    };

/** Not to be done: outcome, code and a sentence that says what to do. */
export function refuse<Code extends string>(
  outcome: 'conflict' | 'rejected',
  code: Code,
  message: string,
): Extract<Answer<Code>, { readonly ok: false }> {
  return { ok: false, outcome, code, message };
}
