/**
 * How names are compared: without case, accents and brackets. `folded` positions map back to the text as written, so
 * that what was matched can be marked.
 */

/** Letters that Unicode does not take apart into a base letter and an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  '×': 'x',
};
const ACCENTS = /\p{M}/u;
const APART = /[\s\p{Cc}()[\]{}"“”„«»;,|]/u;

export interface Folded {
  readonly text: string;
  /** For each UTF-16 unit of `text`: where the character it came from starts and ends in the text as written. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** ASCII text, most of a distributor's names, needs no taking apart. */
const PLAIN = /^[\u0020-\u007e]*$/;
const APART_ALL = /[\s()[\]{}",;|]/gu;

/** Small letters without accents; brackets, quotes and commas are spaces. */
export function fold(written: string): string {
  if (PLAIN.test(written)) return written.toLowerCase().replaceAll(APART_ALL, ' ');
  return foldWithPlaces(written).text;
}

export function foldWithPlaces(written: string): Folded {
  let text = '';
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const character of written) {
    const end = at + character.length;
    for (const part of character.normalize('NFKD').toLowerCase()) {
      // an accent of its own belongs to the letter before it
      if (ACCENTS.test(part)) {
        if (to.length > 0) to[to.length - 1] = end;
        continue;
      }
      const letters = APART.test(part) ? ' ' : (LETTERS[part] ?? part);
      text += letters;
      for (let n = 0; n < letters.length; n++) {
        from.push(at);
        to.push(end);
      }
    }
    at = end;
  }
  return { text, from, to };
}

/** A folded code without its separators: 'fa-0840' is 'fa0840'. */
export function bare(folded: string): string {
  return folded.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

export function wordsOf(folded: string): string[] {
  return folded.split(' ').filter((word) => word !== '');
}
