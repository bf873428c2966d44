/** What an address of Claims names. */

/** '/claims/345': the list with this claim open and under the focus. */
export function claimPlace(claim_id: number): string {
  return `/claims/${claim_id}`;
}

/** '/claims/345' → 345; null where the address names none. */
export function claimAt(location: string): number | null {
  const id = Number(location.split('/')[2]);
  return Number.isInteger(id) && id > 0 ? id : null;
}
