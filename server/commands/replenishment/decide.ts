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
import { protectedDays } from '#domain/planning/replenishment/orderDays.ts';
import { isBeyondOwn, ownFigureByForecastMilli, ownFigureMilli } from '#domain/planning/replenishment/ownFigure.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { type ForecastsOfPositions, forecastsOf } from '#server/planning/forecasts.ts';
import { type PositionsOfItems, positionsOf } from '#server/planning/positions.ts';
import type { CompanyDay } from '../companyDay.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { enterCompany } from './place.ts';
import { newestDecisions, promisedAway, type StoredDecision } from './standing.ts';
import { type ItemTerms, type KnownTerms, knownTerms, suppliersInContainers } from './terms.ts';

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
  const items = decisions.map((each) => each.item_id);
  const known_of = {
    positions: await positionsOf(tx, company, items),
    promisedAway: await promisedAway(tx, company, items),
    inContainers: await suppliersInContainers(tx, company),
  };
  // forecasts are asked for only where the last 90 days do not say as much
  const doubted = rows.filter(
    ({ asked, terms }) => asked.inputs.demand_by === 'forecast' && isDoubted(asked, terms, company, known_of),
  );
  const forecasts = await forecastsOf(
    tx,
    company,
    doubted.map(({ asked }) => asked),
  );
  const ground: Ground = { ...known_of, forecasts };
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
        rule_version: APPROVAL_RULE_VERSION,
        ...judged(asked, terms, company, ground),
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

/** What was proposed or decided is beyond what the server's last 90 days propose. */
function isDoubted(asked: Asked, terms: ItemTerms, { currency }: CompanyDay, ground: Ground): boolean {
  const own_qty_milli = ownFigure(asked, terms, ground);
  if (own_qty_milli === null) return false;
  const price = terms.unit_price_micro;
  const worth = (qty_milli: number) => (price === null ? null : lineAmountOrNull(qty_milli, price, currency));
  const qty_milli = Math.max(asked.qty_milli, asked.proposed_qty_milli);
  return isBeyondOwn(
    { qty_milli, own_qty_milli, value_minor: worth(qty_milli), own_value_minor: worth(own_qty_milli) },
    approvalLimitsIn(currency),
  );
}

/** Against what the client says was proposed, and against what the server's own facts propose: the lesser of both counts. */
function judged(asked: Asked, terms: ItemTerms, { currency }: CompanyDay, ground: Ground) {
  const price = asked.kind === 'buy' ? terms.unit_price_micro : null;
  const worth = (qty_milli: number): number | null =>
    price === null ? null : lineAmountOrNull(qty_milli, price, currency);
  const limits = approvalLimitsIn(currency);
  const value_minor = worth(asked.qty_milli);
  const own_qty_milli = ownFigure(asked, terms, ground);
  const isBeyond = (qty_milli: number): boolean =>
    own_qty_milli !== null &&
    isBeyondOwn(
      { qty_milli, own_qty_milli, value_minor: worth(qty_milli), own_value_minor: worth(own_qty_milli) },
      limits,
    );
  const proposed_qty_milli =
    asked.verdict === 'changed' && own_qty_milli !== null
      ? Math.min(asked.proposed_qty_milli, own_qty_milli)
      : asked.proposed_qty_milli;
  const reasons = approvalReasons(
    {
      ...asked,
      proposed_qty_milli,
      value_minor,
      proposed_value_minor: worth(proposed_qty_milli),
      recomputed:
        asked.kind === 'transfer' ||
        // who comes down to what the server proposes is asked nothing for having seen another figure
        (holdsItsProposal(asked, terms) && !(isBeyond(asked.proposed_qty_milli) && isBeyond(asked.qty_milli))),
    },
    limits,
  );
  const inputs = own_qty_milli === null ? asked.inputs : { ...asked.inputs, own_qty_milli };
  return { inputs: JSON.stringify(inputs), unit_price_micro: price, value_minor, approval: approvalText(reasons) };
}

/** What the server knows of the positions that are decided on. */
interface Ground {
  readonly positions: PositionsOfItems;
  readonly promisedAway: Awaited<ReturnType<typeof promisedAway>>;
  readonly inContainers: ReadonlySet<number>;
  readonly forecasts?: ForecastsOfPositions;
}

/** null = it is not bought. */
function ownFigure(asked: Asked, terms: ItemTerms, ground: Ground): number | null {
  const { kind, item_id, site_id, supplier_id, qty_milli, inputs } = asked;
  if (kind === 'transfer' || supplier_id === null || qty_milli === 0) return null;
  const { minimum_qty_milli, multiple_qty_milli } = terms;
  const supplier = { supplier_id, minimum_qty_milli, multiple_qty_milli };
  const own = ground.positions.of(item_id, site_id);
  const leaves = ground.promisedAway(item_id, site_id);
  const demand = leaves === 0 ? own.demand : [{ on: own.as_of_on, qty_milli: leaves }, ...own.demand];
  const question = { ...own, demand, supplier };
  const in_containers = ground.inContainers.has(supplier_id);
  const expected = ground.forecasts?.over(item_id, site_id, protectedDays(question)) ?? [];
  return Math.max(
    ownFigureMilli(question, inputs, in_containers),
    ownFigureByForecastMilli(question, inputs, expected, in_containers),
  );
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
