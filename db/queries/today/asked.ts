/** Requests of other sites that wait for this person's answer: an item of the giving site is one exception. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { mayTakeStep } from '#domain/transfers/rules.ts';
import { type Transfer, transferPermits, transfersOf } from '#db/replenishment/transfers.ts';
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
  const until = ({ standing }: Transfer): number => standing.until_on ?? Number.MAX_SAFE_INTEGER;
  return [...Map.groupBy(mine, (each) => positionKey(each.item_id, each.from_site_id)).values()].flatMap(
    (all): FoundException[] => {
      const asked = all.toSorted((a, b) => until(a) - until(b) || (a.id < b.id ? -1 : 1));
      const [first] = asked;
      if (!first) return [];
      const { item_id, from_site_id: site_id, standing } = first;
      const item = items.get(item_id);
      const lines = asked.map(
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
      const days = asked.flatMap((each) => [each.standing.due_on, each.standing.until_on]).filter((on) => on !== null);
      return [
        {
          key: exceptionKey('transfer_asked', item_id, site_id),
          facts: {
            kind: 'transfer_asked',
            item_id,
            item_code: item?.code ?? String(item_id),
            item_name: item?.name ?? `Item ${item_id}`,
            uom: item?.uom ?? '',
            site_id,
            site: siteName(site_id),
            transfer_id: first.id,
            number: first.number,
            asked_by: standing.requested.author,
            wanted_on: standing.due_on,
            until_on: standing.until_on,
            requests: asked.length,
            qty_milli: asked.reduce((sum, each) => sum + each.standing.qty_milli, 0),
            to_sites: [...new Set(asked.map((each) => siteName(each.to_site_id)))],
          },
          severity: until(first) - as_of_on < LAST_DAYS ? 'bad' : 'warn',
          company_id: company.id,
          site_id,
          channel_id: null,
          stake_minor: 0,
          parts: [],
          due_on: days.length === 0 ? null : Math.min(...days),
          since_on: Math.min(...asked.map((each) => each.standing.requested.said_on)),
          owner: null,
          lines,
          po_line_ids: [],
        },
      ];
    },
  );
}
