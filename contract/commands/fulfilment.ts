/** Decisions on the fulfilment queue and on orders beyond their rules. */
import { z } from 'zod';
import { OVERRIDE_KINDS } from '#domain/allocation/servingOrder.ts';
import { APPROVAL_DECISIONS, APPROVAL_KINDS } from '#domain/orders/approval.ts';

const Id = z.int().min(1);
const Reason = z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.');

/** Serve a line or an order sooner, later, not at all, or by the rule again. Where it lies the server looks up. */
export const overrideFulfilment = {
  args: z
    .strictObject({
      order_id: Id,
      /** null = every line of the order. */
      order_line_id: Id.nullable(),
      kind: z.enum(OVERRIDE_KINDS),
      /** The last day it holds; null only for 'released'. */
      until_on: z.iso.date().nullable(),
      reason: Reason,
    })
    .refine(
      (args) => (args.kind === 'released') === (args.until_on === null),
      'a decision has a last day, a release none',
    ),
};

/** Ask for, allow or refuse an order that breaks a rule, as its lines are now. */
export const approveOrder = {
  args: z.strictObject({
    order_id: Id,
    kind: z.enum(APPROVAL_KINDS),
    decision: z.enum(APPROVAL_DECISIONS),
    reason: Reason,
    /** Of the lines the person saw: the server refuses if they changed. */
    content_hash: z.string().regex(/^[0-9a-f]{64}$/, 'a content hash is 64 hex digits'),
  }),
};
