/** A vitest file that never comes to its end, for `silentFiles.test.ts`. */
import { expect, test } from 'vitest';

test('comes to its end', () => expect(1 + 1).toBe(2));

test('goes round', () => {
  // bounded so that it ends one day, should nobody end it
  const until = performance.now() + 120_000;
  const goesRoundAndRound = (): void => {
    while (performance.now() < until);
  };
  goesRoundAndRound();
});
