/**
 * The words of all names in memory, with a trigram count index: which of them could a mistyped word have meant? Only
 * the words are kept, and only their rows' own reading shows anything, so a word of a lost row finds nothing.
 */
import { gramsOf } from './grams.ts';
import { bare } from '#domain/names/fold.ts';
import type { NameText } from './names.ts';
import { letters } from './wanted.ts';

/** Shorter words have too many neighbours to be worth guessing. */
const FORGIVEN_LETTERS = 4;
/** Words of at least this many letters may have two errors. */
const TWO_ERRORS_LETTERS = 8;
const MAX_ALIKE = 12;
/** An error touches three trigrams, a swap of neighbours four. */
const GRAMS_OF_AN_ERROR = 4;

export interface Vocabulary {
  readonly words: number;
  add(name: NameText): void;
  /** Words written much like this one, or beginning so: the fewest errors first. Never the word itself. */
  alike(word: string): string[];
}

export function createVocabulary(): Vocabulary {
  const known = new Map<string, number>();
  const words: string[] = [];
  const uses: number[] = [];
  const postings = new Map<string, number[]>();
  /** Shared trigrams per word while one question is answered; always zero between questions. */
  let counts = new Uint8Array(1024);

  const add = (word: string): void => {
    const at = known.get(word);
    if (at !== undefined) {
      uses[at] = (uses[at] ?? 0) + 1;
      return;
    }
    const place = words.length;
    known.set(word, place);
    words.push(word);
    uses.push(1);
    for (const gram of beginningGrams(word)) {
      const list = postings.get(gram);
      if (!list) postings.set(gram, [place]);
      else if (list.at(-1) !== place) list.push(place);
    }
  };

  return {
    get words() {
      return words.length;
    },
    add: ({ code, text }) => {
      for (const word of text.split(' ')) {
        // there are as many codes as rows, and a code's neighbours can be written down
        if (word.length >= FORGIVEN_LETTERS - 1 && (word.length < code.length || bare(word) !== code)) add(word);
      }
    },
    alike: (word) => {
      const length = letters(word);
      if (length < FORGIVEN_LETTERS) return [];
      const errors = length >= TWO_ERRORS_LETTERS ? 2 : 1;
      const grams = [...new Set(beginningGrams(word))];
      const enough = Math.max(Math.min(2, errors), grams.length - GRAMS_OF_AN_ERROR * errors);
      if (counts.length < words.length) counts = new Uint8Array(words.length * 2);
      const seen: number[] = [];
      for (const gram of grams) {
        for (const place of postings.get(gram) ?? []) {
          if (counts[place] === 0) seen.push(place);
          counts[place] = (counts[place] ?? 0) + 1;
        }
      }
      const found: { readonly word: string; readonly errors: number; readonly uses: number }[] = [];
      for (const place of seen) {
        const shared = counts[place] ?? 0;
        counts[place] = 0;
        const candidate = words[place] ?? '';
        if (shared < enough) continue;
        const distance = errorsBetween(word, candidate, errors);
        // without an error it is in the name as typed, and found without this
        if (distance > 0 && distance <= errors)
          found.push({ word: candidate, errors: distance, uses: uses[place] ?? 0 });
      }
      return found
        .toSorted((a, b) => a.errors - b.errors || b.uses - a.uses || (a.word < b.word ? -1 : 1))
        .slice(0, MAX_ALIKE)
        .map((each) => each.word);
    },
  };
}

/** A word's end is open: what was typed may be its beginning. */
function beginningGrams(word: string): string[] {
  return gramsOf(`  ${word}`);
}

/**
 * Letters wrong, missing, too many or swapped with their neighbour that turn `typed` into a beginning of `word`; more
 * than `most` is answered as most + 1. The whole word counts, and so does any beginning of it.
 */
export function errorsBetween(typed: string, word: string, most: number): number {
  const rows = typed.length;
  const columns = Math.min(word.length, rows + most);
  if (columns < rows - most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: columns + 1 }, (_, column) => column);
  for (let row = 1; row <= rows; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= columns; column++) {
      const same = typed[row - 1] === word[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = last;
    last = current;
  }
  return Math.min(most + 1, ...last);
}

const CODE_CHARACTERS = Array.from('0123456789abcdefghijklmnopqrstuvwxyz');
const LONGEST_CODE = 24;

/** Every code one error away from this one; none when it is too short, too long or has no digit to be a code by. */
export function codesNear(code: string): string[] {
  if (code.length < FORGIVEN_LETTERS || code.length > LONGEST_CODE || !/\d/.test(code)) return [];
  const near = new Set<string>();
  for (let at = 0; at <= code.length; at++) {
    const before = code.slice(0, at);
    const after = code.slice(at + 1);
    for (const character of CODE_CHARACTERS) near.add(before + character + code.slice(at));
    if (at === code.length) continue;
    near.add(before + after);
    for (const character of CODE_CHARACTERS) near.add(before + character + after);
    if (after !== '') near.add(before + after.slice(0, 1) + code.slice(at, at + 1) + after.slice(1));
  }
  near.delete(code);
  return [...near];
}
