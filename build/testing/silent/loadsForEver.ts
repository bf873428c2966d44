/** A vitest file that is never loaded, for `silentFiles.test.ts`. */
import { test } from 'vitest';

await new Promise((resolve) => setTimeout(resolve, 120_000));

test('is never asked', () => {});
