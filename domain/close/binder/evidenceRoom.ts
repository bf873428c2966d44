/** How much evidence one binder takes in. What is beyond is said by its rows alone, so that every machine leaves out the same files. */
export const MOST_BINDER_EVIDENCE_BYTES = 512 * 1024 * 1024;

export interface SizedFile {
  readonly sha256: string;
  readonly size_bytes: number;
}

/** By hash, those that find no room, in the order they stand; the same file counts once. */
export function filesOver(files: readonly SizedFile[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const over = new Set<string>();
  let room = MOST_BINDER_EVIDENCE_BYTES;
  for (const { sha256, size_bytes } of files) {
    if (seen.has(sha256)) continue;
    seen.add(sha256);
    if (size_bytes > room) over.add(sha256);
    else room -= size_bytes;
  }
  return over;
}

/** What is so and what to do, as a sentence; null = all of them find room. */
export function filesOverWords(files_over: number): string | null {
  if (files_over === 0) return null;
  const files = files_over === 1 ? '1 file of evidence is' : `${files_over} files of evidence are`;
  const [them, their] = files_over === 1 ? ['it', 'its task'] : ['them', 'their tasks'];
  return `${files} not in it: a binder holds ${MOST_BINDER_EVIDENCE_BYTES / 1024 / 1024} MB of evidence. Save ${them} from ${their} and keep ${them} beside the binder, which names each with its hash.`;
}
