/** A binder held against its manifest, and its manifest against the records: two statements, neither of which stands for the other. */
import { useState } from 'react';
import { type BinderJudgement, faultWords } from '#domain/close/binder/judge.ts';
import { trailAgainst, trailWords } from '#domain/close/binder/sealedTrail.ts';
import type { BinderManifest } from '#domain/close/binder/manifest.ts';
import { judgeBinderFile } from '#renderer/client/binderFile.ts';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import type { ContractClient } from '#renderer/client/contractClient.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { FileDrop } from '#renderer/ui/FileDrop.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { type RecordedWords, recordedWords } from './binderRecords.ts';
import styles from './binder.module.css';

/** So many files that differ are named. */
const MOST_NAMED = 8;

interface Judged {
  readonly name: string;
  readonly judgement: BinderJudgement;
  /** null = it is not as it was made, so that its manifest says nothing. */
  readonly recorded: Recorded | string | null;
}

interface Recorded extends RecordedWords {
  /** Its entries of the audit trail beside those of this copy, in words. */
  readonly trail_differs: readonly string[];
}

export function BinderVerify() {
  const client = useClient();
  const [judged, setJudged] = useState<Judged | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const verify = (file: File): void => {
    setProblem(null);
    setJudged(null);
    judge(client, file)
      .then(setJudged)
      .catch((error: unknown) => setProblem(errorMessage(error)));
  };
  return (
    <>
      <FileDrop
        compact
        title="Verify a binder"
        text="Every byte of it is held against its manifest, and its manifest against what is recorded. The file does not leave this machine."
        accept=".zip"
        label="Binder to verify"
        onFile={verify}
      />
      {judged ? <Verdict {...judged} /> : null}
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </>
  );
}

async function judge(client: ContractClient, file: File): Promise<Judged> {
  const judgement = await judgeBinderFile(file);
  const { manifest, manifest_hash, faults, trail } = judgement;
  const whole = faults.length + trail.faults.length === 0 && manifest !== null && manifest_hash !== null;
  return {
    name: file.name,
    judgement,
    recorded: whole ? await recordedOf(client, judgement, manifest, manifest_hash) : null,
  };
}

/** Of its own company and month, which need not be those on the screen. */
async function recordedOf(
  client: ContractClient,
  { trail }: BinderJudgement,
  manifest: BinderManifest,
  manifest_hash: string,
): Promise<Recorded | string> {
  const { company_id, company, period, final } = manifest;
  try {
    const { records, trail: held } = await client.call('closeBinders', { company_id, period });
    const differs = trail.of === 'computed' ? [] : trailAgainst(trail.entries, held, manifest);
    return { ...recordedWords({ manifest_hash, final }, records), trail_differs: differs };
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'not_found') throw error;
    return `Whether it is recorded cannot be told here: no close of ${monthYearLong(period)} of ${company} is among yours.`;
  }
}

function Verdict({ name, judgement, recorded }: Judged) {
  const { faults, manifest, manifest_hash, trail } = judgement;
  if (faults.length > 0 || manifest === null) {
    // no part of it could be read
    const none = faults.every(({ path }) => path === name);
    return (
      <InlineMessage tone="bad">
        {name} is not as it was made:{' '}
        {none && manifest === null ? 'it is no binder, or cannot be read as one' : named(faults)}; take another copy of
        it.
      </InlineMessage>
    );
  }
  if (trail.faults.length > 0) {
    return (
      <InlineMessage tone="bad">
        The audit trail in {name} is not as it was made: {inWords(trail.faults)}
      </InlineMessage>
    );
  }
  return (
    <>
      <InlineMessage tone="good">
        {name}: {manifest.final ? 'final' : 'draft'} binder of {manifest.company}, {monthYearLong(manifest.period)}.
        Every byte is as it was made. Manifest <span className={styles['hash']}>{manifest_hash}</span>
      </InlineMessage>
      <InlineMessage tone={trail.of === 'sealed' ? 'good' : 'warn'}>{trailWords(trail)}</InlineMessage>
      {trail.told.length === 0 ? null : (
        <InlineMessage tone="warn">As it was made: {inWords(trail.told)}</InlineMessage>
      )}
      {recorded === null || typeof recorded === 'string' ? (
        <InlineMessage tone="warn">{recorded}</InlineMessage>
      ) : (
        <>
          <RecordedMessage recorded={recorded} />
          {recorded.trail_differs.length === 0 ? null : (
            <InlineMessage tone="bad">
              Its audit trail is not the one this copy holds: {inWords(recorded.trail_differs)}
            </InlineMessage>
          )}
        </>
      )}
    </>
  );
}

/** Sentences, the first of them. */
export function inWords(sentences: readonly string[]): string {
  const more = sentences.length - MOST_NAMED;
  return `${sentences.slice(0, MOST_NAMED).join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}

function named(faults: BinderJudgement['faults']): string {
  const more = faults.length - MOST_NAMED;
  return `${faults.slice(0, MOST_NAMED).map(faultWords).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

export function RecordedMessage({ recorded }: { readonly recorded: RecordedWords }) {
  return (
    <>
      <InlineMessage tone={recorded.recorded ? 'good' : 'warn'}>{recorded.text}</InlineMessage>
      {recorded.differs === null ? null : <InlineMessage tone="bad">{recorded.differs}</InlineMessage>}
    </>
  );
}
