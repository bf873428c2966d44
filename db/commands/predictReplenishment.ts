/** What deciding on proposals and approving would do, told from the copy. */
import { dayNumber } from '#domain/calendar.ts';
import { type Grant, grantsPermit } from '#domain/access/grants.ts';
import type { Permission } from '#domain/access/roles.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import { approvalReasons, approvalText, mayApprove } from '#domain/planning/replenishment/approval.ts';
import {
  decisionKey,
  mostProposedMilli,
  quantityFault,
  quantityFaultWords,
  type QuantityTerms,
} from '#domain/planning/replenishment/decision.ts';
import { approvalLimitsIn, APPROVAL_RULE_VERSION, knownPriceMicro } from '#domain/planning/replenishment/orderTerms.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { type Connection, scanner } from '#db/connection.ts';
import { type Decision, newestDecisions } from '#db/replenishment/standing.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

type Asked = CommandArgs<'decideReplenishment'>['decisions'][number];

const VERBS = { accepted: 'Accept', changed: 'Change', rejected: 'Reject', withdrawn: 'Withdraw' } as const;

/** What is done about a company's replenishment is sent in the order in which it was done: a draft follows its decisions. */
export function replenishmentLane(company_id: number): string {
  return `replenishment:${company_id}`;
}

export function predictDecisions(context: PredictContext, args: CommandArgs<'decideReplenishment'>): Prediction {
  const { reader, user } = context;
  const { company_id, decisions } = args;
  const company = companyDay(context, company_id);
  const grants = domainGrants(user.grants);
  const newest = newestDecisions(scanner(reader), company);
  const terms = termsReader(reader, company.today_on);
  const effects = decisions.map((asked, index) => {
    mayDo(grants, 'plan', 'decide on replenishment here', { company_id, site_id: asked.site_id });
    const theirs = newest.get(decisionKey(asked));
    if (theirs?.stands === true && theirs.id !== asked.follows) {
      throw new BinnacleError(
        'conflict',
        `${theirs.author} decided this before you. Look at what stands, then decide.`,
      );
    }
    if (theirs?.draft?.sent === false) {
      throw new BinnacleError('conflict', `It is a line of draft order ${theirs.draft.number}. Cancel that first.`);
    }
    if (theirs?.state === 'asked') {
      throw new BinnacleError('conflict', 'The giving site is asked for it. Withdraw that request first.');
    }
    return {
      tbl: 'replenishment_decision' as const,
      pk: `${context.mutation_id}/${index}`,
      image: [
        company_id,
        asked.site_id,
        asked.item_id,
        asked.kind,
        asked.supplier_id,
        asked.from_site_id,
        asked.verdict,
        asked.proposed_qty_milli,
        asked.qty_milli,
        dayNumber(asked.receive_on),
        asked.reason,
        JSON.stringify(asked.inputs),
        APPROVAL_RULE_VERSION,
        ...judged(asked, terms(asked), company.currency),
        asked.follows,
        user.name,
        context.made_at_ms,
        context.made_at_ms,
      ],
    };
  });
  return { lane: replenishmentLane(company_id), title: decisionsTitle(reader, decisions), effects };
}

function decisionsTitle(reader: Connection, decisions: readonly Asked[]): string {
  const [first] = decisions;
  if (!first) return 'Decide on replenishment';
  const same = decisions.every((each) => each.verdict === first.verdict);
  if (decisions.length > 1) return `${same ? VERBS[first.verdict] : 'Decide on'} ${decisions.length} proposals`;
  const item = reader
    .prepare<[number], { code: string; uom: string }>('SELECT code, uom FROM main.item WHERE id = ?')
    .get(first.item_id);
  const qty = first.qty_milli === 0 ? '' : ` ${first.qty_milli / 1000} ${item?.uom ?? ''} of`;
  return `${VERBS[first.verdict]}${qty} ${item?.code ?? 'an item'}`;
}

