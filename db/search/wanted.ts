/** What was typed, as it is compared with names: the definition of a match, which the index only speeds up. */
import type { MatchedPart } from '#contract/queries/find.ts';
import { bare, fold, foldWithPlaces, wordsOf } from '#domain/names/fold.ts';
import type { NameText } from './names.ts';

const MAX_WORDS = 8;
const MAX_WORD_LETTERS = 60;
/** Shorter words are looked for at the beginnings of words only. */
const SUBSTRING_LETTERS = 3;

export interface Wanted {
  readonly words: readonly string[];
  /** Everything typed as one code: 'fa 0840' is 'fa0840'. */
  readonly code: string;
}

/** null when nothing is left to look for. */
export function wanted(typed: string): Wanted | null {
  const words = [...new Set(wordsOf(fold(typed)))].slice(0, MAX_WORDS).map((word) => word.slice(0, MAX_WORD_LETTERS));
  if (words.length === 0) return null;
  return { words, code: bare(words.join('')) };
}

export const letters = (text: string): number => Array.from(text).length;

/** The text a word is looked for as: a short one with the space before it. */
export function needle(word: string): string {
  const missing = SUBSTRING_LETTERS - letters(word);
  return missing > 0 ? ' '.repeat(missing) + word : word;
}

/** The word without separators, when it then says as much as a code must. */
export function codeOf(word: string): string | null {
  const code = bare(word);
  return letters(code) >= SUBSTRING_LETTERS ? code : null;
}

/** Whether the word, or one of its `instead` at the beginning of a word, is in the name. */
function hasWord(name: NameText, word: string, instead: readonly string[] = []): boolean {
  if (name.text.includes(needle(word))) return true;
  const code = codeOf(word);
  if (code !== null && name.code.includes(code)) return true;
  return instead.some((other) => name.text.includes(` ${other}`));
}

export function matches(name: NameText, { words, code }: Wanted): boolean {
  if (words.every((word) => hasWord(name, word))) return true;
  return letters(code) >= SUBSTRING_LETTERS && name.code.includes(code);
}

/** The same with words of the vocabulary that are written much like those typed. */
export function matchesAlike(
  name: NameText,
  { words }: Wanted,
  alike: ReadonlyMap<string, readonly string[]>,
): boolean {
  return words.every((word) => hasWord(name, word, alike.get(word)));
}

/** 0 the code itself, 1 the beginning of code or name, 2 beginnings of words, 3 anywhere, 4 alike. */
export type Rank = 0 | 1 | 2 | 3 | 4;

export function rankOf(name: NameText, { words, code }: Wanted): Rank {
  if (code !== '' && name.code === code) return 0;
  if (code !== '' && name.code.startsWith(code)) return 1;
  const inOrder = `   ${words.join('  ')}`;
  if (name.text.includes(inOrder)) return 1;
  return words.every((word) => name.text.includes(` ${word}`)) ? 2 : 3;
}

/** Where the typed words (or, of the alike, the words they stand for) are in the text as it is written. */
export function matchedParts(written: string, sought: readonly string[], code: string): MatchedPart[] {
  const folded = foldWithPlaces(written);
  const spans: [number, number][] = [];
  for (const word of sought) {
    const short = letters(word) < SUBSTRING_LETTERS;
    for (let at = folded.text.indexOf(word); at >= 0; at = folded.text.indexOf(word, at + word.length)) {
      if (!short || at === 0 || folded.text[at - 1] === ' ') spans.push([at, at + word.length]);
    }
  }
  if (spans.length === 0 && code !== '') {
    const span = bareSpan(folded.text, code);
    if (span) spans.push(span);
  }
  return joined(spans).map(([start, end]) => [folded.from[start] ?? 0, folded.to[end - 1] ?? written.length] as const);
}

/** Where `code` is in the text when separators are passed over. */
function bareSpan(text: string, code: string): [number, number] | null {
  const places: number[] = [];
  let short = '';
  for (let at = 0; at < text.length; at++) {
    const letter = bare(text[at] ?? '');
    if (letter === '') continue;
    short += letter;
    places.push(at);
  }
  const found = short.indexOf(code);
  const first = places[found];
  const last = places[found + code.length - 1];
  return found < 0 || first === undefined || last === undefined ? null : [first, last + 1];
}

function joined(spans: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
