import { expect, test } from 'vitest';
import { REST_MS } from './editions.ts';
import { forgetUnasked, UNASKED_MS } from './forgetUnasked.ts';
import { createReadCache, rememberedOf } from './readCache.ts';
import { createTestReplica } from './testing/replicaFixture.ts';

test('what nobody asked for in five minutes is made again, what was asked for meanwhile is not', async () => {
  const replica = createTestReplica();
  const cache = createReadCache();
  let made = 0;
  const ask = async (key: string, now_ms: number) =>
    await rememberedOf(
      { ...replica.context(), cache, now_ms },
      (all) => all.suppliers,
      key,
      ['po_line'],
      async () => {
        made += 1;
        return { lines: new Map() } as never;
      },
    );
  await ask('old', 0);
  await ask('asked again', 0);
  await ask('asked again', UNASKED_MS);
  forgetUnasked(cache, UNASKED_MS + 1);
  expect([...cache.suppliers.keys()]).toEqual(['asked again']);
  await ask('asked again', UNASKED_MS + 2);
  expect(made).toBe(2);
  await ask('old', UNASKED_MS + 2);
  expect(made).toBe(3);
  const edition = { id: 'e', subject: '', versions: '', value: {} as never, standing: {} as never };
  cache.fulfilment.push({ ...edition, id: 'rested', used_at_ms: 0 }, { ...edition, id: 'read', used_at_ms: 10 });
  forgetUnasked(cache, REST_MS + 5);
  expect(cache.fulfilment.map(({ id }) => id)).toEqual(['read']);
  await replica.close();
});
