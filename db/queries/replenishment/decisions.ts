/**
 * What people decided of proposals, as their lines need it. Decisions are read for each answer and not kept with an
 * edition: what a person decides shows at once, also while it waits for the server, and reckons nothing anew.
 */
import type { DecisionState } from '#domain/planning/replenishment/decision.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { ReplenishmentState } from '#contract/queries.ts';
import { type Decision as Stored, lineKey, newestDecisions } from '#db/replenishment/standing.ts';
import type { QueryContext } from '../context.ts';

export interface Decision {
  readonly state: Exclude<ReplenishmentState, 'new'>;
  readonly qty_milli: number;
  /** At the price of the day it was decided; of what is bought. */
  readonly value_minor: number | null;
  readonly by: string;
  readonly at_ms: number;
  readonly reason: string | null;
  /** It waits for the server. */
  readonly waiting: boolean;
  readonly draft_order: string | null;
}

/** By the key of the line that was decided: 'buy:840:3', 'transfer:840:3:5'. */
export type Decisions = ReadonlyMap<string, Decision>;

const STATES: Readonly<Partial<Record<DecisionState, Decision['state']>>> = {
  for_approval: 'awaiting_approval',
  refused: 'rejected',
  rejected: 'rejected',
  on_draft: 'in_draft',
};

export interface DecidingCompany {
  readonly company_id: number;
  readonly currency: string;
}

/** What stands on the day of the clock, as for whoever decides next: the copy may be older. */
export function standingDecisions({ scan, now_ms }: QueryContext, { company_id, currency }: DecidingCompany): Stored[] {
  const [company] = scan<readonly [string]>('SELECT time_zone FROM main.company WHERE id = ?', [company_id]);
  const time_zone = company?.[0] ?? 'UTC';
  const of = { id: company_id, currency, time_zone, today_on: dayInZone(now_ms, time_zone) };
  return [...newestDecisions(scan, of).values()].filter((each) => each.stands);
}

export function decisionsOf(context: QueryContext, company: DecidingCompany): Decisions {
  return new Map(standingDecisions(context, company).map((each) => [lineKey(each), decisionOf(each)]));
}

function decisionOf(each: Stored): Decision {
  return {
    state: STATES[each.state] ?? (each.verdict === 'changed' ? 'changed' : 'accepted'),
    qty_milli: each.qty_milli,
    value_minor: each.value_minor,
    by: each.answer?.verdict === 'refused' ? each.answer.by : each.author,
    at_ms: each.answer?.verdict === 'refused' ? each.answer.at_ms : each.accepted_at,
    reason: each.answer?.verdict === 'refused' ? each.answer.reason : each.reason,
    waiting: each.waiting,
    draft_order: each.draft?.number ?? null,
  };
}

/** Changes when they do. */
export function decisionsSignature(decisions: Decisions): string {
  return [...decisions].map(([key, { state, qty_milli, waiting }]) => `${key}=${state}${qty_milli}${waiting}`).join();
}
