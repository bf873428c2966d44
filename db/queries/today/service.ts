/** Claims that wait too long, and counts that look like a unit of measure taken for another. */
import { claimAgeDays, claimDueOn, claimState, isOpenTooLong } from '#domain/claims/claim.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { packFactor } from '#domain/exceptions/unitError.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { claimTargets } from '../claims/targets.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';

/** A count older than this is settled or forgotten. */
const COUNT_DAYS = 60;

export async function claimExceptions(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const rows = await context.db
    .selectFrom('claim as c')
    .leftJoin('party as p', 'p.id', 'c.party_id')
    .leftJoin('item as i', 'i.id', 'c.item_id')
    .leftJoin('order_line as l', 'l.id', 'c.order_line_id')
    .selectAll('c')
    .select(['p.name as party', 'p.salesperson', 'i.name as item_name', 'l.order_id'])
    .where('c.company_id', '=', company.id)
    .where('c.state', '<>', 'resolved')
    .execute();
  const targets = await claimTargets(context, company.id, as_of_on);
  const waiting = rows
    .map((claim) => ({ ...claim, target_days: targets.of(claim.channel_id) }))
    .filter((claim) => isOpenTooLong(claim, as_of_on));
  return waiting.map((claim): FoundException => {
    const lines: FoundLine[] = [
      {
        part: 'claimed',
        order_id: claim.order_id,
        number: claim.number,
        party_id: claim.party_id,
        channel_id: claim.channel_id,
        on: claim.opened_on,
        qty_milli: null,
        uom: null,
        amount_minor: claim.claimed_minor,
      },
    ];
    return {
      key: exceptionKey('claim_waiting', claim.id),
      facts: {
        kind: 'claim_waiting',
        claim_id: claim.id,
        number: claim.number,
        party: claim.party,
        item_id: claim.item_id,
        item_name: claim.item_name,
        claim_kind: claim.kind,
        days_open: claimAgeDays(claim, as_of_on),
        waiting_on_customer: claimState(claim) === 'customer',
      },
      severity: 'warn',
      company_id: company.id,
      site_id: claim.site_id,
      channel_id: claim.channel_id,
      ...partsOf(lines),
      due_on: claimDueOn(claim),
      since_on: claim.opened_on,
      owner: claim.salesperson,
      lines,
      po_line_ids: [],
    };
  });
}

/** Only for users who see cost. The newest count of an item at a site speaks; a later good one clears it. */
export async function unitErrors(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const rows = await context.db
    .selectFrom('stock_count_line as l')
    .innerJoin('stock_count as c', 'c.id', 'l.stock_count_id')
    .innerJoin('item as i', 'i.id', 'l.item_id')
    .innerJoin('site as s', 's.id', 'l.site_id')
    .leftJoin('stock_count_line_cost as k', 'k.id', 'l.id')
    .select([
      'l.id',
      'l.item_id',
      'l.site_id',
      'l.location',
      'l.book_qty_milli',
      'l.counted_qty_milli',
      'c.number',
      'c.counted_on',
      'i.code',
      'i.name',
      'i.uom',
      's.name as site',
      'k.unit_cost_micro',
    ])
    .where('l.company_id', '=', company.id)
    .where('c.counted_on', '>', as_of_on - COUNT_DAYS)
    .orderBy('c.counted_on')
    .orderBy('l.id')
    .execute();
  const newest = new Map(rows.map((row) => [`${row.item_id}:${row.site_id}:${row.location}`, row]));
  return [...newest.values()].flatMap((row): FoundException[] => {
    const factor = packFactor(row.book_qty_milli, row.counted_qty_milli);
    if (factor === null || row.unit_cost_micro === null) return [];
    const variance_qty_milli = Math.abs(row.counted_qty_milli - row.book_qty_milli);
    const lines: FoundLine[] = [
      {
        part: 'variance',
        order_id: null,
        number: row.number,
        party_id: null,
        channel_id: null,
        on: row.counted_on,
        qty_milli: row.counted_qty_milli - row.book_qty_milli,
        uom: row.uom,
        amount_minor: safeNumber(
          lineAmountMinor(BigInt(variance_qty_milli), BigInt(row.unit_cost_micro), company.currency),
        ),
      },
    ];
    return [
      {
        key: exceptionKey('unit_error', row.id),
        facts: {
          kind: 'unit_error',
          item_id: row.item_id,
          item_code: row.code,
          item_name: row.name,
          uom: row.uom,
          site_id: row.site_id,
          site: row.site,
          location: row.location,
          counted_on: row.counted_on,
          book_qty_milli: row.book_qty_milli,
          counted_qty_milli: row.counted_qty_milli,
          factor,
        },
        severity: 'info',
        company_id: company.id,
        site_id: row.site_id,
        channel_id: null,
        ...partsOf(lines),
        due_on: null,
        since_on: row.counted_on,
        owner: null,
        lines,
        po_line_ids: [],
      },
    ];
  });
}
