/** Clocks that are wrong by an hour or forty days, on either side, with real processes. */
import { describe, expect, test } from 'vitest';
import type { KillWorld } from './killWorld.ts';

const LONG = 300_000;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const off = (seconds: number) => ({ BINNACLE_CLOCK_OFFSET_S: String(seconds) });

export function clockTests(world: KillWorld, all: boolean): void {
  describe('a laptop whose clock', () => {
    const wrong = [
      ['is forty days behind', -40 * DAY_S],
      ['is an hour behind', -HOUR_S],
      ['is forty days ahead', 40 * DAY_S],
    ] as const;
    test.each(all ? wrong : wrong.slice(0, 1))(
      '%s decides, sends and receives',
      { timeout: LONG },
      async (_how, seconds) => {
        await world.elsewhere();
        const { args } = world.note();
        const done = await world.world.run([...args, '--server', world.url], off(seconds));
        expect(done.events.at(-1)).toMatchObject({ state: 'accepted' });
        await world.recover();
      },
    );

    test('says forty days without the server is locked, keeps what waits, and opens again', {
      timeout: LONG,
    }, async () => {
      await world.queued();
      const locked = await world.world.run(['status', ...world.laptop()], off(40 * DAY_S));
      expect(locked).toMatchObject({ code: 1 });
      expect(locked.stderr).toContain('without the server for more than 30 days');
      expect(locked.stderr).toContain('your waiting changes are kept');
      // with the server it opens on whatever day this machine believes in
      await world.recover(off(40 * DAY_S));
    });
  });

  test.runIf(all)(
    'a laptop whose clock is set back again and again is locked after thirty days of any calendar',
    { timeout: LONG },
    async () => {
      await world.queued();
      const status = async (days: number) => await world.world.run(['status', ...world.laptop()], off(days * DAY_S));
      expect(await status(18)).toMatchObject({ code: 0 });
      expect(await status(0)).toMatchObject({ code: 0 });
      const locked = await status(14);
      expect(locked).toMatchObject({ code: 1 });
      expect(locked.stderr).toContain('your waiting changes are kept');
      expect(await status(0)).toMatchObject({ code: 1 });
      expect(await world.pull()).toMatchObject({ code: 0 });
      await world.recover();
    },
  );

  test.runIf(all).each([
    ['forward', 3],
    ['back', -3],
  ])(
    'a server whose clock is set %s by days while a laptop is away goes on in order',
    { timeout: LONG },
    async (_how, days) => {
      await world.queued();
      await world.elsewhere();
      await world.restartServer(off(days * DAY_S));
      await world.elsewhere();
      const received = await world.pull();
      expect(received).toMatchObject({ code: 0, stderr: '' });
      expect(Number(received.events[0]?.['rows'])).toBeLessThan(100);
      await world.restartServer();
      await world.queued();
      await world.recover();
    },
  );

  test.runIf(all)(
    'a server that was forty days behind decides in order, and its log is kept afterwards',
    {
      timeout: LONG,
    },
    async () => {
      await world.restartServer(off(-40 * DAY_S));
      const { args } = world.note();
      const done = await world.world.run([...args, '--server', world.url]);
      expect(done.events.at(-1)).toMatchObject({ state: 'accepted' });
      await world.restartServer({}, ['--prune-after', '0.1']);
      await world.elsewhere();
      const received = await world.pull();
      // the change from elsewhere; a laptop whose log was cut would load everything again
      expect(received.events).toMatchObject([{ event: 'synced', rows: expect.any(Number) }]);
      expect(Number(received.events[0]?.['rows'])).toBeLessThan(100);
      await world.recover();
    },
  );
}
