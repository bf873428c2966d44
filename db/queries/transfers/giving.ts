/** What a site has of an item and could do without, by the same rule as the server's. */
import { givingPosition } from '#domain/transfers/giving.ts';
import { surplusMilli } from '#domain/transfers/surplus.ts';
import type { GivingView } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { itemQuestions, type SiteQuestion } from '../replenishment/itemQuestions.ts';
import { isoDateOrNull } from '../provenance.ts';

export interface SiteGiving extends GivingView {
  readonly next_in_on: string | null;
}

/** By site. A site nothing of the item is known of is not in it. */
export async function givingOf(
  context: QueryContext,
  item: TableRow<'item'>,
  company: { readonly id: number; readonly currency: string; readonly as_of_on: number },
): Promise<ReadonlyMap<number, SiteGiving>> {
  const { id: company_id, currency, as_of_on } = company;
  // costs say nothing of what can be spared
  const question = { company_id, currency, as_of_on, cost_visible: false, item_id: item.id };
  return givingAt((await itemQuestions(context, item, question, null)).sites);
}

export function givingAt(sites: readonly SiteQuestion[]): ReadonlyMap<number, SiteGiving> {
  return new Map(
    sites.map(({ position, asked }) => {
      const giving = givingPosition(asked);
      const next_in_on = isoDateOrNull(position.next_in_on);
      return [position.site.id, { ...giving, spare_qty_milli: surplusMilli(giving), next_in_on }];
    }),
  );
}
