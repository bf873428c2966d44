/** Whether an open line can be served at all: what it is of, and where from, has to be recorded. */

export type Unplaced = 'no_item' | 'no_site';

/** Why no list of stock, no queue and no proposal has it; null = it has both. Of what lacks both, the item is asked for first. */
export function unplacedBecause(line: {
  readonly item_id: number | null;
  readonly site_id: number | null;
}): Unplaced | null {
  if (line.item_id === null) return 'no_item';
  return line.site_id === null ? 'no_site' : null;
}
