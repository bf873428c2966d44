/** The close as a graph: a column for each due day, lines for what waits for what. Arrow keys walk it. */
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { CloseForecastView, CloseTaskView } from '#contract/queries.ts';
import { useWidth } from '#renderer/charts/useWidth.ts';
import { localDate, weekdayDate } from '#renderer/format/dates.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { textMeasure } from '#renderer/ui/textMeasure.ts';
import styles from './close.module.css';
import { initialsOf, isForeseen, stateWord, TASK_STATES, titlesOf } from './closeStates.ts';
import { columnWidths, type GraphPlan, neighbour, type PlacedEdge, planGraph, relatedTasks } from './graphLayout.ts';

const HEAD_PX = 28;
const ROW_PX = 30;
const NODE_PX = 24;
const PAD_PX = 8;
const COLUMN_MIN_PX = 112;
const GAP_PX = 6;
const CHANGED = 'changed';
/** Within a task, beside its title: padding and border on both sides, the mark and the gap after it. */
const NODE_CHROME_PX = 2 * 9 + 10 + GAP_PX;

export function CloseGraph({
  tasks,
  forecast,
  selected,
  sent,
  now_ms,
  onSelect,
}: {
  readonly tasks: readonly CloseTaskView[];
  readonly forecast: CloseForecastView;
  readonly selected: string | null;
  /** Somebody was sent to the selected task: it has the focus where nothing else has. */
  readonly sent: boolean;
  readonly now_ms: number;
  readonly onSelect: (task: CloseTaskView) => void;
}) {
  const plan = useMemo(() => planGraph(tasks), [tasks]);
  const [box, width_px] = useWidth<HTMLDivElement>();
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const critical = useMemo(
    () => new Set(forecast.tasks.filter((task) => task.critical).map(({ code }) => code)),
    [forecast],
  );
  const byCode = useMemo(() => new Map(tasks.map((task) => [task.code, task])), [tasks]);
  const related = useMemo(
    () => (selected === null ? new Set<string>() : relatedTasks(selected, plan.edges)),
    [selected, plan],
  );
  const measure = useMemo(() => ({ title: textMeasure('600 12px'), note: textMeasure('400 11px') }), []);
  const columns = useMemo(() => columnsOf(plan, byCode, width_px, measure.title), [plan, byCode, width_px, measure]);
  const board_px = columns.reduce((sum, column) => sum + column.width_px, 0);
  const place = placer(plan, columns);
  const today = localDate(now_ms);
  const height = HEAD_PX + PAD_PX + plan.rows * ROW_PX + 4;

  // What had the focus went with the task before it: the keys go on from the board.
  const before = useRef(sent ? null : selected);
  useEffect(() => {
    if (selected === before.current) return;
    before.current = selected;
    if (document.activeElement === document.body) buttons.current.get(selected ?? '')?.focus();
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (!event.key.startsWith('Arrow') || selected === null) return;
    const to = neighbour(plan, selected, event.key);
    const task = to === null ? undefined : byCode.get(to);
    event.preventDefault();
    if (!task) return;
    onSelect(task);
    buttons.current.get(task.code)?.focus();
  };

  return (
    <div ref={box} className={styles['graph']}>
      <div style={{ position: 'relative', width: board_px, height }}>
        {plan.days.map((day, column) => {
          const due_on = tasks.find((task) => task.due_day === day)?.due_on ?? null;
          const isToday = due_on === today;
          return (
            <div
              key={day}
              className={`${styles['day']} ${isToday ? styles['today'] : ''}`}
              style={{ left: columns[column]?.left_px, width: columns[column]?.width_px, height }}
            >
              <h3>
                Day {day}{' '}
                <span>
                  {weekdayDate(due_on, Number(today.slice(0, 4)))}
                  {isToday ? ', today' : ''}
                </span>
              </h3>
            </div>
          );
        })}
        {width_px > 0 ? (
          <svg className={styles['edges']} width={board_px} height={height} aria-hidden="true">
            {[...plan.edges]
              .toSorted((a, b) => Number(isLit(a, selected, related)) - Number(isLit(b, selected, related)))
              .map((edge) => (
                <path
                  key={`${edge.from} ${edge.to}`}
                  d={edgePath(edge, place)}
                  fill="none"
                  stroke={isLit(edge, selected, related) ? 'var(--ink)' : 'var(--line2)'}
                  strokeWidth={isLit(edge, selected, related) ? 1.5 : 1}
                />
              ))}
          </svg>
        ) : null}
        <ul className={styles['nodes']} data-keys="" aria-label="Tasks by due day" onKeyDown={onKeyDown}>
          {plan.tasks.map((placed) => {
            const task = byCode.get(placed.code);
            if (!task) return null;
            const { x, y, width } = place(task.code);
            const note = nodeNote(
              task,
              (title, words) => NODE_CHROME_PX + measure.title(title) + GAP_PX + measure.note(words) <= width,
            );
            return (
              <li key={task.code}>
                <button
                  type="button"
                  ref={(element) => {
                    if (element) buttons.current.set(task.code, element);
                    else buttons.current.delete(task.code);
                  }}
                  tabIndex={task.code === selected || (selected === null && placed === plan.tasks[0]) ? 0 : -1}
                  className={styles['node']}
                  data-state={task.state}
                  data-critical={critical.has(task.code) ? '' : undefined}
                  aria-current={task.code === selected ? 'true' : undefined}
                  style={{ left: x, top: y, width, height: NODE_PX }}
                  title={`${task.title}: ${stateWord(task)}${isForeseen(task) ? ', not decided by the server yet' : ''}${critical.has(task.code) ? ', the end waits for it' : ''}`}
                  onClick={() => onSelect(task)}
                >
                  <Shape shape={TASK_STATES[task.state].shape} size={10} />
                  <span className={styles['nodeTitle']}>{task.title}</span>
                  {note ? <small>{note}</small> : null}
                  <span className={styles['heard']}>
                    , {nodeWords(task, tasks, Number(today.slice(0, 4)))}
                    {critical.has(task.code) ? ', the end waits for it' : ''}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

interface BoardColumn {
  readonly left_px: number;
  readonly width_px: number;
}

/** A column is as wide as its longest title, with the word of a change beside it. */
function columnsOf(
  plan: GraphPlan,
  tasks: ReadonlyMap<string, CloseTaskView>,
  width_px: number,
  measure: (text: string) => number,
): readonly BoardColumn[] {
  const needed = plan.days.map(() => 0);
  for (const { code, column } of plan.tasks) {
    const task = tasks.get(code);
    if (!task) continue;
    const note = task.state === 'changed' ? GAP_PX + measure(CHANGED) : 0;
    const need = 2 * PAD_PX + NODE_CHROME_PX + measure(task.title) + note;
    needed[column] = Math.max(needed[column] ?? 0, need);
  }
  let left_px = 0;
  return columnWidths(needed, width_px, COLUMN_MIN_PX).map((width) => {
    const column = { left_px, width_px: width };
    left_px += width;
    return column;
  });
}

type Place = (code: string) => { readonly x: number; readonly y: number; readonly width: number };

function placer(plan: GraphPlan, columns: readonly BoardColumn[]): Place {
  const places = new Map(
    plan.tasks.map((task) => {
      const column = columns[task.column] ?? { left_px: 0, width_px: COLUMN_MIN_PX };
      return [
        task.code,
        { x: column.left_px + PAD_PX, y: HEAD_PX + PAD_PX + task.row * ROW_PX, width: column.width_px - 2 * PAD_PX },
      ];
    }),
  );
  return (code) => {
    const place = places.get(code);
    if (!place) throw new Error(`the plan has no place for ${code}`);
    return place;
  };
}

/** Right side to left side, turning in the gap before the later task; within a day down along the left side. */
function edgePath(edge: PlacedEdge, place: Place): string {
  const from = place(edge.from);
  const to = place(edge.to);
  const [fromY, toY] = [from.y + NODE_PX / 2, to.y + NODE_PX / 2];
  const right = from.x + from.width;
  if (from.x === to.x) {
    const x = from.x - PAD_PX / 2;
    return `M${from.x} ${fromY} H${x} V${toY} H${to.x}`;
  }
  const turn = to.x - PAD_PX;
  if (to.x - right <= 2 * PAD_PX) return `M${right} ${fromY} H${turn} V${toY} H${to.x}`;
  // A long way runs between the rows, so that it seems to end at no task it only passes.
  const between = from.y + NODE_PX + (ROW_PX - NODE_PX) / 2;
  return `M${right} ${fromY} H${right + PAD_PX / 2} V${between} H${turn} V${toY} H${to.x}`;
}

function isLit(edge: PlacedEdge, selected: string | null, related: ReadonlySet<string>): boolean {
  const within = (code: string): boolean => code === selected || related.has(code);
  return selected !== null && within(edge.from) && within(edge.to);
}

function nodeNote(task: CloseTaskView, fits: (title: string, note: string) => boolean): string {
  if (isForeseen(task)) return '≈';
  if (task.state === 'changed') return CHANGED;
  const note = whose(task);
  // The title needs the width; the detail below says who.
  return fits(task.title, note) ? note : '';
}

function whose(task: CloseTaskView): string {
  if (task.state === 'in_review') return `to ${initialsOf(task.reviewer ?? 'review')}`;
  if (task.state === 'signed' || task.owner === null) return '';
  return initialsOf(task.owner);
}

function nodeWords(task: CloseTaskView, tasks: readonly CloseTaskView[], year: number): string {
  return [
    stateWord(task),
    isForeseen(task) ? 'not decided by the server yet' : '',
    `due ${weekdayDate(task.due_on, year)}`,
    task.waiting_for.length > 0 ? `waits for ${titlesOf(task.waiting_for, tasks)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
