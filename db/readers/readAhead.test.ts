import { expect, test } from 'vitest';
import type { ReaderJob } from './jobs.ts';
import { createReadAhead } from './readAhead.ts';

function begin() {
  const asked: string[] = [];
  const waiting: { readonly delay_ms: number; readonly run: () => void }[] = [];
  const run = (job: ReaderJob) => {
    asked.push(job.kind);
    return Promise.resolve((job.kind === 'makeForecasts' ? [{ company_id: 1 }] : 0) as never);
  };
  const kept: number[] = [];
  const timers = {
    after: (delay_ms: number, act: () => void) => {
      const each = { delay_ms, run: act };
      waiting.push(each);
      return { cancel: () => void waiting.splice(waiting.indexOf(each), 1) };
    },
  };
  const asker = { user: { name: 'tester', display_name: 'Tester', grants: [] }, now_ms: 0, as_of_ms: null };
  const ahead = createReadAhead({
    readers: { run, share: () => undefined, close: () => Promise.resolve() },
    timers,
    log: () => undefined,
    asker: () => asker,
    keep: (made) => kept.push(...made.map((each) => each.company_id)),
  });
  return { ahead, asked, kept, waiting, pass: () => waiting.shift()?.run() };
}

test('Today, delays after it, and forecasts are made again once after any number of changes, not before the first look', async () => {
  const { ahead, asked, kept, waiting, pass } = begin();
  ahead.changed();
  expect(waiting).toEqual([]);
  ahead.soon();
  pass();
  expect(asked).toEqual(['stockAhead', 'todayAhead']);
  await Promise.resolve();
  await Promise.resolve();
  expect(asked.slice(2)).toEqual(['delaysAhead']);
  pass();
  expect(asked.slice(3)).toEqual(['makeForecasts']);
  await Promise.resolve();
  await Promise.resolve();
  expect(kept).toEqual([1]);
  for (let change = 0; change < 3; change += 1) ahead.changed();
  expect(waiting).toHaveLength(2);
  pass();
  pass();
  expect(asked.slice(4)).toEqual(['todayAhead', 'makeForecasts']);
  ahead.changed();
  ahead.stop();
  expect(waiting).toEqual([]);
});
