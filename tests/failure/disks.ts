/** A full disk under each side, with real processes: said plainly, nothing half saved, and all well once there is room. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncStatus } from '#contract/queries.ts';
import { openDatabase } from '#server/database.ts';
import type { Process } from '#tests/process/world.ts';
import { columnsAre } from './killCases.ts';
import type { KillWorld } from './killWorld.ts';
import { SmallDisk } from './smallDisk.ts';

const LONG = 300_000;
const ROOM_MB = 400;
const FULL = 'The disk of this computer is full or cannot be written, so nothing was saved. Make room and try again.';

/** Asks until it is so; a person would look at the screen. */
async function until<T>(ask: () => Promise<T>, is: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await ask();
    if (is(value)) return value;
    if (tries > 300) throw new Error(`it never became so: ${JSON.stringify(value).slice(0, 500)}`);
    await sleep(200);
  }
}

export function diskTests(world: KillWorld, all: boolean): void {
  describe('a full disk on the laptop', () => {
    let disk: SmallDisk | undefined;
    let host: Process;
    beforeAll(() => {
      rmSync(world.world.path('laptop'), { recursive: true, force: true });
      world.notes.length = 0;
      world.acknowledged.clear();
      disk = SmallDisk.mount(world.world.path('laptop'), 5);
    });
    afterAll(() => disk?.unmount());

    test('during the first load: said, and it goes on from there', { timeout: LONG }, async ({ skip }) => {
      if (!disk) return skip('no disk can be mounted here');
      const full = await world.pull();
      expect(full.code).toBe(1);
      expect(full.stderr).toContain(`binnacle: ${FULL}`);
      disk.makeRoom(ROOM_MB);
      await world.recover();
    });

    test('when a decision is saved: said, not half saved, and the same again works', { timeout: LONG }, async ({
      skip,
    }) => {
      if (!disk) return skip('no disk can be mounted here');
      host = world.host();
      await host.waitFor('listening');
      const { id, args } = world.noteArgs();
      disk.fill();
      const draft = { user_name: 'planner', about: `note-item-${args.item_id}`, text: 'half a thought '.repeat(400) };
      await expect(world.ask('saveDraft', draft)).rejects.toMatchObject({ code: 'disk_full', message: FULL });
      await expect(world.ask('addItemNote', args, id)).rejects.toMatchObject({ code: 'disk_full', message: FULL });
      const { rows } = await world.ask<{ rows: readonly { id: string }[] }>('outbox', { offset: 0, limit: 500 });
      expect(rows.filter((row) => row.id === id)).toEqual([]);
      disk.makeRoom(ROOM_MB);
      await world.ask('addItemNote', args, id);
      world.acknowledged.add(id);
      await until(
        () => world.ask<SyncStatus>('syncStatus', {}),
        ({ pill }) => pill.waiting === 0,
      );
    });

    test('while changes come in: said, and it goes on by itself', { timeout: LONG }, async ({ skip }) => {
      if (!disk) return skip('no disk can be mounted here');
      disk.fill();
      for (let n = 0; n < 5; n++) await world.elsewhere('x'.repeat(1900));
      const stuck = await until(
        () => world.ask<SyncStatus>('syncStatus', {}),
        ({ last_error }) => last_error !== null,
      );
      expect(stuck.last_error).toContain('Make room; Binnacle goes on by itself');
      disk.makeRoom(ROOM_MB);
      const well = await until(
        () => world.ask<SyncStatus>('syncStatus', {}),
        ({ pill, checkpoint }) => pill.connection === 'live' && checkpoint > stuck.checkpoint,
      );
      expect(well.last_error).toBeNull();
    });

    test('while an export is written: said, and nothing of it stays', { timeout: LONG }, async ({ skip }) => {
      if (!disk) return skip('no disk can be mounted here');
      disk.fill();
      await expect(world.exportLines()).rejects.toMatchObject({ code: 'disk_full', message: FULL });
      expect(world.leftovers()).toEqual([]);
      disk.makeRoom(ROOM_MB);
      expect(await world.exportLines()).toMatchObject({ rows: expect.any(Number) });
      await host.stop();
      await world.recover();
    });

    test.runIf(all)(
      'while the outbox is sent: said, and all of it is sent once there is room',
      {
        timeout: LONG,
      },
      async ({ skip }) => {
        if (!disk) return skip('no disk can be mounted here');
        host = world.host();
        await host.waitFor('listening');
        await world.server?.stop('SIGKILL');
        for (let n = 0; n < 5; n++) {
          const { id, args } = world.noteArgs();
          await world.ask('addItemNote', args, id);
          world.acknowledged.add(id);
        }
        disk.fill();
        await world.startServer();
        const stuck = await until(
          () => world.ask<SyncStatus>('syncStatus', {}),
          ({ last_error }) => last_error?.includes('Make room') === true,
        );
        expect(stuck.pill.waiting).toBe(5);
        disk.makeRoom(ROOM_MB);
        await until(
          () => world.ask<SyncStatus>('syncStatus', {}),
          ({ pill }) => pill.waiting === 0 && pill.connection === 'live',
        );
        await host.stop();
        await world.recover();
      },
    );

    test.runIf(all)(
      'while columns are written: figures come from the tables, and columns are made with room',
      {
        timeout: LONG,
      },
      async ({ skip }) => {
        if (!disk) return skip('no disk can be mounted here');
        const replica = await world.openFile('replica');
        replica.exec('DELETE FROM fact_segment; DELETE FROM fact_segment_cost; DELETE FROM fact_dirty; VACUUM');
        replica.close();
        // enough to open the files, too little for a block
        disk.fill(300_000);
        host = world.host();
        await host.waitFor('listening');
        await until(
          async () => host.stderr,
          (said) => said.includes('the column cache was not kept'),
        );
        const figures = await world.margin();
        disk.makeRoom(ROOM_MB);
        await host.stop();
        expect(figures).toEqual(await world.plainSums());
        host = world.host();
        await host.waitFor('listening');
        await columnsAre(world, 1);
        expect(await world.margin()).toEqual(figures);
        await host.stop();
        await world.recover();
      },
    );

    test('and every change was decided and done once', { timeout: LONG }, async ({ skip }) => {
      if (!disk) return skip('no disk can be mounted here');
      expect(await world.count()).toBeGreaterThan(0);
    });
  });

  describe('a full disk under the server', () => {
    let disk: SmallDisk | undefined;
    beforeAll(async () => {
      disk = all ? SmallDisk.mount(world.world.path('small'), ROOM_MB) : undefined;
      if (!disk) return;
      await world.server?.stop();
      cpSync(world.world.path('central'), `${disk.dir}/central`, { recursive: true });
      world.home = `${disk.dir}/central`;
      await world.startServer();
      world.notes.length = 0;
      world.acknowledged.clear();
      await world.pull();
    }, LONG);
    afterAll(async () => {
      if (!disk) return;
      await world.server?.stop('SIGKILL');
      rmSync(world.world.path('central'), { recursive: true });
      cpSync(`${disk.dir}/central`, world.world.path('central'), { recursive: true });
      world.home = world.world.path('central');
      disk.unmount();
    });

    test.runIf(all)(
      'while changes are decided: they wait, the operator is told why, none is lost',
      { timeout: LONG },
      async ({ skip }) => {
        if (!disk) return skip('no disk can be mounted here');
        disk.fill();
        let said = '';
        for (let n = 0; n < 40 && said === ''; n++) {
          const { args } = world.note('y'.repeat(1900));
          said = (await world.world.run([...args, '--server', world.url])).stderr;
        }
        // whichever of its writes finds no room first: that of the decision, or one before it
        expect(said).toMatch(
          /could not decide now\. Nothing is lost; it is sent again\.|The change is queued and goes out with the next sync\./,
        );
        expect(world.server?.stderr).toContain('No space left on device');
        disk.makeRoom(ROOM_MB);
        await world.recover();
        expect(await world.count()).toBeGreaterThan(0);
      },
    );

    test('when its log finds no room the server ends, says so, and starts again once there is', {
      timeout: LONG,
    }, async ({ skip }) => {
      const log = SmallDisk.mount(world.world.path('log'), ROOM_MB);
      if (!log) return skip('no disk can be mounted here');
      try {
        const ended = spawnSync(process.execPath, [join(import.meta.dirname, 'fullLog.ts'), log.dir], {
          encoding: 'utf8',
          timeout: 60_000,
          killSignal: 'SIGKILL',
        });
        expect({ status: ended.status, stdout: ended.stdout }).toMatchObject({ status: 1 });
        expect(ended.stderr).toContain('The disk of the server is full, so its database stopped.');
        const args = ['server', '--empty', '--data-dir', log.dir, '--json'];
        const full = await world.world.start(args).finished;
        expect(full).toMatchObject({ code: 1 });
        expect(full.stderr).toContain('is full, so the database cannot be opened');
        log.makeRoom(ROOM_MB);
        const again = world.world.start(args);
        await again.waitFor('listening');
        await again.stop();
        const { db, close } = await openDatabase({ dataDir: `${log.dir}/server` });
        const { rows } = await sql<{ last: number }>`select max(round) as last from filler`.execute(db);
        await close();
        expect(rows[0]?.last).toBe(Number(ended.stdout.trim()));
      } finally {
        log.unmount();
      }
    });
  });
}
