/** From choosing a file to the report: one step in view at a time. */
import type { ReactNode } from 'react';
import type { StoreApi } from 'zustand';
import { useStore } from 'zustand';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { FILE_PART_LINES } from '#domain/imports/kinds/sizes.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { ordersTemplate } from '#domain/imports/orders/orderKind.ts';
import { bytes, counted, integer } from '#renderer/format/numbers.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { FileDrop } from '#renderer/ui/FileDrop.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { ColumnsTable } from './ColumnsTable.tsx';
import {
  apply,
  backToColumns,
  chooseFile,
  choiceKind,
  type ImportChoice,
  type ImportState,
  preview,
  startOver,
  whatLacks,
} from './importState.ts';
import { HELD_KINDS, HeldFile } from './HeldFile.tsx';
import styles from './imports.module.css';
import { readOrders, sendOrders, stopSending } from './ordersImport.ts';
import { OrdersView } from './OrdersView.tsx';
import { OutcomeView } from './OutcomeView.tsx';
import type { TableFile } from './tableFile.ts';
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
  const { step, chosen, outcome, orders, report, problem } = state;
  const kind = choiceKind(state.kind);
  const ofOrders = state.kind === 'orders';
  const outcomeShown =
    (outcome !== null || orders !== null) &&
    (step === 'preview' || step === 'applying' || step === 'done' || (ofOrders && step === 'sending'));
  const busy = step === 'sending' || step === 'comparing' || step === 'applying' || step === 'reading';
  const place = placeOf(state, workplace);
  const lacks = [...whatLacks(state), ...[placeProblem(place, state.kind)].filter((text) => text !== null)];
  const into = workplace.companies.find(({ code }) => code === place.company_code) ?? workplace.company;
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
                onClick={() => void (ofOrders ? readOrders(store, into.currency) : preview(store, client, place))}
              >
                {ofOrders ? 'Read' : 'Preview'} {counted(chosen.table.lines, 'line')}
              </Button>
            </>
          ) : null}
          {outcomeShown && step !== 'done' ? (
            <>
              <Button onClick={() => backToColumns(store)} disabled={busy}>
                Back to the columns
              </Button>
              {outcome ? (
                <Button kind="solid" disabled={busy || offline} onClick={() => void apply(store, client)}>
                  {step === 'applying' ? 'Applying' : applyWord(effects, outcome.counts.quarantined)}
                </Button>
              ) : null}
              {orders && step === 'applying' ? (
                <Button onClick={() => stopSending(store)}>Stop, keep what is in</Button>
              ) : null}
              {orders && step !== 'applying' ? (
                <Button
                  kind="solid"
                  disabled={busy || offline}
                  onClick={() => void sendOrders(store, client, into.code)}
                >
                  Import {counted(orders.totals.lines, 'line')}
                </Button>
              ) : null}
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
      {chosen?.table.bank && step !== 'done' ? <BankNotes bank={chosen.table.bank} /> : null}
      {outcomeShown && outcome ? <OutcomeView outcome={outcome} /> : null}
      {outcomeShown && orders ? <OrdersView read={orders} report={report} company={into} /> : null}
      {outcomeShown ? null : (
        <div className={styles['setup']}>
          <Target store={store} disabled={busy} />
          {chosen ? (
            <ColumnsTable store={store} chosen={chosen} kind={kind} lacks={lacks} disabled={busy} />
          ) : (
            <FileDrop
              title={step === 'reading' ? 'Reading the file' : 'Drop a file here'}
              text={`CSV, plain or gzip, or a workbook (.xlsx). ${kind.about}`}
              accept=".csv,.gz,.txt,.tsv,.xlsx,.xml,.sta,.mt940,.940,text/csv,application/gzip,application/xml"
              label="File to import"
              disabled={step === 'reading'}
              more={
                <>
                  <Button
                    kind="link"
                    onClick={() =>
                      saveFile(
                        `${kind.kind}.csv`,
                        new Blob([templateOf(state.kind)], { type: 'text/csv;charset=utf-8' }),
                      )
                    }
                  >
                    Save a template with an example {kind.one} ›
                  </Button>
                  {state.kind !== 'orders' && HELD_KINDS.has(state.kind) && place.new_company === null ? (
                    <HeldFile
                      kind={state.kind}
                      company_code={place.company_code}
                      label={`Save the ${kind.many} of ${place.company_code}`}
                      offline={offline}
                    />
                  ) : null}
                </>
              }
              onFile={(file) => void chooseFile(store, file, workplace.session.may.see_finance)}
            />
          )}
        </div>
      )}
    </ScreenFrame>
  );
}

/** What the bank's file says besides its lines, until it is applied. */
function BankNotes({ bank }: { readonly bank: NonNullable<TableFile['bank']> }) {
  if (bank.notes.length === 0) return null;
  return (
    <div className={styles['message']}>
      <InlineMessage tone="warn">
        <ul className={styles['notes']} aria-label="What to know of the file">
          {bank.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </InlineMessage>
    </div>
  );
}

function templateOf(choice: ImportChoice): string {
  return choice === 'orders' ? ordersTemplate() : templateCsv(choiceKind(choice));
}

function subtitleOf({ step, chosen, outcome, orders }: ImportState): string {
  if (orders && chosen)
    return step === 'done' ? `${chosen.table.name} is imported` : `What ${chosen.table.name} says; nothing is sent yet`;
  if (step === 'done' && outcome) return `${outcome.file_name} is applied`;
  if (outcome) return `What ${outcome.file_name} would do; nothing is applied yet`;
  return chosen ? `How ${chosen.table.name} is read` : 'Files of orders, master data, stock, documents and the ledger';
}

function applyWord(effects: number, quarantined: number): string {
  if (effects > 0) return `Apply ${counted(effects, 'change')}`;
  return quarantined > 0 ? `Keep ${counted(quarantined, 'line')} in quarantine` : 'Record that nothing changes';
}

function Progress({ state }: { readonly state: ImportState }) {
  const { kind, step, chosen, sent } = state;
  const total = Math.max(chosen?.table.lines ?? 0, 1);
  if (step !== 'sending' && step !== 'comparing' && step !== 'applying') return null;
  const moves = step === 'sending' || kind === 'orders';
  const share = moves ? Math.min(1, sent / total) : 1;
  const words = progressWords(kind, step, sent, total);
  return (
    <div className={styles['progress']}>
      <div
        role="progressbar"
        aria-label="Import"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <i style={{ width: `${Math.round(share * 100)}%` }} data-busy={moves ? undefined : ''} />
      </div>
      <p role="status">{words}</p>
    </div>
  );
}

function progressWords(
  kind: ImportChoice,
  step: 'sending' | 'comparing' | 'applying',
  sent: number,
  total: number,
): string {
  const far = `${integer(sent)} of ${counted(total, 'line')}`;
  if (kind === 'orders') {
    if (step === 'comparing') return `${far} read; nothing is sent`;
    return step === 'applying'
      ? `${far} are in, each block for good; this page stays open until the end`
      : `${far} are in; the block under way ends`;
  }
  if (step === 'sending') return `${far} sent`;
  if (step === 'comparing') return 'The server compares every line with what it has; nothing is written';
  return total > FILE_PART_LINES
    ? `The server applies them in parts of ${integer(FILE_PART_LINES)} lines; others see the first parts before the last`
    : 'The server applies them, whole or not at all';
}
