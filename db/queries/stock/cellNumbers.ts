/**
 * A number for each cell that has one. Cells are items × sites, of which few exist: memory is laid out in pages, and
 * only pages with something on them are there.
 */
export interface CellNumbers {
  /** The cell's number; -1 = none. */
  readonly get: (cell: number) => number;
  readonly set: (cell: number, number: number) => void;
  /** Gives every cell that has a number its place among them, in ascending order; answers how many they are. */
  readonly renumber: (moved?: (from: number, to: number, cell: number) => void) => number;
}

const PAGE_BITS = 12;
const PAGE = 2 ** PAGE_BITS;

export function createCellNumbers(): CellNumbers {
  const pages: (Int32Array | undefined)[] = [];
  return {
    get: (cell) => {
      const page = pages[cell >>> PAGE_BITS];
      return page === undefined ? -1 : (page[cell & (PAGE - 1)] as number);
    },
    set: (cell, number) => {
      const at = cell >>> PAGE_BITS;
      while (pages.length <= at) pages.push(undefined);
      let page = pages[at];
      if (page === undefined) {
        page = new Int32Array(PAGE).fill(-1);
        pages[at] = page;
      }
      page[cell & (PAGE - 1)] = number;
    },
    renumber: (moved) => {
      let count = 0;
      for (const [index, page] of pages.entries()) {
        if (page === undefined) continue;
        for (let at = 0; at < PAGE; at++) {
          const from = page[at] as number;
          if (from < 0) continue;
          moved?.(from, count, index * PAGE + at);
          page[at] = count;
          count += 1;
        }
      }
      return count;
    },
  };
}
