/** What of the trail needs the server: having it seal what waits, and holding the chain here beside its own. */
import { z } from 'zod';
import type { ActionArgs, ActionName, ActionResults } from '#contract/actions.ts';
import { AuditChainAnswer } from '#contract/audit.ts';
import type { Connection } from '#db/connection.ts';
import { brokenAnswer } from '#db/sync/failure.ts';
import type { WireClient } from '#db/sync/wireClient.ts';
import { lastSeal } from './seenSeals.ts';

type Actions = Pick<
  { [N in ActionName]: (args: ActionArgs<N>) => Promise<ActionResults[N]> },
  'auditSeal' | 'auditCompare'
>;

const Sealed = z.object({ sealed: z.int() });

export function auditActions(parts: {
  readonly client: () => WireClient;
  readonly replica: () => Connection;
  readonly now_ms: () => number;
}): Actions {
  return {
    auditSeal: async () => {
      const parsed = Sealed.safeParse(await parts.client().request('POST', '/admin/audit/seal', {}));
      if (!parsed.success) throw brokenAnswer('an answer about the trail has another shape');
      return parsed.data;
    },
    auditCompare: async () => {
      const here = lastSeal(parts.replica());
      const asked = { at: here?.seq ?? null };
      const parsed = AuditChainAnswer.safeParse(await parts.client().request('POST', '/admin/audit/chain', asked));
      if (!parsed.success) throw brokenAnswer('an answer about the trail has another shape');
      const { seal_at, ...server } = parsed.data;
      return { server, here, equal: here === null || seal_at === here.seal, at_ms: parts.now_ms() };
    },
  };
}
