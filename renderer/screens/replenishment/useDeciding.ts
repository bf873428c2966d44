/** Deciding on lines: one command for a few, several for many, each predicted here before the server has it. */
import { useCallback, useState } from 'react';
import { errorMessage } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { decisionOf, inCommands, type LineWish, type Standing } from './decisionRows.ts';

export interface Deciding {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly forget: () => void;
  /** True when all of it is queued. */
  readonly decide: (wishes: readonly LineWish[]) => Promise<boolean>;
}

export function useDeciding(company_id: number, as_of_on: string | null, standing: Standing): Deciding {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const decide = useCallback(
    async (wishes: readonly LineWish[]): Promise<boolean> => {
      if (as_of_on === null || wishes.length === 0) return false;
      setBusy(true);
      setProblem(null);
      try {
        const decisions = wishes.map(({ line, wish }) => decisionOf(line, as_of_on, standing.get(line.key), wish));
        for (const part of inCommands(decisions)) {
          await client.call('decideReplenishment', { company_id, decisions: part }, { change: true });
        }
        return true;
      } catch (error) {
        setProblem(errorMessage(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client, company_id, as_of_on, standing],
  );
  const forget = useCallback(() => setProblem(null), []);
  return { busy, problem, forget, decide };
}
