/** Imports CSV text over HTTP as a client of the server would, without sharing its code. */
import { parse } from 'csv-parse/sync';
import { type BankFormat, createBankFileReader } from '#domain/imports/bank/readBankFile.ts';
import { BANK_HEADER, BANK_MAP } from '#domain/imports/bank/statementRecords.ts';
import { guessColumns } from '#domain/imports/engine/guessColumns.ts';
import type { ColumnMap } from '#domain/imports/engine/field.ts';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import { guessOrderMap } from '#domain/imports/orders/guessMap.ts';
import type { FileImportOutcome, OpenFileImport, RefusedPage } from '#contract/wire/fileImports.ts';
import { login } from '#server/testing/replica.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
export interface FileClient {
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
  /** Opens and stages; throws with the server's words when it refuses. */
  stage(kind: KindName, csv: string, options?: Partial<OpenFileImport>): Promise<number>;
  /** A bank's own file, read as the window and the command line read it. */
  importBank(format: BankFormat, text: string): Promise<FileImportOutcome>;
  preview(import_id: number): Promise<FileImportOutcome>;
  /** Previews and applies what the preview said. */
  import(kind: KindName, csv: string, options?: Partial<OpenFileImport>): Promise<FileImportOutcome>;
  /** Order lines in one block; the order is the first cell. Answers how many were made and changed. */
  importOrders(csv: string): Promise<{ readonly created: number; readonly changed: number }>;
  refused(kind: KindName, company_code?: string): Promise<RefusedPage>;
}

export function cells(csv: string): string[][] {
  return parse(csv.trim(), { relax_column_count: true, relax_quotes: true });
}

/** `time` of the server: some passes between a preview and its applying, as it does between a person's two clicks. */
export async function fileClient(url: string, user: string, time?: { now_ms: number }): Promise<FileClient> {
  const { access_token } = await login(url, user);
  const post = async <T>(path: string, body: unknown): Promise<Answer<T>> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const must = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await post<T & { error?: { message: string } }>(path, body);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.error?.message ?? ''}`);
    return answer.body;
  };
  const stage: FileClient['stage'] = async (kind, csv, options = {}) => {
    const [header = [], ...lines] = cells(csv);
    const map: ColumnMap = guessColumns(importKind(kind), header, lines, {}).map;
    const { import_id } = await must<{ import_id: number }>('/imports/files', {
      kind,
      company_code: 'HAL',
      new_company: null,
      source: 'files',
      file_name: `${kind}.csv`,
      header,
      map,
      mode: 'file',
      complete: false,
      make_missing: false,
      ...options,
    });
    await must(`/imports/files/${import_id}/lines`, {
      block: 1,
      lines: lines.map((fields, index) => ({ line_number: index + 2, fields })),
    });
    return import_id;
  };
  const apply = async (import_id: number): Promise<FileImportOutcome> => {
    const { fingerprint } = await preview(import_id);
    if (time) time.now_ms += 1_234;
    return await must(`/imports/files/${import_id}/apply`, { fingerprint });
  };
  const importBank: FileClient['importBank'] = async (format, text) => {
    const reader = createBankFileReader(format);
    reader.take(text);
    const { records } = reader.end();
    const { map } = guessColumns(importKind('statements'), BANK_HEADER, [], BANK_MAP);
    const { import_id } = await must<{ import_id: number }>('/imports/files', {
      kind: 'statements',
      company_code: 'HAL',
      new_company: null,
      source: 'files',
      file_name: 'bank',
      header: BANK_HEADER,
      map,
      mode: 'file',
      complete: false,
      make_missing: false,
    });
    await must(`/imports/files/${import_id}/lines`, {
      block: 1,
      lines: records.map(({ problem, ...record }) => (problem === null ? record : { ...record, problem })),
    });
    return await apply(import_id);
  };
  const importOrders: FileClient['importOrders'] = async (csv) => {
    const [header = [], ...lines] = cells(csv);
    const { map } = guessOrderMap(header, lines, {});
    const { import_id } = await must<{ import_id: number }>('/imports/orders', {
      source: 'shop',
      company_code: 'HAL',
      currency: null,
      time_zone: null,
      assumed: { currency: 'EUR', time_zone: 'Europe/Amsterdam' },
      file_name: 'orders.csv',
      header,
      map,
      mode: 'file',
    });
    const places = new Map<string, number>();
    const done = await must<{ created: number; changed: number }>(`/imports/orders/${import_id}/lines`, {
      block: 1,
      lines: lines.map((fields, index) => {
        const [invoice = ''] = fields;
        const ordinal = (places.get(invoice) ?? 0) + 1;
        places.set(invoice, ordinal);
        return { line_number: index + 2, invoice, ordinal, fields };
      }),
    });
    await must(`/imports/orders/${import_id}/finish`, {});
    return done;
  };
  const preview: FileClient['preview'] = (import_id) => must(`/imports/files/${import_id}/preview`, {});
  return {
    post,
    stage,
    preview,
    importBank,
    importOrders,
    import: async (kind, csv, options) => await apply(await stage(kind, csv, options)),
    refused: (kind, company_code = 'HAL') => must('/imports/files/refused', { kind, company_code }),
  };
}
