/**
 * Where an unusual fall is told: once, of the broadest group in which it is general. A channel whose fee rose is one fall, not
 * five hundred customers'; a customer who got a discount is one fall, not his channel's, his salesperson's and thirty items'.
 * What is told takes its lines out of everything that is looked at after it, so no line's margin is told twice.
 */
import { type MonthSums, type UnusualFall, unusualFall } from './unusual.ts';

/**
 * Broadest first. Each is something one person can act on: who runs a channel, a category, buys of a supplier, sells to his
 * customers, prices an item; and the narrowest, a customer's terms in a category. Not by site, country or company: goods leave
 * from the nearest site, so a fall there is one of customers or items, and a country is a market only as a channel.
 */
export const EROSION_LEVELS = [
  'channel',
  'category',
  'supplier',
  'salesperson',
  'customer',
  'item',
  'customer_category',
] as const;
export type ErosionLevel = (typeof EROSION_LEVELS)[number];

/** What a group of each level is one of; its key is theirs, the second behind a bar. */
export const LEVEL_DIMENSIONS = {
  channel: ['channel'],
  category: ['category'],
  supplier: ['supplier'],
  salesperson: ['salesperson'],
  customer: ['customer'],
  item: ['item'],
  customer_category: ['customer', 'category'],
} as const satisfies Readonly<Record<ErosionLevel, readonly string[]>>;
export type ErosionDimension = (typeof LEVEL_DIMENSIONS)[ErosionLevel][number];

/** 'customer_category', '77|Hand tools' → the customer 77, the category Hand tools. */
export function dimensionsOf(level: ErosionLevel, key: string): readonly (readonly [ErosionDimension, string])[] {
  const [first, second] = LEVEL_DIMENSIONS[level];
  if (second === undefined) return [[first, key]];
  // ids have no bar
  const at = key.indexOf('|');
  return [
    [first, key.slice(0, at)],
    [second, key.slice(at + 1)],
  ];
}

/** A readable list. */
export const MOST_EROSIONS = 20;
/** Groups looked into at most, the largest falls first: so that bad data costs no more than good. */
const MOST_LOOKED_INTO = 120;
/**
 * A part of a group fell with it when its rate fell by at least `fell_by` of the group's: by less, what fell in two narrower
 * groups at once passes for general. It has to be general without the `worst` parts that lost most, with few parts without one.
 */
interface Generality {
  readonly fell_by: number;
  readonly worst: number;
}
const USUALLY: Generality = { fell_by: 2 / 3, worst: 2 };
const MANY_PARTS = 6;
/** A customer's categories are few and small, so that chance pulls them apart. */
const OF_CATEGORIES: Generality = { fell_by: 1 / 2, worst: 1 };
/** A fall is general when so many of the parts fell, and parts with this much of the sales. */
const GENERAL_FROM = 0.5;
/** What is general nowhere is often chance: among many groups looked at some stray far. It has to be further. */
const SCATTERED_FROM = 5;

/** Numbers a part of a group has in `parts`. */
export const PART_WIDTH = 4;
/** What a group is made of: by part net and margin before, net and margin now. */
export interface GroupParts {
  readonly sums: Float64Array;
  /** The part that is a crowd, not one: sales to nobody known. -1 = none. */
  readonly crowd: number;
}

/** Of what was not told yet. */
export interface ErosionSource {
  /** Groups that may have fallen, with their months, the looked-at one last. */
  readonly groups: (level: ErosionLevel) => readonly { readonly key: string; readonly months: readonly MonthSums[] }[];
  readonly partsOf: (level: ErosionLevel, key: string, of: 'customer' | 'category' | 'item') => GroupParts;
  readonly take: (level: ErosionLevel, key: string) => void;
}

export interface Erosion extends UnusualFall {
  readonly level: ErosionLevel;
  readonly key: string;
  /** It was told as it stands: it is general at no level, and unlike its own past nevertheless. */
  readonly scattered: boolean;
}

