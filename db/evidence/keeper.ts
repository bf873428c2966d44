/** The files of evidence of one signed-in person: what lies here, what goes to the server before the change that names it. */
import path from 'node:path';
import type { StoredMutation } from '#db/commands/outbox.ts';
import type { RandomSource } from '#db/machine.ts';
import type { OpenReplica } from '#db/replica.ts';
import type { WireClient } from '#db/sync/wireClient.ts';
import { type EvidencePlace, fetchEvidence, sendEvidence } from './exchange.ts';
import { evidenceKept, fileOfChange } from './kept.ts';
import { createEvidenceShelf, type EvidenceShelf } from './shelf.ts';

export interface EvidenceKeeper {
  readonly shelf: EvidenceShelf;
  /** Brings a file here; once however many ask at the same time. Throws WireFailure. */
  bring(place: EvidencePlace, size_bytes: number, signal: AbortSignal | undefined): Promise<void>;
  /** Removes what no row and no change names any more: this person may not see it now. */
  tidy(): void;
  /** See PushParts. */
  sendBytes(mutation: StoredMutation, signal: AbortSignal): Promise<string | null>;
}

/** In the folder of a person's files. */
export function evidenceFolder(folder: string): string {
  return path.join(folder, 'evidence');
}

export function createEvidenceKeeper(open: OpenReplica, client: WireClient, random: RandomSource): EvidenceKeeper {
  const { replica, work, place, keys } = open;
  const shelf = createEvidenceShelf(evidenceFolder(place.folder), keys.work, random);
  const coming = new Map<string, Promise<void>>();
  return {
    shelf,
    bring: async (at, size_bytes, signal) => {
      if (shelf.has(at.sha256)) return;
      const on_its_way =
        coming.get(at.sha256) ??
        fetchEvidence({ client, shelf }, at, size_bytes, signal).finally(() => coming.delete(at.sha256));
      coming.set(at.sha256, on_its_way);
      await on_its_way;
    },
    tidy: () => shelf.keepOnly(evidenceKept(replica, work)),
    sendBytes: async (mutation, signal) => {
      const belongs = fileOfChange(replica, mutation);
      if (!belongs || (await sendEvidence({ client, shelf }, belongs, signal))) return null;
      return mutation.command === 'recordBinder'
        ? 'The binder cannot be read on this machine any more. Make it again.'
        : 'The file cannot be read on this machine any more. Attach it again.';
    },
  };
}