/** Price, value and why it needs approval, as far as this copy knows them: the server's answer is the record. */
function judged(asked: Asked, terms: KnownTerms, currency: string): [number | null, number | null, string | null] {
  const price = asked.kind === 'buy' ? terms.unit_price_micro : null;
  const worth = (qty_milli: number): number | null =>
    price === null ? null : lineAmountOrNull(qty_milli, price, currency);
  const held: QuantityTerms = asked.kind === 'buy' ? terms : { minimum_qty_milli: 0, multiple_qty_milli: 0 };
  const fault = asked.qty_milli === 0 ? null : quantityFault(asked.qty_milli, held);
  if (fault !== null) throw new BinnacleError('bad_arguments', quantityFaultWords(fault, held));
  const most = mostProposedMilli(asked.inputs, terms);
  const reasons = approvalReasons(
    {
      ...asked,
      value_minor: worth(asked.qty_milli),
      proposed_value_minor: worth(asked.proposed_qty_milli),
      recomputed: asked.kind === 'transfer' || (most !== null && asked.proposed_qty_milli <= most),
    },
    approvalLimitsIn(currency),
  );
  return [price, worth(asked.qty_milli), approvalText(reasons)];
}

interface KnownTerms extends QuantityTerms {
  readonly unit_price_micro: number | null;
}

function termsReader(reader: Connection, today_on: number): (asked: Asked) => KnownTerms {
  const item = reader.prepare<[number], { id: number }>('SELECT id FROM main.item WHERE id = ?');
  const agreed = reader.prepare<[number, number], { id: number; moq_qty_milli: number; multiple_qty_milli: number }>(
    'SELECT id, moq_qty_milli, multiple_qty_milli FROM main.supplier_item WHERE item_id = ? AND supplier_id = ?',
  );
  const policy = reader.prepare<[number, number], { multiple_qty_milli: number }>(
    'SELECT multiple_qty_milli FROM main.policy WHERE item_id = ? AND site_id = ?',
  );
  const price = reader.prepare<[number, number, number], { unit_price_micro: number }>(
    `SELECT unit_price_micro FROM main.supplier_item_price WHERE supplier_item_id = ? AND valid_from <= ?
       AND (valid_to IS NULL OR valid_to >= ?) ORDER BY valid_from DESC LIMIT 1`,
  );
  return ({ item_id, supplier_id, site_id }) => {
    if (!item.get(item_id)) throw new BinnacleError('not_found', 'That item is not on this machine.');
    const found = supplier_id === null ? undefined : agreed.get(item_id, supplier_id);
    return {
      minimum_qty_milli: found?.moq_qty_milli ?? 0,
      multiple_qty_milli: found?.multiple_qty_milli ?? policy.get(item_id, site_id)?.multiple_qty_milli ?? 0,
      unit_price_micro: found ? knownPriceMicro(price.get(found.id, today_on, today_on)?.unit_price_micro) : null,
    };
  };
}

export function predictApproval(context: PredictContext, args: CommandArgs<'approveReplenishment'>): Prediction {
  const { reader, user } = context;
  const { company_id, decision_ids, verdict, reason } = args;
  const company = companyDay(context, company_id);
  const grants = domainGrants(user.grants);
  const standing = new Map([...newestDecisions(scanner(reader), company).values()].map((each) => [each.id, each]));
  const place = reader.prepare<[string, number], { site_id: number; author: string; approval: string | null }>(
    'SELECT site_id, author, approval FROM v_replenishment_decision WHERE id = ? AND company_id = ?',
  );
  const effects = decision_ids.map((decision_id, index) => {
    const decision = place.get(decision_id, company_id);
    if (!decision) throw new BinnacleError('not_found', 'That decision is not on this machine.');
    const newest: Decision | undefined = standing.get(decision_id);
    const answer = mayApprove({
      user_name: user.name,
      may_approve: grantsPermit(grants, 'approve_purchases', { company_id, site_id: decision.site_id }),
      requested_by: decision.author,
      approval_needed: decision.approval !== null,
      stands: newest?.stands === true,
      answered: newest?.answer ?? null,
    });
    if (!answer.ok) {
      throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
    }
    return {
      tbl: 'replenishment_approval' as const,
      pk: `${context.mutation_id}/${index}`,
      image: [
        company_id,
        decision.site_id,
        decision_id,
        verdict,
        reason,
        user.name,
        context.made_at_ms,
        context.made_at_ms,
      ],
    };
  });
  const what = decision_ids.length === 1 ? 'a purchase' : `${decision_ids.length} purchases`;
  return {
    lane: replenishmentLane(company_id),
    title: `${verdict === 'approved' ? 'Approve' : 'Refuse'} ${what}`,
    effects,
  };
}

export function mayDo(
  grants: readonly Grant[],
  permission: Permission,
  act: string,
  place: { readonly company_id: number; readonly site_id: number },
): void {
  if (!grantsPermit(grants, permission, place)) {
    throw new BinnacleError('not_permitted', `Your role may not ${act}.`);
  }
}
