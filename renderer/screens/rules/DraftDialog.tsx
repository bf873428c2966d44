/** Drafting a change of one rule, or of what a file changes. Works without a connection; somebody else approves it. */
import { type ReactNode, useMemo, useState } from 'react';
import { dayNumber, firstDayOfMonth, isoDate, addMonths, monthOfDay } from '#domain/calendar.ts';
import { changeParts, MOST_RULE_LINES, type RuleLine } from '#domain/governance/change.ts';
import { ruleCellText } from '#domain/governance/ruleFile.ts';
import { type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { effectiveDayProblem, ruleProblems } from '#domain/governance/validate.ts';
import type { RuleView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { localDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Field, Tick } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { RuleFields } from './RuleFields.tsx';
import { ruleName, typedFigure } from './ruleWords.ts';

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
  const [ends, setEnds] = useState(false);
  const line = useMemo((): RuleLine => {
    const { site_id, channel_id, item_id, kpi, party_id, category } = row;
    const after = Object.fromEntries(
      fields.map((field) => [field.name, typedFigure(field, texts[field.name] ?? '', currency, kpi)]),
    );
    return { site_id, channel_id, item_id, kpi, party_id, category, before: row.values, after: ends ? null : after };
  }, [row, fields, texts, currency, ends]);
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
      <RuleFields
        subject={subject}
        currency={currency}
        kpi={row.kpi}
        uom={row.uom}
        texts={texts}
        problems={touched && !ends ? problems : []}
        now={(field) => ruleCellText(field, row.values[field.name] ?? null, currency, row.kpi)}
        onTexts={setTexts}
      />
      {SUBJECTS[subject].may_end ? (
        <Tick
          label={`The ${SUBJECTS[subject].one} ends, and nothing takes its place`}
          checked={ends}
          onChange={setEnds}
        />
      ) : null}
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
  /** The day, when it is given. */
  readonly from?: string;
  /** Where what the change replaces depends on the day: the day is kept by who asks for it. */
  readonly day?: string;
  readonly onDay?: (day: string) => void;
  readonly blocked?: boolean;
  readonly problem?: string | null;
  readonly children?: ReactNode;
  readonly onClose: () => void;
  readonly onDrafted?: () => void;
}) {
  const run = useRun('draftRuleChange');
  const [typed_title, setTitle] = useState<string | null>(null);
  const title = typed_title ?? suggested;
  const [own_day, setOwnDay] = useState(from ?? nearestDay(subject, now_ms));
  const effective_on = day ?? own_day;
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const wrongDay = effectiveDayProblem(subject, effective_on, dayNumber(localDate(now_ms)) ?? 0);
  const parts = changeParts(subject, lines);
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
          lines: part.map(({ site_id, channel_id, item_id, kpi, party_id, category, before, after }) => ({
            site_id,
            channel_id,
            item_id,
            kpi,
            party_id,
            category,
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
        onChange={(event) => (onDay ?? setOwnDay)(event.target.value)}
      />
      <Field label="Title" value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />
      {problem ? <InlineMessage tone="warn">{problem}</InlineMessage> : null}
    </ReasonDialog>
  );
}
