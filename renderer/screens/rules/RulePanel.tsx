/** One rule: what holds, who answers for it, and every version with who brought it. */
import { fieldsOf, ruleKeyOf, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import type { RuleHistory, RuleView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { ownerOf } from './ruleColumns.tsx';
import { ruleFigure, ruleName, STATE_WORDS, typedUnit } from './ruleWords.ts';
import styles from './rules.module.css';

export function RulePanel({
  company_id,
  subject,
  row,
  mayDraft,
  onDraft,
  onChange,
  onClose,
}: {
  readonly company_id: number;
  readonly subject: RuleSubject;
  readonly row: RuleView;
  readonly mayDraft: boolean;
  readonly onDraft: () => void;
  readonly onChange: (change_id: string) => void;
  readonly onClose: () => void;
}) {
  const { data, error, refetch } = useAsk(
    'ruleHistory',
    { company_id, subject, ...ruleKeyOf(row) },
    { keepPrevious: false },
  );
  return (
    <Panel
      title={ruleName(row, subject)}
      aside={SUBJECTS[subject].one}
      onClose={onClose}
      actions={
        mayDraft ? (
          <Button kind="solid" keyCap="E" onClick={onDraft}>
            Draft a change
          </Button>
        ) : null
      }
    >
      {ownerOf(row) === null ? (
        <div className={styles['message']}>
          <InlineMessage tone="warn">Nobody answers for this rule. Its next change names an owner.</InlineMessage>
        </div>
      ) : null}
      {data ? (
        <History subject={subject} history={data} onChange={onChange} />
      ) : error ? (
        <ErrorState title="The versions could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      ) : (
        <LoadingRows rows={6} />
      )}
    </Panel>
  );
}

function History({
  subject,
  history,
  onChange,
}: {
  readonly subject: RuleSubject;
  readonly history: RuleHistory;
  readonly onChange: (change_id: string) => void;
}) {
  const { rule, versions, other, currency } = history;
  const fields = fieldsOf(subject, rule);
  return (
    <>
      {versions.map((version, index) => (
        <PanelSection
          key={`${version.since ?? 'ever'} ${version.until ?? ''}`}
          title={spanWords(version.since, version.until)}
          aside={version.change ? `drafted by ${version.change.author}` : 'there before any change'}
        >
          {version.values === null
            ? null
            : fields.map((field) => {
                const older = versions[index + 1]?.values?.[field.name];
                const value = version.values?.[field.name];
                const differs = index + 1 < versions.length && (older ?? null) !== (value ?? null);
                return (
                  <PanelRow
                    key={field.name}
                    label={field.label}
                    note={
                      differs
                        ? `≠ ${ruleFigure(field, older, currency, rule.kpi)}`
                        : typedUnit(field, currency, null, rule.uom)
                    }
                    value={ruleFigure(field, value, currency, rule.kpi)}
                  />
                );
              })}
          {version.change ? (
            <p className={styles['note']}>
              {version.change.reason}{' '}
              <DrillLink onClick={() => onChange(version.change?.id ?? '')}>{version.change.title}</DrillLink>
            </p>
          ) : null}
        </PanelSection>
      ))}
      {other.length > 0 ? (
        <PanelSection title="Not in effect">
          <PanelList>
            {other.map((change) => (
              <li key={change.id}>
                <Status shape={STATE_WORDS[change.state].shape}>{STATE_WORDS[change.state].word}</Status>
                <DrillLink onClick={() => onChange(change.id)}>{change.title}</DrillLink>
              </li>
            ))}
          </PanelList>
        </PanelSection>
      ) : null}
    </>
  );
}

function spanWords(since: string | null, until: string | null): string {
  if (since === null) return until === null ? 'Since ever' : `Until ${weekdayDate(until, 0)}`;
  return until === null ? `Since ${weekdayDate(since, 0)}` : `${weekdayDate(since, 0)} to ${weekdayDate(until, 0)}`;
}
