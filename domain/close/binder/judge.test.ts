import { expect, test } from 'vitest';
import { writeArchive } from './archive.ts';
import { lookAt, readArchive } from './archiveLook.ts';
import { faultWords, judgeBinder } from './judge.ts';
import { type BinderManifest, manifestText, parseManifest, sealText } from './manifest.ts';

const ascii = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const hash = (sign: string) => sign.repeat(64);
const MANIFEST: BinderManifest = {
  format: 2,
  company: 'Halyard',
  company_id: 1,
  period: 202610,
  final: true,
  lacking: [],
  moment: '2026-11-05T10:42:00.000Z',
  checkpoint: null,
  checkpoint_id: null,
  parts: [
    { path: 'binder.pdf', bytes: 10, sha256: hash('a') },
    { path: 'rows/notes.csv', bytes: 20, sha256: hash('b') },
  ],
};
const FILES = MANIFEST.parts;
const judged = (manifest: string, files: readonly { path: string; bytes: number; sha256: string }[], known?: string) =>
  judgeBinder(
    [
      ...files,
      { path: 'manifest.json', bytes: manifest.length, sha256: hash('c') },
      { path: 'manifest.sha256', bytes: 80, sha256: hash('d') },
    ],
    { manifest, seal: sealText(hash('c')), trail: null, trail_tables: new Map() },
    { sha256: () => hash('0'), known_hash: known ?? null },
  ).faults.map(faultWords);

test('what differs is named with what it was and what it is', () => {
  const text = manifestText(MANIFEST);
  expect(judged(text, FILES)).toEqual([]);
  const [pdf, notes] = FILES;
  if (!pdf || !notes) throw new Error('two parts');
  expect(judged(text, [pdf, { ...notes, bytes: 21, sha256: hash('e') }])).toEqual([
    'rows/notes.csv was changed: 21 bytes instead of 20',
  ]);
  expect(
    judged(text, [
      { ...pdf, sha256: hash('e') },
      { path: 'more.csv', bytes: 3, sha256: hash('f') },
    ]),
  ).toEqual([
    'binder.pdf was changed: SHA-256 eeeeeeee… instead of aaaaaaaa…',
    'more.csv was added: 3 bytes',
    'rows/notes.csv is missing',
  ]);
  expect(judged(text, FILES, hash('9'))).toEqual([
    'manifest.json is not the manifest that was kept: SHA-256 cccccccc… instead of 99999999…',
  ]);
});

test('binders of format 1 are read as they were written; those of a later format say which program reads them', () => {
  const parts = FILES.map((part) => `    ${JSON.stringify(part)}`).join(',\n');
  const old = `{\n  "format": "binnacle binder 1",\n  "company": "Halyard",\n  "company_id": 1,\n  "period": 202609,\n  "final": false,\n  "checkpoint": 7,\n  "checkpoint_id": "x",\n  "parts": [\n${parts}\n  ]\n}\n`;
  expect(parseManifest(old)).toMatchObject({ format: 1, final: false, lacking: [], moment: null, checkpoint: 7 });
  expect(judged(old, FILES)).toEqual([]);
  expect(judged(old.replace('"final": false', '"final":  false'), FILES)).toContain(
    'manifest.json is not as it was made',
  );
  expect(judged(manifestText(MANIFEST).replace('binder 2', 'binder 4'), FILES)).toEqual([
    'manifest.json is of a later version of Binnacle: verify the binder with that one',
  ]);
});

test('every byte of an archive that was changed, cut off or added is told with the file it belongs to', () => {
  const files = ['manifest.json', 'rows/a.csv', 'rows/b.csv'].map((path) => ({
    path,
    bytes: ascii(path.repeat(3)),
  }));
  const whole = writeArchive(files);
  expect(lookAt(whole)).toEqual({ files, entries: [], frame: false });
  for (let at = 0; at < whole.length; at++) {
    for (const bit of [0x01, 0x10, 0x80]) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ bit;
      expect(readArchive(changed), `byte ${at}`).toBeNull();
      const look = lookAt(changed);
      // one byte leaves the other place where each file stands: nothing is lost of what can be read
      expect(look?.files.length, `byte ${at}`).toBe(files.length);
      expect((look?.entries.length ?? 0) + Number(look?.frame), `byte ${at}`).toBe(1);
    }
  }
  for (const other of [whole.subarray(0, whole.length - 1), Uint8Array.from([...whole, 0])]) {
    expect(readArchive(other)).toBeNull();
    expect(lookAt(other)).toMatchObject({ entries: [], frame: true, files });
  }
  expect(lookAt(ascii('no archive'))).toBeNull();
});
