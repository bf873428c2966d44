/** Which agreement a customer's rebate goes by. */
import { inForceOn, type RuleVersion } from '../governance/inForce.ts';

/** The customer's agreement of that day: the channel's own before that of all channels. */
export function rebateOf<R extends RuleVersion & { readonly channel_id: number | null }>(
  agreements: readonly R[],
  line: { readonly channel_id: number | null; readonly ordered_on: number },
): R | undefined {
  const own = agreements.filter(({ channel_id }) => channel_id !== null && channel_id === line.channel_id);
  return (
    inForceOn(own, line.ordered_on) ??
    inForceOn(
      agreements.filter(({ channel_id }) => channel_id === null),
      line.ordered_on,
    )
  );
}
