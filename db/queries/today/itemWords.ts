/** Items in words and who plans them: of those in trouble only, because a company has many more. */
import type { QueryContext } from '../context.ts';
import { positionKey } from '../stock/stockModel.ts';

export interface ItemWords {
  readonly code: string;
  readonly name: string;
  readonly uom: string;
}

export function itemsOf({ scan }: QueryContext, item_ids: readonly number[]): ReadonlyMap<number, ItemWords> {
  const rows = scan<readonly [id: number, code: string, name: string, uom: string]>(
    'SELECT i.id, i.code, i.name, i.uom FROM json_each(?) j JOIN main.item i ON i.id = j.value',
    [JSON.stringify([...new Set(item_ids)])],
  );
  return new Map(rows.map(([id, code, name, uom]) => [id, { code, name, uom }]));
}

/** `positionKey` → planner, of the positions wanted. */
export function ownersOf(
  { scan }: QueryContext,
  company_id: number,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const policies = scan<readonly [item_id: number, site_id: number, owner: string]>(
    'SELECT item_id, site_id, owner FROM main.policy NOT INDEXED WHERE company_id = ? AND owner IS NOT NULL',
    [company_id],
  );
  for (const [item_id, site_id, owner] of policies) {
    const key = positionKey(item_id, site_id);
    if (wanted.has(key)) owners.set(key, owner);
  }
  return owners;
}
