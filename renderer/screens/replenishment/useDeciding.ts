/** Deciding on lines: one command for a few, several for many, each predicted here before the server has it. */
import { useCallback, useState } from 'react';
import { errorMessage } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { decisionOf, inCommands, type LineWish, type Made, putBack, type Standing, takenBack } from './decisionRows.ts';

export interface Deciding {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly forget: () => void;
  /** A step: as many of the wishes as are queued. */
  readonly decide: (wishes: readonly LineWish[]) => Promise<readonly Made[]>;
  /** The last step of this screen, as far as it still stands and is on no order. */
  readonly undo: () => Promise<void>;
}

/** Steps that can be taken back. */
const MOST_STEPS = 50;

export function useDeciding(company_id: number, as_of_on: string | null, standing: Standing): Deciding {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [steps, setSteps] = useState<readonly (readonly Made[])[]>([]);
  const queue = useCallback(
    async (wishes: readonly LineWish[]): Promise<readonly Made[]> => {
      const made: Made[] = [];
      if (as_of_on === null || wishes.length === 0) return made;
      setBusy(true);
      setProblem(null);
      try {
        for (const part of inCommands(wishes)) {
          const decisions = part.map(({ line, wish, over }) =>
            decisionOf(line, as_of_on, idOf(over?.at(-1)) ?? standing.get(line.key), wish),
          );
          const { id } = await client.call('decideReplenishment', { company_id, decisions }, { change: true });
          for (const [at, each] of part.entries()) {
            made.push({ ...each, decision_id: `${id}/${at}`, before: standing.get(each.line.key) });
          }
        }
      } catch (error) {
        setProblem(errorMessage(error));
      } finally {
        setBusy(false);
      }
      return made;
    },
    [client, company_id, as_of_on, standing],
  );
  const decide = useCallback(
    async (wishes: readonly LineWish[]) => {
      const made = await queue(wishes);
      if (made.length > 0) setSteps((now) => [...now, made].slice(-MOST_STEPS));
      return made;
    },
    [queue],
  );
  const undo = useCallback(async () => {
    const last = steps.at(-1);
    // the step before this one is taken back from what this one puts back, so not before that is queued
    if (last === undefined || busy) return;
    const wishes = last.flatMap((each) => takenBack(each, standing.get(each.line.key)) ?? []);
    const made = await queue(wishes);
    if (made.length < wishes.length) return;
    setSteps((now) => {
      const before = now.filter((step) => step !== last);
      return putBack(before, made);
    });
  }, [steps, busy, standing, queue]);
  const forget = useCallback(() => setProblem(null), []);
  return { busy, problem, forget, decide, undo };
}

function idOf(id: string | undefined): { readonly id: string } | undefined {
  return id === undefined ? undefined : { id };
}
