/** Words for lines of a task, typed or pasted: which can be kept, and which are longer than a line holds and wait to be shortened. */
import { MOST_EXPLANATION } from '#domain/close/reconcile/explaining.ts';

export interface LineWords {
  readonly line_id: number;
  /** What its line is called on the screen. */
  readonly name: string;
  readonly text: string;
  /** What stood there when they were written; null = nothing. */
  readonly seen: string | null;
}

/** Why these are no words; null = they are. `ask` is said where there are none. */
export function wordsProblem(text: string, ask: string): string | null {
  const words = text.trim();
  if (words === '') return ask;
  const over = words.length - MOST_EXPLANATION;
  return over > 0 ? `${MOST_EXPLANATION} characters at the most: ${over} too many.` : null;
}

/** Those to be kept now and those too long for it; nothing is said of lines that say the same already. */
export function pastedWords(pasted: readonly LineWords[]): {
  readonly kept: readonly LineWords[];
  readonly long: readonly LineWords[];
} {
  const said = pasted
    .map((words) => ({ ...words, text: words.text.trim() }))
    .filter(({ text, seen }) => text !== '' && text !== seen);
  return {
    kept: said.filter(({ text }) => text.length <= MOST_EXPLANATION),
    long: said.filter(({ text }) => text.length > MOST_EXPLANATION),
  };
}

/** What waits, with newer words for the same line in place of older ones. */
export function waitingWords(before: readonly LineWords[], more: readonly LineWords[]): readonly LineWords[] {
  const newer = new Set(more.map(({ line_id }) => line_id));
  return [...before.filter(({ line_id }) => !newer.has(line_id)), ...more];
}

/** As a draft keeps them; the empty text where nothing waits. */
export function writeWaiting(words: readonly LineWords[]): string {
  return words.length === 0 ? '' : JSON.stringify(words);
}

/** What a draft kept; nothing of one that says something else. */
export function readWaiting(draft: string): readonly LineWords[] {
  if (draft === '') return [];
  try {
    const found: unknown = JSON.parse(draft);
    return Array.isArray(found) ? found.filter(isLineWords) : [];
  } catch {
    return [];
  }
}

function isLineWords(value: unknown): value is LineWords {
  if (typeof value !== 'object' || value === null) return false;
  const { line_id, name, text, seen } = value as Record<string, unknown>;
  const has_place = typeof line_id === 'number' && typeof name === 'string';
  return has_place && typeof text === 'string' && (seen === null || typeof seen === 'string');
}
