/** The files of evidence of one signed-in person: what lies here, what goes to the server before the change that names it. */
import path from 'node:path';
import type { StoredMutation } from '#db/commands/outbox.ts';
import type { RandomSource } from '#db/machine.ts';
import type { OpenReplica } from '#db/replica.ts';
import type { WireClient } from '#db/sync/wireClient.ts';
import { sendEvidence } from './exchange.ts';
import { evidenceKept, placeOfAttached } from './kept.ts';
import { createEvidenceShelf, type EvidenceShelf } from './shelf.ts';

export interface EvidenceKeeper {
  readonly shelf: EvidenceShelf;
  /** Removes what no row and no change names any more: this person may not see it now. */
  tidy(): void;
  /** See PushParts. */
  sendBytes(mutation: StoredMutation, signal: AbortSignal): Promise<string | null>;
}

export function createEvidenceKeeper(open: OpenReplica, client: WireClient, random: RandomSource): EvidenceKeeper {
  const { replica, work, place, keys } = open;
  const shelf = createEvidenceShelf(path.join(place.folder, 'evidence'), keys.work, random);
  return {
    shelf,
    tidy: () => shelf.keepOnly(evidenceKept(replica, work)),
    sendBytes: async ({ command, args }, signal) => {
      const belongs = command === 'attachEvidence' ? placeOfAttached(replica, args) : undefined;
      if (!belongs || (await sendEvidence({ client, shelf }, belongs, signal))) return null;
      return 'The file cannot be read on this machine any more. Attach it again.';
    },
  };
}
