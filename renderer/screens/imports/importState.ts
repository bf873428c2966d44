/** One import under way. It lives beside the screen, so that the file and the columns stay when one looks elsewhere. */
import { createStore, type StoreApi } from 'zustand';
import type { FileImportLine, FileImportOutcome, OpenFileImport } from '#contract/wire/fileImports.ts';
import type { OrderImportReport } from '#contract/wire/imports.ts';
import type { ColumnMap } from '#domain/imports/engine/field.ts';
import { guessColumns } from '#domain/imports/engine/guessColumns.ts';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import { guessOrderMap } from '#domain/imports/orders/guessMap.ts';
import { ORDERS } from '#domain/imports/orders/orderKind.ts';
import type { OrdersRead } from '#domain/imports/orders/readOrders.ts';
import { MAX_FILE_LINES, MAX_SCREEN_ORDER_LINES } from '#domain/imports/kinds/sizes.ts';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import type { ContractClient } from '#renderer/client/contractClient.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { blocksOf, sentLine } from './sentLines.ts';
import { openTableFile, sampleOf, type TableFile, UnreadableFile } from './tableFile.ts';

/** What can be brought here: files that are compared first, or orders that are kept block by block. */
export type ImportChoice = KindName | 'orders';

export function choiceKind(choice: ImportChoice): ImportKind {
  return choice === 'orders' ? ORDERS : importKind(choice);
}

export interface NewCompany {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
}
export interface ChosenFile {
  readonly table: TableFile;
  readonly sample: readonly (readonly string[])[];
  readonly map: ColumnMap;
  /** What the guess could not decide; empty once a person changed the columns. */
  readonly ambiguities: readonly string[];
}
export type Step = 'choose' | 'reading' | 'columns' | 'sending' | 'comparing' | 'preview' | 'applying' | 'done';

export interface ImportState {
  readonly user_name: string;
  readonly kind: ImportChoice;
  /** null = the company in view. */
  readonly company_code: string | null;
  readonly makes_company: boolean;
  readonly new_company: NewCompany;
  readonly complete: boolean;
  readonly make_missing: boolean;
  readonly chosen: ChosenFile | null;
  readonly step: Step;
  readonly sent: number;
  readonly outcome: FileImportOutcome | null;
  /** Of a file of orders: what it says, and what became of it. */
  readonly orders: OrdersRead | null;
  readonly report: OrderImportReport | null;
  readonly problem: string | null;
  /** The data moved between preview and apply. */
  readonly moved: boolean;
}

export const NO_COMPANY_YET: NewCompany = { code: '', name: '', currency: 'EUR', time_zone: 'Europe/Amsterdam' };

const SAMPLE_RECORDS = 2000;

const stores = new WeakMap<ContractClient, StoreApi<ImportState>>();

/** The person's import; another person on the same machine begins afresh. */
export function importStore(client: ContractClient, user_name: string): StoreApi<ImportState> {
  const known = stores.get(client);
  if (known?.getState().user_name === user_name) return known;
  const made = createStore<ImportState>(() => beginning(user_name));
  stores.set(client, made);
  return made;
}

function beginning(user_name: string): ImportState {
  return {
    user_name,
    kind: 'items',
    company_code: null,
    makes_company: false,
    new_company: NO_COMPANY_YET,
    complete: false,
    make_missing: false,
    chosen: null,
    step: 'choose',
    sent: 0,
    outcome: null,
    orders: null,
    report: null,
    problem: null,
    moved: false,
  };
}

export const BACK = { outcome: null, orders: null, report: null, problem: null, moved: false, sent: 0 } as const;

export function chooseKind(store: StoreApi<ImportState>, kind: ImportChoice): void {
  const { chosen } = store.getState();
  const again = chosen ? guessed(kind, chosen.table, chosen.sample) : null;
  store.setState({
    ...BACK,
    kind,
    complete: false,
    chosen: again,
    step: again ? 'columns' : 'choose',
  });
}

/** A bank's own file is one of statements, whatever was chosen before. */
export async function chooseFile(store: StoreApi<ImportState>, file: File, sees_finance: boolean): Promise<void> {
  store.setState({ ...BACK, step: 'reading', chosen: null });
  try {
    const table = await openTableFile(file);
    if (table.bank && !sees_finance)
      throw new UnreadableFile(
        `${file.name} is a bank statement (${table.bank.format}). Finance brings these: your roles do not see the books.`,
      );
    if (table.bank) store.setState({ kind: 'statements', complete: false });
    const sample = await sampleOf(table, SAMPLE_RECORDS);
    if (sample.length === 0 && !table.bank)
      throw new UnreadableFile(`${file.name} holds a header but no line that can be read.`);
    store.setState({ chosen: guessed(store.getState().kind, table, sample), step: 'columns' });
  } catch (error) {
    store.setState({ step: 'choose', problem: inWords(error) });
  }
}

