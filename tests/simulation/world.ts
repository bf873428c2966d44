/**
 * The small distributor everything happens in. Its texts say in which area, company, site and channel they lie
 * (`~g.1.11.21~`), and costs are numbers no other column can hold, so any byte that reaches the wrong person can be
 * recognised without knowing how it got there.
 */
export const COMPANY = 1;
export const OTHER_COMPANY = 2;
export const SITES = [11, 12] as const;
export const CHANNELS = [21, 22] as const;
export const ITEMS = [31, 32, 33, 34] as const;
/** Decisions about the first two items need somebody else's word, for what they cost; of the others they count at once. */
export const SUPPLIER = 91;
export const CUSTOMER = 92;
export const TASKS = [51, 52] as const;
/** A month in which nothing is booked: it may be locked, and opened again, without anything else in the way. */
export const LOCKED_PERIOD = 42;
/** The month whose tasks are signed, and for whose items entries are proposed. */
export const CLOSED_PERIOD = 41;
export const MONTHS = [202609, 202610, 202611] as const;
/** What balances of those items add up to, at every cut. */
export const LEDGER_QTY_MILLI = 40_000;
/** These go between the sites by transfers alone; so much lay of each at each site. */
export const MOVED_ITEMS = [35, 36, 37] as const;
export const MOVED_QTY_MILLI = 6_000;
/** All goods of the company, those under way counted in. */
export const ALL_QTY_MILLI = LEDGER_QTY_MILLI + MOVED_ITEMS.length * SITES.length * MOVED_QTY_MILLI;
/** Everybody begins with the first; it changes to the other and back. */
export const PASSWORDS = ['demo', 'changed'] as const;

export function tag(area: 'g' | 'c' | 'f', site = 0, channel = 0, company = COMPANY): string {
  return `~${area}.${company}.${site}.${channel}~`;
}
/** 77 in front, then the site, then anything: an unquoted number of ten digits that only cost columns hold. */
export function costOf(site: number, any: number): number {
  return 7_700_000_000 + site * 1_000_000 + (any % 1_000_000);
}

export interface Grant {
  readonly role: string;
  readonly company: number | null;
  readonly site: number | null;
  readonly channel: number | null;
}
const whole = (role: string): Grant => ({ role, company: COMPANY, site: null, channel: null });

/** What each holds in the beginning. Two of them plan, and each may approve what the other decided, but not their own. */
export const USERS: Readonly<Record<string, readonly Grant[]>> = {
  finance: [whole('finance'), whole('buyer')],
  finance2: [whole('finance'), whole('buyer')],
  controller: [whole('controller'), whole('planner')],
  sales: [whole('sales')],
  counter: [{ role: 'sales', company: COMPANY, site: SITES[1], channel: CHANNELS[1] }],
};

export function grantSql(user_id: number, grant: Grant): string {
  const value = (id: number | null): string => (id === null ? 'null' : String(id));
  return `insert into access_grant (user_id, role, company_id, site_id, channel_id, granted_at) values
    (${user_id}, '${grant.role}', ${value(grant.company)}, ${value(grant.site)}, ${value(grant.channel)}, '2026-01-01')`;
}
