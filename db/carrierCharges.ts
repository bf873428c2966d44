/** What carriers charged for an order: on no copy, so from the server itself, and not there without a connection. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import { CarrierCharges } from '#contract/wire/carrierCharges.ts';
import { brokenAnswer } from './sync/failure.ts';
import type { WireClient } from './sync/wireClient.ts';

export async function carrierCharges(
  client: WireClient,
  args: ActionArgs<'carrierCharges'>,
): Promise<ActionResults['carrierCharges']> {
  const parsed = CarrierCharges.safeParse(await client.request('POST', '/orders/carrier-charges', args));
  if (!parsed.success) throw brokenAnswer('the answer with the carriers’ charges has another shape');
  return parsed.data;
}
