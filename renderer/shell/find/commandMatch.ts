/** Commands by what they are called, a typing error forgiven: a few dozen names, matched here. */
import UFuzzy from '@leeoniya/ufuzzy';
import { type Folded, fold, foldWithPlaces } from '#domain/names/fold.ts';
import type { MatchedPart } from '#contract/queries.ts';

export interface FindCommand {
  readonly key: string;
  /** Verb first: 'Go to Stock', 'Switch company to Brandt GmbH'. */
  readonly label: string;
  /** Key cap or a word about it. */
  readonly hint: string;
  readonly run: () => void;
  /** The palette stays and shows what came of it. */
  readonly stays?: boolean;
}

export interface MatchedCommand {
  readonly command: FindCommand;
  readonly parts: readonly MatchedPart[];
}

/** More terms are sought as they stand: their orders are too many to try. */
const TERMS_IN_ANY_ORDER = 4;
const matcher = new UFuzzy({ intraMode: 1 });

/** Best first; all of them for an empty text. */
export function matchCommands(commands: readonly FindCommand[], typed: string): readonly MatchedCommand[] {
  const text = typed.trim();
  if (text === '') return commands.map((command) => ({ command, parts: [] }));
  const names = commands.map((command) => foldWithPlaces(command.label));
  const [places, info, order] = matcher.search(
    names.map((name) => name.text),
    fold(text),
    TERMS_IN_ANY_ORDER,
  );
  if (!places) return [];
  const found = (place: number, ranges: readonly number[]): MatchedCommand[] => {
    const command = commands[place];
    const name = names[place];
    return command && name ? [{ command, parts: asWritten(name, ranges) }] : [];
  };
  if (!info || !order) return places.flatMap((place) => found(place, []));
  return order.flatMap((at) => found(info.idx[at] ?? -1, info.ranges[at] ?? []));
}

function asWritten({ from, to }: Folded, ranges: readonly number[]): MatchedPart[] {
  const parts: MatchedPart[] = [];
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    parts.push([from[ranges[at] ?? 0] ?? 0, to[(ranges[at + 1] ?? 1) - 1] ?? 0]);
  }
  return parts;
}
