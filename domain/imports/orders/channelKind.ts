/** Which kind of channel a name in an order file speaks of; 'unmapped' when it does not tell. */
export type ImportedChannelKind = 'inside_sales' | 'key_accounts' | 'ecommerce' | 'counter' | 'unmapped';

const WORDS: readonly (readonly [RegExp, ImportedChannelKind])[] = [
  [/\b(e-?commerce|web|web ?shop|online|internet|market ?place|amazon|shopify)\b/i, 'ecommerce'],
  [/\bkey[ _-]?accounts?\b/i, 'key_accounts'],
  [/\b(counter|store|shop|branch|pos|walk-?in)\b/i, 'counter'],
  [/\b(inside[ _-]?sales|phone|telesales|sales desk)\b/i, 'inside_sales'],
];

export function channelKindOf(name: string): ImportedChannelKind {
  return WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'unmapped';
}

/** Code and name of the channel of orders whose file names none. */
export const UNMAPPED_CHANNEL = { code: 'unmapped', name: 'Unmapped' } as const;
