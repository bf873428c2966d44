/** Lines of a bank's file whose statement was refused: nothing in them can be put right, so the corrected file is brought, or they go. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { choiceKind, type ImportChoice } from './importState.ts';
import styles from './imports.module.css';
import type { WaitingLine } from './waitingLines.ts';

/** A request names no more lines. */
const LINES_AT_ONCE = 1000;

export function RefusedWholePanel({
  entry,
  siblings,
  kind,
  company_code,
  offline,
  onClose,
  onSettled,
  onImport,
}: {
  readonly entry: WaitingLine;
  /** The other lines of the same statement. */
  readonly siblings: readonly WaitingLine[];
  readonly kind: ImportChoice;
  readonly company_code: string;
  readonly offline: boolean;
  readonly onClose: () => void;
  readonly onSettled: (words: string) => void;
  /** Where a file is brought. */
  readonly onImport: () => void;
}) {
  const client = useClient();
  const all = [entry, ...siblings].toSorted((a, b) => a.line_number - b.line_number);
  const { one, whole } = choiceKind(kind);
  const what = whole?.what ?? one;
  const [reason, setReason] = useState('');
  const dismiss = useMutation({
    networkMode: 'always',
    mutationFn: async (file_kind: KindName) => {
      const ids = all.map(({ id }) => id);
      for (let at = 0; at < ids.length; at += LINES_AT_ONCE)
        await client.call('importDismiss', {
          kind: file_kind,
          company_code,
          ids: ids.slice(at, at + LINES_AT_ONCE),
          reason: reason.trim(),
        });
    },
    onSuccess: () => onSettled(`${counted(all.length, 'line')} dismissed; the same file brings them no more.`),
  });
  return (
    <Panel
      title={entry.label || 'Unnamed'}
      aside={what}
      onClose={onClose}
      actions={
        <>
          <Button kind="solid" disabled={offline} onClick={onImport}>
            Import the corrected file
          </Button>
          <Button
            disabled={offline || dismiss.isPending || reason.trim() === ''}
            onClick={() => (kind === 'orders' ? undefined : dismiss.mutate(kind))}
          >
            {`Dismiss the ${what} (${counted(all.length, 'line')})`}
          </Button>
        </>
      }
    >
      <PanelSection title="Why it waits">
        <p className={styles['reason']}>{entry.reason}</p>
        <PanelRow label="File" value={entry.file_name} />
      </PanelSection>
      <PanelSection title="What to do">
        <p className={styles['reason']}>
          {`Import the corrected file: once this ${what} comes in right, its lines here go by themselves. If it is not needed, say why and dismiss it.`}
        </p>
        <Field
          label="Why it is not needed"
          value={reason}
          maxLength={500}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      </PanelSection>
      {dismiss.error ? (
        <PanelSection>
          <InlineMessage tone="bad">{dismiss.error.message}</InlineMessage>
        </PanelSection>
      ) : null}
      <PanelSection title={`Its ${counted(all.length, 'line')}`}>
        {all.map((each) => (
          <p key={each.id} className={styles['raw']}>
            {each.fields.filter((cell) => cell !== '').join(' · ')}
          </p>
        ))}
      </PanelSection>
    </Panel>
  );
}
