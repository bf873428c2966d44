/** Makes a month's binder on this machine, takes it away part by part and hands it to the person as one file; reads one again. */
import { lookAt } from '#domain/close/binder/archiveLook.ts';
import {
  type BinderJudgement,
  type FoundFile,
  judgeArchive,
  noArchive,
  trailHashes,
} from '#domain/close/binder/judge.ts';
import { MANIFEST_FILE, SEAL_FILE } from '#domain/close/binder/manifest.ts';
import { trailFileIn } from '#domain/close/binder/sealedTrail.ts';
import { judgedTable } from '#domain/close/binder/trailTables.ts';
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
  const look = lookAt(new Uint8Array(await file.arrayBuffer()));
  if (look === null) return noArchive(file.name);
  const { files } = look;
  const found: FoundFile[] = [];
  for (const { path, bytes } of files) {
    found.push({ path, bytes: bytes.length, sha256: await sha256Of(bytes) });
  }
  const textOf = (name: string): string | null => {
    const bytes = files.find(({ path }) => path === name)?.bytes;
    return bytes === undefined ? null : new TextDecoder().decode(bytes);
  };
  const trail_path = trailFileIn(files)?.path;
  const trail = trail_path === undefined ? null : textOf(trail_path);
  const trail_tables = new Map(
    files.flatMap(({ path, bytes }) => {
      const id = judgedTable(path);
      // a mark at its start is a changed byte like any other
      return id === null ? [] : [[id, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)] as const];
    }),
  );
  const seals = new Map<string, string>();
  const texts = { manifest: textOf(MANIFEST_FILE), seal: textOf(SEAL_FILE), trail, trail_tables };
  for (const content of trailHashes(files, texts))
    seals.set(content, await sha256Of(new TextEncoder().encode(content)));
  return judgeArchive(file.name, look, found, texts, {
    sha256: (content) => seals.get(content) ?? '',
    known_hash: null,
  });
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
