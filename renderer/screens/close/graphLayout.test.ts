import { describe, expect, test } from 'vitest';
import { columnWidths, type GraphTask, neighbour, planGraph, relatedTasks } from './graphLayout.ts';

const task = (code: string, due_day: number, ...depends_on: string[]): GraphTask => ({ code, due_day, depends_on });
const TASKS = [
  task('freeze', 1, 'cut_off'),
  task('cut_off', 1),
  task('bills', 2, 'freeze'),
  task('counts', 2, 'freeze'),
  task('grni', 3, 'bills'),
  task('valuation', 5, 'counts', 'gone'),
  task('trial', 6, 'grni', 'valuation'),
];

describe('close graph', () => {
  const plan = planGraph(TASKS);

  test('a column for each due day, every task once, nothing on top of another', () => {
    expect(plan.days).toEqual([1, 2, 3, 5, 6]);
    expect(plan.tasks.map((placed) => placed.code).toSorted()).toEqual(TASKS.map((each) => each.code).toSorted());
    expect(new Set(plan.tasks.map((placed) => `${placed.column}/${placed.row}`)).size).toBe(TASKS.length);
    for (const placed of plan.tasks) {
      expect(plan.days[placed.column]).toBe(TASKS.find((each) => each.code === placed.code)?.due_day);
    }
  });

  test('within a day what is needed first stands higher', () => {
    const row = (code: string) => plan.tasks.find((placed) => placed.code === code)?.row;
    expect([row('cut_off'), row('freeze')]).toEqual([0, 1]);
  });

  test('a dependency that is not on the board draws no line', () => {
    expect(plan.edges).toHaveLength(7);
    expect(plan.edges.some((edge) => edge.from === 'gone')).toBe(false);
  });

  test('related is what leads here and what follows, not the siblings', () => {
    expect([...relatedTasks('bills', plan.edges)].toSorted()).toEqual(['cut_off', 'freeze', 'grni', 'trial']);
  });

  test('a cycle in the data neither hangs nor loses tasks', () => {
    const knot = planGraph([task('a', 1, 'b'), task('b', 1, 'a')]);
    expect(knot.tasks).toHaveLength(2);
    expect([...relatedTasks('a', knot.edges)]).toEqual(['b']);
  });

  test('arrow keys stay on the board', () => {
    expect(neighbour(plan, 'cut_off', 'ArrowDown')).toBe('freeze');
    expect(neighbour(plan, 'cut_off', 'ArrowUp')).toBeNull();
    expect(neighbour(plan, 'grni', 'ArrowRight')).toBe('valuation');
    expect(neighbour(plan, 'trial', 'ArrowRight')).toBeNull();
  });
});

describe('widths of the columns', () => {
  test('each what its title needs, the rest shared', () => {
    expect(columnWidths([100, 190, 120], 450, 90)).toEqual([113, 203, 133]);
  });

  test('where it is too narrow the widest give way, and no other', () => {
    expect(columnWidths([100, 190, 160], 400, 90)).toEqual([100, 150, 150]);
  });

  test('none is narrower than the least, even if the board must scroll', () => {
    expect(columnWidths([100, 190, 160], 200, 90)).toEqual([90, 90, 90]);
    expect(columnWidths([], 200, 90)).toEqual([]);
  });
});
