/** The right end of the tools of every grid: saved views, columns, row height, files. */
import type { ReactNode } from 'react';
import { ColumnChooser } from './ColumnChooser.tsx';
import type { GridColumn } from './columns.ts';
import { DensityButton } from './DensityButton.tsx';
import { ExportMenu, type ExportMenuProps } from './ExportMenu.tsx';
import styles from './grid.module.css';
import { ViewsMenu, type ViewsMenuProps } from './ViewsMenu.tsx';

export function GridTools<Row>({
  viewId,
  columns,
  views,
  files,
  children,
}: {
  readonly viewId: string;
  readonly columns: readonly GridColumn<Row>[];
  /** Absent: the screen keeps no views. Their arrangement is `viewId`'s unless they say otherwise. */
  readonly views?: Omit<ViewsMenuProps, 'viewIdOf'> & Partial<Pick<ViewsMenuProps, 'viewIdOf'>>;
  /** Absent: the rows leave in no file. */
  readonly files?: Omit<ExportMenuProps<Row>, 'grid'>;
  /** The screen's own, before the others. */
  readonly children?: ReactNode;
}) {
  return (
    <span className={styles['tools']}>
      {children}
      {views ? <ViewsMenu viewIdOf={() => viewId} {...views} /> : null}
      <ColumnChooser viewId={viewId} columns={columns} />
      <DensityButton />
      {files ? <ExportMenu<Row> grid={{ viewId, columns }} {...files} /> : null}
    </span>
  );
}
