/** How long claims of a company may be open, by channel. */
import { CLAIM_TARGET_KPI, claimTargetDays } from '#domain/claims/claim.ts';
import type { QueryContext } from '../context.ts';

export interface ClaimTargets {
  readonly of: (channel_id: number | null) => number;
  /** null = a channel says otherwise than its company. */
  readonly everywhere: number | null;
}

export async function claimTargets({ db }: QueryContext, company_id: number, as_of_on: number): Promise<ClaimTargets> {
  const targets = await db
    .selectFrom('kpi_target')
    .select(['kpi', 'channel_id', 'from_month', 'target'])
    .where('company_id', '=', company_id)
    .where('kpi', '=', CLAIM_TARGET_KPI)
    .execute();
  const known = new Map<number | null, number>();
  const of = (channel_id: number | null): number => {
    const days = known.get(channel_id) ?? claimTargetDays(targets, channel_id, as_of_on);
    known.set(channel_id, days);
    return days;
  };
  const whole = of(null);
  return { of, everywhere: targets.every(({ channel_id }) => of(channel_id) === whole) ? whole : null };
}
