/** Lists of lines that are looked at: what of them is read before anybody scrolls so far. */
import type { QueryArgs, QueryName } from '#contract/queries.ts';
import type { QueryContext } from './context.ts';
import { fillListOf } from './fill/fillRateLines.ts';
import { leakListOf } from './leakage/marginLeakageLines.ts';
import { listAhead } from './listEditions.ts';
import { marginListOf } from './margin/marginLines.ts';

type OpenList<N extends QueryName> = (
  context: QueryContext,
  args: QueryArgs<N>,
) => Promise<(edition: string) => Promise<boolean>>;

export type ListQueryName = 'marginLines' | 'fillRateLines' | 'marginLeakageLines';

const LISTS: { readonly [N in ListQueryName]: OpenList<N> } = {
  marginLines: async (context, args) => {
    const { reader } = await marginListOf(context, args);
    return (edition) => listAhead(context, edition, reader);
  },
  fillRateLines: async (context, args) => {
    const { reader } = await fillListOf(context, args);
    return (edition) => listAhead(context, edition, reader);
  },
  marginLeakageLines: async (context, args) => {
    const { reader } = await leakListOf(context, args);
    return (edition) => listAhead(context, edition, reader);
  },
};

export function isListQuery(name: string): name is ListQueryName {
  return Object.hasOwn(LISTS, name);
}

/** Reads on in a list that was answered; whether there is more to keep of it. The arguments were parsed for this name. */
export async function readAhead<N extends ListQueryName>(
  context: QueryContext,
  name: N,
  args: unknown,
  edition: string,
): Promise<boolean> {
  const ahead = await LISTS[name](context, args as QueryArgs<N>);
  return await ahead(edition);
}
