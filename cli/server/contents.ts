/** What a new database is filled with: the demo distributor, or an administrator alone. An existing one is left as it is. */
import { randomInt } from 'node:crypto';
import { BinnacleError } from '#contract/errors.ts';
import type { Output } from '#cli/output.ts';
import { createUser } from '#server/auth/accounts.ts';
import type { OpenDatabase } from '#server/database.ts';
import { reconcileDemo } from '#server/demo/reconcile.ts';
import { sealAudit } from '#server/audit/chain.ts';
import { sendEntries } from '#server/audit/copies.ts';
import { seedDemo } from '#server/demo/seed.ts';
import { DEMO_SIZES, type DemoSizeName } from '#server/demo/size.ts';
import { isLoopbackHost } from '#contract/serverAddress.ts';

export interface ContentsOptions {
  readonly empty: boolean;
  readonly adminPassword: string | undefined;
  readonly size: DemoSizeName;
  readonly seed: number;
  readonly host: string;
  readonly clock: () => number;
  readonly crashAt: (point: string) => void;
}

/** Resolves to true when the demo was filled in just now. */
export async function prepareContents(
  database: OpenDatabase,
  options: ContentsOptions,
  output: Output,
): Promise<boolean> {
  const { db } = database;
  const existing = await db.selectFrom('app_user').select('id').limit(1).executeTakeFirst();
  if (existing) {
    output.say('The database has data; it is used as it is.');
    return false;
  }
  if (!options.empty) {
    if (!isLoopbackHost(options.host) || !database.local) {
      throw new BinnacleError(
        'not_permitted',
        'Demo accounts have a known password, so the demo runs on this machine only: no other address, no database elsewhere. Use --empty for a real server.',
      );
    }
    await seedDemo(db, {
      size: DEMO_SIZES[options.size],
      seed: options.seed,
      today: businessDate(options.clock()),
      clock: options.clock,
      onProgress: (done, total) => {
        output.progress(
          `Filling the demo distributor: ${done.toLocaleString('en')} of about ${total.toLocaleString('en')} rows`,
        );
        options.crashAt('server.seed.rows');
      },
    });
    await reconcileDemo(db, options.clock);
    // whoever makes a binder in the first minute finds its entries sealed
    await sealAudit(db);
    await sendEntries(db);
    output.say('Filled the demo distributor. Sign in as planner, finance, sales … with the password “demo”.');
    return true;
  }
  const code = options.adminPassword ?? oneTimeCode();
  await createUser(
    db,
    {
      name: 'admin',
      display_name: 'Administrator',
      password: code,
      ...(options.adminPassword === undefined ? { one_time: true } : {}),
    },
    [{ role: 'admin', company_code: null }],
    options.clock,
  );
  if (options.adminPassword === undefined) {
    output.event(
      { event: 'admin_code', user: 'admin', code },
      `One-time administrator code: ${code}\nExchange it for a password: binnacle user claim-admin --server URL --code-file F --new-password-file G`,
    );
  }
  return false;
}

/** The demo's last business date: the day it is in UTC. */
function businessDate(now_ms: number): number {
  return Math.floor(now_ms / 86_400_000);
}

/** 20 characters without look-alikes: about 98 bits. */
function oneTimeCode(): string {
  const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
  const characters = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]);
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join('')).join('-');
}
