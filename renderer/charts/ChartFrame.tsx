/** What every chart stands in: a height that no loading changes, and its figures are a table one button away. */
import { type ReactNode, useState } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import styles from './charts.module.css';
import { useWidth } from './useWidth.ts';

export interface ChartTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

export function ChartFrame({
  height_px,
  maxWidth_px,
  table,
  toggleAt = 'left',
  children,
}: {
  readonly height_px: number;
  readonly maxWidth_px?: number;
  /** null: the table stands beside the chart on the screen already. */
  readonly table: ChartTable | null;
  /** Which corner below the plot is free for the button. */
  readonly toggleAt?: 'left' | 'right';
  /** Draws for a measured width. */
  readonly children: (width_px: number) => ReactNode;
}) {
  const [box, width_px] = useWidth<HTMLDivElement>();
  const [asTable, setAsTable] = useState(false);
  return (
    <div
      ref={box}
      className={styles['frame']}
      data-toggle={toggleAt}
      style={{ height: height_px, ...(maxWidth_px === undefined ? {} : { maxWidth: maxWidth_px }) }}
    >
      {asTable && table ? <Figures table={table} /> : width_px > 0 ? children(width_px) : null}
      {table ? (
        <Button
          kind="link"
          className={styles['toggle'] ?? ''}
          data-print="none"
          title={asTable ? 'Back to the chart' : 'The figures of the chart as a table'}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Chart' : 'Table'}
        </Button>
      ) : null}
    </div>
  );
}

/** Scrolls inside the height of the chart, so it takes the focus: the keyboard could not scroll it otherwise (WCAG 2.1.1). */
const SCROLLS = { tabIndex: 0 } as const;

function Figures({ table }: { readonly table: ChartTable }) {
  return (
    <section className={styles['figures']} aria-label={table.caption} {...SCROLLS}>
      <table>
        <caption>{table.caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.cells.map((cell, index) => (
                <td key={table.columns[index + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
