/** Lines that wait, and how they are put right: of orders by their identity in the file, of other kinds by their content. */
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import type { DismissedEntry, RefusedEntry } from '#contract/wire/fileImports.ts';
import { CallError } from '#renderer/client/callError.ts';
import type { ContractClient } from '#renderer/client/contractClient.ts';
import type { ImportChoice } from './importState.ts';
import { ORDERS_SOURCE } from './ordersImport.ts';

export interface WaitingLine extends RefusedEntry {
  /** Of an order line. */
  readonly identity: { readonly invoice: string; readonly ordinal: number } | null;
}
export interface WaitingPage {
  readonly lines: readonly WaitingLine[];
  readonly total: number;
  readonly dismissed: readonly DismissedEntry[];
}
type Belonging = Pick<ImportKind, 'whole' | 'entire' | 'day'>;

/** Lines with what belongs to them next to each other, in the order the first of each came in; of a list its wrong lines first. */
export function byWhole<Line extends WaitingLine>(lines: readonly Line[], kind: Belonging): readonly Line[] {
  if (kind.whole === undefined && kind.entire === undefined) return lines;
  const wholes = [...Map.groupBy(lines, (line) => wholeOf(line, kind)).values()];
  return wholes.flatMap((whole) => wrongFirst(whole, kind));
}

/** Of a file refused whole: the lines that are wrong themselves, then the others. */
export function wrongFirst<Line extends { readonly reason: string }>(
  lines: readonly Line[],
  { entire }: Pick<ImportKind, 'entire'>,
): readonly Line[] {
  if (entire === undefined) return lines;
  const [others, wrong] = [true, false].map((is) => lines.filter(({ reason }) => (reason === entire.others) === is));
  return [...(wrong ?? []), ...(others ?? [])];
}

/** What a line belongs to; itself where it has no name. Of a kind with days names come again, so the file is part of it. */
export function wholeOf({ id, label, file_name }: WaitingLine, { day, entire }: Belonging): string {
  if (entire !== undefined) return JSON.stringify([file_name]);
  return label === '' ? String(id) : JSON.stringify(day === undefined ? [label] : [label, file_name]);
}

interface Corrected {
  readonly entry: WaitingLine;
  readonly cells: readonly string[];
}

export async function waitingLines(
  client: ContractClient,
  kind: ImportChoice,
  company_code: string,
  limit: number,
  signal: AbortSignal,
): Promise<WaitingPage> {
  if (kind !== 'orders') {
    const { lines, total, dismissed } = await client.call('importRefused', { kind, company_code, limit }, { signal });
    return { total, dismissed, lines: lines.map((line) => ({ ...line, identity: null })) };
  }
  const page = await client.call('orderRefused', { source: ORDERS_SOURCE, company_code, limit }, { signal });
  return {
    total: page.total,
    dismissed: [],
    lines: page.lines.map(({ invoice, ordinal, ...line }) => ({
      ...line,
      label: invoice,
      file_name: '',
      of_whole: false,
      identity: { invoice, ordinal },
    })),
  };
}

/** Takes corrected lines in, or throws with what is still wrong. */
export async function takeIn(
  client: ContractClient,
  kind: ImportChoice,
  company_code: string,
  corrected: readonly Corrected[],
): Promise<void> {
  const [first] = corrected;
  if (!first) return;
  if (kind === 'orders') await takeOrdersIn(client, company_code, first.entry.header, corrected);
  else await takeFileIn(client, kind, company_code, first.entry, corrected);
}

async function takeFileIn(
  client: ContractClient,
  kind: KindName,
  company_code: string,
  { line_number, file_name, header }: WaitingLine,
  corrected: readonly Corrected[],
): Promise<void> {
  const { import_id } = await client.call('importOpen', {
    kind,
    company_code,
    new_company: null,
    source: 'files',
    file_name: `corrected line ${line_number} of ${file_name}`.slice(0, 500),
    header: [...header],
    map: null,
    mode: 'retry',
    complete: false,
    make_missing: false,
  });
  await client.call('importLines', {
    import_id,
    block: 1,
    lines: corrected.map(({ entry, cells }, index) => ({
      line_number: index + 1,
      refused_id: entry.id,
      fields: [...cells],
    })),
  });
  const { fingerprint, quarantined } = await client.call('importPreview', { import_id });
  const [still] = quarantined;
  // A correction that is still refused is not recorded as an import.
  if (still) throw stillWrong(still.reason);
  await client.call('importApply', { import_id, fingerprint });
}

async function takeOrdersIn(
  client: ContractClient,
  company_code: string,
  header: readonly string[],
  corrected: readonly Corrected[],
): Promise<void> {
  const { import_id } = await client.call('orderImportOpen', {
    source: ORDERS_SOURCE,
    company_code,
    currency: null,
    time_zone: null,
    assumed: { currency: 'EUR', time_zone: 'UTC' },
    file_name: 'corrected lines',
    header: [...header],
    map: null,
    mode: 'retry',
  });
  const { refused } = await client.call('orderImportLines', {
    import_id,
    block: 1,
    lines: corrected.map(({ entry, cells }) => ({
      line_number: entry.line_number,
      invoice: entry.identity?.invoice ?? '',
      ordinal: entry.identity?.ordinal ?? 1,
      fields: [...cells],
    })),
  });
  await client.call('orderImportFinish', { import_id });
  const [still] = refused;
  if (still) throw stillWrong(still.reason);
}

function stillWrong(reason: string): CallError {
  return new CallError({ code: 'bad_arguments', message: reason, retryable: false });
}
