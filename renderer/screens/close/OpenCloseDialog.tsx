/** Opens the close of the next month: its tasks come from the one before. */
import { useLocation } from 'wouter';
import { monthOfDay } from '#domain/calendar.ts';
import { nextPeriod } from '#domain/close/opening.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { ClosePeriodView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { HeldFile } from '#renderer/screens/imports/HeldFile.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { KEPT_OFFLINE } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './close.module.css';

/** The month whose close comes next. */
export function useNextPeriod(periods: readonly ClosePeriodView[]): number {
  const { company } = useWorkplace();
  const this_month = monthOfDay(dayInZone(useNow(), company.time_zone));
  return nextPeriod(
    periods.map(({ period }) => period),
    this_month,
  );
}

export function OpenCloseDialog({
  period,
  first,
  onClose,
}: {
  readonly period: number;
  /** The company has none yet. */
  readonly first: boolean;
  readonly onClose: () => void;
}) {
  const { company, session } = useWorkplace();
  const [, navigate] = useLocation();
  const run = useRun('openClose');
  const offline = useSyncPill()?.connection === 'offline';
  const month = monthYearLong(period);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Open the close of ${month}`}
      onSubmit={() =>
        run.mutate(
          { company_id: company.id, period },
          {
            onSuccess: () => {
              onClose();
              // shown as soon as the server has made it; until then the month before stays
              navigate(`/close/${period}`);
            },
          },
        )
      }
      foot={
        <>
          <Button kind="solid" type="submit" autoFocus disabled={run.isPending}>
            Open {month}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <p>
        {first
          ? 'Its tasks are those of a usual month-end close, with the accounts that have a role (Imports, Ledger accounts), and nobody has one yet; or the company’s own (Imports, Close tasks), where there are some.'
          : 'Its tasks, who does them and their working days come from the close before, or from the company’s own list (Imports, Close tasks) where there is one; whoever lost the role is left out.'}{' '}
        The server makes it and begins to reconcile its accounts at once. They can be signed when their figures are
        here.
      </p>
      {session.may.import_data && session.may.see_finance ? (
        <>
          <p>To change the list, save it, put it right in a spreadsheet, and bring it in before the month is opened.</p>
          <div className={styles['links']}>
            <HeldFile
              kind="tasks"
              company_code={company.code}
              label="Save the company’s list, or the usual one"
              offline={offline}
            />
            <Button
              kind="link"
              onClick={() => {
                onClose();
                navigate('/imports/tasks');
              }}
            >
              Bring a list in under Imports ›
            </Button>
          </div>
        </>
      ) : null}
      {offline ? <p>{KEPT_OFFLINE}</p> : null}
      {run.error ? <InlineMessage tone="bad">{errorMessage(run.error)}</InlineMessage> : null}
    </Dialog>
  );
}
