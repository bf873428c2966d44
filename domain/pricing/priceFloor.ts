/** The net price of one unit below which nobody sells. */
import { laterInForce } from '../governance/inForce.ts';

export interface PriceFloor {
  readonly channel_id: number | null;
  readonly floor_price_micro: number;
  readonly valid_from: number;
  readonly valid_to: number | null;
}

/** The channel's own floor on that day before everybody's. */
export function priceFloorOf<Floor extends PriceFloor>(
  floors: readonly Floor[] | undefined,
  sold: { readonly channel_id: number | null; readonly ordered_on: number },
): Floor | undefined {
  let own: Floor | undefined;
  let everybodys: Floor | undefined;
  for (const floor of floors ?? []) {
    if (floor.channel_id === null) everybodys = laterInForce(everybodys, floor, sold.ordered_on);
    else if (floor.channel_id === sold.channel_id) own = laterInForce(own, floor, sold.ordered_on);
  }
  return own ?? everybodys;
}
