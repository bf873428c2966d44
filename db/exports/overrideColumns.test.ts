/** A file of overrides: figures as numbers, the shown order, and no cost for who may not see it. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AS_OF_MS, COMPANY, insertReference } from '#db/queries/testing/golden.ts';
import { insertOverrides } from '#db/queries/testing/overrides.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { readSealed } from './sealedFile.ts';
import { writeExport } from './writeExport.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertReference(replica);
  insertOverrides(replica);
});
afterAll(() => replica.close());

async function rows(role: string, columns?: readonly string[]): Promise<readonly string[]> {
  const file = path.join(freshFolder(), 'export');
  const key_hex = 'cd'.repeat(32);
  const { bytes } = await writeExport(replica.context({ as_of_ms: AS_OF_MS, role }), replica.reader, {
    query: 'forecastOverrides',
    args: { company_id: COMPANY },
    columns,
    keys: ['b', 'a', 'gone'],
    format: 'csv',
    file,
    key_hex,
    made: { user_name: role, made_at_ms: AS_OF_MS },
  });
  return (await readSealed(file, key_hex, 0, bytes)).toString().replace('\uFEFF', '').split('\r\n').slice(0, -1);
}

test('those shown in their order, a quantity and a share each as a number, and text that begins as a formula as text', async () => {
  const [title, share, quantity, ...more] = await rows('planner', ['name', 'months', 'override', 'state', 'reason']);
  expect(title).toBe('Code,Name,From month,To month,A month,"Of the forecast, %",State,Reason');
  expect(share).toMatch(/,202611,202611,,125,in force,Fair$/);
  expect(quantity).toMatch(/,202612,202701,12\.5,,in force,"?'=Promotion"?$/);
  expect(more).toEqual([]);
});

test('what it was worth at cost leaves for those who see cost only', async () => {
  expect((await rows('finance'))[0]).toContain('"Came nearer by, EUR"');
  expect((await rows('sales'))[0]).not.toContain('Came nearer by, EUR');
});
