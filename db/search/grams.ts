/** A typed word as an FTS5 expression over trigrams. The index proposes by it; `matches` decides. */
import { codeOf, letters, needle, type Wanted } from './wanted.ts';

const SURROGATES = /[\ud800-\udfff]/;

export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  if (!SURROGATES.test(text)) {
    for (let at = 0; at + 3 <= text.length; at++) grams.push(text.slice(at, at + 3));
    return grams;
  }
  const characters = Array.from(text);
  for (let at = 0; at + 3 <= characters.length; at++) grams.push(characters.slice(at, at + 3).join(''));
  return grams;
}

/** Every trigram of the text; the order is not kept, so what it finds is a little more than what has the text. */
function allGrams(text: string): string {
  return [...new Set(gramsOf(text))].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
}

function either(expressions: readonly string[]): string {
  return expressions.map((each) => `(${each})`).join(' OR ');
}

function wordGrams(word: string, instead: readonly string[] = []): string {
  const code = codeOf(word);
  return either([
    allGrams(needle(word)),
    ...(code !== null && code !== word ? [allGrams(code)] : []),
    ...instead.map((other) => allGrams(` ${other}`)),
  ]);
}

function everyWord(parts: readonly string[]): string {
  return parts.map((part) => `(${part})`).join(' AND ');
}

/** Holds for every name that matches. */
export function anywhere({ words, code }: Wanted): string {
  const all = everyWord(words.map((word) => wordGrams(word)));
  return words.length > 1 && letters(code) >= 3 ? either([all, allGrams(code)]) : all;
}

/** Holds for every name in which each word begins a word. */
export function atBeginnings({ words }: Wanted): string {
  return everyWord(words.map((word) => allGrams(letters(word) < 2 ? needle(word) : ` ${word}`)));
}

export function alikeGrams({ words }: Wanted, alike: ReadonlyMap<string, readonly string[]>): string {
  return everyWord(words.map((word) => wordGrams(word, alike.get(word))));
}
