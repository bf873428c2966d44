import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { WIRE_SCHEMA_VERSION, WIRE_TABLES } from '#contract/wire/tables.ts';
import { REPLICA_SCHEMA_VERSION, replicaDdl } from './replicaDdl.ts';

const seal = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

// a copy of other tables would be opened as it is, and miss the one a question reads
test('other tables on the wire are another version: raise WIRE_SCHEMA_VERSION, and write here what it stands for', () => {
  expect([WIRE_SCHEMA_VERSION, seal(JSON.stringify(WIRE_TABLES))]).toEqual([25, '8fb3c6b684cff890']);
});

test('another layout of the file is another version: raise LAYOUT_VERSION, and write here what it stands for', () => {
  expect([REPLICA_SCHEMA_VERSION, seal(replicaDdl().join('\n'))]).toEqual([25014, '233d60baf81c78a7']);
});
