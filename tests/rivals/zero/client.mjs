/**
 * A Zero client in memory that wants every row of every table: `node client.mjs URL`. Says when all are here; then, told
 * of a change to wait for, when it shows.
 */
import { defineQueries, defineQuery, Zero } from '@rocicorp/zero';
import { builder, names, schema } from './shared.mjs';

const queries = defineQueries(Object.fromEntries(names.map((name) => [name, defineQuery(() => builder[name])])));
const started_ms = Date.now();
const zero = new Zero({ cacheURL: process.argv[2], userID: 'bench', schema, kvStore: 'mem', logLevel: 'error' });
await Promise.all(names.map((name) => zero.preload(queries[name](), { ttl: 'forever' }).complete));
const loaded_ms = Date.now() - started_ms;
let rows = 0;
for (const name of names) rows += (await zero.run(queries[name]())).length;

let awaited = null;
const stock = zero.materialize(queries.stock_balance());
stock.addListener((shown) => {
  if (awaited === null) return;
  const there = shown.filter((row) => row.on_hand_qty_milli === awaited.value).length;
  if (there < awaited.count) return;
  awaited = null;
  process.send?.({ seen_at_ms: Date.now() });
});
process.on('message', (change) => {
  awaited = change;
  process.send?.({ waiting: true });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ rows, loaded_ms, peak_mb: process.resourceUsage().maxRSS / 1000 });
