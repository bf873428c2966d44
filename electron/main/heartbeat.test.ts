import { beforeEach, expect, test } from 'vitest';
import { BEAT_EVERY_MS, type Heartbeat, SILENT_BEATS, startHeartbeat } from './heartbeat.ts';

let timers: { run: () => void; cancelled: boolean }[] = [];
let beats = 0;
let restarts = 0;
let questions: { signal: AbortSignal; answer: (index: number) => void }[] = [];
let heartbeat: Heartbeat;
const settle = () => new Promise((resolve) => setImmediate(resolve));
const turn = (times: number): void => {
  for (let i = 0; i < times; i++)
    timers
      .filter(({ cancelled }) => !cancelled)
      .at(-1)
      ?.run();
};

beforeEach(() => {
  timers = [];
  beats = 0;
  restarts = 0;
  questions = [];
  heartbeat = startHeartbeat({
    after: (delay_ms, run) => {
      expect(delay_ms).toBe(BEAT_EVERY_MS);
      const timer = { run, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    beat: () => beats++,
    ask: (_question, signal) => new Promise((answer) => questions.push({ signal, answer })),
    restart: () => restarts++,
    log: () => {},
  });
});

test('a service that answers is never asked about', () => {
  for (let i = 0; i < 50; i++) {
    turn(1);
    heartbeat.heard();
  }
  expect([beats, questions.length]).toEqual([50, 0]);
});

test('a service that is busy for a while is left alone', () => {
  turn(SILENT_BEATS);
  expect(questions).toHaveLength(0);
  heartbeat.heard();
  turn(SILENT_BEATS);
  expect(questions).toHaveLength(0);
});

test('one that stays silent is put to the person once; waiting asks again later, restarting ends it', async () => {
  turn(SILENT_BEATS + 5);
  expect(questions).toHaveLength(1);
  questions[0]?.answer(0);
  await settle();
  expect(restarts).toBe(0);
  turn(SILENT_BEATS);
  expect(questions).toHaveLength(1);
  turn(1);
  expect(questions).toHaveLength(2);
  questions[1]?.answer(1);
  await settle();
  expect(restarts).toBe(1);
});

test('an answer takes the question away, and its late reply restarts nothing', async () => {
  turn(SILENT_BEATS + 1);
  heartbeat.heard();
  expect(questions[0]?.signal.aborted).toBe(true);
  questions[0]?.answer(1);
  await settle();
  expect(restarts).toBe(0);
});

test('a service that ended is not asked about any more', async () => {
  turn(SILENT_BEATS + 1);
  heartbeat.stop();
  expect(questions[0]?.signal.aborted).toBe(true);
  expect(timers.every(({ cancelled }, index) => cancelled || index < timers.length - 1)).toBe(true);
  questions[0]?.answer(1);
  await settle();
  expect(restarts).toBe(0);
});
