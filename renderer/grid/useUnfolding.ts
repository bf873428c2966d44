/** Rows that come folded: which nodes the person opened, and the tree made of them. */
import { useMemo, useState } from 'react';
import type { GridTree } from './cells.tsx';

interface FoldedRow {
  readonly key: string;
  readonly level: number;
  readonly expanded: boolean;
}

/** Keep `foldable` stable: it stands outside the component. */
export function useUnfolding<Row extends FoldedRow>(foldable: (row: Row) => boolean) {
  const [expanded, setExpanded] = useState<readonly string[]>([]);
  const tree = useMemo<GridTree<Row>>(
    () => ({
      level: (row) => row.level,
      foldable,
      open: (row) => row.expanded,
      onFold: (row, unfold) =>
        setExpanded((current) => (unfold ? [...current, row.key] : current.filter((key) => key !== row.key))),
    }),
    [foldable],
  );
  return { expanded, setExpanded, tree };
}
