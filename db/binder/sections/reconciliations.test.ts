import { expect, test } from 'vitest';
import { unknownCostWords } from '#domain/close/reconcile/unknownCosts.ts';
import { unknownCosts } from '#db/queries/close/unknownCosts.ts';
import { COMPANY } from '#db/queries/testing/golden.ts';
import { createTestReplica } from '#db/queries/testing/replicaFixture.ts';
import { moneyText } from '../cells.ts';
import { binderGround } from '../ground.ts';
import { insertMonth, readEvidence } from '../testing/month.ts';
import { reconciliationsSection } from './reconciliations.ts';

test('a reconciliation that counts by costs says of which deliveries none is known', async () => {
  const replica = createTestReplica();
  insertMonth(replica);
  replica.writer.exec(`UPDATE close_task SET code = 'inventory_valuation' WHERE code = 'ar_gl';
    UPDATE order_line_cost SET cost_minor = NULL`);
  const context = replica.context({ role: 'controller' });
  const unknown = await unknownCosts(context, COMPANY, 'inventory_valuation', 202610);
  expect(unknown?.cost.lines).toBeGreaterThan(0);
  const money = (minor: number): string => moneyText(minor, 'EUR');
  const ground = await binderGround(context, { company_id: COMPANY, period: 202610 }, readEvidence, false);
  const { sections = [] } = await reconciliationsSection(ground);
  const words = sections.flatMap((section) => section.words);
  expect(words).toEqual(expect.arrayContaining([...unknownCostWords('inventory_valuation', unknown, 202610, money)]));
  await replica.close();
});