/** In the order in which they were told: the lines of each are without those of the ones before it. */
export function erosionsOf(source: ErosionSource, least_minor: number, most = MOST_EROSIONS): Erosion[] {
  const told: Erosion[] = [];
  let looked = 0;
  const fallsOf = (level: ErosionLevel): Omit<Erosion, 'scattered'>[] =>
    source
      .groups(level)
      .flatMap(({ key, months }) => {
        const fall = unusualFall(months.slice(0, -1), months.at(-1) ?? NOTHING, least_minor);
        return fall === null ? [] : [{ level, key, ...fall }];
      })
      .toSorted((a, b) => b.fall_minor - a.fall_minor || (a.key < b.key ? -1 : 1));
  const sweep = (levels: readonly ErosionLevel[], scattered: boolean): void => {
    for (const level of levels) {
      const passed = new Set<string>();
      while (told.length < most && looked < MOST_LOOKED_INTO) {
        // anew after each: what was told may have been the whole of the next
        const next = fallsOf(level).find(({ key }) => !passed.has(key));
        if (next === undefined) break;
        passed.add(next.key);
        looked += 1;
        if (scattered ? next.kind === 'sudden' && next.score < SCATTERED_FROM : !isGeneral(source, next)) continue;
        source.take(level, next.key);
        told.push({ ...next, scattered });
      }
    }
  };
  sweep(EROSION_LEVELS, false);
  sweep(EROSION_LEVELS.toReversed(), true);
  return told;
}

const NOTHING: MonthSums = { net_minor: 0, margin_minor: 0, lines: 0 };

function isGeneral(source: ErosionSource, { level, key, ...fall }: Omit<Erosion, 'scattered'>): boolean {
  // nothing narrower is looked at
  if (level === 'customer_category') return true;
  const by_customer = level === 'customer' || fellTogether(source.partsOf(level, key, 'customer'), fall);
  if (!by_customer || level === 'item') return by_customer;
  // of a customer the next narrower is a category: single items are bought too seldom
  const items = source.partsOf(level, key, level === 'customer' ? 'category' : 'item');
  // a cheaper mix is of the group as a whole: each item may earn what it did
  return (
    fellTogether(items, fall, level === 'customer' ? OF_CATEGORIES : USUALLY) ||
    mixFall(items, fall) >= fall.fall_minor / 2
  );
}

/** Most parts fell, and those with most of the sales, and the rest does without the ones that lost most. */
export function fellTogether(
  { sums, crowd }: GroupParts,
  fall: Pick<UnusualFall, 'usual_ppm' | 'now_ppm'>,
  { fell_by, worst } = USUALLY,
): boolean {
  const fell_from = (fell_by * (fall.usual_ppm - fall.now_ppm)) / 1_000_000;
  let known = 0;
  let fell = 0;
  let parts = 0;
  let fell_parts = 0;
  const lost: { readonly at: number; readonly minor: number }[] = [];
  const rest = [0, 0, 0, 0];
  for (let at = 0; at < sums.length; at += PART_WIDTH) {
    const net_before = sums[at] ?? 0;
    const net_now = sums[at + 2] ?? 0;
    if (net_before <= 0 || net_now <= 0) continue;
    for (let nth = 0; nth < PART_WIDTH; nth++) rest[nth] = (rest[nth] ?? 0) + (sums[at + nth] ?? 0);
    const minor = ((sums[at + 1] ?? 0) / net_before) * net_now - (sums[at + 3] ?? 0);
    known += net_now;
    parts += 1;
    if (minor / net_now >= fell_from) {
      fell += net_now;
      fell_parts += 1;
    }
    if (minor > 0 && at !== crowd * PART_WIDTH) lost.push({ at, minor });
  }
  if (known <= 0 || fell < GENERAL_FROM * known || fell_parts < GENERAL_FROM * parts) return false;
  const most = lost.toSorted((a, b) => b.minor - a.minor || a.at - b.at).slice(0, parts < MANY_PARTS ? 1 : worst);
  for (const { at } of most)
    for (let nth = 0; nth < PART_WIDTH; nth++) rest[nth] = (rest[nth] ?? 0) - (sums[at + nth] ?? 0);
  const [net_before = 0, margin_before = 0, net_now = 0, margin_now = 0] = rest;
  return net_before > 0 && net_now > 0 && margin_before / net_before - margin_now / net_now >= fell_from;
}

/** What the fall comes to when each part earns what it earned before: minor units. */
function mixFall({ sums }: GroupParts, { usual_ppm }: Pick<UnusualFall, 'usual_ppm'>): number {
  let fall = 0;
  for (let at = 0; at < sums.length; at += PART_WIDTH) {
    const net_before = sums[at] ?? 0;
    const net_now = sums[at + 2] ?? 0;
    if (net_before <= 0 || net_now <= 0) continue;
    fall += net_now * (usual_ppm / 1_000_000 - (sums[at + 1] ?? 0) / net_before);
  }
  return fall;
}
