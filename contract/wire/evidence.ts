/**
 * The bytes of evidence, protocol 1: in parts, so that a cut one goes on where it stopped and neither side holds a file whole.
 * A part is `application/octet-stream` and its number counts from 0; all but the last have EVIDENCE_PART_BYTES.
 *
 *   GET  /sync/evidence/:company/:sha256                  → EvidenceStanding
 *   PUT  /sync/evidence/:company/:sha256/:part?size=BYTES   a part of a file of that size → EvidenceStanding
 *   POST /sync/evidence/:company/:sha256/finish           → EvidenceStanding, or 422 `wrong_hash` and the parts are gone
 *   GET  /sync/evidence/:company/:sha256/:part            → the part, of a file that is whole
 */
export const EVIDENCE_PART_BYTES = 512 * 1024;

export interface EvidenceStanding {
  /** All bytes are there and their hash is the name they go by. */
  readonly whole: boolean;
  /** Parts of this person's upload that are there; empty once it is whole. */
  readonly parts: readonly number[];
  /** Of a whole one. */
  readonly size_bytes: number | null;
}

export function evidenceParts(size_bytes: number): number {
  return Math.ceil(size_bytes / EVIDENCE_PART_BYTES);
}

/** Bytes of one part of a file of that size. */
export function evidencePartBytes(size_bytes: number, part: number): number {
  return Math.min(EVIDENCE_PART_BYTES, size_bytes - part * EVIDENCE_PART_BYTES);
}
