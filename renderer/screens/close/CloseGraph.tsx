/** The close as a graph: a column for each due day, lines for what waits for what. Arrow keys walk it. */
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { CloseForecastView, CloseTaskView } from '#contract/queries.ts';
import { useWidth } from '#renderer/charts/useWidth.ts';
import { localDate, weekdayDate } from '#renderer/format/dates.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import styles from './close.module.css';
import { initialsOf, isForeseen, stateWord, TASK_STATES, titlesOf } from './closeStates.ts';
import { type GraphPlan, neighbour, type PlacedEdge, planGraph, relatedTasks } from './graphLayout.ts';

const HEAD_PX = 28;
const ROW_PX = 30;
const NODE_PX = 24;
const PAD_PX = 8;
const COLUMN_MIN_PX = 132;
/** Characters beside which initials still fit. */
const SHORT_TITLE = 16;

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
  const column_px = Math.max(COLUMN_MIN_PX, Math.floor(width_px / Math.max(1, plan.days.length)));
  const place = placer(plan, column_px);
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
      <div style={{ position: 'relative', width: column_px * plan.days.length, height }}>
        {plan.days.map((day, column) => {
          const due_on = tasks.find((task) => task.due_day === day)?.due_on ?? null;
          const isToday = due_on === today;
          return (
            <div
              key={day}
              className={`${styles['day']} ${isToday ? styles['today'] : ''}`}
              style={{ left: column * column_px, width: column_px, height }}
            >
              <h3>
                Day {day}{' '}
                <span>
                  {weekdayDate(due_on)}
                  {isToday ? ', today' : ''}
                </span>
              </h3>
            </div>
          );
        })}
        {width_px > 0 ? (
          <svg className={styles['edges']} width={column_px * plan.days.length} height={height} aria-hidden="true">
            {[...plan.edges]
              .toSorted((a, b) => Number(isLit(a, selected, related)) - Number(isLit(b, selected, related)))
              .map((edge) => (
                <path
                  key={`${edge.from} ${edge.to}`}
                  d={edgePath(edge, place, column_px)}
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
            const { x, y } = place(task.code);
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
                  style={{ left: x, top: y, width: column_px - 2 * PAD_PX, height: NODE_PX }}
                  title={`${task.title}: ${stateWord(task)}${isForeseen(task) ? ', not decided by the server yet' : ''}${critical.has(task.code) ? ', the end waits for it' : ''}`}
                  onClick={() => onSelect(task)}
                >
                  <Shape shape={TASK_STATES[task.state].shape} size={10} />
                  <span className={styles['nodeTitle']}>{task.title}</span>
                  {nodeNote(task) ? <small>{nodeNote(task)}</small> : null}
                  <span className={styles['heard']}>
                    , {nodeWords(task, tasks)}
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

type Place = (code: string) => { readonly x: number; readonly y: number };

function placer(plan: GraphPlan, column_px: number): Place {
  const places = new Map(
    plan.tasks.map((task) => [
      task.code,
      { x: task.column * column_px + PAD_PX, y: HEAD_PX + PAD_PX + task.row * ROW_PX },
    ]),
  );
  return (code) => {
    const place = places.get(code);
    if (!place) throw new Error(`the plan has no place for ${code}`);
    return place;
  };
}

/** Right side to left side, turning in the gap before the later task; within a day down along the left side. */
function edgePath(edge: PlacedEdge, place: Place, column_px: number): string {
  const from = place(edge.from);
  const to = place(edge.to);
  const width = column_px - 2 * PAD_PX;
  const [fromY, toY] = [from.y + NODE_PX / 2, to.y + NODE_PX / 2];
  if (from.x === to.x) {
    const x = from.x - PAD_PX / 2;
    return `M${from.x} ${fromY} H${x} V${toY} H${to.x}`;
  }
  const turn = to.x - PAD_PX;
  if (to.x - from.x <= column_px) return `M${from.x + width} ${fromY} H${turn} V${toY} H${to.x}`;
  // A long way runs between the rows, so that it seems to end at no task it only passes.
  const between = from.y + NODE_PX + (ROW_PX - NODE_PX) / 2;
  return `M${from.x + width} ${fromY} H${from.x + width + PAD_PX / 2} V${between} H${turn} V${toY} H${to.x}`;
}

function isLit(edge: PlacedEdge, selected: string | null, related: ReadonlySet<string>): boolean {
  const within = (code: string): boolean => code === selected || related.has(code);
  return selected !== null && within(edge.from) && within(edge.to);
}

function nodeNote(task: CloseTaskView): string {
  if (isForeseen(task)) return '≈';
  if (task.state === 'changed') return 'changed';
  // A long title needs the width; the detail below says who.
  if (task.title.length > SHORT_TITLE) return '';
  if (task.state === 'in_review') return `to ${initialsOf(task.reviewer ?? 'review')}`;
  if (task.state === 'signed' || task.owner === null) return '';
  return initialsOf(task.owner);
}

function nodeWords(task: CloseTaskView, tasks: readonly CloseTaskView[]): string {
  return [
    stateWord(task),
    isForeseen(task) ? 'not decided by the server yet' : '',
    `due ${weekdayDate(task.due_on)}`,
    task.waiting_for.length > 0 ? `waits for ${titlesOf(task.waiting_for, tasks)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