function guessed(kind: ImportChoice, table: TableFile, sample: ChosenFile['sample']): ChosenFile {
  const given = kind === 'statements' ? (table.bank?.map ?? {}) : {};
  const { map, ambiguities } = guessColumns(choiceKind(kind), table.header, sample, given);
  const unclear = kind === 'orders' ? guessOrderMap(table.header, sample, {}).ambiguities : ambiguities;
  return { table, sample, map, ambiguities: unclear };
}

/** Takes a column for a field, or none; a column stands for one field at most. */
export function mapField(store: StoreApi<ImportState>, field: string, column: string | null): void {
  const { chosen } = store.getState();
  if (!chosen) return;
  const kept = Object.entries(chosen.map.columns).filter(([name, taken]) => name !== field && taken !== column);
  const columns = Object.fromEntries(column === null ? kept : [...kept, [field, column]]);
  store.setState({ ...BACK, step: 'columns', chosen: { ...chosen, map: { ...chosen.map, columns }, ambiguities: [] } });
}

export function readDifferently(
  store: StoreApi<ImportState>,
  how: Partial<Pick<ColumnMap, 'date_order' | 'decimal_mark'>>,
): void {
  const { chosen } = store.getState();
  if (!chosen) return;
  store.setState({ ...BACK, step: 'columns', chosen: { ...chosen, map: { ...chosen.map, ...how }, ambiguities: [] } });
}

/** Why the file cannot be previewed yet; empty when it can. */
export function whatLacks({ kind, chosen }: Pick<ImportState, 'kind' | 'chosen'>): readonly string[] {
  if (!chosen) return [];
  const { problems } = guessColumns(choiceKind(kind), chosen.table.header, chosen.sample, chosen.map);
  const { lines, name } = chosen.table;
  const most = kind === 'orders' ? MAX_SCREEN_ORDER_LINES : MAX_FILE_LINES;
  if (lines <= most) return problems;
  const way =
    kind === 'orders'
      ? 'The command line takes any number: binnacle import orders --file FILE --server ADDRESS --user NAME.'
      : 'Split it.';
  return [...problems, `${name} has ${counted(lines, 'line')}; this screen takes ${integer(most)} of a file. ${way}`];
}

export function backToColumns(store: StoreApi<ImportState>): void {
  store.setState({ ...BACK, step: 'columns' });
}

export function startOver(store: StoreApi<ImportState>): void {
  store.setState({ ...BACK, step: 'choose', chosen: null });
}

/** Sends the file in blocks and asks what it would do. */
export async function preview(
  store: StoreApi<ImportState>,
  client: ContractClient,
  target: Pick<OpenFileImport, 'company_code' | 'new_company'>,
): Promise<void> {
  const { chosen, kind, complete, make_missing } = store.getState();
  if (!chosen || kind === 'orders') return;
  store.setState({ ...BACK, step: 'sending' });
  const request: OpenFileImport = {
    ...target,
    kind,
    source: 'files',
    file_name: chosen.table.name.slice(0, 500),
    header: [...chosen.table.header],
    map: chosen.map,
    mode: 'file',
    complete: kind === 'stock' && complete,
    make_missing,
  };
  try {
    const { import_id } = await client.call('importOpen', request);
    let block = 1;
    for await (const lines of blocksOf<FileImportLine>(chosen.table, sentLine)) {
      const { lines: sent } = await client.call('importLines', { import_id, block: block++, lines });
      // Whoever went back to the columns meanwhile wants no preview of the old ones.
      if (store.getState().step !== 'sending') return;
      store.setState({ sent });
    }
    store.setState({ step: 'comparing' });
    store.setState({ outcome: await client.call('importPreview', { import_id }), step: 'preview' });
  } catch (error) {
    store.setState({ step: 'columns', problem: inWords(error) });
  }
}

/** Applies what the preview showed, or shows the new preview when the data moved. */
export async function apply(store: StoreApi<ImportState>, client: ContractClient): Promise<void> {
  const { outcome } = store.getState();
  if (!outcome) return;
  const { import_id, fingerprint } = outcome;
  store.setState({ step: 'applying', problem: null, moved: false });
  try {
    const applied = await client.call('importApply', { import_id, fingerprint });
    store.setState({ step: 'done', outcome: applied, company_code: applied.company.code, makes_company: false });
  } catch (error) {
    const moved = error instanceof CallError && error.code === 'conflict';
    store.setState({ step: 'preview', problem: inWords(error), moved });
    if (!moved) return;
    const fresh = await client.call('importPreview', { import_id }).catch(() => null);
    if (fresh) store.setState({ outcome: fresh });
  }
}

export function inWords(error: unknown): string {
  return error instanceof UnreadableFile ? error.message : errorMessage(error);
}
