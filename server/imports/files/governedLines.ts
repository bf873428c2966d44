/**
 * Rules a file says: what none is kept of yet is brought in with an owner; what is kept is changed by a draft somebody else
 * approves (docs/decisions/0022), so a line that says otherwise waits, and one that repeats what holds passes.
 */
import { type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { textArray } from '#server/imports/arrayText.ts';
import { sql } from 'kysely';
import type { Job } from './job.ts';

export interface GovernedVersion {
  /** What it is a version of, as one text. */
  readonly key: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
  /** Its figures without the owner, as one text. */
  readonly figures: string;
}
export interface GovernedLine extends GovernedVersion {
  readonly line_number: number;
  /** null = whoever imports. */
  readonly owner: string | null;
}

/** Reasons by line number; lines of one key must be in one call. */
export async function governedReasons(
  job: Job,
  subject: RuleSubject,
  lines: readonly GovernedLine[],
  kept: readonly GovernedVersion[],
): Promise<ReadonlyMap<number, string>> {
  const { one, title } = SUBJECTS[subject];
  const reasons = new Map<number, string>();
  const held = Map.groupBy(kept, ({ key }) => key);
  const known = await usersOf(job, lines);
  for (const [key, versions] of Map.groupBy(lines, (line) => line.key)) {
    const holds = held.get(key);
    const sorted = versions.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
    const over = sorted.findIndex((line, at) => {
      const next = sorted[at + 1];
      return next !== undefined && (line.valid_to === null || line.valid_to >= next.valid_from);
    });
    for (const line of versions) {
      const reason = holds
        ? holds.some((each) => sameVersion(each, line))
          ? null
          : `A ${one} of the same is kept already, and only a change that somebody else approves replaces it. Bring this line in on the screen Rules, ${title}, From a file.`
        : over >= 0
          ? `The days of line ${sorted[over]?.line_number} reach into those of line ${sorted[over + 1]?.line_number}. Give each ${one} days of its own.`
          : line.owner !== null && !known.has(line.owner)
            ? `Nobody named ${line.owner.slice(0, 40)} works on this company, so nobody would answer for the ${one}. Name another owner.`
            : null;
      if (reason !== null) reasons.set(line.line_number, reason);
    }
  }
  return reasons;
}

function sameVersion(a: GovernedVersion, b: GovernedVersion): boolean {
  return a.valid_from === b.valid_from && a.valid_to === b.valid_to && a.figures === b.figures;
}

async function usersOf(job: Job, lines: readonly GovernedLine[]): Promise<ReadonlySet<string>> {
  const owners = new Set(lines.flatMap(({ owner }) => owner ?? []));
  if (owners.size === 0) return owners;
  const { rows } = await sql<{ readonly name: string }>`
    select distinct u.name from app_user u join access_grant g on g.user_id = u.id
    where u.name = any(${textArray(owners)}::text::text[]) and u.active
      and (g.company_id is null or g.company_id = ${job.company_id}::bigint)`.execute(job.tx);
  return new Set(rows.map(({ name }) => name));
}
