/** The rows behind a view as a file: made by the service where they are paged, here where they are all at hand. */
import type { ActionInput } from '#contract/actions.ts';
import { saveText } from '#renderer/client/saveFile.ts';
import { useRun } from '#renderer/client/useContract.ts';

export interface ExportState {
  readonly busy: boolean;
  readonly error: string | null;
  readonly start: (args: ActionInput<'exportRows'>) => void;
}

export function useExportFile(): ExportState {
  const run = useRun('exportRows');
  return {
    busy: run.isPending,
    error: run.error?.message ?? null,
    start: (args) => run.mutate(args, { onSuccess: ({ file_name, csv }) => saveText(file_name, csv) }),
  };
}

const RUNS_IN_A_SPREADSHEET = /^[=+\-@\t\r]/;

/** CSV text with CRLF lines; numbers pass as they are, text that a spreadsheet would run gets an apostrophe before it. */
export function csvText(rows: readonly (readonly (string | { readonly number: string })[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: string | { readonly number: string }): string {
  if (typeof value !== 'string') return value.number;
  const safe = RUNS_IN_A_SPREADSHEET.test(value) ? `'${value}` : value;
  return /[",\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
