/** The chain of the trail, held against its seals here: entry by entry, from its beginning or from the oldest that is here. */
import { createHash } from 'node:crypto';
import { type BrokenLink, type SealedLink, whyBroken } from '#domain/audit/check.ts';
import { beginningIsMissing, chainStart, judgeSeen, type SeenBefore, type SeenSeal } from '#domain/audit/copied.ts';
import type { AuditChainHere } from '#contract/queries/trail.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { detailOf } from './auditEntries.ts';
import { requireTrail } from './requireTrail.ts';

const BLOCK_ROWS = 2_000;

export type WalkedChain = Pick<AuditChainHere, 'entries' | 'first' | 'last' | 'broken'>;
type Link = readonly [
  seq: number,
  seal: string,
  event_id: number,
  happened_at: number,
  kind: string,
  user_name: string | null,
  address: string | null,
  about: string | null,
  detail: string,
];

export const auditChainHere: QueryHandler<'auditChainHere'> = async (context) => {
  requireTrail(context);
  const loading = context.replica.loading_tables.has('audit_entry');
  const walked = loading
    ? NOTHING
    : await rememberedOf(
        context,
        (cache) => cache.trail,
        'chain',
        ['audit_entry'],
        async () => walk(context),
      );
  return {
    ...walked,
    loading,
    seen: judge(context, walked),
    provenance: provenance(context, ['audit_entry']),
  };
};

const NOTHING: WalkedChain = { entries: 0, first: null, last: null, broken: null };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function walk(context: QueryContext): WalkedChain {
  let entries = 0;
  let first: Link | undefined;
  let last: Link | undefined;
  let before: SealedLink = { seq: 0, seal: '' };
  let broken: BrokenLink | null = null;
  for (;;) {
    context.checkCancelled();
    const block = context.scan<Link>(
      `SELECT id, seal, event_id, happened_at, kind, user_name, address, about, detail FROM main.audit_entry
       WHERE id > ? ORDER BY id LIMIT ${BLOCK_ROWS}`,
      [last?.[0] ?? 0],
    );
    for (const link of block) {
      const [seq, seal] = link;
      if (first === undefined) {
        first = link;
        before = chainStart({ seq, seal });
      }
      // the first of a cut trail is where checking begins
      if (seq !== before.seq) broken ??= whyBroken(sha256, before, chainLink(link));
      entries += 1;
      before = { seq, seal };
      last = link;
    }
    if (block.length < BLOCK_ROWS) break;
  }
  if (first === undefined || last === undefined) return NOTHING;
  if (beginningIsMissing({ seq: first[0], seal: first[1] }, entries)) {
    broken = { seq: 1, event_id: null, why: `the entries before ${first[0]} were taken out` };
  }
  return {
    entries,
    first: { seq: first[0], happened_at_ms: first[3] },
    last: { seq: last[0], seal: last[1], happened_at_ms: last[3] },
    broken,
  };
}

function chainLink([seq, seal, event_id, happened_at_ms, kind, user_name, address, about, detail]: Link) {
  return {
    seq,
    seal,
    event_id,
    event: { id: event_id, happened_at_ms, kind, user_name, address, about, detail: detailOf(detail) },
  };
}

function judge(context: QueryContext, { first, last }: WalkedChain): SeenBefore {
  const [meta] = context.scan<readonly [epoch: string | null, checkpoint: number | null]>(
    'SELECT epoch, checkpoint_number FROM main.replica_meta',
    [],
  );
  const [epoch, checkpoint] = meta ?? [null, null];
  if (epoch === null || checkpoint === null || first === null || last === null) return { state: 'agrees', seals: 0 };
  const seen = context
    .scan<readonly [number, string, string, number, number, number]>(
      'SELECT seq, seal, epoch, seen_at_ms, checkpoint, restored_at_ms FROM work.seen_seal',
      [],
    )
    // a copy that lost its last moments (a power cut) is older than what it saw, not another
    .filter(([, , of_epoch, , of_checkpoint]) => of_epoch !== epoch || of_checkpoint <= checkpoint)
    .map(
      ([seq, seal, of_epoch, seen_at_ms, , restored_at_ms]): SeenSeal => ({
        seq,
        seal,
        epoch: of_epoch,
        seen_at_ms,
        restored_at_ms,
      }),
    );
  return judgeSeen(seen, {
    epoch,
    first_seq: first.seq,
    last_seq: last.seq,
    sealAt: (seq) => context.scan<readonly [string]>('SELECT seal FROM main.audit_entry WHERE id = ?', [seq])[0]?.[0],
    restored: context
      .scan<readonly [number, number]>(
        "SELECT id, happened_at FROM main.audit_entry WHERE kind = 'restored' ORDER BY id",
        [],
      )
      .map(([seq, happened_at_ms]) => ({ seq, happened_at_ms })),
  });
}
