/** Who answers for the list price of an item on a day. */
import { inForceOn } from '#domain/governance/inForce.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';
import type { QueryContext } from '../context.ts';

export function listPriceOwners(
  { scan }: QueryContext,
  company_id: number,
  of: readonly { readonly item_id: number }[],
  day: number,
): ReadonlyMap<number, string> {
  if (of.length === 0) return new Map();
  const items = [...new Set(of.map(({ item_id }) => item_id))];
  const everybodys = ruleRows(scan, company_id, 'list_price', items).filter(
    ({ channel_id, party_id }) => channel_id === null && party_id === null,
  );
  return new Map(
    [...Map.groupBy(everybodys, ({ item_id }) => item_id)].flatMap(([item_id, versions]) => {
      const { owner = null } = (inForceOn(versions, day)?.values ?? {}) as { readonly owner?: unknown };
      return item_id !== null && typeof owner === 'string' ? [[item_id, owner] as const] : [];
    }),
  );
}
