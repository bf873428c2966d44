/** What is left of each differing account and day while parts of it are found. */
import type { Cell } from './cells.ts';
import type { ReconciledRole } from './plan.ts';

export class CellsLeft {
  private readonly left = new Map<string, Cell>();

  constructor(cells: readonly Cell[]) {
    for (const cell of cells) this.left.set(keyOf(cell), cell);
  }

  at(role: ReconciledRole, day: number): number {
    return this.left.get(keyOf({ role, day }))?.amount_minor ?? 0;
  }

  take(role: ReconciledRole, day: number, amount_minor: number): void {
    const rest = this.at(role, day) - amount_minor;
    if (rest === 0) this.left.delete(keyOf({ role, day }));
    else this.left.set(keyOf({ role, day }), { role, day, amount_minor: rest });
  }

  all(): readonly Cell[] {
    return [...this.left.values()];
  }
}

export function keyOf({ role, day }: { readonly role: ReconciledRole; readonly day: number }): string {
  return `${role}/${day}`;
}
