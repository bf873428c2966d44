/** The net price of one unit below which nobody sells. */

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
  let everybodys: Floor | undefined;
  for (const floor of floors ?? []) {
    if (floor.valid_from > sold.ordered_on || (floor.valid_to !== null && floor.valid_to < sold.ordered_on)) continue;
    if (floor.channel_id === null) everybodys ??= floor;
    else if (floor.channel_id === sold.channel_id) return floor;
  }
  return everybodys;
}
