/** Drafting a change of one rule, or of what a file changes. Works without a connection; somebody else approves it. */
import { type ReactNode, useMemo, useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, addMonths, monthOfDay } from '#domain/calendar.ts';
import { MOST_RULE_LINES, type RuleLine } from '#domain/governance/change.ts';
import { ruleCellText } from '#domain/governance/ruleFile.ts';
import { type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { effectiveDayProblem, ruleProblems } from '#domain/governance/validate.ts';
import type { RuleView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { localDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { ruleName, typedFigure, typedUnit } from './ruleWords.ts';
import styles from './rules.module.css';

/** The nearest day a rule of the subject can begin on. */
export function nearestDay(subject: RuleSubject, now_ms: number): string {
  const today = localDate(now_ms);
  if (SUBJECTS[subject].versions !== 'months') return today;
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
  const { fields } = SUBJECTS[subject];
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      fields.map((field) => [field.name, ruleCellText(field, row.values[field.name] ?? null, currency, row.kpi)]),
    ),
  );
  const line = useMemo((): RuleLine => {
    const { site_id, channel_id, item_id, kpi } = row;
    const after = Object.fromEntries(
      fields.map((field) => [field.name, typedFigure(field, texts[field.name] ?? '', currency, kpi)]),
    );
    return { site_id, channel_id, item_id, kpi, before: row.values, after };
  }, [row, fields, texts, currency]);
  const problems = ruleProblems(subject, line);
  const whole = problems.find(({ field, level }) => field === null && level === 'error');
  const touched = fields.some(
    (field) => texts[field.name] !== ruleCellText(field, row.values[field.name] ?? null, currency, row.kpi),
  );
  return (
    <DraftForm
      company_id={company_id}
      subject={subject}
      title={`Change ${ruleName(row)}`}
      lines={[line]}
      now_ms={now_ms}
      suggested={ruleName(row)}
      blocked={problems.some(({ level }) => level === 'error')}
      problem={touched && whole ? whole.message : null}
      onClose={onClose}
      {...(row.since !== null && row.since > localDate(now_ms) ? { from: row.since } : {})}
    >
      <div className={styles['fields']}>
        {fields.map((field) => {
          const unit = typedUnit(field, currency, row.kpi, row.uom);
          const wrong = problems.find((problem) => problem.field === field.name && problem.level === 'error');
          return (
            <Field
              key={field.name}
              label={`${field.label[0]?.toUpperCase()}${field.label.slice(1)}${unit === '' ? '' : `, ${unit}`}`}
              value={texts[field.name] ?? ''}
              {...(field.type === 'name' ? {} : { inputMode: 'decimal' as const })}
              wrong={touched ? (wrong?.message ?? null) : null}
              hint={`Now ${ruleCellText(field, row.values[field.name] ?? null, currency, row.kpi) || 'empty'}`}
              onChange={(event) => setTexts({ ...texts, [field.name]: event.target.value })}
            />
          );
        })}
      </div>
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
  from,
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
  /** The day, when it is given. */
  readonly from?: string;
  readonly blocked?: boolean;
  readonly problem?: string | null;
  readonly children?: ReactNode;
  readonly onClose: () => void;
  readonly onDrafted?: () => void;
}) {
  const run = useRun('draftRuleChange');
  const [title, setTitle] = useState(suggested);
  const [effective_on, setDay] = useState(from ?? nearestDay(subject, now_ms));
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const wrongDay = effectiveDayProblem(subject, effective_on, dayNumber(localDate(now_ms)) ?? 0);
  const parts = partsOf(subject, lines);
  const draft = async (reason: string): Promise<void> => {
    setBusy(true);
    try {
      for (const [index, part] of parts.entries()) {
        if (index < sent) continue;
        const named = parts.length === 1 ? title : `${title} (${index + 1} of ${parts.length})`;
        await run.mutateAsync({
          company_id,
          subject,
          title: named,
          reason,
          effective_on,
          lines: part.map(({ site_id, channel_id, item_id, kpi, before, after }) => ({
            site_id,
            channel_id,
            item_id,
            kpi,
            before: before === null ? null : { ...before },
            after: after === null ? null : { ...after },
          })),
        });
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
      button={`Draft ${counted(lines.length, 'change')} from ${weekdayDate(effective_on || null)}`}
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
        value={effective_on}
        disabled={from !== undefined}
        wrong={wrongDay}
        hint="Days before keep the rule they have."
        onChange={(event) => setDay(event.target.value)}
      />
      <Field label="Title" value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />
      {problem ? <InlineMessage tone="warn">{problem}</InlineMessage> : null}
    </ReasonDialog>
  );
}

/** Policies of one site each, so that who plans a site sees its changes; none longer than a change may be. */
export function partsOf(subject: RuleSubject, lines: readonly RuleLine[]): readonly (readonly RuleLine[])[] {
  const groups = subject === 'policy' ? [...Map.groupBy(lines, ({ site_id }) => site_id).values()] : [lines];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_RULE_LINES) }, (_, at) =>
      group.slice(at * MOST_RULE_LINES, (at + 1) * MOST_RULE_LINES),
    ),
  );
}
