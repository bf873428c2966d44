/** Deciding on lines: one command for a few, several for many, each predicted here before the server has it. */
import { useCallback, useState } from 'react';
import { errorMessage } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { decisionOf, inCommands, type LineWish, type Made, type Standing } from './decisionRows.ts';

export interface Deciding {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly forget: () => void;
  /** As many of them as are queued. */
  readonly decide: (wishes: readonly LineWish[]) => Promise<readonly Made[]>;
}

export function useDeciding(company_id: number, as_of_on: string | null, standing: Standing): Deciding {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const decide = useCallback(
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
  const forget = useCallback(() => setProblem(null), []);
  return { busy, problem, forget, decide };
}

function idOf(id: string | undefined): { readonly id: string } | undefined {
  return id === undefined ? undefined : { id };
}
