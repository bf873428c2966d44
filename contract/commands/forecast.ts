/** A planner’s own figure instead of the forecast, and taking it back. */
import { z } from 'zod';
import { MOST_FACTOR_BP, MOST_OVERRIDE_QTY_MILLI } from '#domain/forecast/override.ts';
import { Month } from '../queries/arguments.ts';

const Id = z.int().min(1);
const OverrideId = z.uuid().lowercase();
const Reason = z.string().trim().min(3, 'Say why.').max(500, 'A reason holds up to 500 characters.');

export const overrideForecast = {
  args: z
    .strictObject({
      item_id: Id,
      site_id: Id,
      from_month: Month,
      to_month: Month,
      /** Of each month, thousandths; or a factor of the forecast, 10,000 = as forecast. */
      qty_milli: z.int().min(0).max(MOST_OVERRIDE_QTY_MILLI).nullable(),
      factor_bp: z.int().min(0).max(MOST_FACTOR_BP).nullable(),
      reason: Reason,
      expires_on: z.iso.date(),
      /** The override the planner saw in its place: the server refuses if another stands there. */
      replaces: OverrideId.nullable(),
    })
    .refine((args) => (args.qty_milli === null) !== (args.factor_bp === null), 'either a quantity or a factor'),
};

export const withdrawOverride = {
  args: z.strictObject({ item_id: Id, site_id: Id, override_id: OverrideId, reason: Reason }),
};
