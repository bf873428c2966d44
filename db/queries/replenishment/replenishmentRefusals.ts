/** Of which positions can nothing be proposed, and why? */
import type { RefusedPosition } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { stockQuestion } from '../stock/stockAhead.ts';
import { isWaiting, refusalCounts } from './replenishment.ts';
import { REPLENISHMENT_TABLES, replenishmentEdition } from './replenishmentEdition.ts';

export const replenishmentRefusals: QueryHandler<'replenishmentRefusals'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { edition, newer } = await replenishmentEdition(context, stockQuestion(context, company), args.edition);
  const kept = edition.value;
  const { stock, documents, demand } = kept.question;
  const { items, sites } = stock.ground;
  const waiting = isWaiting({ ...context, replica: edition.standing });
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const keyOf = (place: number): string =>
    `refused:${items.ids[stock.item[place] as number]}:${sites[stock.site[place] as number]?.id}`;
  const chosen = waiting
    ? []
    : [...kept.proposals.refusals].filter(([place, { reason }]) => {
        if (args.reason !== undefined && reason !== args.reason) return false;
        if (args.site_id !== undefined && sites[stock.site[place] as number]?.id !== args.site_id) return false;
        return words.every((word) => items.search[stock.item[place] as number]?.includes(word) === true);
      });
  const located = args.locate.map((key) => {
    const at = chosen.findIndex(([place]) => keyOf(place) === key);
    return at < 0 ? null : at;
  });
  const rows = chosen.slice(args.offset, args.offset + args.limit).map(([place, refusal]): RefusedPosition => {
    const item = stock.item[place] as number;
    const site = sites[stock.site[place] as number];
    if (!site) throw new Error('a position of an unknown site');
    return {
      key: keyOf(place),
      item_id: items.ids[item] as number,
      code: items.codes[item] ?? '',
      name: items.names[item] ?? '',
      site_id: site.id,
      site: site.code,
      refusal,
      position_qty_milli: documents.position[place] as number,
      week_qty_milli: Math.round((demand.daily[place] as number) * 7),
    };
  });
  return {
    rows,
    total_rows: chosen.length,
    edition: edition.id,
    newer,
    located,
    counts: waiting ? [] : refusalCounts(kept),
    waiting,
    provenance: provenance({ ...context, replica: edition.standing }, REPLENISHMENT_TABLES),
  };
};
