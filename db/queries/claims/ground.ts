/** Every claim of a company as it stood at one moment: its clock, what was allowed of it, what it cost. */
import { grantsSee } from '#domain/access/grants.ts';
import { claimClock, type ClaimEventFact } from '#domain/kpi/claimTime.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { QueryContext } from '../context.ts';
import { type Edition, editionOf, type Editions } from '../editions.ts';
import { asOfDay } from '../provenance.ts';
import { type ChannelFacts, channelsOf, sitesOf } from '../reference/names.ts';

import type { ClaimView } from './claimView.ts';
import { claimTargets } from './targets.ts';

/** What the list is made of; orders and shipments are looked up for what is shown. */
export const CLAIM_TABLES = [
  ...(['claim', 'claim_event', 'claim_cost', 'credit_note'] as const),
  ...(['party', 'item', 'site', 'channel', 'kpi_target'] as const),
] as const satisfies readonly WireTableName[];

/** Days are day numbers; 0 = has none, where ids are. */
export interface ClaimFacts {
  readonly id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly number: string;
  readonly party_id: number | null;
  readonly order_line_id: number | null;
  readonly item_id: number | null;
  readonly kind: string;
  readonly opened_on: number;
  readonly resolved_on: number | null;
  readonly state: string;
  /** How long it may be open. */
  readonly target_days: number;
  readonly claimed_minor: number;
  readonly allowed_minor: number;
  /** null = what things cost at its place is not for this person. */
  readonly cost_minor: number | null;
  /** The clock of claim resolution time; null = no event of it is here. */
  readonly running_ms: number | null;
}

export interface CustomerFacts {
  readonly name: string;
  readonly salesperson: string | null;
}

export interface ClaimGround {
  readonly company: TableRow<'company'>;
  readonly as_of_on: number;
  readonly claims: readonly ClaimFacts[];
  /** How long claims may be open; null = not all channels say the same. */
  readonly target_days: number | null;
  readonly byId: ReadonlyMap<number, ClaimFacts>;
  readonly customers: ReadonlyMap<number, CustomerFacts>;
  readonly items: ReadonlyMap<number, { readonly code: string; readonly name: string }>;
  readonly sites: ReadonlyMap<number, { readonly name: string }>;
  readonly channels: ReadonlyMap<number, ChannelFacts>;
  /** By question, the latest used last. */
  readonly views: Map<string, ClaimView>;
}

const MOST_EDITIONS = 2;

export async function claimEdition(
  context: QueryContext,
  company: TableRow<'company'>,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<ClaimGround>; readonly newer: boolean }> {
  const as_of_on = asOfDay(context, company.time_zone);
  const kept: Editions<ClaimGround> = context.cache?.claims ?? [];
  const question = {
    of: [company.id],
    tables: CLAIM_TABLES,
    as_of_on,
    most: MOST_EDITIONS,
    make: () => claimGround(context, company, as_of_on),
  };
  return await editionOf(context, kept, question, wanted);
}

async function claimGround(
  context: QueryContext,
  company: TableRow<'company'>,
  as_of_on: number,
): Promise<ClaimGround> {
  const { scan, checkCancelled } = context;
  const as_of_ms = context.replica.as_of_ms ?? context.now_ms;
  const events = eventsOf(context, company.id);
  checkCancelled();
  const allowed = new Map(
    scan<readonly [number, number]>(
      `SELECT claim_id, sum(amount_minor) FROM main.credit_note
       WHERE company_id = ? AND claim_id IS NOT NULL GROUP BY claim_id`,
      [company.id],
    ),
  );
  const costs = new Map(
    scan<readonly [number, number]>(
      'SELECT claim_id, sum(amount_minor) FROM main.claim_cost WHERE company_id = ? GROUP BY claim_id',
      [company.id],
    ),
  );
  checkCancelled();
  const grants = domainGrants(context.user.grants);
  const targets = await claimTargets(context, company.id, as_of_on);
  const rows = await context.db.selectFrom('claim').selectAll().where('company_id', '=', company.id).execute();
  const claims = rows.map((claim): ClaimFacts => {
    const { id, site_id, channel_id } = claim;
    const sees_cost = grantsSee(grants, 'cost', { company_id: company.id, site_id, channel_id });
    return {
      id,
      site_id,
      channel_id,
      number: claim.number,
      party_id: claim.party_id,
      order_line_id: claim.order_line_id,
      item_id: claim.item_id,
      kind: claim.kind,
      opened_on: claim.opened_on,
      resolved_on: claim.resolved_on,
      state: claim.state,
      target_days: targets.of(channel_id),
      claimed_minor: claim.claimed_minor,
      allowed_minor: allowed.get(id) ?? 0,
      cost_minor: sees_cost ? (costs.get(id) ?? 0) : null,
      running_ms: claimClock(events.get(id) ?? [], as_of_ms)?.running_ms ?? null,
    };
  });
  const wanted = new Set(claims.map(({ item_id }) => item_id));
  return {
    company,
    as_of_on,
    claims,
    target_days: targets.everywhere,
    byId: new Map(claims.map((claim) => [claim.id, claim])),
    customers: new Map(
      scan<readonly [number, string, string | null]>(
        "SELECT id, name, salesperson FROM main.party WHERE company_id = ? AND kind = 'customer'",
        [company.id],
      ).map(([id, name, salesperson]) => [id, { name, salesperson }]),
    ),
    items: new Map(
      scan<readonly [number, string, string]>('SELECT id, code, name FROM main.item WHERE company_id = ?', [
        company.id,
      ]).flatMap(([id, code, name]) => (wanted.has(id) ? [[id, { code, name }]] : [])),
    ),
    sites: await sitesOf(context.db, company.id),
    channels: await channelsOf(context.db, company.id),
    views: new Map(),
  };
}

function eventsOf({ scan }: QueryContext, company_id: number): ReadonlyMap<number, readonly ClaimEventFact[]> {
  const events = new Map<number, ClaimEventFact[]>();
  const rows = scan<readonly [claim_id: number, id: number, kind: string, happened_at_ms: number]>(
    'SELECT claim_id, id, kind, happened_at FROM main.claim_event WHERE company_id = ?',
    [company_id],
  );
  for (const [claim_id, id, kind, happened_at_ms] of rows) {
    const own = events.get(claim_id);
    if (own) own.push({ id, kind, happened_at_ms });
    else events.set(claim_id, [{ id, kind, happened_at_ms }]);
  }
  return events;
}
