/** Deciding on order proposals: whole or not at all, against what stands now and at the server's own prices. */
import { lineAmountOrNull } from '#domain/money.ts';
import { approvalReasons, approvalText } from '#domain/planning/replenishment/approval.ts';
import {
  decisionKey,
  mostProposedMilli,
  quantityFault,
  quantityFaultWords,
} from '#domain/planning/replenishment/decision.ts';
import { approvalLimitsIn, APPROVAL_RULE_VERSION } from '#domain/planning/replenishment/orderTerms.ts';
import type { CommandArgs } from '#contract/commands.ts';
import type { CompanyDay } from '../companyDay.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { enterCompany } from './place.ts';
import { newestDecisions, type StoredDecision } from './standing.ts';
import { type ItemTerms, type KnownTerms, knownTerms } from './terms.ts';

type Asked = CommandArgs<'decideReplenishment'>['decisions'][number];

export const decideReplenishment: CommandHandler<'decideReplenishment'> = async (
  context,
  { company_id, decisions },
) => {
  const { tx } = context;
  const sites = decisions.flatMap(({ site_id, from_site_id }) =>
    from_site_id === null ? [site_id] : [site_id, from_site_id],
  );
  const company = await enterCompany(context, company_id, sites, 'plan', 'decide on replenishment here');
  const known = await knownTerms(
    tx,
    company,
    decisions.map((each) => each.item_id),
  );
  const rows = decisions.map((asked) => ({ asked, terms: termsOf(asked, known) }));
  const newest = await newestDecisions(tx, company, decisions);
  refuseConflicts(decisions, newest);
  await tx
    .insertInto('replenishment_decision')
    .values(
      rows.map(({ asked, terms }, index) => ({
        id: rowId(context.mutation_id, index),
        company_id,
        site_id: asked.site_id,
        item_id: asked.item_id,
        kind: asked.kind,
        supplier_id: asked.supplier_id,
        from_site_id: asked.from_site_id,
        verdict: asked.verdict,
        proposed_qty_milli: asked.proposed_qty_milli,
        qty_milli: asked.qty_milli,
        receive_on: asked.receive_on,
        reason: asked.reason,
        inputs: JSON.stringify(asked.inputs),
        rule_version: APPROVAL_RULE_VERSION,
        ...judged(asked, terms, company),
        // what it was decided over may have been refused on its way here
        follows: newest.get(decisionKey(asked))?.id === asked.follows ? asked.follows : null,
        ...written(context),
      })),
    )
    .execute();
};

/** Of the rows a mutation writes. */
export function rowId(mutation_id: string, index: number): string {
  return `${mutation_id}/${index}`;
}

/** Of what is bought or moved the quantity must be one that can be: by the server's terms, not by those that were sent. */
function termsOf(asked: Asked, known: KnownTerms): ItemTerms {
  const terms = known.of(asked.item_id, asked.supplier_id, asked.site_id);
  if (!terms) throw notFound('item');
  if (asked.kind === 'buy' && terms.supplier_id === null) throw notFound('supplier of the item');
  if (asked.qty_milli === 0) return terms;
  // goods that move between sites need not fit the supplier's cartons
  const held = asked.kind === 'buy' ? terms : { minimum_qty_milli: 0, multiple_qty_milli: 0 };
  const fault = quantityFault(asked.qty_milli, held);
  if (fault !== null) {
    throw new Refusal('rejected', {
      code: 'bad_quantity',
      message: `${terms.code}: ${quantityFaultWords(fault, held)} Nothing of this change was taken.`,
    });
  }
  return terms;
}

function judged(asked: Asked, terms: ItemTerms, { currency }: CompanyDay) {
  const price = asked.kind === 'buy' ? terms.unit_price_micro : null;
  const worth = (qty_milli: number): number | null =>
    price === null ? null : lineAmountOrNull(qty_milli, price, currency);
  const value_minor = worth(asked.qty_milli);
  const reasons = approvalReasons(
    {
      ...asked,
      value_minor,
      proposed_value_minor: worth(asked.proposed_qty_milli),
      recomputed: asked.kind === 'transfer' || holdsItsProposal(asked, terms),
    },
    approvalLimitsIn(currency),
  );
  return { unit_price_micro: price, value_minor, approval: approvalText(reasons) };
}

/** What was sent as its figures allows what was sent as proposed, in what the supplier sells by the server's terms. */
function holdsItsProposal({ inputs, proposed_qty_milli }: Asked, terms: ItemTerms): boolean {
  const most = mostProposedMilli(inputs, terms);
  return most !== null && proposed_qty_milli <= most;
}

/** Somebody else was first: nothing of the change is taken, and it says who, when and about which rows. */
function refuseConflicts(decisions: readonly Asked[], newest: ReadonlyMap<string, StoredDecision>): void {
  const clashes = decisions.flatMap((asked) => {
    const theirs = newest.get(decisionKey(asked));
    return theirs?.stands === true && theirs.id !== asked.follows ? [{ asked, theirs }] : [];
  });
  const [first] = clashes;
  if (first) {
    const others = clashes.length - 1;
    throw new Refusal('conflict', {
      code: 'decided_already',
      message: `${first.theirs.author} decided ${clashes.length === 1 ? 'this' : `${clashes.length} of these`} before you.`,
      detail: {
        by: first.theirs.author,
        at_ms: first.theirs.accepted_at_ms,
        rows: clashes.length,
        of: decisions.length,
        others,
        // key=decision for each row: what to leave out, or to decide over
        theirs: clashes.map(({ theirs }) => `${decisionKey(theirs)}=${theirs.id}`).join(' '),
        theirs_verdict: first.theirs.verdict,
        theirs_qty_milli: first.theirs.qty_milli,
      },
    });
  }
  const gone = decisions.find(
    (asked) => asked.verdict === 'withdrawn' && newest.get(decisionKey(asked))?.id !== asked.follows,
  );
  if (gone) {
    throw new Refusal('conflict', {
      code: 'nothing_to_withdraw',
      message: 'What you withdraw does not stand any more. Look at what does.',
    });
  }
  for (const asked of decisions) {
    const draft = newest.get(decisionKey(asked))?.draft;
    if (draft && !draft.sent) {
      throw new Refusal('rejected', {
        code: 'on_a_draft',
        message: `It is a line of draft order ${draft.number}. Cancel that first, then decide anew.`,
      });
    }
    const standing = newest.get(decisionKey(asked));
    if (standing?.state === 'asked') {
      throw new Refusal('rejected', {
        code: 'asked_for',
        message: `The giving site is asked for it: ${standing.transfer?.number ?? ''}. Withdraw that request first, then decide anew.`,
      });
    }
  }
}
