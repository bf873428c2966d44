import type { Grant } from '#domain/access/grants.ts';

/** Who imports. */
export interface Importer {
  readonly user_id: number;
  readonly user_name: string;
  readonly grants: readonly Grant[];
  /** Where the request came from. */
  readonly address: string;
}
