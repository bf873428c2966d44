/** Scenarios in work.db: how many are kept, whichever way they come to be there. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanner } from '#db/connection.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { deleteScenario, MAX_SCENARIOS, restoreScenario, saveScenario, scenariosOf } from './scenarioStore.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
});
afterEach(() => replica.close());

test('no more are kept than are listed: one that was deleted does not come back beyond that', () => {
  const { work } = replica;
  const scan = scanner(work);
  let made = 0;
  const save = (name: string) =>
    saveScenario(work, scan, { company_id: 1, name, assumptions: [] }, { now_ms: 1, newId: () => `id ${made++}` });
  const first = save('First');
  deleteScenario(work, first.id, 2);
  for (let nth = 0; nth < MAX_SCENARIOS; nth++) save(`Another ${nth}`);
  expect(() => save('One more')).toThrow('100 scenarios are kept. Delete one first.');
  expect(() => restoreScenario(work, scan, first.id, 3)).toThrow('100 scenarios are kept. Delete one first.');
  deleteScenario(work, scenariosOf(scan, 'main', 1)[0]?.id ?? '', 4);
  expect(restoreScenario(work, scan, first.id, 5).name).toBe('First');
  expect(scenariosOf(scan, 'main', 1)).toHaveLength(MAX_SCENARIOS);
});
