/** A process of its own: `fullLog.ts DIR` writes until the log of an embedded database has no room; says the last round. */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { endProcess } from '#cli/server/runServer.ts';
import { openDatabase } from '#server/database.ts';
import { SmallDisk } from './smallDisk.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('DIR is needed');
let last = 0;
const { db } = await openDatabase({
  dataDir: `${dir}/server`,
  onPanic: (why) => {
    writeSync(1, `${last}\n`);
    endProcess(why);
  },
});
// pages with room in them: the rows are written again and again without one more, and only the log grows
await sql`create table filler (id serial primary key, round integer, padding text)`.execute(db);
await sql`insert into filler (round, padding) select 0, repeat('x', 500) from generate_series(1, 20000)`.execute(db);
await sql`delete from filler where id % 4 <> 0`.execute(db);
await sql`vacuum filler`.execute(db);
await sql`update filler set round = 1`.execute(db);
await sql`vacuum filler`.execute(db);
new SmallDisk(dir).fill();
for (let round = 2; round < 200; round++) {
  await sql`update filler set round = ${round}`.execute(db);
  last = round;
  await sql`vacuum filler`.execute(db);
}
throw new Error('the disk was never full');
