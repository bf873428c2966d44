/** What carriers charged for an order: POST /orders/carrier-charges. Kept on the server, so asked of it; only for who sees cost. */
import { z } from 'zod';

const Id = z.int().min(1);
export const CarrierChargesRequest = z.strictObject({ order_id: Id });

/** Charges an answer names; the sum is of all of them. */
export const MOST_CARRIER_CHARGES = 50;

export const CarrierCharges = z.object({
  charges: z
    .array(z.object({ number: z.string(), charged_on: z.iso.date(), amount_minor: z.int() }))
    .max(MOST_CARRIER_CHARGES),
  total: z.int().min(0),
  /** Company currency; null = no carrier charged anything yet. */
  total_minor: z.int().nullable(),
});
export type CarrierCharges = z.infer<typeof CarrierCharges>;
