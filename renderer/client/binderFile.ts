/** Makes a month's binder on this machine, takes it away part by part and hands it to the person as one file; reads one again. */
import { readArchive } from '#domain/close/binder/archive.ts';
import { type BinderJudgement, judgeBinder, MANIFEST_FILE, SEAL_FILE } from '#domain/close/binder/manifest.ts';
import type { ActionInput, ActionResults } from '#contract/actions.ts';
import type { ContractClient } from './contractClient.ts';
import { saveFile, takeAway } from './exportFile.ts';

export async function binderToFile(
  client: ContractClient,
  asked: ActionInput<'makeBinder'>,
  signal: AbortSignal,
): Promise<ActionResults['makeBinder']> {
  const made = await client.call('makeBinder', asked, { signal });
  const parts = await takeAway(client, made, { signal });
  saveFile(made.file_name, new Blob(parts, { type: 'application/zip' }));
  return made;
}

/** Every byte of the file held against its manifest; nothing leaves the page. */
export async function judgeBinderFile(file: File): Promise<BinderJudgement> {
  const files = readArchive(new Uint8Array(await file.arrayBuffer()));
  if (files === null) return { manifest: null, manifest_hash: null, faults: [{ path: file.name, fault: 'not_whole' }] };
  const found: { readonly path: string; readonly sha256: string }[] = [];
  for (const { path, bytes } of files) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
    found.push({ path, sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') });
  }
  const textOf = (name: string): string | null => {
    const bytes = files.find(({ path }) => path === name)?.bytes;
    return bytes === undefined ? null : new TextDecoder().decode(bytes);
  };
  return judgeBinder(found, { manifest: textOf(MANIFEST_FILE), seal: textOf(SEAL_FILE) });
}
