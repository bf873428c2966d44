/** Which statement is which: in the quarantine, among those of a day with the same amounts, and in a locked month. */
import { sql } from 'kysely';
import { sha256 } from '#server/audit/chain.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { camt, entry, IBAN, statement } from '#domain/imports/bank/testing/files.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const words = (text: string): string => `<NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls>`;

describe.each(ENGINES)('statements of banks on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('by their identity', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
      await admin.import('accounts', `code,name,kind,role,bank_account\n1010,Bank,asset,bank,${IBAN}\n`);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const counts = ({ counts: { created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      created,
      changed,
      unchanged,
      quarantined,
    });
    const flags = (outcome: FileImportOutcome) => outcome.flagged.map(({ text }) => text);
    const reasons = (outcome: FileImportOutcome) => [...new Set(outcome.quarantined.map(({ reason }) => reason))];
    const waiting = async () => (await admin.refused('statements')).lines.map(({ label }) => label);
    const onDay = async (day: string) =>
      (
        await sql<{ line: string }>`select concat_ws(' ', amount_minor, reference) as line from bank_statement_line
          where booked_on = ${day}::date order by day_line`.execute(running.server.database.db)
      ).rows.map(({ line }) => line);
    const bring = async (text: string) => await admin.importBank('CAMT.053', text);

    test('what waits is put right by its own statement and by no other, also what the bank’s file was refused for', async () => {
      const first = statement(1, ['0', '10'], entry('10', '2026-10-02'), { to: '2026-10-05' });
      // does not tie: the reader refuses it
      const torn = statement(2, ['10', '16'], entry('5', '2026-10-06'), { from: '2026-10-05', to: '2026-10-08' });
      expect(counts(await bring(camt(first + torn)))).toMatchObject({ created: 1, quarantined: 1 });
      expect(await waiting()).toEqual([`${IBAN} · 2`]);
      const [line] = (await admin.refused('statements')).lines;
      expect(line).toMatchObject({ of_whole: true });
      // leaves a gap: the server refuses it
      const later = statement(3, ['15', '16'], entry('1', '2026-10-10'), { from: '2026-10-08', to: '2026-10-12' });
      expect(counts(await bring(camt(later)))).toMatchObject({ created: 0, quarantined: 1 });
      expect(await waiting()).toEqual([`${IBAN} · 2`, `${IBAN} · 3`]);
      // the same number of another year is another statement
      const year_before = statement(2, ['-3', '0'], entry('3', '2025-10-06'), { from: '2025-10-05', to: '2025-10-08' });
      expect(counts(await bring(camt(year_before)))).toMatchObject({ created: 1 });
      expect(await waiting()).toEqual([`${IBAN} · 2`, `${IBAN} · 3`]);
      const whole = statement(2, ['10', '15'], entry('5', '2026-10-06'), { from: '2026-10-05', to: '2026-10-08' });
      expect(counts(await bring(camt(whole)))).toMatchObject({ created: 1, quarantined: 0 });
      expect(await waiting()).toEqual([`${IBAN} · 3`]);
      expect(counts(await bring(camt(later)))).toMatchObject({ created: 1 });
      expect(await waiting()).toEqual([]);
    });

    test('a line of a bank’s file is not taken in alone, and is dismissed with who and why', async () => {
      const torn = statement(9, ['16', '99'], entry('1', '2026-10-13'), { from: '2026-10-12', to: '2026-10-13' });
      await bring(camt(torn));
      const [line] = (await admin.refused('statements')).lines;
      const { body: opened } = await admin.post<{ import_id: number }>('/imports/files', {
        kind: 'statements',
        company_code: 'HAL',
        new_company: null,
        source: 'files',
        file_name: 'corrected',
        header: line?.header ?? [],
        map: null,
        mode: 'retry',
        complete: false,
        make_missing: false,
      });
      const fields = line?.fields.map((cell, nth) => (line.header[nth] === 'balance_after' ? '17' : cell));
      await admin.post(`/imports/files/${opened.import_id}/lines`, {
        block: 1,
        lines: [{ line_number: 1, refused_id: line?.id, fields }],
      });
      expect(reasons(await admin.preview(opened.import_id))).toEqual([
        'The line is part of a bank’s file that was refused, so it cannot be put right alone. Import the corrected file, or dismiss its lines.',
      ]);
      const dismissed = await admin.post('/imports/files/dismiss', {
        kind: 'statements',
        company_code: 'HAL',
        ids: [line?.id],
        reason: 'A test of the bank’s',
      });
      expect(dismissed.body).toEqual({ dismissed: 1 });
      const { rows } =
        await sql`select state, settled_by, settled_why from import_refused where id = ${line?.id ?? 0}`.execute(
          running.server.database.db,
        );
      expect(rows).toEqual([{ state: 'dismissed', settled_by: 'admin', settled_why: 'A test of the bank’s' }]);
      // who, when and why is listed, and the trail has the reason's hash
      const [told] = (await admin.refused('statements')).dismissed;
      expect(told).toMatchObject({ id: line?.id, by: 'admin', why: 'A test of the bank’s', label: line?.label });
      expect(told?.dismissed_at_ms).toBeGreaterThan(0);
      const { rows: entries } = await sql<{ detail: unknown }>`
        select detail from audit_event where kind = 'lines_dismissed' order by id desc limit 1`.execute(
        running.server.database.db,
      );
      expect(JSON.stringify(entries)).toContain(sha256('A test of the bank’s'));
    });

    test('a second statement of a day with the same amounts is another; either again is the same', async () => {
      const day = { from: '2026-10-20', to: '2026-10-20' };
      const both = (nr: number, text: string) =>
        camt(
          statement(
            nr,
            ['16', '16'],
            entry('4', '2026-10-20', words(`IN-${text}`)) + entry('-4', '2026-10-20', words(`OUT-${text}`)),
            day,
          ),
        );
      expect(counts(await bring(both(11, 'A')))).toMatchObject({ created: 2 });
      const second = await bring(both(12, 'B'));
      expect([counts(second), flags(second)]).toEqual([
        { created: 2, changed: 0, unchanged: 0, quarantined: 0 },
        [
          'Another statement of 2026-10-20 with the same amounts is here already; this one is taken as the next. If it is the same, do not apply it.',
        ],
      ]);
      const all = ['400 IN-A', '-400 OUT-A', '400 IN-B', '-400 OUT-B'];
      expect(await onDay('2026-10-20')).toEqual(all);
      for (const again of [both(11, 'A'), both(12, 'B')])
        expect(counts(await bring(again))).toEqual({ created: 0, changed: 0, unchanged: 2, quarantined: 0 });
      // also where all words are the same
      expect(counts(await bring(both(13, 'B')))).toMatchObject({ created: 2 });
      expect(counts(await bring(both(13, 'B')))).toMatchObject({ unchanged: 2 });
      expect(await onDay('2026-10-20')).toEqual([...all, '400 IN-B', '-400 OUT-B']);
      const retold = await bring(both(12, 'C'));
      expect([counts(retold), flags(retold)]).toEqual([
        { created: 0, changed: 2, unchanged: 0, quarantined: 0 },
        ['Statement 12 is here already, with the same amounts and other texts; those of this file take their place.'],
      ]);
      expect((await onDay('2026-10-20')).slice(2, 4)).toEqual(['400 IN-C', '-400 OUT-C']);
      const otherwise = camt(statement(12, ['17', '17'], entry('1', '2026-10-20') + entry('-1', '2026-10-20'), day));
      expect(reasons(await bring(otherwise))).toEqual([
        expect.stringMatching(
          /^Statement 12 of account 1010 is here already with other content: it tells 2026-10-20 otherwise/,
        ),
      ]);
    });

    test('a table without numbers goes by its days, and a second one with other words is the next', async () => {
      const table = (rows: string) => `account,booked_on,amount,reference,balance_after\n${rows}\n`;
      await admin.import('statements', table('1010,2026-10-22,1,X,17\n1010,2026-10-23,1,Y,19'));
      expect((await waiting()).filter((label) => label === '1010')).toHaveLength(2);
      await admin.import('statements', table('1010,2026-10-21,0,Z,16'));
      expect((await waiting()).filter((label) => label === '1010')).toHaveLength(2);
      await admin.import('statements', table('1010,2026-10-22,1,X,17\n1010,2026-10-23,1,Y,18'));
      expect((await waiting()).filter((label) => label === '1010')).toEqual([]);
      const twice = table('1010,2026-10-24,2,P,20\n1010,2026-10-24,-2,Q,18');
      expect((await admin.import('statements', twice)).counts).toMatchObject({ created: 2 });
      expect((await admin.import('statements', twice)).counts).toMatchObject({ unchanged: 2 });
      const next = await admin.import('statements', twice.replace('P', 'R').replace('Q', 'S'));
      expect(next.counts).toMatchObject({ created: 2 });
      expect(await onDay('2026-10-24')).toEqual(['200 P', '-200 Q', '200 R', '-200 S']);
    });

    test('into a locked month comes nothing new; the same again, an open month and one opened again do', async () => {
      const of = (nr: number, day: string, from: string, to: string) =>
        camt(statement(nr, [from, to], entry('1', day, words('W')), { from: day, to: day }));
      const { db } = running.server.database;
      const lock = async (locked: string, state: 'open' | 'hard_locked' = 'open') =>
        await db.updateTable('close_period').set({ locked, state }).where('period', '=', 202610).execute();
      await lock('{"ledger": null}');
      const fresh = of(21, '2026-10-30', '18', '19');
      expect(reasons(await bring(fresh))).toEqual([
        'The statement tells something else than what is here. Ledger of October 2026 is locked. Book it in an open month, or have it opened again under Close.',
      ]);
      const known = camt(statement(1, ['0', '10'], entry('10', '2026-10-02'), { to: '2026-10-05' }));
      expect(counts(await bring(known))).toMatchObject({ unchanged: 1, quarantined: 0 });
      // other words would be found otherwise by the reconciliation
      const retold = camt(statement(1, ['0', '10'], entry('10', '2026-10-02', words('W')), { to: '2026-10-05' }));
      expect(reasons(await bring(retold))).toEqual([expect.stringContaining('Ledger of October 2026 is locked.')]);
      expect(counts(await bring(of(22, '2026-11-03', '19', '20')))).toMatchObject({ quarantined: 1 });
      await expect(
        sql`update bank_statement_line set reference = 'x' where booked_on = '2026-10-02'`.execute(db),
      ).rejects.toThrow('locked for ledger');
      await lock(`{"ledger": ${Date.now() * 2}}`);
      expect(counts(await bring(fresh))).toMatchObject({ created: 1 });
      await lock('{"ledger": null}', 'hard_locked');
      expect(reasons(await bring(of(23, '2026-10-31', '19', '20')))).toEqual([
        expect.stringContaining('October 2026 is locked for good.'),
      ]);
      expect(counts(await bring(of(22, '2026-11-03', '19', '20')))).toMatchObject({ created: 1 });
    });
  });
});
