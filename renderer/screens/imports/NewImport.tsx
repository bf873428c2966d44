/** From choosing a file to the report: one step in view at a time. */
import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import type { StoreApi } from 'zustand';
import { useStore } from 'zustand';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import { FILE_PART_LINES } from '#domain/imports/kinds/sizes.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { bytes, counted, integer } from '#renderer/format/numbers.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { ColumnsTable } from './ColumnsTable.tsx';
import { apply, backToColumns, chooseFile, type ImportState, preview, startOver, whatLacks } from './importState.ts';
import styles from './imports.module.css';
import { OutcomeView } from './OutcomeView.tsx';
import { placeOf, placeProblem, Target } from './Target.tsx';

export function NewImport({
  tabs,
  banner,
  offline,
  store,
}: {
  readonly tabs: ReactNode;
  readonly banner: ReactNode;
  readonly offline: boolean;
  readonly store: StoreApi<ImportState>;
}) {
  const client = useClient();
  const workplace = useWorkplace();
  const state = useStore(store);
  const { step, chosen, outcome, problem } = state;
  const kind = importKind(state.kind);
  const outcomeShown = outcome !== null && (step === 'preview' || step === 'applying' || step === 'done');
  const busy = step === 'sending' || step === 'comparing' || step === 'applying' || step === 'reading';
  const place = placeOf(state, workplace);
  const lacks = [...whatLacks(state), ...[placeProblem(place)].filter((text) => text !== null)];
  const effects = outcome ? outcome.counts.created + outcome.counts.changed + outcome.counts.outside : 0;

  return (
    <ScreenFrame
      title="Imports"
      subtitle={subtitleOf(state)}
      headerRight={
        <>
          {tabs}
          {chosen && !outcomeShown ? (
            <>
              <Button onClick={() => startOver(store)} disabled={busy}>
                Another file
              </Button>
              <Button
                kind="solid"
                disabled={busy || offline || lacks.length > 0}
                onClick={() => void preview(store, client, place)}
              >
                Preview {counted(chosen.table.lines, 'line')}
              </Button>
            </>
          ) : null}
          {outcomeShown && step !== 'done' ? (
            <>
              <Button onClick={() => backToColumns(store)} disabled={busy}>
                Back to the columns
              </Button>
              <Button kind="solid" disabled={busy || offline} onClick={() => void apply(store, client)}>
                {step === 'applying' ? 'Applying' : applyWord(effects, outcome.counts.quarantined)}
              </Button>
            </>
          ) : null}
          {step === 'done' ? (
            <Button kind="solid" onClick={() => startOver(store)}>
              Import another file
            </Button>
          ) : null}
        </>
      }
      facts={chosen ? <span>{`${chosen.table.name}, ${bytes(chosen.table.bytes)}`}</span> : null}
    >
      {banner}
      {problem ? (
        <div className={styles['message']}>
          <InlineMessage tone={state.moved ? 'warn' : 'bad'}>{problem}</InlineMessage>
        </div>
      ) : null}
      <Progress state={state} />
      {outcomeShown ? (
        <OutcomeView outcome={outcome} />
      ) : (
        <div className={styles['setup']}>
          <Target store={store} disabled={busy} />
          {chosen ? (
            <ColumnsTable store={store} chosen={chosen} kind={kind} lacks={lacks} disabled={busy} />
          ) : (
            <FileDrop
              one={kind.one}
              about={kind.about}
              reading={step === 'reading'}
              onFile={(file) => void chooseFile(store, file)}
              onTemplate={() =>
                saveFile(`${kind.kind}.csv`, new Blob([templateCsv(kind)], { type: 'text/csv;charset=utf-8' }))
              }
            />
          )}
        </div>
      )}
    </ScreenFrame>
  );
}

function subtitleOf({ step, chosen, outcome }: ImportState): string {
  if (step === 'done' && outcome) return `${outcome.file_name} is applied`;
  if (outcome) return `What ${outcome.file_name} would do; nothing is applied yet`;
  return chosen ? `How ${chosen.table.name} is read` : 'Files of master data, stock, documents and the ledger';
}

function applyWord(effects: number, quarantined: number): string {
  if (effects > 0) return `Apply ${counted(effects, 'change')}`;
  return quarantined > 0 ? `Keep ${counted(quarantined, 'line')} in quarantine` : 'Record that nothing changes';
}

function Progress({ state }: { readonly state: ImportState }) {
  const { step, chosen, sent } = state;
  const total = Math.max(chosen?.table.lines ?? 0, 1);
  const share = step === 'sending' ? Math.min(1, sent / total) : 1;
  if (step !== 'sending' && step !== 'comparing' && step !== 'applying') return null;
  const words =
    step === 'sending'
      ? `${integer(sent)} of ${counted(total, 'line')} sent`
      : step === 'comparing'
        ? 'The server compares every line with what it has; nothing is written'
        : total > FILE_PART_LINES
          ? `The server applies them in parts of ${integer(FILE_PART_LINES)} lines; others see the first parts before the last`
          : 'The server applies them, whole or not at all';
  return (
    <div className={styles['progress']}>
      <div
        role="progressbar"
        aria-label="Import"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <i style={{ width: `${Math.round(share * 100)}%` }} data-busy={step === 'sending' ? undefined : ''} />
      </div>
      <p role="status">{words}</p>
    </div>
  );
}

function FileDrop({
  one,
  about,
  reading,
  onFile,
  onTemplate,
}: {
  readonly one: string;
  readonly about: string;
  readonly reading: boolean;
  readonly onFile: (file: File) => void;
  readonly onTemplate: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <section
      className={styles['drop']}
      aria-label="File"
      data-over={over ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Upload size={18} aria-hidden="true" />
      <div>
        <h2>{reading ? 'Reading the file' : 'Drop a file here'}</h2>
        <p>CSV, plain or gzip, or a workbook (.xlsx). {about}</p>
        <p className={styles['buttons']}>
          <Button disabled={reading} onClick={() => input.current?.click()}>
            Choose a file
          </Button>
          <Button kind="link" onClick={onTemplate}>
            Save a template with an example {one} ›
          </Button>
        </p>
        <input
          ref={input}
          type="file"
          hidden
          aria-label="File to import"
          accept=".csv,.gz,.txt,.tsv,.xlsx,text/csv,application/gzip"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            // The same file may be chosen again after it was corrected.
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
    </section>
  );
}
