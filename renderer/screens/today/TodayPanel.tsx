/** The working behind one decision: how its money is made, the rows, what happened. */
import { isAnswered } from '#domain/exceptions/exception.ts';
import type { ExceptionDetail, ExceptionLine, TodayRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock, localDate, shortDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantityWithUnit } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ChannelMark, Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './today.module.css';
import { exceptionWords } from './words.ts';
import { escalationWords, eventWords, ownStake, PART_WORDS, SEVERITY_SHAPES, stakeRule } from './workingWords.ts';

export function TodayPanel({
  row,
  place,
  currency,
  company,
  may,
  onAct,
  onSnooze,
  onWake,
  onAssign,
  onClose,
}: {
  readonly row: TodayRow;
  /** Its place in the list; null where nobody counts. */
  readonly place: { readonly at: number; readonly of: number } | null;
  /** What stakes are shown in. */
  readonly currency: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  /** Whether this person decides about exceptions. */
  readonly may: boolean;
  readonly onAct: () => void;
  readonly onSnooze: () => void;
  readonly onWake: () => void;
  readonly onAssign: () => void;
  readonly onClose: () => void;
}) {
  const detail = useAsk('exceptionDetail', { company_id: row.company_id, key: row.key });
  const words = exceptionWords(row, row.currency);
  const opens = words.place !== null || words.purchase_order_id !== null;
  return (
    <Panel
      title={
        <span className={styles['panelTitle']}>
          <Shape shape={SEVERITY_SHAPES[row.severity]} />
          {isAnswered(row.facts.kind)
            ? 'Waits for your answer'
            : `${overviewMoney(row.shown_minor, currency)} at stake`}
        </span>
      }
      aside={place === null ? '' : `${integer(place.at + 1)} of ${integer(place.of)}`}
      onClose={onClose}
      actions={
        <>
          {opens ? (
            <Button kind="solid" keyCap="↵" onClick={onAct}>
              {words.action}
            </Button>
          ) : null}
          {may ? (
            <>
              {row.snoozed_until_on === null ? (
                <Button keyCap="S" onClick={onSnooze}>
                  Snooze
                </Button>
              ) : (
                <Button keyCap="S" onClick={onWake}>
                  Wake
                </Button>
              )}
              <Button keyCap="A" onClick={onAssign}>
                Assign
              </Button>
            </>
          ) : (
            <span className={styles['reader']}>Your role reads and does not decide.</span>
          )}
        </>
      }
    >
      <PanelSection>
        {company === null ? null : (
          <p className={styles['owner']}>
            {company}
            {ownStake(row, currency)}
            {words.place === null ? '' : `. ${words.action} opens this company alone.`}
          </p>
        )}
        <p className={styles['subject']}>{words.title}</p>
        <p className={styles['subjectReason']}>{words.reason}</p>
        <p className={styles['owner']}>
          {[
            row.assigned_to
              ? `given to ${row.assigned_to}`
              : row.owner
                ? `of ${row.owner}`
                : isAnswered(row.facts.kind)
                  ? 'of whoever may answer, you among them'
                  : 'nobody’s yet',
            row.snoozed_until_on ? `snoozed until ${shortDate(row.snoozed_until_on)}` : '',
            escalationWords(row) ?? '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </PanelSection>
      {detail.data && !detail.isPlaceholderData ? (
        <Working row={row} detail={detail.data} />
      ) : detail.error ? (
        <ErrorState
          title="The working could not be read"
          text={errorMessage(detail.error)}
          onRetry={() => void detail.refetch()}
        />
      ) : (
        <LoadingRows rows={8} />
      )}
    </Panel>
  );
}

function Working({ row, detail }: { readonly row: TodayRow; readonly detail: ExceptionDetail }) {
  const as_of_ms = useAsOf(detail.provenance);
  if (detail.row === null) {
    return (
      <PanelSection>
        <p className={styles['cleared']}>
          <Shape shape="done" /> It cleared itself meanwhile.
        </p>
      </PanelSection>
    );
  }
  const { currency } = detail;
  const year = as_of_ms === null ? undefined : Number(localDate(as_of_ms).slice(0, 4));
  return (
    <>
      <PanelSection
        title={detail.row.parts.length === 0 ? 'Why it is here' : 'How the figure is made'}
        aside={as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`}
      >
        <p className={styles['rule']}>{stakeRule(row)}.</p>
        {detail.row.parts.map((part) => (
          <PanelRow
            key={part.part}
            label={PART_WORDS[part.part]}
            note={counted(part.lines, 'line')}
            value={overviewMoney(part.amount_minor, currency)}
          />
        ))}
        {detail.row.parts.length === 0 ? null : (
          <PanelRow total label="At stake" value={overviewMoney(detail.row.stake_minor, currency)} />
        )}
      </PanelSection>
      {detail.lines.length > 0 ? (
        <PanelSection
          title="The rows behind it"
          aside={
            detail.total_lines > detail.lines.length
              ? `first ${integer(detail.lines.length)} of ${counted(detail.total_lines, 'row')}`
              : counted(detail.total_lines, 'row')
          }
        >
          <ul className={styles['lines']}>
            {detail.lines.map((line, index) => (
              <Line key={`${line.number}-${index}`} line={line} currency={currency} year={year} />
            ))}
          </ul>
        </PanelSection>
      ) : null}
      {detail.events.length > 0 ? (
        <PanelSection title="What changed">
          <ol className={styles['events']}>
            {detail.events.map((event, index) => (
              <li key={`${event.on}-${index}`}>
                <time dateTime={event.on}>{shortDate(event.on, year)}</time>
                <span>{eventWords(event)}</span>
              </li>
            ))}
          </ol>
        </PanelSection>
      ) : null}
    </>
  );
}

function Line({
  line,
  currency,
  year,
}: {
  readonly line: ExceptionLine;
  readonly currency: string;
  /** Days of other years are written with theirs. */
  readonly year: number | undefined;
}) {
  const { openOrder } = useWorkplace();
  const { order_id } = line;
  return (
    <li>
      {order_id === null ? (
        <span>{line.number}</span>
      ) : (
        <span>
          <DrillLink onClick={() => openOrder(order_id)}>{line.number}</DrillLink>
        </span>
      )}
      <span className={styles['party']}>
        {line.channel_kind === null ? null : <ChannelMark kind={line.channel_kind} />}
        <span>{line.party ?? NO_DATA}</span>
      </span>
      <span className={styles['on']}>{shortDate(line.on, year)}</span>
      <span className={styles['qty']}>{line.qty_milli === null ? '' : quantityWithUnit(line.qty_milli, line.uom)}</span>
      <strong>{line.part === 'asked' ? '' : overviewMoney(line.amount_minor, currency)}</strong>
    </li>
  );
}
