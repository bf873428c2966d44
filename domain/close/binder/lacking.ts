/** What a month's binder lacks to be final. */
export interface BinderFacts {
  readonly locked_for_good: boolean;
  readonly tasks: number;
  /** By preparer and reviewer. */
  readonly signed_tasks: number;
  /** Proposed entries nobody approved or refused. */
  readonly open_proposals: number;
  /** What of the sealed trail and the month's rows does not agree. */
  readonly trail_faults: number;
  /** Files of evidence that stand and whose bytes are not on this machine. */
  readonly files_away: number;
  /** One is kept at the server, whose bytes are not on this machine. */
  readonly kept_away: boolean;
}

/**
 * None = it is final. Of a month that is locked for good files can be lacking, which are brought, and a trail that is in order,
 * which stays a draft's: nobody can mend it any more, and nobody is to take its binder for one that proves what it says.
 * Sentences without their full stop, for a list and for the head of a page.
 */
export function lackingOf(facts: BinderFacts): readonly string[] {
  const { locked_for_good, tasks, signed_tasks, open_proposals, trail_faults, files_away, kept_away } = facts;
  const lacking: string[] = [];
  if (!locked_for_good) {
    lacking.push('the month is not locked for good');
    const unsigned = tasks - signed_tasks;
    if (unsigned > 0) lacking.push(`${unsigned} of ${tasks} tasks ${unsigned === 1 ? 'is' : 'are'} not signed by both`);
    if (open_proposals > 0)
      lacking.push(`${counted(open_proposals, 'proposed entry waits', 'proposed entries wait')} for a decision`);
  }
  if (trail_faults > 0)
    lacking.push(`its audit trail is not in order: ${counted(trail_faults, 'thing differs', 'things differ')}`);
  return [...lacking, ...keptAwayWords(kept_away), ...filesAwayWords(files_away)];
}

/** What to do about a trail that is not in order, after what differs was named. */
export const TRAIL_ADVICE =
  'The month can be locked all the same; its binder stays a draft, which says so on every page. Ask who keeps the server to run binnacle audit --verify and to find out how the rows became others.';

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
