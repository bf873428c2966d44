/** Lines of a bank's statement, or of a list, that was refused whole: nothing of it can be put right line by line, so the corrected file is brought, or it goes. */
import { counted, integer } from '#renderer/format/numbers.ts';
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
  /** The other lines of the same statement, or of the same list. */
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
  const { one, whole, entire } = choiceKind(kind);
  const what = entire?.what ?? whole?.what ?? one;
  // whichever of its lines is stood on: what is wrong is in others
  const wrong = entire ? all.filter(({ reason }) => reason !== entire.others) : [];
  const told = new Set(wrong.map(({ reason }) => reason)).size > 1 || wrong.length === 1 ? wrong : [];
  return (
    <Panel
      title={entire ? entry.file_name : entry.label || 'Unnamed'}
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
        {told.length === 0 ? <p className={styles['reason']}>{entry.reason}</p> : null}
        {told.map(({ id, line_number, label, reason }) => (
          <p key={id} className={styles['reason']}>
            <strong>
              Line {integer(line_number)}, {label || 'unnamed'}
            </strong>
            : {reason}
          </p>
        ))}
        {entire ? null : <PanelRow label="File" value={entry.file_name} />}
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
