/** A paged query behind a grid: its rows in blocks of one edition, the newest answer, and the moment the rows speak of. */
import { useCallback, useMemo, useState } from 'react';
import type { OperationInput, OperationResult } from '#contract/operations.ts';
import type { InEdition, Provenance, QueryName } from '#contract/queries.ts';
import { useAsOf, useClient } from '#renderer/client/useContract.ts';
import { type BlockQuestion, editionArguments } from './blocks.ts';

interface Paged extends InEdition {
  readonly rows: readonly unknown[];
  readonly total_rows: number;
  readonly provenance: Provenance;
}
type PagedQuery = { [N in QueryName]: OperationResult<N> extends Paged ? N : never }[QueryName];
type RowOf<N extends PagedQuery> = OperationResult<N>['rows'][number];

export interface BlockQuery<Answer, Row> {
  /** The newest complete answer; null before the first. */
  readonly result: Answer | null;
  /** Rows that newer ones wait behind speak of their own moment; null before the first answer. */
  readonly as_of_ms: number | null;
  readonly coverage: string;
  /** What was answered is of something that is not shown any more: another company, another subject. */
  readonly forget: () => void;
  /** For `BlockGrid`. */
  readonly blocks: {
    readonly questionKey: string;
    readonly question: BlockQuestion<Answer, Row>;
    readonly onResult: (answer: Answer) => void;
    readonly onBehind: (behind: boolean) => void;
  };
}

/** `unfolded`: arguments that only open or close nodes, and so move no value. Keep `args` stable (useMemo). */
export function useBlockQuery<N extends PagedQuery>(
  name: N,
  args: OperationInput<N>,
  unfolded?: 'expanded' | 'folded',
): BlockQuery<OperationResult<N>, RowOf<N>> {
  const client = useClient();
  const [result, setResult] = useState<OperationResult<N> | null>(null);
  const [behind, setBehind] = useState(false);
  const question = useMemo<BlockQuestion<OperationResult<N>, RowOf<N>>>(
    () => ({
      load: (offset, limit, signal, within) =>
        client.call(name, { ...args, offset, limit, ...editionArguments(within) }, { signal }),
      rowsOf: (answer) => answer.rows,
      totalOf: (answer) => answer.total_rows,
      editionOf: (answer) => answer,
      basis: JSON.stringify(unfolded === undefined ? args : { ...args, [unfolded]: [] }),
    }),
    [client, name, args, unfolded],
  );
  return {
    result,
    as_of_ms: useAsOf(result?.provenance, behind),
    coverage: result?.provenance.coverage ?? 'complete',
    forget: useCallback(() => setResult(null), []),
    blocks: { questionKey: JSON.stringify(args), question, onResult: setResult, onBehind: setBehind },
  };
}
