/** The test's month in the chain: an entry of each thing that was done, with entries of other matters between them. */
import { createHash } from 'node:crypto';
import type { ChainedEvent } from '#domain/audit/chain.ts';
import { sealOf } from '#domain/audit/check.ts';
import { COMPANY } from '#db/queries/testing/golden.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One that was done, as the server would have told of it. */
export interface Told {
  readonly at_ms: number;
  readonly kind: string;
  readonly who: string;
  readonly about: string;
  readonly detail: ChainedEvent['detail'];
}

/** Sealed in their order, from place 41 on; after every fourth stand two of other matters. */
export function insertSealed(into: TestReplica, told: readonly Told[], company_id = COMPANY): void {
  let seq = 40;
  let seal_before = sha256('what came before');
  into.insert(
    'close_entry',
    told.map(({ at_ms, kind, who, about, detail }, nth) => {
      seq += 1;
      if (nth > 0 && nth % 4 === 0) {
        seq += 2;
        seal_before = sha256(`others before ${seq}`);
      }
      const event = { id: 500 + seq, happened_at_ms: at_ms, kind, user_name: who, address: '10.0.0.7', about, detail };
      const seal = sealOf(sha256, seal_before, seq, event);
      const row = {
        id: seq,
        company_id,
        period_id: 1,
        event_id: event.id,
        happened_at: at_ms,
        kind,
        user_name: who,
        address: '10.0.0.7',
        about,
        detail: JSON.stringify(detail),
        seal_before,
        seal,
      };
      seal_before = seal;
      return row;
    }),
  );
}
