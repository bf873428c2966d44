/** Deciding on order proposals, approving, and making orders of what was decided. */
import { z } from 'zod';
import { MOST_QTY_MILLI } from '#domain/planning/orderQuantity.ts';
import { decisionKey, MOST_DECISIONS } from '#domain/planning/replenishment/decision.ts';

const Id = z.int().min(1);
/** A row a command wrote: the mutation's id, and of several rows its place. */
const RowId = z.string().regex(/^[0-9a-f-]{36}(\/[0-9]{1,3})?$/, 'that is no row of a change');
const Qty = z.int().min(0).max(MOST_QTY_MILLI);
/** A position may owe more than it has. */
const SignedQty = z.int().min(-MOST_QTY_MILLI).max(MOST_QTY_MILLI);
const Reason = z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.');

const Inputs = z.strictObject({
  as_of_on: z.iso.date(),
  because: z.enum(['needed', 'for_minimum', 'for_freight', 'for_container']),
  position_qty_milli: SignedQty,
  week_qty_milli: z.number().min(0).max(MOST_QTY_MILLI),
  /** What the week goes by; decisions of before it was told do not say. */
  demand_by: z.enum(['forecast', 'no_history', 'not_made']).optional(),
  reorder_qty_milli: Qty,
  up_to_qty_milli: Qty.nullable(),
  need_qty_milli: Qty,
  accepted_before_qty_milli: Qty,
  order_by_on: z.iso.date().nullable(),
  runs_out_on: z.iso.date().nullable(),
  short_qty_milli: Qty,
});

const Decision = z
  .strictObject({
    site_id: Id,
    item_id: Id,
    kind: z.enum(['buy', 'transfer']),
    supplier_id: Id.nullable(),
    from_site_id: Id.nullable(),
    verdict: z.enum(['accepted', 'changed', 'rejected', 'withdrawn']),
    proposed_qty_milli: Qty,
    /** 0 of what is rejected or withdrawn. */
    qty_milli: Qty,
    receive_on: z.iso.date(),
    reason: Reason.nullable(),
    inputs: Inputs,
    rule_version: z.int().min(1).max(1_000_000),
    /** The decision about the same position that the person saw standing; null = none. Another one there is a conflict. */
    follows: RowId.nullable(),
  })
  .refine(
    (each) => (each.kind === 'buy') === (each.from_site_id === null),
    'a transfer comes from a site, nothing else',
  )
  .refine((each) => each.from_site_id !== each.site_id, 'a transfer comes from another site')
  .refine((each) => each.kind === 'transfer' || each.supplier_id !== null, 'a purchase has a supplier')
  .refine(
    (each) => ['accepted', 'changed'].includes(each.verdict) === each.qty_milli > 0,
    'what is accepted or changed has a quantity, nothing else has',
  )
  .refine(
    (each) => each.verdict !== 'accepted' || each.qty_milli === each.proposed_qty_milli,
    'accepted is what was proposed',
  )
  .refine(
    (each) => each.verdict !== 'changed' || each.qty_milli !== each.proposed_qty_milli,
    'changed is another quantity than proposed',
  )
  .refine(
    (each) => !['changed', 'rejected'].includes(each.verdict) || each.reason !== null,
    'Say why it is changed or rejected.',
  )
  .refine((each) => each.verdict !== 'withdrawn' || each.follows !== null, 'what is withdrawn was decided before');

export const decideReplenishment = {
  args: z
    .strictObject({ company_id: Id, decisions: z.array(Decision).min(1).max(MOST_DECISIONS) })
    .refine(
      ({ decisions }) => new Set(decisions.map(decisionKey)).size === decisions.length,
      'one position is decided once',
    ),
};

const Rows = z
  .array(RowId)
  .min(1)
  .max(MOST_DECISIONS)
  .refine((ids) => new Set(ids).size === ids.length, 'each row once');

export const approveReplenishment = {
  args: z
    .strictObject({
      company_id: Id,
      decision_ids: Rows,
      verdict: z.enum(['approved', 'refused']),
      reason: Reason.nullable(),
    })
    .refine(({ verdict, reason }) => verdict === 'approved' || reason !== null, 'Say why it is refused.'),
};

export const makeDraftOrder = {
  args: z.strictObject({
    company_id: Id,
    site_id: Id,
    supplier_id: Id,
    decision_ids: Rows,
    /** Why it is made although the supplier's minimum is not met. */
    minimum_reason: Reason.nullable(),
  }),
};

/** Before it is sent: what nobody else saw of it, together with what went to the supplier lately, is beyond the limit. */
export const approveDraftOrders = {
  args: z
    .strictObject({
      company_id: Id,
      draft_order_ids: Rows,
      verdict: z.enum(['approved', 'refused']),
      reason: Reason.nullable(),
    })
    .refine(({ verdict, reason }) => verdict === 'approved' || reason !== null, 'Say why it is refused.'),
};

export const sendDraftOrder = { args: z.strictObject({ company_id: Id, draft_order_id: RowId }) };
export const cancelDraftOrder = { args: z.strictObject({ company_id: Id, draft_order_id: RowId, reason: Reason }) };
