/** The same tasks as rows: sortable, and readable without seeing a graph. */
import { useMemo } from 'react';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { minorDigits } from '#domain/money.ts';
import type { CloseForecastView, CloseTaskView } from '#contract/queries.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import type { GridPlace } from '#renderer/grid/GridSurface.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { useNow } from '#renderer/shell/workplace.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { stateWord, TASK_STATES, titlesOf } from './closeStates.ts';

export function CloseList({
  tasks,
  forecast,
  currency,
  selected,
  goTo,
  onSelect,
}: {
  readonly tasks: readonly CloseTaskView[];
  readonly forecast: CloseForecastView;
  readonly currency: string;
  readonly selected: string | null;
  /** The row a key led to. */
  readonly goTo: GridPlace | null;
  readonly onSelect: (task: CloseTaskView) => void;
}) {
  const year = new Date(useNow()).getFullYear();
  const columns = useMemo(() => listColumns(tasks, forecast, currency, year), [tasks, forecast, currency, year]);
  return (
    <MemoryGrid<CloseTaskView>
      label="Tasks of the close"
      viewId="close-tasks"
      columns={columns}
      rows={tasks}
      rowKey={(task) => task.code}
      currentKey={selected}
      goTo={goTo}
      onDrill={onSelect}
      onWorking={onSelect}
      onFocusRow={onSelect}
    />
  );
}

function listColumns(
  tasks: readonly CloseTaskView[],
  forecast: CloseForecastView,
  currency: string,
  year: number,
): readonly GridColumn<CloseTaskView>[] {
  const text = (
    id: string,
    header: string,
    width: number,
    value: (task: CloseTaskView) => string | null,
  ): GridColumn<CloseTaskView> => ({ id, header, width, sort: id, text: (task) => value(task) ?? NO_DATA });
  const expected = new Map(forecast.tasks.map((task) => [task.code, task]));
  return [
    text('title', 'Task', 190, (task) => task.title),
    {
      ...text('state', 'State', 168, stateWord),
      cell: (task) => <Status shape={TASK_STATES[task.state].shape}>{stateWord(task)}</Status>,
    },
    {
      ...text('due', 'Due', 124, (task) => `Day ${task.due_day}, ${weekdayDate(task.due_on, year)}`),
      sort: 'due',
    },
    {
      ...text('expected', 'Expected', 92, (task) => weekdayDate(expected.get(task.code)?.expected_on ?? null, year)),
      help: 'When it was signed by both, or will be by what it usually takes',
    },
    {
      id: 'slack',
      header: 'Slack, d',
      help: 'Working days it may slip without moving the end of the close; 0 = the end waits for it',
      width: 72,
      align: 'right',
      sort: 'slack',
      text: (task) => {
        const slack_days = expected.get(task.code)?.slack_days ?? null;
        return slack_days === null ? NO_DATA : integer(slack_days);
      },
    },
    text('account', 'Account', 76, (task) => task.account),
    {
      id: 'amount',
      header: `Balance, ${currencySymbol(currency)}`,
      width: 116,
      align: 'right',
      sort: 'amount',
      // of accounts beside each other there is no balance
      text: (task) => (task.code === FLUX_TASK ? NO_DATA : ledgerAmount(task.amount_minor, currency)),
      figure: (task) =>
        task.code === FLUX_TASK ? null : { value: task.amount_minor, places: minorDigits(currency), unit: currency },
    },
    text('owner', 'Prepares', 92, (task) => task.owner),
    text('reviewer', 'Reviews', 92, (task) => task.reviewer),
    text('waiting', 'Waits for', 320, (task) => titlesOf(task.waiting_for, tasks) || NO_DATA),
  ];
}
