import type { ColumnFilter } from '#domain/columnFilters.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Chip } from '#renderer/ui/Chip.tsx';
import { filtersByName } from './columnFilterWords.ts';
import type { GridColumn } from './columns.ts';
import styles from './grid.module.css';

/** The columns' filters above the grid, each with its way out. */
export function FiltersInForce<Row>({
  columns,
  filters,
  onFilters,
  words,
}: {
  readonly columns: readonly GridColumn<Row>[];
  readonly filters: readonly ColumnFilter[];
  readonly onFilters: (filters: readonly ColumnFilter[]) => void;
  /** What they leave: '12 of 40 rows'. */
  readonly words: string | null;
}) {
  return (
    <div className={styles['inForce']} role="group" aria-label="Filters in force">
      {filtersByName(columns, filters, onFilters).map(({ column, field, value, onRemove }) => (
        <Chip key={column} field={field} value={value} onRemove={onRemove} />
      ))}
      {filters.length > 1 ? (
        <Button kind="link" onClick={() => onFilters([])}>
          Lift all
        </Button>
      ) : null}
      {words ? <small>{words}</small> : null}
    </div>
  );
}
