import { expect, test } from 'vitest';
import type { ReaderJob } from './jobs.ts';
import { createReadAhead } from './readAhead.ts';

function begin() {
  const asked: string[] = [];
  const waiting: { readonly delay_ms: number; readonly run: () => void }[] = [];
  const run = (job: ReaderJob) => {
    asked.push(job.kind);
    return Promise.resolve(0 as never);
  };
  const timers = {
    after: (delay_ms: number, act: () => void) => {
      const each = { delay_ms, run: act };
      waiting.push(each);
      return { cancel: () => void waiting.splice(waiting.indexOf(each), 1) };
    },
  };
  const asker = { user: { name: 'tester', display_name: 'Tester', grants: [] }, now_ms: 0, as_of_ms: null };
  const ahead = createReadAhead(
    { run, share: () => undefined, close: () => Promise.resolve() },
    timers,
    () => undefined,
    () => asker,
  );
  return { ahead, asked, waiting, pass: () => waiting.shift()?.run() };
}

test('Today is looked for again once after any number of changes, and not before the first look; delays follow it', async () => {
  const { ahead, asked, waiting, pass } = begin();
  ahead.changed();
  expect(waiting).toEqual([]);
  ahead.soon();
  pass();
  expect(asked).toEqual(['stockAhead', 'todayAhead']);
  await Promise.resolve();
  await Promise.resolve();
  expect(asked.slice(2)).toEqual(['delaysAhead']);
  for (let change = 0; change < 3; change += 1) ahead.changed();
  expect(waiting).toHaveLength(1);
  pass();
  expect(asked.slice(3)).toEqual(['todayAhead']);
  ahead.changed();
  ahead.stop();
  expect(waiting).toEqual([]);
});
