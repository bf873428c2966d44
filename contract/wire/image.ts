/**
 * A row image is the JSON array of a row's values in the column order of its wire table. Its canonical text is what
 * PostgreSQL's json_build_array prints (", " between values), so that server and replica hash the same bytes.
 */
export type ImageValue = string | number | null;
export type RowImage = readonly ImageValue[];

/** Canonical text of an image; byte for byte what `json_build_array(…)::text` gives for the same values. */
export function canonicalImage(image: RowImage): string {
  let text = '[';
  for (let i = 0; i < image.length; i++) {
    const value = image[i];
    if (i > 0) text += ', ';
    if (value === null || value === undefined) text += 'null';
    else if (typeof value === 'string') text += JSON.stringify(value);
    else {
      if (!Number.isSafeInteger(value)) throw new RangeError(`row image holds ${value}, not a safe integer`);
      text += String(value);
    }
  }
  return `${text}]`;
}

/**
 * The text whose md5 (first 16 hex digits, an unsigned 64-bit number) is the row hash: `id|ver|image`.
 * A bucket's hash is the sum of its rows' hashes modulo 2^64.
 */
export function rowHashInput(id: string | number, ver: number, imageText: string): string {
  return `${id}|${ver}|${imageText}`;
}
