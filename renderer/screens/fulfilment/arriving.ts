/** Coming here from another screen: the queue is narrowed to what could ship from a site, or is left out, and the focus is on its first line. */
const READY = '/fulfilment/ready';

export function readyPlace(site_id: number): string {
  return `${READY}/${site_id}`;
}

/** '/fulfilment/ready/3' → 3; null where the address names no site. */
export function readyAt(location: string): number | null {
  const site_id = Number(location.startsWith(`${READY}/`) ? location.slice(READY.length + 1) : 0);
  return Number.isInteger(site_id) && site_id > 0 ? site_id : null;
}

const LEFT_OUT = '/fulfilment/left-out';

/** `site_id`: null = of all sites. */
export function leftOutPlace(site_id: number | null): string {
  return site_id === null ? LEFT_OUT : `${LEFT_OUT}/${site_id}`;
}

/** Whether the address asks for what is left out, and of which site; null = it does not. */
export function leftOutAt(location: string): { readonly site_id: number | null } | null {
  if (location === LEFT_OUT) return { site_id: null };
  const site_id = Number(location.startsWith(`${LEFT_OUT}/`) ? location.slice(LEFT_OUT.length + 1) : 0);
  return Number.isInteger(site_id) && site_id > 0 ? { site_id } : null;
}
