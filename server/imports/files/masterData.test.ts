import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('master data from files on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with a preview', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const counts = ({ counts: { lines, created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      lines,
      created,
      changed,
      unchanged,
      quarantined,
    });

    test('what none is kept of is brought in with its owner; what is kept is changed on the screen Rules', async () => {
      const head = 'customer,agreement,rebate_percent,threshold,valid_from,valid_to,owner';
      await admin.import('customers', 'code,name\nRB-1,One\nRB-2,Two\n');
      const first = await admin.import(
        'rebates',
        `${head}\nRB-1,Bonus,2,1000,2026-01-01,2026-06-30,admin\nRB-1,Bonus,3,1000,2026-07-01,,admin\n` +
          `RB-2,Bonus,2,1000,2026-01-01,,admin\nRB-2,Bonus,3,1000,2026-07-01,,admin\n` +
          `RB-3,Bonus,2,1000,2026-01-01,,admin\n`,
      );
      expect([counts(first), first.quarantined.map(({ reason }) => reason)]).toEqual([
        { lines: 5, created: 2, changed: 0, unchanged: 0, quarantined: 3 },
        [
          'The days of line 4 reach into those of line 5. Give each rebate agreement days of its own.',
          'The days of line 4 reach into those of line 5. Give each rebate agreement days of its own.',
          'There is no customer "RB-3" in this company.',
        ],
      ]);
      const again = await admin.import(
        'rebates',
        `${head}\nRB-1,Bonus,2,1000,2026-01-01,2026-06-30,admin\nRB-1,Bonus,9,1000,2026-07-01,,admin\n` +
          `RB-2,Bonus,2,1000,2026-01-01,,nobody\nRB-2,Bonus,2,1000,2025-01-01,2025-12-31,\n`,
      );
      expect([counts(again), again.quarantined.map(({ reason }) => reason.slice(0, 60))]).toEqual([
        { lines: 4, created: 0, changed: 0, unchanged: 1, quarantined: 3 },
        [
          'A rebate agreement of the same is kept already, and only a c',
          'Nobody named nobody works on this company, so nobody would a',
          'The owner is empty.',
        ],
      ]);
      const price = 'kind,item,price,valid_from';
      expect(counts(await admin.import('prices', `${price}\nlist,FA-3,1,2026-01-01\n`))).toMatchObject({ created: 1 });
      const dearer = await admin.import('prices', `${price}\nlist,FA-3,1.2,2026-07-01\nlist,FA-3,1,2026-01-01\n`);
      expect(counts(dearer)).toMatchObject({ changed: 0, created: 0, unchanged: 1, quarantined: 1 });
      expect(await rows(`select list_price_micro, owner from price_rule`)).toEqual([
        { list_price_micro: 1_000_000, owner: 'admin' },
      ]);
    });

    test('a rate of the own currency is none; one that turned round is pointed at', async () => {
      const head = 'month,currency,average_rate,closing_rate';
      await admin.import('rates', `${head}\n2026-01,USD,1.1,1.1\n`);
      const next = await admin.import('rates', `${head}\n2026-02,usd,0.91,0.91\n2026-02,EUR,1,1\n2026-13,USD,1,1\n`);
      expect(counts(next)).toMatchObject({ created: 1, quarantined: 2 });
      expect(next.flagged.map(({ text }) => text)).toEqual([
        'The rate is 0.91, a month before it was 1.1. A rate says how much USD one EUR is worth.',
      ]);
    });
  });
});
