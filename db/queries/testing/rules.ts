/** Rules and rates that tests of leakage and of several currencies need beside random orders. */
import { ECOM, INSIDE } from './golden.ts';
import type { TestReplica } from './replicaFixture.ts';

/** What a company's channels allow and charge, so that discounts and freight leak. */
export function insertChannelRules(
  { insert }: Pick<TestReplica, 'insert'>,
  company_id: number,
  { max_discount_bp = 300, freight_charge_minor = 950 } = {},
): void {
  insert(
    'channel_rule',
    [INSIDE, ECOM].map((channel_id) => ({
      id: company_id * 100 + channel_id,
      company_id,
      channel_id,
      priority: 1,
      max_discount_bp,
      free_freight_from_minor: 90_000,
      freight_charge_minor,
      protected_bp: 0,
    })),
  );
}

/** Rates of a company's currency into euros; the closing rate is none of the averages. */
export function insertRates(
  { insert }: Pick<TestReplica, 'insert'>,
  company_id: number,
  average_micro: ReadonlyMap<number, number>,
): void {
  insert(
    'fx_rate',
    [...average_micro].map(([month, average_rate_micro], nth) => ({
      id: nth + 1,
      company_id,
      month,
      currency: 'EUR',
      average_rate_micro,
      closing_rate_micro: 2_000_000,
      per_units: 1,
    })),
  );
}
