/** What moved in a close task since it was signed: a signature is bound to its balance, to the other side and to its items. */

/** Minor units of the company's currency, each as now less as signed. */
export interface ChangedSides {
  /** The balance of the ledger. */
  readonly ledger_minor: number;
  readonly subledger_minor: number;
  readonly items_minor: number;
  /** Items that came, went or changed. */
  readonly items: number;
}

/** What is at stake: the side that moved most. Items can net to nothing, and then so does this. */
export function mostMovedMinor({ ledger_minor, subledger_minor, items_minor }: ChangedSides): number {
  return Math.max(...[ledger_minor, subledger_minor, items_minor].map((each) => Math.abs(each)));
}

export interface LineMoved {
  readonly side: string;
  readonly ref: string;
  readonly before_minor: number | null;
  readonly after_minor: number | null;
}

/** What changes of lines come to, side by side. */
export function changedSides(changes: readonly LineMoved[]): ChangedSides {
  const moved = (side: string): number =>
    changes.reduce(
      (sum, each) => (each.side === side ? sum + (each.after_minor ?? 0) - (each.before_minor ?? 0) : sum),
      0,
    );
  return {
    ledger_minor: moved('ledger'),
    subledger_minor: moved('subledger'),
    items_minor: moved('item'),
    items: new Set(changes.flatMap(({ side, ref }) => (side === 'item' ? [ref] : []))).size,
  };
}
