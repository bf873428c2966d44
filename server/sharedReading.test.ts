import { expect, test } from 'vitest';
import { shareReadings } from './sharedReading.ts';

test('many who ask are answered together, and nobody by a reading that began before the question', async () => {
  let now = 0;
  const readings: { readonly asked: readonly string[]; readonly answer: (value: number) => void }[] = [];
  const ask = shareReadings(async (asked: readonly string[]) => {
    const began_at = now;
    return await new Promise<number>((resolve) => readings.push({ asked, answer: () => resolve(began_at) }));
  });
  const early = ['a', 'b'].map(async (question) => await ask(question));
  await turn();
  now = 1;
  const late = ['c', 'a', 'd'].map(async (question) => await ask(question));
  await turn();
  expect(readings.map(({ asked }) => asked)).toEqual([['a', 'b']]);
  readings[0]?.answer(0);
  expect(await Promise.all(early)).toEqual([0, 0]);
  await turn();
  expect(readings.map(({ asked }) => asked)).toEqual([
    ['a', 'b'],
    ['c', 'a', 'd'],
  ]);
  readings[1]?.answer(1);
  expect(await Promise.all(late)).toEqual([1, 1, 1]);
});

test('a reading that fails tells those it was for, and the next goes on; no reading is without bound', async () => {
  const sizes: number[] = [];
  const ask = shareReadings(async (asked: readonly number[]) => {
    sizes.push(asked.length);
    if (asked.includes(0)) throw new Error('the connection broke');
    return asked.length;
  });
  const answers = await Promise.allSettled(Array.from({ length: 1_200 }, async (_, at) => await ask(at)));
  expect(sizes).toEqual([500, 500, 200]);
  expect(answers.map(({ status }) => status).lastIndexOf('rejected')).toBe(499);
  expect(answers[700]).toEqual({ status: 'fulfilled', value: 500 });
  expect(await ask(1)).toBe(1);
});

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
