/** A large file is stored in parts, each in a transaction of its own; lines that depend on each other share one. */
import type { ImportKind } from './kind.ts';
import { keyOf, type ReadLine } from './readLines.ts';

/**
 * Every line once, each part in the order of the file; at least one part. A part holds `lines_a_part` lines, or more where
 * one document is longer.
 */
export function partsOf(
  kind: Pick<ImportKind, 'key' | 'together'>,
  lines: readonly ReadLine[],
  lines_a_part: number,
): ReadLine[][] {
  const fields = { key: kind.together ?? kind.key };
  const documents = Map.groupBy(lines, ({ row }) => keyOf(fields, row));
  const parts: ReadLine[][] = [];
  let part: ReadLine[] = [];
  for (const document of documents.values()) {
    if (part.length > 0 && part.length + document.length > lines_a_part) {
      parts.push(part);
      part = [];
    }
    for (const line of document) part.push(line);
  }
  if (part.length > 0 || parts.length === 0) parts.push(part);
  return parts.map((each) => each.toSorted((a, b) => a.line.line_number - b.line.line_number));
}
