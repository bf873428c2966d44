/** Two overrides of one item: a quantity of two months to come, and a share of one. */
import { AS_OF_MS, COMPANY, day } from './golden.ts';
import type { TestReplica } from './replicaFixture.ts';

export function insertOverrides({ insert }: Pick<TestReplica, 'insert'>): void {
  const each = {
    company_id: COMPANY,
    site_id: 21,
    item_id: 100,
    replaces: null,
    kind: 'set',
    expires_on: day('2027-01-31'),
    author: 'planner',
    written_at: AS_OF_MS,
    accepted_at: AS_OF_MS,
  };
  const quantity = { from_month: 202612, to_month: 202701, qty_milli: 12_500, factor_bp: null };
  const share = { from_month: 202611, to_month: 202611, qty_milli: null, factor_bp: 12_500 };
  insert('forecast_override', [
    { ...each, ...quantity, id: 'a', reason: '=Promotion' },
    { ...each, ...share, id: 'b', reason: 'Fair' },
  ]);
}
