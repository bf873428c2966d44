/** One refused line with its cells to correct; it is taken in at once, or says what is still wrong. */
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import type { FileImportOutcome, RefusedEntry } from '#contract/wire/fileImports.ts';
import { CallError } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './imports.module.css';

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
  readonly entry: RefusedEntry;
  /** Lines of the same whole, taken in with this one. */
  readonly siblings: readonly RefusedEntry[];
  readonly kind: KindName;
  readonly company_code: string;
  readonly offline: boolean;
  readonly onClose: () => void;
  readonly onSettled: (words: string) => void;
}) {
  const client = useClient();
  const kind = importKind(name);
  const all = [entry, ...siblings].toSorted((a, b) => a.line_number - b.line_number);
  const [cells, setCells] = useState<Readonly<Record<number, readonly string[]>>>(() =>
    Object.fromEntries(all.map((each) => [each.id, each.header.map((_, index) => each.fields[index] ?? '')])),
  );
  const setCell = (id: number, index: number, text: string): void =>
    setCells((current) => ({ ...current, [id]: (current[id] ?? []).map((old, at) => (at === index ? text : old)) }));

  const correct = useMutation<FileImportOutcome>({
    networkMode: 'always',
    mutationFn: async () => {
      const { import_id } = await client.call('importOpen', {
        kind: name,
        company_code,
        new_company: null,
        source: 'files',
        file_name: `corrected line ${entry.line_number} of ${entry.file_name}`.slice(0, 500),
        header: [...entry.header],
        map: null,
        mode: 'retry',
        complete: false,
        make_missing: false,
      });
      await client.call('importLines', {
        import_id,
        block: 1,
        lines: all.map(({ id }, index) => ({ line_number: index + 1, refused_id: id, fields: cells[id] ?? [] })),
      });
      const { fingerprint, quarantined } = await client.call('importPreview', { import_id });
      const [still] = quarantined;
      // A correction that is still refused is not recorded as an import.
      if (still) throw new CallError({ code: 'bad_arguments', message: still.reason, retryable: false });
      return await client.call('importApply', { import_id, fingerprint });
    },
    onSuccess: () =>
      onSettled(
        all.length === 1
          ? `${entry.label || `Line ${entry.line_number}`} is corrected and taken in.`
          : `${counted(all.length, 'line')} of ${entry.label} are corrected and taken in.`,
      ),
  });
  const dismiss = useMutation({
    networkMode: 'always',
    mutationFn: () => client.call('importDismiss', { kind: name, company_code, ids: all.map(({ id }) => id) }),
    onSuccess: () => onSettled(`${counted(all.length, 'line')} dismissed; the same file brings them no more.`),
  });
  const error = correct.error ?? dismiss.error;
  const busy = correct.isPending || dismiss.isPending || offline;

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
          <Button disabled={busy} onClick={() => dismiss.mutate()}>
            {all.length === 1 ? 'Dismiss the line' : `Dismiss ${all.length} lines`}
          </Button>
        </>
      }
    >
      <PanelSection title="Why it waits">
        <p className={styles['reason']}>{entry.reason}</p>
        <PanelRow label="File" value={entry.file_name} />
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
