/** What order lines cost and owe, reckoned again when what it is made of changed. */
import { reckonDueCosts } from '#server/costs/dueCosts.ts';
import { type Job, MINUTE_MS } from './job.ts';

export const RECKON_COSTS: Job = {
  name: 'costs of order lines',
  every_ms: MINUTE_MS,
  run: async ({ database, clock, kick }, pause) => {
    await reckonDueCosts(database.db, clock, kick, pause);
    // what was reckoned is nothing that was removed
    return 0;
  },
};
