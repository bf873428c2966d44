/** A month's first final binder as the server keeps it: the same to the byte years later, and nothing else is taken for it. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveFile, writeArchive } from '#domain/close/binder/archive.ts';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import { SEAL_FILE } from '#domain/close/binder/manifest.ts';
import { COMPANY, day, GOLDEN_LINES } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { packed } from './kept.ts';
import { binderArchive, makeBinder } from './makeBinder.ts';
import { insertMonth, LOCKED_AT_MS, readEvidence } from './testing/month.ts';

const asked = { company_id: COMPANY, period: 202610 };

test('one too large to be kept is told at once with its size, and nothing of it is left to be sent', async () => {
  const month = createTestReplica();
  // files that no binder has room for need not lie here: what lies sealed is another matter
  insertMonth(month, { locked: true, evidence_bytes: 600 * 1024 * 1024 });
  const folder = freshFolder();
  const key = '0'.repeat(64);
  const job = { ...asked, evidence_folder: folder, keeps: true, file: path.join(folder, 'binder'), key_hex: key };
  const made = await makeBinder(month.context({ role: 'controller' }), job, key, 1_000);
  expect([made.left, made.manifest.final]).toEqual([null, true]);
  expect(made.not_kept_bytes).toBeGreaterThan(1_000);
  await month.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a final binder that is kept', () => {
  const DELIVERED = { company_id: COMPANY, shipped_on: day('2026-11-20'), qty_milli: 1000 };
  let locked: TestReplica;
  let first: Awaited<ReturnType<typeof binderArchive>>;
  let bytes: Buffer;
  const row = {
    id: 'b1',
    company_id: COMPANY,
    period_id: 1,
    final: 1,
    moment: LOCKED_AT_MS,
    checkpoint: 7,
    checkpoint_id: 'x',
    author: 'controller',
    written_at: LOCKED_AT_MS + 5,
    accepted_at: LOCKED_AT_MS + 6,
  };
  const readAll = (sha256: string): Buffer | null =>
    createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : readEvidence(sha256);
  beforeAll(async () => {
    locked = createTestReplica();
    insertMonth(locked, { locked: true });
    const context = locked.context({ role: 'controller' });
    first = await binderArchive(context, asked, readEvidence);
    bytes = packed(first.files, first.rows);
    const archive_sha256 = createHash('sha256').update(bytes).digest('hex');
    const { manifest_hash } = first;
    locked.insert('binder', [{ ...row, manifest_hash, archive_sha256, archive_bytes: bytes.length }]);
    // years pass: more is delivered, and the company takes another name
    locked.writer.exec("UPDATE company SET name = 'Another name'");
    const october = GOLDEN_LINES.filter(({ month }) => month === asked.period);
    locked.insert(
      'shipment_line',
      october.map(({ id, channel_id, month }, nth) => ({
        ...DELIVERED,
        id: 90_000 + nth,
        channel_id,
        month,
        order_line_id: id,
        number: `LATE/${nth}`,
      })),
    );
  }, 60_000);
  afterAll(async () => await locked.close());

  test('is the same to the byte whatever was delivered since, and what moved is listed', async () => {
    const again = await binderArchive(locked.context({ role: 'auditor' }), asked, readAll);
    expect(Buffer.compare(again.archive, first.archive)).toBe(0);
    expect([again.manifest_hash, again.rows, again.file_name]).toEqual([
      first.manifest_hash,
      first.rows,
      first.file_name,
    ]);
    expect(again.kept).toMatchObject({ author: 'controller', written_at_ms: LOCKED_AT_MS + 5, locked: [] });
    expect(again.kept?.moved).toContain('rows/margin-lines.csv');
    expect(again.kept?.moved.filter((name) => !/^rows\/(kpi|margin)/.test(name))).toEqual([]);
    // without the kept one it would be another
    const anew = await binderArchive(locked.context({ role: 'auditor' }), asked, readEvidence);
    expect(anew.manifest).toMatchObject({
      final: false,
      lacking: ['the binder that is kept at the server is not whole on this machine'],
    });
  });

  test('is not for whoever may not make one, and waits for its files of evidence', async () => {
    await expect(binderArchive(locked.context({ role: 'sales' }), asked, readAll)).rejects.toThrow('Binders are made');
    const without = await binderArchive(locked.context({ role: 'auditor' }), asked, (sha256) =>
      readEvidence(sha256) === null ? readAll(sha256) : null,
    );
    expect([without.manifest.final, without.kept]).toEqual([false, null]);
  });

  test('takes in nothing its manifest does not name', async () => {
    const other = createTestReplica();
    insertMonth(other, { locked: true });
    const files = readArchive(gunzipSync(bytes)) ?? [];
    const forged = gzipSync(writeArchive([...files, { path: '../../start.sh', bytes: Buffer.from('rm') }]));
    const archive_sha256 = createHash('sha256').update(forged).digest('hex');
    const { manifest_hash } = first;
    other.insert('binder', [{ ...row, manifest_hash, archive_sha256, archive_bytes: forged.length }]);
    const made = await binderArchive(other.context({ role: 'auditor' }), asked, (sha256) =>
      sha256 === archive_sha256 ? forged : readEvidence(sha256),
    );
    await other.close();
    expect(made.kept?.author).toBe('controller');
    expect(Buffer.compare(made.archive, first.archive)).toBe(0);
  });

  test('is made anew where what was kept is not what was recorded, and it is said whose it is', async () => {
    const other = createTestReplica();
    insertMonth(other, { locked: true });
    const sent = (change: (files: readonly ArchiveFile[]) => readonly ArchiveFile[]): Buffer =>
      gzipSync(writeArchive(change(readArchive(gunzipSync(bytes)) ?? [])));
    const withText = (path: string, text: string) => (files: readonly ArchiveFile[]) =>
      files.map((file) => (file.path === path ? { path, bytes: Buffer.from(text) } : file));
    const forgeries: readonly (readonly [forged: Buffer, manifest_hash?: string])[] = [
      [Buffer.from('no archive')],
      [bytes, '0'.repeat(64)],
      [sent(withText('about.json', 'many'))],
      [sent(withText(SEAL_FILE, 'sealed'))],
      [sent(withText('rows/notes.csv', 'nothing was said'))],
    ];
    for (const [forged, manifest_hash = first.manifest_hash] of forgeries) {
      const archive_sha256 = createHash('sha256').update(forged).digest('hex');
      other.writer.exec('DELETE FROM binder');
      other.insert('binder', [{ ...row, manifest_hash, archive_sha256, archive_bytes: forged.length }]);
      const made = await binderArchive(other.context({ role: 'auditor' }), asked, (sha256) =>
        sha256 === archive_sha256 ? forged : readEvidence(sha256),
      );
      expect([made.not_what_was_kept, made.kept, made.manifest.final]).toEqual(['controller', null, true]);
      expect(made.manifest_hash).toBe(first.manifest_hash);
    }
    await other.close();
  });
});
