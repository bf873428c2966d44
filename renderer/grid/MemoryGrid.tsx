/** A grid over rows that are all here: small tables, dialogs, screens whose query is not paged. */
import type { GridOptions } from 'ag-grid-community';
import { useMemo, useState } from 'react';
import type { GridColumn, GridSort } from './columns.ts';
import { type GridProps, GridSurface } from './GridSurface.tsx';

export function MemoryGrid<Row>({
  rows,
  grows,
  ...props
}: GridProps<Row> & {
  readonly rows: readonly Row[];
  readonly grows?: boolean;
}) {
  const [ownSort, setOwnSort] = useState<GridSort | undefined>(undefined);
  const sort = props.onSort ? props.sort : ownSort;
  const shown = useMemo(
    () => (props.onSort || !ownSort ? [...rows] : sortedRows(rows, props.columns, ownSort)),
    [rows, props.columns, props.onSort, ownSort],
  );
  const model = useMemo<GridOptions<Row>>(() => ({ rowData: shown }), [shown]);
  return (
    <GridSurface<Row>
      {...props}
      sort={sort}
      onSort={props.onSort ?? setOwnSort}
      model={model}
      sample={shown}
      rowAt={(index) => shown[index]}
      rowCount={() => shown.length}
      {...(grows ? { grows } : {})}
    />
  );
}

/** By figure where the column has one (rows without come last), else by text; equal rows keep their order. */
export function sortedRows<Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[], sort: GridSort): Row[] {
  const column = columns.find((candidate) => candidate.sort === sort.column);
  if (!column) return [...rows];
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column.figure) {
      const left = column.figure(a);
      const right = column.figure(b);
      if (!left || !right) return left ? -1 : right ? 1 : 0;
      return sign * (left.value / 10 ** left.places - right.value / 10 ** right.places);
    }
    return sign * column.text(a).localeCompare(column.text(b), 'en', { numeric: true });
  });
}
