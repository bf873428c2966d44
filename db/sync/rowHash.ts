/** Hashes of rows and buckets, computed from what is stored: the same numbers as the server's. */
import { hash } from 'node:crypto';
import { canonicalImage, type RowImage, rowHashInput } from '#contract/wire/image.ts';

/** 16 hex digits. Throws RangeError for a number that is no safe integer. */
export function rowHash(id: string | number, ver: number, image: RowImage): string {
  return hash('md5', rowHashInput(id, ver, canonicalImage(image)), 'hex').slice(0, 16);
}

export function addRowHash(sum: bigint, row_hash: string): bigint {
  return BigInt.asUintN(64, sum + BigInt(`0x${row_hash}`));
}

export function bucketHashHex(sum: bigint): string {
  return sum.toString(16).padStart(16, '0');
}
