/** What an address of Stock names. */

/** '/stock/840/3' → item 840 at site 3; null where the address names none. */
export function openItem(location: string): { readonly item_id: number; readonly site_id: number | null } | null {
  const [, , item, site] = location.split('/');
  const item_id = idIn(item);
  return item_id === null ? null : { item_id, site_id: idIn(site) };
}

/** '/stock/supplier/12' → 12: the stock by supplier with this one unfolded. */
export function supplierIn(location: string): number | null {
  const [, , word, supplier] = location.split('/');
  return word === 'supplier' ? idIn(supplier) : null;
}

/** The positions of a site without a policy, as a list. */
export function withoutPolicyPlace(site_id: number): string {
  return `/stock/no-policy/${site_id}`;
}

/** '/stock/no-policy/3' → 3 */
export function withoutPolicyAt(location: string): number | null {
  const [, , word, site] = location.split('/');
  return word === 'no-policy' ? idIn(site) : null;
}

function idIn(text: string | undefined): number | null {
  const id = Number(text);
  return Number.isInteger(id) && id > 0 ? id : null;
}
