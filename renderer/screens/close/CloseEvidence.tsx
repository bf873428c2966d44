/** The files of a task: attached by button, drop or paste, saved again, taken off with a reason. Works without a connection. */
import { useQueryClient } from '@tanstack/react-query';
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { type Cause, CAUSE_WORDS } from '#domain/close/reconcile/causes.ts';
import { isTaken } from '#contract/events.ts';
import type { CloseEvidenceView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { attachFile, fileProblem, saveEvidence } from '#renderer/client/evidenceFile.ts';
import { useAsk, useClient, useRun } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { bytes } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './closeEvidence.module.css';

interface Coming {
  readonly name: string;
  readonly size_bytes: number;
  readonly kept_bytes: number;
}

export interface EvidenceItem {
  readonly line_id: number;
  readonly ref: string;
  readonly cause: Cause;
}

const NO_ITEMS: readonly EvidenceItem[] = [];
const WHOLE_TASK = '';

export function CloseEvidence({
  task_id,
  items = NO_ITEMS,
  on = null,
}: {
  readonly task_id: number;
  /** Of the task, each of which a file can belong to. */
  readonly items?: readonly EvidenceItem[];
  /** The item that is stood on: what is attached belongs to it, unless another is chosen. */
  readonly on?: number | null;
}) {
  const { data, error } = useAsk('closeEvidence', { task_id }, { keepPrevious: false });
  const client = useClient();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [coming, setComing] = useState<Coming | null>(null);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [removing, setRemoving] = useState<CloseEvidenceView | null>(null);
  const [belongs, setBelongs] = useState(WHOLE_TASK);
  const stood = items.find(({ line_id }) => line_id === on)?.ref ?? WHOLE_TASK;
  useEffect(() => setBelongs(stood), [stood]);
  const item_ref = items.some(({ ref }) => ref === belongs) ? belongs : null;
  if (!data) {
    return error ? <InlineMessage tone="bad">The files could not be read: {errorMessage(error)}</InlineMessage> : null;
  }
  const may_attach = data.why_not === null;

  /** One after the other, so that each says how far it is. */
  const attach = async (files: readonly File[]): Promise<void> => {
    const failed: string[] = [];
    setProblems([]);
    for (const file of files) {
      const problem = fileProblem(file);
      if (problem !== null) {
        failed.push(problem);
        continue;
      }
      const show = (kept_bytes: number): void => setComing({ name: file.name, size_bytes: file.size, kept_bytes });
      show(0);
      try {
        await attachFile(client, { task_id, item_ref }, file, show);
      } catch (reason) {
        failed.push(`${file.name}: ${errorMessage(reason)}`);
      }
    }
    setComing(null);
    setProblems(failed);
    await queries.invalidateQueries({ queryKey: ['closeEvidence'] });
  };
  const take = (files: FileList | readonly File[]): boolean => {
    if (!may_attach || coming !== null || files.length === 0) return false;
    void attach([...files]);
    return true;
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (take(event.clipboardData.files)) event.preventDefault();
  };

  return (
    <section
      className={styles['section']}
      aria-label="Evidence"
      data-over={over && may_attach ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onPaste={onPaste}
    >
      <h3>
        Evidence
        {data.missing ? <Status shape="warn">Asks for a file</Status> : null}
      </h3>
      {may_attach ? (
        <p className={styles['attach']}>
          <Button disabled={coming !== null} onClick={() => input.current?.click()}>
            Attach files
          </Button>
          {items.length > 0 ? (
            <Select
              label="Files belong to"
              value={item_ref ?? WHOLE_TASK}
              options={placesOf(items)}
              onChange={setBelongs}
            />
          ) : null}
          <span>or drop or paste them here; up to {MOST_EVIDENCE_BYTES / 1024 / 1024} MB each</span>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label="Files to attach"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              // the same file may be chosen again after it was taken off
              event.target.value = '';
              take(files);
            }}
          />
        </p>
      ) : (
        <p className={styles['quiet']}>{data.why_not}</p>
      )}
      {coming ? (
        <p role="status" className={styles['quiet']}>
          Taking over {coming.name}: {bytes(coming.kept_bytes)} of {bytes(coming.size_bytes)}
        </p>
      ) : null}
      {problems.map((problem) => (
        <InlineMessage key={problem} tone="bad">
          {problem}
        </InlineMessage>
      ))}
      <ol aria-label="Files on this task" className={styles['list']}>
        {data.files.map((file) => (
          <File
            key={file.id}
            file={file}
            onRemove={may_attach && file.removed === null && fileCounts(file) ? () => setRemoving(file) : null}
          />
        ))}
      </ol>
      {removing ? <RemoveDialog task_id={task_id} file={removing} onClose={() => setRemoving(null)} /> : null}
    </section>
  );
}

