import { readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDraft, saveDraft } from './drafts.ts';
import { type ReplicaPlace, replicaPlace } from './keys/place.ts';
import { machineRandom } from './machine.ts';
import { type OpenReplica, openReplica } from './replica.ts';
import { freshFolder } from './testing/testService.ts';
import { putWordsBack } from './wordsRecord.ts';

const KEYS = { replica: 'ab'.repeat(32), work: 'cd'.repeat(32) };
let dataDir: string;
let place: ReplicaPlace;
let open: OpenReplica;
let now_ms: number;

const start = (): void => {
  const parts = { clock: () => now_ms, newUuid: () => machineRandom().uuid() };
  open = openReplica(place, KEYS, parts);
};
const type = (about: string, text: string): void => {
  now_ms += 1;
  saveDraft(open.work, about, text, now_ms);
  open.words.note();
};
const size = (): number => statSync(place.words_file).size;

beforeEach(() => {
  dataDir = freshFolder();
  place = replicaPlace(dataDir, 'server', 'somebody');
  now_ms = 1000;
  start();
});
afterEach(() => {
  open.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a line cut off takes no other along, and the next start writes the record anew', () => {
  type('note-item-1', 'whole');
  type('note-item-2', 'cut off');
  open.close();
  truncateSync(place.words_file, size() - 40);
  rmSync(place.work_file);
  start();
  expect(['note-item-1', 'note-item-2'].map((about) => readDraft(open.work, about))).toEqual(['whole', '']);
  type('note-item-3', 'goes on');
  open.close();
  rmSync(place.work_file);
  start();
  expect(['note-item-1', 'note-item-3'].map((about) => readDraft(open.work, about))).toEqual(['whole', 'goes on']);
});

test('what was sent or fell off the end stays away, and an older state does not overwrite a newer one', () => {
  type('note-item-1', 'sent later');
  type('note-item-1', '');
  for (let n = 0; n < 205; n++) type(`note-order-${n}`, 'one of many');
  type('note-item-2', 'older');
  // killed before the second record heard of it
  saveDraft(open.work, 'note-item-2', 'newer', now_ms + 1);
  const held = open.work.prepare('SELECT count(*) FROM draft').pluck();
  expect(held.get()).toBe(200);
  open.close();
  start();
  expect(open.work.prepare('SELECT count(*) FROM draft').pluck().get()).toBe(200);
  expect(readDraft(open.work, 'note-item-1')).toBe('');
  expect(readDraft(open.work, 'note-item-2')).toBe('newer');
  open.work.prepare("UPDATE draft SET body_json = '{}', saved_at_ms = 1 WHERE id = 'note-item-2'").run();
  open.close();
  start();
  expect(readDraft(open.work, 'note-item-2')).toBe('newer');
});

test('is sealed, and nothing of another key is put back', () => {
  type('note-item-1', 'nobody reads this');
  const text = readFileSync(place.words_file, 'utf8');
  expect(
    text
      .split('\n')
      .map((line) => Buffer.from(line, 'base64').toString('latin1'))
      .join(),
  ).not.toContain('nobody');
  open.work.exec('DELETE FROM draft');
  const parts = { file: place.words_file, randomBytes: machineRandom().bytes };
  expect(putWordsBack(open.work, { ...parts, raw_hex: KEYS.replica })).toBe(0);
  expect(putWordsBack(open.work, { ...parts, raw_hex: KEYS.work })).toBe(1);
});

test('does not grow without end while somebody types all day', () => {
  let largest = 0;
  for (let n = 0; n < 80; n++) {
    type('note-item-0', `${n} ${'on and on '.repeat(5_000)}`);
    largest = Math.max(largest, size());
  }
  expect(largest).toBeGreaterThan(1024 * 1024);
  expect(largest).toBeLessThan(1.3 * 1024 * 1024);
});
