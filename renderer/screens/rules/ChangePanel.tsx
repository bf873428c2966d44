/** One change of rules: what it says, line by line, what was decided, and the decision. */
import { useState } from 'react';
import type { RuleChangeDetail, RuleVerdictView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { dateAndTime, weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { mayDraftAgain } from '#domain/governance/change.ts';
import { SUBJECTS } from '#domain/governance/subjects.ts';
import { DiffTable } from './DiffTable.tsx';
import { DraftAgain } from './DraftDialog.tsx';
import { mayDraftRules, STATE_WORDS } from './ruleWords.ts';
import styles from './rules.module.css';

export function ChangePanel({
  company_id,
  change_id,
  onClose,
  onDrafted,
}: {
  readonly company_id: number;
  readonly change_id: string;
  readonly onClose: () => void;
  /** It was drafted again: the new one waits in the list. */
  readonly onDrafted: () => void;
}) {
  const { data, error, refetch } = useAsk('ruleChange', { company_id, change_id }, { keepPrevious: false });
  return data ? (
    <Decision key={data.change.id} company_id={company_id} detail={data} onClose={onClose} onDrafted={onDrafted} />
  ) : (
    <Panel title="Change" onClose={onClose}>
      {error ? (
        <ErrorState title="The change could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      ) : (
        <LoadingRows rows={6} />
      )}
    </Panel>
  );
}

function Decision({
  company_id,
  detail,
  onClose,
  onDrafted,
}: {
  readonly company_id: number;
  readonly detail: RuleChangeDetail;
  readonly onClose: () => void;
  readonly onDrafted: () => void;
}) {
  const { change, lines, currency } = detail;
  const decide = useRun('decideRuleChange');
  const withdraw = useRun('withdrawRuleChange');
  const [reason, setReason] = useState('');
  const [again, setAgain] = useState(false);
  const { session } = useWorkplace();
  const now_ms = useNow();
  const { id: change_id, content_hash } = change;
  const busy = decide.isPending || withdraw.isPending;
  const refusal = decide.error ?? withdraw.error;
  const decides = change.may_approve === null || change.may_refuse === null;
  const open = change.state === 'draft';
  const mayAgain = mayDraftAgain(change.state) && mayDraftRules(session.may, change.subject);
  return (
    <Panel
      title={change.title}
      aside={SUBJECTS[change.subject].title}
      onClose={onClose}
      actions={
        decides || change.may_withdraw === null ? (
          <div className={styles['decision']}>
            <Field
              label={decides ? 'Reason' : 'Why it is withdrawn'}
              value={reason}
              maxLength={1000}
              hint={decides ? 'To refuse it takes one.' : undefined}
              onChange={(event) => setReason(event.target.value)}
            />
            <div className={styles['buttons']}>
              {change.may_approve === null ? (
                <Button
                  kind="solid"
                  disabled={busy}
                  onClick={() => decide.mutate({ change_id, content_hash, verdict: 'approved', reason: reason.trim() })}
                >
                  Approve {counted(change.lines, 'rule')} from {weekdayDate(change.effective_on)}
                </Button>
              ) : null}
              {change.may_refuse === null ? (
                <Button
                  disabled={busy || reason.trim() === ''}
                  onClick={() => decide.mutate({ change_id, content_hash, verdict: 'refused', reason: reason.trim() })}
                >
                  Refuse
                </Button>
              ) : null}
              {change.may_withdraw === null ? (
                <Button disabled={busy} onClick={() => withdraw.mutate({ change_id, reason: reason.trim() })}>
                  Withdraw
                </Button>
              ) : null}
            </div>
          </div>
        ) : mayAgain ? (
          <Button onClick={() => setAgain(true)}>Draft again</Button>
        ) : null
      }
    >
      <PanelSection>
        <p className={styles['verdict']}>
          <Status shape={STATE_WORDS[change.state].shape}>
            {change.predicted ? '≈ ' : ''}
            {STATE_WORDS[change.state].word}
          </Status>
        </p>
        <PanelRow label="From" value={weekdayDate(change.effective_on, 0)} />
        <PanelRow label="Drafted by" note={dateAndTime(change.written_at_ms)} value={change.author} />
        <PanelRow label="Seal" value={`${content_hash.slice(0, 4)} ${content_hash.slice(4, 8)}`} />
        <p className={styles['note']}>{change.reason}</p>
        {open && change.may_approve !== null ? <p className={styles['note']}>{change.may_approve}</p> : null}
        {refusal ? <InlineMessage tone="bad">{errorMessage(refusal)}</InlineMessage> : null}
      </PanelSection>
      <PanelSection title="Before and after" aside={counted(lines.length, 'rule')}>
        <DiffTable subject={change.subject} lines={lines} currency={currency} label={`What ${change.title} changes`} />
      </PanelSection>
      {change.verdicts.length > 0 ? (
        <PanelSection title="What was decided">
          {change.verdicts.map((verdict) => (
            <VerdictRow key={`${verdict.verdict} ${verdict.at_ms}`} verdict={verdict} />
          ))}
        </PanelSection>
      ) : null}
      {again ? (
        <DraftAgain
          company_id={company_id}
          change={change}
          now_ms={now_ms}
          onClose={() => setAgain(false)}
          onDrafted={onDrafted}
        />
      ) : null}
    </Panel>
  );
}

function VerdictRow({ verdict }: { readonly verdict: RuleVerdictView }) {
  return (
    <>
      <PanelRow
        label={`${verdict.predicted ? '≈ ' : ''}${STATE_WORDS[verdict.verdict].word}`}
        note={dateAndTime(verdict.at_ms)}
        value={verdict.author ?? 'the server'}
      />
      {verdict.reason ? <p className={styles['note']}>{verdict.reason}</p> : null}
    </>
  );
}
