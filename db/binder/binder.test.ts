import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveFile, LOCAL_BYTES, writeArchive } from '#domain/close/binder/archive.ts';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import { faultWords, judgeBinder } from '#domain/close/binder/judge.ts';
import { judgeBinderAt, layDown } from '#cli/replica/binderFiles.ts';
import { COMPANY } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { binderArchive } from './makeBinder.ts';
import { insertMonth, LOCKED_AT_MS, readEvidence } from './testing/month.ts';
import { foundOf, sha256, textsIn } from './testing/judging.ts';
import { pdfPages } from './testing/pdfText.ts';

let replica: TestReplica;
let archive: Uint8Array;
let files: readonly ArchiveFile[];
let folder: string;

const asked = { company_id: COMPANY, period: 202610 };

beforeAll(async () => {
  replica = createTestReplica();
  insertMonth(replica);
  archive = (await binderArchive(replica.context({ role: 'controller' }), asked, readEvidence)).archive;
  files = readArchive(archive) ?? [];
  folder = path.join(freshFolder(), 'binder');
  layDown(folder, files);
}, 60_000);
afterAll(async () => {
  await replica.close();
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

const bytesOf = (name: string): Buffer => {
  const file = files.find((each) => each.path === name);
  if (!file) throw new Error(`the binder has no ${name}`);
  return Buffer.from(file.bytes);
};

describe('a binder', () => {
  test('is the same for everybody who may make it, at any hour', async () => {
    for (const role of ['finance', 'auditor']) {
      const context = { ...replica.context({ role }), now_ms: 1_999_999_999_999 };
      const again = await binderArchive(context, asked, readEvidence);
      expect(Buffer.compare(again.archive, archive)).toBe(0);
    }
  });

  test.each(['sales', 'planner', 'warehouse', 'buyer'])('is not for %s', async (role) => {
    await expect(binderArchive(replica.context({ role }), asked)).rejects.toThrow('Binders are made by Finance');
  });

  test('is of a month that has a close', async () => {
    const other = { ...asked, period: 202611 };
    await expect(binderArchive(replica.context({ role: 'finance' }), other)).rejects.toThrow('no close of November');
  });

  test('says on every page and in the name of every file that it is a draft and why, and which page of how many', () => {
    const pdf = bytesOf('draft-binder.pdf').toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    const pages = pdfPages(bytesOf('draft-binder.pdf'));
    expect(pages.length).toBeGreaterThan(8);
    for (const [nth, page] of pages.entries()) {
      expect(page).toContain('DRAFT: the month is not locked for good\n');
      expect(page).toContain(`Page ${nth + 1} of ${pages.length}\n`);
    }
    const named = files.filter(({ path: name }) => !name.startsWith('manifest')).map(({ path: name }) => name);
    // a file of evidence is what it is, whatever the binder
    expect(named.filter((name) => !/^(((rows|trail)\/)?draft-|evidence\/)/.test(name))).toEqual([]);
    const sheets = bytesOf('draft-binder.xlsx').toString('latin1');
    const heads = sheets.match(/<oddHeader>&amp;RDRAFT: the month is not locked for good<\/oddHeader>/g);
    expect(heads?.length).toBe(sheets.match(/<worksheet /g)?.length);
    expect(JSON.parse(bytesOf('manifest.json').toString())).toMatchObject({
      final: false,
      lacking: ['the month is not locked for good'],
      checkpoint: 7,
    });
    // nothing of the hour is in it
    expect(pdf).not.toContain(String(new Date().getFullYear() + 1));
    expect(pdf.match(/\/(CreationDate|ModDate)/g)).toHaveLength(2);
  });

  test('adds up in the workbook by formulas that say the same', async () => {
    const book = await readXlsx(bytesOf('draft-binder.xlsx'));
    const sheet = (name: string) => book.sheets.find((each) => each.name === name);
    expect(sheet('reconciliations')?.rows[1]).toEqual(expect.arrayContaining([500, 490, 10]));
    expect(sheet('items-ar-gl')?.rows.at(-1)).toEqual(expect.arrayContaining(['Total', 10]));
    const xml = bytesOf('draft-binder.xlsx').toString('latin1');
    expect(xml).toContain('<f>D2-E2</f><v>10</v>');
    expect(xml).toContain('<f>SUM(D2:D122)</f><v>10</v>');
  });

  test('splits a cost no goods bear over lines and receipts, on hand and gone, with its entry', async () => {
    const csv = (name: string) =>
      bytesOf(`rows/draft-${name}-landed-cost.csv`).toString().trim().split('\r\n').slice(1);
    const entry = '"JP-202609-00000000, posted"';
    expect(csv('allocation')).toEqual([`PO-1 freight,value,With every document,300,225,75,,${entry}`]);
    expect(csv('allocation-lines')).toEqual([
      'PO-1 freight,FA-1,pcs,20,10,150,75,75',
      'PO-1 freight,FA-2,m,5.5,5.5,150,150,0',
    ]);
    expect(csv('allocation-layers')).toEqual([
      'PO-1 freight,FA-1,pcs,R-2,2026-09-20,10,10,0',
      'PO-1 freight,FA-1,pcs,R-1,2026-09-10,10,0,10',
      'PO-1 freight,FA-2,m,R-1,2026-09-10,5.5,5.5,0',
    ]);
    const book = await readXlsx(bytesOf('draft-binder.xlsx'));
    const sheet = (name: string) => book.sheets.find((each) => each.name === name);
    expect(sheet('allocation-lines-landed-cost')?.rows.slice(1)).toEqual([
      ['PO-1 freight', 'FA-1', 'pcs', 20, 10, 150, 75, 75],
      ['PO-1 freight', 'FA-2', 'm', 5.5, 5.5, 150, 150, 0],
      ['Total', null, null, null, null, 300, 225, 75],
    ]);
    const xml = bytesOf('draft-binder.xlsx').toString('latin1');
    for (const formula of ['<f>F2-G2</f><v>75</v>', '<f>SUM(H2:H3)</f><v>75</v>', '<f>F3-G3</f><v>10</v>']) {
      expect(xml).toContain(formula);
    }
    const page = pdfPages(bytesOf('draft-binder.pdf')).find((each) => each.includes('Their split over lines')) ?? '';
    for (const said of ['Costs no goods bear yet', 'PO-1 freight', 'R-2', '225', '7']) expect(page).toContain(said);
  });

  test('goes from gross sales to GM3 by channel, claims included, with their rows behind', () => {
    const csv = (name: string) =>
      bytesOf(`rows/draft-${name}.csv`)
        .toString()
        .trim()
        .split('\r\n')
        .map((row) => row.split(','));
    const [head, ...channels] = csv('margin-steps');
    const titles = ['Channel', 'GM1', 'Freight out', 'GM2', 'Rebates', 'Channel fees', 'Claims', 'GM3'];
    for (const title of titles) expect(head?.join()).toContain(title);
    expect(channels.length).toBeGreaterThan(0);
    const cents = (text: string | undefined): number => Math.round(Number(text) * 100);
    // claims are no part of the steps before: they have rows of their own behind GM3
    const whole = csv('kpis').find(([name]) => name === 'Claims');
    expect(channels.reduce((sum, row) => sum + cents(row[7]), 0)).toBe(Number(whole?.[2]));
    expect(Number(whole?.[2])).toBeGreaterThan(0);
    expect(csv('margin-lines').filter((row) => row.includes('claim')).length).toBeGreaterThan(0);
  });

  test('holds the rows behind its figures, and none that a spreadsheet would run', () => {
    expect(bytesOf('rows/draft-ledger-lines.csv').toString()).toContain(`"'=Sold"`);
    expect(bytesOf('rows/draft-lines-ar-gl.csv').toString().split('\r\n')).toHaveLength(1 + 123 + 1);
    const manifest = bytesOf('manifest.json').toString();
    for (const { path: name } of files) if (!name.startsWith('manifest')) expect(manifest).toContain(`"${name}"`);
  });
});

describe('what it holds beside the figures', () => {
  const rows = (name: string) => bytesOf(`rows/draft-${name}.csv`).toString().trim().split('\r\n').slice(1);

  test('are notes, and files with what became of each and their bytes once', () => {
    expect(rows('notes')).toEqual([
      expect.stringContaining('ar_gl,controller,Ask the bank for the slip,finance,"finance, 2026-10-27'),
      expect.stringContaining('ar_gl,finance,Slip is attached,'),
    ]);
    const listed = rows('evidence');
    expect(listed.map((row) => row.split(',').slice(0, 3).join())).toEqual([
      'ar_gl,,Kontoauszug Żółw.PDF',
      'ar_gl,INV/1,slip.pdf',
      'ar_gl,,slip again.pdf',
      'ar_gl,,wrong.pdf',
    ]);
    expect(listed[0]).toContain('evidence/001-kontoauszug-zo-w.pdf');
    expect(listed[2]).toContain('evidence/002-slip.pdf');
    expect(listed[3]).toMatch(/Taken off by finance, 2026-10-27 \d\d:\d\d UTC: Of September/);
    const kept = files.filter(({ path: name }) => name.startsWith('evidence/'));
    expect(kept.map(({ path: name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['evidence/001-kontoauszug-zo-w.pdf', '%PDF-1.4 what the bank says'],
      ['evidence/002-slip.pdf', '%PDF-1.4 a slip'],
    ]);
  });

  test('are proposed entries with their lines, who proposed, approved and exported them', () => {
    expect(rows('journal-entries')[0]).toMatch(
      /^HAL-202610-1,Paid twice,2026-10-31,2026-11-01,10,finance,exported,controller,finance,/,
    );
    expect(rows('journal-lines').map((row) => row.split(',').slice(3).join())).toEqual([
      '1300,-10,Paid twice',
      '1000,10,Paid twice',
    ]);
    expect(rows('journal-steps')).toHaveLength(2);
  });

  test('are in the trail of the month too, each in its place with the entry of the chain that tells of it', () => {
    const told = rows('trail-steps').map((row) => row.split(',')[2]);
    expect(told.join()).toBe(
      'Prepared,Reviewed,Prepared,Reviewed,Noted,Said done,Attached file,Attached file,Attached file,' +
        'Attached file,Took file off,Proposed entry,Entry approved,Entry exported',
    );
    expect(rows('trail-steps').map((row) => Number(row.split(',').at(-1)))).toEqual([
      41, 42, 43, 44, 47, 48, 49, 50, 53, 54, 55, 56, 59, 60,
    ]);
    expect(rows('trail-faults')).toEqual([]);
    const entries = rows('trail-entries').map((row) => row.split(','));
    expect(entries.map(([seq]) => Number(seq))).toEqual([41, 42, 43, 44, 47, 48, 49, 50, 53, 54, 55, 56, 59, 60]);
    expect(entries[1]?.at(-2)).toBe(entries[0]?.at(-1));
  });
});

describe('a final binder', () => {
  let locked: TestReplica;
  let made: Awaited<ReturnType<typeof binderArchive>>;
  beforeAll(async () => {
    locked = createTestReplica();
    insertMonth(locked, { locked: true });
    made = await binderArchive(locked.context({ role: 'controller' }), asked, readEvidence);
  }, 60_000);
  afterAll(async () => await locked.close());

  test('is of a month that is locked for good, and says so on every page', () => {
    expect(made.file_name).toBe('binder-hal-2026-10.zip');
    expect(made.manifest).toMatchObject({
      final: true,
      lacking: [],
      moment: new Date(LOCKED_AT_MS).toISOString(),
      checkpoint: null,
      checkpoint_id: null,
    });
    const pdf = readArchive(made.archive)?.find((each) => each.path === 'binder.pdf');
    for (const page of pdfPages(Buffer.from(pdf?.bytes ?? []))) {
      expect(page).toContain('\nFINAL\n');
      expect(page).not.toContain('DRAFT');
      expect(page).toContain(`As locked for good 2026-10-28`);
    }
  });

  test('is a draft without a file of evidence, which it names by its hash', async () => {
    const without = await binderArchive(locked.context({ role: 'controller' }), asked, (sha256) => {
      const bytes = readEvidence(sha256);
      return bytes?.includes('slip') === true ? null : bytes;
    });
    expect(without.manifest).toMatchObject({ final: false, lacking: ['1 file of evidence is not on this machine'] });
    const list = readArchive(without.archive)?.find((each) => each.path === 'rows/draft-evidence.csv');
    expect(Buffer.from(list?.bytes ?? []).toString()).toMatch(/slip\.pdf,.*,"Not at hand here, hash [0-9a-f]{64}",/);
    expect(without.manifest.parts.map((part) => part.path).filter((name) => name.startsWith('evidence/'))).toEqual([
      'evidence/001-kontoauszug-zo-w.pdf',
    ]);
  });

  test('leaves out what happened after the lock', async () => {
    const late = { author: 'finance', written_at: LOCKED_AT_MS + 1, accepted_at: LOCKED_AT_MS + 1 };
    locked.insert('journal_step', [
      { id: 'q9', company_id: COMPANY, period_id: 1, proposal_id: 'p1', step: 'exported', ...late },
    ]);
    const again = await binderArchive(locked.context({ role: 'controller' }), asked, readEvidence);
    expect(again.manifest_hash).toBe(made.manifest_hash);
  });

  test('is the same from a later checkpoint, whatever other months went on to', async () => {
    const context = locked.context({ role: 'auditor' });
    const later = { ...context, replica: { ...context.replica, checkpoint: 99 }, now_ms: 1_999_999_999_999 };
    const again = await binderArchive(later, asked, readEvidence);
    expect(again.manifest_hash).toBe(made.manifest_hash);
    expect(Buffer.compare(again.archive, made.archive)).toBe(0);
    expect(again.record.checkpoint).toBe(99);
  });
});

test('files beyond what a binder holds are left out of each, and named as such', async () => {
  const large = createTestReplica();
  insertMonth(large, { locked: true, evidence_bytes: 400 * 1024 * 1024 });
  const made = await binderArchive(large.context({ role: 'controller' }), asked, readEvidence);
  await large.close();
  expect([made.files_over, made.manifest.final]).toEqual([1, true]);
  const list = made.files.find((each) => each.path === 'rows/evidence.csv');
  expect(Buffer.from(list?.bytes ?? []).toString()).toMatch(/Beyond what a binder holds, hash [0-9a-f]{64}/);
});

describe('verifying', () => {
  test('finds nothing in a binder as it was made, as a folder and as one file', () => {
    expect(judgeBinderAt(folder, null).faults).toEqual([]);
    const zip = path.join(path.dirname(folder), 'whole.zip');
    writeFileSync(zip, archive);
    expect(judgeBinderAt(zip, null).faults).toEqual([]);
    expect(judgeBinderAt(zip, '0'.repeat(64)).faults).toMatchObject([
      { path: 'manifest.json', fault: 'other_manifest' },
    ]);
  });

  test('finds one changed byte at many places of every file, and says which file', () => {
    const zip = path.join(path.dirname(folder), 'changed.zip');
    const seed = 20_261_031;
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (const [file_nth, { path: name, bytes }] of files.entries()) {
      const file = path.join(folder, ...name.split('/'));
      for (let nth = 0; nth < 3; nth++) {
        const at = [0, bytes.length - 1, random(bytes.length)][nth] ?? 0;
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 + random(255));
        writeFileSync(file, changed);
        const { faults } = judgeBinderAt(folder, null);
        expect(
          faults.map((fault) => fault.path),
          `seed ${seed}: byte ${at} of ${name}`,
        ).toContain(name);
        // in one file as well, whose checksums another program would have mended
        if (nth < 2 || file_nth % 5 > 0) continue;
        const mended = writeArchive(files.map((each) => (each.path === name ? { ...each, bytes: changed } : each)));
        for (const one of [withByte(name, at, changed[at] ?? 0), mended]) {
          writeFileSync(zip, one);
          const inOne = judgeBinderAt(zip, null).faults;
          expect(inOne.map(faultWords), `seed ${seed}: byte ${at} of ${name} in one file`).toEqual(
            faults.map(faultWords),
          );
        }
      }
      writeFileSync(file, bytes);
    }
    expect(judgeBinderAt(folder, null).faults).toEqual([]);
  });

  test('finds any byte changed anywhere, a file taken out, put in or named otherwise, and says which', () => {
    const found = files.map(foundOf);
    const judged = (all: readonly ArchiveFile[], sums: typeof found): readonly string[] =>
      judgeBinder(sums, textsIn(all), { sha256, known_hash: null }).faults.map((each) => each.path);
    expect(judged(files, found)).toEqual([]);
    const change = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          what: fc.constant('byte' as const),
          at: fc.nat(),
          bits: fc.integer({ min: 1, max: 255 }),
        }),
      },
      fc.record({ what: fc.constantFrom('out', 'named', 'twice'), at: fc.nat(), bits: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.nat(files.length - 1), change, (nth, { what, at, bits }) => {
        const [file, sum] = [files[nth], found[nth]];
        if (!file || !sum) throw new Error('no file');
        if (what === 'byte') {
          const bytes = Buffer.from(file.bytes);
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ bits;
          const sums = found.with(nth, { ...sum, sha256: sha256(bytes) });
          expect(judged(files.with(nth, { ...file, bytes }), sums)).toContain(file.path);
        } else if (what === 'out') {
          expect(judged(files.toSpliced(nth, 1), found.toSpliced(nth, 1))).toContain(file.path);
        } else if (what === 'twice') {
          expect(judged([...files, file], [...found, sum])).toContain(file.path);
        } else {
          const name = `${file.path}${bits}`;
          const faults = judged(files.with(nth, { ...file, path: name }), found.with(nth, { ...sum, path: name }));
          expect(faults).toContain(file.path);
          // without its manifest nothing tells what belongs to it
          if (file.path !== 'manifest.json') expect(faults).toContain(name);
        }
      }),
    );
  });

  test('finds a second file of the same name in one file, whichever of them was changed', () => {
    const zip = path.join(path.dirname(folder), 'twice.zip');
    const name = 'rows/draft-notes.csv';
    const forged = { path: name, bytes: Buffer.from('forged') };
    for (const all of [
      [forged, ...files],
      [...files, forged],
    ]) {
      writeFileSync(zip, writeArchive(all));
      expect(judgeBinderAt(zip, null).faults.map((each) => each.path)).toEqual([name]);
    }
    // of the trail another name would do: a draft's beside a final one's
    const beside = { path: 'rows/trail-steps.csv', bytes: bytesOf('rows/draft-trail-steps.csv') };
    writeFileSync(zip, writeArchive([...files, beside]));
    expect(judgeBinderAt(zip, null).trail.faults).toEqual([expect.stringContaining('two of trail-steps')]);
  });

  test('finds a file that was added, one that is missing, and an empty folder', () => {
    const copy = path.join(path.dirname(folder), 'copy');
    cpSync(folder, copy, { recursive: true });
    writeFileSync(path.join(copy, 'rows', 'more.csv'), '');
    mkdirSync(path.join(copy, 'empty'));
    rmSync(path.join(copy, 'draft-binder.pdf'));
    rmSync(path.join(copy, 'manifest.sha256'));
    expect(judgeBinderAt(copy, null).faults).toMatchObject([
      { path: 'draft-binder.pdf', fault: 'missing' },
      { path: 'empty/', fault: 'added' },
      { path: 'manifest.sha256', fault: 'missing' },
      { path: 'rows/more.csv', fault: 'added' },
    ]);
    expect(() => layDown(copy, files)).toThrow('is not empty');
  });
});

