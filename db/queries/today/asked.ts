/** Requests of other sites that wait for this person's answer: each is an exception of its own, so that one laid aside hides no other. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { mayTakeStep } from '#domain/transfers/rules.ts';
import { transferPermits, transfersOf } from '#db/replenishment/transfers.ts';
import { sitesOf } from '../reference/names.ts';
import { positionKey } from '../stock/stockModel.ts';
import type { Finding, FoundException, FoundLine } from './found.ts';
import { itemsOf } from './itemWords.ts';

/** Fewer days are left than this: it is bad. */
const LAST_DAYS = 2;

export async function askedTransfers({ context, company, as_of_on }: Finding): Promise<FoundException[]> {
  const permits = transferPermits(context.user, company.id);
  const user_name = context.user.name;
  const mine = transfersOf(context.scan, { id: company.id, time_zone: company.time_zone, today_on: as_of_on }).filter(
    (transfer) => mayTakeStep({ step: 'approved', user_name, permits, transfer, qty_milli: null, reason: null }).ok,
  );
  if (mine.length === 0) return [];
  const items = itemsOf(
    context,
    mine.map(({ item_id }) => item_id),
  );
  const sites = await sitesOf(context.db, company.id);
  const siteName = (id: number): string => sites.get(id)?.name ?? `Site ${id}`;
  return [...Map.groupBy(mine, (each) => positionKey(each.item_id, each.from_site_id)).values()].flatMap((all) =>
    all.map((request): FoundException => {
      const { item_id, from_site_id: site_id, standing } = request;
      const item = items.get(item_id);
      // what else is asked of the same goods is seen beside it
      const beside = all.filter((each) => each !== request);
      const lines = [request, ...beside].map(
        (each): FoundLine => ({
          part: 'asked',
          order_id: null,
          number: each.number ?? 'new',
          party_id: null,
          about: `${siteName(each.to_site_id)}, ${each.standing.requested.author}`,
          channel_id: null,
          on: each.standing.due_on,
          qty_milli: each.standing.qty_milli,
          uom: item?.uom ?? null,
          amount_minor: 0,
        }),
      );
      const { due_on: wanted_on, until_on } = standing;
      const days = [wanted_on, until_on].filter((on) => on !== null);
      return {
        key: exceptionKey('transfer_asked', request.id),
        facts: {
          kind: 'transfer_asked',
          item_id,
          item_code: item?.code ?? String(item_id),
          item_name: item?.name ?? `Item ${item_id}`,
          uom: item?.uom ?? '',
          site_id,
          site: siteName(site_id),
          transfer_id: request.id,
          number: request.number,
          asked_by: standing.requested.author,
          wanted_on,
          until_on,
          qty_milli: standing.qty_milli,
          to_site: siteName(request.to_site_id),
          others: beside.length,
        },
        severity: (until_on ?? Number.MAX_SAFE_INTEGER) - as_of_on < LAST_DAYS ? 'bad' : 'warn',
        company_id: company.id,
        site_id,
        channel_id: null,
        stake_minor: 0,
        parts: [],
        due_on: days.length === 0 ? null : Math.min(...days),
        since_on: standing.requested.said_on,
        owner: null,
        lines,
        po_line_ids: [],
      };
    }),
  );
}