/** A reference names its item; of two that share one the file belongs to both. */
function placesOf(items: readonly EvidenceItem[]): readonly { readonly value: string; readonly label: string }[] {
  const named = new Map(items.map(({ ref, cause }) => [ref, `Item ${ref}: ${CAUSE_WORDS[cause]}`]));
  return [{ value: WHOLE_TASK, label: 'The whole task' }, ...[...named].map(([value, label]) => ({ value, label }))];
}

/** Refused ones are shown to who attached them, and stand on nothing. */
export function fileCounts({ state }: CloseEvidenceView): boolean {
  return isTaken(state);
}

function File({ file, onRemove }: { readonly file: CloseEvidenceView; readonly onRemove: (() => void) | null }) {
  const now_ms = useNow();
  const client = useClient();
  const queries = useQueryClient();
  const [fetching, setFetching] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = (): void => {
    setFetching(true);
    setProblem(null);
    saveEvidence(client, file)
      .catch((reason: unknown) => setProblem(errorMessage(reason)))
      .finally(() => {
        setFetching(false);
        // it is on this machine from now on
        void queries.invalidateQueries({ queryKey: ['closeEvidence'] });
      });
  };
  const { removed } = file;
  return (
    <li data-removed={removed ? '' : undefined}>
      <p className={styles['name']}>
        <span title={`SHA-256 ${file.sha256}`}>{file.name}</span>
        <span className={styles['size']}>{bytes(file.size_bytes)}</span>
      </p>
      <p className={styles['about']}>
        <span>
          {file.author}, {moment(file.written_at_ms, now_ms)}
        </span>
        {file.item_ref === null ? null : <span>of item {file.item_ref}</span>}
        <Where file={file} />
      </p>
      {removed ? (
        <p className={styles['about']}>
          <span>
            Taken off by {removed.author}, {moment(removed.written_at_ms, now_ms)}: {removed.reason}
          </span>
          {removed.state === 'accepted' ? null : (
            <Status shape={MUTATION_STATES[removed.state].shape}>{MUTATION_STATES[removed.state].word}</Status>
          )}
        </p>
      ) : null}
      <p className={styles['acts']}>
        <Button kind="link" disabled={fetching} aria-label={`Save ${file.name}`} onClick={save}>
          {fetching && !file.here ? 'Bringing it …' : 'Save'}
        </Button>
        {onRemove ? (
          <Button kind="link" aria-label={`Take ${file.name} off`} onClick={onRemove}>
            Take off
          </Button>
        ) : null}
      </p>
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </li>
  );
}

/** Where its bytes are, in a word. */
function Where({ file: { state, here } }: { readonly file: CloseEvidenceView }) {
  if (state === 'pending') return <Status shape="waiting">Waits for the server</Status>;
  if (state === 'sent') return <Status shape="working">Uploading</Status>;
  if (state !== 'accepted') return <Status shape={MUTATION_STATES[state].shape}>{MUTATION_STATES[state].word}</Status>;
  return here ? <Status shape="done">On this machine</Status> : <Status shape="ring">At the server</Status>;
}

function RemoveDialog({
  task_id,
  file,
  onClose,
}: {
  readonly task_id: number;
  readonly file: CloseEvidenceView;
  readonly onClose: () => void;
}) {
  const run = useRun('removeEvidence');
  return (
    <ReasonDialog
      title={`Take ${file.name} off`}
      says="It counts for nothing from now on, and the task asks to be signed again. The file stays with whoever took it off, when and why."
      button="Take it off"
      hint="Stands beside the file, and in the binder."
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(reason) => run.mutate({ task_id, evidence_id: file.id, reason }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
