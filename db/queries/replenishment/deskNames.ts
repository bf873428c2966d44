/** Items, suppliers and sites of the desk by name: each looked up once. */
import type { QueryContext } from '../context.ts';

interface ItemName {
  readonly code: string;
  readonly name: string;
  readonly uom: string;
}
export interface Names {
  item(item_id: number): ItemName;
  party(party_id: number | null): string | null;
  site(site_id: number | null): string | null;
}

export function namesOf(context: QueryContext, company_id: number): Names {
  const items = new Map<number, ItemName>();
  const parties = new Map<number, string>();
  const sites = new Map(
    context
      .scan<readonly [number, string]>('SELECT id, code FROM main.site WHERE company_id = ?', [company_id])
      .map(([id, code]) => [id, code]),
  );
  return {
    item(item_id) {
      const known = items.get(item_id);
      if (known) return known;
      const [row] = context.scan<readonly [string, string, string]>(
        'SELECT code, name, uom FROM main.item WHERE id = ?',
        [item_id],
      );
      const found = row ? { code: row[0], name: row[1], uom: row[2] } : { code: `Item ${item_id}`, name: '', uom: '' };
      items.set(item_id, found);
      return found;
    },
    party(party_id) {
      if (party_id === null) return null;
      const known = parties.get(party_id);
      if (known !== undefined) return known;
      const [row] = context.scan<readonly [string]>('SELECT name FROM main.party WHERE id = ?', [party_id]);
      const found = row?.[0] ?? `Supplier ${party_id}`;
      parties.set(party_id, found);
      return found;
    },
    site: (site_id) => (site_id === null ? null : (sites.get(site_id) ?? `Site ${site_id}`)),
  };
}
