/** The month's binder: made on this machine into one file, and any such file held against its manifest again. */
import { useEffect, useRef, useState } from 'react';
import { type BinderJudgement, FAULT_WORDS } from '#domain/close/binder/manifest.ts';
import type { ActionResults } from '#contract/actions.ts';
import { binderToFile, judgeBinderFile } from '#renderer/client/binderFile.ts';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

/** So many files that differ are named. */
const MOST_NAMED = 8;

export function BinderDialog({
  period,
  final,
  onClose,
}: {
  readonly period: number;
  /** Locked for good. */
  readonly final: boolean;
  readonly onClose: () => void;
}) {
  const client = useClient();
  const { company } = useWorkplace();
  const [made, setMade] = useState<ActionResults['makeBinder'] | null>(null);
  const [judged, setJudged] = useState<{ readonly name: string; readonly judgement: BinderJudgement } | null>(null);
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
      .catch((error: unknown) => {
        if (!(error instanceof CallError && error.code === 'cancelled')) setProblem(errorMessage(error));
      })
      .finally(() => setMaking(false));
  };
  const verify = (file: File | undefined) => {
    if (!file) return;
    setProblem(null);
    judgeBinderFile(file)
      .then((judgement) => setJudged({ name: file.name, judgement }))
      .catch((error: unknown) => setProblem(errorMessage(error)));
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={`Binder of ${month}`}
      onSubmit={make}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={making}>
            {final ? 'Make the binder' : 'Make a draft'}
          </Button>
          {making ? <Button onClick={() => running.current?.abort()}>Stop</Button> : null}
          <Button onClick={onClose} keyCap="Esc">
            Close
          </Button>
        </>
      }
    >
      <p>
        {final
          ? `${month} is locked for good: its binder is final.`
          : `${month} is not locked for good: every page says that it is a draft.`}{' '}
        One file holds status and locks, tasks and signatures, each reconciliation, trial balance, changes, margin, KPIs
        and the audit trail as PDF and Excel, the rows behind every figure, and the hash of each part.
      </p>
      {making ? (
        <p role="status">Reading the month and writing its files, in a process of its own. You can go on working.</p>
      ) : null}
      {made ? (
        <div role="status">
          <p>
            {made.file_name} is with your downloads: {counted(made.manifest.parts.length, 'file')},{' '}
            {counted(made.rows, 'row')}, as of checkpoint {made.manifest.checkpoint}. It is not encrypted: keep it where
            only those who may read the books can.
          </p>
          <p>Hash of its manifest; whoever keeps it elsewhere can tell this binder from any other:</p>
          <p style={{ overflowWrap: 'anywhere', userSelect: 'all' }}>
            <code>{made.manifest_hash}</code>
          </p>
        </div>
      ) : null}
      <p>
        <label>
          Verify a binder: <input type="file" accept=".zip" onChange={(event) => verify(event.target.files?.[0])} />
        </label>
      </p>
      {judged ? <Verdict {...judged} /> : null}
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </Dialog>
  );
}

function Verdict({ name, judgement }: { readonly name: string; readonly judgement: BinderJudgement }) {
  const { faults, manifest, manifest_hash } = judgement;
  if (faults.length === 0 && manifest !== null) {
    return (
      <InlineMessage tone="good">
        {name}: {manifest.final ? 'final' : 'draft'} binder of {manifest.company}, {monthYearLong(manifest.period)}.
        Every byte is as it was made. Manifest {manifest_hash}
      </InlineMessage>
    );
  }
  const named = faults.slice(0, MOST_NAMED).map(({ path, fault }) => `${path} ${FAULT_WORDS[fault]}`);
  return (
    <InlineMessage tone="bad">
      {name} is not as it was made: {named.join('; ')}
      {faults.length > MOST_NAMED ? `; and ${faults.length - MOST_NAMED} more` : ''}.
    </InlineMessage>
  );
}
