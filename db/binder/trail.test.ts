/** A binder and the chain: what is not in order on the copy is said in words, what was forged in a binder is found in it. */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ArchiveFile, writeArchive } from '#domain/close/binder/archive.ts';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import {
  MANIFEST_FILE,
  type ManifestFormat,
  manifestText,
  parseManifest,
  SEAL_FILE,
  sealText,
} from '#domain/close/binder/manifest.ts';
import { trailAgainst, trailWords } from '#domain/close/binder/sealedTrail.ts';
import { judgeBinderAt } from '#cli/replica/binderFiles.ts';
import { closeBinders } from '#db/queries/close/closeBinders.ts';
import { COMPANY } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { binderArchive } from './makeBinder.ts';
import { insertMonth, readEvidence } from './testing/month.ts';

const asked = { company_id: COMPANY, period: 202610 };
const folder = freshFolder();
const replicas: TestReplica[] = [];
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  rmSync(folder, { recursive: true, force: true });
});

async function made(...changes: readonly string[]) {
  const replica = createTestReplica();
  replicas.push(replica);
  insertMonth(replica);
  for (const change of changes) replica.writer.exec(change);
  return { replica, ...(await binderArchive(replica.context({ role: 'finance' }), asked, readEvidence)) };
}

/** As somebody who rebuilds every hash of it would leave it. */
function rebuilt(
  archive: Uint8Array,
  change: (file: ArchiveFile) => ArchiveFile | null,
  format?: ManifestFormat,
): string {
  const files = (readArchive(archive) ?? []).flatMap((file) => {
    const other = [MANIFEST_FILE, SEAL_FILE].includes(file.path) ? file : change(file);
    return other === null ? [] : [other];
  });
  const of = (name: string) => Buffer.from(files.find((file) => file.path === name)?.bytes ?? []).toString();
  const manifest = parseManifest(of(MANIFEST_FILE));
  if (manifest === null) throw new Error('no manifest');
  const parts = files.filter((file) => ![MANIFEST_FILE, SEAL_FILE].includes(file.path));
  const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
  const text = manifestText({
    ...manifest,
    format: format ?? manifest.format,
    parts: parts.map((file) => ({ path: file.path, bytes: file.bytes.length, sha256: sha256(file.bytes) })),
  });
  const place = path.join(folder, `${sha256(text)}.zip`);
  writeFileSync(
    place,
    writeArchive([
      ...parts,
      { path: MANIFEST_FILE, bytes: Buffer.from(text) },
      { path: SEAL_FILE, bytes: Buffer.from(sealText(sha256(text))) },
    ]),
  );
  return place;
}
const inTrail =
  (from: string | RegExp, to: string) =>
  (file: ArchiveFile): ArchiveFile =>
    file.path.startsWith('trail/')
      ? { ...file, bytes: Buffer.from(Buffer.from(file.bytes).toString().replace(from, to)) }
      : file;

