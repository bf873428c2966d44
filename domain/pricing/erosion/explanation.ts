/** Why a margin fell, as data with its evidence, and in words: the same on screens, on Today and in files. */
import { dayInWords } from '../../calendarWords.ts';
import { isoDate } from '../../calendar.ts';
import type { FallPart } from './cause.ts';
import type { ErosionLevel } from './tellOnce.ts';

/** The item that did most of it, with its own change. */
export interface ErosionItem {
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
}

/** Rates in basis points of gross (discount) or net sales; `lines`: of the month, that are beyond what is usual. */
export type ErosionEvidence =
  | {
      readonly part: 'discount';
      readonly from_bp: number;
      readonly to_bp: number;
      readonly lines: number;
      /** Of these lines, by whom they were allowed, the most first. */
      readonly overrides: readonly { readonly by: string; readonly lines: number }[];
    }
  | {
      /** What a unit costs or sells for, by how much that changed, and the other of the two beside it. */
      readonly part: 'cost' | 'price';
      readonly change_bp: number;
      readonly other_change_bp: number;
      /** Items of which it changed so. */
      readonly items: number;
      readonly most: (ErosionItem & { readonly change_bp: number; readonly since_on: number | null }) | null;
    }
  | {
      readonly part: 'freight' | 'rebates' | 'fees' | 'returns' | 'claims';
      readonly from_bp: number;
      readonly to_bp: number;
      /** Lines that bear it; documents of returns and claims. */
      readonly lines: number;
    }
  | {
      /** More is sold of what earns less. */
      readonly part: 'mix';
      readonly most:
        | (ErosionItem & { readonly from_bp: number; readonly to_bp: number; readonly rate_bp: number })
        | null;
      /** Sales of items nobody of the group bought before, of its net sales. */
      readonly new_bp: number;
    };

export const FALL_PART_WORDS: Readonly<Record<FallPart, string>> = {
  price: 'Price',
  discount: 'Discount',
  cost: 'Landed cost',
  freight: 'Freight out',
  rebates: 'Rebates',
  fees: 'Channel fees',
  returns: 'Returns, credits',
  claims: 'Claims',
  mix: 'Mix, new items',
};

export const LEVEL_WORDS: Readonly<Record<ErosionLevel, string>> = {
  channel: 'Channel',
  category: 'Category',
  supplier: 'Supplier',
  salesperson: 'Salesperson',
  customer: 'Customer',
  item: 'Item',
  customer_category: 'Customer in a category',
};

/** Changes below this are no change. */
const UNCHANGED_BP = 50;
const rate = (bp: number): string => `${(bp / 100).toFixed(1)} %`;

/** A sentence without its full stop. `of_item`: the group is that item, which is then not named again. */
export function causeWords(evidence: ErosionEvidence, of_item = false): string {
  switch (evidence.part) {
    case 'discount': {
      const { from_bp, to_bp, lines, overrides } = evidence;
      const allowed = overrides.reduce((sum, each) => sum + each.lines, 0);
      const names = overrides.slice(0, 2).map(({ by }) => by);
      const more = overrides.length > 2 ? ' and others' : '';
      const who =
        allowed === 0 ? 'allowed by nobody' : `${allowed} of them by override of ${names.join(' and ')}${more}`;
      return `Discount ${rate(from_bp)} → ${rate(to_bp)} on ${counted(lines, 'line')}, ${who}`;
    }
    case 'cost':
      return unitWords('Landed cost', 'price', evidence, of_item);
    case 'price':
      return unitWords('Price', 'landed cost', evidence, of_item);
    case 'mix': {
      const { most, new_bp } = evidence;
      const fresh = new_bp >= UNCHANGED_BP ? `; ${rate(new_bp)} of sales are new items` : '';
      if (most === null) return `More is sold of what earns less${fresh}`;
      const { code, from_bp, to_bp, rate_bp } = most;
      return `More is sold of what earns less: ${code} ${rate(from_bp)} → ${rate(to_bp)} of sales at ${rate(rate_bp)} margin${fresh}`;
    }
    default: {
      const { part, from_bp, to_bp, lines } = evidence;
      const of = part === 'returns' || part === 'claims' ? 'document' : 'line';
      return `${FALL_PART_WORDS[part]} ${rate(from_bp)} → ${rate(to_bp)} of net sales, ${counted(lines, of)}`;
    }
  }
}

function unitWords(
  what: string,
  other: string,
  { change_bp, other_change_bp, items, most }: Extract<ErosionEvidence, { readonly part: 'cost' | 'price' }>,
  of_item: boolean,
): string {
  const since = most === null || most.since_on === null ? '' : ` since ${dayInWords(isoDate(most.since_on)).slice(4)}`;
  const of = most === null || of_item ? '' : items === 1 ? ` of ${most.code}` : ` of ${items} items`;
  const chief = most === null || of_item || items === 1 ? '' : `, most on ${most.code}`;
  return `${what}${of} ${moved(change_bp)}${chief}${since} and ${other} ${moved(other_change_bp)}`;
}

function moved(bp: number): string {
  if (Math.abs(bp) < UNCHANGED_BP) return 'unchanged';
  return `${bp > 0 ? 'up' : 'down'} ${rate(Math.abs(bp))}`;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
