/** The current screen on A4 landscape: what it is, of whom and when, its charts, and its rows as a plain table. */
import { useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useSyncPill } from '#renderer/client/useContract.ts';
import { dateAndTime, monthYearLong } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { useWorkplace } from '../workplace.ts';
import styles from './print.module.css';
import { MOST_PRINTED_ROWS, type PrintedGrid } from './printing.ts';

export interface PrintedScreen {
  readonly title: string;
  /** 'All sites, as of 20:19' and the filters' chips, as the screen says them. */
  readonly said: readonly string[];
  readonly charts: readonly Element[];
  readonly grids: readonly PrintedGrid[];
  /** The browser's own print: only rows that were here. */
  readonly begun: boolean;
}

export function PrintSheet({ screen }: { readonly screen: PrintedScreen }) {
  const { scope, month, session } = useWorkplace();
  const pill = useSyncPill();
  return createPortal(
    <div className={styles['sheet']} data-print-sheet="">
      <header className={styles['head']}>
        <h1>{screen.title}</h1>
        <dl>
          <dt>Company</dt>
          <dd>{scope.mixed ? `${scope.name}, in ${scope.currency}` : scope.name}</dd>
          {month === null ? null : (
            <>
              <dt>Period</dt>
              <dd>{monthYearLong(month)}</dd>
            </>
          )}
          <dt>As of</dt>
          <dd>{dateAndTime(pill?.as_of_ms ?? null)}</dd>
          <dt>Printed by</dt>
          <dd>{session.display_name}</dd>
        </dl>
        {screen.said.length > 0 ? <p>{screen.said.join(' · ')}</p> : null}
      </header>
      {screen.charts.map((chart, index) => (
        <Chart key={`${index}-${chart.tagName}`} chart={chart} />
      ))}
      {screen.grids.map((grid) => (
        <section key={grid.label}>
          <table className={styles['table']} aria-label={grid.label}>
            <thead>
              <tr>
                {grid.columns.map((column) => (
                  <th key={column.header} className={column.right ? styles['right'] : ''} scope="col">
                    {column.header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {grid.rows.map((row, index) => (
                <tr key={`${index}-${row.cells[0] ?? ''}`} data-tone={row.tone ?? ''}>
                  {row.cells.map((cell, at) => (
                    <td
                      key={grid.columns[at]?.header ?? at}
                      className={grid.columns[at]?.right ? styles['right'] : ''}
                      {...(at === 0 && row.level > 0 ? { style: { paddingLeft: 6 + row.level * 12 } } : {})}
                    >
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles['foot']}>{rowsSaid(grid, screen.begun)}</p>
        </section>
      ))}
    </div>,
    document.body,
  );
}

/** The totals row is no row of the view. */
function rowsSaid({ rows, total_rows }: PrintedGrid, begun: boolean): string {
  const printed = rows.filter((row) => row.tone !== 'total').length;
  return printed < total_rows
    ? `The first ${integer(printed)} of ${integer(total_rows)} rows. ${begun ? `Ctrl P on the screen prints up to ${integer(MOST_PRINTED_ROWS)}, an` : 'An'} export has all of them.`
    : counted(total_rows, 'row');
}

/** A4 landscape between its margins, at 96 dots an inch. */
const PAGE_PX = 1030;

/** A chart is drawn already: a copy of it goes on the page, in colours that paper can tell apart. */
function Chart({ chart }: { readonly chart: Element }) {
  const place = useRef<HTMLDivElement>(null);
  // Before the browser goes on: a print it began itself takes the page as it stands.
  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return;
    box.replaceChildren(chart.cloneNode(true));
    // Drawn for the screen's width, labels and all: the whole of it is made as wide as the page.
    const { width } = chart.getBoundingClientRect();
    box.style.width = `${width}px`;
    box.style.zoom = String(Math.min(1, PAGE_PX / width));
  }, [chart]);
  return <div ref={place} className={styles['chart']} />;
}
