/** What can be put on paper: grids offer their rows, the shell lays them out. */
import { createContext, useContext, useEffect } from 'react';

/** Rows of one grid on paper: a file holds more. */
export const MOST_PRINTED_ROWS = 2000;

export interface PrintedRow {
  readonly cells: readonly string[];
  readonly level: number;
  readonly tone: 'group' | 'strong' | 'quiet' | 'total' | null;
}

export interface PrintedGrid {
  readonly label: string;
  readonly columns: readonly { readonly header: string; readonly right: boolean }[];
  readonly rows: readonly PrintedRow[];
  /** All rows of the view, printed or not. */
  readonly total_rows: number;
}

export interface Printable {
  /** Reads up to `most` rows; the promise is waited for before the page is laid out. */
  readonly read: (most: number) => Promise<PrintedGrid>;
  /** The first rows as far as they are here: a print that the browser began waits for nothing. */
  readonly atHand: (most: number) => PrintedGrid;
}

export interface PrintDesk {
  /** Offers a grid for as long as it is on the screen. */
  offer(grid: Printable): () => void;
  offered(): readonly Printable[];
}

export function createPrintDesk(): PrintDesk {
  const grids = new Set<Printable>();
  return {
    offer: (grid) => {
      grids.add(grid);
      return () => grids.delete(grid);
    },
    offered: () => [...grids],
  };
}

export const PrintDeskContext = createContext<PrintDesk | null>(null);

export function usePrintable(grid: Printable): void {
  const desk = useContext(PrintDeskContext);
  useEffect(() => desk?.offer(grid), [desk, grid]);
}
