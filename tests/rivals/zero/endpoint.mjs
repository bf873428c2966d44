/** What answers zero-cache which rows a named question means: `node endpoint.mjs PORT`. Everybody may ask for everything. */
import { createServer } from 'node:http';
import { handleQueryRequest } from '@rocicorp/zero/server';
import { builder, names, schema } from './shared.mjs';

const server = createServer(async (asked, answer) => {
  const parts = [];
  for await (const part of asked) parts.push(part);
  const { searchParams } = new URL(asked.url ?? '/', 'http://127.0.0.1');
  const done = await handleQueryRequest({
    handler: (name) => {
      if (!names.includes(name)) throw new Error(`no question ${name}`);
      return builder[name];
    },
    schema,
    userID: 'bench',
    query: searchParams,
    body: JSON.parse(Buffer.concat(parts).toString()),
  });
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify(done));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.({ listening: true }));
process.on('disconnect', () => process.exit(0));
