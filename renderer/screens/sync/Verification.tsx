/** Whether the data on this machine equals the server's: when it was compared, what goes on, which rows were mended. */
import { useState } from 'react';
import type { SyncStatus } from '#contract/queries.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { passWords, repairWords } from '#renderer/shell/verifyWords.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './sync.module.css';

const REPAIRS_SHOWN = 3;

export function Verification({ status, now_ms }: { readonly status: SyncStatus; readonly now_ms: number }) {
  const { last_verified: last, verification } = status;
  const { pass, full, stubborn } = verification;
  const isMended = stubborn.length === 0;
  const rest = useRun('verifyRest');
  return (
    <>
      <PanelRow label="Last verified" value={last ? moment(last.at_ms, now_ms) : 'not yet on this machine'} />
      <PanelRow
        label="Result"
        value={
          last === null ? (
            '—'
          ) : last.equal ? (
            <Status shape="good">{counted(last.rows, 'row')}, all equal</Status>
          ) : (
            <Status shape={isMended ? 'warn' : 'bad'}>{isMended ? 'differed and mended' : 'differs'}</Status>
          )
        }
      />
      <PanelRow
        label="Every row read"
        value={
          full === null ? (
            'not yet on this machine'
          ) : (
            <Status shape={full.equal ? 'good' : 'warn'}>
              {moment(full.at_ms, now_ms)}, {full.equal ? 'all equal' : isMended ? 'mended' : 'differs'}
            </Status>
          )
        }
      />
      {pass ? (
        <div className={styles['pass']}>
          <span>{passWords(pass)}</span>
          <Button kind="link" disabled={rest.isPending} onClick={() => rest.mutate({ paused: !pass.paused })}>
            {pass.paused ? 'Go on' : 'Hold'}
          </Button>
          <progress max={pass.total_parts} value={pass.done_parts} aria-label="Rows read again" />
        </div>
      ) : null}
      {stubborn.length > 0 ? <Stubborn kinds={stubborn} /> : null}
    </>
  );
}

export function Repaired({
  rows,
  now_ms,
}: {
  readonly rows: SyncStatus['verification']['repaired'];
  readonly now_ms: number;
}) {
  const [all, setAll] = useState(false);
  if (rows.length === 0) return null;
  return (
    <>
      <h2 className={styles['notices']}>Mended rows</h2>
      <ul className={styles['repaired']}>
        {(all ? rows : rows.slice(0, REPAIRS_SHOWN)).map((row, index) => (
          <li key={`${row.at_ms} ${index}`}>
            <span>
              {row.label} <code>{row.id}</code>
            </span>
            <small>
              {repairWords(row)}, {moment(row.at_ms, now_ms)}
            </small>
          </li>
        ))}
      </ul>
      {rows.length > REPAIRS_SHOWN ? (
        <Button kind="link" aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? 'The newest only' : `All ${counted(rows.length, 'row')}`}
        </Button>
      ) : null}
    </>
  );
}

/** The last resort is the person's to take: it costs a first load. */
function Stubborn({ kinds }: { readonly kinds: readonly string[] }) {
  const reload = useRun('reloadData');
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles['stubborn']}>
      <InlineMessage tone="bad">
        {kinds.join(', ')}: differ from the server again right after they were mended.
      </InlineMessage>
      <Button disabled={reload.isPending} onClick={() => setAsking(true)}>
        {reload.isPending ? 'Loading all data again' : 'Load all data again'}
      </Button>
      {reload.error ? <InlineMessage tone="bad">{reload.error.message}</InlineMessage> : null}
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Load all data again"
        onSubmit={() => {
          setAsking(false);
          reload.mutate({});
        }}
        foot={
          <>
            <Button kind="solid" type="submit">
              Load again
            </Button>
            <Button onClick={() => setAsking(false)}>Not now</Button>
          </>
        }
      >
        <p>
          The data on this machine is forgotten and fetched from the server once more. It takes as long as the first
          time; the newest months come first. Your own changes stay.
        </p>
      </Dialog>
    </div>
  );
}
