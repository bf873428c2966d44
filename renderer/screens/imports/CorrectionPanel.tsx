/** One refused line with its cells to correct; it is taken in at once, or says what is still wrong. */
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useClient } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { DismissButton } from './DismissButton.tsx';
import { choiceKind, type ImportChoice } from './importState.ts';
import styles from './imports.module.css';
import { takeIn, type WaitingLine } from './waitingLines.ts';

const FORM_ID = 'correction';

export function CorrectionPanel({
  entry,
  siblings,
  kind: name,
  company_code,
  offline,
  onClose,
  onSettled,
}: {
  readonly entry: WaitingLine;
  /** Lines of the same whole, taken in with this one. */
  readonly siblings: readonly WaitingLine[];
  readonly kind: ImportChoice;
  readonly company_code: string;
  readonly offline: boolean;
  readonly onClose: () => void;
  readonly onSettled: (words: string) => void;
}) {
  const client = useClient();
  const kind = choiceKind(name);
  const all = [entry, ...siblings].toSorted((a, b) => a.line_number - b.line_number);
  const [cells, setCells] = useState<Readonly<Record<number, readonly string[]>>>(() =>
    Object.fromEntries(all.map((each) => [each.id, each.header.map((_, index) => each.fields[index] ?? '')])),
  );
  const setCell = (id: number, index: number, text: string): void =>
    setCells((current) => ({ ...current, [id]: (current[id] ?? []).map((old, at) => (at === index ? text : old)) }));

  const correct = useMutation<void>({
    networkMode: 'always',
    mutationFn: () =>
      takeIn(
        client,
        name,
        company_code,
        all.map((each) => ({ entry: each, cells: cells[each.id] ?? [] })),
      ),
    onSuccess: () =>
      onSettled(
        all.length === 1
          ? `${entry.label || `Line ${entry.line_number}`} is corrected and taken in.`
          : `${counted(all.length, 'line')} of ${entry.label} are corrected and taken in.`,
      ),
  });
  const { error } = correct;
  const busy = correct.isPending || offline;

  return (
    <Panel
      title={entry.label || 'Unnamed line'}
      aside={kind.one}
      onClose={onClose}
      actions={
        <>
          <Button kind="solid" type="submit" form={FORM_ID} disabled={busy}>
            {correct.isPending ? 'Taking it in' : all.length === 1 ? 'Take the line in' : `Take ${all.length} lines in`}
          </Button>
          {name === 'orders' ? null : (
            <DismissButton
              words={all.length === 1 ? 'Dismiss the line' : `Dismiss ${all.length} lines`}
              kind={name}
              company_code={company_code}
              ids={all.map(({ id }) => id)}
              disabled={busy}
              onSettled={onSettled}
            />
          )}
        </>
      }
    >
      <PanelSection title="Why it waits">
        <p className={styles['reason']}>{entry.reason}</p>
        {entry.file_name === '' ? null : <PanelRow label="File" value={entry.file_name} />}
        <PanelRow label="Line" value={String(entry.line_number)} />
      </PanelSection>
      {error ? (
        <PanelSection>
          <InlineMessage tone="bad">{error.message}</InlineMessage>
        </PanelSection>
      ) : null}
      <form
        id={FORM_ID}
        noValidate
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          correct.mutate();
        }}
      >
        {all.map((each) => (
          <PanelSection key={each.id} title={all.length === 1 ? 'Cells' : `Line ${each.line_number}`}>
            {each.raw === null ? null : <p className={styles['raw']}>{each.raw}</p>}
            <div className={styles['cells']}>
              {each.header.map((column, index) => (
                <Field
                  key={column}
                  label={column}
                  autoComplete="off"
                  spellCheck={false}
                  maxLength={10_000}
                  value={cells[each.id]?.[index] ?? ''}
                  onChange={(event) => setCell(each.id, index, event.target.value)}
                />
              ))}
            </div>
          </PanelSection>
        ))}
      </form>
    </Panel>
  );
}
