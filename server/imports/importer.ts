import type { FastifyRequest } from 'fastify';
import type { Grant } from '#domain/access/grants.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { addressOf } from '#server/http/address.ts';

/** Who imports. */
export interface Importer {
  readonly user_id: number;
  readonly user_name: string;
  readonly grants: readonly Grant[];
  /** Where the request came from. */
  readonly address: string;
}

export function importerOf(user: SignedIn, request: FastifyRequest): Importer {
  return { user_id: user.id, user_name: user.name, grants: user.grants, address: addressOf(request) };
}
