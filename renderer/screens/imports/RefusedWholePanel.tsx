/** Lines of a bank's file whose statement was refused: nothing in them can be put right, so the corrected file is brought, or they go. */
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { DismissButton } from './DismissButton.tsx';
import { choiceKind, type ImportChoice } from './importState.ts';
import styles from './imports.module.css';
import type { WaitingLine } from './waitingLines.ts';

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
  const all = [entry, ...siblings].toSorted((a, b) => a.line_number - b.line_number);
  const { one, whole } = choiceKind(kind);
  const what = whole?.what ?? one;
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
          {kind === 'orders' ? null : (
            <DismissButton
              words={`Dismiss the ${what} (${counted(all.length, 'line')})`}
              kind={kind}
              company_code={company_code}
              ids={all.map(({ id }) => id)}
              disabled={offline}
              onSettled={onSettled}
            />
          )}
        </>
      }
    >
      <PanelSection title="Why it waits">
        <p className={styles['reason']}>{entry.reason}</p>
        <PanelRow label="File" value={entry.file_name} />
      </PanelSection>
      <PanelSection title="What to do">
        <p className={styles['reason']}>
          {`Import the corrected file: once this ${what} comes in right, its lines here go by themselves. If it is not needed, dismiss it and say why.`}
        </p>
      </PanelSection>
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
