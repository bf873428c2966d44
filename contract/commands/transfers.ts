/** Transfers between sites: asking for goods, answering, sending them off, taking them in. */
import { z } from 'zod';
import { MOST_QTY_MILLI } from '#domain/planning/orderQuantity.ts';
import { MOST_TRANSFERS } from '#domain/transfers/transfer.ts';

const Id = z.int().min(1);
const Qty = z.int().min(1, 'A quantity is a number above 0.').max(MOST_QTY_MILLI, 'Nobody moves that much.');
const Reason = z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.');
/** A row a command wrote: the mutation's id and its place. */
const RowId = z.string().regex(/^[0-9a-f-]{36}\/[0-9]{1,3}$/, 'that is no transfer');

const Request = z
  .strictObject({
    item_id: Id,
    from_site_id: Id,
    to_site_id: Id,
    qty_milli: Qty,
    /** The day it is wanted by; null = as soon as it can be. */
    wanted_on: z.iso.date().nullable(),
    reason: Reason,
    /** The accepted transfer proposal it carries out. */
    decision_id: RowId.nullable(),
  })
  .refine((each) => each.from_site_id !== each.to_site_id, 'a transfer comes from another site');

export const requestTransfers = {
  args: z
    .strictObject({ company_id: Id, transfers: z.array(Request).min(1).max(MOST_TRANSFERS) })
    .refine(
      ({ transfers }) =>
        new Set(transfers.map((each) => `${each.item_id}:${each.from_site_id}:${each.to_site_id}`)).size ===
        transfers.length,
      'one item is asked for once a way',
    ),
};

/** Giving or refusing what was asked for: all of it or a part, bounded by what the giving site can spare at that moment. */
export const answerTransfers = {
  args: z
    .strictObject({
      company_id: Id,
      verdict: z.enum(['approved', 'refused']),
      /** Of a refusal the quantity says nothing. */
      transfers: z
        .array(z.strictObject({ transfer_id: RowId, qty_milli: Qty }))
        .min(1)
        .max(MOST_TRANSFERS),
      reason: Reason.nullable(),
    })
    .refine(({ verdict, reason }) => verdict === 'approved' || reason !== null, 'Say why it is refused.')
    .refine(
      ({ transfers }) => new Set(transfers.map((each) => each.transfer_id)).size === transfers.length,
      'each request once',
    ),
};

/** Goods leave or arrive: a movement at the site, and what lies there changes by it. */
export const moveTransfer = {
  args: z
    .strictObject({
      company_id: Id,
      transfer_id: RowId,
      step: z.enum(['dispatched', 'received']),
      /** 0 only of what arrived: nothing did. */
      qty_milli: z.int().min(0).max(MOST_QTY_MILLI),
      /** Why less arrived than was sent. */
      reason: Reason.nullable(),
    })
    .refine(({ step, qty_milli }) => step === 'received' || qty_milli > 0, 'A quantity is a number above 0.'),
};

/** Taking back a request, or calling off what was given and is not under way. */
export const endTransfer = {
  args: z.strictObject({
    company_id: Id,
    transfer_id: RowId,
    step: z.enum(['withdrawn', 'cancelled']),
    reason: Reason,
  }),
};
