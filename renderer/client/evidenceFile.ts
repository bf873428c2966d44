/** A file on its way to a close task, kept by the service on this machine first; and an attached one handed to the person. */
import { evidenceName, evidenceType, MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import type { ActionResults } from '#contract/actions.ts';
import type { CloseEvidenceView } from '#contract/queries.ts';
import type { ContractClient } from './contractClient.ts';
import { fromBase64, saveFile } from './exportFile.ts';

/** As base64 it stays below what a request holds; a multiple of 3, so that pieces join. */
const PIECE_BYTES = 150_000;

/** Why it cannot be attached; null = it can. */
export function fileProblem(file: File): string | null {
  if (file.size === 0) return `${file.name} is empty, or a folder: pack a folder into one file first.`;
  if (file.size <= MOST_EVIDENCE_BYTES) return null;
  return `${file.name} is larger than ${MOST_EVIDENCE_BYTES / 1024 / 1024} MB. Attach a smaller part of it.`;
}

/** Throws CallError. `onKept`: bytes that are on this machine. */
export async function attachFile(
  client: ContractClient,
  place: { readonly task_id: number; readonly item_ref: string | null },
  file: File,
  onKept: (bytes: number) => void,
): Promise<void> {
  const upload = crypto.randomUUID();
  let kept: ActionResults['keepEvidence'] = { size_bytes: 0, sha256: null };
  for (let offset = 0; kept.sha256 === null; offset += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
    const last = offset + PIECE_BYTES >= file.size;
    kept = await client.call('keepEvidence', { upload, offset, base64: toBase64(piece), last });
    onKept(kept.size_bytes);
  }
  const named = { name: evidenceName(file.name), media_type: evidenceType(file.type) };
  const { sha256, size_bytes } = kept;
  await client.call('attachEvidence', { ...place, sha256, size_bytes, ...named }, { change: true });
}

/** Brought from the server first where it is not on this machine. Only ever saved: nothing here opens or draws it. */
export async function saveEvidence(client: ContractClient, file: CloseEvidenceView): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const part: ActionResults['evidenceBytes'] = await client.call('evidenceBytes', { evidence_id: file.id, offset });
    parts.push(fromBase64(part.base64));
    offset = part.next_offset;
  }
  saveFile(file.name, new Blob(parts, { type: 'application/octet-stream' }));
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