test('an entry changed in a binder is found, though its manifest was rebuilt with it; one taken out too', async () => {
  const { archive } = await made();
  const whole = judgeBinderAt(
    rebuilt(archive, (file) => file),
    null,
  );
  expect([whole.faults, whole.trail.faults, whole.trail.told]).toEqual([[], [], []]);
  expect(trailWords(whole.trail)).toContain('14 entries of the audit trail, 41 to 60');
  const forged = judgeBinderAt(rebuilt(archive, inTrail('"user_name":"controller"', '"user_name":"mallory"')), null);
  expect(forged.faults).toEqual([]);
  expect(forged.trail.faults[0]).toMatch(/^Entry 42 \(close signed by mallory, .*was changed/);
  const without = judgeBinderAt(rebuilt(archive, inTrail(/\{"seq":43,"id".*\n/, '')), null);
  expect(without.faults).toEqual([]);
  expect(without.trail.faults).toEqual([expect.stringContaining('Entry 43 is missing')]);
}, 60_000);

test('a readable table of the trail that was changed is told, though its manifest was rebuilt with it', async () => {
  const { archive } = await made();
  const told = (table: string, from: string | RegExp, to: string) => {
    const place = rebuilt(archive, (file) => {
      if (!file.path.endsWith(`${table}.csv`)) return file;
      const text = Buffer.from(file.bytes).toString();
      expect(text).toMatch(from);
      return { ...file, bytes: Buffer.from(text.replace(from, to)) };
    });
    const { faults, trail } = judgeBinderAt(place, null);
    expect(faults).toEqual([]);
    return trail.faults;
  };
  expect(told('trail-entries', 'controller', 'mallory')).toEqual([
    'The table rows/…trail-entries.csv is not what the sealed entries make it: line 3 differs.',
  ]);
  // also of its end, and of a mark at its start
  expect(told('trail-entries', /[^\n]*\n$/, '')).toHaveLength(1);
  expect(told('trail-entries', /^/, '\uFEFF')).toHaveLength(1);
  expect(told('trail-entries', /$/, 'x')).toHaveLength(1);
  expect(told('trail-faults', /$/, 'Something else\r\n')).toEqual([expect.stringContaining('trail-faults.csv')]);
  for (const [from, to] of [
    [/controller/, 'mallory'],
    [/Reviewed/, 'Prepared'],
    [/ar_gl/, 'bank'],
    [/,42\r\n/, ',43\r\n'],
    [/2026-/, '2025-'],
    [/\n[^\n]*Reviewed[^\n]*\n/, '\n'],
    [/About/, 'Of'],
  ] as const)
    expect(told('trail-steps', from, to), String(from)).toEqual([expect.stringContaining('trail-steps.csv')]);
  const without = judgeBinderAt(
    rebuilt(archive, (file) => (file.path.endsWith('trail-entries.csv') ? null : file)),
    null,
  );
  expect(without.trail.faults).toEqual([expect.stringContaining('trail-entries.csv is missing')]);
}, 60_000);

test('one made before verifies and says what its trail is; one whose entries were taken out does not', async () => {
  const { archive } = await made();
  const without = (file: ArchiveFile) => (/^trail\/|^rows\/(draft-)?trail-/.test(file.path) ? null : file);
  const old = judgeBinderAt(rebuilt(archive, without, 2), null);
  expect([old.faults, old.trail.faults, old.trail.of]).toEqual([[], [], 'computed']);
  expect(trailWords(old.trail)).toContain('does not prove');
  const taken_out = [expect.stringContaining('were taken out')];
  expect(judgeBinderAt(rebuilt(archive, without), null).trail.faults).toEqual(taken_out);
  // the layout before held entries too at its end, whose tables are in an order that is not known any more
  const before = judgeBinderAt(
    rebuilt(archive, (file) => file, 2),
    null,
  );
  expect([before.faults, before.trail.faults]).toEqual([[], []]);
  expect(before.trail.told).toEqual([expect.stringContaining('were not held against its entries')]);
  const tables_left = (file: ArchiveFile) => (file.path.startsWith('trail/') ? null : file);
  expect(judgeBinderAt(rebuilt(archive, tables_left, 2), null).trail.faults).toEqual(taken_out);
}, 60_000);

test('a signature, a note or a lock past the trail, or one whose entry is gone, is told in words', async () => {
  const nobody = await made("DELETE FROM close_entry WHERE kind = 'close_signed' AND user_name = 'controller'");
  expect(nobody.trail_faults).toHaveLength(2);
  expect(nobody.trail_faults[0]).toContain('No entry of the trail tells of this: Reviewed by controller: ar_gl');
  const altered = await made("UPDATE close_note SET body = 'Never mind the slip' WHERE id = 'n1'");
  expect(altered.trail_faults).toEqual([
    expect.stringContaining('Noted by controller: ar_gl'),
    expect.stringMatching(/^Entry 47 .*do not hold/),
  ]);
  const gone = await made("DELETE FROM signoff WHERE id = 's2'");
  expect(gone.trail_faults).toEqual([expect.stringMatching(/^Entry 42 \(close signed by controller.*do not hold/)]);
  // in another's place, and taken back: both are steps of the month, and neither is left out of the trail unseen
  const signed = `0, 0, ${COMPANY}, 1, 'preparer', 'dora', '${'a'.repeat(64)}', 50000, 'ws-1', 1793100000200, 1793100000200`;
  const withdrawn = await made(
    `INSERT INTO signoff VALUES ('s5', ${signed}, 'finance', NULL, NULL)`,
    `INSERT INTO signoff VALUES ('s6', ${signed}, NULL, 's5', 'Finance is back')`,
  );
  expect(withdrawn.trail_faults).toEqual([
    expect.stringContaining('Prepared for finance by dora: ar_gl'),
    expect.stringContaining('Withdrew as preparer by dora: ar_gl'),
  ]);
  const altogether = (name: string) =>
    Buffer.from(withdrawn.files.find(({ path: at }) => at === name)?.bytes ?? []).toString();
  expect(altogether('rows/draft-signatures.csv')).toMatch(/Prepared: withdrawn,dora/);
  const unnamed = await made("UPDATE signoff SET for_user = 'emil' WHERE id = 's2'");
  expect(unnamed.trail_faults[0]).toContain('Reviewed for emil by controller: ar_gl');
  const changed = await made("UPDATE close_entry SET address = '10.9.9.9' WHERE id = 50");
  expect(changed.trail_faults).toEqual([expect.stringMatching(/^Entry 50 .*was changed/)]);
  const list = changed.files.find((file) => file.path === 'rows/draft-trail-faults.csv');
  expect(Buffer.from(list?.bytes ?? []).toString()).toContain('Entry 50');
}, 120_000);

test('a copy tells its own entries of the month, and of who holds the whole trail the seals of that', async () => {
  const { archive, replica } = await made();
  const { trail, manifest } = judgeBinderAt(
    rebuilt(archive, (file) => file),
    null,
  );
  if (manifest === null) throw new Error('no manifest');
  const held = async () => (await closeBinders(replica.context({ role: 'finance' }), asked)).trail;
  expect(trailAgainst(trail.entries, await held(), manifest)).toEqual([]);
  const [first] = trail.entries;
  if (!first) throw new Error('no entry');
  replica.insert('audit_entry', [
    {
      id: first.seq,
      month: 202610,
      event_id: first.event.id,
      happened_at: first.event.happened_at_ms,
      kind: 'close_signed',
      detail: '{}',
      seal: '0'.repeat(64),
    },
  ]);
  expect(trailAgainst(trail.entries, await held(), manifest)).toEqual([expect.stringContaining('another seal')]);
}, 60_000);
