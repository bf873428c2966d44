/** The lines of one checkpoint, held for all who may have some of them; who may have which is decided by their buckets alone. */
import { type SharedPiece, sharedPiece } from '#server/http/packing.ts';

/** Lines in one piece of an answer: its receiver is asked about again before the next. */
const PIECE_ROWS = 5_000;

/**
 * Of what was put together at most so many times the lines themselves is kept, company-wide roles and some branches, and
 * not twice as much again of it in bytes and packed.
 */
const MOST_COPIES = 4;

/** The lines somebody may have, in the log's order. */
export interface Excerpt {
  readonly rows: number;
  /** Lines with their newlines. */
  readonly pieces: readonly SharedPiece[];
}

export interface Changes {
  readonly rows: number;
  readonly characters: number;
  /** Put together once for all who may have the same of these buckets. */
  of(mayHave: (bucket: number) => boolean): Excerpt;
  /** Forgets what was put together; the lines stay. */
  release(): void;
}

export function changesOf(lines: readonly (readonly [bucket: number, line: string])[]): Changes {
  const buckets = [...new Set(lines.map(([bucket]) => bucket))];
  const characters = lines.reduce((sum, [, line]) => sum + line.length, 0);
  const excerpts = new Map<string, Excerpt>();
  let kept_characters = 0;
  return {
    rows: lines.length,
    characters,
    of: (mayHave) => {
      const allowed = new Set(buckets.filter(mayHave));
      const key = [...allowed].join(',');
      let excerpt = excerpts.get(key);
      if (!excerpt) {
        const own = lines.filter(([bucket]) => allowed.has(bucket)).map(([, line]) => `${line}\n`);
        const pieces: SharedPiece[] = [];
        for (let at = 0; at < own.length; at += PIECE_ROWS)
          pieces.push(sharedPiece(own.slice(at, at + PIECE_ROWS).join('')));
        excerpt = { rows: own.length, pieces };
        kept_characters += pieces.reduce((sum, piece) => sum + piece.text.length, 0);
        if (kept_characters > MOST_COPIES * (characters + lines.length)) {
          excerpts.clear();
          kept_characters = 0;
        } else excerpts.set(key, excerpt);
      }
      return excerpt;
    },
    release: () => {
      excerpts.clear();
      kept_characters = 0;
    },
  };
}
