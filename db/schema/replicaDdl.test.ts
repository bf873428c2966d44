import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { REPLICA_SCHEMA_VERSION, replicaDdl } from './replicaDdl.ts';

test('another layout of the file is another version: raise LAYOUT_VERSION, and write here what it stands for', () => {
  // a copy of an older layout would be opened as it is, and miss the table a question reads
  const seal = createHash('sha256').update(replicaDdl().join('\n')).digest('hex').slice(0, 16);
  expect({ version: REPLICA_SCHEMA_VERSION, seal }).toEqual({ version: 4012, seal: '4ee91d58be61499a' });
});
