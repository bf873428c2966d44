/** Coming here from another screen: the queue is narrowed to what could ship from a site, and the focus is on its first line. */
const READY = '/fulfilment/ready';

export function readyPlace(site_id: number): string {
  return `${READY}/${site_id}`;
}

/** '/fulfilment/ready/3' → 3; null where the address names no site. */
export function readyAt(location: string): number | null {
  const site_id = Number(location.startsWith(`${READY}/`) ? location.slice(READY.length + 1) : 0);
  return Number.isInteger(site_id) && site_id > 0 ? site_id : null;
}
