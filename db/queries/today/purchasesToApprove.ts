/** Purchases that this person may approve, decisions and draft orders: one exception a site. Their own are for somebody else. */
import { grantsPermit } from '#domain/access/grants.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { approvalStands, notTheirs } from '#domain/planning/replenishment/orderApproval.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { judgedOrders } from '#db/replenishment/unseenOrders.ts';
import { domainGrants } from '#db/session/grants.ts';
import { sitesOf } from '../reference/names.ts';
import { mayInCompany } from '../rights.ts';
import { standingDecisions } from '../replenishment/decisions.ts';
import type { Finding, FoundException } from './found.ts';

/** Waiting this many days is bad. */
const LONG_DAYS = 3;

interface Waiting {
  readonly site_id: number;
  readonly order: boolean;
  /** Of a decision at a price nobody knows: nothing. */
  readonly value_minor: number;
  readonly asked_by: string;
  readonly asked_at_ms: number;
}

export async function purchasesToApprove(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  if (!mayInCompany(context.user, company.id, 'approve_purchases')) return [];
  const grants = domainGrants(context.user.grants);
  const mayAt = (site_id: number): boolean =>
    grantsPermit(grants, 'approve_purchases', { company_id: company.id, site_id });
  const waiting = [...decisionsToApprove(finding, mayAt), ...ordersToApprove(finding, mayAt)];
  if (waiting.length === 0) return [];
  const sites = await sitesOf(context.db, company.id);
  return [...Map.groupBy(waiting, ({ site_id }) => site_id)].map(([site_id, here]): FoundException => {
    const newest = here.reduce((last, each) => (each.asked_at_ms > last.asked_at_ms ? each : last));
    const since_on = Math.min(...here.map(({ asked_at_ms }) => dayInZone(asked_at_ms, company.time_zone)));
    const orders = here.filter(({ order }) => order).length;
    return {
      key: exceptionKey('purchases_asked', site_id),
      facts: {
        kind: 'purchases_asked',
        site_id,
        site: sites.get(site_id)?.name ?? `Site ${site_id}`,
        decisions: here.length - orders,
        orders,
        amount_minor: here.reduce((sum, each) => sum + each.value_minor, 0),
        asked_by: newest.asked_by,
      },
      severity: as_of_on - since_on >= LONG_DAYS ? 'bad' : 'warn',
      company_id: company.id,
      site_id,
      channel_id: null,
      stake_minor: 0,
      parts: [],
      due_on: null,
      since_on,
      owner: null,
      lines: [],
      po_line_ids: [],
    };
  });
}

function decisionsToApprove({ context, company }: Finding, mayAt: (site_id: number) => boolean): Waiting[] {
  return standingDecisions(context, { company_id: company.id, currency: company.currency })
    .filter(({ state, site_id, author }) => state === 'for_approval' && author !== context.user.name && mayAt(site_id))
    .map(({ site_id, value_minor, author, accepted_at }) => ({
      site_id,
      order: false,
      value_minor: value_minor ?? 0,
      asked_by: author,
      asked_at_ms: accepted_at,
    }));
}

function ordersToApprove({ context, company }: Finding, mayAt: (site_id: number) => boolean): Waiting[] {
  const { scan, user, now_ms } = context;
  const judged = judgedOrders(scan, { id: company.id, currency: company.currency, now_ms }, []);
  const drafts = scan<readonly [id: string, site_id: number, value_minor: number]>(
    'SELECT id, site_id, value_minor FROM v_draft_order WHERE company_id = ?',
    [company.id],
  );
  return drafts.flatMap(([id, site_id, value_minor]): Waiting[] => {
    const here = judged.get(id);
    if (here === undefined) return [];
    const { order, value } = here;
    if (approvalStands(order, value) !== 'waits') return [];
    if (notTheirs(order, { user_name: user.name, may_approve: mayAt(site_id) }) !== null) return [];
    return [{ site_id, order: true, value_minor, asked_by: order.author, asked_at_ms: order.made_at_ms }];
  });
}
