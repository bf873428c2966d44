/** The month's binder: made on this machine into one file, those that were recorded, and any such file verified again. */
import { useEffect, useRef, useState } from 'react';
import { tooLargeToKeepWords, WAITS_FOR_REVIEWER_WORDS } from '#domain/close/binder/kept.ts';
import { TRAIL_ADVICE } from '#domain/close/binder/lacking.ts';
import { filesOverWords } from '#domain/close/binder/evidenceRoom.ts';
import type { ActionResults } from '#contract/actions.ts';
import type { CloseBinders } from '#contract/queries.ts';
import { binderToFile } from '#renderer/client/binderFile.ts';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useClient } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Empty, InlineMessage } from '#renderer/ui/States.tsx';
import { BinderRecords } from './BinderRecords.tsx';
import { keptWords, recordedWords } from './binderRecords.ts';
import { BinderVerify, inWords, RecordedMessage } from './BinderVerify.tsx';
import styles from './binder.module.css';

type Made = ActionResults['makeBinder'];

export function BinderDialog({ period, onClose }: { readonly period: number; readonly onClose: () => void }) {
  const client = useClient();
  const { company } = useWorkplace();
  const asked = useAsk('closeBinders', { company_id: company.id, period }, { keepPrevious: false });
  const { error } = asked;
  const data = told(asked.data);
  const [made, setMade] = useState<Made | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const month = monthYearLong(period);

  const make = () => {
    const stop = new AbortController();
    running.current = stop;
    setMaking(true);
    setProblem(null);
    setMade(null);
    binderToFile(client, { company_id: company.id, period }, stop.signal)
      .then(setMade)
      .catch((reason: unknown) => {
        if (!(reason instanceof CallError && reason.code === 'cancelled')) setProblem(errorMessage(reason));
      })
      .finally(() => setMaking(false));
  };

  return (
    <Dialog
      open
      middle
      onClose={onClose}
      title={`Binder of ${month}`}
      onSubmit={make}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={making || data === undefined}>
            {data?.locked_for_good ? 'Make the binder' : 'Make a draft'}
          </Button>
          {making ? <Button onClick={() => running.current?.abort()}>Stop</Button> : null}
          <Button onClick={onClose} keyCap="Esc">
            Close
          </Button>
        </>
      }
    >
      {error ? (
        <InlineMessage tone="bad">What is recorded could not be read: {errorMessage(error)}</InlineMessage>
      ) : null}
      {data ? <Standing month={month} binders={data} /> : null}
      {asked.data && !data ? <Empty {...waitWords(asked.data, 'Its records')} /> : null}
      <p className={styles['fine']}>
        One file holds status and locks, tasks, signatures and notes, each reconciliation, proposed entries, trial
        balance, changes, margin, KPIs and the audit trail as PDF and Excel, the rows behind every figure, the files of
        evidence, and the hash of each part. What is not on this machine is brought from the server first.
      </p>
      {making ? (
        <p role="status">Reading the month and writing its files, in a process of its own. You can go on working.</p>
      ) : null}
      {made ? <MadeBinder made={made} binders={data} /> : null}
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
      {data ? <BinderRecords records={data.records} /> : null}
      <BinderVerify />
    </Dialog>
  );
}

function Standing({ month, binders }: { readonly month: string; readonly binders: CloseBinders }) {
  if (binders.lacking.length === 0) {
    return (
      <>
        <p>
          {month} is locked for good: its binder is final.{' '}
          {binders.kept === null
            ? 'The first one that is recorded is kept at the server; every later one is that one to the byte, whatever is delivered or claimed until then.'
            : 'It is kept at the server: you get that one, the same to the byte, and are told what this machine’s rows have otherwise today.'}
        </p>
        <FilesOver binders={binders} />
      </>
    );
  }
  return (
    <div>
      <p>A binder made now is a draft: every page and the name of every file says so. Lacking to be final:</p>
      <ul className={styles['lacking']} aria-label="Lacking to be final">
        {binders.lacking.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <FilesOver binders={binders} />
    </div>
  );
}

function FilesOver({ binders }: { readonly binders: CloseBinders }) {
  const words = filesOverWords(binders.files_over);
  return words === null ? null : <InlineMessage tone="warn">{words}</InlineMessage>;
}

function MadeBinder({ made, binders }: { readonly made: Made; readonly binders: CloseBinders | undefined }) {
  const { manifest, manifest_hash, recorded_by_mutation } = made;
  const known = binders?.records ?? [];
  const kept = keptWords(made);
  const too_large = tooLargeToKeepWords(made.not_kept_bytes);
  const seen = recorded_by_mutation === null || known.some(({ id }) => id === recorded_by_mutation);
  return (
    <>
      <p role="status">
        {made.file_name} is with your downloads: {manifest.final ? 'final' : 'draft'},{' '}
        {counted(manifest.parts.length, 'file')}, {counted(made.rows, 'row')}. It is not encrypted: keep it where only
        those who may read the books can. Manifest:
      </p>
      <p className={styles['hash']}>{manifest_hash}</p>
      {kept === null ? null : <InlineMessage tone="good">{kept.text}</InlineMessage>}
      {kept === null || kept.wrong === null ? null : <InlineMessage tone="bad">{kept.wrong}</InlineMessage>}
      {made.not_what_was_kept === null ? null : (
        <InlineMessage tone="bad">
          What {made.not_what_was_kept} recorded to be kept is another binder than was sent: this one was made anew.
        </InlineMessage>
      )}
      {made.trail_faults.length === 0 ? null : (
        <InlineMessage tone="bad">
          Its audit trail is not in order: {inWords(made.trail_faults)} {TRAIL_ADVICE}
        </InlineMessage>
      )}
      {too_large === null ? null : <InlineMessage tone="warn">{too_large}</InlineMessage>}
      {made.waits_for_reviewer ? <InlineMessage tone="warn">{WAITS_FOR_REVIEWER_WORDS}</InlineMessage> : null}
      {recorded_by_mutation === null && binders?.why_not ? <p className={styles['fine']}>{binders.why_not}</p> : null}
      {seen ? <RecordedMessage recorded={recordedWords({ manifest_hash, final: manifest.final }, known)} /> : null}
    </>
  );
}
