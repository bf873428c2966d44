/** What the palette shows, as data: sections of rows in the order the arrow keys pass them. */
import type { FindHit, FindKind, Found } from '#contract/queries.ts';
import { integer } from '#renderer/format/numbers.ts';
import type { FindCommand, MatchedCommand } from './commandMatch.ts';
import { KIND_WORDS } from './places.ts';

/** 'all', a kind of rows, or what the palette can do. */
export type FindScope = 'all' | FindKind | 'command';
export const FIND_SCOPES: readonly FindScope[] = [
  'all',
  'item',
  'customer',
  'supplier',
  'order',
  'claim',
  'purchase_order',
  'site',
  'channel',
  'command',
];

export type FindRow =
  | { readonly kind: 'hit'; readonly key: string; readonly hit: FindHit }
  | { readonly kind: 'command'; readonly key: string; readonly command: FindCommand; readonly match: MatchedCommand };

export interface FindSection {
  readonly key: string;
  readonly title: string;
  /** '12', '200+'; '' where it says nothing. */
  readonly count: string;
  readonly rows: readonly FindRow[];
}

/** Commands beside rows; alone they are all shown. */
const FEW_COMMANDS = 5;

export function scopeWord(scope: FindScope): string {
  return scope === 'all' ? 'All' : scope === 'command' ? 'Commands' : KIND_WORDS[scope].many;
}

/** The scope after (or before) this one; the row of scopes is a circle. */
export function nextScope(scope: FindScope, step: 1 | -1): FindScope {
  const at = FIND_SCOPES.indexOf(scope);
  return FIND_SCOPES[(at + step + FIND_SCOPES.length) % FIND_SCOPES.length] ?? 'all';
}

export function findSections(shown: {
  readonly typed: boolean;
  readonly scope: FindScope;
  readonly found: Found | undefined;
  readonly commands: readonly MatchedCommand[];
  readonly recent: readonly FindHit[];
}): readonly FindSection[] {
  const { typed, scope, found, commands, recent } = shown;
  const groups = typed && scope !== 'command' ? (found?.groups ?? []) : [];
  const hits = groups
    .filter((group) => scope === 'all' || group.kind === scope)
    .map((group) => ({
      key: group.kind,
      title: KIND_WORDS[group.kind].many,
      count: integer(group.found) + (group.more ? '+' : ''),
      rows: group.hits.map(hitRow),
    }));
  const before = typed
    ? []
    : section('recent', 'Opened last', recent.filter((hit) => scope === 'all' || hit.kind === scope).map(hitRow));
  const few = scope === 'all' ? commands.slice(0, typed ? FEW_COMMANDS : commands.length) : commands;
  const doing = scope === 'all' || scope === 'command' ? section('commands', 'Commands', few.map(commandRow)) : [];
  // what was typed to the letter of a command is seldom the name of a row
  return beginsWithCommand(groups.length, commands) ? [...doing, ...hits] : [...before, ...hits, ...doing];
}

function beginsWithCommand(groups: number, commands: readonly MatchedCommand[]): boolean {
  const first = commands[0]?.parts[0];
  return groups > 0 && first !== undefined && first[0] === 0;
}

function section(key: string, title: string, rows: readonly FindRow[]): FindSection[] {
  return rows.length === 0 ? [] : [{ key, title, count: '', rows }];
}

function hitRow(hit: FindHit): FindRow {
  return { kind: 'hit', key: `${hit.kind}-${hit.id}`, hit };
}

function commandRow(match: MatchedCommand): FindRow {
  return { kind: 'command', key: match.command.key, command: match.command, match };
}
