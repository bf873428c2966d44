/** What the copy's own check of the trail's chain says, in words. Pure. */
import type { AuditCompared } from '#contract/audit.ts';
import type { AuditChainHere } from '#contract/queries/trail.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';

/** So much of a seal is shown; all of it stands in the title and leaves with the clipboard. */
const SEAL_SHOWN = 12;

export interface ChainWords {
  readonly tone: 'good' | 'warn';
  readonly lead: string;
  readonly rest: string;
}

export function shortSeal(seal: string): string {
  return `${seal.slice(0, SEAL_SHOWN)}…`;
}

export function chainWords({ entries, first, last, broken, loading, seen }: AuditChainHere): ChainWords {
  if (loading)
    return { tone: 'warn', lead: 'The trail is still loading.', rest: 'It is checked once all of it is here.' };
  if (first === null || last === null) {
    return { tone: 'good', lead: 'No sealed entry is here yet.', rest: 'Entries are sealed within a minute.' };
  }
  if (broken !== null) {
    return {
      tone: 'warn',
      lead: `The chain is broken at entry ${integer(broken.seq)}: ${broken.why}.`,
      rest: 'Keep the database as it is, and compare with a backup.',
    };
  }
  if (seen.state === 'rewritten') {
    return {
      tone: 'warn',
      lead: `The trail is another than the one seen here on ${dateAndTime(seen.seen_at_ms)}, from entry ${integer(seen.seq)} at the latest.`,
      rest: 'No restored backup explains it. Keep the database as it is, and compare with a backup.',
    };
  }
  if (seen.state === 'starting_over') {
    return {
      tone: 'warn',
      lead: `The server began anew, and entry ${integer(seen.seq)}, seen here on ${dateAndTime(seen.seen_at_ms)}, is gone.`,
      rest: 'After a restored backup the entry that says so follows within a minute.',
    };
  }
  const reach =
    first.seq === 1
      ? `${counted(entries, 'entry', 'entries')}, unbroken`
      : `${counted(entries, 'entry', 'entries')}, unbroken from entry ${integer(first.seq)}, whose seal is taken as it is,`;
  const whole = `${reach} to seal ${shortSeal(last.seal)}`;
  if (seen.state === 'restored') {
    return {
      tone: 'warn',
      lead: `A backup was restored (entry ${integer(seen.restored_seq ?? 0)}): entries from ${integer(seen.seq)} on, seen here on ${dateAndTime(seen.seen_at_ms)}, are gone.`,
      rest: `Chain checked here: ${whole}`,
    };
  }
  return { tone: 'good', lead: 'Chain checked here:', rest: whole };
}

/** What the server's own chain says beside it. */
export function comparedWords({ server, here, equal }: AuditCompared): {
  readonly fits: boolean;
  readonly words: string;
} {
  if (server.broken !== null) {
    return {
      fits: false,
      words: `the server’s chain is broken at entry ${integer(server.broken.seq)}: ${server.broken.why}`,
    };
  }
  if (!equal) return { fits: false, words: `the server has another seal at entry ${integer(here?.seq ?? 0)}` };
  const later = server.entries - (here?.seq ?? 0);
  if (later > 0) return { fits: true, words: `the same at the server, which has ${integer(later)} later ones` };
  return { fits: true, words: 'the same at the server' };
}