test('two processes of another zone, language and day make the same bytes', async () => {
  const one = await inProcess({ TZ: 'Pacific/Kiritimati', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }, 0);
  const two = await inProcess({ TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, 400 * 86_400_000);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(two).toBe(one);
  expect(one).toBe(createHash('sha256').update(archive).digest('hex'));
}, 60_000);

/** The archive with one byte of a file changed where it lies. */
function withByte(name: string, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(archive);
  const before = files.slice(
    0,
    files.findIndex((each) => each.path === name),
  );
  const from = before.reduce((sum, each) => sum + LOCAL_BYTES + each.path.length + each.bytes.length, 0);
  changed[from + LOCAL_BYTES + name.length + at] = value;
  return changed;
}

/** The archive's hash, made by a process whose clock is so much ahead. */
async function inProcess(env: Readonly<Record<string, string>>, ahead_ms: number): Promise<string> {
  const program = path.join(import.meta.dirname, 'testing', 'madeElsewhere.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(ahead_ms)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return stdout.trim();
}

test('the font holds every sign of the demo’s names', () => {
  const { openSync } = createRequire(import.meta.url)('fontkit') as {
    openSync(file: string): { hasGlyphForCodePoint(point: number): boolean };
  };
  const font = openSync(path.join(import.meta.dirname, '../../resources/fonts/IBMPlexSans-Regular.ttf'));
  const root = path.join(import.meta.dirname, '../../server/demo');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const signs = new Set(sources.flatMap((name) => Array.from(readFileSync(path.join(root, name), 'utf8'))));
  const lacking = [...signs].filter((sign) => sign > '~' && !font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0));
  expect(lacking).toEqual([]);
});
