/** Takes an export away from the service, part by part, and hands it to the person as a file. */
import type { ActionInput, ActionResults } from '#contract/actions.ts';
import type { ContractClient } from './contractClient.ts';

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export interface ExportProgress {
  readonly bytes_read: number;
  readonly bytes: number;
}

export async function exportToFile(
  client: ContractClient,
  asked: ActionInput<'exportRows'>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ExportProgress) => void } = {},
): Promise<ActionResults['exportRows']> {
  const call = options.signal ? { signal: options.signal } : {};
  const made = await client.call('exportRows', asked, call);
  const parts = await takeAway(client, made, options);
  saveFile(made.file_name, new Blob(parts, { type: TYPES[asked.format ?? 'csv'] ?? '' }));
  return made;
}

/** All parts of what lies ready; the last one takes it off the machine. */
export async function takeAway(
  client: ContractClient,
  made: { readonly id: string; readonly bytes: number },
  options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ExportProgress) => void },
): Promise<Uint8Array<ArrayBuffer>[]> {
  const { onProgress } = options;
  const call = options.signal ? { signal: options.signal } : {};
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes_read = 0;
  for (let offset: number | null = 0; offset !== null; ) {
    const part: ActionResults['exportPart'] = await client.call('exportPart', { id: made.id, offset }, call);
    const bytes = fromBase64(part.base64);
    parts.push(bytes);
    bytes_read += bytes.length;
    onProgress?.({ bytes_read, bytes: made.bytes });
    offset = part.next_offset;
  }
  return parts;
}

export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function saveFile(file_name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = file_name;
  link.click();
  // The download starts in a later task; the address must live until then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
