/** A binder and the chain: what is not in order on the copy is said in words, what was forged in a binder is found in it. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ArchiveFile, writeArchive } from '#domain/close/binder/archive.ts';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import {
  type BinderManifest,
  MANIFEST_FILE,
  manifestText,
  parseManifest,
  SEAL_FILE,
  sealText,
} from '#domain/close/binder/manifest.ts';
import { trailAgainst, trailWords } from '#domain/close/binder/sealedTrail.ts';
import { judgeBinder, trailHashes } from '#domain/close/binder/judge.ts';
import { judgeBinderAt } from '#cli/replica/binderFiles.ts';
import { closeBinders } from '#db/queries/close/closeBinders.ts';
import { COMPANY } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { binderArchive } from './makeBinder.ts';
import { foundOf, sha256, textsIn } from './testing/judging.ts';
import { insertMonth, readEvidence } from './testing/month.ts';
import { pdfPages } from './testing/pdfText.ts';

const asked = { company_id: COMPANY, period: 202610 };
const folder = freshFolder();
const replicas: TestReplica[] = [];
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  rmSync(folder, { recursive: true, force: true });
});

let whole: Promise<Awaited<ReturnType<typeof made>>> | undefined;
/** One that nobody changed, made once. */
const unchanged = () => (whole ??= made());

/** No change of rows: the month is locked for good. */
const LOCKED = 'SELECT 1';

async function made(...changes: readonly string[]) {
  const replica = createTestReplica();
  replicas.push(replica);
  insertMonth(replica, { locked: changes.includes(LOCKED) });
  for (const change of changes) replica.writer.exec(change);
  return { replica, ...(await binderArchive(replica.context({ role: 'finance' }), asked, readEvidence)) };
}

