/** A file of rules beside what holds: what it would change, line by line, before anything is drafted. */
import { useState } from 'react';
import { SUBJECTS } from '#domain/governance/subjects.ts';
import { MOST_DIFF_LINES, MOST_RULE_FILE_CHARS } from '#domain/governance/ruleFile.ts';
import type { RuleDiff } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ToolField } from '#renderer/ui/Field.tsx';
import { FileDrop } from '#renderer/ui/FileDrop.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { DiffTable, RefusedLines } from './DiffTable.tsx';
import { DraftForm, nearestDay } from './DraftDialog.tsx';
import type { ViewParts } from './RulesScreen.tsx';
import styles from './rules.module.css';
import { mayDraftRules } from './ruleWords.ts';

interface ChosenFile {
  readonly name: string;
  readonly text: string;
}
const NO_KEYS = [] as const;

export function FileView({ subject, tabs, subjects, showChanges }: ViewParts) {
  const { company, session } = useWorkplace();
  const now_ms = useNow();
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [day, setDay] = useState('');
  const [drafting, setDrafting] = useState(false);
  const effective_on = day === '' ? nearestDay(subject, now_ms) : day;
  useKeys('Rules', NO_KEYS);
  const asked = useAsk(
    'ruleDiff',
    { company_id: company.id, subject, effective_on, text: file?.text ?? '' },
    { enabled: file !== null, keepPrevious: false },
  );
  const diff = file === null ? null : (asked.data ?? null);
  const choose = async (chosen: File): Promise<void> => {
    setProblem(null);
    const text = chosen.size > 4 * MOST_RULE_FILE_CHARS ? null : await chosen.text();
    if (text === null || text.length > MOST_RULE_FILE_CHARS) {
      setProblem(`${chosen.name} is too large to compare at once. Split it.`);
    } else setFile({ name: chosen.name, text });
  };
  const effects = diff === null ? 0 : diff.counts.added + diff.counts.changed + diff.counts.ended;
  const tooMany = effects > MOST_DIFF_LINES;
  const mayDraft =
    mayDraftRules(session.may, subject) && diff !== null && effects > 0 && !tooMany && diff.day_problem === null;
  return (
    <ScreenFrame
      title="Rules"
      subtitle={file === null ? 'a file beside what holds' : `what ${file.name} would change; nothing is drafted yet`}
      headerRight={
        <>
          {tabs}
          {file ? (
            <>
              <Button onClick={() => setFile(null)}>Another file</Button>
              <Button kind="solid" disabled={!mayDraft} onClick={() => setDrafting(true)}>
                Draft {counted(effects, 'change')}
              </Button>
            </>
          ) : null}
        </>
      }
      tools={
        <div className={styles['rows']}>
          {subjects}
          <span>From</span>
          <span className={styles['day']}>
            <ToolField
              type="date"
              label="In effect from"
              value={effective_on}
              onChange={(event) => setDay(event.target.value)}
            />
          </span>
          {diff?.day_problem ? <InlineMessage tone="warn">{diff.day_problem}</InlineMessage> : null}
        </div>
      }
      facts={diff ? <span>{countWords(diff)}</span> : null}
    >
      {problem ? (
        <div className={styles['message']}>
          <InlineMessage tone="bad">{problem}</InlineMessage>
        </div>
      ) : null}
      {file === null ? (
        <div className={styles['choose']}>
          <FileDrop
            title={`Drop a file of ${SUBJECTS[subject].many} here`}
            text="CSV, as Export writes it. What it would change is shown before anything is drafted; a column that is not in the file leaves its figures as they are."
            accept=".csv,.txt,text/csv"
            label="File of rules"
            onFile={(chosen) => void choose(chosen)}
          />
        </div>
      ) : diff ? (
        <Compared subject={subject} diff={diff} tooMany={tooMany} />
      ) : asked.error ? (
        <ErrorState
          title="The file could not be compared"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={10} label="Comparing" />
      )}
      {drafting && diff ? (
        <DraftForm
          company_id={company.id}
          subject={subject}
          title={`Draft what ${file?.name ?? 'the file'} changes`}
          lines={diff.lines}
          now_ms={now_ms}
          suggested={`${SUBJECTS[subject].title} from ${file?.name ?? 'a file'}`.slice(0, 100)}
          day={effective_on}
          onDay={null}
          onClose={() => setDrafting(false)}
          onDrafted={() => {
            setFile(null);
            showChanges();
          }}
        />
      ) : null}
    </ScreenFrame>
  );
}

function countWords({ counts }: RuleDiff): string {
  return [
    counted(counts.lines, 'line'),
    `${integer(counts.unchanged)} as they are`,
    ...(counts.changed > 0 ? [`${integer(counts.changed)} changed`] : []),
    ...(counts.added > 0 ? [`${integer(counts.added)} new`] : []),
    ...(counts.ended > 0 ? [`${integer(counts.ended)} end`] : []),
    ...(counts.refused > 0 ? [`${integer(counts.refused)} refused`] : []),
  ].join(' · ');
}

function Compared({
  subject,
  diff,
  tooMany,
}: {
  readonly subject: ViewParts['subject'];
  readonly diff: RuleDiff;
  readonly tooMany: boolean;
}) {
  const { lines, refused, counts, not_read, currency } = diff;
  if (diff.problem !== null) return <ErrorState title="The file cannot be compared" text={diff.problem} />;
  const beyond = counts.added + counts.changed + counts.ended - lines.length;
  return (
    <div className={styles['compared']}>
      {tooMany ? (
        <InlineMessage tone="warn">
          More than {integer(MOST_DIFF_LINES)} rules would change. Split the file: a change is read before it is
          approved.
        </InlineMessage>
      ) : null}
      {not_read.length > 0 ? (
        <InlineMessage tone="quiet">Not read: {not_read.map((name) => `“${name}”`).join(', ')}.</InlineMessage>
      ) : null}
      <RefusedLines diff={diff} />
      {lines.length > 0 ? (
        <section aria-label="What would change">
          <h2>What would change</h2>
          <DiffTable subject={subject} lines={lines} currency={currency} label="What the file would change" />
          {beyond > 0 ? (
            <p className={styles['note']}>{counted(beyond, 'rule')} more would change than are compared here.</p>
          ) : null}
        </section>
      ) : refused.length === 0 ? (
        <Empty good title="The file says what holds" text="Every line is as it is. Nothing would change." />
      ) : null}
    </div>
  );
}
