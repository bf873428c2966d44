/**
 * What a person decided and the server has not accepted yet, written a second time beside work.db. SQLite takes a log
 * whose end does not check for one that was cut off by a crash and goes on without a word; here a decision is one line of its
 * own, sealed and brought to the disk before the person is told that it is kept, so that either file gives back the other's.
 */
import { z } from 'zod';
import { type KeptMutation, keptMutations, putBack } from './commands/kept.ts';
import type { Connection } from './connection.ts';
import { openSealed, readSealed, type SealParts, withoutRoom } from './sealedLines.ts';

export interface SecondRecord {
  /** Behind the commit of that mutation, before anybody is told that it is kept. */
  keep(id: string): void;
  /** Before the mutation is taken away: it is not put back any more. Throws when the disk takes nothing. */
  withdraw(id: string): void;
  close(): void;
}

export type RecordParts = Omit<SealParts, 'purpose'>;

const PURPOSE = 'binnacle second record of decisions';

const Line = z.union([
  z.strictObject({ withdrawn: z.string() }),
  z.strictObject({
    seq: z.int(),
    id: z.string(),
    command: z.string(),
    args_json: z.string(),
    body_hash: z.string(),
    lane: z.string(),
    title: z.string(),
    effects_json: z.string(),
    made_at_ms: z.int(),
  }),
]);
type Line = z.infer<typeof Line>;

interface Read {
  readonly kept: ReadonlyMap<string, KeptMutation>;
  /** False: it holds lines that nobody needs or can read. */
  readonly tidy: boolean;
}

function read(parts: RecordParts): Read {
  const kept = new Map<string, KeptMutation>();
  const lines = readSealed({ ...parts, purpose: PURPOSE }, (value) => Line.parse(value));
  if (!lines) return { kept, tidy: false };
  let tidy = true;
  for (const line of lines) {
    if (line === null) tidy = false;
    else if ('withdrawn' in line) {
      kept.delete(line.withdrawn);
      tidy = false;
    } else kept.set(line.id, line);
  }
  return { kept, tidy };
}

/** Puts back what work.db does not know any more; returns how many. Call it before the record is opened for writing. */
export function putBackFromRecord(work: Connection, parts: RecordParts): number {
  const { kept } = read(parts);
  return kept.size === 0
    ? 0
    : putBack(
        work,
        [...kept.values()].toSorted((a, b) => a.seq - b.seq),
      );
}

/** Opens the record to go on with: what is decided meanwhile leaves it. */
export function openSecondRecord(work: Connection, parts: RecordParts): SecondRecord {
  const { kept, tidy } = read(parts);
  const wanted = keptMutations(work);
  const file = openSealed({ ...parts, purpose: PURPOSE });
  if (!tidy || kept.size !== wanted.length || wanted.some(({ id }) => !kept.has(id))) file.writeAnew(wanted);
  const append = (line: Line): void => file.append(line, true);
  return {
    keep: (id) => {
      const [line] = keptMutations(work, id);
      // work.db has it, which is where it counts; the next start writes it here too
      if (line) withoutRoom(() => append(line));
    },
    withdraw: (id) => append({ withdrawn: id }),
    close: file.close,
  };
}
