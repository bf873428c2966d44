/** What would be sent of a scenario and what stays; nothing leaves before it is said here. */
import { useState } from 'react';
import type { NamedAssumption, ScenarioDetail } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Tick } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './scenarios.module.css';

const canGo = ({ sending, outcome, problem }: NamedAssumption): boolean =>
  problem === null && 'sends' in sending && (outcome === null || outcome.state === 'refused');

export function SubmitDialog({ detail, onClose }: { readonly detail: ScenarioDetail; readonly onClose: () => void }) {
  const run = useRun('submitScenario');
  const sendable = detail.assumptions.filter(canGo);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = sendable.filter(({ assumption }) => !left.has(assumption.id));
  const staying = detail.assumptions.filter((each) => !canGo(each) && each.outcome === null);
  if (run.data !== undefined) {
    const { queued, refused } = run.data;
    const labelOf = (id: string) => detail.assumptions.find(({ assumption }) => assumption.id === id)?.label ?? '';
    return (
      <Dialog
        open
        middle
        onClose={onClose}
        title="What came of it"
        aside={detail.name}
        onSubmit={onClose}
        foot={
          <Button kind="solid" type="submit">
            Close
          </Button>
        }
      >
        {queued > 0 ? (
          <InlineMessage tone="good">
            {counted(queued, 'change')} decided here and on the way to the server.
          </InlineMessage>
        ) : null}
        {refused.map(({ assumption_id, message }) => (
          <InlineMessage key={assumption_id} tone="bad">
            {labelOf(assumption_id)}: {message}
          </InlineMessage>
        ))}
      </Dialog>
    );
  }
  return (
    <ReasonDialog
      title="Submit the scenario"
      aside={detail.name}
      middle
      says={
        sendable.length === 0
          ? 'Nothing of this scenario can be sent.'
          : 'What is ticked becomes a decision like any other, with its own check and its own answer.'
      }
      button={`Send ${counted(chosen.length, 'change')}`}
      hint="Everyone who sees the decisions reads it."
      least={3}
      blocked={chosen.length === 0}
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(reason) =>
        run.mutate({ id: detail.id, assumption_ids: chosen.map(({ assumption }) => assumption.id), reason })
      }
      onClose={onClose}
    >
      <ul className={styles['sending']} aria-label="What is sent">
        {sendable.map(({ assumption, label, sending }) => (
          <li key={assumption.id}>
            <Tick
              label={
                <span>
                  <strong>{label}</strong> {'sends' in sending ? sending.says : ''}
                </span>
              }
              checked={!left.has(assumption.id)}
              onChange={(checked) => {
                const next = new Set(left);
                if (checked) next.delete(assumption.id);
                else next.add(assumption.id);
                setLeft(next);
              }}
            />
          </li>
        ))}
      </ul>
      {staying.length > 0 ? (
        <ul className={styles['sending']} aria-label="What stays on this machine">
          {staying.map(({ assumption, label, sending, problem }) => (
            <li key={assumption.id}>
              <InlineMessage tone="quiet">
                <strong>{label}</strong> stays here. {problem ?? ('stays' in sending ? sending.stays : '')}
              </InlineMessage>
            </li>
          ))}
        </ul>
      ) : null}
    </ReasonDialog>
  );
}
