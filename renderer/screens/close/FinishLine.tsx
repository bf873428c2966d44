/** When the close will be done, and what to do now for it: tasks that wait for nothing, those that move the end first. */
import type { CloseForecastView, CloseTaskView } from '#contract/queries.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import styles from './close.module.css';

/** Of more the graph tells. */
const MOST_NEXT = 4;

export function FinishLine({
  forecast,
  tasks,
  onSelect,
}: {
  readonly forecast: CloseForecastView;
  readonly tasks: readonly CloseTaskView[];
  readonly onSelect: (task: CloseTaskView) => void;
}) {
  const next = forecast.next.flatMap((code) => tasks.find((task) => task.code === code) ?? []);
  const deciding = new Set(forecast.tasks.filter(({ critical }) => critical).map(({ code }) => code));
  const ending = next.filter(({ code }) => deciding.has(code));
  const shown = ending.slice(0, MOST_NEXT);
  const year = new Date(useNow()).getFullYear();
  const late = counted(forecast.late_days, 'working day');
  const from =
    forecast.earlier_closes === 0
      ? 'By the plan: no earlier close tells how long tasks take'
      : `By what tasks took in ${counted(forecast.earlier_closes, 'earlier close')}`;
  return (
    <span className={styles['finish']} title={from}>
      <Status shape={forecast.late_days > 0 ? 'warn' : 'good'}>
        {next.length === 0 ? 'Done' : 'Expected to be done'} {weekdayDate(forecast.finish_on, year)}
        {forecast.late_days > 0 ? `, ${late} late` : ', in time'}
      </Status>
      {shown.length > 0 ? (
        <span className={styles['quiet']}>
          The end waits for{' '}
          {shown.map((task, at) => (
            <span key={task.code}>
              {at > 0 ? '; ' : ''}
              <Button kind="link" onClick={() => onSelect(task)}>
                {task.title}
              </Button>
            </span>
          ))}
          {ending.length > shown.length ? ` and ${ending.length - shown.length} more` : ''}
        </span>
      ) : null}
    </span>
  );
}
