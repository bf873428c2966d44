import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type OpenDatabase } from '#server/database.ts';
import { prepareDatabase } from '#server/server.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { checkAuditChain, sealAudit } from './chain.ts';
import { THE_OPERATOR, writeAudit } from './trail.ts';

describe.each(ENGINES)('the audit trail as a chain on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('sealed', () => {
    let engine: TestEngine | undefined;
    let database: OpenDatabase | undefined;
    const open = (): OpenDatabase => {
      if (!database) throw new Error('no database is open');
      return database;
    };
    beforeAll(async () => {
      engine = await start();
      database = await openDatabase(await engine.prepared());
      await prepareDatabase(database, { clock: () => 1_780_000_000_000 });
      for (const about of ['one', 'two', 'three']) {
        await writeAudit(database.db, 1_780_000_000_123, {
          kind: 'grant_given',
          by: { name: 'admin', address: null },
          about,
          detail: { role: 'buyer', company: 'HAL', hours: 4 },
        });
      }
    });
    afterAll(async () => {
      await database?.close();
      await engine?.stop();
    });
    /** As somebody who runs the database could. */
    const tamper = async (statement: string): Promise<void> => {
      const { db } = open();
      for (const table of ['audit_event', 'audit_chain'])
        await sql.raw(`alter table ${table} disable trigger user`).execute(db);
      for (const each of statement.split('; ')) await sql.raw(each).execute(db);
      for (const table of ['audit_event', 'audit_chain'])
        await sql.raw(`alter table ${table} enable trigger user`).execute(db);
    };
    const check = async () => await checkAuditChain(open().db);

    test('entries wait, are sealed once each, and later ones go on from the last', async () => {
      const { db } = open();
      expect(await check()).toMatchObject({ entries: 0, waiting: 3, broken: null });
      expect(await sealAudit(db)).toBe(3);
      expect(await sealAudit(db)).toBe(0);
      const first = await check();
      expect(first).toMatchObject({ entries: 3, waiting: 0, broken: null });
      await writeAudit(db, 1_780_000_001_000, { kind: 'backed_up', by: THE_OPERATOR });
      expect(await check()).toMatchObject({ entries: 3, waiting: 1, seal: first.seal });
      expect(await Promise.all([sealAudit(db), sealAudit(db)])).toContain(1);
      const later = await check();
      expect(later).toMatchObject({ entries: 4, waiting: 0, broken: null });
      expect(later.seal).not.toBe(first.seal);
    });

    // each with what undoes it
    test.each([
      [
        'an altered entry',
        2,
        'altered',
        `update audit_event set about = 'nine' where about = 'two'`,
        `update audit_event set about = 'two' where about = 'nine'`,
      ],
      [
        'an altered detail',
        3,
        'altered',
        `update audit_event set detail = detail || '{"hours": 5}' where about = 'three'`,
        `update audit_event set detail = detail || '{"hours": 4}' where about = 'three'`,
      ],
      [
        'another moment',
        1,
        'altered',
        `update audit_event set happened_at = happened_at + interval '1 second' where about = 'one'`,
        `update audit_event set happened_at = happened_at - interval '1 second' where about = 'one'`,
      ],
      [
        'a seal taken out',
        2,
        'taken out',
        `create table kept as select * from audit_chain where seq = 2; delete from audit_chain where seq = 2`,
        `insert into audit_chain select * from kept; drop table kept`,
      ],
      [
        'an entry taken out',
        1,
        'taken out',
        `create table kept as select * from audit_event where about = 'one'; delete from audit_event where about = 'one'`,
        `insert into audit_event overriding system value select * from kept; drop table kept`,
      ],
      [
        'an entry put in past the trail',
        5,
        'past the trail',
        `insert into audit_event (happened_at, kind, detail, about) values (now(), 'signed_in', '{}', 'stranger')`,
        `delete from audit_event where about = 'stranger'`,
      ],
    ])('%s is found, and where', async (_, seq, why, statement, undone) => {
      await tamper(statement);
      expect((await check()).broken).toMatchObject({ seq, why: expect.stringContaining(why) as string });
      await tamper(undone);
      expect((await check()).broken).toBeNull();
    });

    test('an end cut off with its entry leaves another seal than the one kept elsewhere', async () => {
      const kept = await check();
      await tamper(`delete from audit_chain where seq = 4; delete from audit_event where kind = 'backed_up'`);
      const cut = await check();
      expect([cut.entries, cut.broken]).toEqual([3, null]);
      expect(cut.seal).not.toBe(kept.seal);
    });

    test('neither the trail nor its seals can be changed without taking the guards away', async () => {
      await sealAudit(open().db);
      for (const statement of [
        'update audit_chain set seq = seq + 9',
        'delete from audit_chain',
        'truncate audit_chain',
      ])
        await expect(sql.raw(statement).execute(open().db)).rejects.toThrow('only ever added to');
    });
  });
});
