import { permitsEverywhere } from '#domain/access/grants.ts';
import { BinnacleError } from '#contract/errors.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { QueryContext } from '../context.ts';

/** The server has kept back the rows; nobody is shown an empty trail as if it were one. */
export function requireTrail({ user }: Pick<QueryContext, 'user'>): void {
  if (permitsEverywhere(domainGrants(user.grants), 'read_audit')) return;
  throw new BinnacleError('not_permitted', 'The audit trail is for auditors and administrators of all companies.');
}
