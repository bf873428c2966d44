/**
 * Where tasks and their dependencies lie: a column for each due day, rows in the order dagre finds so that lines cross
 * little. Pure; units are columns and rows, the drawing turns them into pixels.
 */
import { Graph, layout } from '@dagrejs/dagre';

export interface GraphTask {
  readonly code: string;
  readonly due_day: number;
  readonly depends_on: readonly string[];
}

export interface PlacedTask {
  readonly code: string;
  readonly column: number;
  readonly row: number;
}
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
}
export interface GraphPlan {
  /** Due days, ascending. */
  readonly days: readonly number[];
  readonly rows: number;
  readonly tasks: readonly PlacedTask[];
  /** Dependencies between tasks that are both here. */
  readonly edges: readonly PlacedEdge[];
}

export function planGraph(tasks: readonly GraphTask[]): GraphPlan {
  const days = [...new Set(tasks.map((task) => task.due_day))].toSorted((a, b) => a - b);
  const codes = new Set(tasks.map((task) => task.code));
  const edges = tasks.flatMap((task) =>
    task.depends_on.filter((code) => codes.has(code)).map((from) => ({ from, to: task.code })),
  );
  const height = crossingOrder(tasks, edges);
  const placed: PlacedTask[] = [];
  for (const [column, day] of days.entries()) {
    const ofDay = tasks
      .filter((task) => task.due_day === day)
      .toSorted((a, b) => (height.get(a.code) ?? 0) - (height.get(b.code) ?? 0));
    for (const [row, task] of inDependencyOrder(ofDay).entries()) placed.push({ code: task.code, column, row });
  }
  return { days, rows: placed.reduce((most, task) => Math.max(most, task.row + 1), 0), tasks: placed, edges };
}

/** Vertical position of each task in a free left-to-right layout. */
function crossingOrder(tasks: readonly GraphTask[], edges: readonly PlacedEdge[]): ReadonlyMap<string, number> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  const day = new Map(tasks.map((task) => [task.code, task.due_day]));
  for (const task of tasks) graph.setNode(task.code, { width: 100, height: 20 });
  for (const { from, to } of edges) {
    graph.setEdge(from, to, { minlen: Math.max(1, (day.get(to) ?? 0) - (day.get(from) ?? 0)) });
  }
  layout(graph);
  return new Map(
    tasks.map((task) => {
      const node: { readonly y?: number } = graph.node(task.code);
      return [task.code, node.y ?? 0];
    }),
  );
}

/** Within a day what is needed first stands higher; otherwise the given order stays. A cycle leaves it as it is. */
function inDependencyOrder(tasks: readonly GraphTask[]): readonly GraphTask[] {
  const left = [...tasks];
  const done: GraphTask[] = [];
  while (left.length > 0) {
    const at = left.findIndex((task) => !left.some((other) => task.depends_on.includes(other.code)));
    const [next] = left.splice(Math.max(0, at), 1);
    if (next) done.push(next);
  }
  return done;
}

/** Everything a task waits for and everything that waits for it, directly or not; without the task itself. */
export function relatedTasks(code: string, edges: readonly PlacedEdge[]): ReadonlySet<string> {
  const related = new Set<string>();
  const walk = (from: string, next: (edge: PlacedEdge, at: string) => string | null): void => {
    for (const edge of edges) {
      const to = next(edge, from);
      if (to === null || related.has(to) || to === code) continue;
      related.add(to);
      walk(to, next);
    }
  };
  walk(code, (edge, at) => (edge.to === at ? edge.from : null));
  const upstream = [...related];
  related.clear();
  walk(code, (edge, at) => (edge.from === at ? edge.to : null));
  return new Set([...upstream, ...related]);
}

/**
 * Widths of the columns: each what its longest title needs, and what is over shared evenly. Where all together need more
 * than there is, the widest give way first, to `least_px` at the narrowest; below that the board scrolls. Whole pixels.
 */
export function columnWidths(needed_px: readonly number[], width_px: number, least_px: number): readonly number[] {
  const wanted = needed_px.map((need) => Math.max(least_px, Math.ceil(need)));
  const over = width_px - wanted.reduce((sum, each) => sum + each, 0);
  if (over >= 0) {
    const share = Math.floor(over / Math.max(1, wanted.length));
    return wanted.map((each) => each + share);
  }
  const cap = capOf(wanted, Math.max(width_px, least_px * wanted.length));
  return wanted.map((each) => Math.min(each, cap));
}

/** The greatest width under which all of them fit into `width_px`. */
function capOf(widths: readonly number[], width_px: number): number {
  let left = width_px;
  const ascending = widths.toSorted((a, b) => a - b);
  for (const [nth, each] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - nth));
    if (each >= share) return share;
    left -= each;
  }
  return width_px;
}

/** The task an arrow key leads to: up and down within the day, left and right to the nearest row of the day beside. */
export function neighbour(plan: GraphPlan, code: string, key: string): string | null {
  const here = plan.tasks.find((task) => task.code === code);
  if (!here) return plan.tasks[0]?.code ?? null;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const row = here.row + (key === 'ArrowDown' ? 1 : -1);
    return plan.tasks.find((task) => task.column === here.column && task.row === row)?.code ?? null;
  }
  const column = here.column + (key === 'ArrowRight' ? 1 : -1);
  const beside = plan.tasks.filter((task) => task.column === column);
  return (
    beside.toSorted((a, b) => Math.abs(a.row - here.row) - Math.abs(b.row - here.row) || a.row - b.row)[0]?.code ?? null
  );
}
