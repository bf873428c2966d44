/** What a month's binder lacks to be final. */
export interface BinderFacts {
  readonly locked_for_good: boolean;
  readonly tasks: number;
  /** By preparer and reviewer. */
  readonly signed_tasks: number;
  /** Proposed entries nobody approved or refused. */
  readonly open_proposals: number;
  /** Files of evidence that stand and whose bytes are not on this machine. */
  readonly files_away: number;
  /** One is kept at the server, whose bytes are not on this machine. */
  readonly kept_away: boolean;
}

/**
 * None = it is final. Of a month that is locked for good only files can be lacking: nothing else of it can be mended.
 * Sentences without their full stop, for a list and for the head of a page.
 */
export function lackingOf(facts: BinderFacts): readonly string[] {
  const { locked_for_good, tasks, signed_tasks, open_proposals, files_away, kept_away } = facts;
  const lacking: string[] = [];
  if (!locked_for_good) {
    lacking.push('the month is not locked for good');
    const unsigned = tasks - signed_tasks;
    if (unsigned > 0) lacking.push(`${unsigned} of ${tasks} tasks ${unsigned === 1 ? 'is' : 'are'} not signed by both`);
    if (open_proposals > 0)
      lacking.push(`${counted(open_proposals, 'proposed entry waits', 'proposed entries wait')} for a decision`);
  }
  return [...lacking, ...keptAwayWords(kept_away), ...filesAwayWords(files_away)];
}

export function keptAwayWords(kept_away: boolean): readonly string[] {
  return kept_away ? ['the binder that is kept at the server is not whole on this machine'] : [];
}

export function filesAwayWords(files_away: number): readonly string[] {
  if (files_away === 0) return [];
  return [`${counted(files_away, 'file of evidence is', 'files of evidence are')} not on this machine`];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
