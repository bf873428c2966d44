/** Drafting a change of one rule, or of what a file changes. Works without a connection; somebody else approves it. */
import { type ReactNode, useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, addMonths, monthOfDay } from '#domain/calendar.ts';
import { draftsOf, MOST_RULE_LINES, type RuleLine } from '#domain/governance/change.ts';
import { type RuleSubject, type RuleValues, SUBJECTS } from '#domain/governance/subjects.ts';
import { effectiveDayProblem } from '#domain/governance/validate.ts';
import type { RuleChangeView, RuleView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { localDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Field, Tick } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { DiffTable, RefusedLines } from './DiffTable.tsx';
import { RuleFields } from './RuleFields.tsx';
import { ruleName } from './ruleWords.ts';
import styles from './rules.module.css';
import { ruleTexts, type RuleTexts, useRuleDraft } from './useRuleDraft.ts';

/** The nearest day a rule of the subject can begin on. */
export function nearestDay(subject: RuleSubject, now_ms: number): string {
  const today = localDate(now_ms);
  if (!SUBJECTS[subject].by_month) return today;
  return isoDate(firstDayOfMonth(addMonths(monthOfDay(dayNumber(today) ?? 0), 1)));
}

export function DraftRule({
  company_id,
  currency,
  subject,
  row,
  now_ms,
  onClose,
}: {
  readonly company_id: number;
  readonly currency: string;
  readonly subject: RuleSubject;
  readonly row: RuleView;
  readonly now_ms: number;
  readonly onClose: () => void;
}) {
  const { one, may_end } = SUBJECTS[subject];
  const [typed, setTyped] = useState<RuleTexts>({});
  const [ends, setEnds] = useState(false);
  const [effective_on, setDay] = useState(() => {
    const nearest = nearestDay(subject, now_ms);
    // in the company's time zone it may have begun on a day that is still to come here
    return row.since !== null && row.since > nearest ? row.since : nearest;
  });
  // what is not typed over is what holds on the day; where nothing does any more, what held
  const heldTexts = (held: RuleValues | null) => ruleTexts(subject, held ?? row.values, currency, row.kpi);
  const { about, line, texts, problems, blocked, said } = useRuleDraft({
    company_id,
    currency,
    subject,
    rule: row,
    effective_on,
    textsOf: (held) => ({ ...heldTexts(held), ...typed }),
    ends,
  });
  const now = heldTexts(line.before);
  const touched = ends || Object.entries(typed).some(([name, text]) => text !== now[name]);
  return (
    <DraftForm
      company_id={company_id}
      subject={subject}
      title={`Change ${ruleName(row, subject)}`}
      lines={[line]}
      now_ms={now_ms}
      suggested={ruleName(row, subject)}
      blocked={blocked}
      problem={touched ? said : null}
      day={effective_on}
      onDay={setDay}
      onClose={onClose}
    >
      {about?.waits ? <ChangeWaits /> : null}
      <RuleFields
        subject={subject}
        currency={currency}
        rule={row}
        uom={row.uom}
        texts={texts}
        problems={touched && !ends ? problems : []}
        held={line.before === null ? null : now}
        onText={(name, text) => setTyped({ ...typed, [name]: text })}
      />
      {may_end ? (
        <Tick label={`The ${one} ends, and nothing takes its place`} checked={ends} onChange={setEnds} />
      ) : null}
    </DraftForm>
  );
}

export function ChangeWaits() {
  return <InlineMessage tone="warn">A change of it waits already. See Changes before you draft another.</InlineMessage>;
}

/** A change that came to nothing, once more: against what holds now, shown before anything is sent. */
export function DraftAgain({
  company_id,
  change,
  now_ms,
  onClose,
  onDrafted,
}: {
  readonly company_id: number;
  readonly change: RuleChangeView;
  readonly now_ms: number;
  readonly onClose: () => void;
  readonly onDrafted: () => void;
}) {
  const { subject } = change;
  const [effective_on, setDay] = useState(() => {
    const nearest = nearestDay(subject, now_ms);
    return change.effective_on > nearest ? change.effective_on : nearest;
  });
  const asked = useAsk('ruleAgain', { company_id, change_id: change.id, effective_on });
  const diff = asked.data;
  const nothing = diff !== undefined && diff.lines.length === 0 && diff.refused.length === 0;
  return (
    <DraftForm
      company_id={company_id}
      subject={subject}
      title={`Draft again: ${change.title}`}
      lines={diff?.lines ?? []}
      now_ms={now_ms}
      suggested={change.title.slice(0, 100)}
      blocked={diff === undefined || asked.isPlaceholderData || diff.lines.length === 0}
      problem={asked.error ? errorMessage(asked.error) : (diff?.day_problem ?? null)}
      day={effective_on}
      onDay={setDay}
      onClose={onClose}
      onDrafted={onDrafted}
    >
      {diff ? (
        <div className={styles['again']}>
          <RefusedLines diff={diff} />
          {diff.lines.length > 0 ? (
            <DiffTable subject={subject} lines={diff.lines} currency={diff.currency} label="What it would change now" />
          ) : null}
          {nothing ? <p className={styles['note']}>All of it holds already. There is nothing to draft.</p> : null}
        </div>
      ) : (
        <LoadingRows rows={3} label="Comparing" />
      )}
    </DraftForm>
  );
}

/** Title, reason and day of any number of lines; more than fit into one change become several. */
export function DraftForm({
  company_id,
  subject,
  title: heading,
  lines,
  now_ms,
  suggested,
  day,
  onDay,
  blocked = false,
  problem = null,
  children,
  onClose,
  onDrafted,
}: {
  readonly company_id: number;
  readonly subject: RuleSubject;
  readonly title: string;
  readonly lines: readonly RuleLine[];
  readonly now_ms: number;
  readonly suggested: string;
  /** What the change replaces depends on it: it is kept by who knows that. */
  readonly day: string;
  /** null: it is given. */
  readonly onDay: ((day: string) => void) | null;
  readonly blocked?: boolean;
  readonly problem?: string | null;
  readonly children?: ReactNode;
  readonly onClose: () => void;
  readonly onDrafted?: () => void;
}) {
  const run = useRun('draftRuleChange');
  const [typed_title, setTitle] = useState<string | null>(null);
  const title = typed_title ?? suggested;
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const wrongDay = effectiveDayProblem(subject, day, dayNumber(localDate(now_ms)) ?? 0);
  const parts = draftsOf(subject, title, lines);
  const draft = async (reason: string): Promise<void> => {
    setBusy(true);
    try {
      for (const [index, part] of parts.entries()) {
        if (index < sent) continue;
        const { title: named, lines: drafted } = part;
        await run.mutateAsync({ company_id, subject, title: named, reason, effective_on: day, lines: drafted });
        setSent(index + 1);
      }
      onDrafted?.();
      onClose();
    } catch {
      // why stands below the fields; what was drafted stays drafted
    } finally {
      setBusy(false);
    }
  };
  return (
    <ReasonDialog
      middle
      title={heading}
      aside={
        parts.length > 1 ? `${parts.length} changes, each of one site and ${MOST_RULE_LINES} rules at the most` : ''
      }
      button={`Draft ${counted(lines.length, 'change')} from ${weekdayDate(day || null)}`}
      hint="Who approves it reads this. You cannot approve it yourself."
      most={1000}
      blocked={blocked || wrongDay !== null || title.trim() === ''}
      busy={busy}
      problems={[run.error ? errorMessage(run.error) : null]}
      ownFocus
      onDecide={(reason) => void draft(reason)}
      onClose={onClose}
    >
      {children}
      <Field
        label="From"
        type="date"
        value={day}
        disabled={onDay === null}
        wrong={wrongDay}
        hint="Days before keep the rule they have."
        onChange={(event) => onDay?.(event.target.value)}
      />
      <Field label="Title" value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />
      {problem ? <InlineMessage tone="warn">{problem}</InlineMessage> : null}
    </ReasonDialog>
  );
}
