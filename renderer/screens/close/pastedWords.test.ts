import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_EXPLANATION } from '#domain/close/reconcile/explaining.ts';
import { type LineWords, pastedWords, readWaiting, waitingWords, wordsProblem, writeWaiting } from './pastedWords.ts';

const words = fc.record({
  line_id: fc.integer({ min: 1, max: 9 }),
  name: fc.string(),
  text: fc.oneof(fc.string(), fc.string({ minLength: MOST_EXPLANATION - 2, maxLength: MOST_EXPLANATION + 20 })),
  seen: fc.option(fc.string()),
});

test('what is pasted is kept or waits, and what is neither says nothing new', () => {
  fc.assert(
    fc.property(fc.array(words), (pasted) => {
      const { kept, long } = pastedWords(pasted);
      const said = pasted.filter(({ text, seen }) => text.trim() !== '' && text.trim() !== seen);
      expect(kept.length + long.length).toBe(said.length);
      for (const { text } of kept) expect(wordsProblem(text, 'Say why.')).toBeNull();
      for (const { text } of long) expect(wordsProblem(text, 'Say why.')).toContain('too many');
      const texts = new Set(said.map(({ text }) => text.trim()));
      for (const { text } of [...kept, ...long]) expect(texts.has(text)).toBe(true);
    }),
  );
});

test('what waits is the same after it was kept as a draft, and one line waits once', () => {
  fc.assert(
    fc.property(fc.array(words), fc.array(words), (before, more) => {
      const waiting = waitingWords(before, more);
      expect(readWaiting(writeWaiting(waiting))).toEqual(waiting);
      for (const { line_id, text } of more.filter((each, at) => lastOf(more, each) === at)) {
        expect(waiting.findLast((each) => each.line_id === line_id)?.text).toBe(text);
      }
      expect(
        waiting.filter((each) => before.includes(each) && more.some((other) => other.line_id === each.line_id)),
      ).toEqual([]);
    }),
  );
  for (const other of ['', 'not words', '{}', '[1, null, {"line_id": "1"}]']) expect(readWaiting(other)).toEqual([]);
});

function lastOf(all: readonly LineWords[], { line_id }: LineWords): number {
  return all.findLastIndex((each) => each.line_id === line_id);
}
