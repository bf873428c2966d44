/** The bytes of evidence between this machine and the server (contract/wire/evidence.ts), a part at a time. */
import { z } from 'zod';
import {
  EVIDENCE_PART_BYTES,
  evidencePartBytes,
  evidenceParts,
  type EvidenceStanding,
} from '#contract/wire/evidence.ts';
import { brokenAnswer, WireFailure } from '#db/sync/failure.ts';
import type { WireClient } from '#db/sync/wireClient.ts';
import type { EvidenceShelf } from './shelf.ts';

export interface EvidencePlace {
  readonly company_id: number;
  readonly sha256: string;
}

export interface ExchangeParts {
  readonly client: WireClient;
  readonly shelf: EvidenceShelf;
}

const Standing = z.object({
  whole: z.boolean(),
  parts: z.array(z.int().min(0)),
  size_bytes: z.int().nullable(),
});

function standingIn(answer: unknown): EvidenceStanding {
  const parsed = Standing.safeParse(answer);
  if (!parsed.success) throw brokenAnswer('the answer about a file has another shape');
  return parsed.data;
}

function pathOf({ company_id, sha256 }: EvidencePlace): string {
  return `/sync/evidence/${company_id}/${sha256}`;
}

/** Every part the server lacks, then the whole. Throws WireFailure; false when the bytes are not here to be sent. */
export async function sendEvidence(
  { client, shelf }: ExchangeParts,
  place: EvidencePlace,
  signal: AbortSignal,
): Promise<boolean> {
  const at = pathOf(place);
  const standing = standingIn(await client.ask('GET', at, undefined, signal));
  if (standing.whole) return true;
  const size = shelf.size(place.sha256);
  if (size === null || !shelf.check(place.sha256)) return false;
  const there = new Set(standing.parts);
  for (let part = 0; part < evidenceParts(size); part += 1) {
    if (there.has(part)) continue;
    const bytes = shelf.part(place.sha256, part);
    if (standingIn(await client.ask('PUT', `${at}/${part}?size=${size}`, bytes, signal)).whole) return true;
  }
  await client.ask('POST', `${at}/finish`, {}, signal);
  return true;
}

/** Brings the file here, from the part on that was cut the last time. Throws WireFailure; `broken_answer` when what came is not the file. */
export async function fetchEvidence(
  { client, shelf }: ExchangeParts,
  place: EvidencePlace,
  size_bytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (shelf.has(place.sha256)) return;
  const arrival = shelf.arrive(place.sha256, size_bytes);
  try {
    for (let part = arrival.parts; part < evidenceParts(size_bytes); part += 1) {
      const bytes = await client.bytes(`${pathOf(place)}/${part}`, EVIDENCE_PART_BYTES, signal);
      if (bytes.length !== evidencePartBytes(size_bytes, part)) {
        throw new WireFailure('unreachable', 'The file was cut short on its way.');
      }
      arrival.add(bytes);
    }
    if (!arrival.finish()) throw brokenAnswer('the bytes are not the file they were named as');
  } finally {
    // what came stays: the next time only the rest comes
    arrival.close();
  }
}