/** As somebody who rebuilds every hash of it would leave it. */
function rebuilt(
  archive: Uint8Array,
  change: (file: ArchiveFile) => ArchiveFile | null,
  said: Partial<Pick<BinderManifest, 'format' | 'final' | 'lacking'>> = {},
): string {
  const files = (readArchive(archive) ?? []).flatMap((file) => {
    const other = [MANIFEST_FILE, SEAL_FILE].includes(file.path) ? file : change(file);
    return other === null ? [] : [other];
  });
  const of = (name: string) => Buffer.from(files.find((file) => file.path === name)?.bytes ?? []).toString();
  const manifest = parseManifest(of(MANIFEST_FILE));
  if (manifest === null) throw new Error('no manifest');
  const parts = files.filter((file) => ![MANIFEST_FILE, SEAL_FILE].includes(file.path));
  const text = manifestText({
    ...manifest,
    ...said,
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
  const { archive } = await unchanged();
  const judged = judgeBinderAt(
    rebuilt(archive, (file) => file),
    null,
  );
  expect([judged.faults, judged.trail.faults, judged.trail.told]).toEqual([[], [], []]);
  expect(trailWords(judged.trail)).toContain('14 entries of the audit trail, 41 to 60');
  const forged = judgeBinderAt(rebuilt(archive, inTrail('"user_name":"controller"', '"user_name":"mallory"')), null);
  expect(forged.faults).toEqual([]);
  expect(forged.trail.faults[0]).toMatch(/^Entry 42 \(close signed by mallory, .*was changed/);
  const without = judgeBinderAt(rebuilt(archive, inTrail(/\{"seq":43,"id".*\n/, '')), null);
  expect(without.faults).toEqual([]);
  expect(without.trail.faults).toEqual([expect.stringContaining('Entry 43 is missing')]);
}, 60_000);

test('a readable table of the trail that was changed is told, though its manifest was rebuilt with it', async () => {
  const { archive } = await unchanged();
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

test('words of the readable steps are held against the hashes of their entries, whatever else was rebuilt', async () => {
  const { archive } = await unchanged();
  const faultsOf = (change: (file: ArchiveFile) => ArchiveFile) => {
    const { faults, trail } = judgeBinderAt(rebuilt(archive, change), null);
    expect(faults).toEqual([]);
    return trail.faults;
  };
  const inFile = (end: string, from: string | RegExp, to: string) => (file: ArchiveFile) => {
    if (!file.path.endsWith(end)) return file;
    const text = Buffer.from(file.bytes).toString();
    expect(text).toMatch(from);
    return { ...file, bytes: Buffer.from(text.replace(from, to)) };
  };
  const steps = 'trail-steps.csv';
  for (const [from, to, line] of [
    ['Ask the bank', 'Ask the Bank', 6],
    ['for finance: ', 'for controller: ', 6],
    ['Slip is attached', 'Slip is not attached', 7],
    ['Of September', 'Of October', 12],
    ['Of September', '', 12],
    ['Paid twice', '"Paid, twice"', 13],
    [/content [0-9a-f]/, 'content x', 2],
    [/,(,59\r\n)/, ',Agreed$1', 14],
  ] as const)
    expect(faultsOf(inFile(steps, from, to)), `${from} to ${to}`).toEqual([
      expect.stringContaining(`other words than its sealed entry, in line ${line}`),
    ]);
  // the same words elsewhere, and a line taken out of them
  for (const [end, from, to, line] of [
    ['notes.csv', 'Slip is attached', 'Slip is not attached', 3],
    ['notes.csv', /\n[^\n]*Slip[^\n]*\n/, '\n', 3],
    ['notes.csv', ',controller,', ',auditor,', 2],
    ['journal-steps.csv', /(approved,controller,)/, '$1Agreed', 2],
  ] as const)
    expect(faultsOf(inFile(end, from, to)), `${from} to ${to}`).toEqual([
      expect.stringContaining(`${end} does not say what its sealed entries say: line ${line} differs`),
    ]);
  // with the hash beside them in the trail's own file the row stands on no entry any more
  const other = inFile(steps, 'Slip is attached', 'No slip');
  const beside = inTrail(new RegExp(`${sha256('Slip is attached')}(?=[^\\n]*"shared")`), sha256('No slip'));
  expect(faultsOf((file) => beside(other(file)))).toEqual([expect.stringContaining('is said to tell')]);
}, 60_000);

test('the hashes a page makes one by one beforehand are all that judging asks for', async () => {
  const { archive } = await unchanged();
  const files = readArchive(archive) ?? [];
  const texts = textsIn(files);
  const known = new Map(trailHashes(files, texts).map((content) => [content, sha256(content)]));
  const { trail } = judgeBinder(files.map(foundOf), texts, {
    sha256: (content) => known.get(content) ?? '',
    known_hash: null,
  });
  expect([trail.faults, trail.told]).toEqual([[], []]);
}, 60_000);

test('one made before verifies and says what its trail is; one whose entries were taken out does not', async () => {
  const { archive } = await unchanged();
  const without = (file: ArchiveFile) => (/^trail\/|^rows\/(draft-)?trail-/.test(file.path) ? null : file);
  // its trail was one table, computed of the rows
  const before = (file: ArchiveFile) =>
    file.path.endsWith('trail-steps.csv') ? { ...file, path: 'rows/draft-audit-trail.csv' } : without(file);
  const old = judgeBinderAt(rebuilt(archive, before, { format: 2 }), null);
  expect([old.faults, old.trail.faults, old.trail.of]).toEqual([[], [], 'computed']);
  expect(trailWords(old.trail)).toContain('does not prove');
  const taken_out = [expect.stringContaining('were taken out')];
  expect(judgeBinderAt(rebuilt(archive, without), null).trail.faults).toEqual(taken_out);
  // saying that it is of an earlier layout does not help: that had a table of its own
  for (const format of [1, 2] as const)
    expect(judgeBinderAt(rebuilt(archive, without, { format }), null).trail.faults).toEqual(taken_out);
  const tables_left = (file: ArchiveFile) => (file.path.startsWith('trail/') ? null : file);
  expect(judgeBinderAt(rebuilt(archive, tables_left, { format: 2 }), null).trail.faults).toEqual(taken_out);
}, 60_000);

test('one that says it is of the layout before is held against its entries all the same, in whatever order those were', async () => {
  const { archive } = await unchanged();
  const entries = (from: string | RegExp, to: string) => (file: ArchiveFile) => {
    if (!file.path.endsWith('trail-entries.csv')) return file;
    const text = Buffer.from(file.bytes).toString();
    expect(text).toMatch(from);
    return { ...file, bytes: Buffer.from(text.replace(from, to)) };
  };
  const faultsOf = (change: (file: ArchiveFile) => ArchiveFile) =>
    judgeBinderAt(rebuilt(archive, change, { format: 2 }), null).trail.faults;
  expect(faultsOf((file) => file)).toEqual([]);
  const turned = entries(/"(content [0-9a-f]+), (role \w+)"/, '"$2, $1"');
  expect(faultsOf(turned)).toEqual([]);
  expect(judgeBinderAt(rebuilt(archive, turned), null).trail.faults).toHaveLength(1);
  const differs = (line: number): readonly unknown[] => [
    expect.stringContaining(`trail-entries.csv is not what the sealed entries make it: line ${line}`),
  ];
  expect(faultsOf(entries('controller', 'mallory'))).toEqual(differs(3));
  expect(faultsOf(entries('role preparer', 'role reviewer'))).toEqual(differs(2));
  expect(faultsOf(entries(/"content [0-9a-f]+, /, '"'))).toEqual(differs(2));
  expect(faultsOf(entries(/[^\n]*\n$/, ''))).toEqual(differs(15));
}, 60_000);

test('of a trail that is not in order no final binder is made, and one that says it is final is not taken for one', async () => {
  const locked = await made(LOCKED);
  expect([locked.manifest.final, locked.trail_faults]).toEqual([true, []]);
  const broken = await made(LOCKED, "UPDATE close_note SET body = 'Never mind the slip' WHERE id = 'n1'");
  const lacking = 'its audit trail is not in order: 1 thing differs';
  expect(broken.manifest).toMatchObject({ final: false, lacking: [lacking] });
  expect(broken.file_name).toBe('draft-binder-hal-2026-10.zip');
  const pdf = broken.files.find((file) => file.path === 'draft-binder.pdf');
  for (const page of pdfPages(Buffer.from(pdf?.bytes ?? []))) expect(page).toContain(`DRAFT: ${lacking}`);
  const draft = judgeBinderAt(
    rebuilt(broken.archive, (file) => file),
    null,
  );
  expect([draft.trail.faults, draft.trail.told]).toEqual([[], broken.trail_faults]);
  // as a final one it would look like any other
  const plain = (file: ArchiveFile) => ({ ...file, path: file.path.replace('draft-', '') });
  const final = judgeBinderAt(rebuilt(broken.archive, plain, { final: true, lacking: [] }), null);
  expect(final.trail.faults).toEqual([...broken.trail_faults, expect.stringContaining('no final binder is made so')]);
}, 120_000);

test('a signature, a note or a lock past the trail, or one whose entry is gone, is told in words', async () => {
  const nobody = await made("DELETE FROM close_entry WHERE kind = 'close_signed' AND user_name = 'controller'");
  expect(nobody.trail_faults).toHaveLength(2);
  expect(nobody.trail_faults[0]).toContain('No entry of the trail tells of this: Reviewed by controller: ar_gl');
  const altered = await made("UPDATE close_note SET body = 'Never mind the slip' WHERE id = 'n1'");
  expect(altered.trail_faults).toEqual([
    expect.stringMatching(/^What was said is not what Entry 47 .* was sealed with: Noted by controller: ar_gl\./),
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
  const { archive, replica } = await unchanged();
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
