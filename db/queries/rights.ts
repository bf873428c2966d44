/** What the user's grants say about one company: for showing or hiding; the server has already kept back the rows. */
import { grantsPermit } from '#domain/access/grants.ts';
import { type DataArea, type Permission, roleAreas } from '#domain/access/roles.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import { domainGrants } from '#db/session/grants.ts';

/** True when some grant on the company (or on all) carries the area. */
export function seesArea(user: SignedInUser, company_id: number, area: DataArea): boolean {
  return domainGrants(user.grants).some(
    (grant) => (grant.company_id === null || grant.company_id === company_id) && roleAreas(grant.role).includes(area),
  );
}

/** True when one grant carries the area over every site and channel of the company. */
export function seesWholeCompany(user: SignedInUser, company_id: number, area: DataArea): boolean {
  return domainGrants(user.grants).some(
    (grant) =>
      (grant.company_id === null || grant.company_id === company_id) &&
      grant.site_id === null &&
      grant.channel_id === null &&
      roleAreas(grant.role).includes(area),
  );
}

export function mayInCompany(user: SignedInUser, company_id: number, permission: Permission): boolean {
  return grantsPermit(domainGrants(user.grants), permission, { company_id });
}

/** Whether the user has every row of the site (null = of all sites), or what is missing. */
export function seesWholeSite(
  user: SignedInUser,
  company_id: number,
  site_id: number | null,
): 'whole' | 'not_all_sites' | 'not_all_channels' {
  const here = domainGrants(user.grants).filter(
    (grant) =>
      (grant.company_id === null || grant.company_id === company_id) &&
      (grant.site_id === null || grant.site_id === site_id),
  );
  if (here.some((grant) => grant.channel_id === null)) return 'whole';
  return here.length > 0 ? 'not_all_channels' : 'not_all_sites';
}
