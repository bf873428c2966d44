/**
 * The blocks one thread can scan: columns in memory all threads share, and this thread's numbering of what they are
 * grouped by, so that a question looks an item up once and not once a block.
 */
import { codeColumn, openSegment, type Segment } from './segment.ts';

/** A block as it travels between threads: the memory itself, not a copy. */
export interface SharedBlock {
  readonly id: number;
  readonly general: SharedArrayBuffer;
  /** null = the replica holds no cost of these lines. */
  readonly cost: SharedArrayBuffer | null;
}

/** Rows to scan, with those left out that the base tables know better. */
export interface FactPart {
  readonly general: Segment;
  readonly cost: Segment | null;
  /** Row ranges [from, to) whose orders changed after the block was built. */
  readonly dead: readonly (readonly [from: number, to: number])[];
  /** Number of each dictionary entry of the column in the thread's numbering. */
  readonly numbering: (column: string) => Int32Array;
}

/** What a column's values are, by their number. NaN and '' mean "has none". */
export interface Numbering {
  readonly values: readonly (number | string)[];
  readonly numberOf: (value: number | string) => number | undefined;
}

export interface FactMemory {
  take(blocks: readonly SharedBlock[]): void;
  /** Forgets every block but these. */
  keepOnly(ids: ReadonlySet<number>): void;
  has(id: number): boolean;
  ids(): readonly number[];
  part(id: number, dead: FactPart['dead']): FactPart | undefined;
  /** A part of this thread's own, for lines no block holds. */
  ownPart(general: Segment, cost: Segment | null): FactPart;
  numbering(column: string): Numbering;
}

interface Held {
  readonly general: Segment;
  readonly cost: Segment | null;
  readonly numbering: (column: string) => Int32Array;
}

export function createFactMemory(): FactMemory {
  const held = new Map<number, Held>();
  const columns = new Map<string, { values: (number | string)[]; numbers: Map<number | string, number> }>();

  const columnOf = (name: string) => {
    const found = columns.get(name) ?? { values: [], numbers: new Map<number | string, number>() };
    columns.set(name, found);
    return found;
  };
  const numberEntries = (segment: Segment) => {
    const known = new Map<string, Int32Array>();
    return (name: string): Int32Array => {
      const before = known.get(name);
      if (before) return before;
      const { values, numbers } = columnOf(name);
      const { dictionary } = codeColumn(segment, name);
      const result = new Int32Array(dictionary.length);
      for (let code = 0; code < dictionary.length; code++) {
        const value = dictionary[code] ?? '';
        let number = numbers.get(value);
        if (number === undefined) {
          number = values.push(value) - 1;
          numbers.set(value, number);
        }
        result[code] = number;
      }
      known.set(name, result);
      return result;
    };
  };

  return {
    take: (blocks) => {
      for (const block of blocks) {
        if (held.has(block.id)) continue;
        const general = openSegment(block.general);
        held.set(block.id, {
          general,
          cost: block.cost === null ? null : openSegment(block.cost),
          numbering: numberEntries(general),
        });
      }
    },
    keepOnly: (ids) => {
      for (const id of held.keys()) if (!ids.has(id)) held.delete(id);
    },
    has: (id) => held.has(id),
    ids: () => [...held.keys()],
    part: (id, dead) => {
      const found = held.get(id);
      return found && { ...found, dead };
    },
    ownPart: (general, cost) => ({ general, cost, dead: [], numbering: numberEntries(general) }),
    numbering: (name) => {
      const { values, numbers } = columnOf(name);
      return { values, numberOf: (value) => numbers.get(value) };
    },
  };
}
